// The project's own vectors, through the package: the same verdicts and codes as in Rust. ../browser/vectors.test.mjs runs the same in Chromium.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as allod from '../../../target/npm/package/dist/node.mjs'
import { answer } from './answer.mjs'

const folder = new URL('../../../tests/vectors/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

test('there are vectors', () => assert.ok(files.length > 15))

for (const file of files) {
  test(`vectors: ${file}`, () => {
    const { cases } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    assert.ok(cases.length > 0)
    for (const one of cases) assert.deepEqual(answer(allod, one), one.expect, `${file}: ${one.id}: ${one.description}`)
  })
}
