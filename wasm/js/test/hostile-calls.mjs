// Hostile calls of everything that the package exports, and what may come of one: it returns, or it fails with an error that the
// package means; never a trap, a panic or silence. Runs in Node and in browsers.

import { answer } from './answer.mjs'
import { Hostile, draws, makers } from './hostile-values.mjs'

/** After so long a promise counts as one that never settles. */
const PATIENCE_MS = 20_000

/** What no message of an error may tell of. */
const LEAKS = /panicked|unreachable|null pointer passed|recursive use of an object|RuntimeError|memory access out of bounds|\.rs:\d|wasm|__wb/i

/** What the language itself says of what was handed over, or of a method that was taken away from its object. */
const LANGUAGE = [
  /proxy/i, /revoked/i, /private (member|field|method)|does not declare|from an object whose class/, /Receiver must be|incompatible receiver|Illegal invocation|Illegal constructor/,
  /Class constructor .* cannot be invoked without 'new'|is not a constructor|abstract/,
]

/** Classes by name, with what each has for an instance: a maker of it. */
function instances(allod, made) {
  return {
    Agent: () => new allod.Agent({ signer: made.key(), store: made.store() }),
    Authorizer: () => made.authorizer,
    Cid: () => made.cid,
    Container: () => made.container,
    Delegation: () => made.delegation,
    Denial: () => made.denial,
    Grant: () => made.grant,
    IndexedDbStore: () => made.database,
    Invocation: () => made.invocation,
    KeyStore: () => made.keys,
    MemoryStore: () => made.store(),
    Receipt: () => made.receipt,
    Revocation: () => made.revocation,
    SigningKey: () => made.key(),
    WebCryptoSigner: () => made.webSigner,
    NoChainError: () => made.noChain,
  }
}

/** Arguments with which a call makes sense, by what is called: they are spoilt before they are used. */
function templates(allod, made) {
  const { did, other, cid, delegation, invocation, receipt, revocation, container } = made
  const grant = { audience: other, subject: did, command: '/photos', policy: [['==', '.album', 7], ['any', '.tags[]', ['like', '.', 'a*']]], expires: 2e9, notBefore: 1, meta: { a: [1, { b: 2n }] }, nonce: new Uint8Array(12), releaseCandidate: true }
  const ask = { subject: did, command: '/photos/read', arguments: { album: 7, list: [1, 'x', new Uint8Array(3), cid] }, audience: other, proofs: [delegation, cid, String(cid)], expires: 2e9, notBefore: 1, issuedAt: 1, cause: cid, meta: { a: 1 }, nonce: new Uint8Array(12) }
  const receiptOf = { ran: cid, out: { ok: { a: [1] } }, issuedAt: 1, expires: 2e9, nonce: new Uint8Array(12) }
  const revoke = { revoke: delegation, subject: did, path: [cid], proofs: [delegation], issuedAt: 1, meta: { why: 'x' } }
  const evidence = { revocations: [{ delegation: cid, by: did }], unavailable: [{ delegation: String(cid), by: other }], now: 1000, tolerance: 5, proofs: [delegation, delegation.bytes], received: [revocation], documents: { 'did:web:a.example': made.document }, revocationsAsOf: 5, receipts: [receipt], tasks: [invocation], trustReceiptsOf: [did], invocation: cid }
  const goal = { invoker: other, subject: did, command: '/photos/read', arguments: { album: 7, tags: ['a'] }, at: 1000, tolerance: 5, documents: new Map([['did:web:a.example', made.document]]), names: new Map([['me', did]]) }
  const query = { end: { to: other }, about: { subject: did } }
  const page = { after: undefined, most: 5 }
  const kept = { revocation, delegations: [delegation] }
  const policy = grant.policy
  const parts = { publicKey: { algorithm: 'Ed25519', bytes: made.publicBytes }, did, sign: (bytes) => made.key().sign(bytes) }
  const signer = made.key()
  const error = ['a-code', 'a message', { cause: 1 }]
  const stores = {
    putDelegations: [[delegation]], delegation: [cid], delegations: [query, page], removeDelegation: [cid], putRevocation: [kept, { each: 1, all: 2 }], areRevoked: [[{ delegation: cid, by: did }]],
    revocations: [page], putReceipt: [receipt], receipt: [cid], receiptsOf: [cid, did, 5], syncedAt: [], setSyncedAt: [1000], setName: ['me', did], names: [], sweep: [1000], close: [], requestPersistence: [],
  }
  const token = { verify: [evidence.documents], toString: [], toJSON: [], constructor: [Symbol('read'), delegation.bytes, cid] }
  const prefixed = (prefix, list) => Object.fromEntries(Object.entries(list).map(([name, args]) => [`${prefix}${name}`, args]))
  const errors = Object.entries(allod).filter(([, it]) => typeof it === 'function' && it.prototype instanceof Error)
  const tokens = ['Delegation', 'Invocation', 'Receipt', 'Revocation'].flatMap((name) => [
    ...Object.entries(prefixed(`${name}#`, token)), [`${name}.parse`, [made[name.toLowerCase()].bytes]], [`new ${name}`, token.constructor],
  ])
  return {
    ...prefixed('MemoryStore#', stores), ...prefixed('IndexedDbStore#', stores), ...Object.fromEntries(tokens),
    ...Object.fromEntries(errors.flatMap(([name]) => [[`new ${name}`, error], [`${name}#toString`, []]])), 'new NoChainError': [{ words: 'x', gap: 'unsaid', held: null, until: null, flaws: [] }],
    'new Agent': [{ signer, store: made.store(), documents: evidence.documents, tolerance: 5 }], 'Agent#grant': [{ ...grant, now: 1000 }], 'Agent#invoke': [{ ...ask, proofs: undefined, now: 1000 }],
    'Agent#receive': [container], 'Agent#revoke': [delegation, { now: 1000 }], 'Agent#delegations': [{ now: 1000 }], 'Agent#linkDevice': [{ device: other, command: '/photos', expires: 2e9, asOneself: true, mayRevoke: true }], 'Agent#findChain': [goal],
    'new Authorizer': [{ executor: did, subjects: [did, other], acceptLeafFirst: true, revocationsNoOlderThan: { '/photos': 5 }, limits: { chain: 3, policySteps: 100, policyWork: 1000 } }],
    'Authorizer#decide': [container, evidence], 'Authorizer#needs': [container, evidence], 'Authorizer#decideWith': [made.store(), { invocation: invocation.bytes }, { now: 1000, tolerance: 5, proofs: [delegation] }],
    lintDelegation: [grant], signDelegation: [signer, grant], signInvocation: [signer, ask], signReceipt: [signer, receiptOf], signRevocation: [signer, revoke],
    'new Cid': [cid.bytes], 'Cid.parse': [cid.bytes], 'Cid.of': [delegation.bytes], 'Cid.checked': [cid.bytes], 'Cid#toString': [], 'Cid#toJSON': [], 'Cid#equals': [cid],
    'new Container': [container.bytes], 'Container.read': [container.bytes], 'Container.of': [delegation, invocation.bytes, container], 'Container#write': ['gzip+base64url'],
    'new Denial': [Symbol('decided'), {}], 'Denial#public': [], 'Denial#toString': [], 'Denial#toJSON': [], 'new Grant': [Symbol('decided'), {}],
    covers: ['/photos', '/photos/read'], didOfKey: ['Ed25519', made.publicBytes], documentFor: [did], keyOfDid: [did], readDid: [did], verifySignature: [{ algorithm: 'Ed25519', bytes: made.publicBytes }, new Uint8Array(5), new Uint8Array(64)], fromDagJson: ['{"a":[1,{"/":{"bytes":"AAAA"}}]}'], toDagJson: [{ a: [1, 2n ** 60n, cid, new Uint8Array(3)] }],
    'new SigningKey': [{}], 'SigningKey.generate': ['P-256'], 'SigningKey.fromSeed': ['Ed25519', new Uint8Array(32).fill(9)], 'SigningKey.fromJwk': [made.jwk], 'SigningKey#sign': [new Uint8Array(5)], 'SigningKey#dangerExportSeed': [],
    'SigningKey#dangerExportJwk': [], 'SigningKey#free': [], 'SigningKey#toString': [], 'SigningKey#toJSON': [],
    checkPolicy: [policy], lintPolicy: [policy], evaluatePolicy: [policy, ask.arguments], findChain: [made.store(), goal], actingAs: [signer, 'did:web:a.example'], signerFrom: [parts], parseToken: [invocation.bytes],
    'new MemoryStore': [], 'new IndexedDbStore': [{}], 'IndexedDbStore.open': ['hostile'], 'new KeyStore': [{}, true], 'KeyStore.open': ['hostile-keys'], 'KeyStore#close': [], 'KeyStore#requestPersistence': [],
    'KeyStore#generate': ['me', { algorithm: 'P-256' }], 'KeyStore#get': ['me'], 'KeyStore#put': ['me', made.webSigner, { dangerAllowExtractable: true }], 'KeyStore#list': [], 'KeyStore#delete': ['me'],
    'new WebCryptoSigner': [Symbol('make'), parts.publicKey, {}], 'WebCryptoSigner.generate': [{ algorithm: 'P-256' }], 'WebCryptoSigner.from': [made.webSigner.keyPair, { dangerAllowExtractable: true }], 'WebCryptoSigner#sign': [new Uint8Array(5)],
    init: [], version: [], fromDagCbor: [new Uint8Array([161, 97, 97, 1])], toDagCbor: [{ a: [1] }], policyWords: [policy],
  }
}

const MARKS = { [Symbol.dispose ?? 0]: '@@dispose', [Symbol.asyncDispose ?? 0]: '@@asyncDispose', [Symbol.toStringTag]: '@@toStringTag' }
const named = (name) => (typeof name === 'symbol' ? (MARKS[name] ?? `@@${name.description}`) : name)
const isClass = (it) => typeof it === 'function' && /^class\b/.test(Function.prototype.toString.call(it))

/** Everything that can be called, by its name. */
export function inventory(allod) {
  const found = new Map()
  for (const [name, it] of Object.entries(allod)) {
    if (typeof it !== 'function') continue
    if (!isClass(it)) {
      found.set(name, { __proto__: null, call: it })
      continue
    }
    found.set(`new ${name}`, { __proto__: null, make: it })
    for (let object = it; object !== Function.prototype && object !== Error; object = Object.getPrototypeOf(object)) {
      for (const member of Reflect.ownKeys(object)) {
        if (!['length', 'name', 'prototype'].includes(member)) add(`${name}.${named(member)}`, object, member, { self: it })
      }
    }
    for (let object = it.prototype; object !== Object.prototype && object !== Error.prototype; object = Object.getPrototypeOf(object)) {
      for (const member of Reflect.ownKeys(object)) {
        if (member !== 'constructor') add(`${name}#${named(member)}`, object, member, { of: name })
      }
    }
  }
  return found

  function add(name, object, member, rest) {
    if (found.has(name)) return
    const { value, get, set } = Object.getOwnPropertyDescriptor(object, member)
    if (get) found.set(name, { __proto__: null, get, ...rest })
    if (set) found.set(`${name}=`, { __proto__: null, call: set, ...rest })
    if (typeof value === 'function') found.set(name, { __proto__: null, call: value, ...rest })
  }
}

/** What there is of the real thing; what `allod/lite` does not make, the whole does. */
async function making(allod, whole, realm) {
  const { SigningKey, Container, Authorizer } = allod
  const seed = new Uint8Array(32).fill(5)
  const key = () => SigningKey.fromSeed('Ed25519', seed)
  const [me, you] = [key(), SigningKey.fromSeed('P-256', seed)]
  const [did, other] = [me.did, you.did]
  const delegation = await allod.signDelegation(me, { audience: other, subject: did, command: '/photos', policy: [['==', '.album', 7]], expires: 2e9 })
  const invocation = await allod.signInvocation(you, { subject: did, command: '/photos/read', arguments: { album: 7 }, proofs: [delegation], expires: 2e9 })
  const wrong = await allod.signInvocation(you, { subject: did, command: '/photos/read', arguments: { album: 8 }, proofs: [delegation], expires: 2e9 })
  const revocation = await allod.signRevocation(me, { revoke: delegation, subject: did })
  const receipt = allod.Receipt.parse((await whole.signReceipt(me, { ran: String(invocation.task), out: { ok: 1 } })).bytes)
  const container = Container.of(invocation, delegation)
  const authorizer = new Authorizer({ executor: did, subjects: 'itself' })
  const decide = (asked) => authorizer.decide(Container.of(asked, delegation), { revocations: [], now: 1000 })
  const jwk = whole.SigningKey.fromSeed('P-256', seed).dangerExportJwk()
  const store = () => {
    const made = new whole.MemoryStore()
    // It keeps them before anything else is asked of it.
    made.putDelegations([whole.Delegation.parse(delegation.bytes)])
    return made
  }
  const made = {
    key, did, other, delegation, invocation, revocation, receipt, container, authorizer, store, jwk, cid: delegation.cid, grant: decide(invocation).grant, denial: decide(wrong).denial,
    publicBytes: me.publicKey.bytes, document: whole.documentFor(did).replaceAll(did, 'did:web:a.example'), webSigner: await allod.WebCryptoSigner.generate({ algorithm: 'P-256' }),
    keys: await allod.KeyStore.open('hostile-keys'), database: await whole.IndexedDbStore.open('hostile').catch(() => store()),
    noChain: await new whole.Agent({ signer: you, store: new whole.MemoryStore() }).invoke({ subject: did, command: '/a' }).catch((error) => error),
  }
  const tokens = [delegation, invocation, revocation, receipt]
  return {
    ...made, realm,
    bytes: [...tokens.map((token) => token.bytes), container.bytes, container.write('gzip'), made.cid.bytes, made.publicBytes, new TextEncoder().encode(container.write('base64')), seed],
    texts: [did, other, String(made.cid), container.write('base64url'), container.write('gzip+base64'), made.document, JSON.stringify(jwk), 'did:web:a.example', '/photos/read', '.a[0]["b"]?', '{"a":[1,2]}', 'Ed25519'],
    objects: [...tokens, container, authorizer, made.grant, made.denial, made.cid, made.webSigner, made.keys, made.noChain, allod.Delegation, allod.Cid],
  }
}

/** Names that a polluted prototype has, and what stands there. */
const POLLUTION = {
  revocations: 'danger-none', tolerance: 1e9, documents: {}, proofs: [], limits: { chain: 1 }, acceptLeafFirst: true, subjects: 'danger-any', invocation: new Uint8Array(3), asCID: 1, bytes: new Uint8Array(3), done: true, revoked: [], tokens: [], put: {},
  aud: 'did:key:z', nbf: 2e9, meta: {}, iat: 1, cause: 1, expires: 1, notBefore: 1, under: new Uint8Array(3), nonce: new Uint8Array(3), policy: [], path: [], ok: 1, error: 1, get: 1, set: 1, value: 1, enumerable: true, most: 1, after: 'x', next: 'x', chain: [], now: 1,
  unavailable: [], named: 1, syncedAt: 0, dangerAnySubject: true, leafFirst: true, code: 'x', issuedAt: 1, arguments: {}, algorithm: 'P-256', dangerAllowExtractable: true, key: 1, did: 'did:key:z', toJSON: 1, trustReceiptsOf: ['did:key:z'], 0: 'x', 1: 'x', length: 9,
}

/**
 * Calls so many times, each call drawn from the seed and its number. `vectors` are decided now and then to see that the package still
 * works. Answers with what went wrong, and with how often each thing was called. Of `allod/lite`, `whole` is the other.
 */
export async function hostile(allod, { seed, first = 0, calls, vectors, realm, whole = allod, most = 20, say = () => {} }) {
  const made = await making(allod, whole, realm)
  const all = [...inventory(allod)]
  const counts = Object.fromEntries(all.map(([name]) => [name, 0]))
  const outcomes = { returned: 0, refused: 0, thrown: 0, language: 0 }
  const wrong = []
  const known = templates(allod, made)
  const classes = instances(allod, made)
  const untold = all.filter(([name, { get }]) => !get && !name.includes('@@') && !(name in known) && !/\.(bytesOf|payloadOf)$/.test(name)).map(([name]) => name)
  const decided = (where) => {
    for (const one of vectors) {
      const [found, expected] = [JSON.stringify(answer(allod, one)), JSON.stringify(one.expect)]
      if (sorted(found) !== sorted(expected)) wrong.push(`${where}: the vector ${one.id} comes out as ${found}`)
    }
  }
  decided('before')
  for (let number = first; number < first + calls && wrong.length < most; number++) {
    say(number)
    const draw = draws(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
    const { any, spoilt } = makers(draw, made)
    // Each in its turn, so that none is left out.
    const [name, target] = draw.chance(30) ? all[number % all.length] : draw.pick(all)
    counts[name]++
    const right = known[name] ?? []
    const args = draw.chance(70) && right.length > 0 ? spoilt(right) : draw.chance(20) ? right : Array.from({ length: draw.below(4) }, () => any())
    const foreign = draw.chance(8)
    const polluted = draw.chance(4) ? draw.pick(Object.keys(POLLUTION)) : undefined
    const self = foreign ? any() : target.of ? (classes[target.of] ?? (() => new allod[target.of]('code', 'message')))() : target.self
    if (target.of === 'SigningKey' && !foreign && draw.chance(20)) self.free()
    const described = `seed ${seed}, call ${number}: ${name}${foreign ? ' of something else' : ''}${polluted ? `, with Object.prototype.${polluted}` : ''}`
    if (globalThis.LOUD === number) console.log(described, args)
    const began = performance.now()
    let outcome
    try {
      if (polluted) Object.prototype[polluted] = POLLUTION[polluted]
      const result = target.make ? (draw.chance(10) ? target.make(...args) : new target.make(...args))
        : target.get ? Reflect.apply(target.get, self, [])
        : draw.chance(3) ? new target.call(...args)
        : Reflect.apply(target.call, self, args)
      await settled(result, described)
      outcome = 'returned'
    } catch (error) {
      const said = judged(error, foreign || /^new \w*Error$/.test(name))
      outcome = said.outcome
      if (said.wrong) wrong.push(`${described}: ${said.wrong}`)
    } finally {
      if (polluted) delete Object.prototype[polluted]
    }
    if (globalThis.SLOW && performance.now() - began > 300) console.log('SLOW', described, Math.round(performance.now() - began))
    outcomes[outcome]++
    // What nobody may set stays as it is.
    if (typeof self === 'object' && self !== null && !foreign && draw.chance(10)) meddle(self, any, wrong, described)
    if (number % 250 === 249) decided(described)
  }
  decided('after')
  return { wrong, counts, outcomes, untold }

  function judged(error, foreign) {
    if (!(error instanceof Error) && !(realm && error instanceof realm.Error)) {
      // What hostile code throws or rejects with is its own.
      return { outcome: 'thrown', wrong: `it throws ${typeof error}, which is no Error` }
    }
    if (error instanceof Hostile) return { outcome: 'thrown' }
    const told = `${error.name} ${error.code ?? ''}: ${String(error.message).slice(0, 300)}`
    if (error instanceof WebAssembly.RuntimeError || error.code === 'fault' || error instanceof Timeout) return { outcome: 'thrown', wrong: told + (error.cause?.stack ?? '') }
    if (LEAKS.test(error.message) && !LANGUAGE.some((rule) => rule.test(error.message))) return { outcome: 'thrown', wrong: `${told}\n${error.stack}` }
    if (error instanceof allod.AllodError) {
      return typeof error.code === 'string' && error.code !== '' ? { outcome: 'refused' } : { outcome: 'refused', wrong: `${told} has no code` }
    }
    if (foreign || LANGUAGE.some((rule) => rule.test(error.message))) return { outcome: 'language' }
    return { outcome: 'language', wrong: `${told}\n${error.stack}` }
  }
}

/** What comes of calling everything once, as it is meant to be called: `returned`, or the error's name and code. */
export async function rightCalls(allod, whole = allod) {
  const made = await making(allod, whole)
  const [known, classes] = [templates(allod, made), instances(allod, made)]
  const outcomes = {}
  for (const [name, target] of inventory(allod)) {
    const self = target.of ? (classes[target.of] ?? (() => new allod[target.of]('code', 'message')))() : target.self
    const args = known[name] ?? []
    try {
      await settled(target.make ? new target.make(...args) : Reflect.apply(target.get ?? target.call, self, target.get ? [] : args))
      outcomes[name] = 'returned'
    } catch (error) {
      outcomes[name] = `${error.name} ${error.code ?? error.message}`
    }
  }
  return outcomes
}

class Timeout extends Error {}

/** Waits for what came, if it is a promise, and looks at it. */
async function settled(result) {
  if (!(result instanceof Promise)) return
  let timer
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Timeout('it never settles')), PATIENCE_MS)))
  try {
    await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
  }
}

function meddle(object, any, wrong, described) {
  for (const name of Object.keys(object)) {
    const before = object[name]
    try {
      object[name] = any(2)
    } catch (error) {
      if (!(error instanceof TypeError)) wrong.push(`${described}: setting ${name} fails with ${error}`)
    }
    if (!Object.is(object[name], before)) {
      wrong.push(`${described}: ${object.constructor?.name}.${name} can be set`)
      object[name] = before
    }
  }
}

const sorted = (text) => [...text].sort().join('')
