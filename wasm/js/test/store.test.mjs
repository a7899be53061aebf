// The suite of stores in Node: over the store in memory, and over the one in IndexedDB, which is an imitation here and the real one
// in browser/store.test.mjs.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fake from 'fake-indexeddb'
import * as allod from '../../../target/npm/package/dist/node.mjs'
import { ALICE, BOB, forge, rejects } from './store-forge.mjs'
import { suite } from './store-suite.mjs'

const { IndexedDbStore, KeyStore, MemoryStore } = allod

/** Runs with an imitation of IndexedDB in place. */
async function imitated(run) {
  Object.assign(globalThis, { indexedDB: new fake.IDBFactory(), IDBKeyRange: fake.IDBKeyRange })
  try {
    return await run()
  } finally {
    delete globalThis.indexedDB
    delete globalThis.IDBKeyRange
  }
}

describe('in memory', () => {
  for (const [name, run] of Object.entries(suite(allod))) test(name, () => run(new MemoryStore()))

  test('what is asked while something is put finds all of it or nothing', async () => {
    const { grant, key } = forge(allod)
    const store = new MemoryStore()
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, nonce) => grant(ALICE, BOB, ALICE, 100, nonce)))
    const query = { end: { to: key(BOB).did }, about: 'anyone' }
    const [, found] = await Promise.all([store.putDelegations(tokens), store.delegations(query), store.sweep(101)])
    assert.ok([0, 50].includes(found.items.length), `${found.items.length}`)
    assert.equal((await store.delegations(query)).items.length, 0)
  })
})

describe('in an imitation of IndexedDB', () => {
  for (const [name, run] of Object.entries(suite(allod))) {
    test(name, () =>
      imitated(async () => {
        const store = await IndexedDbStore.open()
        await run(store)
        await store[Symbol.asyncDispose]()
        await rejects(store.syncedAt(), 'StoreError', 'closed')
      }),
    )
  }
})

test('without IndexedDB it says so, and what to do', async () => {
  const error = await rejects(IndexedDbStore.open(), 'StoreError', 'unavailable')
  assert.match(error.message, /MemoryStore/)
  const keys = await KeyStore.open()
  assert.equal(keys.persistent, false, 'and keys are kept for as long as the program runs')
  assert.equal(await keys.requestPersistence(), false)
})

test('a name of a database is a string', async () => {
  for (const name of [null, 7, {}]) await rejects(IndexedDbStore.open(name), 'ArgumentError', 'bad-argument')
})

test('a database that somebody else laid out is not taken for one of these', async () => {
  const own = {
    delegations: { '': ['cid'], to: ['to', 'about', 'order', 'cid'], by: ['by', 'about', 'order', 'cid'], ends: ['ends', 'cid'] },
    revocations: { '': ['revoked', 'subject'], ends: ['ends', 'revoked', 'subject'] },
    witnesses: { '': ['cid'] },
    counts: { '': ['subject'] },
    receipts: { '': ['cid'], task: ['task', 'issuer', 'cid'], ends: ['ends', 'cid'] },
    names: { '': ['name'] },
    meta: { '': ['name'] },
  }
  const laidOut = (change) =>
    imitated(async () => {
      const shapes = change(structuredClone(own))
      await new Promise((resolve, reject) => {
        const request = indexedDB.open('odd', 1)
        request.onupgradeneeded = () => {
          for (const [name, { '': key, ...indexes }] of Object.entries(shapes)) {
            const table = request.result.createObjectStore(name, { keyPath: key })
            for (const [index, path] of Object.entries(indexes)) table.createIndex(index, path)
          }
        }
        request.onsuccess = () => resolve(request.result.close())
        request.onerror = reject
      })
      await (await IndexedDbStore.open('odd')).close()
    })
  await laidOut((shapes) => shapes)
  const others = [
    (shapes) => ((shapes.revocations[''] = ['subject', 'revoked']), shapes),
    (shapes) => ((shapes.delegations.to = ['by', 'about', 'order', 'cid']), shapes),
    (shapes) => (delete shapes.receipts.task, shapes),
  ]
  for (const other of others) await rejects(laidOut(other), 'StoreError', 'damaged')
})
