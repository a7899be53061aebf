// A thread of its own for hostile calls: one that hangs can be ended, and is known by its number.

import { readFileSync } from 'node:fs'
import vm from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import 'fake-indexeddb/auto'
import * as whole from '../../../target/npm/package/dist/node.mjs'
import { hostile } from './hostile-calls.mjs'

const { seed, calls, first, progress, most, lite } = workerData
// As it is for browsers: in Node the other would be in its place.
const allod = lite ? (await import('./lite/edition.mjs')).lite : whole
const context = vm.createContext({})
const evaluate = (text) => vm.runInContext(text, context)
const realm = { evaluate, Uint8Array: evaluate('Uint8Array'), Error: evaluate('Error') }
const { cases } = JSON.parse(readFileSync(new URL('../../../tests/vectors/allow.json', import.meta.url), 'utf8'))
const denied = JSON.parse(readFileSync(new URL('../../../tests/vectors/policies.json', import.meta.url), 'utf8')).cases
const vectors = [...cases.slice(0, 3), ...denied.filter(({ expect }) => expect.decision === 'deny').slice(0, 3)]
const at = new Int32Array(progress)
process.on('unhandledRejection', () => {})
parentPort.postMessage(await hostile(allod, { whole, seed, first, calls, vectors, realm, most, say: (number) => Atomics.store(at, 0, number) }))
process.exit(0)
