// Keys in the real IndexedDB: they survive the browser, and cannot be extracted before or after.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as allod from '../../../../target/npm/package/dist/node.mjs'
import { closeAll, openSite, tab } from './store-pages.mjs'

let site
let context
before(async () => {
  site = await openSite()
  context = await site.browser()
})
after(closeAll)

/** What a page finds of the key of that name: whether it can be extracted, and something it signed. */
const look = async ([store, name]) => {
  const keys = await allod.KeyStore.open(store)
  const signer = await keys.get(name)
  if (!signer) return undefined
  const { privateKey } = signer.keyPair
  const extracted = await Promise.all(
    ['jwk', 'pkcs8', 'raw'].map((format) => crypto.subtle.exportKey(format, privateKey).then(() => format, () => undefined)),
  )
  const token = await allod.signDelegation(signer, { audience: key(BOB).did, subject: signer.did, command: '/photos/read', expires: null })
  keys.close()
  const { did, publicKey } = signer
  return {
    did,
    algorithm: publicKey.algorithm,
    token: [...token.bytes],
    extracted: extracted.filter(Boolean),
    extractable: privateKey.extractable,
    persistent: keys.persistent,
  }
}

function holds(found, algorithm) {
  const { did, token, ...rest } = found
  assert.deepEqual(rest, { algorithm, extracted: [], extractable: false, persistent: true })
  // Here in Node, by the same core that runs in Rust.
  const delegation = allod.Delegation.parse(Uint8Array.from(token))
  delegation.verify()
  assert.equal(delegation.issuer, did)
  return did
}

test('keys survive a restart of the browser, still sign, and still cannot be extracted', async () => {
  const algorithms = { ed: 'Ed25519', ec: 'P-256' }
  let page = await tab(context, site.url)
  const before = {}
  for (const [name, algorithm] of Object.entries(algorithms)) {
    const did = await page.evaluate(
      async ([name, algorithm]) => {
        const keys = await allod.KeyStore.open()
        const made = await keys.generate(name, { algorithm })
        keys.close()
        return made.did
      },
      [name, algorithm],
    )
    before[name] = holds(await page.evaluate(look, [undefined, name]), algorithm)
    assert.equal(before[name], did)
  }
  await context.close()
  context = await site.browser()
  page = await tab(context, site.url)
  for (const [name, algorithm] of Object.entries(algorithms)) {
    assert.equal(holds(await page.evaluate(look, [undefined, name]), algorithm), before[name], 'the same key')
  }
  assert.deepEqual(await page.evaluate(async () => (await allod.KeyStore.open()).list()), ['ec', 'ed'])
  await page.close()
})

test('Chromium has Ed25519, so that is what it makes', async () => {
  const page = await tab(context, site.url)
  assert.equal(await page.evaluate(async () => (await allod.WebCryptoSigner.generate()).publicKey.algorithm), 'Ed25519')
  await page.close()
})

test('a key outlives a browser that is killed once it is there', { timeout: 120_000 }, async () => {
  const own = await openSite()
  try {
    const { context, kill } = await own.killable()
    let did
    try {
      did = await (await tab(context, own.url)).evaluate(async () => (await (await allod.KeyStore.open()).generate('me')).did)
    } finally {
      await kill()
    }
    const again = await own.browser()
    try {
      const found = await (await tab(again, own.url)).evaluate(look, [undefined, 'me'])
      assert.equal(holds(found, 'Ed25519'), did)
    } finally {
      await again.close()
    }
  } finally {
    await own.close()
  }
})

test('of two tabs that make a key of one name at once, both get the same', async () => {
  const pages = [await tab(context, site.url), await tab(context, site.url)]
  for (let round = 0; round < 10; round++) {
    const make = async (round) => (await (await allod.KeyStore.open('race')).generate(`round ${round}`)).did
    const [one, other] = await Promise.all(pages.map((page) => page.evaluate(make, round)))
    assert.equal(one, other)
    assert.equal(holds(await pages[0].evaluate(look, ['race', `round ${round}`]), 'Ed25519'), one, 'and it is the one that is kept')
  }
  for (const page of pages) await page.close()
})

test('a name is never given to another key', async () => {
  const page = await tab(context, site.url)
  const found = await page.evaluate(async () => {
    const { KeyStore, WebCryptoSigner } = allod
    const keys = await KeyStore.open('names')
    const code = (promise) => promise.then(() => 'nothing', (error) => `${error.name} ${error.code}`)
    const [me, other] = [await keys.generate('me'), await WebCryptoSigner.generate({ algorithm: 'P-256' })]
    const extractable = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
    const danger = await WebCryptoSigner.from(extractable, { dangerAllowExtractable: true })
    const said = [
      await code(keys.put('me', other)),
      await code(keys.put('me', me)),
      await code(keys.generate('me', { algorithm: 'P-256' })),
      await code(keys.put('open', danger)),
      await code(keys.put('open', danger, { dangerAllowExtractable: true })),
      await code(keys.put('other', other)),
    ]
    const same = [(await keys.get('me')).did === me.did, (await keys.get('open')).did === danger.did, (await keys.get('other')).did === other.did]
    const deleted = [await keys.delete('me'), await keys.delete('me'), (await keys.get('me')) === undefined]
    const fresh = (await keys.generate('me')).did !== me.did
    const list = await keys.list()
    keys.close()
    return { said, same, deleted, fresh, list, closed: [await code(keys.get('me')), await code(keys.generate('me')), await code(keys.list())] }
  })
  assert.deepEqual(found, {
    said: ['KeyError name-taken', 'nothing', 'KeyError name-taken', 'KeyError extractable', 'nothing', 'nothing'],
    same: [true, true, true],
    deleted: [true, false, true],
    fresh: true,
    list: ['me', 'open', 'other'],
    closed: Array(3).fill('StoreError closed'),
  })
  await page.close()
})

test('where IndexedDB takes no keys they last as long as the page, one can tell before, and nothing is written', async () => {
  for (const way of ['thrown', 'lost']) {
    const page = await tab(context, site.url)
    const name = `refused ${way}`
    const found = await page.evaluate(
      async ([name, way]) => {
        const { put, get } = IDBObjectStore.prototype
        const has = (value) => value && Object.values(value).some((it) => it instanceof CryptoKey)
        if (way === 'thrown') {
          IDBObjectStore.prototype.put = function (value) {
            if (has(value)) throw new DOMException('CryptoKey object could not be cloned', 'DataCloneError')
            return put.call(this, value)
          }
        } else {
          // What comes back is no key.
          IDBObjectStore.prototype.put = function (value) {
            return put.call(this, { ...value, publicKey: {}, privateKey: {} })
          }
        }
        const keys = await allod.KeyStore.open(name)
        const before = keys.persistent
        const made = await keys.generate('me')
        const token = await allod.signDelegation(made, { audience: key(BOB).did, subject: made.did, command: '/photos/read', expires: null })
        token.verify()
        const same = (await keys.get('me')).did === made.did
        Object.assign(IDBObjectStore.prototype, { put, get })
        const database = await new Promise((resolve) => (indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result)))
        const count = await new Promise((resolve) => (database.transaction('keys').objectStore('keys').count().onsuccess = ({ target }) => resolve(target.result)))
        database.close()
        const another = (await allod.KeyStore.open(name)).persistent
        return { before, same, count, another }
      },
      [name, way],
    )
    assert.deepEqual(found, { before: false, same: true, count: 0, another: true }, way)
    await page.close()
  }
})

test('opening a key store writes nothing', async () => {
  const page = await tab(context, site.url)
  assert.deepEqual(await page.evaluate(async () => (await allod.KeyStore.open('fresh')).list()), [])
  assert.equal(await page.evaluate(async () => (await allod.KeyStore.open('fresh')).persistent), true)
  await page.close()
})

test('what is kept as a key and is none is damage', async () => {
  const page = await tab(context, site.url)
  const found = await page.evaluate(async () => {
    const keys = await allod.KeyStore.open('damaged')
    const [one, other] = [await keys.generate('one', { algorithm: 'P-256' }), await keys.generate('other')]
    const database = await new Promise((resolve) => (indexedDB.open('damaged').onsuccess = ({ target }) => resolve(target.result)))
    await new Promise((resolve) => {
      const transaction = database.transaction('keys', 'readwrite')
      transaction.oncomplete = resolve
      transaction.objectStore('keys').put({ name: 'one', publicKey: other.keyPair.publicKey, privateKey: one.keyPair.privateKey })
      transaction.objectStore('keys').put({ name: 'none', publicKey: 7, privateKey: 8 })
    })
    database.close()
    const code = (promise) => promise.then(({ did }) => did === other.did, (error) => `${error.name} ${error.code}`)
    return [await code(keys.get('one')), await code(keys.get('none')), await code(keys.get('other'))]
  })
  assert.deepEqual(found, ['StoreError damaged', 'StoreError damaged', true])
  await page.close()
})

test('the browser is asked not to clear the data only when one says so', async () => {
  const page = await tab(context, site.url)
  const found = await page.evaluate(async () => {
    let asked = 0
    navigator.storage.persist = async () => (asked++, true)
    const [keys, store] = [await allod.KeyStore.open(), await allod.IndexedDbStore.open()]
    await keys.generate('asking')
    await store.setSyncedAt(1)
    const before = asked
    return [before, await keys.requestPersistence(), await store.requestPersistence(), asked]
  })
  assert.deepEqual(found, [0, true, true, 2])
  await page.close()
})

test('a page without a secure context is told to be served over https', async () => {
  // Any address but this machine's own; it never leaves it.
  const page = await context.newPage()
  await page.route('http://insecure.example/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    const answer = await fetch(site.url + pathname)
    const body = Buffer.from(await answer.arrayBuffer())
    await route.fulfill({ status: answer.status, contentType: answer.headers.get('content-type'), body })
  })
  await page.goto('http://insecure.example/')
  await page.waitForFunction(() => globalThis.loaded)
  const said = await page.evaluate(async () => {
    const code = (promise) => promise.then(() => 'nothing', (error) => `${error.name} ${error.code} ${error.message}`)
    return [isSecureContext, await code(allod.WebCryptoSigner.generate()), await code(allod.KeyStore.open()), await code(allod.IndexedDbStore.open())]
  })
  assert.equal(said[0], false)
  assert.match(said[1], /^KeyError no-webcrypto .*https/)
  assert.match(said[2], /^KeyError no-webcrypto .*https/)
  assert.equal(said[3], 'nothing')
  await page.close()
})
