// Signers in Node, whose WebCrypto is the browser's; what survives a restart is in browser/keys.test.mjs.

import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import * as allod from '../../../target/npm/package/dist/node.mjs'
import { ALICE, BOB, CAROL, forge, rejects } from './store-forge.mjs'

const { KeyStore, WebCryptoSigner, actingAs, didOfKey, keyOfDid, signerFrom, verifySignature } = allod
const { subtle } = globalThis.crypto
const { key } = forge(allod)

/** Grants something with that signer, and sees that it holds. */
async function grants(signer, documents) {
  const token = await allod.signDelegation(signer, { audience: key(BOB).did, subject: signer.did, command: '/photos/read', expires: null })
  token.verify(documents)
  assert.equal(token.issuer, signer.did)
}

/** How many times it is enough for both kinds of s to come up: once in 2^20 it is not. */
const OFTEN = 20

for (const algorithm of ['Ed25519', 'P-256']) {
  test(`WebCrypto makes ${algorithm} keys that sign, and cannot be extracted`, async () => {
    const signer = await WebCryptoSigner.generate({ algorithm })
    assert.equal(signer.publicKey.algorithm, algorithm)
    assert.equal(signer.did, didOfKey(algorithm, signer.publicKey.bytes))
    assert.equal(signer.keyPair.privateKey.extractable, false)
    for (const format of ['jwk', 'pkcs8']) await assert.rejects(subtle.exportKey(format, signer.keyPair.privateKey))
    for (let times = 0; times < OFTEN; times++) await grants(signer)
  })
}

test('P-256 points of either sign are compressed as they have to be', async () => {
  const signs = new Set()
  for (let times = 0; times < OFTEN; times++) {
    const { publicKey } = await WebCryptoSigner.generate({ algorithm: 'P-256' })
    signs.add(publicKey.bytes[0])
    assert.equal(publicKey.bytes.length, 33)
  }
  assert.deepEqual([...signs].sort(), [2, 3])
})

test('without being told it makes Ed25519 keys where the platform has them, and P-256 elsewhere', async () => {
  assert.equal((await WebCryptoSigner.generate()).publicKey.algorithm, 'Ed25519')
  const { generateKey } = subtle
  let tried = 0
  subtle.generateKey = function (algorithm, ...rest) {
    if (algorithm.name !== 'Ed25519') return generateKey.call(this, algorithm, ...rest)
    tried++
    return Promise.reject(new DOMException('no such algorithm', 'NotSupportedError'))
  }
  try {
    for (let times = 0; times < 3; times++) {
      const signer = await WebCryptoSigner.generate()
      assert.equal(signer.publicKey.algorithm, 'P-256')
      await grants(signer)
    }
    assert.equal(tried, 1, 'tried once')
    const error = await rejects(WebCryptoSigner.generate({ algorithm: 'Ed25519' }), 'KeyError', 'unsupported-algorithm')
    assert.match(error.message, /P-256/)
  } finally {
    delete subtle.generateKey
  }
  assert.equal((await WebCryptoSigner.generate({ algorithm: 'Ed25519' })).publicKey.algorithm, 'Ed25519')
})

test('a private key that can be extracted is refused, unless one says so', async () => {
  for (const algorithm of [{ name: 'Ed25519' }, { name: 'ECDSA', namedCurve: 'P-256' }]) {
    const pair = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const error = await rejects(WebCryptoSigner.from(pair), 'KeyError', 'extractable')
    assert.match(error.message, /dangerAllowExtractable/)
    for (const half of [false, 1, 'true']) await rejects(WebCryptoSigner.from(pair, { dangerAllowExtractable: half }), 'KeyError', 'extractable')
    const signer = await WebCryptoSigner.from(pair, { dangerAllowExtractable: true })
    await grants(signer)
    const keys = await KeyStore.open()
    await rejects(keys.put('it', signer), 'KeyError', 'extractable')
    assert.deepEqual(await keys.list(), [])
    await keys.put('it', signer, { dangerAllowExtractable: true })
    assert.equal((await keys.get('it')).did, signer.did)
  }
})

test('only a pair of keys that sign makes a signer', async () => {
  const ed = () => subtle.generateKey('Ed25519', false, ['sign', 'verify'])
  const ec = (namedCurve) => subtle.generateKey({ name: 'ECDSA', namedCurve }, false, ['sign', 'verify'])
  const [one, other, p256, p384] = [await ed(), await ed(), await ec('P-256'), await ec('P-384')]
  const pair = (publicKey, privateKey) => WebCryptoSigner.from({ publicKey, privateKey })
  await rejects(pair(p256.publicKey, one.privateKey), 'ArgumentError', 'bad-argument')
  await rejects(pair(one.publicKey, p256.privateKey), 'ArgumentError', 'bad-argument')
  await rejects(pair(p384.publicKey, p384.privateKey), 'KeyError', 'unsupported-algorithm')
  const ecdh = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
  await rejects(pair(ecdh.publicKey, ecdh.privateKey), 'KeyError', 'unsupported-algorithm')
  const hidden = await subtle.importKey('raw', await subtle.exportKey('raw', one.publicKey), 'Ed25519', false, ['verify'])
  await rejects(pair(hidden, one.privateKey), 'ArgumentError', 'bad-argument')
  // The public key need not have a usage.
  const bare = await subtle.importKey('raw', await subtle.exportKey('raw', p256.publicKey), { name: 'ECDSA', namedCurve: 'P-256' }, true, [])
  await grants(await pair(bare, p256.privateKey))
  // Halves of two keys make no token.
  await rejects(grants(await pair(other.publicKey, one.privateKey)), 'BuildError', 'bad-signature')
})

test('any function that signs makes a signer', async () => {
  for (const name of [ALICE, BOB, CAROL]) {
    const own = key(name)
    const by = async (bytes) => own.sign(bytes)
    await grants(signerFrom({ did: own.did, sign: by }))
    await grants(signerFrom({ publicKey: own.publicKey, sign: by }))
    await grants(signerFrom({ publicKey: own.publicKey, did: own.did, sign: (bytes) => own.sign(bytes) }))
    assert.deepEqual(signerFrom({ did: own.did, sign: by }).publicKey, own.publicKey)
  }
})

test('hardware that answers in DER, with whichever s, makes a signer', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x, y } = publicKey.export({ format: 'jwk' })
  const bytes = Uint8Array.of(2 + (Buffer.from(y, 'base64url')[31] & 1), ...Buffer.from(x, 'base64url'))
  const signer = signerFrom({ publicKey: { algorithm: 'P-256', bytes }, sign: async (message) => new Uint8Array(sign('sha256', message, privateKey)) })
  for (let times = 0; times < OFTEN; times++) await grants(signer)
})

test('a signer speaks for its own key or for a did:web', async () => {
  const site = 'did:web:photos.example'
  const own = await WebCryptoSigner.generate({ algorithm: 'P-256' })
  for (const signer of [actingAs(own, site), signerFrom({ did: site, publicKey: own.publicKey, sign: (bytes) => own.sign(bytes) })]) {
    assert.equal(signer.did, site)
    const document = JSON.parse(allod.documentFor(own.did).replaceAll(own.did, site))
    await grants(signer, { [site]: JSON.stringify(document) })
  }
  assert.equal(actingAs(actingAs(own, site), own.did).did, own.did, 'and back')
  const others = key(ALICE).did
  assert.throws(() => actingAs(own, others), { name: 'ArgumentError', code: 'bad-argument', message: new RegExp(own.did) })
  assert.throws(() => signerFrom({ did: others, publicKey: own.publicKey, sign() {} }), { name: 'ArgumentError' })
  assert.throws(() => signerFrom({ did: site, sign() {} }), { name: 'ArgumentError', message: /public key/ })
})

test('a public key that is changed afterwards changes nothing', async () => {
  const { algorithm, bytes } = key(ALICE).publicKey
  const handed = { algorithm, bytes: bytes.slice() }
  const signer = signerFrom({ publicKey: handed, sign: (message) => key(ALICE).sign(message) })
  handed.bytes.fill(0)
  handed.algorithm = 'P-256'
  assert.deepEqual(signer.publicKey, { algorithm, bytes })
})

const refused = { name: 'SigningError', code: 'bad-signature' }

for (const [algorithm, who, other] of [['Ed25519', ALICE, BOB], ['P-256', BOB, CAROL], ['secp256k1', CAROL, ALICE]]) {
  test(`a signature by ${algorithm} is checked by itself`, () => {
    const { publicKey, did } = key(who)
    const bytes = Uint8Array.of(1, 2, 3)
    const signature = key(who).sign(bytes)
    assert.equal(publicKey.algorithm, algorithm)
    for (const one of [publicKey, keyOfDid(did)]) assert.equal(verifySignature(one, bytes, signature), undefined)
    const bent = signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte))
    for (const none of [bent, signature.subarray(1), new Uint8Array(64)]) assert.throws(() => verifySignature(publicKey, bytes, none), refused)
    assert.throws(() => verifySignature(publicKey, bytes.subarray(1), signature), refused)
    assert.throws(() => verifySignature(key(other).publicKey, bytes, signature), refused)
    assert.throws(() => verifySignature({ algorithm, bytes: publicKey.bytes.subarray(1) }, bytes, signature), { name: 'KeyError' })
  })
}

test('of the two signatures that an ECDSA key could have made, the one with a high s does not hold', () => {
  const order = { 'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n, secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n }
  for (const who of [BOB, CAROL]) {
    const { publicKey } = key(who)
    const bytes = Uint8Array.of(1, 2, 3)
    const hex = Buffer.from(key(who).sign(bytes)).toString('hex')
    const high = (order[publicKey.algorithm] - BigInt(`0x${hex.slice(64)}`)).toString(16).padStart(64, '0')
    assert.throws(() => verifySignature(publicKey, bytes, new Uint8Array(Buffer.from(hex.slice(0, 64) + high, 'hex'))), { ...refused, message: /high/ })
  }
})

test('whatever is handed in, it is looked at first', async () => {
  const sign = (bytes) => bytes
  const { did, publicKey } = key(ALICE)
  const wrong = [
    undefined, null, 7, {}, { sign }, { did }, { did, sign: 'sign' }, { did: 7, sign }, { publicKey: 7, sign }, { publicKey: null, sign },
    { publicKey: {}, sign }, { publicKey: { algorithm: 'Ed25519' }, sign }, { publicKey: { ...publicKey, bytes: [...publicKey.bytes] }, sign },
    { publicKey: { ...publicKey, algorithm: 7 }, sign }, { publicKey, did: 7, sign }, { publicKey, did: null, sign },
  ]
  for (const parts of wrong) assert.throws(() => signerFrom(parts), { name: 'ArgumentError', code: 'bad-argument' }, JSON.stringify(parts))
  assert.throws(() => signerFrom({ publicKey: { ...publicKey, algorithm: 'RSA' }, sign }), { name: 'KeyError' })
  assert.throws(() => signerFrom({ publicKey: { ...publicKey, bytes: new Uint8Array(3) }, sign }), { name: 'KeyError' })
  assert.throws(() => signerFrom({ did: 'alice', sign }), { name: 'DidError' })
  for (const signer of [undefined, null, 7, {}, { did, publicKey }]) {
    assert.throws(() => actingAs(signer, did), { name: 'ArgumentError' })
  }
  assert.throws(() => actingAs(key(ALICE), undefined), { name: 'ArgumentError' })

  const argument = (promise, what) => rejects(promise, 'ArgumentError', 'bad-argument', what)
  const own = await WebCryptoSigner.generate()
  const { keyPair } = own
  for (const options of [null, 7, { algorithm: 'secp256k1' }, { algorithm: null }]) await argument(WebCryptoSigner.generate(options))
  for (const pair of [undefined, null, {}, own, { ...keyPair, privateKey: keyPair.publicKey }, { ...keyPair, publicKey: {} }]) {
    await argument(WebCryptoSigner.from(pair))
  }
  for (const bytes of [undefined, 'abc', [1], new ArrayBuffer(1)]) await argument(own.sign(bytes))
  assert.throws(() => new WebCryptoSigner(), { name: 'ArgumentError' })
  assert.throws(() => (own.did = did), TypeError)

  const keys = await KeyStore.open()
  for (const name of [undefined, null, 7]) {
    await argument(keys.get(name))
    await argument(keys.generate(name))
    await argument(keys.put(name, own))
    await argument(keys.delete(name))
    if (name !== undefined) await argument(KeyStore.open(name))
  }
  await argument(keys.generate('it', { algorithm: 'RSA' }))
  for (const signer of [undefined, key(ALICE), keyPair]) await argument(keys.put('it', signer))
  assert.deepEqual(await keys.list(), [])
})

test('a session keeps keys under names', async () => {
  const keys = await KeyStore.open()
  assert.equal(keys.persistent, false)
  const [me, again] = await Promise.all([keys.generate('me'), keys.generate('me')])
  assert.equal(me.did, again.did, 'two at once get the same')
  assert.equal((await keys.get('me')).did, me.did)
  assert.equal(await keys.get('you'), undefined)
  await grants(await keys.get('me'))
  await keys.generate('me', { algorithm: me.publicKey.algorithm })
  const otherwise = me.publicKey.algorithm === 'P-256' ? 'Ed25519' : 'P-256'
  await rejects(keys.generate('me', { algorithm: otherwise }), 'KeyError', 'name-taken')
  const other = await WebCryptoSigner.generate()
  await rejects(keys.put('me', other), 'KeyError', 'name-taken')
  await keys.put('me', me)
  await keys.put('another', other)
  await keys.put('', other)
  assert.deepEqual(await keys.list(), ['', 'another', 'me'])
  assert.equal(await keys.delete('me'), true)
  assert.equal(await keys.delete('me'), false)
  assert.equal(await keys.get('me'), undefined)
  await grants(me)
  assert.notEqual((await keys.generate('me')).did, me.did)
})

test('where WebCrypto is missing it says so', async () => {
  const whole = Object.getOwnPropertyDescriptor(globalThis, 'crypto')
  const { keyPair } = await WebCryptoSigner.generate()
  for (const value of [undefined, {}]) {
    Object.defineProperty(globalThis, 'crypto', { value, configurable: true })
    try {
      const error = await rejects(WebCryptoSigner.generate(), 'KeyError', 'no-webcrypto')
      assert.match(error.message, /https/)
      await rejects(WebCryptoSigner.from(keyPair), 'KeyError', 'no-webcrypto')
    } finally {
      Object.defineProperty(globalThis, 'crypto', whole)
    }
  }
})
