// Tables in the browser's database.

import { textOf } from '../value.js'
import { openDatabase, requestPersistence } from './database.js'
import { type Rows, SHAPES, VERSION } from './rows.js'
import type { Transactions } from './table.js'
import { TableStore } from './tables.js'

/**
 * Keeps everything in IndexedDB, for this site on this device. Several tabs can have it open at once and lose nothing.
 *
 * The browser may clear it when it runs short of room, unless it was asked not to ({@link IndexedDbStore.requestPersistence}), and whenever the
 * person clears the site's data. A revocation that was forgotten revokes nothing: sync anew then.
 *
 * The codes of its errors: `unavailable`, `newer-format`, `in-use`, `superseded`, `closed`, `lost`, `full`, `damaged`,
 * `bad-cursor`, `device`; the message says what to do.
 */
export class IndexedDbStore extends TableStore {
  readonly #database: Transactions<Rows>

  private constructor(database: Transactions<Rows>) {
    super(database)
    this.#database = database
  }

  /**
   * Opens the store of that name, and makes it if there is none.
   *
   * @throws {StoreError}
   */
  static async open(name = 'allod'): Promise<IndexedDbStore> {
    return new IndexedDbStore(await openDatabase<Rows>(textOf('name', name), VERSION, SHAPES))
  }

  /** Lets go of the database. Calls that were made before still finish; later ones reject with `closed`. */
  close(): void {
    this.#database.close()
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
}
