// Hostile calls in Chromium: fewer than in Node (../hostile.test.mjs), with the browser's own objects among them.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openPage, root } from './site.mjs'

const seed = Number(process.env.ALLOD_SEED ?? 1)
const calls = Number(process.env.ALLOD_CALLS ?? 1_500)
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
before(async () => {
  site = await openPage(PAGE, { files: ['answer.mjs', 'hostile-calls.mjs', 'hostile-values.mjs'], headers: ISOLATED })
})
after(() => site?.close())

test(`${calls} hostile calls from the seed ${seed}, in Chromium`, { timeout: 600_000 }, async (t) => {
  const page = await site.open()
  assert.equal(await page.evaluate(() => crossOriginIsolated), true)
  const { cases } = JSON.parse(readFileSync(join(root, 'tests/vectors/policies.json'), 'utf8'))
  const result = await page.evaluate((options) => run(options), { seed, calls, vectors: cases.slice(0, 6) })
  t.diagnostic(`seed ${seed}: ${JSON.stringify(result.outcomes)}`)
  assert.equal(result.wrong.join('\n'), '')
  assert.deepEqual(result.untold, [])
  await page.close()
})
