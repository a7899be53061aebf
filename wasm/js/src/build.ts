/** Making tokens: what a validator would refuse is refused here, what is legal but risky is pointed out. */

import type { Cid } from './cid.js'
import type { Command, Did } from './did.js'
import { BuildError, FreedError, SigningError, bad } from './errors.js'
import type { Policy } from './policy.js'
import { ask, call } from './raw.js'
import type { Signer } from './signer/signer.js'
import { type Time, dateOf } from './time.js'
import {
  type Arguments, Delegation, Invocation, type Meta, Receipt, type Result, Revocation, tokenBytes,
} from './tokens.js'
import { bytesOf, encode, isBytes, listOf, optionsOf, strictOf } from './value.js'
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
  const { ran, out, issuedAt, expires, nonce, releaseCandidate } =
    strictOf('options', options, 'ran out issuedAt expires nonce releaseCandidate')
  const question = { ran, out, nonce, releaseCandidate, issuedAt: dateOf('issuedAt', issuedAt), expires: dateOf('expires', expires) }
  return Receipt.parse<T, E>(await sealed(signer, unsigned('receipt', signer, question)))
}

/**
 * Signs a revocation.
 * @throws {BuildError} when a validator would refuse it; {@link SigningError} when the signer fails.
 */
export async function signRevocation(signer: Signer, options: RevocationOptions): Promise<Revocation> {
  const { revoke, subject, path, proofs, issuedAt, meta, releaseCandidate } =
    strictOf('options', options, 'revoke subject path proofs issuedAt meta releaseCandidate')
  const question = {
    revoke: named(revoke), subject, path: all('path', path), proofs: all('proofs', proofs), issuedAt: dateOf('issuedAt', issuedAt), meta,
    releaseCandidate,
  }
  return Revocation.parse(await sealed(signer, unsigned('revocation', signer, question)))
}

/** What a delegation is made of. @internal */
export const DELEGATION = 'audience subject command policy expires notBefore meta nonce under releaseCandidate'
/** What an invocation is made of. @internal */
export const INVOCATION = 'subject command arguments audience proofs expires notBefore issuedAt cause meta nonce releaseCandidate'

/** As the core asks for it, which checks each of them. @internal */
export function delegationQuestion(options: DelegationOptions): object {
  const { audience, subject, command, policy, expires, notBefore, meta, nonce, under, releaseCandidate } =
    strictOf('options', options, DELEGATION)
  if (subject === undefined) return bad('subject', 'a DID, or null for a powerline')
  return {
    audience, subject, command, policy, expires: end(expires), notBefore: dateOf('notBefore', notBefore), meta, nonce,
    under: under && tokenBytes('under', under), releaseCandidate,
  }
}

/** As the core asks for it, which checks each of them. @internal */
export function invocationQuestion(options: InvocationOptions): object {
  const { subject, command, arguments: args, audience, proofs, expires, notBefore, issuedAt, cause, meta, nonce, releaseCandidate } =
    strictOf('options', options, INVOCATION)
  return {
    subject, command, arguments: args, audience, proofs: all('proofs', proofs), expires: end(expires),
    notBefore: dateOf('notBefore', notBefore), issuedAt: dateOf('issuedAt', issuedAt), cause, meta, nonce, releaseCandidate,
  }
}

/** Whoever signs, as the core asks for it. @internal */
export function issuerOf(signer: Signer): object {
  const { did, publicKey, sign } = optionsOf('signer', signer)
  if (typeof sign !== 'function') return bad('signer', 'a Signer')
  const { algorithm, bytes } = optionsOf('signer.publicKey', publicKey)
  return { did, key: [algorithm, bytes] }
}

/** Tokens that lack their signature: one, or of a device several. @internal */
export function unsigned(what: string, signer: Signer, question: object): RawUnsigned[] {
  const asked = encode({ issuer: issuerOf(signer), ...question }, what)
  return call((core) => core.unsigned(asked))
}

/** Has what is to be signed signed, and gives the finished token's bytes. @internal */
export async function sealed(signer: Signer, [unsigned]: RawUnsigned[]): Promise<Uint8Array> {
  if (!unsigned) return bad('what', 'a token')
  let attached = false
  try {
    let signed: unknown
    try {
      signed = await signer.sign(unsigned.bytes())
    } catch (cause) {
      if (cause instanceof BuildError || cause instanceof FreedError) throw cause
      throw new SigningError('signing-failed', `the signer did not sign: ${cause instanceof Error ? cause.message : typeof cause}`, { cause })
    }
    if (!isBytes(signed)) throw new SigningError('bad-signature', 'the signer gave something else than a Uint8Array')
    const signature = bytesOf('signature', signed)
    attached = true
    return call(() => unsigned.attach(signature))
  } finally {
    if (!attached) unsigned.free()
  }
}

/** That a token never ends has to be said. */
function end(expires: Time | null): number | undefined {
  return expires === undefined ? bad('expires', 'a time, or null for what never ends') : dateOf('expires', expires)
}

function all(name: string, list: readonly (Cid | string | Delegation)[] | undefined): (Cid | string)[] | undefined {
  return list === undefined ? list : listOf(name, list, named)
}

/** A CID or its text, from either or from the delegation that it names. @internal */
export function named(token: Cid | string | Delegation): Cid | string {
  return token instanceof Delegation ? token.cid : token
}
