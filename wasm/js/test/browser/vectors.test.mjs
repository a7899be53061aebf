// The vectors in Chromium: the project's own, and those from elsewhere; the same verdicts and codes as in Node and in Rust.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { checks } from '../shared-checks.mjs'
import { folder as shared, missing } from '../shared-files.mjs'
import { openPage, root } from './site.mjs'

const own = join(root, 'tests/vectors')

const PAGE = `<!doctype html><meta charset="utf-8"><title>vectors</title><link rel="icon" href="data:,">
<script type="module">
  import * as allod from './dist/web.js'
  import { answer } from './answer.mjs'
  import { checks } from './shared-checks.mjs'
  await allod.init()
  Object.assign(globalThis, { allod, answer, checks: checks(allod), loaded: true })
</script>`

let site
let page
before(async () => {
  const files = ['answer.mjs', 'shared-checks.mjs', 'store-forge.mjs']
  site = await openPage(PAGE, { files, folders: missing ? { own } : { own, shared } })
  page = await site.open()
})
after(() => site?.close())

const files = readdirSync(own).filter((name) => name.endsWith('.json'))

test('there are vectors', () => assert.ok(files.length > 15))

for (const file of files) {
  test(`vectors: ${file}`, async () => {
    const found = await page.evaluate(async (file) => {
      const { cases } = await (await fetch(`own/${file}`)).json()
      return cases.map((one) => [`${one.id}: ${one.description}`, answer(allod, one), one.expect])
    }, file)
    assert.ok(found.length > 0)
    for (const [name, answer, expected] of found) assert.deepEqual(answer, expected, `${file}: ${name}`)
  })
}

for (const [name, [subfolder]] of Object.entries(checks({}))) {
  test(name, { skip: missing }, async () => {
    const names = readdirSync(join(shared, subfolder))
    const wrong = await page.evaluate(
      async ([name, subfolder, names]) => {
        const files = {}
        for (const file of names) {
          const answer = await fetch(`shared/${subfolder}/${encodeURIComponent(file)}`)
          if (!answer.ok) return `${file}: ${answer.status}`
          files[file] = new Uint8Array(await answer.arrayBuffer())
        }
        return checks[name][1](files).then(() => undefined, (error) => error.stack)
      },
      [name, subfolder, names],
    )
    assert.equal(wrong, undefined)
  })
}
