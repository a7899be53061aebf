// The vectors, decided by `allod/lite`: the same verdicts and codes as by the whole, which has those of Rust.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as whole from '../../../../target/npm/package/dist/node.mjs'
import { answer } from '../answer.mjs'
import { lite } from './edition.mjs'

const folder = new URL('../../../../tests/vectors/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
const documented = ({ known }) => (known?.documents ?? []).length > 0
let withDocuments = 0

for (const file of files) {
  test(`vectors, without documents: ${file}`, () => {
    const { cases } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    for (const one of cases) {
      const name = `${file}: ${one.id}: ${one.description}`
      if (!documented(one)) assert.deepEqual(answer(lite, one), one.expect, name)
      else {
        withDocuments++
        assert.throws(() => answer(lite, one), { name: 'AllodError', code: 'not-in-lite' }, name)
        const bare = { ...one, known: { ...one.known, documents: [] } }
        assert.deepEqual(answer(lite, bare), answer(whole, bare), name)
      }
    }
  })
}

test('there are some with documents', () => assert.ok(withDocuments > 0))
