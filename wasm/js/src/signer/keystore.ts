// Keys under names, in the browser's database.

import { ArgumentError, KeyError, StoreError, bad } from '../errors.js'
import { openDatabase, requestPersistence } from '../store/database.js'
import { fault } from '../store/fault.js'
import { inMemory } from '../store/memory.js'
import { type Transactions, end, taken } from '../store/table.js'
import { textOf } from '../value.js'
import { algorithmOf } from './check.js'
import { type FromOptions, type GenerateOptions, WebCryptoSigner } from './webcrypto.js'

/** IndexedDB keeps `CryptoKey` objects, and gives back what can sign and cannot be read. */
type Rows = { keys: { name: string; publicKey: CryptoKey; privateKey: CryptoKey } }

/** Version 1. For another, see store/rows.ts. */
const VERSION = 1
const SHAPES = { keys: { '': 'name' } }

/**
 * Keys under names, for this site on this device. The private keys cannot be extracted, survive a restart of the
 * browser, and go when the person clears the site's data: hold a second key elsewhere, and delegate to it.
 *
 * Some browsers keep no `CryptoKey` in IndexedDB, in private windows above all, and elsewhere there is no IndexedDB. There
 * {@link KeyStore.persistent} is false, and keys last as long as this object: tell the person before you make one. No key
 * is ever written in a form that a script could read, but for those that were put there as `dangerAllowExtractable`.
 *
 * ```js
 * const keys = await KeyStore.open()
 * if (!keys.persistent) warn('This browser forgets you when you close it.')
 * const me = await keys.generate('me')
 * ```
 */
export class KeyStore {
  readonly #tables: Transactions<Rows>
  /** Whether keys survive the end of this page. */
  readonly persistent: boolean

  private constructor(tables: Transactions<Rows>, persistent: boolean) {
    this.#tables = tables
    this.persistent = persistent
    Object.freeze(this)
  }

  /**
   * Opens the key store of that name, and makes it if there is none.
   *
   * @throws {StoreError} with the codes of {@link IndexedDbStore}, but for `unavailable`: see {@link KeyStore.persistent}.
   */
  static async open(name = 'allod-keys'): Promise<KeyStore> {
    const database = await openDatabase<Rows>(textOf('name', name), VERSION, SHAPES).catch((error: StoreError) => {
      if (error.code !== 'unavailable') throw error
    })
    if (database && (await keepsKeys(database))) return new KeyStore(database, true)
    database?.close()
    return new KeyStore(inMemory<Rows>(SHAPES), false)
  }

  /** Lets go of the database. Signers that came out of it still sign. */
  close(): void {
    this.#tables.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  /**
   * Asks the browser not to clear this site's data by itself when it runs short of room; answers whether it will not. The browser
   * may ask the person: call this when they can tell why, after they made a key or took up a delegation.
   */
  requestPersistence(): Promise<boolean> {
    return requestPersistence()
  }

  /**
   * The key of that name, made if there is none. Of two tabs that make one at once, both get the same.
   *
   * @throws {KeyError} `name-taken` where there is one of another algorithm than the one asked for.
   */
  async generate(name: string, options: GenerateOptions = {}): Promise<WebCryptoSigner> {
    const wanted = algorithmOf(options)
    const signer = (await this.get(name)) ?? (await this.#add(name, await WebCryptoSigner.generate(options)))
    if (wanted !== undefined && signer.publicKey.algorithm !== wanted) throw nameTaken(name)
    return signer
  }

  /** The key of that name. */
  async get(name: string): Promise<WebCryptoSigner | undefined> {
    const key = textOf('name', name)
    const row = await this.#tables.read(({ keys }) => keys.get([key]))
    return row && signerOf(row)
  }

  /**
   * Keeps a key under a name. A name is never given to another key: delete the old one first.
   *
   * @throws {KeyError} `name-taken` where another key has that name, `extractable` as in {@link WebCryptoSigner.from}.
   */
  async put(name: string, signer: WebCryptoSigner, options: FromOptions = {}): Promise<void> {
    if (!(signer instanceof WebCryptoSigner)) return bad('signer', 'a WebCryptoSigner')
    // Whoever made it from an extractable key has to say so again where it is to last.
    const kept = await this.#add(name, await WebCryptoSigner.from(signer.keyPair, options))
    if (kept.did !== signer.did) throw nameTaken(name)
  }

  /** The names of all keys, sorted as JavaScript sorts strings. */
  async list(): Promise<string[]> {
    const rows = await this.#tables.read(({ keys }) => keys.list('', [], end([])))
    return rows.map(({ name }) => name)
  }

  /** Forgets a key, for ever; whether it was there. What it signed stays valid. */
  async delete(name: string): Promise<boolean> {
    const key = textOf('name', name)
    return this.#tables.change(({ keys }) => taken(keys, [key]))
  }

  /** Whatever has that name in the end: this one, unless there was one already. */
  async #add(name: string, signer: WebCryptoSigner): Promise<WebCryptoSigner> {
    const added = rowOf(textOf('name', name), signer)
    // One transaction, and no two at once: whichever tab comes second finds the key of the first.
    const row = await this.#tables.change(async ({ keys }) => {
      const there = await keys.get([name])
      if (!there) keys.put(added)
      return there
    })
    return row ? signerOf(row) : signer
  }
}

function nameTaken(name: string): KeyError {
  return new KeyError('name-taken', `another key has the name "${name}": delete it first`)
}

function rowOf(name: string, { keyPair }: WebCryptoSigner): Rows['keys'] {
  return { name, publicKey: keyPair.publicKey as CryptoKey, privateKey: keyPair.privateKey as CryptoKey }
}

async function signerOf(row: Rows['keys']): Promise<WebCryptoSigner> {
  try {
    // One that can be extracted was put in by a call that says so.
    return await WebCryptoSigner.from(row, { dangerAllowExtractable: true })
  } catch (error) {
    // Anything else says nothing of the row.
    if (!(error instanceof KeyError || error instanceof ArgumentError)) throw error
    throw new StoreError('damaged', `what is kept as "${row.name}" is no key: delete it`, { cause: error })
  }
}

/** Whether keys can be kept there: those that are show it; where there are none, one that is never written. */
async function keepsKeys(database: Transactions<Rows>): Promise<boolean> {
  const there = await database.read(({ keys }) => keys.list('', [], end([]), 1))
  if (there.length > 0) return true
  const probe = rowOf('', await WebCryptoSigner.generate())
  const works = new Error()
  const trial = database.change<boolean>(async ({ keys }) => {
    keys.put(probe)
    throw (await keys.get(['']))?.privateKey instanceof CryptoKey ? works : fault('not-cloneable')
  })
  return trial.catch((error: StoreError) => {
    if (error !== works && error.code !== 'not-cloneable') throw error
    return error === works
  })
}
