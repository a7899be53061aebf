// Builds the npm package `allod` in target/npm/package, and packs it; `cargo xtask wasm` runs this.
// What comes in is what wasm-bindgen has written to target/npm/bindgen and, of the module built for speed and of that of `allod/lite`,
// to target/npm/bindgen-fast and target/npm/bindgen-lite.

import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, posix, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'
import { named } from './order.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const target = join(root, 'target/npm')
/** Put together here, and moved to `package` when it is complete: others may be reading that. */
const made = join(target, 'building')
const dist = join(made, 'dist')
/** Whose declarations are there already. */
const declared = new Set()
const manifest = JSON.parse(readFileSync(join(here, 'npm/package.json'), 'utf8'))

/** What may be downloaded, gzipped: all of it as much as it is today, `allod/lite` as much as was set for it (see spec/assurance.md). */
const WHOLE = { wasm: 197.5 * 1024, glue: 17.6 * 1024 }
const LITE = { wasm: 150 * 1024, glue: 15 * 1024 }

/** What the compiler uses; a browser of 2022 has all of it. */
const FEATURES = [
  'bulk-memory',
  'bulk-memory-opt',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'sign-ext',
]

/**
 * What is small once it is gzipped, which is not what has the fewest bytes: control flow that is put together anew, no
 * locals for what is computed twice, and no hints of alignment, which engines pass over.
 */
const SMALLER = ['-Oz', '--flatten', '--rereloop', '-Oz', '-Oz', '--skip-pass=local-cse', '--dealign', '--strip-target-features']

/** Functions that are alike beside each other, by the names that `order.mjs` gives them; what reading them again has added goes. */
const ORDERED = ['--coalesce-locals', '--reorder-locals', '--vacuum', '--reorder-functions-by-name']

say('wasm-opt')
if (glueOf('bindgen-fast') !== glueOf('bindgen')) throw new Error('the two modules do not have the same glue')
const whole = edition('', 'index.ts', 'bindgen', [optimised('bindgen'), moduleOf('bindgen-fast')])
const lite = edition('lite', 'lite.ts', 'bindgen-lite', [optimised('bindgen-lite')])
say('tsc')
rmSync(join(target, 'declarations'), { recursive: true, force: true })
run('typescript/bin/tsc', ['-p', here])
say('esbuild')
rmSync(made, { recursive: true, force: true })
mkdirSync(lite.folder, { recursive: true })
writeFileSync(join(dist, 'allod-fast.wasm'), whole.modules[1])
await forBrowsers(whole)
await forNode(whole)
await forBrowsers(lite)
await forNode(lite)
declarations('index', '')
declarations('lite', 'lite/')
writeFileSync(join(made, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
cpSync(join(root, 'wasm/README.md'), join(made, 'README.md'))
for (const license of ['LICENSE-APACHE', 'LICENSE-MIT']) cpSync(join(root, license), join(made, license))
say('npm pack')
pack()
const over = sizes()
rmSync(join(target, 'package'), { recursive: true, force: true })
renameSync(made, join(target, 'package'))
if (over) process.exitCode = 1

/** What goes into a folder of its own: what it exports, its modules, of which the first is for browsers, and the code in front of them. */
function edition(folder, index, bindgen, modules) {
  modules.forEach(homeless)
  // Of another version, whose answers may be others, it is another.
  const mark = hash(...modules).slice(0, 16)
  return {
    index: join(here, 'src', index),
    folder: join(dist, folder),
    glue: ownStart(glueOf(bindgen)),
    modules: modules.map((module) => marked(module, mark)),
    define: { MODULE_MARK: JSON.stringify(mark), LITE: String(folder === 'lite') },
  }
}

function glueOf(folder) {
  return readFileSync(join(target, folder, 'allod_wasm.js'), 'utf8')
}

function moduleOf(folder) {
  return readFileSync(join(target, folder, 'allod_wasm_bg.wasm'))
}

/** Nobody's folders are shipped: where a panic would be, the module has the name of a source file. */
function homeless(module) {
  const { CARGO_HOME, CARGO_TARGET_DIR, RUSTUP_HOME } = process.env
  const text = module.toString('latin1')
  for (const folder of [root, homedir(), CARGO_HOME, CARGO_TARGET_DIR, RUSTUP_HOME]) {
    const bare = folder && resolve(folder).replace(/[\\/]+$/, '')
    if (!bare) continue
    const path = new RegExp(`(?<![\\w.@-])${bare.replace(/[^\w]/g, '\\$&')}[\\\\/][\\w.\\\\/@+-]*\\.rs`)
    const found = text.match(path)
    if (found) throw new Error(`a module names a file of whoever has built it: ${found[0]}`)
  }
}

function optimised(folder) {
  const module = moduleOf(folder)
  const features = FEATURES.map((feature) => `--enable-${feature}`)
  const by = ['build.mjs', 'order.mjs', 'package-lock.json'].map((script) => readFileSync(join(here, script)))
  const cached = join(target, `optimised/${folder}/${hash(module, ...by)}.wasm`)
  if (!existsSync(cached)) {
    rmSync(dirname(cached), { recursive: true, force: true })
    mkdirSync(dirname(cached), { recursive: true })
    const [whole, unordered, ordered] = ['whole', 'unordered', 'ordered'].map((step) => join(dirname(cached), `${step}.wasm`))
    writeFileSync(whole, module)
    run('binaryen/bin/wasm-opt', [...features, ...SMALLER, whole, '-o', unordered])
    writeFileSync(unordered, named(readFileSync(unordered)))
    run('binaryen/bin/wasm-opt', [...features, ...ORDERED, unordered, '-o', ordered])
    renameSync(ordered, cached)
  }
  return readFileSync(cached)
}

/** wasm-bindgen's code, started by the loaders alone: its own ways to find and fetch a module are not needed. */
function ownStart(code) {
  const exported = 'export { initSync, __wbg_init as default };'
  if (!code.includes(exported)) throw new Error(`wasm-bindgen writes no more: ${exported}`)
  return code.replace(
    exported,
    `function startAtOnce({ module }) {
      return wasm ?? __wbg_finalize_init(new WebAssembly.Instance(module, __wbg_get_imports()), module)
    }
    async function start({ module_or_path: module }) {
      return wasm ?? __wbg_finalize_init(await WebAssembly.instantiate(module, __wbg_get_imports()), module)
    }
    export { startAtOnce as initSync, start as default };`,
  )
}

/** With what tells the loaders that the module is the one they were built with, in a section of its own. */
function marked(module, mark) {
  const section = [name('allod'), Buffer.from(mark)]
  return Buffer.concat([module, Buffer.from([0, Buffer.concat(section).length]), ...section])

  function name(text) {
    return Buffer.from([text.length, ...Buffer.from(text)])
  }
}

/** The module, by itself and as text for bundlers, and what is in front of it. */
async function forBrowsers(edition) {
  const { folder, modules: [wasm] } = edition
  writeFileSync(join(folder, 'allod.wasm'), wasm)
  writeFileSync(join(folder, 'bytes.js'), `export default '${gzipSync(wasm, { level: 9 }).toString('base64')}'\n`)
  const entries = ['web', 'slim', 'inline']
  const { metafile } = await build({
    ...bundled(edition),
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, `src/loaders/${entry}.ts`])),
    outdir: folder,
    format: 'esm',
    platform: 'neutral',
    splitting: true,
    chunkNames: 'allod',
    metafile: true,
  })
  await Promise.all([...entries, 'allod'].map((name) => smaller(join(folder, `${name}.js`))))
  const [, web] = Object.entries(metafile.outputs).find(([file]) => file.endsWith('/web.js'))
  edition.exports = web.exports.sort()
}

async function forNode(edition) {
  await build({
    ...bundled(edition),
    entryPoints: ['src/loaders/node.ts'],
    outfile: join(edition.folder, 'node.cjs'),
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // Nobody downloads it, and its lines are shown where an error is.
    minify: false,
  })
  // One instance for both kinds of import: each has the same classes, and the same memory.
  writeFileSync(join(edition.folder, 'node.mjs'), `export { ${edition.exports.join(', ')} } from './node.cjs'\n`)
}

function bundled({ index, glue, define }) {
  return {
    absWorkingDir: here,
    bundle: true,
    minify: true,
    target: 'es2022',
    plugins: [{ name: 'edition', setup }],
    define,
    external: ['./bytes.js'],
    legalComments: 'none',
    logLevel: 'warning',
  }

  function setup(build) {
    build.onResolve({ filter: /^allod-glue$/ }, ({ path }) => ({ path, namespace: 'glue', sideEffects: false }))
    build.onLoad({ filter: /./, namespace: 'glue' }, () => ({ contents: glue }))
    build.onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: index, sideEffects: false }))
  }
}

/** A little is left after esbuild. The marks of what has no effect stay: they let a bundler leave out what is not used. */
async function smaller(file) {
  const { code } = await minify(readFileSync(file, 'utf8'), {
    module: true,
    ecma: 2020,
    compress: { passes: 2 },
    format: { preserve_annotations: true },
  })
  writeFileSync(file, code)
}

/**
 * The declarations are written as CommonJS, which both kinds of import can read: so a class is the same type in both.
 * A reader whose `lib` is older than `Symbol.dispose` learns of it here.
 */
function declarations(index, folder) {
  const types = folder ? '../types' : './types'
  const entries = { 'web.d.ts': 'web', 'slim.d.ts': 'slim', 'inline.d.ts': 'inline', 'node.d.mts': 'node', 'node.d.cts': 'node' }
  for (const [file, entry] of Object.entries(entries)) {
    const lines = index === 'index' ? [`export * from '${types}/loaders/${entry}.cjs'`] : [
      `export * from '${types}/${index}.cjs'`,
      `export { ${entry === 'slim' ? 'init, type Source, type WasmResponse' : 'init'} } from '${types}/loaders/${entry}.cjs'`,
    ]
    writeFileSync(join(dist, folder, file), `/// <reference lib="esnext.disposable" />\n${lines.join('\n')}\n`)
    declare(`loaders/${entry}`)
  }
  declare(index)
}

/** Writes one, and those that it names: what none of them names is nobody's business. */
function declare(name) {
  if (declared.has(name)) return
  declared.add(name)
  const text = readFileSync(join(target, 'declarations', `${name}.d.ts`), 'utf8')
  const to = join(dist, 'types', `${name}.d.cts`)
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(
    to,
    text.replace(/((?:from|import) ?\(?['"])(\.[^'"]*)\.js(['"])/g, (_, before, path, after) => {
      declare(posix.join(posix.dirname(name), path))
      return `${before}${path}.cjs${after}`
    }),
  )
}

function pack() {
  // The npm that runs this, or else the one on the path: a shell finds it under either of its names.
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', target], {
    cwd: made,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

function sizes() {
  const gzipped = (...files) =>
    files.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0)
  const tarball = join(target, `allod-${manifest.version}.tgz`)
  console.log(`   ${tarball.slice(root.length + 1)}: ${kilobytes(readFileSync(tarball).length)}`)
  const measured = [
    ['allod: the module', gzipped('allod.wasm'), WHOLE.wasm],
    ['allod: its code', gzipped('web.js', 'allod.js'), WHOLE.glue],
    ['allod/lite: the module', gzipped('lite/allod.wasm'), LITE.wasm],
    ['allod/lite: its code', gzipped('lite/web.js', 'lite/allod.js'), LITE.glue],
  ]
  let anyOver = false
  for (const [name, size, bound] of measured) {
    const over = size > bound
    const verdict = over ? `TOO LARGE, ${kilobytes(bound)} is the bound` : `within ${kilobytes(bound)}`
    console.log(`   ${name}: ${kilobytes(size)} gzipped: ${verdict}`)
    anyOver ||= over
  }
  return anyOver
}

function say(step) {
  console.log(`   ${step}`)
}

function run(script, options) {
  const ran = spawnSync(process.execPath, [join(here, 'node_modules', script), ...options], { stdio: 'inherit' })
  if (ran.status !== 0) process.exit(1)
}

function hash(...parts) {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest('hex')
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`
}
