// Made from core/src/code.rs by `cargo xtask wasm`: change it there.

/** Why a decision is a denial. */
export type DenialCode =
  /** Bytes that are not a token of the expected kind, or break a rule of its form. */
  | 'malformed'
  /** Larger than a size limit. */
  | 'too-large'
  /** A DID method, key type or signature algorithm that is well-formed and not implemented. */
  | 'unsupported-algorithm'
  /** The signature is not the issuer's over these bytes. */
  | 'bad-signature'
  /** A DID that needs a document, which nobody supplied. */
  | 'unresolved-did'
  /** A delegation that `prf` names is not among the evidence. */
  | 'proof-missing'
  /** An invocation on another's behalf without any delegation. */
  | 'no-proof'
  /** A powerline at the root: there is no subject it could speak for. */
  | 'powerline-root'
  /** The first delegation was not issued by the subject. */
  | 'root-not-subject'
  /** A delegation about another subject than the invoked one. */
  | 'wrong-subject'
  /** A delegation's audience is not the issuer of what follows it. */
  | 'broken-chain'
  /** The invocation is addressed to another executor. */
  | 'wrong-audience'
  /** The executor does not act for this subject. */
  | 'subject-not-served'
  /** Past the end of its validity. */
  | 'expired'
  /** Before the beginning of its validity. */
  | 'not-yet-valid'
  /** A delegation's command does not cover the invoked one. */
  | 'command-not-covered'
  /** A delegation's policy is not satisfied by the arguments. */
  | 'policy-unsatisfied'
  /** A delegation in the chain was revoked. */
  | 'revoked'
  /** What is known of revocations is older than this command allows. */
  | 'revocation-stale'
  /** The invocation was executed before. */
  | 'replayed'
  /** More links, steps or depth than a decision may take. */
  | 'budget-exceeded'
