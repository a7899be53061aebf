// Whoever can sign.

import { type Did, type PublicKey, didOf, didOfKey, keyOfDid, readDid } from '../did.js'
import { bad } from '../errors.js'
import { bytesOf, optionsOf } from '../value.js'

/**
 * Whoever can sign: a key in memory (`SigningKey`), in the browser's keeping (`WebCryptoSigner`), or behind any function
 * ({@link signerFrom}).
 */
export interface Signer {
  /** The DID that what is signed speaks for. */
  readonly did: Did
  /** The key that verifies what is signed. */
  readonly publicKey: PublicKey
  /**
   * Signs these bytes (not a hash of them): Ed25519, or ECDSA over their SHA-256. An ECDSA signature may be raw r‖s or
   * DER, with a high or a low s: whatever comes is brought to the one spelling that UCAN allows, and verified, before
   * there is a token.
   */
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** What {@link signerFrom} is made of. */
export type SignerParts = {
  /** The key that verifies. It can be left out with a did:key, which says it. */
  readonly publicKey?: PublicKey | undefined
  /** Whom it speaks for: the did:key of the public key if left out, or a did:web whose document lists that key. */
  readonly did?: Did | undefined
  /** Signs. See {@link Signer.sign}. */
  readonly sign: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
}

/**
 * A signer out of any function that signs: a key in a hardware token, on a server, in another library.
 *
 * ```js
 * const signer = signerFrom({ did: 'did:key:zDn…', sign: async (bytes) => token.sign(bytes) })
 * ```
 *
 * @throws {ArgumentError} when the parts do not say whose signatures they are, or contradict each other.
 */
export function signerFrom(parts: SignerParts): Signer {
  const { did, publicKey, sign } = optionsOf('parts', parts)
  if (typeof sign !== 'function') return bad('sign', 'a function')
  if (publicKey !== undefined) return speaking(did, publicKey, sign)
  return did === undefined ? bad('publicKey', 'the key that verifies, or a did:key,') : speaking(did, keyOfDid(did), sign)
}

/**
 * The same key signing for another DID: a did:web whose document lists it. Nothing is proven by that: whoever verifies
 * looks the key up in that document.
 *
 * @throws {ArgumentError} for the did:key of another key.
 */
export function actingAs(signer: Signer, did: Did): Signer {
  const { publicKey } = optionsOf('signer', signer)
  if (typeof signer.sign !== 'function') return bad('signer', 'an object with did, publicKey and sign')
  return speaking(didOf('did', did), publicKey, (bytes) => signer.sign(bytes))
}

function speaking(did: Did | undefined, key: PublicKey, sign: Signer['sign']): Signer {
  const { algorithm, bytes: handed } = optionsOf('publicKey', key)
  // A copy, so that nothing changes it later.
  const bytes = bytesOf('publicKey.bytes', handed)
  const own = didOfKey(algorithm, bytes)
  if (did !== undefined && did !== own && readDid(did).method === 'key') {
    return bad('did', `${own}, which is the key's, or a did:web`)
  }
  return Object.freeze({ did: did ?? own, publicKey: Object.freeze({ algorithm, bytes }), sign })
}
