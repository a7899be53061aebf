/** Tokens as received: bytes, and what they claim. Claims are readable and prove nothing until the signature is verified. */

import { Cid } from './cid.js'
import { type Command, type Did, type Documents, documentsOf } from './did.js'
import { bad } from './errors.js'
import type { Policy } from './policy.js'
import { ask } from './raw.js'
import { type Value, bytesOf, decode, optionsOf } from './value.js'

/** Arguments of an invocation: a map. */
export type Arguments = { readonly [name: string]: Value }

/** Metadata: a map. It is asserted, and grants nothing. */
export type Meta = { readonly [name: string]: Value }

/** What a payload holds, under the names of the specification. */
interface Payload {
  iss: Did
  aud?: Did
  sub: Did | null
  cmd: Command
  pol?: Policy
  args?: Arguments
  prf?: Cid[]
  nonce: Uint8Array
  meta?: Meta
  exp: number | null
  nbf?: number
  iat?: number
  cause?: Cid
}

type Kind = 'delegation' | 'invocation' | 'receipt' | 'revocation'

/** Whoever does not hold this cannot make a token of anything that the core has not read. */
const READ = Symbol('read')

/** The bytes of a token without a copy, for those who do not change them. */
let bytesIn: (token: object) => Uint8Array | undefined
let payloadOf: (token: Token) => Payload

/** What all tokens have. Immutable: `bytes` gives a copy. */
abstract class Token {
  readonly #bytes: Uint8Array
  readonly #payload: Payload
  /** The CID, computed from the bytes as received. */
  readonly cid: Cid
  /** The payload's tag: `ucan/dlg@1.0.0`, say. */
  readonly tag: string

  protected constructor(key: symbol, bytes: Uint8Array, cid: Cid) {
    if (key !== READ) bad('token', 'one made by `parse` or signed here')
    this.#bytes = bytes
    this.cid = cid
    const [, signed] = decode(bytes, true) as [Uint8Array, Record<string, unknown>]
    this.tag = Object.keys(signed).find((key) => key !== 'h') ?? ''
    // What it does not say nobody else says for it, on `Object.prototype` say.
    this.#payload = { __proto__: null, ...(signed[this.tag] as Payload) } as Payload
  }

  /** The bytes as received: a copy. */
  get bytes(): Uint8Array {
    return this.#bytes.slice()
  }

  static {
    bytesIn = (token) => (#bytes in token ? token.#bytes : undefined)
    payloadOf = (token) => token.#payload
  }

  /** Who signed, or claims to have. */
  get issuer(): Did {
    return this.#payload.iss
  }

  /** What it is for, or asks for. */
  get command(): Command {
    return this.#payload.cmd
  }

  /** The last second of validity; `null` if it never ends. */
  get expires(): number | null {
    return this.#payload.exp
  }

  /** The first second of validity, if there is one. */
  get notBefore(): number | undefined {
    return this.#payload.nbf
  }

  /** The nonce. */
  get nonce(): Uint8Array {
    return this.#payload.nonce.slice()
  }

  /** What is asserted along with it. */
  get meta(): Meta | undefined {
    return this.#payload.meta
  }

  /**
   * Checks the signature against the issuer's keys: those in a did:key's name, or in a document that is handed over. It checks
   * nothing else: neither times nor what the token rests on.
   * @throws {TokenError} with the code `bad-signature`, `unresolved-did` or `unsupported-algorithm`.
   */
  verify(documents?: Documents): void {
    ask('token-verify', { token: this.#bytes, documents: documentsOf(documents) })
  }

  /** What a log may hold: no arguments. */
  toString(): string {
    return `${this.tag.startsWith('ucan/dlg') ? 'Delegation' : 'Invocation'}(${this.cid}, ${this.command} by ${this.issuer})`
  }

  /** The CID alone: the bytes are a capability, which nobody should find in a log. */
  toJSON(): unknown {
    return this.cid.toJSON()
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

/** Their constructors are not public, so that types let nobody else make them. */
function read<T>(kind: Kind, bytes: unknown, make: Function): T {
  const own = bytesOf('bytes', bytes)
  const { cid, task } = ask<{ cid: Uint8Array; task: Uint8Array | null }>('token', { token: own, kind })
  return tokenOf<T>(make, [own, cid, task])
}

/** What the core says of a token that it has read: its bytes, its CID, and of an invocation that of its task. @internal */
export type RawToken = readonly [bytes: Uint8Array, cid: Uint8Array, task?: Uint8Array | null]

/** A token that the core has read. @internal */
export function tokenOf<T>(make: Function, [bytes, cid, task]: RawToken): T {
  return Reflect.construct(make, [READ, bytes, Cid.checked(cid), task && Cid.checked(task)]) as T
}

/** A delegation: the issuer lets the audience use a command on a subject, within a policy and a window of time. */
export class Delegation extends Token {
  private constructor(key: symbol, bytes: Uint8Array, cid: Cid) {
    super(key, bytes, cid)
    Object.freeze(this)
  }

  /**
   * Reads a delegation. Its signature is not checked.
   * @throws {TokenError} when the bytes are not exactly one delegation.
   */
  static parse(bytes: Uint8Array): Delegation {
    return read<Delegation>('delegation', bytes, Delegation)
  }

  /** Whom it is given to. */
  get audience(): Did {
    return payloadOf(this).aud!
  }

  /** Whom it is about; `null` in a powerline, which is about whomever the delegation before it is about. */
  get subject(): Did | null {
    return payloadOf(this).sub
  }

  /** What the arguments of an invocation must satisfy. */
  get policy(): Policy {
    return payloadOf(this).pol!
  }
}

/** What invocations, receipts and revocations have in common: they are all invocations. */
abstract class Invoking<A extends Arguments> extends Token {
  readonly #task: Cid

  protected constructor(key: symbol, bytes: Uint8Array, cid: Cid, task: Cid | null) {
    super(key, bytes, cid)
    this.#task = task ?? bad('task', 'a CID')
    Object.freeze(this)
  }

  /** Whom it is about. */
  get subject(): Did {
    return payloadOf(this).sub!
  }

  /** Who is asked, if that is not the subject. */
  get audience(): Did | undefined {
    return payloadOf(this).aud
  }

  /** Who is to execute it: its audience, or else its subject. */
  get executor(): Did {
    return this.audience ?? this.subject
  }

  /** With which arguments. */
  get arguments(): A {
    return payloadOf(this).args as A
  }

  /** The delegations it rests on, root first. */
  get proofs(): readonly Cid[] {
    return payloadOf(this).prf!
  }

  /** When it was made, as it says; in seconds. */
  get issuedAt(): number | undefined {
    return payloadOf(this).iat
  }

  /** The receipt that led to it. */
  get cause(): Cid | undefined {
    return payloadOf(this).cause
  }

  /** The CID of the task: what receipts and promises name. */
  get task(): Cid {
    return this.#task
  }
}

/** An invocation: the issuer asks for a command to be executed on a subject. */
export class Invocation<A extends Arguments = Arguments> extends Invoking<A> {
  /**
   * Reads an invocation. Its signature is not checked, nor whether its arguments are of the type that is asked for.
   * @throws {TokenError} when the bytes are not exactly one invocation.
   */
  static parse<A extends Arguments = Arguments>(bytes: Uint8Array): Invocation<A> {
    return read<Invocation<A>>('invocation', bytes, Invocation)
  }
}

/** What came of a task. */
export type Result<T extends Value = Value, E extends Value = Value> = { readonly ok: T } | { readonly error: E }

/** A receipt: an executor's signed word for what came of a task. */
export class Receipt<T extends Value = Value, E extends Value = Value> extends Invoking<Arguments> {
  /**
   * Reads a receipt. Its signature is not checked, nor whether its result is of the type that is asked for.
   * @throws {TokenError} when the bytes are not exactly one receipt.
   */
  static parse<T extends Value = Value, E extends Value = Value>(bytes: Uint8Array): Receipt<T, E> {
    return read<Receipt<T, E>>('receipt', bytes, Receipt)
  }

  /** The task that was executed. */
  get ran(): Cid {
    return this.arguments['ran'] as Cid
  }

  /** What came of it. */
  get out(): Result<T, E> {
    return this.arguments['out'] as Result<T, E>
  }
}

/** A revocation: a delegation is taken back. */
export class Revocation extends Invoking<Arguments> {
  /**
   * Reads a revocation. Neither its signature nor whether it is its issuer's to make is checked.
   * @throws {TokenError} when the bytes are not exactly one revocation.
   */
  static parse(bytes: Uint8Array): Revocation {
    return read<Revocation>('revocation', bytes, Revocation)
  }

  /** Which delegation is taken back. */
  get revoked(): Cid {
    return this.arguments['revoke'] as Cid
  }

  /** Delegations from the subject down to the revoked one, for whoever does not know it. */
  get path(): readonly Cid[] {
    return (optionsOf('arguments', this.arguments)['path'] as Cid[] | undefined) ?? []
  }
}

/** Any token. */
export type AnyToken = Delegation | Invocation | Receipt | Revocation

/**
 * Reads a token of any kind. Its signature is not checked.
 * @throws {TokenError} when the bytes are not exactly one token.
 */
export function parseToken(bytes: Uint8Array): AnyToken {
  const own = bytesOf('bytes', bytes)
  const { kind } = ask<{ kind: Kind }>('token', { token: own })
  return kind === 'delegation' ? Delegation.parse(own)
    : kind === 'receipt' ? Receipt.parse(own)
    : kind === 'revocation' ? Revocation.parse(own)
    : Invocation.parse(own)
}

/** Whether something is a token, and not what only inherits from one. @internal */
export function isToken(value: object): boolean {
  return bytesIn(value) !== undefined
}

/** The bytes of a token, without a copy. @internal */
export function tokenBytes(name: string, token: unknown): Uint8Array {
  const own = typeof token === 'object' && token !== null ? bytesIn(token) : undefined
  return own ?? bytesOf(name, token)
}
