// The npm package iso-ucan 0.5 and this one, live: what either writes the other reads. Where they disagree the test says so, and
// spec/decisions.md has a row.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DID } from 'iso-did'
import { MemoryDriver } from 'iso-kv/drivers/memory.js'
import { ECDSASigner } from 'iso-signatures/signers/ecdsa.js'
import { EdDSASigner } from 'iso-signatures/signers/eddsa.js'
import { ES256KSigner } from 'iso-signatures/signers/es256k.js'
import * as ecdsa from 'iso-signatures/verifiers/ecdsa.js'
import * as eddsa from 'iso-signatures/verifiers/eddsa.js'
import { Resolver } from 'iso-signatures/verifiers/resolver.js'
import { Delegation as IsoDelegation } from 'iso-ucan/delegation'
import { Invocation as IsoInvocation } from 'iso-ucan/invocation'
import { validate } from 'iso-ucan/policy'
import { Store } from 'iso-ucan/store'
import * as allod from '../../../target/npm/package/dist/node.mjs'
import { filesOf, missing } from './shared-files.mjs'

const { Agent, Authorizer, Container, Delegation, Invocation, MemoryStore, SigningKey, WebCryptoSigner, evaluatePolicy, signDelegation, signInvocation, signRevocation } = allod

const verifierResolver = new Resolver({ ...ecdsa.verifier, ...eddsa.verifier })
const now = Math.floor(Date.now() / 1000)
const later = now + 600
/** Enough for an s of each kind to come up: none does once in 2^40. */
const OFTEN = 40

/** Signers of theirs, by algorithm. */
const THEIRS = {
  Ed25519: () => EdDSASigner.generate(),
  'P-256': () => ECDSASigner.generate('P-256'),
  secp256k1: () => ES256KSigner.generate(),
}
const ALGORITHMS = Object.keys(THEIRS)

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const isHigh = (signature) => BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`) > order / 2n

/** Makes one until its signature has the s that allod takes: theirs are high half of the time. */
async function lowS(make) {
  for (let times = 0; times < OFTEN; times++) {
    const token = await make()
    if (token.envelope.alg !== 'ES256' || !isHigh(token.envelope.signature)) return token
  }
  throw new Error('no low s')
}

const theirDelegation = (options) => lowS(() => IsoDelegation.create({ pol: [], exp: later, ...options }))
const theirInvocation = (options) => lowS(() => IsoInvocation.create({ args: {}, prf: [], exp: later, verifierResolver, ...options }))

/** What they make of a delegation and of an invocation of ours. */
const readDelegation = (token) => IsoDelegation.from({ bytes: token.bytes, verifierResolver })
async function readInvocation(token, proofs, audience) {
  const held = new Map(await Promise.all(proofs.map(async (proof) => {
    const read = await readDelegation(proof)
    return [read.cid.toString(), read]
  })))
  return IsoInvocation.from({ bytes: token.bytes, audience: await DID.fromString(audience), verifierResolver, resolveProof: async (cid) => held.get(cid.toString()) })
}

/** What allod makes of an invocation of theirs, with nothing but what they sent. */
function decided(executor, invocation, delegations = []) {
  const request = Container.of(invocation.bytes, ...delegations.map(({ bytes }) => bytes))
  return new Authorizer({ executor, subjects: 'itself' }).decide(request, { revocations: [], tolerance: 0 })
}
const verdict = (decision) => (decision.ok ? 'allow' : decision.denial.code)

for (const algorithm of ALGORITHMS) {
  test(`theirs: a delegation by ${algorithm}, read and verified here`, async () => {
    const [alice, bob] = [await THEIRS[algorithm](), await EdDSASigner.generate()]
    const pol = [['==', '.album', 7], ['any', '.tags', ['like', '.', 'a*']]]
    for (const rest of [{ exp: later, nbf: now - 5, meta: { note: 'x', deep: { list: [1, 'y'] } } }, { exp: null }]) {
      for (const sub of [alice.did, null]) {
        const theirs = await theirDelegation({ iss: alice, aud: bob.did, sub, cmd: '/photos', pol, nonce: new Uint8Array(12).fill(3), ...rest })
        const ours = Delegation.parse(theirs.bytes)
        ours.verify()
        assert.equal(ours.tag, 'ucan/dlg@1.0.0-rc.1')
        assert.equal(ours.cid.toString(), allod.Cid.parse(theirs.cid.toString()).toString())
        const { issuer, audience, subject, command, policy, expires, notBefore, meta } = ours
        assert.deepEqual({ issuer, audience, subject, command, policy, expires, notBefore, meta }, {
          issuer: alice.did, audience: bob.did, subject: sub, command: '/photos', policy: pol, expires: rest.exp, notBefore: rest.nbf, meta: rest.meta,
        })
        assert.deepEqual(ours.nonce, new Uint8Array(12).fill(3))
      }
    }
  })

  test(`ours: a delegation by ${algorithm}, read and verified there`, async () => {
    const [alice, bob] = [SigningKey.generate(algorithm), SigningKey.generate('P-256')]
    const policy = [['==', '.album', 7], ['any', '.tags', ['like', '.', 'a*']]]
    for (const releaseCandidate of [true, false]) {
      for (const rest of [{ expires: later, notBefore: now - 5, meta: { note: 'x' } }, { expires: null }]) {
        for (const subject of [alice.did, null]) {
          const ours = await signDelegation(alice, { audience: bob.did, subject, command: '/photos', policy, releaseCandidate, ...rest })
          const theirs = await readDelegation(ours)
          assert.equal(theirs.envelope.version, releaseCandidate ? '1.0.0-rc.1' : '1.0.0')
          assert.equal(allod.Cid.parse(theirs.cid.toString()).toString(), ours.cid.toString())
          const { iss, aud, sub, cmd, pol, exp, nbf, meta } = theirs
          assert.deepEqual({ iss, aud, sub, cmd, pol, exp, nbf, meta }, {
            iss: alice.did, aud: bob.did, sub: subject, cmd: '/photos', pol: policy, exp: rest.expires, nbf: rest.notBefore, meta: rest.meta,
          })
          await theirs.validate({ verifierResolver })
        }
      }
    }
  })
}

/** From whom to whom, with which kind of key each: the first is the subject. */
const CHAINS = { 'one link': ['Ed25519', 'P-256'], 'two links': ['P-256', 'Ed25519', 'secp256k1'], 'three links': ['Ed25519', 'P-256', 'Ed25519', 'P-256'] }

for (const [name, algorithms] of Object.entries(CHAINS)) {
  for (const powerline of algorithms.length > 2 ? [false, true] : [false]) {
    const title = `a chain of ${name}${powerline ? ' with a powerline' : ''}`

    test(`theirs: ${title}, allowed here`, async () => {
      const people = await Promise.all(algorithms.map((algorithm) => THEIRS[algorithm]()))
      const [subject, invoker] = [people[0].did, people.at(-1)]
      const chain = []
      for (let at = 0; at + 1 < people.length; at++) {
        const sub = powerline && at > 0 ? null : subject
        chain.push(await theirDelegation({ iss: people[at], aud: people[at + 1].did, sub, cmd: '/photos', pol: at === 0 ? [['<', '.album', 9]] : [] }))
      }
      const ask = (album) => theirInvocation({ iss: invoker, sub: subject, cmd: '/photos/read', args: { album }, prf: chain })
      const invocation = await ask(7)
      const decision = decided(subject, invocation, chain)
      assert.equal(verdict(decision), 'allow')
      assert.deepEqual(decision.grant.chain.map(({ cid }) => cid.toString()), chain.map(({ cid }) => allod.Cid.parse(cid.toString()).toString()))
      assert.equal(decision.grant.arguments.album, 7)
      assert.equal(verdict(decided(subject, invocation, chain.slice(1))), 'proof-missing')
      assert.equal(verdict(decided(invoker.did, invocation, chain)), 'wrong-audience')
      // They refuse to make this one; what a liar makes is refused here.
      await assert.rejects(ask(9), /invalid arguments/)
    })

    test(`ours: ${title}, allowed there`, async () => {
      const people = algorithms.map((algorithm) => SigningKey.generate(algorithm))
      const [subject, invoker] = [people[0].did, people.at(-1)]
      const chain = []
      for (let at = 0; at + 1 < people.length; at++) {
        const sub = powerline && at > 0 ? null : subject
        const under = chain.at(-1)
        chain.push(await signDelegation(people[at], { audience: people[at + 1].did, subject: sub, command: '/photos', expires: later, under, policy: at === 0 ? [['<', '.album', 9]] : [] }))
      }
      const ask = (album) => signInvocation(invoker, { subject, command: '/photos/read', arguments: { album }, proofs: chain, expires: later })
      const read = await readInvocation(await ask(7), chain, subject)
      assert.deepEqual(read.delegations.map(({ cid }) => cid.toString()).length, chain.length)
      await assert.rejects(readInvocation(await ask(9), chain, subject), /invalid arguments/)
    })
  }
}

test('an invocation by the subject itself needs no proofs, here and there', async () => {
  for (const algorithm of ALGORITHMS) {
    const theirs = await THEIRS[algorithm]()
    assert.equal(verdict(decided(theirs.did, await theirInvocation({ iss: theirs, sub: theirs.did, cmd: '/photos/read', iat: now, nbf: now - 5, meta: { a: 1 } }))), 'allow')
    const ours = SigningKey.generate(algorithm)
    const invocation = await signInvocation(ours, { subject: ours.did, command: '/photos/read', arguments: { a: [1, 'x', new Uint8Array(3), null, { b: true }] }, expires: null, issuedAt: now, meta: { a: 1 } })
    assert.equal((await readInvocation(invocation, [], ours.did)).payload.args.a.length, 5)
  }
})

test('a chain that begins with a powerline is refused, here and there', async () => {
  const [alice, bob] = [await EdDSASigner.generate(), await EdDSASigner.generate()]
  const root = await theirDelegation({ iss: alice, aud: bob.did, sub: null, cmd: '/photos' })
  await assert.rejects(theirInvocation({ iss: bob, sub: alice.did, cmd: '/photos/read', prf: [root] }), /not self-signed/)
  const [carol, dan] = [SigningKey.generate(), SigningKey.generate()]
  const ours = await signDelegation(carol, { audience: dan.did, subject: null, command: '/photos', expires: later })
  const invocation = await signInvocation(dan, { subject: carol.did, command: '/photos/read', proofs: [ours], expires: later })
  assert.equal(verdict(decided(carol.did, invocation, [ours])), 'powerline-root')
  await assert.rejects(readInvocation(invocation, [ours], carol.did), /not self-signed/)
})

test('an agent here and a store there find the same chain in the same tokens', async () => {
  const [alice, bob, carol] = [SigningKey.generate(), SigningKey.generate('P-256'), SigningKey.generate()]
  const first = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/photos', expires: later })
  const second = await signDelegation(bob, { audience: carol.did, subject: null, command: '/photos', expires: later })
  const noise = await signDelegation(alice, { audience: carol.did, subject: alice.did, command: '/letters', expires: later })
  const theirs = new Store(new MemoryDriver())
  await theirs.add(await Promise.all([first, second, noise].map(readDelegation)))
  const found = await theirs.chain({ aud: carol.did, sub: alice.did, cmd: '/photos/read', args: {} })
  const store = new MemoryStore()
  await store.putDelegations([first, second, noise])
  const { chain } = await new Agent({ signer: carol, store }).invoke({ subject: alice.did, command: '/photos/read' })
  assert.deepEqual(found.map(({ cid }) => allod.Cid.parse(cid.toString()).toString()), chain.map(({ cid }) => cid.toString()))
})

test('keys of WebCrypto sign here for both, always with a low s', async () => {
  for (const algorithm of ['Ed25519', 'P-256']) {
    const signer = await WebCryptoSigner.generate({ algorithm })
    for (let times = 0; times < OFTEN; times++) {
      const token = await signDelegation(signer, { audience: signer.did, subject: signer.did, command: '/photos', expires: later })
      const { envelope } = await readDelegation(token)
      if (algorithm === 'P-256') assert.equal(isHigh(envelope.signature), false)
    }
  }
})

// The disagreements, by their row in spec/decisions.md.

test('70: their P-256 signatures have a high s half of the time, which is refused here', async () => {
  const signer = await ECDSASigner.generate('P-256')
  const seen = { high: 0, low: 0 }
  for (let times = 0; times < OFTEN; times++) {
    const theirs = await IsoDelegation.create({ iss: signer, aud: signer.did, sub: signer.did, cmd: '/photos', pol: [], exp: later })
    const high = isHigh(theirs.envelope.signature)
    seen[high ? 'high' : 'low']++
    await theirs.validate({ verifierResolver })
    const read = () => Delegation.parse(theirs.bytes).verify()
    if (high) assert.throws(read, { name: 'TokenError', code: 'bad-signature', message: /high|low|s/i })
    else read()
  }
  assert.ok(seen.high > 0 && seen.low > 0, JSON.stringify(seen))
})

test('71: a command covers by segments here, and by letters there', async () => {
  const [alice, bob] = [await EdDSASigner.generate(), await EdDSASigner.generate()]
  const proof = await theirDelegation({ iss: alice, aud: bob.did, sub: alice.did, cmd: '/photo' })
  const invocation = await theirInvocation({ iss: bob, sub: alice.did, cmd: '/photos/delete', prf: [proof] })
  assert.equal(verdict(decided(alice.did, invocation, [proof])), 'command-not-covered')
})

test('72: a later link that names a wider command narrows here, and breaks the chain there', async () => {
  const [alice, bob, carol] = [SigningKey.generate(), SigningKey.generate(), SigningKey.generate()]
  const first = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/photos', expires: later })
  const second = await signDelegation(bob, { audience: carol.did, subject: null, command: '/', expires: later })
  const invocation = await signInvocation(carol, { subject: alice.did, command: '/photos/read', proofs: [first, second], expires: later })
  assert.equal(verdict(decided(alice.did, invocation, [first, second])), 'allow')
  await assert.rejects(readInvocation(invocation, [first, second], alice.did), /command mismatch/)
})

test('73: an executor that is only the subject, and not the audience, is refused here', async () => {
  const [alice, bob, server] = [await EdDSASigner.generate(), await EdDSASigner.generate(), await EdDSASigner.generate()]
  const proof = await theirDelegation({ iss: alice, aud: bob.did, sub: alice.did, cmd: '/photos' })
  const invocation = await theirInvocation({ iss: bob, aud: server.did, sub: alice.did, cmd: '/photos/read', prf: [proof] })
  const resolveProof = async () => proof
  await IsoInvocation.from({ bytes: invocation.bytes, audience: await DID.fromString(alice.did), verifierResolver, resolveProof })
  assert.equal(verdict(decided(alice.did, invocation, [proof])), 'wrong-audience')
  const other = new Authorizer({ executor: server.did, subjects: [alice.did] })
  assert.equal(verdict(other.decide(Container.of(invocation.bytes, proof.bytes), { revocations: [] })), 'allow')
})

test('74: an invocation that is not yet valid waits here, and not there', async () => {
  const alice = await EdDSASigner.generate()
  const invocation = await theirInvocation({ iss: alice, sub: alice.did, cmd: '/photos/read', nbf: now + 300 })
  await IsoInvocation.from({ bytes: invocation.bytes, audience: await DID.fromString(alice.did), verifierResolver, resolveProof: async () => {} })
  assert.equal(verdict(decided(alice.did, invocation)), 'not-yet-valid')
})

test('75: links in arguments, and so revocations, are read here alone', async () => {
  const alice = SigningKey.generate()
  const proof = await signDelegation(alice, { audience: SigningKey.generate().did, subject: alice.did, command: '/photos', expires: later })
  const linked = await signInvocation(alice, { subject: alice.did, command: '/photos/read', arguments: { photo: proof.cid }, expires: later })
  const revocation = await signRevocation(alice, { revoke: proof, subject: alice.did })
  assert.equal(verdict(decided(alice.did, linked)), 'allow')
  for (const token of [linked, revocation]) await assert.rejects(readInvocation(token, [], alice.did), /Invalid args/)
})

test('76: policies of which the two say something else', () => {
  const rows = [
    // A field that is not there, or of another type: unknown here, with or without `not`.
    [[['not', ['==', '.a', 1]]], {}, 'unknown', true],
    [[['not', ['<', '.a', 1]]], { a: 'x' }, 'unknown', true],
    [[['not', ['like', '.a', 'x*']]], { a: 1 }, 'unknown', true],
    // `any` over nothing.
    [[['any', '.a', ['==', '.', 1]]], { a: [] }, 'unknown', true],
    // Quoted and dashed fields: they skip what they cannot parse.
    [[['==', '.["a b"]', 1]], { 'a b': 1 }, 'true', false],
    [[['!=', '.["a b"]', 1]], { 'a b': 1 }, 'false', true],
    [[['==', '.a-b', 1]], { 'a-b': 1 }, 'true', false],
    [[['==', '.é', 1]], { é: 1 }, 'true', false],
    // Newlines under `*`, and escaped backslashes.
    [[['like', '.a', 'x*y']], { a: 'x\ny' }, 'true', false],
    [[['like', '.a', 'x\\\\*']], { a: 'x\\y' }, 'true', false],
    // Quantifiers inside of quantifiers.
    [[['all', '.a', ['any', '.b', ['==', '.', 1]]]], { a: [{ b: [1] }, { b: [1, 2] }] }, 'true', false],
    // What JavaScript objects inherit.
    [[['!=', '.constructor', 1]], {}, 'unknown', true],
    // Whole numbers beyond 2^53.
    [[['>', '.a', 1]], { a: 2n ** 60n }, 'true', false],
    // Slices and indexes of bytes.
    [[['==', '.a[0]', 1]], { a: Uint8Array.of(1, 2) }, 'true', false],
    // A key that is there and null, and `?`.
    [[['==', '.a?', null]], {}, 'true', false],
  ]
  for (const [policy, args, ours, theirs] of rows) {
    const said = JSON.stringify(policy)
    assert.equal(evaluatePolicy(policy, args).truth, ours, `ours: ${said}`)
    assert.equal(validate(args, policy), theirs, `theirs: ${said}`)
  }
})

test('policies of which the two say the same', () => {
  const rows = [
    [[['==', '.a', { b: [1, 'x', null] }]], { a: { b: [1, 'x', null] } }, true],
    [[['!=', '.a', 2]], { a: 1 }, true],
    [[['!=', '.a', 2]], {}, false],
    [[['<=', '.a', 2], ['>=', '.a', 2]], { a: 2 }, true],
    [[['<', '.a', 2]], { a: '1' }, false],
    [[['like', '.a', 'Alice\\*, Bob*, Carol.']], { a: 'Alice*, Bob, Dan, Carol.' }, true],
    [[['like', '.a', 'a*b']], { a: 'acb.' }, false],
    [[['and', []]], {}, true],
    [[['or', []]], {}, true],
    [[['or', [['==', '.a', 1], ['==', '.a', 2]]]], { a: 2 }, true],
    [[['all', '.a', ['>', '.', 0]]], { a: [] }, true],
    [[['all', '.a', ['>', '.', 0]]], { a: [1, 0] }, false],
    [[['any', '.a', ['==', '.b', 2]]], { a: [{ b: 1 }, { b: 2 }] }, true],
    [[['any', '.a', ['==', '.', 2]]], { a: { x: 1, y: 2 } }, true],
    [[['==', '.a[-1]', 3], ['==', '.a[0:2]', [1, 2]]], { a: [1, 2, 3] }, true],
    [[['==', '.a.b.c', 1]], { a: { b: {} } }, false],
    [[['==', '.a', Uint8Array.of(1, 2)]], { a: Uint8Array.of(1, 2) }, true],
  ]
  for (const [policy, args, expected] of rows) {
    const said = JSON.stringify(policy)
    assert.equal(evaluatePolicy(policy, args).truth === 'true', expected, `ours: ${said}`)
    assert.equal(validate(args, policy), expected, `theirs: ${said}`)
  }
})

test('77: weak Ed25519 keys and points verify there, and not here', { skip: missing }, async (t) => {
  const vectors = JSON.parse(new TextDecoder().decode(filesOf('ed25519')['cctv.json']))
  let accepted = 0
  // Of all 914 they accept 826; some show it.
  const some = vectors.filter((_, at) => at % 12 === 0)
  for (const { key, sig, msg } of some) {
    const did = { verifiableDid: { publicKey: Buffer.from(key, 'hex') } }
    const verified = await Promise.resolve().then(() => eddsa.verify({ signature: Buffer.from(sig, 'hex'), message: Buffer.from(msg), did })).catch(() => false)
    accepted += verified
  }
  const weak = some.filter(({ flags }) => flags?.some((flag) => /^(low_order|non_canonical)_[AR]$|^low_order_residue$/.test(flag))).length
  t.diagnostic(`they accept ${accepted} of ${some.length}, of which ${weak} are weak`)
  assert.ok(accepted > some.length - weak)
})
