// What the types say, positive and negative: each line under @ts-expect-error has to be refused, and all others taken.

import {
  Agent, Authorizer, Cid, Container, Delegation, Denial, Grant, Invocation, KeyStore, MemoryStore, NoChainError, Receipt, SigningKey, WebCryptoSigner,
  AllodError, checkPolicy, evaluatePolicy, findChain, signDelegation, signInvocation, signReceipt, signerFrom,
  type AnyToken, type Command, type Decision, type DenialCode, type Did, type Documents, type Encoding, type Evidence, type Found, type Policy,
  type Query, type Selector, type Signer, type Statement, type Store, type Time, type Value,
} from 'allod'

declare const did: Did
declare const signer: Signer
declare const store: Store

// A denial's code: all of them, and no others.

export function say(code: DenialCode): string {
  switch (code) {
    case 'malformed': case 'too-large': case 'unsupported-algorithm': case 'bad-signature': case 'unresolved-did': case 'proof-missing':
    case 'no-proof': case 'powerline-root': case 'root-not-subject': case 'wrong-subject': case 'broken-chain': case 'wrong-audience':
    case 'subject-not-served': case 'expired': case 'not-yet-valid': case 'command-not-covered': case 'policy-unsatisfied': case 'revoked':
    case 'revocation-stale': case 'replayed': case 'budget-exceeded':
      return code
    default: {
      const none: never = code
      return none
    }
  }
}

export function sayLess(code: DenialCode): string {
  switch (code) {
    case 'expired':
      return 'again'
    default: {
      // @ts-expect-error there are more of them
      const none: never = code
      return none
    }
  }
}

// @ts-expect-error no such code
export const code: DenialCode = 'no-such-code'

// Policies.

export const policies: Policy[] = [
  [],
  [['==', '.a', 1], ['!=', '.a', null], ['==', '.a', { b: [1n, new Uint8Array(), 'x', true] }]],
  [['<', '.a', 1], ['<=', '.a', 1n], ['>', '.', 1.5], ['>=', '.a[0]', -1]],
  [['like', '.a', 'x*'], ['not', ['like', '.a', 'x*']]],
  [['and', []], ['or', [['==', '.a', 1], ['and', [['==', '.b', 2]]]]]],
  [['all', '.a[]', ['any', '.b', ['==', '.', 1]]]],
]
// @ts-expect-error no such operator
export const operator: Statement = ['equals', '.a', 1]
// @ts-expect-error a selector begins with a dot
export const selector: Statement = ['==', 'a', 1]
// @ts-expect-error a text has no order
export const ordered: Statement = ['<', '.a', 'x']
// @ts-expect-error a pattern is a text
export const pattern: Statement = ['like', '.a', 7]
// @ts-expect-error one statement, and no list of them
export const negated: Statement = ['not', [['==', '.a', 1]]]
// @ts-expect-error a list of statements
export const both: Statement = ['and', ['==', '.a', 1]]
// @ts-expect-error a statement is missing
export const quantified: Statement = ['all', '.a']
// @ts-expect-error an operator too few
export const short: Statement = ['==', '.a']
// @ts-expect-error a function is no value
export const valued: Statement = ['==', '.a', () => 1]
// @ts-expect-error a date is no value
export const dated: Value = new Date()
// A checked policy stays as precise as it was.
export const checked: readonly [readonly ['==', '.a', 1]] = checkPolicy([['==', '.a', 1]] as const)
export const path: Selector = checked[0][1]

const evaluation = evaluatePolicy([['==', '.a', 1]], { a: 1 })
if (evaluation.truth === 'true') {
  // @ts-expect-error nothing is to blame
  void evaluation.found
} else {
  const blamed: [number, string, string, string | null, string] = [evaluation.statement, evaluation.path, evaluation.words, evaluation.selector, evaluation.found]
  void blamed
  const truth: 'false' | 'unknown' = evaluation.truth
  void truth
}
// @ts-expect-error arguments are a map
evaluatePolicy([], [1])

// Names.

export const commands: Command[] = ['/', '/photos/read']
// @ts-expect-error a command begins with a slash
export const command: Command = 'photos'
// @ts-expect-error a DID begins with did:
export const whom: Did = 'key:z'
export const times: Time[] = [0, new Date()]
// @ts-expect-error a text is no time
export const time: Time = '2027-01-01'
export const encodings: Encoding[] = ['raw', 'base64', 'base64url', 'gzip', 'gzip+base64', 'gzip+base64url']
// @ts-expect-error no such encoding
export const encoding: Encoding = 'hex'

// Tokens, typed by their arguments.

export async function tokens(): Promise<void> {
  const delegation = await signDelegation(signer, { audience: did, subject: did, command: '/a', expires: new Date() })
  const powerline = await signDelegation(signer, { audience: did, subject: null, command: '/', expires: null, policy: [], notBefore: 1, meta: { a: [1] }, nonce: new Uint8Array(1), under: delegation })
  const about: Did | null = powerline.subject
  const until: number | null = delegation.expires
  void [about, until]
  // @ts-expect-error of whom has to be said
  await signDelegation(signer, { audience: did, command: '/a', expires: null })
  // @ts-expect-error when it ends has to be said
  await signDelegation(signer, { audience: did, subject: did, command: '/a' })
  // @ts-expect-error undefined is not never
  await signDelegation(signer, { audience: did, subject: did, command: '/a', expires: undefined })
  // @ts-expect-error a policy is a list
  await signDelegation(signer, { audience: did, subject: did, command: '/a', expires: null, policy: ['==', '.a', 1] })
  // @ts-expect-error no such option
  await signDelegation(signer, { audience: did, subject: did, command: '/a', expires: null, expiry: 1 })
  // @ts-expect-error whoever cannot sign is no signer
  await signDelegation({ did }, { audience: did, subject: did, command: '/a', expires: null })
  // @ts-expect-error immutable
  delegation.issuer = did
  // @ts-expect-error made by `parse`, or signed
  new Delegation()
  // @ts-expect-error made by `parse`, or signed
  new Invocation()
  // @ts-expect-error made by `parse`, or signed
  new Receipt()

  const invocation = await signInvocation(signer, { subject: did, command: '/a', arguments: { size: 7, tags: ['x'] }, expires: null, proofs: [delegation, delegation.cid, 'z'] })
  const size: number = invocation.arguments.size
  const [tag]: string[] = invocation.arguments.tags
  void [size, tag]
  // @ts-expect-error no such argument
  void invocation.arguments.weight
  // @ts-expect-error another type
  await signInvocation<{ size: number }>(signer, { subject: did, command: '/a', arguments: { size: '7' }, expires: null })
  // @ts-expect-error an invocation is about someone
  await signInvocation(signer, { subject: null, command: '/a', expires: null })
  const parsed = Invocation.parse<{ size: bigint }>(invocation.bytes)
  const large: bigint = parsed.arguments.size
  void large
  // @ts-expect-error bytes, and no text
  Invocation.parse('x')

  const receipt = await signReceipt(signer, { ran: invocation.task, out: { ok: 7 } })
  const out: { readonly ok: number } | { readonly error: Value } = receipt.out
  if ('ok' in out) {
    const seven: number = out.ok
    void seven
  }
  // @ts-expect-error ok or error
  await signReceipt(signer, { ran: invocation.task, out: { done: 7 } })
  const typed: Receipt<{ found: number }, string> = Receipt.parse<{ found: number }, string>(receipt.bytes)
  void typed

  const any: AnyToken = delegation
  if (any instanceof Delegation) void any.policy
  // @ts-expect-error not all of them have it
  void any.ran
}

// Decisions.

interface Resize extends Record<string, Value> {
  width: number
}

export async function decide(decision: Decision<Resize>, evidence: Evidence): Promise<number | string> {
  // @ts-expect-error only where it is allowed
  void decision.grant
  // @ts-expect-error only where it is denied
  void decision.denial
  const authorizer = new Authorizer({ executor: did, subjects: 'itself', revocationsNoOlderThan: { '/photos': 60 }, limits: { chain: 3 } })
  // @ts-expect-error no such choice of subjects
  new Authorizer({ executor: did, subjects: 'any' })
  // @ts-expect-error not a DID
  new Authorizer({ executor: did, subjects: ['alice'] })
  // @ts-expect-error what is known of revocations has to be said
  authorizer.decide(new Uint8Array(), { now: 1 })
  // @ts-expect-error without revocations has to be said by its name
  authorizer.decide(new Uint8Array(), { revocations: 'none' })
  // @ts-expect-error a number is no request
  authorizer.decide(7, evidence)
  const ways = [authorizer.decide('B', evidence), authorizer.decide({ invocation: new Uint8Array() }, evidence), await authorizer.decideWith(store, new Uint8Array())]
  void ways
  if (!decision.ok) {
    const { denial } = decision
    const shown: { code: DenialCode; cid: string | null; remedy: string } = denial.public()
    const [check] = denial.trace
    if (check?.outcome === 'failed') void check.finding?.policy?.words
    return `${say(denial.code)} ${denial.link ?? ''} ${shown.remedy}`
  }
  return resize(decision.grant)
}

function resize(grant: Grant<Resize>): number {
  const [awaited] = grant.awaits
  const branch: 'ok' | 'error' | '*' | undefined = awaited?.branch
  void branch
  return grant.arguments.width
}

// @ts-expect-error only a decision makes one
resize({ arguments: { width: 7 } })
// @ts-expect-error only a decision makes one
new Grant()
// @ts-expect-error only a decision makes one
new Denial()
// @ts-expect-error made by `generate`, or out of a key pair
new WebCryptoSigner()
// @ts-expect-error made by `read` or `of`
new Container()
// @ts-expect-error made by `parse` or `of`
new Cid()

// Signers, stores and agents.

export const own: Signer = { did, publicKey: { algorithm: 'P-256', bytes: new Uint8Array(33) }, sign: async (bytes) => bytes }
export const made: Signer = signerFrom({ did, sign: (bytes) => bytes })
// @ts-expect-error no such algorithm
export const wrong: Signer = { did, publicKey: { algorithm: 'RSA', bytes: new Uint8Array() }, sign: (bytes) => bytes }
// @ts-expect-error a signature is bytes
export const text: Signer = { did, publicKey: own.publicKey, sign: () => 'signature' }
// @ts-expect-error WebCrypto has no secp256k1
void WebCryptoSigner.generate({ algorithm: 'secp256k1' })
void SigningKey.generate('secp256k1')

export const queries: Query[] = [{ end: { to: did }, about: 'anyone' }, { end: { by: did }, about: { subject: did } }, { end: { to: did }, about: 'powerlines' }]
// @ts-expect-error one end
export const query: Query = { end: {}, about: 'anyone' }
// @ts-expect-error half of a store is none
export const half: Store = { delegation: async () => undefined }
export const documents: Documents[] = [new Map([[did, '{}']]), { 'did:web:a.example': '{}' }]
// @ts-expect-error a document is JSON text
export const document: Documents = { 'did:web:a.example': {} }

export async function agent(): Promise<string> {
  const agent = new Agent({ signer, store: new MemoryStore(), documents: new Map() })
  // @ts-expect-error what it keeps things in has to be said
  new Agent({ signer })
  const { container, lints } = await agent.grant({ audience: did, command: '/photos', expires: new Date(2030, 0) })
  const text: string = container.write('base64url')
  const bytes: Uint8Array = container.write('gzip')
  // @ts-expect-error bytes, where it is not base64
  const notText: string = container.write('raw')
  const asked = await agent.invoke({ subject: did, command: '/photos/read', arguments: { width: 7 } })
  const width: number = asked.invocation.arguments.width
  // @ts-expect-error its proofs are found
  await agent.invoke({ subject: did, command: '/photos/read', proofs: [] })
  const found: Found = await findChain(store, { invoker: did, subject: did, command: '/photos' })
  const words: string = 'miss' in found ? found.miss.words : `${found.chain.length}`
  const keys = await KeyStore.open()
  const mine: WebCryptoSigner | undefined = await keys.get('me')
  const cid: Cid = Cid.parse('z').equals('z') ? Cid.of(bytes) : asked.invocation.cid
  void [lints, text, notText, width, mine, cid, Container.of(asked.invocation, container)]
  try {
    return words
  } catch (error) {
    if (error instanceof NoChainError) return error.miss.flaws.map(({ reason }) => reason).join()
    if (error instanceof AllodError) return error.code
    throw error
  }
}
