import type { RawKey } from 'allod-glue'
import type { Algorithm, Did, PublicKey } from './did.js'
import { FreedError, bad, onlyInWhole } from './errors.js'
import { call, take } from './raw.js'
import type { Signer } from './signer/signer.js'
import { bytesOf, decode, textOf, utf8 } from './value.js'

/** Only this file makes keys. */
const MAKE = /* @__PURE__ */ Symbol()

/**
 * A secret key in memory: for tests, for services, and for secp256k1. In a browser prefer `WebCryptoSigner`, whose key no script can
 * read.
 *
 * Its memory is given back, and the secret in it wiped, when it is freed: by `free()`, at the end of a `using` block, or
 * some time after nothing refers to it any more.
 */
export class SigningKey implements Signer {
  #raw: RawKey | undefined
  /** The did:key that it speaks for. */
  readonly did: Did
  /** Its public half. */
  readonly publicKey: PublicKey

  private constructor(make: typeof MAKE, raw: RawKey) {
    if (make !== MAKE) bad('key', 'one made by `generate`, `fromSeed` or `fromJwk`')
    this.#raw = raw
    const [did, algorithm, bytes] = decode(call(() => raw.public())) as [Did, Algorithm, Uint8Array]
    this.did = did
    this.publicKey = Object.freeze({ algorithm, bytes })
    Object.freeze(this)
  }

  /**
   * Makes a key from the platform's randomness.
   * @throws {KeyError} with the code `no-randomness` where there is none: no key is made from anything weaker.
   */
  static generate(algorithm: Algorithm = 'Ed25519'): SigningKey {
    textOf('algorithm', algorithm)
    return new SigningKey(MAKE, call((core) => new core.RawKey(utf8(algorithm))))
  }

  /**
   * Takes a secret of 32 bytes: the seed of RFC 8032 (Ed25519), or the scalar, big-endian. The caller's copy stays the
   * caller's to wipe.
   * @throws {KeyError} for a scalar that is zero or not below the order of the curve.
   */
  static fromSeed(algorithm: Algorithm, seed: Uint8Array): SigningKey {
    textOf('algorithm', algorithm)
    const own = bytesOf('seed', seed)
    try {
      if (own.length !== 32) return bad('seed', '32 bytes')
      return new SigningKey(MAKE, call((core) => new core.RawKey(utf8(algorithm), own)))
    } finally {
      own.fill(0)
    }
  }

  /**
   * Takes a private JWK.
   * @throws {KeyError} when it is none, or its halves do not belong together.
   */
  static fromJwk(jwk: string | { readonly [member: string]: unknown }): SigningKey {
    onlyInWhole('jwk')
    if (typeof jwk !== 'string' && (jwk === null || typeof jwk !== 'object')) return bad('jwk', 'a JWK, as an object or as JSON')
    const bytes = utf8(textOf('jwk', typeof jwk === 'string' ? jwk : printed(jwk)))
    try {
      return new SigningKey(MAKE, call((core) => new core.RawKey(undefined, bytes)))
    } finally {
      bytes.fill(0)
    }
  }

  get #key(): RawKey {
    return this.#raw ?? freed()
  }

  /** What kind of key it is. */
  get algorithm(): Algorithm {
    return this.publicKey.algorithm
  }

  /** Signs: 64 bytes, the same each time. Of what a stranger chose, sign nothing as it is: it may be a token. */
  sign(bytes: Uint8Array): Uint8Array {
    const own = bytesOf('bytes', bytes)
    // Only now: whoever hands over bytes may free the key as they are read.
    const key = this.#key
    return call(() => key.sign(own))
  }

  /** The secret itself. Whoever reads it owns the identity: wipe it (`fill(0)`) after use. */
  dangerExportSeed(): Uint8Array {
    return exported(this.#key, false)
  }

  /** The secret as a JWK. Strings cannot be wiped: they stay in memory until they are collected. */
  dangerExportJwk(): { [member: string]: string } {
    onlyInWhole('jwk')
    const bytes = exported(this.#key, true)
    try {
      return JSON.parse(new TextDecoder().decode(bytes)) as { [member: string]: string }
    } finally {
      bytes.fill(0)
    }
  }

  /** Wipes the secret, and gives its memory back. Freeing it again does nothing. */
  free(): void {
    const raw = this.#raw
    this.#raw = undefined
    raw?.free()
  }

  [Symbol.dispose](): void {
    this.free()
  }

  /** Nothing of the secret. */
  toString(): string {
    return `SigningKey(${this.did})`
  }

  /** Nothing of the secret. */
  toJSON(): string {
    return this.toString()
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

function printed(jwk: object): string {
  try {
    return JSON.stringify(jwk)
  } catch {
    return bad('jwk', 'an object that can be written as JSON')
  }
}

function freed(): never {
  throw new FreedError('freed', 'this SigningKey was freed: its secret is gone; keep it as long as it is to sign')
}

function exported(key: RawKey, jwk: boolean): Uint8Array {
  return call(() => {
    try {
      return take(key.export(jwk))
    } finally {
      key.letGo()
    }
  })
}
