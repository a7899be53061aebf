// What `allod/lite` has, and that it says what it does not have.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as whole from '../../../../target/npm/package/dist/node.mjs'
import { rightCalls } from '../hostile-calls.mjs'
import { lite } from './edition.mjs'

const names = (module) => Object.keys(module).filter((name) => name !== 'default' && name !== 'module.exports').sort()
const ALGORITHMS = ['Ed25519', 'P-256', 'secp256k1']
const absent = { name: 'AllodError', code: 'not-in-lite', message: /`allod\/lite` has no part for this \(\w+\): import `allod` in its place/ }
const now = 1_000

test('it exports a part of the whole, under the same names', () => {
  const missing = names(whole).filter((name) => !names(lite).includes(name))
  assert.deepEqual(missing, [
    'Agent', 'DocumentError', 'IndexedDbStore', 'MemoryStore', 'NoChainError', 'RevokeError', 'USUAL_QUOTA', 'documentFor', 'findChain', 'fromDagJson',
    'lintDelegation', 'lintPolicy', 'policyWords', 'signReceipt', 'toDagJson',
  ])
  assert.deepEqual(names(lite).filter((name) => !(name in whole)), [])
})

test('whatever it exports comes to what it comes to in the whole, but for what is named here', async () => {
  const [here, there] = [await rightCalls(lite, whole), await rightCalls(whole)]
  const others = Object.keys(here).filter((name) => here[name] !== there[name])
  assert.deepEqual(others.map((name) => `${name}: ${here[name]}`), [
    // Their templates hand over documents.
    ...['Authorizer#decide', 'Authorizer#needs', ...['Delegation', 'Invocation', 'Receipt', 'Revocation'].map((name) => `${name}#verify`)].map((name) => `${name}: AllodError not-in-lite`),
    ...['SigningKey.fromJwk', 'SigningKey#dangerExportJwk'].map((name) => `${name}: AllodError not-in-lite`),
  ])
  assert.ok(Object.values(here).filter((outcome) => outcome === 'returned').length > 100)
})

for (const algorithm of ALGORITHMS) {
  test(`a key of ${algorithm} grants, invokes, is verified and takes back; what it makes is that of the whole`, async () => {
    const seed = new Uint8Array(32).fill(7)
    const [owner, friend] = [lite.SigningKey.fromSeed(algorithm, seed), lite.SigningKey.generate(algorithm)]
    const grant = { audience: friend.did, subject: owner.did, command: '/photos', policy: [['like', '.path', 'summer/*']], expires: 2_000, nonce: new Uint8Array(12) }
    const delegation = await lite.signDelegation(owner, grant)
    const same = await whole.signDelegation(whole.SigningKey.fromSeed(algorithm, seed), grant)
    assert.deepEqual(delegation.bytes, same.bytes)
    const ask = (path) => lite.signInvocation(friend, { subject: owner.did, command: '/photos/read', arguments: { path }, proofs: [delegation], expires: 2_000 })
    const revocation = await lite.signRevocation(owner, { revoke: delegation, subject: owner.did })
    const requests = await Promise.all(['summer/1', 'winter/1'].map(async (path) => lite.Container.of(await ask(path), delegation).write('gzip+base64url')))
    const taken = lite.Container.of(await ask('summer/1'), delegation, revocation).write('raw')
    const said = ({ Authorizer, Revocation }, request, evidence) => {
      const decision = new Authorizer({ executor: owner.did, subjects: 'itself' }).decide(request, { revocations: [], now, ...evidence })
      assert.equal(Revocation.parse(revocation.bytes).revoked.toString(), delegation.cid.toString())
      return decision.ok ? 'allow' : decision.denial.code
    }
    for (const edition of [lite, whole]) {
      assert.deepEqual(requests.map((request) => said(edition, request)), ['allow', 'policy-unsatisfied'])
      assert.equal(said(edition, taken), 'revoked')
      assert.equal(said(edition, requests[0], { received: [revocation.bytes] }), 'revoked')
      assert.equal(said(edition, requests[0], { now: 2_061 }), 'expired')
    }
    owner.free()
    assert.throws(() => owner.sign(seed), { name: 'FreedError' })
  })
}

test('a decision says as much: each rule, in the same words', async () => {
  const [owner, friend] = [1, 2].map((byte) => whole.SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(byte)))
  const delegation = await whole.signDelegation(owner, { audience: friend.did, subject: owner.did, command: '/photos', policy: [['==', '.album', 7]], expires: 900 })
  const invocation = await whole.signInvocation(friend, { subject: owner.did, command: '/photos/read', arguments: { album: 8 }, proofs: [delegation], expires: 2_000 })
  const request = whole.Container.of(invocation, delegation).bytes
  const told = ({ Authorizer }, at) => {
    const { denial } = new Authorizer({ executor: owner.did, subjects: 'itself' }).decide(request, { revocations: 'danger-none', now: at })
    const { code, link, message, remedy, spec, expected, found, policy, trace } = denial
    return JSON.parse(JSON.stringify({ code, link, message, remedy, spec, expected, found, policy, trace }))
  }
  for (const at of [800, now]) assert.deepEqual(told(lite, at), told(whole, at))
  assert.equal(told(lite, 800).code, 'policy-unsatisfied')
  assert.ok(told(lite, 800).trace.length > 10)
})

test('receipts are read and count, though none are made', async () => {
  const [owner, worker] = [3, 4].map((byte) => whole.SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(byte)))
  const task = await whole.signInvocation(owner, { subject: worker.did, command: '/albums/newest', expires: 2_000 })
  const receipt = await whole.signReceipt(worker, { ran: task.task, out: { ok: 7 } })
  assert.deepEqual(lite.Receipt.parse(receipt.bytes).out, { ok: 7 })
  const invocation = await whole.signInvocation(owner, { subject: owner.did, command: '/photos/read', arguments: { album: { 'await/ok': task.task } }, expires: 2_000 })
  for (const { Authorizer } of [lite, whole]) {
    const evidence = { revocations: [], now, tasks: [task.bytes], receipts: [receipt.bytes] }
    const decision = new Authorizer({ executor: owner.did, subjects: 'itself' }).decide({ invocation: invocation.bytes }, evidence)
    assert.deepEqual(decision.ok && decision.grant.arguments, { album: 7 })
  }
})

test('a receipt that only a document could verify is refused, for it might contradict another', async () => {
  const web = 'did:web:example.com'
  const [owner, key] = [3, 4].map((byte) => whole.SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(byte)))
  const invocation = await whole.signInvocation(owner, { subject: owner.did, command: '/photos/read', expires: 2_000 })
  const receipt = await whole.signReceipt(whole.actingAs(key, web), { ran: invocation.task, out: { ok: 7 } })
  const authorizer = new lite.Authorizer({ executor: owner.did, subjects: 'itself' })
  assert.throws(() => authorizer.decide({ invocation: invocation.bytes }, { revocations: [], now, receipts: [receipt.bytes] }), absent)
  assert.equal(authorizer.decide({ invocation: invocation.bytes }, { revocations: [], now }).ok, true)
})

test('what it has no part for it says', () => {
  const key = lite.SigningKey.generate()
  const jwk = whole.SigningKey.generate().dangerExportJwk()
  assert.throws(() => lite.SigningKey.fromJwk(jwk), absent)
  assert.throws(() => key.dangerExportJwk(), absent)
  assert.equal(key.dangerExportSeed().length, 32)
  const documents = { 'did:web:example.com': '{}' }
  const authorizer = new lite.Authorizer({ executor: key.did, subjects: 'itself' })
  for (const call of ['decide', 'needs']) assert.throws(() => authorizer[call](new Uint8Array(3), { revocations: [], documents }), absent)
  assert.equal(authorizer.decide(new Uint8Array(3), { revocations: [], documents: {} }).ok, false)
  assert.equal(lite.readDid('did:web:example.com').verifiable, false)
  assert.equal(whole.readDid('did:web:example.com').verifiable, true)
  assert.equal(lite.readDid(key.did).verifiable, true)
})

test('where a did:web may have revoked it, nothing is allowed: its document would have to tell', async () => {
  const [alice, bob, other, web] = [...[1, 2, 3].map((byte) => whole.SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(byte))), 'did:web:guard.example']
  const key = whole.SigningKey.fromSeed('P-256', new Uint8Array(32).fill(4))
  const [method, lasts] = [`${web}#k`, { expires: 2_000 }]
  const document = JSON.stringify({ id: web, verificationMethod: [{ id: method, type: 'Multikey', controller: web, publicKeyMultibase: key.did.slice(8) }], capabilityInvocation: [method] })
  const grant = await whole.signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/photos', ...lasts })
  const guarding = await whole.signDelegation(alice, { audience: web, subject: alice.did, command: '/ucan/revoke', ...lasts })
  const revoked = (signer, subject, revoke) => whole.signRevocation(whole.actingAs(signer, web), { revoke, subject, proofs: [guarding] })
  const invocation = await whole.signInvocation(bob, { subject: alice.did, command: '/photos/read', proofs: [grant], ...lasts })
  const said = ({ Authorizer }, revocation, documents, revocations = []) => {
    const authorizer = new Authorizer({ executor: alice.did, subjects: 'itself' })
    const request = whole.Container.of(invocation, grant, guarding, revocation).bytes
    const needs = authorizer.needs(request, { revocations, now, documents }).documents
    const decision = authorizer.decide(request, { revocations, now, documents })
    return [decision.ok ? 'allow' : decision.denial.code, (decision.ok ? decision.grant : decision.denial).ignored.map(({ code }) => code), needs]
  }
  const revocation = await revoked(key, alice.did, grant)
  assert.deepEqual(said(whole, revocation, { [web]: document }), ['revoked', [], []])
  assert.deepEqual(said(whole, revocation), ['allow', ['unresolved-did'], [web]])
  assert.deepEqual(said(lite, revocation), ['revocation-stale', ['unresolved-did'], []])
  // What is denied in any case is worth no fetch.
  assert.deepEqual(said(whole, revocation, undefined, [{ delegation: grant.cid, by: alice.did }]), ['revoked', ['unresolved-did'], []])
  // What could take nothing back whatever its signature is stops nothing.
  for (const harmless of [await revoked(key, other.did, grant), await revoked(key, alice.did, guarding)]) {
    assert.equal(said(lite, harmless)[0], 'allow')
    assert.deepEqual(said(lite, harmless), said(whole, harmless))
  }
})

test('a stranger names few addresses, however many revocations come along', async () => {
  const [alice, bob, mallory] = [1, 2, 3].map((byte) => whole.SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(byte)))
  const grant = await whole.signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/photos', expires: 2_000 })
  const invocation = await whole.signInvocation(bob, { subject: alice.did, command: '/photos/read', proofs: [grant], expires: 2_000 })
  const forged = Array.from({ length: 20 }, (_, number) =>
    whole.signRevocation(whole.actingAs(mallory, `did:web:m${number}.example`), { revoke: grant, subject: alice.did, proofs: [grant] }))
  const request = whole.Container.of(invocation, grant, ...(await Promise.all(forged))).bytes
  const authorizer = new whole.Authorizer({ executor: alice.did, subjects: 'itself' })
  assert.equal(authorizer.needs(request, { revocations: [], now }).documents.length, 16)
  const spoilt = whole.Invocation.parse(invocation.bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)))
  const denied = whole.Container.of(spoilt, grant, ...(await Promise.all(forged))).bytes
  assert.equal(authorizer.decide(denied, { revocations: [], now }).denial.code, 'bad-signature')
  assert.deepEqual(authorizer.needs(denied, { revocations: [], now }).documents, [])
})

test('what a DID has signed that needs a document is not taken for its own', async () => {
  const web = 'did:web:example.com'
  const signer = whole.actingAs(whole.SigningKey.generate(), web)
  const invocation = await whole.signInvocation(signer, { subject: web, command: '/photos/read', expires: 2_000 })
  const { denial } = new lite.Authorizer({ executor: web, subjects: 'itself' }).decide({ invocation: invocation.bytes }, { revocations: [], now })
  assert.equal(denial.code, 'unresolved-did')
  assert.throws(() => lite.Invocation.parse(invocation.bytes).verify(), { name: 'TokenError', code: 'unresolved-did' })
})
