// The test that makes hostile calls, in a thread of its own.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'

const seed = Number(process.env.ALLOD_SEED ?? 1)
const calls = Number(process.env.ALLOD_CALLS ?? 10_000)
const first = Number(process.env.ALLOD_FIRST ?? 0)

/** Of what is imported by this name, or of `allod/lite`. */
export function hostileCalls(name, { lite = false }) {
  test(`${calls} hostile calls of ${name} from the seed ${seed} trap nowhere, and break nothing`, { timeout: 600_000 }, async (t) => {
    const progress = new SharedArrayBuffer(4)
    const worker = new Worker(new URL('hostile-worker.mjs', import.meta.url), { workerData: { seed, calls, first, progress, lite } })
    const at = new Int32Array(progress)
    let last = -1
    let watch
    const result = await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the thread ended with ${code} in call ${at[0]}`)))
      watch = setInterval(() => {
        if (at[0] === last) reject(new Error(`call ${last} hangs`))
        last = at[0]
      }, 120_000)
    }).finally(() => {
      clearInterval(watch)
      return worker.terminate()
    })
    t.diagnostic(`seed ${seed}: ${JSON.stringify(result.outcomes)}`)
    assert.deepEqual(result.untold, [], 'exports of which hostile-calls.mjs does not know how they are called')
    assert.equal(result.wrong.join('\n'), '')
    if (calls >= 10_000) assert.deepEqual(Object.entries(result.counts).filter(([, times]) => times < 5), [], 'called too seldom')
  })
}
