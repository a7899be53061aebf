/** What is thrown. Each class stands for what was attempted, and `code` for what was wrong with it. */

import type { Cid } from './cid.js'
import type { Command, Did } from './did.js'

/** The first of them all: whatever this package throws is one. With the code `not-in-lite`: `allod/lite` has no part for what was called. */
export class AllodError extends Error {
  /** A stable kebab-case name for what was wrong. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    const name = { __proto__: null, value: new.target.label, configurable: true }
    Object.defineProperty(this, 'name', name)
  }

  /** The class's name, whatever a minifier made of it. @internal */
  static readonly label: string = 'AllodError'
}

/** An argument that is not of the type it has to be. */
export class ArgumentError extends AllodError {
  static override readonly label = 'ArgumentError'
}
/** A text that is not a DID. */
export class DidError extends AllodError {
  static override readonly label = 'DidError'
}
/** A text that is not a command. */
export class CommandError extends AllodError {
  static override readonly label = 'CommandError'
}
/** Something that is not a policy; the message says which statement is to blame. */
export class PolicyError extends AllodError {
  static override readonly label = 'PolicyError'
}
/** A value that has no form in a token, or bytes and texts that have no value. */
export class ValueError extends AllodError {
  static override readonly label = 'ValueError'
}
/** Bytes that are not a token of that kind, or a token whose signature does not hold. `code` is one of the codes of denials. */
export class TokenError extends AllodError {
  static override readonly label = 'TokenError'
}
/** Bytes that are not a container, or tokens that do not fit into one. */
export class ContainerError extends AllodError {
  static override readonly label = 'ContainerError'
}
/** A key that is none, or that could not be made. */
export class KeyError extends AllodError {
  static override readonly label = 'KeyError'
}
/** A DID document that is none of that DID. */
export class DocumentError extends AllodError {
  static override readonly label = 'DocumentError'
}
/** A token that cannot be made: a validator would refuse it. */
export class BuildError extends AllodError {
  static override readonly label = 'BuildError'
}
/** A signer that did not sign, or a signature that is none of its key. */
export class SigningError extends AllodError {
  static override readonly label = 'SigningError'
}
/** A delegation that is not known, or not one's own to take back. */
export class RevokeError extends AllodError {
  static override readonly label = 'RevokeError'
}
/** A store that does not answer, or could not keep what has to be kept. */
export class StoreError extends AllodError {
  static override readonly label = 'StoreError'
}
/** An object whose memory was given back. */
export class FreedError extends AllodError {
  static override readonly label = 'FreedError'
}
/** The library was called before it was loaded. */
export class NotReadyError extends AllodError {
  static override readonly label = 'NotReadyError'
}

/** What came nearest to a chain that is not there. */
export interface Miss {
  /** All of it, in words. */
  readonly words: string
  /** What is missing. */
  readonly gap: 'flawed' | 'too-long' | 'holds-nothing' | 'ends-at' | 'only-powerlines' | 'circle' | 'unsaid'
  /** The command that is held instead. */
  readonly held: Command | null
  /** When what is held ends, or ended; in seconds. */
  readonly until: number | null
  /** What is wrong with the chain that comes nearest, the heaviest first. */
  readonly flaws: readonly {
    readonly delegation: Cid
    readonly issuer: Did
    readonly audience: Did
    readonly reason: 'command' | 'ended' | 'begins' | 'revoked' | 'policy' | 'policy-too-costly' | 'unverified'
  }[]
}

/** Nothing that is held allows it; `miss` says what comes nearest. */
export class NoChainError extends AllodError {
  static override readonly label = 'NoChainError'
  /** What came nearest. */
  readonly miss: Miss

  constructor(miss: Miss) {
    super('no-chain', `nothing that is held allows it: ${miss.words}`)
    this.miss = miss
  }
}

const CLASSES: readonly (typeof AllodError)[] = [
  ArgumentError, DidError, CommandError, PolicyError, ValueError, TokenError, ContainerError, KeyError, DocumentError,
  BuildError, SigningError, RevokeError, StoreError,
]

/** The error that a call into the core amounts to: `class\ncode\nmessage`. @internal */
export function errorOf(thrown: unknown): unknown {
  if (typeof thrown === 'string') {
    const [label, code = 'failed', ...message] = thrown.split('\n')
    const Class = CLASSES.find((known) => known.label === label) ?? AllodError
    return new Class(code, message.join('\n'))
  }
  // A stack that is used up is no trap, and leaves the core's memory as it was at that moment, which is as bad.
  const overflown = thrown instanceof RangeError || (thrown as Error | undefined)?.name === 'InternalError'
  if (overflown || (typeof WebAssembly !== 'undefined' && thrown instanceof WebAssembly.RuntimeError)) {
    return new AllodError('fault', 'a fault of the library, or no memory left: please report it', { cause: thrown })
  }
  return thrown
}

/** What the build says of itself: whether it is `allod/lite`. @internal */
declare const LITE: boolean

/** In `allod/lite`, throws that it has no part for this. @internal */
export function onlyInWhole(what: string): void {
  if (LITE) throw new AllodError('not-in-lite', `\`allod/lite\` has no part for this (${what}): import \`allod\` in its place`)
}

/** Throws that an argument is not what it has to be. @internal */
export function bad(name: string, expected: string): never {
  throw new ArgumentError('bad-argument', `${name}: ${expected} is expected`)
}
