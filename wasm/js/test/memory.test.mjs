// The memory of WASM: nothing stays in it that was let go of, and no secret longer than its key.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc')

/** The package keeps its memory to itself: it is seen as it is made. */
let memory
const { Instance } = WebAssembly
WebAssembly.Instance = class extends Instance {
  constructor(...all) {
    super(...all)
    memory ??= this.exports.memory
  }
}
const allod = await import('../../../target/npm/package/dist/node.mjs')
WebAssembly.Instance = Instance
const { Agent, Authorizer, Container, Delegation, MemoryStore, SigningKey, findChain, signDelegation, signInvocation } = allod

const ALGORITHMS = ['Ed25519', 'P-256', 'secp256k1']
const seed = (byte) => new Uint8Array(32).fill(byte)

/** How many times each is done: 100,000 in all. */
const CYCLES = Number(process.env.ALLOD_CYCLES ?? 100_000)

async function collected() {
  gc()
  // What a registry calls is called between two tasks.
  for (let times = 0; times < 3; times++) await setImmediate()
}

test(`${CYCLES} objects that are made and let go leave the memory where it was`, { timeout: 900_000 }, async (t) => {
  const [alice, bob, carol] = [SigningKey.fromSeed('Ed25519', seed(1)), SigningKey.fromSeed('P-256', seed(2)), SigningKey.fromSeed('secp256k1', seed(3))]
  const first = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/photos', policy: [['like', '.path', 'a*']], expires: null })
  const second = await signDelegation(bob, { audience: carol.did, subject: null, command: '/photos', expires: null })
  const invocation = await signInvocation(carol, { subject: alice.did, command: '/photos/read', arguments: { path: 'abc' }, proofs: [first, second], expires: null })
  const request = Container.of(invocation, first, second).bytes
  const authorizer = new Authorizer({ executor: alice.did, subjects: 'itself' })
  const store = new MemoryStore()
  await store.putDelegations([first, second])
  const agent = new Agent({ signer: carol, store })
  let number = 0
  const many = () => SigningKey.fromSeed(ALGORITHMS[number % 3], seed(4 + (number++ % 200)))

  // By what they are, and how many hundredths of all of them.
  const kinds = {
    'keys that are freed': [25, () => many().free()],
    'keys that are freed twice, and disposed of': [10, () => { const key = many(); key.free(); key.free(); key[Symbol.dispose ?? Symbol.for('nodejs.dispose')]?.() }],
    'generated keys': [5, () => SigningKey.generate(ALGORITHMS[number++ % 3]).free()],
    'keys that nothing refers to any more': [20, many],
    'secrets that are exported': [5, () => { const key = many(); key.dangerExportSeed(); key.dangerExportJwk(); key.free() }],
    'keys that are none': [5, () => assert.throws(() => SigningKey.fromSeed('P-256', seed(0)), { name: 'KeyError' })],
    'tokens that are signed': [5, () => signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/photos', meta: { number }, expires: null })],
    'tokens that cannot be made': [5, () => signDelegation(alice, { audience: bob.did, subject: bob.did, command: '/photos', under: second, expires: null }).catch(() => {})],
    'signers that fail': [3, () => signDelegation({ did: alice.did, publicKey: alice.publicKey, sign: () => number++ % 2 ? new Uint8Array(64) : Promise.reject(new Error('no')) }, { audience: bob.did, subject: alice.did, command: '/a', expires: null }).catch(() => {})],
    'tokens that are parsed': [8, () => Delegation.parse(first.bytes)],
    'tokens that are verified': [3, () => second.verify()],
    'decisions': [2, () => assert.equal(authorizer.decide(request, { revocations: [] }).ok, true)],
    'searches': [2, () => findChain(store, { invoker: carol.did, subject: alice.did, command: '/photos/read' })],
    'searches in a store that fails': [1, () => findChain({ ...faulty, delegations: () => Promise.reject(new Error('no')) }, { invoker: carol.did, subject: alice.did, command: '/photos/read' }).catch(() => {})],
    'invocations by an agent': [1, () => agent.invoke({ subject: alice.did, command: '/photos/read', arguments: { path: 'abc' } })],
  }
  assert.equal(Object.values(kinds).reduce((sum, [share]) => sum + share, 0), 100)
  const round = async (times) => {
    for (const [share, make] of Object.values(kinds)) {
      for (let left = (share * times) / 100; left > 0; left--) await make()
      await collected()
    }
  }
  const each = 5_000
  const rounds = Math.max(3, CYCLES / each)
  // Two rounds until all is in use that will be.
  await round(each)
  await round(each)
  const before = memory.buffer.byteLength
  for (let times = 2; times < rounds; times++) {
    await round(each)
    assert.equal(memory.buffer.byteLength, before, `after ${(times + 1) * each}`)
  }
  t.diagnostic(`${before / 1024} KiB`)
})

const faulty = Object.fromEntries(['delegation', 'delegations', 'areRevoked', 'syncedAt', 'putDelegations'].map((name) => [name, () => Promise.reject(new Error('no'))]))

test('a key that was freed says so, whatever is asked of it', async () => {
  for (const algorithm of ALGORITHMS) {
    const key = SigningKey.generate(algorithm)
    const { did } = key
    key.free()
    const freed = { name: 'FreedError', code: 'freed' }
    assert.throws(() => key.sign(new Uint8Array(1)), freed)
    assert.throws(() => key.dangerExportSeed(), freed)
    assert.throws(() => key.dangerExportJwk(), freed)
    const options = { audience: did, subject: did, command: '/photos', expires: null }
    await assert.rejects(signDelegation(key, options), freed)
    await assert.rejects(new Agent({ signer: key, store: new MemoryStore() }).grant(options), freed)
    // What is no secret stays.
    assert.equal(key.did, did)
    assert.equal(key.algorithm, algorithm)
    assert.match(String(key), /did:key/)
  }
})

/** What shows that a secret is there: any eighth of it, in either order, and what it is spelled as or made into. */
function traces(secret, algorithm) {
  const parts = { 'the JWK': Buffer.from(Buffer.from(secret).toString('base64url')).subarray(0, 24) }
  for (let at = 0; at + 8 <= 32; at += 8) {
    parts[`bytes ${at} to ${at + 8}`] = Buffer.from(secret.subarray(at, at + 8))
    parts[`bytes ${at} to ${at + 8}, backwards`] = Buffer.from(secret.subarray(at, at + 8)).reverse()
  }
  if (algorithm === 'Ed25519') {
    const expanded = createHash('sha512').update(secret).digest()
    // The ends of the scalar are clamped.
    parts['the scalar'] = expanded.subarray(4, 20)
    parts['the prefix'] = expanded.subarray(32, 48)
  }
  return parts
}

function found(parts) {
  const all = Buffer.from(memory.buffer)
  return Object.keys(parts).filter((name) => all.includes(parts[name]))
}

/** The stack grows down from here, and the frames that are left are those of the outermost functions. */
const STACK = 1 << 20
const FRAMES = 1024

for (const algorithm of ALGORITHMS) {
  test(`nothing that stood on the stack is left there, but in the first kilobyte (${algorithm})`, () => {
    const secret = seed(7)
    const key = SigningKey.fromSeed(algorithm, secret)
    const jwk = key.dangerExportJwk()
    const calls = {
      generate: () => SigningKey.generate(algorithm), fromSeed: () => SigningKey.fromSeed(algorithm, secret), fromJwk: () => SigningKey.fromJwk(jwk),
      sign: () => key.sign(new Uint8Array(100)), dangerExportSeed: () => key.dangerExportSeed(), dangerExportJwk: () => key.dangerExportJwk(),
    }
    for (const [name, call] of Object.entries(calls)) {
      const stack = () => Buffer.from(memory.buffer, 0, STACK)
      stack().fill(0xaa)
      call()
      const used = STACK - stack().findIndex((byte) => byte !== 0xaa)
      assert.ok(used > 2 * FRAMES && used < STACK, `${name} used ${used} bytes, and that is where the stack is`)
      const left = STACK - stack().findIndex((byte) => byte !== 0xaa && byte !== 0)
      assert.ok(left <= FRAMES, `${name} left something ${left} bytes down`)
    }
  })

  test(`nothing of a secret stays in memory once its key is freed (${algorithm})`, async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32))
    secret[0] &= 0x7f
    const parts = traces(secret, algorithm)
    assert.deepEqual(found(parts), [])
    const key = SigningKey.fromSeed(algorithm, secret)
    assert.notDeepEqual(found(parts), [], 'while it lives it is there: so it would be seen')
    key.sign(new Uint8Array(100))
    await signDelegation(key, { audience: key.did, subject: key.did, command: '/photos', expires: null })
    key.free()
    assert.deepEqual(found(parts), [], 'after it signed')

    for (const [name, exported] of Object.entries({ dangerExportSeed: (key) => key.dangerExportSeed(), dangerExportJwk: (key) => key.dangerExportJwk() })) {
      const key = SigningKey.fromSeed(algorithm, secret)
      const before = found(parts)
      exported(key)
      // The key itself is still there, and nothing besides.
      assert.deepEqual(found(parts), before, name)
      key.free()
      assert.deepEqual(found(parts), [], name)
    }
    const text = SigningKey.fromSeed(algorithm, secret)
    const other = SigningKey.fromJwk(text.dangerExportJwk())
    text.free()
    other.free()
    assert.deepEqual(found(parts), [], 'fromJwk')
    // One that is let go of.
    let dropped = SigningKey.fromSeed(algorithm, secret)
    dropped.sign(new Uint8Array(3))
    dropped = undefined
    for (let times = 0; times < 20 && found(parts).length > 0; times++) await collected()
    assert.deepEqual(found(parts), [], 'one that nothing refers to')
    // Refused ones.
    for (const refused of [() => SigningKey.fromSeed('RSA', secret), () => SigningKey.fromSeed(algorithm, secret.subarray(1)), () => SigningKey.fromJwk({ kty: 'EC', d: Buffer.from(secret).toString('base64url') })]) {
      assert.throws(refused)
      assert.deepEqual(found(parts), [], String(refused))
    }
  })
}
