/**
 * What `allod/lite` exports: tokens, containers, keys and decisions. Stores, searches, agents, documents of DIDs and DAG-JSON are in
 * `allod` alone.
 */

export * from './authorizer.js'
export {
  type DelegationOptions, type InvocationOptions, type RevocationOptions, type TokenOptions, signDelegation, signInvocation, signRevocation,
} from './build.js'
export { Cid } from './cid.js'
export { Container, type Encoding, type Entry } from './container.js'
export {
  type Check, type Decision, Denial, type Finding, Grant, type Ignored, type PublicDenial, type Rule,
} from './decision.js'
export {
  type Algorithm, type Command, type Did, type DidInfo, type Documents, type PublicKey, covers, didOfKey, keyOfDid, readDid, verifySignature,
} from './did.js'
export {
  AllodError, ArgumentError, BuildError, CommandError, ContainerError, DidError, FreedError, KeyError, NotReadyError, PolicyError,
  SigningError, StoreError, TokenError, ValueError,
} from './errors.js'
export type { DenialCode } from './generated.js'
export { fromDagCbor, toDagCbor } from './json.js'
export { SigningKey } from './key.js'
export { type Evaluation, type Policy, type Selector, type Statement, checkPolicy, evaluatePolicy } from './policy.js'
export * from './signer/keystore.js'
export { type Signer, type SignerParts, actingAs, signerFrom } from './signer/signer.js'
export * from './signer/webcrypto.js'
export type { Added, Kept, Page, PageOptions, Query, Quota, Store, Swept } from './store/store.js'
export type { Time } from './time.js'
export {
  type AnyToken, type Arguments, Delegation, Invocation, type Meta, Receipt, type Result, Revocation, parseToken,
} from './tokens.js'
export type { Value } from './value.js'
export { version } from './version.js'
