// How long iso-ucan takes, and this package beside it: in one process, in turns, on the same tokens. `node test/peers.mjs` prints one JSON
// object: `medians`, in nanoseconds, `cpu`, the same of the processor's time, and `notes` on what they stand for. It prints figures, and
// is no test; but what the notes say that iso-ucan takes, it is seen to take first.

import assert from 'node:assert/strict'

/** What is measured may not have been built yet, and what it is measured beside may not have been installed. */
const load = (name) => import(name).catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
  console.error(`${error.message}\nRun \`cargo xtask wasm\` first: it builds target/npm/package, and installs what wasm/js/package.json asks for.`)
  process.exit(1)
})
const allod = await load('../../../target/npm/package/dist/node.mjs')
const { DIDKey } = await load('iso-did/key')
const { MemoryDriver } = await load('iso-kv/drivers/memory.js')
const { EdDSASigner } = await load('iso-signatures/signers/eddsa.js')
const eddsa = await load('iso-signatures/verifiers/eddsa.js')
const { Resolver } = await load('iso-signatures/verifiers/resolver.js')
const { Delegation: IsoDelegation } = await load('iso-ucan/delegation')
const Envelope = await load('iso-ucan/envelope')
const { Invocation: IsoInvocation } = await load('iso-ucan/invocation')
const { Store } = await load('iso-ucan/store')

const { Authorizer, Container, MemoryStore, SigningKey, signDelegation, signInvocation, signRevocation } = allod

/** Short, so that most of them end before another program gets the processor. */
const BATCH_MS = 8
const ROUNDS = 61
/** Of the processor, for each: the engine compiles anew what it finds to be worth it, and takes some two thousand signatures to find out. */
const WARM_MS = 1500

const now = Math.floor(Date.now() / 1000)
const later = now + 3600
const command = '/photos'
const policy = [['like', '.path', 'summer/*'], ['<=', '.width', 1000], ['==', '.format', 'jpeg']]
const args = { path: 'summer/1.jpg', width: 400, format: 'jpeg' }

/** The same keys on either side. Alice is the subject, and the executor. */
const seeds = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte))
const [alice, bob, carol] = seeds.map((seed) => SigningKey.fromSeed('Ed25519', seed))
const [isoAlice, isoBob] = await Promise.all(seeds.map((seed) => EdDSASigner.generate(seed)))
assert.equal(isoAlice.did, alice.did)

// Each as its documentation has it for a server: iso-ucan's `defineServer` does this, with the delegations in its store; with allod they
// come along with the invocation, and the store tells what is revoked.
const verifierResolver = new Resolver({ ...eddsa.verifier })
const isoServer = (store) => (bytes) => IsoInvocation.from({ bytes, audience: isoAlice, verifierResolver, resolveProof: store.resolveProof.bind(store) })
const server = (store, subjects = 'itself') => {
  const authorizer = new Authorizer({ executor: alice.did, subjects })
  return (bytes) => authorizer.decideWith(store, bytes)
}

/** A request on either side: a call for the decision on the same tokens. */
async function request(invocation, proofs, { revocation, subjects } = {}) {
  const isoStore = new Store(new MemoryDriver())
  await isoStore.add(await Promise.all(proofs.map(({ bytes }) => IsoDelegation.fromString(Buffer.from(bytes).toString('base64')))))
  const store = new MemoryStore()
  if (revocation) await store.putRevocation({ revocation, delegations: proofs })
  const [isoDecide, decide] = [isoServer(isoStore), server(store, subjects)]
  const container = Container.of(...[invocation, ...proofs].map(({ bytes }) => bytes)).bytes
  return { theirs: () => isoDecide(invocation.bytes), ours: () => decide(container) }
}

const delegate = (from, to, rest) => signDelegation(from, { audience: to.did, subject: alice.did, command, policy, expires: later, ...rest })
const invoke = (by, proofs, rest) =>
  signInvocation(by, { subject: alice.did, command: '/photos/read', arguments: args, proofs, expires: later, ...rest })

/** A request of Bob's that rests on one delegation, by either library. */
const resting = async (proof, rest, how) => [await invoke(bob, [proof.cid.toString()], rest), [proof], how]
const terms = { iss: isoAlice, aud: bob.did, sub: alice.did, cmd: command, pol: policy, exp: later }

const root = await delegate(alice, bob)
const second = await delegate(bob, carol)
const one = await request(await invoke(bob, [root]), [root])
const two = await request(await invoke(carol, [root, second]), [root, second])

/** The token with one bit changed. */
function tampered(token, at) {
  const bytes = Uint8Array.from(token.bytes)
  bytes[at] ^= 1
  return token.constructor.parse(bytes)
}

// Both allow these, and refuse what is not signed or not allowed.
for (const [{ theirs, ours }, links] of [[one, 1], [two, 2]]) {
  assert.equal((await theirs()).delegations.length, links)
  const decision = await ours()
  assert.ok(decision.ok)
  assert.equal(decision.grant.chain.length, links)
}

/** Within the signature, which comes first. */
const SIGNATURE = 30
/** Where bytes stand in a token. */
const place = (token, bytes) => Buffer.from(token.bytes).indexOf(Buffer.from(bytes))
const asked = await invoke(bob, [root])

/** What is refused, why by allod and why by iso-ucan, and how it is made. */
const REFUSED = [
  ['an invocation with another signature', 'bad-signature', /signature/, () => [tampered(asked, SIGNATURE), [root]]],
  ['an invocation with other arguments', 'bad-signature', /signature/, () => [tampered(asked, place(asked, 'summer/1.jpg') + 7), [root]]],
  ['a delegation with another signature', 'bad-signature', /signature/, () => resting(tampered(root, SIGNATURE))],
  ['a delegation with another nonce', 'bad-signature', /signature/, () => resting(tampered(root, place(root, root.nonce)))],
  ['arguments against the policy', 'policy-unsatisfied', /invalid arguments/, () => resting(root, { arguments: { ...args, width: 1001 } })],
  ['an invocation that has ended', 'expired', /expiration/, () => resting(root, { expires: now - 600 })],
  ['a delegation that is not valid yet', 'not-yet-valid', /not valid yet/, async () => resting(await delegate(alice, bob, { notBefore: now + 600 }))],
  ['an invoker who is not the audience of the proof', 'broken-chain', /principal alignment/, async () => [await invoke(carol, [root]), [root]]],
  ['another audience and subject', 'wrong-audience', /does not match receiver/, async () => {
    const own = await delegate(bob, carol, { subject: bob.did })
    return [await invoke(carol, [own], { subject: bob.did }), [own]]
  }],
]
for (const [what, code, message, make] of REFUSED) {
  const { theirs, ours } = await request(...(await make()))
  await assert.rejects(theirs(), { message }, what)
  assert.equal((await ours()).denial?.code, code, what)
}

/** What is signed by a key of small order: where R is the key itself and s is 0, that is a signature of anything. */
function signedByNobody() {
  const weak = Uint8Array.of(1, ...new Uint8Array(31))
  const { did } = DIDKey.fromPublicKey('Ed25519', weak)
  const payload = { iss: did, aud: alice.did, sub: did, cmd: '/photos/read', args, prf: [], nonce: new Uint8Array(12), exp: later }
  const signaturePayload = Envelope.getSignaturePayload({ spec: 'inv', version: '1.0.0', signatureType: 'Ed25519', payload })
  return { did, bytes: Envelope.encode({ signature: Uint8Array.of(...weak, ...new Uint8Array(32)), signaturePayload }) }
}

/** An envelope of three, the last of which nobody signed. */
const lengthened = ({ bytes }) => ({ bytes: Uint8Array.of(0x83, ...bytes.subarray(1), 0xf6) })

/** What iso-ucan does not check, by what it takes and allod refuses: why, and how it is made. */
const TAKEN = [
  ['revocations: its server passes no isRevoked, without which nothing is revoked', 'revoked', async () =>
    resting(root, {}, { revocation: await signRevocation(alice, { revoke: root, subject: alice.did }) })],
  ["an invocation's nbf", 'not-yet-valid', () => resting(root, { notBefore: now + 600 })],
  ["an invocation's audience, where the receiver is its subject", 'wrong-audience', () => resting(root, { audience: carol.did })],
  ['that the receiver acts for the subject, where it is the audience', 'subject-not-served', async () => {
    const own = await delegate(bob, carol, { subject: bob.did })
    return [await invoke(carol, [own], { subject: bob.did, audience: alice.did }), [own]]
  }],
  ['that a command covers by whole segments: /photos covers /photosets', 'command-not-covered', () => resting(root, { command: '/photosets' })],
  ['the proofs, not even their signatures, where the issuer of the invocation is its subject', 'bad-signature', async () => {
    const forged = tampered(root, SIGNATURE)
    return [await invoke(alice, [forged]), [forged]]
  }],
  ['the form of a policy: an operator that it does not know is false, and `not` of that is true', 'malformed', async () =>
    resting(await IsoDelegation.create({ ...terms, pol: [['not', ['unknown', '.path', 1]]] }))],
  ['what follows the payload in an envelope, so that a token has many spellings', 'malformed', () => [lengthened(asked), [root]]],
  ['Ed25519 keys of small order, for which anyone can sign anything', 'bad-signature', () => {
    const invocation = signedByNobody()
    return [invocation, [], { subjects: [invocation.did] }]
  }],
]
for (const [what, code, make] of TAKEN) {
  const { theirs, ours } = await request(...(await make()))
  await assert.doesNotReject(theirs(), what)
  assert.equal((await ours()).denial?.code, code, what)
}

const isoRoot = await IsoDelegation.from({ bytes: root.bytes, verifierResolver })
const invocation = { iss: isoBob, sub: alice.did, cmd: '/photos/read', args, prf: [isoRoot], exp: later, verifierResolver }
const allowed = async (decision) => assert.ok((await decision).ok)

const WORK = {
  'iso-ucan delegate': () => IsoDelegation.create(terms),
  'allod delegate in Node': () => delegate(alice, bob),
  'iso-ucan invoke': () => IsoInvocation.create(invocation),
  'allod invoke in Node': () => invoke(bob, [root]),
  'iso-ucan verify 1': one.theirs,
  'allod verify 1 in Node': () => allowed(one.ours()),
  'iso-ucan verify 2': two.theirs,
  'allod verify 2 in Node': () => allowed(two.ours()),
}

// What either issues, the other takes.
const [isoDelegation, isoInvocation] = [await WORK['iso-ucan delegate'](), await WORK['iso-ucan invoke']()]
for (const made of [await resting(isoDelegation), [isoInvocation, [root]]]) {
  const { theirs, ours } = await request(...made)
  await theirs()
  await allowed(ours())
}

/** The milliseconds that all threads of this process have run. */
const ran = () => Object.values(process.cpuUsage()).reduce((sum, part) => sum + part) / 1e3

/** How often it is done in so many milliseconds by this clock. */
async function timesIn(milliseconds, work, clock) {
  let times = 0
  for (const begun = clock(); clock() - begun < milliseconds; times++) await work()
  return times
}

/** Does it so many times: what that took on average, by the clock and of the processor, in nanoseconds. */
async function batch(work, times) {
  const [begun, before] = [performance.now(), ran()]
  for (let left = times; left > 0; left--) await work()
  return { wall: ((performance.now() - begun) * 1e6) / times, cpu: ((ran() - before) * 1e6) / times }
}

for (const work of Object.values(WORK)) await timesIn(WARM_MS, work, ran)
const rows = []
for (const [name, work] of Object.entries(WORK)) {
  rows.push({ name, work, times: await timesIn(BATCH_MS, work, () => performance.now()), batches: [] })
}
for (let round = 0; round < ROUNDS; round++) {
  for (const { work, times, batches } of rows) batches.push(await batch(work, times))
}
const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
const mediansOf = (which) => Object.fromEntries(rows.map(({ name, batches }) => [name, Math.round(middle(batches.map((it) => it[which])))]))

const notes = {
  'iso-ucan': `checks signatures, times, policies and the chain, but not: ${TAKEN.map(([what]) => what).join('; ')}`,
  clock: 'medians are wall time for both: iso-ucan has its SHA-512 done by WebCrypto, on other threads. On a busy machine waiting for those '
    + 'threads takes long, to the disadvantage of iso-ucan; cpu, what all threads of the process ran, leaves out the waiting, to its advantage',
  policy: 'each delegation has three statements, `like`, `<=` and `==`, on both sides',
  delegate: 'allod checks the policy and verifies the signature it has made; iso-ucan does neither',
  invoke: 'iso-ucan verifies the proof and its policy first; allod does not, but verifies the signature it has made',
  verify: "iso-ucan: Invocation.from as its server calls it, the delegations being in its store, in memory, and the documents of DIDs it has "
    + "seen kept. allod: Authorizer.decideWith, the delegations coming along in a container, and the store, in memory, asked for revocations; nothing is kept",
}
console.log(JSON.stringify({ medians: mediansOf('wall'), cpu: mediansOf('cpu'), notes }, undefined, 2))
