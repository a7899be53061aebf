// The packed package in fresh projects, bundled without any configuration of WASM, and run in Chromium.

import assert from 'node:assert/strict'
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import * as esbuild from 'esbuild'
import * as vite from 'vite'
import webpack from 'webpack'
import { serve } from '../../serve.mjs'
import { failedClosed, node, project, randomness, removeProjects, sample, seen } from '../packaging/project.mjs'
import { openChromium } from './chromium.mjs'

/** The strictest that lets WASM run at all. */
const STRICT = { 'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src data:" }

let browser
before(async () => (browser = await openChromium()))
after(async () => {
  await browser?.close()
  removeProjects()
})

const html = (script) => `<!doctype html><meta charset="utf-8"><title>fresh</title><link rel="icon" href="data:,">${script}`
const module = html('<script type="module" src="./main.js"></script>')
const classic = html('<script src="./main.js" defer></script>')
const main = `${sample}\nsample().then((it) => (globalThis.seen = it), (error) => (globalThis.seen = String(error)))\n`
const files = { 'index.html': module, 'main.js': main }

/** What the page at this address has seen, and what it has complained of. */
async function visit(url) {
  const page = await browser.context.newPage()
  const complaints = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
  try {
    await page.goto(url)
    await page.waitForFunction(() => globalThis.seen !== undefined).catch(() => {})
    return [await page.evaluate(() => globalThis.seen), complaints]
  } finally {
    await page.close()
  }
}

async function runs(folder, options) {
  const server = await serve(folder, options)
  try {
    assert.deepEqual(await visit(`${server.url}/`), [seen('not-ready'), []])
  } finally {
    await server.close()
  }
}

for (const entry of ['allod', 'allod/web', 'allod/inline', 'allod/lite']) {
  const text = main.replace("'allod'", `'${entry}'`)

  test(`Vite builds ${entry}`, async () => {
    const folder = project({ ...files, 'main.js': text })
    await vite.build({ root: folder, logLevel: 'error' })
    await runs(join(folder, 'dist'), { headers: STRICT })
  })

  test(`webpack builds ${entry}`, async () => {
    const folder = project({ 'src/index.js': text })
    const stats = await promisify(webpack)({ context: folder, mode: 'production', output: { path: join(folder, 'dist') } })
    assert.deepEqual([stats.toJson().errors, stats.toJson().warnings.filter(({ message }) => !/size/.test(message))], [[], []])
    // As a file of its own it is compiled while it arrives.
    const modules = readdirSync(join(folder, 'dist')).filter((file) => file.endsWith('.wasm'))
    assert.equal(modules.length, entry === 'allod/inline' ? 0 : 1)
    writeFileSync(join(folder, 'dist/index.html'), classic)
    await runs(join(folder, 'dist'), { headers: STRICT })
  })

  test(`the development server of Vite serves ${entry}`, async () => {
    const folder = project({ ...files, 'main.js': text })
    const server = await vite.createServer({ root: folder, logLevel: 'error', server: { host: '127.0.0.1', port: 0 } })
    try {
      await server.listen()
      assert.deepEqual(await visit(server.resolvedUrls.local[0]), [seen('not-ready'), []])
    } finally {
      await server.close()
    }
  })
}

for (const [format, entry] of [['esm', 'allod'], ['iife', 'allod'], ['iife', 'allod/lite']]) {
  test(`esbuild builds ${entry} (${format})`, async () => {
    const folder = project({ 'src.js': main.replace("'allod'", `'${entry}'`) })
    const outfile = join(folder, 'out/main.js')
    await esbuild.build({ absWorkingDir: folder, entryPoints: ['src.js'], bundle: true, format, outfile, logLevel: 'warning' })
    writeFileSync(join(folder, 'out/index.html'), format === 'esm' ? module : classic)
    await runs(join(folder, 'out'), { headers: STRICT })
  })
}

test('the example of the README runs in a page as it stands there, bundled, and makes what Node reads', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const [, example] = readme.match(/^```js browser\n([^]*?)^```$/m)
  const text = example.replace('console.log(', 'globalThis.seen = (')
  assert.notEqual(text, example)
  const folder = project({ 'src.js': text })
  const outfile = join(folder, 'out/main.js')
  await esbuild.build({ absWorkingDir: folder, entryPoints: ['src.js'], bundle: true, format: 'esm', outfile, logLevel: 'warning' })
  writeFileSync(join(folder, 'out/index.html'), module)
  const server = await serve(join(folder, 'out'), { headers: STRICT })
  try {
    const [container, complaints] = await visit(`${server.url}/`)
    assert.deepEqual(complaints, [])
    const reads = `import { Container } from 'allod'
      const [grant] = Container.read(${JSON.stringify(container)}).delegations
      console.log(JSON.stringify([grant.command, grant.audience, grant.verify() ?? "verified"]))`
    writeFileSync(join(folder, 'reads.mjs'), reads)
    const friend = example.match(/did:key:\w+/)[0]
    assert.deepEqual(JSON.parse(await node(folder, 'reads.mjs')), ['/photos/read', friend, 'verified'])
  } finally {
    await server.close()
  }
})

const native = main.replace("'allod'", "'./node_modules/allod/dist/web.js'")

test('a page without a bundler loads it by its address, under a strict policy', async () => {
  await runs(project({ ...files, 'main.js': native }), { headers: STRICT })
})

test('so it does `allod/lite`', async () => {
  await runs(project({ ...files, 'main.js': native.replace('dist/web.js', 'dist/lite/web.js') }), { headers: STRICT })
})

test('a server that does not know the type of WASM does no harm', async () => {
  await runs(project({ ...files, 'main.js': native }), { types: { '.wasm': 'application/octet-stream' } })
})

test('`slim` takes a response in the browser', async () => {
  const text = native.replace('web.js', 'slim.js').replace('sample()', "sample(fetch('./node_modules/allod/dist/allod.wasm'))")
  await runs(project({ ...files, 'main.js': text }), { headers: STRICT })
})

test('a module worker and a classic one run it', async () => {
  const folder = project({
    'index.html': module,
    'main.js': `
      const answer = (worker) => new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); worker.onerror = () => resolve('failed') })
      const [one, other] = await Promise.all([answer(new Worker('./module.js', { type: 'module' })), answer(new Worker('./classic.js'))])
      globalThis.seen = JSON.stringify(one) === JSON.stringify(other) ? one : [one, other]`,
    'module.js': native.replaceAll('globalThis.seen = it', 'postMessage(it)'),
    'source.js': main.replaceAll('globalThis.seen = it', 'postMessage(it)'),
  })
  const outfile = join(folder, 'classic.js')
  await esbuild.build({ absWorkingDir: folder, entryPoints: ['source.js'], bundle: true, format: 'iife', outfile, logLevel: 'warning' })
  await runs(folder, { headers: STRICT })
})

test('without randomness from the platform nothing is made, in a page and in a worker', async () => {
  const attempts = `
    ${randomness.replace("'allod'", "'./node_modules/allod/dist/web.js'")}
    import { init } from './node_modules/allod/dist/web.js'
    const it = await init().then(attempts)`
  const folder = project({
    'index.html': module,
    'main.js': `${attempts}
      const worker = new Worker('./worker.js', { type: 'module' })
      worker.onmessage = ({ data }) => (globalThis.seen = [it, data])`,
    'worker.js': `${attempts}\npostMessage(it)`,
  })
  const server = await serve(folder)
  try {
    assert.deepEqual(await visit(`${server.url}/`), [[failedClosed, failedClosed], []])
  } finally {
    await server.close()
  }
})

test('what cannot be loaded is said, and loaded when it is there', async () => {
  const folder = project({
    'index.html': module,
    'main.js': `
      import { init } from './node_modules/allod/dist/web.js'
      const failed = await init().catch((error) => [error.name, error.code, error.message])
      globalThis.again = async () => (await init(), 'loaded')
      globalThis.seen = failed`,
  })
  const file = join(folder, 'node_modules/allod/dist/allod.wasm')
  cpSync(file, join(folder, 'elsewhere'))
  rmSync(file)
  const server = await serve(folder)
  const page = await browser.context.newPage()
  try {
    await page.goto(server.url)
    await page.waitForFunction(() => globalThis.seen)
    const [name, code, message] = await page.evaluate(() => globalThis.seen)
    assert.deepEqual([name, code], ['NotReadyError', 'not-loaded'])
    assert.match(message, /allod\.wasm with status 404$/)
    cpSync(join(folder, 'elsewhere'), file)
    assert.equal(await page.evaluate(() => globalThis.again()), 'loaded')
  } finally {
    await page.close()
    await server.close()
  }
})

test('a policy that forbids WASM is named', async () => {
  const folder = project({
    ...files,
    'main.js': "import { init } from './node_modules/allod/dist/web.js'; init().catch((error) => (globalThis.seen = [error.code, error.message]))",
  })
  const server = await serve(folder, { headers: { 'content-security-policy': "script-src 'self'" } })
  try {
    const [[code, message]] = await visit(`${server.url}/`)
    assert.equal(code, 'not-loaded')
    assert.match(message, /Content Security Policy/)
  } finally {
    await server.close()
  }
})
