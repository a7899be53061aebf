// What the vectors from elsewhere say, held against the package. Runs in Node and in browsers: whoever runs it hands over
// what the files hold, by their names.

import { same } from './store-forge.mjs'

const text = new TextDecoder()
const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const fromBase64 = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
const json = (bytes) => JSON.parse(text.decode(bytes))

/** What an error name of the specification's fixtures is here. */
const CODES = {
  InvalidClaim: ['no-proof', 'powerline-root'],
  UnavailableProof: ['proof-missing'],
  Expired: ['expired'],
  TooEarly: ['not-yet-valid'],
  InvalidAudience: ['broken-chain'],
  InvalidSubject: ['wrong-subject'],
  InvalidSignature: ['bad-signature'],
  MatchError: ['policy-unsatisfied'],
}
/** Two fixtures have the same name of an error, and another code each. */
const NAMED = { 'no proof': 'no-proof', 'invalid powerline': 'powerline-root' }

const ENCODINGS = {
  Bytes: 'raw',
  Base64StdPadding: 'base64',
  Base64URL: 'base64url',
  BytesGzipped: 'gzip',
  Base64StdPaddingGzipped: 'gzip+base64',
  Base64URLGzipped: 'gzip+base64url',
}

/** By what is checked: the folder that it needs, and the check, which throws where something is otherwise. */
export function checks(allod) {
  const { Authorizer, Cid, Container, Delegation, Invocation, SigningKey, didOfKey, documentFor, evaluatePolicy, fromDagJson, readDid, toDagJson, verifySignature } = allod

  /** DAG-JSON as it stands in the fixtures, bytes and all. */
  const dagJson = (bytes) => fromDagJson(text.decode(bytes))

  return {
    'UCAN 1.0.0: 7 valid and 13 invalid invocations': ['ucan-1.0.0', async (files) => {
      const fixtures = dagJson(files['invocation.json'])
      const seen = { valid: 0, invalid: 0 }
      for (const group of ['valid', 'invalid']) {
        for (const one of fixtures[group]) {
          const invocation = Invocation.parse(one.invocation)
          const authorizer = new Authorizer({ executor: invocation.executor, subjects: [invocation.subject] })
          const evidence = { now: one.time, tolerance: 0, proofs: one.proofs, revocations: 'danger-none' }
          for (const request of [invocation, { invocation: one.invocation }, Container.of(one.invocation, ...one.proofs)]) {
            const decision = authorizer.decide(request, evidence)
            if (group === 'valid') {
              same(decision.ok ? decision.grant.chain.length : decision.denial.code, one.proofs.length, one.name)
            } else {
              const code = decision.ok ? 'allowed' : decision.denial.code
              if (!CODES[one.error.name].includes(code)) throw new Error(`${one.name}: ${one.error.name}, and found ${code}`)
              if (NAMED[one.name]) same(code, NAMED[one.name], one.name)
            }
          }
          seen[group]++
        }
      }
      same(seen, { valid: 7, invalid: 13 })
    }],

    'UCAN 1.0.0: the delegation, byte for byte from its key and its fields': ['ucan-1.0.0', async (files) => {
      const { principals, valid } = json(files['delegation.json'])
      const keys = Object.values(principals).map((secret) => {
        const [first, second, ...seed] = fromBase64(secret)
        same([first, second], [0x80, 0x26])
        return SigningKey.fromSeed('Ed25519', Uint8Array.from(seed))
      })
      same(valid.length, 1)
      for (const { token, cid, envelope } of valid) {
        const { iss, aud, sub, cmd, pol, exp, nonce } = envelope.payload
        const delegation = Delegation.parse(fromBase64(token))
        delegation.verify()
        same(delegation.cid.equals(Cid.parse(cid)), true)
        const { issuer, audience, subject, command, policy, expires } = delegation
        same([issuer, audience, subject, command, policy, expires], [iss, aud, sub, cmd, pol, exp])
        const signer = keys.find((key) => key.did === iss)
        const rebuilt = await allod.signDelegation(signer, {
          audience: aud, subject: sub, command: cmd, policy: pol, expires: exp, nonce: fromBase64(nonce),
        })
        same([...rebuilt.bytes], [...fromBase64(token)])
      }
    }],

    'UCAN 1.0.0: 17 policies that hold and 8 that do not': ['ucan-1.0.0', async (files) => {
      const fixtures = dagJson(files['policy.json'])
      const seen = { valid: 0, invalid: 0 }
      for (const group of ['valid', 'invalid']) {
        for (const { args, policies } of fixtures[group]) {
          for (const policy of policies) {
            same(evaluatePolicy(policy, args).truth === 'true', group === 'valid', toDagJson(policy))
            seen[group]++
          }
        }
      }
      same(seen, { valid: 17, invalid: 8 })
    }],

    'container v1: six encodings of ten tokens each, whose older headers are refused': ['container-v1', async (files) => {
      for (const [file, encoding] of Object.entries(ENCODINGS)) {
        const bytes = files[file]
        const forms = encoding.includes('base64') ? [bytes, text.decode(bytes)] : [bytes]
        for (const form of forms) {
          const container = Container.read(form)
          same([container.encoding, container.entries.length], [encoding, 10], file)
          for (const { kind, cid, bytes, fault } of container.entries) {
            same([kind, fault?.code], ['unreadable', 'malformed'], file)
            same(cid.equals(Cid.of(bytes)), true, file)
          }
          for (const to of Object.values(ENCODINGS)) {
            const written = container.write(to)
            same(typeof written, to.includes('base64') ? 'string' : 'object')
            const back = Container.read(written)
            same([back.encoding, back.entries.map(({ cid }) => String(cid))], [to, container.entries.map(({ cid }) => String(cid))], `${file} to ${to}`)
          }
        }
      }
    }],

    'did:key: seeds, public keys, DIDs and documents': ['did-key', async (files) => {
      const seen = []
      for (const [file, algorithm] of [['ed25519-x25519.json', 'Ed25519'], ['secp256k1.json', 'secp256k1']]) {
        for (const [did, vector] of Object.entries(json(files[file]))) {
          const jwk = vector.verificationKeyPair.privateKeyJwk
          const made = []
          if (vector.seed) made.push(SigningKey.fromSeed(algorithm, fromHex(vector.seed)))
          if (jwk) made.push(SigningKey.fromJwk(jwk), SigningKey.fromJwk(JSON.stringify(jwk)))
          if (made.length === 0) throw new Error(`${did} has no key`)
          for (const key of made) {
            same([key.did, didOfKey(algorithm, key.publicKey.bytes)], [did, did])
            same([...readDid(did).key], [...key.publicKey.bytes])
            if (vector.seed) same([...key.dangerExportSeed()], [...fromHex(vector.seed)])
            if (jwk) same(key.dangerExportJwk().d, jwk.d)
          }
          const [ours, theirs] = [JSON.parse(documentFor(did)), vector.didDocument]
          same(ours.id, theirs.id)
          // Theirs names the signing key for agreement as well, where the curve has only one kind of key.
          const purposes = algorithm === 'Ed25519' ? ['keyAgreement'] : []
          for (const purpose of ['capabilityInvocation', 'capabilityDelegation', ...purposes]) {
            const ids = (document) => (document[purpose] ?? []).map((method) => method.id ?? method).map((id) => (id.startsWith('#') ? did + id : id))
            same(ids(ours), ids(theirs), `${did} ${purpose}`)
          }
          // Their document resolves their DID, so that a token by it verifies with it as it does without.
          const token = await allod.signDelegation(made[0], { audience: did, subject: did, command: '/a', expires: null })
          token.verify()
          token.verify({ [did]: JSON.stringify(theirs) })
          seen.push(did)
        }
      }
      same(seen.length, 11)
    }],

    'DAG-CBOR: blocks inside of tokens come back as what they are': ['dag-cbor', async (files) => {
      const key = SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(7))
      let seen = 0
      for (const [file, bytes] of Object.entries(files)) {
        const name = file.replace(/\.dag-cbor$/, '')
        const expected = valueOf(name, Cid)
        if (expected === undefined) continue
        // Through a token, the core writes and reads it; its bytes are those of the fixture.
        const token = await allod.signInvocation(key, { subject: key.did, command: '/a', arguments: { a: expected }, expires: null })
        same(contains(token.bytes, bytes), true, name)
        same(shown(Invocation.parse(token.bytes).arguments.a), shown(expected), name)
        same(shown(fromDagJson(toDagJson(expected))), shown(expected), name)
        seen++
      }
      if (seen < 60) throw new Error(`only ${seen}`)
    }],

    'CCTV Ed25519: no DID is made of a weak or misspelt key': ['ed25519', async (files) => {
      const vectors = json(files['cctv.json'])
      same(vectors.length, 914)
      const keys = new Map()
      for (const { key, flags } of vectors) keys.set(key, (flags ?? []).some((flag) => flag === 'low_order_A' || flag === 'non_canonical_A'))
      let refused = 0
      for (const [key, weak] of keys) {
        let code
        try {
          didOfKey('Ed25519', fromHex(key))
        } catch (error) {
          code = error.name
        }
        same(code, weak ? 'KeyError' : undefined, key)
        refused += weak
      }
      if (refused === 0 || refused === keys.size) throw new Error(`${refused} of ${keys.size}`)
    }],

    'CCTV Ed25519: exactly 43 of 914 signatures hold': ['ed25519', async (files) => {
      const parts = ['low_order_A', 'low_order_R', 'non_canonical_A', 'non_canonical_R', 'low_order_residue']
      let held = 0
      for (const { key, msg, sig, flags, number } of json(files['cctv.json'])) {
        let code
        try {
          verifySignature({ algorithm: 'Ed25519', bytes: fromHex(key) }, new TextEncoder().encode(msg), fromHex(sig))
          held++
        } catch (error) {
          code = error.name
          same(['KeyError', 'SigningError'].includes(code), true, code)
        }
        same(code === undefined, !(flags ?? []).some((flag) => parts.includes(flag)), `vector ${number}`)
      }
      same(held, 43)
    }],
  }
}

/** What a fixture's name says that it holds; `undefined` where the name says it to people alone. */
function valueOf(name, Cid) {
  const said = {
    null: null, true: true, false: false, 'string-水': '水', 'string-𐅑': '𐅑', 'string-empty': '', 'bytes-empty': new Uint8Array(),
    'map-empty': {}, 'array-empty': [],
  }
  if (Object.hasOwn(said, name)) return said[name]
  if (/^int--?\d+$/.test(name)) {
    const number = BigInt(name.slice(4))
    return Number.isSafeInteger(Number(number)) ? Number(number) : number
  }
  // JavaScript has one kind of number: a float without a fraction is written as the integer that it is.
  const float = /^float-(-?[\d.]+(e[+-]?\d+)?)$/.exec(name)
  if (float && !Number.isSafeInteger(Number(float[1]))) return Number(float[1])
  if (name.startsWith('cid-') && !name.endsWith('of')) return Cid.parse(name.slice(4))
  return undefined
}

const shown = (value) =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part instanceof Uint8Array ? [...part] : Object.is(part, -0) ? '-0' : part))

function contains(bytes, part) {
  for (let at = 0; at + part.length <= bytes.length; at++) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return true
  }
  return false
}
