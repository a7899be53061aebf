// The packed package, installed in fresh projects and run in Node; what runs in Chromium is in browser/packaging.test.mjs.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import * as esbuild from 'esbuild'
import * as vite from 'vite'
import webpack from 'webpack'
import { manifestProblems, typeProblems } from './packaging/lints.mjs'
import { compile } from './packaging/types.mjs'
import { failedClosed, node, project, randomness, removeProjects, sample, seen } from './packaging/project.mjs'

after(removeProjects)

const printed = 'sample().then((it) => console.log(JSON.stringify(it)))\n'
const esm = `${sample}\n${printed}`
/** As someone writes it who still writes CommonJS. */
const required = (text) => text.replace(/^import (.*) from ('.*')$/m, 'const $1 = require($2)').replaceAll('export ', '')
const cjs = `${required(sample)}\n${printed}`

test('Node loads it as an ES module, ready at once', async () => {
  const folder = project({ 'main.mjs': esm })
  assert.deepEqual(JSON.parse(await node(folder, 'main.mjs')), seen('ready'))
})

test('Node loads it as CommonJS, ready at once', async () => {
  const folder = project({ 'main.cjs': cjs })
  assert.deepEqual(JSON.parse(await node(folder, 'main.cjs')), seen('ready'))
})

test('Node loads `allod/lite` both ways, with its own module: both are one, and another than the whole', async () => {
  const lite = (text) => text.replace("'allod'", "'allod/lite'")
  const same = `
    import { createRequire } from 'node:module'
    import { Cid } from 'allod'
    import * as lite from 'allod/lite'
    import * as web from 'allod/lite/web'
    console.log(lite.Cid === web.Cid && lite.Cid === createRequire(import.meta.url)('allod/lite').Cid && lite.Cid !== Cid)`
  const folder = project({ 'main.mjs': lite(esm), 'main.cjs': lite(cjs) })
  for (const name of ['allod', 'allod-fast']) rmSync(join(folder, `node_modules/allod/dist/${name}.wasm`))
  for (const file of ['main.mjs', 'main.cjs']) assert.deepEqual(JSON.parse(await node(folder, file)), seen('ready'))
  assert.equal(await node(project({ 'same.mjs': same }), 'same.mjs'), 'true')
})

test('both in one process are one: the same names, the same classes, the same memory', async () => {
  const folder = project({
    'main.mjs': `
      import { createRequire } from 'node:module'
      import * as one from 'allod'
      const other = createRequire(import.meta.url)('allod')
      const names = Object.keys(one).filter((name) => name !== 'default' && name !== 'module.exports')
      const different = names.filter((name) => one[name] !== other[name])
      console.log(JSON.stringify([different, names.sort().join() === Object.keys(other).sort().join()]))`,
  })
  assert.deepEqual(JSON.parse(await node(folder, 'main.mjs')), [[], true])
})

test('without randomness from the platform nothing is made', async () => {
  const esm = `${randomness}\nattempts().then((it) => console.log(JSON.stringify(it)))`
  assert.deepEqual(JSON.parse(await node(project({ 'main.mjs': esm }), 'main.mjs')), failedClosed)
  // Nor where it was missing from the beginning.
  const first = "Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true })\n"
  const cjs = `${first}${required(randomness)}\nattempts().then((it) => console.log(JSON.stringify(it['no crypto'])))`
  assert.deepEqual(JSON.parse(await node(project({ 'main.cjs': cjs }), 'main.cjs')), failedClosed['no crypto'])
})

test('a worker thread has an instance of its own', async () => {
  const folder = project({
    'main.mjs': `
      import { Worker, isMainThread, parentPort } from 'node:worker_threads'
      import { fileURLToPath } from 'node:url'
      import { sample } from './sample.mjs'
      const seen = await sample()
      if (isMainThread) new Worker(fileURLToPath(import.meta.url)).on('message', (it) => console.log(JSON.stringify([seen, it])))
      else parentPort.postMessage(seen)`,
    'sample.mjs': sample,
  })
  assert.deepEqual(JSON.parse(await node(folder, 'main.mjs')), [seen('ready'), seen('ready')])
})

/** What makes one file of it for Node, in a folder `out` that is given away without the package. */
const bundlers = {
  'esbuild, as an ES module': (folder) =>
    esbuild.build({ ...bundled(folder), platform: 'node', format: 'esm', outfile: join(folder, 'out/main.mjs') }),
  'esbuild, as CommonJS': (folder) =>
    esbuild.build({ ...bundled(folder), platform: 'node', format: 'cjs', outfile: join(folder, 'out/main.cjs') }),
  webpack: (folder) =>
    promisify(webpack)({
      context: folder,
      entry: './main.mjs',
      mode: 'production',
      target: 'node',
      output: { path: join(folder, 'out'), filename: 'main.cjs' },
    }),
  Vite: (folder) =>
    vite.build({
      root: folder,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: { ssr: 'main.mjs', outDir: 'out', rolldownOptions: { output: { entryFileNames: 'main.mjs' } } },
    }),
}
const bundled = (folder) => ({ absWorkingDir: folder, entryPoints: ['main.mjs'], bundle: true, logLevel: 'warning' })

for (const [name, bundle] of Object.entries(bundlers)) {
  // Of one bundler both: what is different is in the manifest.
  const entries = name === 'webpack' ? ['allod', 'allod/lite'] : ['allod']
  for (const entry of entries) test(`a bundle of ${entry} for Node runs without the package (${name})`, async () => {
    const folder = project({ 'main.mjs': esm.replace("'allod'", `'${entry}'`) })
    await bundle(folder)
    rmSync(join(folder, 'node_modules'), { recursive: true })
    const [main] = readdirSync(join(folder, 'out')).filter((file) => file.startsWith('main.'))
    assert.deepEqual(JSON.parse(await node(folder, join('out', main))), seen('ready'))
  })
}

test('`slim` takes the bytes, a compiled module, a response, or a promise of one', async () => {
  const folder = project({
    'main.mjs': sample.replace("'allod'", "'allod/slim'") + `
      import { readFileSync } from 'node:fs'
      import { createRequire } from 'node:module'
      const { resolve } = createRequire(import.meta.url)
      const [bytes, fast] = ['allod/allod.wasm', 'allod/allod-fast.wasm'].map((name) => readFileSync(resolve(name)))
      const answer = (type) => new Response(bytes, { headers: { 'content-type': type } })
      const sources = {
        bytes, fast, buffer: new Uint8Array(bytes).buffer, module: new WebAssembly.Module(bytes), promised: Promise.resolve(bytes),
        response: answer('application/wasm'), mistyped: answer('text/plain'), promisedResponse: Promise.resolve(answer('application/wasm')),
      }
      console.log(JSON.stringify(await sample(sources[process.argv[2]])))`,
  })
  for (const source of ['bytes', 'fast', 'buffer', 'module', 'promised', 'response', 'mistyped', 'promisedResponse']) {
    assert.deepEqual(JSON.parse(await node(folder, 'main.mjs', source)), seen('not-ready'), source)
  }
})

test('`slim` refuses what is not its module, says why, and can be tried again', async () => {
  const folder = project({
    'main.mjs': `
      import { init, AllodError } from 'allod/slim'
      import { readFileSync } from 'node:fs'
      import { createRequire } from 'node:module'
      const bytes = readFileSync(createRequire(import.meta.url).resolve('allod/allod.wasm'))
      const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)
      const wrong = [undefined, null, 'https://example.com/allod.wasm', 42, {}, new Uint8Array(8), bytes.subarray(0, 1000), empty,
        new Response('', { status: 404 }), { then: (_, reject) => reject(new Error('no network')) }]
      const said = []
      for (const source of wrong) {
        try { await init(source); said.push('started') }
        catch (error) { said.push(error instanceof AllodError ? error.name + ' ' + error.code : String(error)) }
      }
      await init(bytes)
      await init('whatever, now')
      console.log(JSON.stringify(said))`,
  })
  const said = JSON.parse(await node(folder, 'main.mjs'))
  const argument = 'ArgumentError bad-argument'
  const notLoaded = 'NotReadyError not-loaded'
  assert.deepEqual(said, [
    ...[argument, argument, argument, argument, argument],
    ...[notLoaded, notLoaded, 'NotReadyError wrong-module', notLoaded, notLoaded],
  ])
})

test('`slim` of `allod/lite` takes its own module, and no other; nor does another take it', async () => {
  const folder = project({
    'main.mjs': sample.replace("'allod'", "'allod/lite/slim'") + `
      import { readFileSync } from 'node:fs'
      import { createRequire } from 'node:module'
      import * as slim from 'allod/slim'
      const { resolve } = createRequire(import.meta.url)
      const [whole, lite] = ['allod/allod.wasm', 'allod/lite/allod.wasm'].map((name) => readFileSync(resolve(name)))
      const refused = await Promise.all([init(whole), slim.init(lite)].map((it) => it.catch((error) => error.code)))
      console.log(JSON.stringify([refused, await sample(lite)]))`,
  })
  assert.deepEqual(JSON.parse(await node(folder, 'main.mjs')), [['wrong-module', 'wrong-module'], seen('not-ready')])
})

for (const entry of ['allod/inline', 'allod/lite/inline']) {
  test(`\`${entry}\` needs no file`, async () => {
    const folder = project({ 'main.mjs': esm.replace("'allod'", `'${entry}'`) })
    for (const name of ['allod', 'allod-fast', 'lite/allod']) rmSync(join(folder, `node_modules/allod/dist/${name}.wasm`))
    assert.deepEqual(JSON.parse(await node(folder, 'main.mjs')), seen('not-ready'))
  })
}

test('`web` is the same as `allod` in Node, so that a page can be rendered there', async () => {
  const folder = project({ 'main.mjs': "import { Cid } from 'allod'; import * as web from 'allod/web'; await web.init(); console.log(web.Cid === Cid)" })
  assert.equal(await node(folder, 'main.mjs'), 'true')
})

test('where the module is missing or of another version, Node says so', async () => {
  const folder = project({
    'main.cjs': "try { require('allod'); console.log('started') } catch (error) { console.log(error.name, error.code, error.message) }",
  })
  const file = join(folder, 'node_modules/allod/dist/allod-fast.wasm')
  const module = readFileSync(file)
  writeFileSync(file, Buffer.from(module.map((byte, at) => (at === module.length - 1 ? byte ^ 1 : byte))))
  assert.match(await node(folder, 'main.cjs'), /^NotReadyError wrong-module /)
  rmSync(file)
  // Newer versions of Node load what is inlined, as a bundle does.
  assert.match(`${await node(folder, 'main.cjs')}\n`, /^(NotReadyError not-loaded allod-fast.wasm is not beside .*|started)\n$/)
})

for (const names of [['allod', 'allod-fast'], ['lite/allod']]) test(`the mark in ${names} says what is in it, so that another version has another`, () => {
  const folder = project({})
  const modules = names.map((name) => readFileSync(join(folder, `node_modules/allod/dist/${name}.wasm`)))
  const marks = modules.map((module) => Buffer.from(WebAssembly.Module.customSections(new WebAssembly.Module(module), 'allod')[0]).toString())
  // It is the last section: two bytes of head, a name with its length, and the mark.
  const sum = createHash('sha256')
  for (const module of modules) sum.update(module.subarray(0, -(2 + 6 + 16)))
  const mark = sum.digest('hex').slice(0, 16)
  assert.deepEqual(marks, names.map(() => mark))
})

test('publint has nothing to say of the manifest', async () => {
  assert.deepEqual(await manifestProblems(), [])
})

test('arethetypeswrong has nothing to say of the types', async () => {
  assert.deepEqual(await typeProblems(), [])
})

for (const [kind, imported] of [['bundler', 'allod'], ['node16-esm', 'allod'], ['node16-cjs', 'allod'], ['bundler', 'allod/lite'], ['node16-cjs', 'allod/lite']]) {
  test(`a strict TypeScript project compiles against the types of ${imported} (${kind})`, async () => {
    assert.equal(await compile(kind, imported), '')
  })
}
