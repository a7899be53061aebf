// 10,000 hostile calls of everything that the package exports. To run others: ALLOD_SEED and ALLOD_CALLS.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostileCalls } from './hostile-run.mjs'

hostileCalls('allod', {})

// What is left to chance above, once for certain.

const allod = await import('../../../target/npm/package/dist/node.mjs')
const { Authorizer, Cid, Container, Delegation, MemoryStore, SigningKey, signDelegation, signInvocation, signRevocation } = allod
const alice = SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(1))
const bob = SigningKey.fromSeed('P-256', new Uint8Array(32).fill(2))
const proof = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/photos', expires: 1000 })
const onward = await signDelegation(bob, { audience: alice.did, subject: alice.did, command: '/photos', expires: 1000 })
const invocation = await signInvocation(bob, { subject: alice.did, command: '/photos/read', arguments: { a: 1 }, proofs: [proof], expires: 1000 })
const turned = await signInvocation(alice, { subject: alice.did, command: '/photos/read', proofs: [onward, proof], expires: 1000 })
const revocation = await signRevocation(alice, { revoke: proof, subject: alice.did })

/** Requests that are allowed, and that are denied for one reason each. */
function verdicts() {
  const authorizer = new Authorizer({ executor: alice.did, subjects: 'itself' })
  const other = new Authorizer({ executor: bob.did, subjects: [bob.did] })
  const decide = (who, request, evidence) => {
    const decision = who.decide(request, { revocations: [], now: 900, ...evidence })
    return decision.ok ? 'allow' : decision.denial.code
  }
  const request = Container.of(invocation, proof)
  return [
    decide(authorizer, request), decide(authorizer, request.bytes), decide(authorizer, request.write('base64')), decide(authorizer, invocation, { proofs: [proof] }),
    decide(authorizer, request, { now: 1061 }), decide(authorizer, invocation), decide(authorizer, Container.of(turned, proof, onward)), decide(other, request),
    decide(authorizer, request, { received: [revocation] }), decide(authorizer, request, { revocations: [{ delegation: proof.cid, by: alice.did }] }),
  ]
}
/** What tokens say: what each class has a name for. */
const claims = () => [
  ...[invocation, proof, revocation].map((it) => [it.issuer, it.subject, it.audience, it.command, it.expires, it.notBefore, it.meta, it.tag]),
  ...[invocation, revocation].map((it) => [it.executor, it.issuedAt, it.cause, it.proofs, it.task]), revocation.path, revocation.revoked, proof.policy,
]

test('what stands on Object.prototype changes no decision, and no claim', async () => {
  const expected = ['allow', 'allow', 'allow', 'allow', 'expired', 'proof-missing', 'root-not-subject', 'wrong-audience', 'revoked', 'revoked']
  assert.deepEqual(verdicts(), expected)
  const before = JSON.stringify(claims())
  const chain = async () => {
    const store = new MemoryStore()
    await store.putDelegations([proof])
    const [found, none] = await Promise.all(['/photos/read', '/letters'].map((command) => allod.findChain(store, { invoker: bob.did, subject: alice.did, command, at: 900 })))
    return [found.chain?.length, none.miss?.gap]
  }
  const found = await chain()
  assert.deepEqual(found, [1, 'flawed'])
  const pollution = {
    tolerance: 1e9, now: 5, acceptLeafFirst: true, subjects: 'danger-any', proofs: [proof], received: [revocation], revocations: 'danger-none', unavailable: [{ delegation: proof.cid, by: alice.did }],
    documents: { 'did:web:a.example': '{}' }, limits: { chain: 1 }, revocationsNoOlderThan: { '/': 0 }, revocationsAsOf: 1e9, invocation: onward.bytes, trustReceiptsOf: [bob.did], receipts: [], tasks: [],
    container: new Uint8Array(3), leafFirst: true, dangerAnySubject: true, executor: bob.did, tokens: [proof.bytes], named: proof.cid, syncedAt: 0, revoked: [[proof.cid.bytes, alice.did]],
    aud: bob.did, sub: bob.did, nbf: 5, meta: { a: 1 }, iat: 5, cause: proof.cid, path: [proof.cid], exp: null, done: { chain: [] }, chain: [], miss: ['x', 'unsaid', null, null, []], outOfBudget: 1, put: {}, to: bob.did,
    asCID: 1, bytes: new Uint8Array(3), ok: true, get: undefined, set: undefined, value: 7, enumerable: false, writable: false, configurable: false,
  }
  for (const [name, value] of Object.entries(pollution)) {
    let [said, claimed, searched] = []
    Object.prototype[name] = value
    try {
      said = verdicts()
      claimed = JSON.stringify(claims())
      searched = await chain()
    } finally {
      delete Object.prototype[name]
    }
    assert.deepEqual(said, expected, name)
    assert.equal(claimed, before, name)
    assert.deepEqual(searched, found, name)
  }
})

test('bytes are read as what they are, whatever they say of themselves', async () => {
  const message = Uint8Array.from({ length: 100 }, (_, at) => at)
  const liars = [0, 1, 99, 101, 1e6, 2 ** 31, -1, NaN].map((length) => Object.defineProperty(message.slice(), 'length', { value: length }))
  liars.push(Object.assign(message.slice(), { slice: () => new Uint8Array(1), subarray: () => new Uint8Array(1) }))
  liars.push(new (class extends Uint8Array { get byteLength() { return 5 } slice() { return this } })(message))
  for (const liar of liars) {
    assert.deepEqual(alice.sign(liar), alice.sign(message))
    assert.ok(Cid.of(liar).equals(Cid.of(message)))
    assert.deepEqual(allod.fromDagJson(allod.toDagJson({ a: liar })), { a: message })
    const lying = { ...alice, publicKey: alice.publicKey, did: alice.did, sign: (bytes) => Object.defineProperty(alice.sign(bytes), 'length', { value: 7 }) }
    const token = await signDelegation(lying, { audience: bob.did, subject: alice.did, command: '/photos', expires: null, nonce: liar })
    assert.deepEqual(token.nonce, message)
  }
  // What a token was made of is its own.
  const bytes = Object.assign(proof.bytes, { slice: () => bytes })
  const parsed = Delegation.parse(bytes)
  bytes.fill(0)
  parsed.verify()
  assert.deepEqual(parsed.bytes, proof.bytes)
  parsed.bytes.fill(0)
  parsed.nonce.fill(0)
  parsed.cid.bytes.fill(0)
  parsed.verify()
  assert.ok(parsed.cid.equals(proof.cid))
})

test('a key that is freed while it is to sign says so', async () => {
  const key = SigningKey.generate()
  const bytes = new Proxy(new Uint8Array(3), { get: (target, name) => (key.free(), Reflect.get(target, name)) })
  assert.throws(() => key.sign(bytes), { name: 'ArgumentError' })
  const own = SigningKey.generate()
  const options = { get audience() { return own.free(), own.did }, subject: own.did, command: '/a', expires: null }
  await assert.rejects(signDelegation(own, options), { name: 'FreedError', code: 'freed' })
})

test('a stack that is used up is told to whoever used it up, and harms nothing', () => {
  let [told, right] = [0, 0]
  const down = () => {
    try {
      down()
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error))
    }
    if (right === 3) return
    try {
      assert.deepEqual(verdicts()[0], 'allow')
      right++
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      told++
    }
  }
  down()
  assert.ok(told > 100 && right === 3, `${told} ${right}`)
  assert.deepEqual(verdicts()[4], 'expired')
})
