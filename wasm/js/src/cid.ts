import { ask } from './raw.js'
import { bad } from './errors.js'
import { bytesOf, isBytes } from './value.js'

/** A CID: the name of a token, or a link to any data. Immutable. */
export class Cid {
  readonly #bytes: Uint8Array

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    Object.freeze(this)
  }

  /**
   * Reads a CID: its bytes, its text in any multibase, or another library's CID.
   * @throws {ValueError} when it is none, or not in its one spelling.
   */
  static parse(cid: string | Uint8Array | Cid | { readonly bytes: Uint8Array }): Cid {
    if (cid instanceof Cid) return cid
    if (typeof cid === 'string') {
      if (cid.length > 1024) return bad('cid', 'a text of at most 1024 characters')
      return new Cid(ask<Uint8Array>('cid', { text: cid }))
    }
    const bytes: unknown = isBytes(cid) ? cid : (cid as { bytes?: unknown } | null)?.bytes
    const own = isBytes(bytes) ? bytesOf('cid', bytes) : undefined
    if (!own || own.length > 128) return bad('cid', 'a CID, its bytes or its text')
    // Its text is asked for, since that refuses what is not canonical.
    const made = new Cid(own)
    made.toString()
    return made
  }

  /** The CID of a token's bytes. */
  static of(bytes: Uint8Array): Cid {
    return new Cid(ask<Uint8Array>('cid-of', { token: bytesOf('bytes', bytes) }))
  }

  /** A CID whose bytes the core has checked. @internal */
  static checked(bytes: Uint8Array): Cid {
    return new Cid(bytes)
  }

  /** The CID's bytes: a copy. */
  get bytes(): Uint8Array {
    return this.#bytes.slice()
  }

  /** The CID in base58btc (`z…`). */
  toString(): string {
    return ask<string>('cid-text', { cid: this.#bytes })
  }

  /** As in DAG-JSON. */
  toJSON(): { '/': string } {
    return { '/': this.toString() }
  }

  /** Whether two CIDs are the same. */
  equals(other: unknown): boolean {
    if (!(other instanceof Cid) || other.#bytes.length !== this.#bytes.length) return false
    return this.#bytes.every((byte, index) => other.#bytes[index] === byte)
  }

  get [Symbol.toStringTag](): string {
    return 'Cid'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Cid(${this.toString()})`
  }
}
