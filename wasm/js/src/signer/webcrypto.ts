// Keys that never leave the browser's keeping.

import { type Algorithm, type Did, type PublicKey, didOfKey } from '../did.js'
import { KeyError, bad } from '../errors.js'
import { bytesOf, optionsOf } from '../value.js'
import { algorithmOf } from './check.js'
import type { Signer } from './signer.js'

/** The algorithms that WebCrypto has; secp256k1 is not among them. */
export type WebCryptoAlgorithm = Exclude<Algorithm, 'secp256k1'>

/** How {@link WebCryptoSigner.generate} makes a key. */
export type GenerateOptions = {
  /** Which kind of key. If absent: Ed25519 where the platform has it, and P-256 elsewhere. */
  readonly algorithm?: WebCryptoAlgorithm | undefined
}

/** How {@link WebCryptoSigner.from} takes a key. */
export type FromOptions = {
  /** Takes a private key that every script of the page can copy and carry away. */
  readonly dangerAllowExtractable?: boolean | undefined
}

/** WebCrypto's `CryptoKey`, said anew so that these types need no others: the one is the other. */
export interface WebCryptoKey {
  readonly type: 'private' | 'public' | 'secret'
  readonly extractable: boolean
  readonly algorithm: { name: string }
  readonly usages: (
    | 'decrypt' | 'deriveBits' | 'deriveKey' | 'encrypt' | 'sign' | 'unwrapKey' | 'verify' | 'wrapKey'
  )[]
}

/** WebCrypto's `CryptoKeyPair`. */
export interface WebCryptoKeyPair {
  publicKey: WebCryptoKey
  privateKey: WebCryptoKey
}

/** What WebCrypto wants to be told of them, whatever it is to do. */
const SCHEMES = {
  Ed25519: { name: 'Ed25519' },
  'P-256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
} as const

/** Whether the platform makes Ed25519 keys: found out by trying, once. */
let hasEd25519 = true

/** Only this file makes signers. */
const MAKE = /* @__PURE__ */ Symbol()

/**
 * A signer whose private key WebCrypto keeps. No script can read it, not even this library: who takes over the page can
 * sign with it as long as they are there, and cannot take it along. Keep it in a {@link KeyStore}.
 */
export class WebCryptoSigner implements Signer {
  readonly did: Did
  readonly publicKey: PublicKey
  /** The keys, for a key store of your own: IndexedDB keeps `CryptoKey` objects as they are. */
  readonly keyPair: Readonly<WebCryptoKeyPair>

  private constructor(make: typeof MAKE, publicKey: PublicKey, keyPair: WebCryptoKeyPair) {
    if (make !== MAKE) noPair()
    this.did = didOfKey(publicKey.algorithm, publicKey.bytes)
    this.publicKey = Object.freeze(publicKey)
    this.keyPair = Object.freeze(keyPair)
    Object.freeze(this)
  }

  /**
   * Makes a key whose private half cannot be extracted. It lasts as long as this object: put it into a {@link KeyStore},
   * or have that make it.
   *
   * @throws {KeyError} `unsupported-algorithm` where the platform lacks the algorithm that was asked for; `no-webcrypto`
   * where the page was not served over https (or from localhost).
   */
  static async generate(options: GenerateOptions = {}): Promise<WebCryptoSigner> {
    const wanted = algorithmOf(options)
    const crypto = subtle()
    const make = (algorithm: WebCryptoAlgorithm) => crypto.generateKey(SCHEMES[algorithm], false, ['sign', 'verify'])
    let pair: CryptoKeyPair | undefined
    if (wanted === 'Ed25519' || (wanted === undefined && hasEd25519)) {
      try {
        pair = (await make('Ed25519')) as CryptoKeyPair
      } catch (cause) {
        hasEd25519 = false
        if (wanted) throw new KeyError('unsupported-algorithm', 'Ed25519 is not supported here: use P-256', { cause })
      }
    }
    return WebCryptoSigner.from(pair ?? ((await make('P-256')) as CryptoKeyPair))
  }

  /**
   * A signer out of a key pair of WebCrypto: Ed25519, or ECDSA over P-256, with the usage `sign` and a public half that can be
   * exported. Halves that do not belong together show when the first token is signed, which fails.
   *
   * @throws {KeyError} `extractable` for a private key that can be extracted; `unsupported-algorithm`.
   */
  static async from(keyPair: WebCryptoKeyPair, options: FromOptions = {}): Promise<WebCryptoSigner> {
    const crypto = subtle()
    const { publicKey, privateKey } = optionsOf('keyPair', keyPair)
    const algorithm = algorithmOfKey(privateKey, 'private')
    if (algorithmOfKey(publicKey, 'public') !== algorithm || !publicKey.extractable) noPair()
    if (privateKey.extractable && optionsOf('options', options).dangerAllowExtractable !== true) {
      throw new KeyError('extractable', 'any script can carry this key away: say dangerAllowExtractable to take it')
    }
    const raw = new Uint8Array(await crypto.exportKey('raw', publicKey as CryptoKey))
    // A point as SEC1 compresses it: whether y is odd, and x.
    const bytes = algorithm === 'P-256' ? Uint8Array.of(2 + ((raw[64] ?? 0) & 1), ...raw.subarray(1, 33)) : raw
    return new WebCryptoSigner(MAKE, { algorithm, bytes }, { publicKey, privateKey })
  }

  /**
   * Signs. For P-256 what comes is raw r‖s (IEEE P1363), with a high s half of the time, which UCAN does not allow: whoever
   * attaches it to a token lowers it first, as `Signer` promises. Do that as well before you use it elsewhere.
   */
  async sign(bytes: Uint8Array): Promise<Uint8Array> {
    const scheme = SCHEMES[this.publicKey.algorithm as WebCryptoAlgorithm]
    const message = bytesOf('bytes', bytes) as Uint8Array<ArrayBuffer>
    return new Uint8Array(await subtle().sign(scheme, this.keyPair.privateKey as CryptoKey, message))
  }
}

function subtle(): SubtleCrypto {
  const { subtle } = (globalThis.crypto ?? {}) as Partial<Crypto>
  if (!subtle) throw new KeyError('no-webcrypto', 'no WebCrypto here: serve the page over https')
  return subtle
}

function algorithmOfKey(key: WebCryptoKey, type: string): WebCryptoAlgorithm {
  if (!(key instanceof CryptoKey) || key.type !== type) noPair()
  const { name, namedCurve } = key.algorithm as EcKeyAlgorithm
  if (name === 'Ed25519') return name
  if (name === 'ECDSA' && namedCurve === 'P-256') return namedCurve
  throw new KeyError('unsupported-algorithm', `${name} is not supported here: use P-256`)
}

function noPair(): never {
  return bad('keyPair', 'a CryptoKeyPair')
}
