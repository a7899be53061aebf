/** Making tokens: what a validator would refuse is refused here, what is legal but risky is pointed out. */

import { Cid } from './cid.js'
import { type Command, type Did, didOf } from './did.js'
import { BuildError, SigningError, bad } from './errors.js'
import type { Policy } from './policy.js'
import { ask, call } from './raw.js'
import type { Signer } from './signer/signer.js'
import { type Time, maybeSeconds } from './time.js'
import {
  type Arguments, Delegation, Invocation, type Meta, Receipt, type Result, Revocation, tokenBytes,
} from './tokens.js'
import { bytesOf, encode, optionsOf, textOf } from './value.js'
import type { RawUnsigned } from 'allod-glue'
import type { Value } from './value.js'

/** What every token may say. */
export interface TokenOptions {
  /** The first second of validity. */
  readonly notBefore?: Time | undefined
  /** Data asserted along with it, which grants nothing. */
  readonly meta?: Meta | undefined
  /** The nonce, instead of 12 random bytes. */
  readonly nonce?: Uint8Array | undefined
  /** Writes the tag of UCAN 1.0.0-rc.1, for readers that know nothing else. */
  readonly releaseCandidate?: boolean | undefined
}

/** What a delegation says. */
export interface DelegationOptions extends TokenOptions {
  /** Whom it is given to. */
  readonly audience: Did
  /** Whom it is about; `null` for a powerline: whatever its issuer is ever given, by anyone. */
  readonly subject: Did | null
  /** What may be done, and all below it. */
  readonly command: Command
  /** What the arguments of an invocation must satisfy. */
  readonly policy?: Policy | undefined
  /** The last second of validity; `null` if it never ends, which has to be said. */
  readonly expires: Time | null
  /** The delegation that this one hands on, so that a mismatch is refused and a widening pointed out. */
  readonly under?: Delegation | undefined
}

/** What an invocation says. */
export interface InvocationOptions<A extends Arguments = Arguments> extends TokenOptions {
  /** Whom it is about. */
  readonly subject: Did
  /** What is to be done. */
  readonly command: Command
  /** With which arguments. */
  readonly arguments?: A | undefined
  /** Who is to do it, if that is not the subject itself. */
  readonly audience?: Did | undefined
  /** The delegations it rests on, root first. */
  readonly proofs?: readonly (Cid | string | Delegation)[] | undefined
  /** The last second of validity: a few minutes ahead is recommended. `null` if it never ends. */
  readonly expires: Time | null
  /** When it is made, for the record. */
  readonly issuedAt?: Time | undefined
  /** The receipt that led to it. */
  readonly cause?: Cid | string | undefined
}

/** What a receipt says. */
export interface ReceiptOptions<T extends Value = Value, E extends Value = Value> {
  /** The task that was executed: `invocation.task`. */
  readonly ran: Cid | string
  /** What came of it. */
  readonly out: Result<T, E>
  /** When it is made, for the record. */
  readonly issuedAt?: Time | undefined
  /** Until when it is upheld; for ever if absent. */
  readonly expires?: Time | undefined
  /** The nonce, instead of 12 random bytes. */
  readonly nonce?: Uint8Array | undefined
  /** Writes the tag of UCAN 1.0.0-rc.1, for readers that know nothing else. */
  readonly releaseCandidate?: boolean | undefined
}

/** What a revocation says, for those who know with whose authority; `Agent.revoke` finds out. */
export interface RevocationOptions {
  /** Which delegation is taken back. */
  readonly revoke: Cid | string | Delegation
  /** With whose authority: that of the one who signs, or of someone who delegated `/ucan/revoke` to whoever signs. */
  readonly subject: Did
  /** Delegations from the subject down to the revoked one, for whoever does not know it. */
  readonly path?: readonly (Cid | string | Delegation)[] | undefined
  /** The delegations of `/ucan/revoke`, root first. */
  readonly proofs?: readonly (Cid | string | Delegation)[] | undefined
  /** When it is made, for the record. */
  readonly issuedAt?: Time | undefined
  /** A reason, say. */
  readonly meta?: Meta | undefined
  /** Writes the tag of UCAN 1.0.0-rc.1, for readers that know nothing else. */
  readonly releaseCandidate?: boolean | undefined
}

/**
 * Signs a delegation.
 * @throws {BuildError} when a validator would refuse it; {@link SigningError} when the signer fails.
 */
export async function signDelegation(signer: Signer, options: DelegationOptions): Promise<Delegation> {
  return Delegation.parse(await sealed(signer, unsigned('delegation', signer, delegationQuestion(options))))
}

/** What is legal but risky in a delegation, in words. */
export function lintDelegation(options: DelegationOptions): string[] {
  return ask<{ lints: string[] }>('delegation-lints', delegationQuestion(options)).lints
}

/**
 * Signs an invocation whose proofs are known; `Agent.invoke` finds them.
 * @throws {BuildError} when a validator would refuse it; {@link SigningError} when the signer fails.
 */
export async function signInvocation<A extends Arguments = Arguments>(
  signer: Signer, options: InvocationOptions<A>,
): Promise<Invocation<A>> {
  return Invocation.parse<A>(await sealed(signer, unsigned('invocation', signer, invocationQuestion(options))))
}

/**
 * Signs a receipt: the signer is the executor whose word it is.
 * @throws {BuildError} when the result has no form in a token; {@link SigningError} when the signer fails.
 */
export async function signReceipt<T extends Value = Value, E extends Value = Value>(
  signer: Signer, options: ReceiptOptions<T, E>,
): Promise<Receipt<T, E>> {
  const { ran, out, issuedAt, expires, nonce, releaseCandidate } = optionsOf('options', options)
  optionsOf('options.out', out)
  const question = {
    ran: cidBytes('ran', ran), out, releaseCandidate,
    issuedAt: maybeSeconds('issuedAt', issuedAt), expires: maybeSeconds('expires', expires), nonce: nonceOf(nonce),
  }
  return Receipt.parse<T, E>(await sealed(signer, unsigned('receipt', signer, question)))
}

/**
 * Signs a revocation.
 * @throws {BuildError} when a validator would refuse it; {@link SigningError} when the signer fails.
 */
export async function signRevocation(signer: Signer, options: RevocationOptions): Promise<Revocation> {
  const { revoke, subject, path, proofs, issuedAt, meta, releaseCandidate } = optionsOf('options', options)
  const question = {
    revoke: cidBytes('revoke', revoke), subject: didOf('subject', subject), path: path && cids('path', path),
    proofs: cids('proofs', proofs), issuedAt: maybeSeconds('issuedAt', issuedAt), meta, releaseCandidate,
  }
  return Revocation.parse(await sealed(signer, unsigned('revocation', signer, question)))
}

/** As the core asks for it. @internal */
export function delegationQuestion(options: DelegationOptions): object {
  const { audience, subject, command, policy, expires, notBefore, meta, nonce, under, releaseCandidate } = optionsOf('options', options)
  if (subject === undefined) return bad('subject', 'a DID, or null for a powerline')
  if (expires === undefined) return bad('expires', 'a time, or null for a delegation that never ends')
  if (policy !== undefined && !Array.isArray(policy)) return bad('policy', 'an array of statements')
  return {
    audience: didOf('audience', audience), subject: subject && didOf('subject', subject), command: textOf('command', command), policy,
    expires: maybeSeconds('expires', expires), notBefore: maybeSeconds('notBefore', notBefore), meta, nonce: nonceOf(nonce),
    under: under && tokenBytes('under', under), releaseCandidate,
  }
}

/** As the core asks for it. @internal */
export function invocationQuestion(options: InvocationOptions): object {
  const { subject, command, audience, proofs, expires, notBefore, issuedAt, cause, meta, nonce, releaseCandidate } =
    optionsOf('options', options)
  if (expires === undefined) return bad('expires', 'a time, or null for an invocation that never ends')
  return {
    subject: didOf('subject', subject), command: textOf('command', command), arguments: options.arguments,
    audience: audience && didOf('audience', audience), proofs: cids('proofs', proofs), expires: maybeSeconds('expires', expires),
    notBefore: maybeSeconds('notBefore', notBefore), issuedAt: maybeSeconds('issuedAt', issuedAt),
    cause: cause && cidBytes('cause', cause), meta, nonce: nonceOf(nonce), releaseCandidate,
  }
}

/** Whoever signs, as the core asks for it. @internal */
export function issuerOf(signer: Signer): object {
  const { did, publicKey, sign } = optionsOf('signer', signer)
  if (typeof sign !== 'function' || publicKey === null || typeof publicKey !== 'object') return bad('signer', 'a Signer')
  return { did: didOf('signer.did', did), key: [textOf('publicKey.algorithm', publicKey.algorithm), bytesOf('publicKey.bytes', publicKey.bytes)] }
}

/** Tokens that lack their signature: one, or of a device several. @internal */
export function unsigned(what: string, signer: Signer, question: object): RawUnsigned[] {
  const asked = encode({ issuer: issuerOf(signer), ...question })
  return call((core) => core.unsigned(what, asked))
}

/** Has what is to be signed signed, and gives the finished token's bytes. @internal */
export async function sealed(signer: Signer, [unsigned]: RawUnsigned[]): Promise<Uint8Array> {
  if (!unsigned) return bad('what', 'a token')
  let attached = false
  try {
    let signature: Uint8Array
    try {
      signature = await signer.sign(unsigned.bytes())
    } catch (cause) {
      if (cause instanceof BuildError || (cause as { code?: unknown })?.code === 'freed') throw cause
      throw new SigningError('signing-failed', `the signer did not sign: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    }
    if (!(signature instanceof Uint8Array)) throw new SigningError('bad-signature', 'the signer gave something else than a Uint8Array')
    attached = true
    return call(() => unsigned.attach(signature))
  } finally {
    if (!attached) unsigned.free()
  }
}

function nonceOf(nonce: Uint8Array | undefined): Uint8Array | undefined {
  return nonce && bytesOf('nonce', nonce)
}

function cids(name: string, list: readonly (Cid | string | Delegation)[] | undefined): Uint8Array[] {
  if (list === undefined) return []
  return Array.isArray(list) ? list.map((cid: Cid | string | Delegation) => cidBytes(name, cid)) : bad(name, 'an array of CIDs or delegations')
}

/** A CID's bytes, from a CID, its text, or the token that it names. @internal */
export function cidBytes(name: string, cid: Cid | string | Delegation): Uint8Array {
  if (cid instanceof Delegation) return cid.cid.bytes
  if (typeof cid !== 'string' && !(cid instanceof Cid)) return bad(name, 'a CID, its text, or a token')
  return Cid.parse(cid).bytes
}
