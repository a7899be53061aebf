// Hostile calls in Chromium: fewer than in Node (../hostile.test.mjs), with the browser's own objects among them.

import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { serve } from '../../serve.mjs'
import { openChromium } from './chromium.mjs'

const seed = Number(process.env.ALLOD_SEED ?? 1)
const calls = Number(process.env.ALLOD_CALLS ?? 1_500)
const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../../../..')
/** With these a page may share memory. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

const PAGE = `<!doctype html><meta charset="utf-8"><title>hostile</title><link rel="icon" href="data:,"><iframe></iframe>
<script type="module">
  import * as allod from './dist/web.js'
  import { hostile } from './hostile-calls.mjs'
  await allod.init()
  const other = document.querySelector('iframe').contentWindow
  const realm = { evaluate: (text) => other.eval(text), Uint8Array: other.Uint8Array, Error: other.Error }
  addEventListener('unhandledrejection', (event) => event.preventDefault())
  globalThis.run = (options) => hostile(allod, { ...options, realm, say: (number) => (globalThis.at = number) })
  globalThis.loaded = true
</script>`

let site
let server
let browser
before(async () => {
  site = mkdtempSync(join(tmpdir(), 'allod-hostile-'))
  cpSync(join(root, 'target/npm/package/dist'), join(site, 'dist'), { recursive: true })
  for (const file of ['answer.mjs', 'hostile-calls.mjs', 'hostile-values.mjs']) cpSync(join(here, '..', file), join(site, file))
  writeFileSync(join(site, 'index.html'), PAGE)
  server = await serve(site, { headers: ISOLATED })
  browser = await openChromium()
})
after(async () => {
  await browser?.close()
  await server?.close()
  if (site) rmSync(site, { recursive: true, force: true })
})

test(`${calls} hostile calls from the seed ${seed}, in Chromium`, { timeout: 600_000 }, async (t) => {
  const page = await browser.context.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => globalThis.loaded, undefined, { timeout: 30_000 })
  assert.equal(await page.evaluate(() => crossOriginIsolated), true)
  const { cases } = JSON.parse(readFileSync(join(root, 'tests/vectors/policies.json'), 'utf8'))
  const result = await page.evaluate((options) => run(options), { seed, calls, vectors: cases.slice(0, 6) })
  t.diagnostic(`seed ${seed}: ${JSON.stringify(result.outcomes)}`)
  assert.equal(result.wrong.join('\n'), '')
  assert.deepEqual(result.untold, [])
  await page.close()
})
