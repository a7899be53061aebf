import { ArgumentError, bad, onlyInWhole } from './errors.js'
import { ask } from './raw.js'
import { bytesOf, optionsOf, textOf } from './value.js'

/** A DID: `did:key:…` or `did:web:…`. Others are read as well, but nothing that they sign can be verified. */
export type Did = `did:${string}`

/** A command: `/`, or segments without upper-case letters that each follow a slash. */
export type Command = `/${string}`

/** The algorithms of keys. */
export type Algorithm = 'Ed25519' | 'P-256' | 'secp256k1'

/** A public key. */
export interface PublicKey {
  /** What kind of key it is. */
  readonly algorithm: Algorithm
  /** 32 bytes for Ed25519; otherwise the point as SEC1 compresses it, 33 bytes. */
  readonly bytes: Uint8Array
}

/** What a DID says by itself. */
export interface DidInfo {
  /** `key`, `web`, … */
  readonly method: string
  /** What kind of key a did:key names; `null` where it names none of those that sign. */
  readonly algorithm: Algorithm | null
  /** The public key that a did:key names. */
  readonly key: Uint8Array | null
  /** Where the document of a did:web is to be fetched from. */
  readonly url: string | null
  /** A form short enough to say and compare by eye. Never look anyone up by it. */
  readonly short: string
  /** Whether anything that it signs can be verified here. */
  readonly verifiable: boolean
}

/**
 * Reads a DID.
 * @throws {DidError} when the text is none.
 */
export function readDid(did: Did): DidInfo {
  return ask<DidInfo>('did', { did: textOf('did', did) }, true)
}

/** Checks that a text is a DID, and gives it back. @internal */
export function didOf(name: string, value: unknown): Did {
  if (typeof value !== 'string') return bad(name, 'a DID')
  ask('did', { did: value })
  return value as Did
}

/**
 * The did:key of a public key.
 * @throws {KeyError} when the bytes are no key of that algorithm, or a weak one.
 */
export function didOfKey(algorithm: Algorithm, bytes: Uint8Array): Did {
  return ask<Did>('did-of-key', { key: [textOf('algorithm', algorithm), bytesOf('bytes', bytes)] })
}

/**
 * The public key that a did:key names.
 * @throws {ArgumentError} when the DID names none.
 */
export function keyOfDid(did: Did): PublicKey {
  const { algorithm, key } = readDid(did)
  if (!algorithm || !key) throw new ArgumentError('bad-argument', `${did} names no key that signs: pass the public key`)
  return Object.freeze({ algorithm, bytes: key })
}

/**
 * Checks that this key made this signature of these bytes: strictly, with SHA-256 for the curves of ECDSA, whose `s` has to be low. It
 * tells nothing of who asked for it: have nobody sign bytes of a stranger's choosing, which may be a token, but put words of your own
 * before them.
 * @throws {SigningError} with the code `bad-signature` when it did not; {@link KeyError} when the bytes of the key are none, or a weak one;
 * {@link ArgumentError} when an argument is of another type; {@link ValueError} when all of it is more than 4 MiB.
 */
export function verifySignature(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): void {
  const { algorithm, bytes: point } = optionsOf('key', key)
  ask('signature', { key: [textOf('algorithm', algorithm), bytesOf('key', point)], bytes: bytesOf('bytes', bytes), signature: bytesOf('signature', signature) })
}

/**
 * Whether a command covers another: the same, or one above it, segment by segment.
 * @throws {CommandError} when one of them is none.
 */
export function covers(command: Command, other: Command): boolean {
  return ask('command', { command: textOf('command', command), other: textOf('other', other) }) === 'yes'
}

/**
 * The DID document that a did:key amounts to, as JSON text.
 * @throws {KeyError} when the DID names no key.
 */
export function documentFor(did: Did): string {
  return ask<string>('document', { did: textOf('did', did) })
}

/**
 * The documents of DIDs that need one (did:web), as the host fetched them: the JSON texts by their DIDs. Whoever fetches them
 * does so from addresses that a stranger named, and keeps away from its own network.
 */
export type Documents = ReadonlyMap<Did, string> | { readonly [did: Did]: string }

/** As pairs. @internal */
export function documentsOf(documents: Documents | undefined): [string, string][] {
  if (documents === undefined) return []
  if (documents === null || typeof documents !== 'object') return bad('documents', 'a Map or an object of DIDs and JSON texts')
  const pairs = documents instanceof Map ? [...documents] : Object.entries(documents)
  if (pairs.length > 0) onlyInWhole('documents')
  return pairs.map((pair: unknown) => {
    const [did, json] = Array.isArray(pair) ? pair : []
    return [textOf('documents', did), textOf('documents', json)]
  })
}
