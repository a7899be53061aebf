import { Cid } from './cid.js'
import { ArgumentError, ContainerError, bad } from './errors.js'
import type { DenialCode } from './generated.js'
import { ask } from './raw.js'
import { type AnyToken, Delegation, Invocation, Receipt, Revocation, tokenBytes } from './tokens.js'
import { bytesOf, textOf } from './value.js'

/** How a container is spelled. Those in base64 are text. */
export type Encoding = 'raw' | 'base64' | 'base64url' | 'gzip' | 'gzip+base64' | 'gzip+base64url'

/** What a container holds, as far as it can be read. */
export interface Entry {
  /** What it is. */
  readonly kind: 'delegation' | 'invocation' | 'receipt' | 'revocation' | 'unreadable'
  /** Its CID. */
  readonly cid: Cid
  /** Its bytes. */
  readonly bytes: Uint8Array
  /** Why it cannot be read, if it cannot. */
  readonly fault?: { readonly code: DenialCode; readonly message: string }
}

/** The bytes of a container without a copy, for those who do not change them. */
let bytesIn: (container: object) => Uint8Array | undefined

/** A bundle of tokens on its way. None of their signatures is checked. */
export class Container {
  /** In what encoding it came. */
  readonly encoding: Encoding
  /** All that it holds, each once, in the order of their CIDs. */
  readonly entries: readonly Entry[]
  readonly #bytes: Uint8Array

  private constructor(bytes: Uint8Array) {
    const { encoding, tokens } = ask<{
      encoding: Encoding
      tokens: [Entry['kind'], Uint8Array, Uint8Array, DenialCode?, string?][]
    }>('container', { container: bytes })
    this.#bytes = bytes
    this.encoding = encoding
    this.entries = Object.freeze(
      tokens.map(([kind, cid, bytes, code, message]) =>
        Object.freeze({ kind, cid: Cid.checked(cid), bytes, ...(code && { fault: Object.freeze({ code, message: message! }) }) })),
    )
    Object.freeze(this)
  }

  /**
   * Reads a container in any of the six encodings, told by its first byte.
   * @throws {ContainerError} when it is none, or one over the limits.
   */
  static read(container: Uint8Array | string): Container {
    return new Container(containerBytes('container', container))
  }

  /** A container of these tokens: `of(token, …).write()`. */
  static of(...tokens: readonly (AnyToken | Uint8Array | Container)[]): Container {
    const bytes = tokens.flatMap((token) =>
      token instanceof Container ? token.entries.map((entry) => entry.bytes) : [tokenBytes('token', token)])
    return new Container(ask<Uint8Array>('container-write', { encoding: 'raw', tokens: bytes }))
  }

  /** The bytes as received. */
  get bytes(): Uint8Array {
    return this.#bytes.slice()
  }

  static {
    bytesIn = (container) => (#bytes in container ? container.#bytes : undefined)
  }

  /**
   * Writes it: as text in one of the base64 encodings, otherwise as bytes. The same tokens always make the same container.
   * @throws {ContainerError} when it would be larger than readers take.
   */
  write(encoding: 'base64' | 'base64url' | 'gzip+base64' | 'gzip+base64url'): string
  write(encoding?: 'raw' | 'gzip'): Uint8Array
  write(encoding: Encoding = 'raw'): Uint8Array | string {
    const tokens = this.entries.map((entry) => entry.bytes)
    const bytes = ask<Uint8Array>('container-write', { encoding: textOf('encoding', encoding), tokens })
    return encoding.includes('base64') ? new TextDecoder().decode(bytes) : bytes
  }

  /** The delegations that it holds. */
  get delegations(): Delegation[] {
    return this.#of('delegation').map((bytes) => Delegation.parse(bytes))
  }

  /** The invocations that it holds; revocations and receipts are not among them. */
  get invocations(): Invocation[] {
    return this.#of('invocation').map((bytes) => Invocation.parse(bytes))
  }

  /** The receipts that it holds. */
  get receipts(): Receipt[] {
    return this.#of('receipt').map((bytes) => Receipt.parse(bytes))
  }

  /** The revocations that it holds. */
  get revocations(): Revocation[] {
    return this.#of('revocation').map((bytes) => Revocation.parse(bytes))
  }

  #of(kind: Entry['kind']): Uint8Array[] {
    return this.entries.filter((entry) => entry.kind === kind).map((entry) => entry.bytes)
  }

  get [Symbol.toStringTag](): string {
    return 'Container'
  }
}

/** A container's bytes, from a container, bytes or text. @internal */
export function containerBytes(name: string, container: unknown): Uint8Array {
  const own = typeof container === 'object' && container !== null ? bytesIn(container) : undefined
  if (own) return own
  if (typeof container === 'string') return new TextEncoder().encode(textOf(name, container))
  try {
    return bytesOf(name, container)
  } catch (cause) {
    if (cause instanceof ArgumentError) return bad(name, 'a Container, its bytes or its text')
    throw new ContainerError('too-large', 'the container has more bytes than are read', { cause })
  }
}
