// Options: read once, when they are handed over, and by no other names than they have.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as allod from '../../../target/npm/package/dist/node.mjs'

const { Agent, Authorizer, Container, MemoryStore, SigningKey, signDelegation, signInvocation, signRevocation } = allod
const alice = SigningKey.generate()
const bob = SigningKey.generate()
const executor = alice.did
const authorizer = new Authorizer({ executor, subjects: 'itself' })
const delegation = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/p', expires: null })
const invocation = await signInvocation(bob, { subject: alice.did, command: '/p', expires: null, proofs: [delegation] })
const revocation = await signRevocation(alice, { revoke: delegation, subject: alice.did })
const request = Container.of(invocation, delegation)
const refused = (run) => assert.throws(run, { name: 'ArgumentError', code: 'bad-argument' })
const rejected = (promise) => assert.rejects(promise, { name: 'ArgumentError', code: 'bad-argument' })

/** A store that does something before it answers. */
function meanwhile(act, store = new MemoryStore()) {
  return new Proxy(store, {
    get: (target, name) => {
      const found = Reflect.get(target, name)
      if (typeof found !== 'function') return found
      return async (...given) => {
        act()
        return found.apply(target, given)
      }
    },
  })
}

test('what is allowed without more is allowed', async () => {
  assert.ok(authorizer.decide(request, { revocations: [] }).ok)
  assert.ok((await authorizer.decideWith(new MemoryStore(), request)).ok)
})

test('a grant has its tokens as properties of its own, which are read once', () => {
  const { grant } = authorizer.decide(request, { revocations: [] })
  assert.deepEqual(Object.keys(grant).sort(), ['arguments', 'awaits', 'chain', 'invocation', 'until'])
  assert.equal(grant.invocation, grant.invocation)
  assert.equal(grant.chain, grant.chain)
  assert.ok(Object.isFrozen(grant.chain))
  const seen = { ...new Proxy(grant, {}) }
  assert.deepEqual([seen.invocation.bytes, seen.chain.map((link) => link.bytes)], [invocation.bytes, [delegation.bytes]])
  assert.ok(seen.invocation.cid.equals(invocation.cid) && seen.invocation.task.equals(invocation.task) && seen.chain[0].cid.equals(delegation.cid))
  assert.deepEqual([grant.issuer, grant.subject, grant.command], [bob.did, alice.did, '/p'])
  // CIDs alone: the bytes are capabilities.
  assert.deepEqual(JSON.parse(JSON.stringify(grant)), { invocation: { '/': `${invocation.cid}` }, chain: [{ '/': `${delegation.cid}` }], arguments: {}, until: null, awaits: [] })
})

test('a name that is not known is refused', async () => {
  refused(() => authorizer.decide(request, { revocations: [], recieved: [revocation] }))
  refused(() => new Authorizer({ executor, subjects: 'itself', limits: { chains: 0 } }))
  refused(() => new Authorizer({ executor, subjects: 'itself', acceptleafFirst: true }))
  await rejected(signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/p', expires: null, policies: [] }))
  await rejected(new Agent({ signer: alice, store: new MemoryStore() }).invoke({ subject: alice.did, command: '/p', args: {} }))
})

test('what a store is to tell cannot be told beside it', async () => {
  await rejected(authorizer.decideWith(new MemoryStore(), request, { revocations: [{ delegation: delegation.cid, by: alice.did }] }))
})

test('a class whose getters would be lost is refused', async () => {
  class Evidence {
    get received() {
      return [revocation]
    }
    revocations = []
  }
  refused(() => authorizer.decide(request, new Evidence()))
  await rejected(authorizer.decideWith(new MemoryStore(), request, new Evidence()))
})

test('evidence counts as it was handed over', async () => {
  const received = [revocation]
  const first = authorizer.decideWith(meanwhile(() => (received.length = 0)), request, { received })
  assert.equal((await first).denial?.code, 'revoked')
  const now = new Date('2030-01-01')
  const short = await signInvocation(bob, { subject: alice.did, command: '/p', expires: new Date('2029-01-01'), proofs: [delegation] })
  const late = authorizer.decideWith(meanwhile(() => now.setTime(0)), Container.of(short, delegation), { now })
  assert.equal((await late).denial?.code, 'expired')
  const store = new MemoryStore()
  await store.putRevocation({ revocation, delegations: [delegation] })
  const bytes = delegation.bytes
  const proofs = [bytes]
  const altered = authorizer.decideWith(meanwhile(() => bytes.fill(0), store), invocation, { proofs })
  assert.equal((await altered).denial?.code, 'revoked')
})

test('a grant is signed as it was asked for', async () => {
  const policy = [['==', '.a', 1]]
  const expires = new Date('2030-01-01')
  const act = () => {
    policy.length = 0
    expires.setFullYear(2999)
  }
  const agent = new Agent({ signer: alice, store: meanwhile(act) })
  const granted = agent.grant({ audience: bob.did, command: '/p', policy, expires })
  act()
  const signed = (await granted).delegation
  assert.deepEqual(signed.policy, [['==', '.a', 1]])
  assert.equal(signed.expires, Date.UTC(2030, 0, 1) / 1000)
})

test('an invocation is signed as it was asked for', async () => {
  const meta = { why: 'a' }
  const agent = new Agent({ signer: alice, store: meanwhile(() => (meta.why = 'b')) })
  const asked = agent.invoke({ subject: alice.did, command: '/p', meta })
  meta.why = 'b'
  assert.deepEqual((await asked).invocation.meta, { why: 'a' })
})

test('how old revocations may be is said as an object or as a map, and as nothing else', async () => {
  for (const revocationsNoOlderThan of [{ '/p': 10 }, new Map([['/p', 10]])]) {
    const strict = new Authorizer({ executor, subjects: 'itself', revocationsNoOlderThan })
    assert.equal(strict.decide(request, { revocations: [] }).denial?.code, 'revocation-stale')
  }
  for (const revocationsNoOlderThan of [60, true, new (class { '/p' = 10 })(), ['/p', 10], { '/p': -1 }, { '/p': '10' }]) {
    refused(() => new Authorizer({ executor, subjects: 'itself', revocationsNoOlderThan }))
  }
})

test('limits are those of when they were handed over', () => {
  const limits = { chain: 0 }
  const strict = new Authorizer({ executor, subjects: 'itself', limits })
  limits.chain = 16
  assert.equal(strict.decide(request, { revocations: [] }).denial?.code, 'budget-exceeded')
})

test('milliseconds are no time that anything ends', async () => {
  const ms = Date.now() + 3_600_000
  const agent = new Agent({ signer: alice, store: new MemoryStore() })
  await rejected(agent.grant({ audience: bob.did, command: '/p', expires: ms }))
  await rejected(agent.invoke({ subject: alice.did, command: '/p', expires: ms }))
  await rejected(agent.linkDevice({ device: bob.did, expires: ms }))
  await rejected(new MemoryStore().sweep(ms))
})

test('a delegation that has just ended is still known to be revoked', async () => {
  const end = Math.floor(Date.now() / 1000) - 30
  const ended = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/p', expires: end })
  const asked = await signInvocation(bob, { subject: alice.did, command: '/p', expires: null, proofs: [ended] })
  const store = new MemoryStore()
  const taken = await signRevocation(alice, { revoke: ended, subject: alice.did })
  await store.putRevocation({ revocation: taken, delegations: [ended] })
  await store.sweep(new Date())
  assert.equal((await authorizer.decideWith(store, Container.of(asked, ended))).denial?.code, 'revoked')
})

test('a request is denied for its size, and does not throw', () => {
  for (const size of [3 << 20, 5 << 20]) {
    for (const large of [new Uint8Array(size).fill(0x40), '@'.repeat(size), { invocation: new Uint8Array(size) }]) {
      assert.equal(authorizer.decide(large, { revocations: [] }).denial?.code, 'too-large')
    }
  }
})

test('the invocation that is meant is the one that is decided on', () => {
  const other = delegation.cid
  for (const given of [invocation, { invocation: invocation.bytes }, request]) {
    assert.ok(!authorizer.decide(given, { revocations: [], proofs: [delegation], invocation: other }).ok)
    assert.ok(authorizer.decide(given, { revocations: [], proofs: [delegation], invocation: invocation.cid }).ok)
  }
})

test('a store that does not answer for revocations lists nothing as valid', async () => {
  const store = new MemoryStore()
  const agent = new Agent({ signer: alice, store: new Proxy(store, { get: (target, name) => (name === 'areRevoked' ? async () => [] : target[name].bind(target)) }) })
  await store.putDelegations([delegation])
  assert.deepEqual((await agent.delegations()).given.map(({ state }) => state), ['revoked'])
})

test('a store that fails does so as a store', async () => {
  const failing = new Proxy(new MemoryStore(), { get: (target, name) => (name === 'delegation' ? async () => { throw new Error('no') } : target[name].bind(target)) })
  await assert.rejects(authorizer.decideWith(failing, invocation), { name: 'StoreError', code: 'store-failed' })
})
