// That the tests beside this one are of the small module.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import '../../../../target/npm/package/dist/node.mjs'

test('what was loaded is the small module', () => assert.match(globalThis.inPlaceOfTheFastModule ?? 'the fast one', /\/allod\.wasm$/))
