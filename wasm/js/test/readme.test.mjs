// The examples of the npm page run as they stand there.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const made = fileURLToPath(new URL('../../../target/npm/package', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'allod-readme-'))
mkdirSync(join(folder, 'node_modules'))
symlinkSync(made, join(folder, 'node_modules/allod'))
after(() => rmSync(folder, { recursive: true }))

const blocks = [...readme.matchAll(/^```js( browser)?\n([^]*?)^```$/gm)].map(([, browser, code]) => ({ browser: Boolean(browser), code }))
const outputs = [/album: 'summer'/, undefined, /no-proof/, /revoked/, /^\/photos\/read$/m]

test('there are as many examples as are known here', () => assert.equal(blocks.length, outputs.length))

blocks.forEach(({ browser, code }, index) => {
  test(`example ${index + 1}`, { skip: browser && 'it runs in browser/packaging.test.mjs' }, () => {
    const file = join(folder, `example-${index}.mjs`)
    writeFileSync(file, code)
    assert.match(execFileSync(process.execPath, [file], { encoding: 'utf8' }), outputs[index])
  })
  if (index > 1) return
  test(`the first grant, ${browser ? 'in a browser' : 'in Node'}, takes fewer than 15 lines`, () => {
    assert.ok(code.trim().split('\n').filter((line) => line.trim()).length < 15)
  })
})
