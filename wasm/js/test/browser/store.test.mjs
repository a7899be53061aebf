// The store in the real IndexedDB: the suite, two tabs at once, a browser that is killed, and what goes wrong.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { closeAll, openSite, tab } from './store-pages.mjs'

let site
let context
before(async () => {
  site = await openSite()
  context = await site.browser()
})
after(closeAll)

/** Runs with two tabs of the same site. */
async function inTabs(run) {
  const pages = [await tab(context, site.url), await tab(context, site.url)]
  try {
    return await run(...pages)
  } finally {
    for (const page of pages) await page.close()
  }
}

test('the suite', { timeout: 300_000 }, async (t) => {
  const page = await tab(context, site.url)
  for (const name of await page.evaluate(() => Object.keys(globalThis.suite))) {
    await t.test(name, () =>
      page.evaluate(async (name) => {
        const store = await allod.IndexedDbStore.open(`suite: ${name}`)
        await suite[name](store)
        store.close()
      }, name),
    )
  }
  await page.close()
})

describe('two tabs at once', () => {
  const put = async ([database, tab, count]) => {
    const store = await allod.IndexedDbStore.open(database)
    const tokens = []
    for (let nonce = 0; nonce < count; nonce++) tokens.push(await grant(ALICE, BOB, ALICE, 100, 100 * tab + nonce))
    // One by one and together, beginning with the same ones in both tabs.
    const shared = await Promise.all([0, 1, 2].map((nonce) => grant(ALICE, BOB, ALICE, 100, 250 + nonce)))
    const added = await Promise.all([store.putDelegations(shared), ...tokens.map((token) => store.putDelegations([token]))])
    return added.reduce((sum, one) => sum + one)
  }

  test('lose no delegation', async () => {
    await inTabs(async (one, other) => {
      const added = await Promise.all([one.evaluate(put, ['two', 0, 40]), other.evaluate(put, ['two', 1, 40])])
      assert.equal(added[0] + added[1], 83, `each was new once: ${added}`)
      for (const page of [one, other]) {
        const listed = await page.evaluate(async () => {
          const store = await allod.IndexedDbStore.open('two')
          return (await store.delegations({ end: { to: key(BOB).did }, about: 'anyone' })).items.length
        })
        assert.equal(listed, 83, 'and both tabs see all of it')
      }
    })
  })

  const revoke = async ([database, begin, count, quota]) => {
    const store = await allod.IndexedDbStore.open(database)
    const shared = await grant(ALICE, CAROL, ALICE, null, 255)
    const kept = []
    for (let nonce = begin; nonce < begin + count; nonce++) {
      const token = await grant(CAROL, BOB, ALICE, 100, nonce)
      kept.push({ revocation: await revocation(token, nonce % 2 ? MALLORY : ALICE), delegations: [shared, token] })
    }
    return Promise.all(kept.map((one) => store.putRevocation(one, quota)))
  }
  const tally = (added) => Object.fromEntries(['new', 'known', 'over-quota'].map((it) => [it, added.filter((one) => one === it).length]))
  const state = async (database) => {
    const store = await allod.IndexedDbStore.open(database)
    const { items } = await store.revocations({ most: 1000 })
    return [items.length, items.every(({ delegations }) => delegations.length === 2)]
  }

  test('keep exactly what the quota of all allows', async () => {
    await inTabs(async (one, other) => {
      const quota = { each: 100, all: 25 }
      const added = await Promise.all([one.evaluate(revoke, ['all', 0, 30, quota]), other.evaluate(revoke, ['all', 15, 30, quota])])
      // Of 45 that are distinct, 15 come in both tabs; whatever is not kept is over the quota in either.
      const { new: fresh, ...others } = tally(added.flat())
      assert.equal(fresh, 25, JSON.stringify(others))
      assert.deepEqual(await one.evaluate(state, 'all'), [25, true])
    })
  })

  test('keep exactly what the quota of each subject allows', async () => {
    await inTabs(async (one, other) => {
      const quota = { each: 10, all: 100 }
      const added = await Promise.all([one.evaluate(revoke, ['each', 0, 30, quota]), other.evaluate(revoke, ['each', 30, 30, quota])])
      assert.deepEqual(tally(added.flat()), { new: 20, known: 0, 'over-quota': 40 })
      assert.deepEqual(await one.evaluate(state, 'each'), [20, true])
    })
  })

  test('count what is swept, put and wanted meanwhile to the end', async () => {
    await inTabs(async (one, other) => {
      const churn = async ([database, begin]) => {
        const store = await allod.IndexedDbStore.open(database)
        const shared = await grant(ALICE, CAROL, ALICE, null, 255)
        for (let nonce = begin; nonce < begin + 20; nonce++) {
          const token = await grant(CAROL, BOB, ALICE, 100, nonce)
          const kept = { revocation: await revocation(token, MALLORY), delegations: [shared, token] }
          await store.putRevocation(kept, { each: 1000, all: 1000 })
          if (nonce % 3 === 0) await store.putRevocation(kept)
          if (nonce % 5 === 0) await store.sweep(3701)
        }
      }
      await Promise.all([one.evaluate(churn, ['churn', 0]), other.evaluate(churn, ['churn', 100])])
      const left = await one.evaluate(async () => {
        const store = await allod.IndexedDbStore.open('churn')
        await store.sweep(3701)
        const database = await new Promise((resolve) => (indexedDB.open('churn').onsuccess = ({ target }) => resolve(target.result)))
        const count = (table) => new Promise((resolve) => (database.transaction(table).objectStore(table).count().onsuccess = ({ target }) => resolve(target.result)))
        const counts = await Promise.all(['revocations', 'witnesses', 'counts'].map(count))
        database.close()
        return counts
      })
      assert.deepEqual(left, [0, 0, 0], 'nothing is left, and nothing was miscounted')
    })
  })
})

test('no promise is kept before the transaction is on the disk', async () => {
  const page = await tab(context, site.url)
  const found = await page.evaluate(async () => {
    const { transaction } = IDBDatabase.prototype
    let last
    IDBDatabase.prototype.transaction = function (...handed) {
      const made = transaction.apply(this, handed)
      last = { mode: made.mode, durability: made.durability, over: false }
      const own = last
      made.addEventListener('complete', () => (own.over = true))
      return made
    }
    const store = await allod.IndexedDbStore.open('promised')
    const keys = await allod.KeyStore.open('promised keys')
    const token = await grant(ALICE, BOB, ALICE, 100, 0)
    const kept = { revocation: await revocation(token, ALICE), delegations: [token] }
    const received = await receipt(token.cid, 1, 100)
    const signer = await allod.WebCryptoSigner.generate()
    const found = {}
    const calls = {
      putDelegations: () => store.putDelegations([token]),
      removeDelegation: () => store.removeDelegation(token.cid),
      putRevocation: () => store.putRevocation(kept, { each: 1, all: 1 }),
      'putRevocation, wanted': () => store.putRevocation(kept),
      putReceipt: () => store.putReceipt(received),
      setSyncedAt: () => store.setSyncedAt(1),
      setName: () => store.setName('bob', key(BOB).did),
      sweep: () => store.sweep(3701),
      generate: () => keys.generate('me'),
      put: () => keys.put('another', signer),
      delete: () => keys.delete('me'),
    }
    for (const [name, call] of Object.entries(calls)) {
      last = undefined
      await call()
      found[name] = Object.values(last).join(' ')
    }
    return found
  })
  for (const [name, said] of Object.entries(found)) assert.equal(said, 'readwrite strict true', name)
  assert.equal(Object.keys(found).length, 11)
  await page.close()
})

test('what a promise says is kept outlives a browser that is killed', { timeout: 300_000 }, async () => {
  const own = await openSite()
  const kept = new Set()
  try {
    for (let round = 0; round < 3; round++) {
      const { context, kill } = await own.killable()
      try {
        const page = await tab(context, own.url)
        let enough
        const told = new Promise((resolve) => (enough = resolve))
        let count = 0
        await page.exposeFunction('tell', (cid) => {
          kept.add(cid)
          if (++count === 25) enough()
        })
        // It is never over: the browser is killed in the midst of it.
        await Promise.race([told, page.evaluate(putForEver, round)])
      } finally {
        await kill()
      }
    }
    const context = await own.browser()
    try {
      const page = await tab(context, own.url)
      const [lost, whole] = await page.evaluate(missed, [...kept])
      assert.ok(kept.size >= 75, `${kept.size}`)
      assert.deepEqual(lost, [], `of ${kept.size}`)
      assert.ok(whole, 'each with what witnesses it')
    } finally {
      await context.close()
    }
  } finally {
    await own.close()
  }
})

/** In a page: puts one after the other, and tells of each once its promise says so. */
async function putForEver(round) {
  const store = await allod.IndexedDbStore.open('killed')
  for (let nonce = 0; ; nonce++) {
    const end = 1000 * (round + 1) + nonce
    const [token, taken] = [await grant(ALICE, BOB, ALICE, end, nonce), await grant(ALICE, CAROL, ALICE, end, nonce)]
    const kept = { revocation: await revocation(taken, ALICE), delegations: [taken] }
    await Promise.all([
      store.putDelegations([token]).then(() => tell(`${token.cid}`)),
      store.putRevocation(kept).then(() => tell(`${taken.cid} revoked`)),
    ])
  }
}

/** In a page: what of that is not there, and whether all revocations are whole. */
async function missed(kept) {
  const store = await allod.IndexedDbStore.open('killed')
  const lost = []
  for (const it of kept) {
    const [cid, revoked] = it.split(' ')
    const there = revoked ? (await store.areRevoked([{ delegation: cid, by: key(ALICE).did }]))[0] : await store.delegation(cid)
    if (!there) lost.push(it)
  }
  const { items } = await store.revocations({ most: 10_000 })
  return [lost, items.every(({ delegations }) => delegations.length === 1)]
}

describe('what goes wrong', () => {
  /** In a page, `failure(promise)` says the class, the code and the message of what it rejects with. */
  async function withFailure(page) {
    await page.evaluate(() => {
      globalThis.failure = (promise) => promise.then(() => ['nothing'], (error) => [error.name, error.code, error.message])
      globalThis.opened = (name, version, upgrade) =>
        new Promise((resolve, reject) => {
          const request = indexedDB.open(name, version)
          request.onupgradeneeded = () => upgrade?.(request.result, request.transaction)
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error)
        })
      globalThis.raw = async (name, table, write) => {
        const database = await opened(name)
        await new Promise((resolve, reject) => {
          const transaction = database.transaction(table, 'readwrite')
          transaction.oncomplete = resolve
          transaction.onabort = () => reject(transaction.error)
          write(transaction.objectStore(table))
        })
        database.close()
      }
    })
    return page
  }

  test('a tab with a newer version is let through, and both say what to do', async () => {
    await inTabs(async (one, other) => {
      await withFailure(one)
      await withFailure(other)
      await one.evaluate(async () => {
        globalThis.store = await allod.IndexedDbStore.open('newer')
        await store.setSyncedAt(7)
      })
      await other.evaluate(async () => (await opened('newer', 99)).close())
      const superseded = await one.evaluate(() => failure(store.syncedAt()))
      assert.deepEqual(superseded.slice(0, 2), ['StoreError', 'superseded'])
      assert.match(superseded[2], /reload/)
      const newer = await one.evaluate(() => failure(allod.IndexedDbStore.open('newer')))
      assert.deepEqual(newer.slice(0, 2), ['StoreError', 'newer-format'])
      assert.match(newer[2], /reload/)
      // What was begun before it is finished.
      const late = await one.evaluate(async () => {
        const store = await allod.IndexedDbStore.open('late')
        const putting = Array.from({ length: 20 }, async (_, nonce) => store.putDelegations([await grant(ALICE, BOB, ALICE, 100, nonce)]))
        await Promise.resolve()
        await putting[0]
        store.close()
        const results = await Promise.all(putting.map(failure))
        const again = await allod.IndexedDbStore.open('late')
        const { items } = await again.delegations({ end: { to: key(BOB).did }, about: 'anyone' })
        return [results.filter(([name]) => name === 'nothing').length, items.length, results.filter(([, code]) => code === 'closed').length]
      })
      assert.equal(late[0], late[1], 'whatever a promise said')
      assert.equal(late[0] + late[2], 20)
    })
  })

  test('a tab that does not let go is named, and the page is not kept waiting for ever', { timeout: 60_000 }, async () => {
    await inTabs(async (one, other) => {
      await withFailure(one)
      await withFailure(other)
      await one.evaluate(async () => (globalThis.held = await opened('held', 1)))
      // Deleted behind the back of the tab that has it open: whoever opens it now waits behind that.
      const found = await other.evaluate(() => {
        indexedDB.deleteDatabase('held')
        return failure(allod.IndexedDbStore.open('held'))
      })
      assert.deepEqual(found.slice(0, 2), ['StoreError', 'in-use'])
      assert.match(found[2], /close the other tabs/)
      await one.evaluate(() => held.close())
      assert.deepEqual(await other.evaluate(() => failure(allod.IndexedDbStore.open('held'))), ['nothing'])
    })
  })

  test('a full disk loses nothing, and says so', { timeout: 60_000 }, async () => {
    // In a browser of its own, which looks at the room that is left before anything is written, and not often.
    const own = await openSite()
    const context = await own.browser()
    try {
      const page = await withFailure(await tab(context, own.url))
      const session = await context.newCDPSession(page)
      await session.send('Storage.overrideQuotaForOrigin', { origin: own.url, quotaSize: 100_000 })
      const found = await page.evaluate(async () => {
        const store = await allod.IndexedDbStore.open()
        const first = await grant(ALICE, BOB, ALICE, 100, 0)
        await store.putDelegations([first])
        const tokens = await Promise.all(Array.from({ length: 256 }, (_, nonce) => grant(ALICE, CAROL, ALICE, 100, nonce)))
        const error = await failure(store.putDelegations(tokens))
        const { items } = await store.delegations({ end: { to: key(CAROL).did }, about: 'anyone' })
        return [error, items.length, (await store.delegation(first.cid)) !== undefined]
      })
      assert.deepEqual([found[0].slice(0, 2), found[1], found[2]], [['StoreError', 'full'], 0, true])
      assert.match(found[0][2], /nothing was changed/)
    } finally {
      await context.close()
      await own.close()
    }
  })

  test('a page of nowhere has no database, and is told', async () => {
    const page = await tab(context, site.url)
    const said = await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => resolve(data), { once: true })
          const frame = document.createElement('iframe')
          frame.sandbox = 'allow-scripts'
          frame.srcdoc = `<script type="module">
            import * as allod from '${url}/dist/web.js'
            await allod.init()
            const said = (promise) => promise.catch((error) => [error.name, error.code])
            const persistent = said(allod.KeyStore.open().then((keys) => keys.persistent))
            parent.postMessage([await said(allod.IndexedDbStore.open().then(() => 'opened')), await persistent], '*')
          <` + '/script>'
          document.body.append(frame)
        }),
      site.url,
    )
    assert.deepEqual(said, [['StoreError', 'unavailable'], false])
    await page.close()
  })

  test('a database that is something else is left alone', async () => {
    const page = await withFailure(await tab(context, site.url))
    const found = await page.evaluate(async () => {
      const other = await opened('other', 1, (database) => database.createObjectStore('cats'))
      other.close()
      return failure(allod.IndexedDbStore.open('other'))
    })
    assert.deepEqual(found.slice(0, 2), ['StoreError', 'damaged'])
    assert.match(found[2], /another name/)
    await page.close()
  })

  test('what does not parse, or stands at the place of another, is damage and never left out', async () => {
    const page = await withFailure(await tab(context, site.url))
    const found = await page.evaluate(async () => {
      const { Cid, IndexedDbStore } = allod
      const [one, other] = [await grant(ALICE, BOB, ALICE, 100, 0), await grant(ALICE, BOB, ALICE, 100, 1)]
      const task = Cid.of(new Uint8Array([1]))
      const receipted = await receipt(task, 1, 100)
      const revoking = await revocation(one, ALICE)
      const found = {}
      const query = { end: { to: key(BOB).did }, about: 'anyone' }
      const damages = {
        delegations: [
          ['cut', (row) => ({ ...row, bytes: row.bytes.slice(0, -1) }), 'delegations'],
          ['flipped', (row) => ({ ...row, bytes: row.bytes.map((byte, at) => byte ^ (at === 9 ? 1 : 0)) }), 'delegations'],
          ['none', ({ bytes, ...row }) => row, 'delegations'],
          ['another', (row) => ({ ...row, bytes: other.bytes }), 'delegations'],
          ['for another', (row) => ({ ...row, to: key(CAROL).did }), 'moved'],
          ['about another', (row) => ({ ...row, about: '' }), 'delegations'],
          ['later', (row) => ({ ...row, order: -999 }), 'delegations'],
          ['never ending', ({ ends, ...row }) => row, 'delegations'],
        ],
        revocations: [
          ['cut', (row) => ({ ...row, bytes: row.bytes.slice(0, -1) }), 'revocations'],
          ['a delegation', (row) => ({ ...row, bytes: one.bytes }), 'revocations'],
          ['of another', (row) => ({ ...row, revoked: String(other.cid) }), 'revocations'],
          ['without its witness', (row) => ({ ...row, delegations: [String(other.cid)] }), 'revocations'],
        ],
        witnesses: [['another', (row) => ({ ...row, bytes: other.bytes }), 'revocations']],
        receipts: [
          ['cut', (row) => ({ ...row, bytes: row.bytes.slice(0, -1) }), 'receipt'],
          ['of another', (row) => ({ ...row, issuer: key(BOB).did }), 'receipt'],
        ],
      }
      for (const [table, ways] of Object.entries(damages)) {
        for (const [way, damage, reading] of ways) {
          const name = `damaged ${table} ${way}`
          const store = await IndexedDbStore.open(name)
          await store.putDelegations([one])
          await store.putRevocation({ revocation: revoking, delegations: [one] })
          await store.putReceipt(receipted)
          await raw(name, table, (rows) => {
            rows.getAll().onsuccess = ({ target }) => {
              rows.clear()
              for (const row of target.result) rows.put(damage(row))
            }
          })
          const readings = {
            delegations: () => store.delegations(query),
            moved: () => store.delegations({ ...query, end: { to: key(CAROL).did } }),
            revocations: () => store.revocations(),
            receipt: () => store.receipt(receipted.cid),
          }
          found[name] = (await failure(readings[reading]())).slice(0, 2).join(' ')
          if (table === 'delegations') {
            const rest = [await failure(store.delegation(one.cid)), [await store.removeDelegation(one.cid)], await failure(store.delegations(query))]
            found[`${name}: taken out`] = rest.map(([it, code]) => code ?? it).join(' ')
          }
          store.close()
        }
      }
      return found
    })
    for (const [name, said] of Object.entries(found)) {
      assert.equal(said, name.endsWith('taken out') ? 'damaged true nothing' : 'StoreError damaged', name)
    }
    assert.equal(Object.keys(found).length, 15 + 8)
    await page.close()
  })

  test('what fails in the midst of it has not begun', async () => {
    const page = await withFailure(await tab(context, site.url))
    const found = await page.evaluate(async () => {
      const store = await allod.IndexedDbStore.open('midst')
      const token = await grant(ALICE, BOB, ALICE, 100, 0)
      await store.putDelegations([token])
      const kept = { revocation: await revocation(token, ALICE), delegations: [token] }
      await store.putRevocation(kept, { each: 9, all: 9 })
      // What is to be counted down is not there.
      await raw('midst', 'witnesses', (rows) => rows.clear())
      const swept = await failure(store.sweep(3701))
      await raw('midst', 'counts', (rows) => rows.clear())
      const wanted = await failure(store.putRevocation(kept))
      const left = [(await store.delegation(token.cid)) !== undefined, (await store.areRevoked([{ delegation: token.cid, by: key(ALICE).did }]))[0]]
      const again = await failure(store.putRevocation(kept))
      return [swept, wanted, again].map(([name, code]) => `${name} ${code}`).concat(left)
    })
    assert.deepEqual(found, [...Array(3).fill('StoreError damaged'), true, true])
    await page.close()
  })

  test('a browser that clears the data says that it is gone', async () => {
    const page = await withFailure(await tab(context, site.url))
    const session = await context.newCDPSession(page)
    await page.evaluate(async () => (globalThis.store = await allod.IndexedDbStore.open('cleared')))
    await session.send('Storage.clearDataForOrigin', { origin: site.url, storageTypes: 'indexeddb' })
    await page.waitForFunction(async () => (await failure(store.syncedAt()))[0] !== 'nothing')
    const [name, code] = await page.evaluate(() => failure(store.syncedAt()))
    assert.equal(name, 'StoreError')
    assert.ok(['lost', 'superseded'].includes(code), code)
    assert.deepEqual(await page.evaluate(() => failure(allod.IndexedDbStore.open('cleared'))), ['nothing'], 'it can be opened again')
    await page.close()
  })
})
