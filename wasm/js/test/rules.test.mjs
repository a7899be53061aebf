// The rules that the types name are those of the core.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8')

test('Rule names the rules of the core, in their order', () => {
  const core = read('../../../core/src/validation/trace.rs')
  const names = core.slice(core.indexOf('pub const fn name(self)'), core.indexOf('impl fmt::Display for Rule'))
  const typed = read('../src/decision.ts').match(/export type Rule =([^]*?)\n\n/)[1]
  const rules = [...names.matchAll(/=> "([a-z-]+)"/g)].map(([, name]) => name)
  assert.equal(rules.length, 21)
  assert.deepEqual([...typed.matchAll(/'([a-z-]+)'/g)].map(([, name]) => name), rules)
})
