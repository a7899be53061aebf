/** What the package exports; `init` comes with the loader. */

export * from './agent.js'
export * from './authorizer.js'
export {
  type DelegationOptions, type InvocationOptions, type ReceiptOptions, type RevocationOptions, type TokenOptions,
  lintDelegation, signDelegation, signInvocation, signReceipt, signRevocation,
} from './build.js'
export { Cid } from './cid.js'
export { Container, type Encoding, type Entry } from './container.js'
export {
  type Check, type Decision, Denial, type Finding, Grant, type Ignored, type PublicDenial, type Rule,
} from './decision.js'
export {
  type Algorithm, type Command, type Did, type DidInfo, type Documents, type PublicKey, covers, didOfKey, documentFor, keyOfDid, readDid, verifySignature,
} from './did.js'
export {
  AllodError, ArgumentError, BuildError, CommandError, ContainerError, DidError, DocumentError, FreedError, KeyError, type Miss,
  NoChainError, NotReadyError, PolicyError, RevokeError, SigningError, StoreError, TokenError, ValueError,
} from './errors.js'
export type { DenialCode } from './generated.js'
export { fromDagCbor, fromDagJson, toDagCbor, toDagJson } from './json.js'
export { SigningKey } from './key.js'
export {
  type Evaluation, type Policy, type Selector, type Statement, checkPolicy, evaluatePolicy, lintPolicy, policyWords,
} from './policy.js'
export { type Found, type Goal, findChain } from './search.js'
export * from './signer/keystore.js'
export { type Signer, type SignerParts, actingAs, signerFrom } from './signer/signer.js'
export * from './signer/webcrypto.js'
export { IndexedDbStore } from './store/indexeddb.js'
export { MemoryStore } from './store/memory.js'
export {
  type Added, type Kept, type Page, type PageOptions, type Query, type Quota, type Store, type Swept, USUAL_QUOTA,
} from './store/store.js'
export type { Time } from './time.js'
export {
  type AnyToken, type Arguments, Delegation, Invocation, type Meta, Receipt, type Result, Revocation, parseToken,
} from './tokens.js'
export type { Value } from './value.js'
export { version } from './version.js'
