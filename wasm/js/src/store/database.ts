// A database of the browser, and transactions on it that are over when they say so.

import { type StoreCode, fault, translated } from './fault.js'
import type { Run, Shape, Shapes, Table, Tables, Transactions } from './table.js'

/** How long other tabs may keep a database from being opened. One that is being upgraded takes what it takes. */
const PATIENCE_MS = 10_000

export async function openDatabase<Rows>(
  name: string,
  version: number,
  shapes: Shapes<Rows>,
): Promise<Transactions<Rows>> {
  const names = Object.keys(shapes)
  const database = await opened(name, version, shapes)
  if (names.some((table) => !database.objectStoreNames.contains(table)) || !isOfShape(database, shapes)) {
    database.close()
    throw fault('damaged', 'it holds something else: choose another name')
  }
  let gone: StoreCode | undefined
  const close = (why: StoreCode) => {
    gone ??= why
    database.close()
  }
  // Without this, the tab with the newer version waits until this one is closed by hand.
  database.onversionchange = () => close('superseded')
  database.onclose = () => close('lost')
  const run =
    (mode: IDBTransactionMode): Run<Rows> =>
    async (work) => {
      if (gone) throw fault(gone)
      try {
        // Strict: written to the disk, not only handed to the operating system.
        return await finished(database.transaction(names, mode, { durability: 'strict' }), work)
      } catch (error) {
        throw translated(error)
      }
    }
  return { read: run('readonly'), change: run('readwrite'), close: () => close('closed') }
}

/** Whether tables and indexes go by the keys they should: another script of the origin may have made a database of this name. */
function isOfShape(database: IDBDatabase, shapes: Readonly<Record<string, Shape>>): boolean {
  const names = Object.keys(shapes)
  const transaction = database.transaction(names, 'readonly')
  return names.every((name) => {
    const table = transaction.objectStore(name)
    return Object.entries(shapes[name]!).every(([index, path]) => {
      if (index !== '' && !table.indexNames.contains(index)) return false
      const { keyPath } = index === '' ? table : table.index(index)
      return [keyPath].flat().join(' ') === path
    })
  })
}

function finished<Rows, T>(transaction: IDBTransaction, work: (tables: Tables<Rows>) => Promise<T>): Promise<T> {
  const tables = Array.from(transaction.objectStoreNames, (name) => [name, tableOf(transaction.objectStore(name))])
  return new Promise((resolve, reject) => {
    let result: T
    let failure: unknown
    transaction.oncomplete = () => resolve(result)
    // Where the browser ended it, the transaction knows why; its requests only know that it was ended.
    transaction.onabort = () => reject(transaction.error ?? failure ?? fault('device'))
    work(Object.fromEntries(tables)).then(
      (it) => (result = it),
      (error: unknown) => {
        failure = error
        try {
          transaction.abort()
        } catch {
          // It is ending already.
        }
      },
    )
  })
}

function tableOf<R>(store: IDBObjectStore): Table<R> {
  return {
    get: (key) => done<R | undefined>(store.get(key as IDBValidKey)),
    list: (index, after, before, most) =>
      done<R[]>((index === '' ? store : store.index(index)).getAll(IDBKeyRange.bound(after, before, true, true), most)),
    put: (row) => void store.put(row),
    delete: (key) => void store.delete(key as IDBValidKey),
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function opened(name: string, version: number, shapes: Readonly<Record<string, Shape>>): Promise<IDBDatabase> {
  let patience: ReturnType<typeof setTimeout> | undefined
  try {
    // Some platforms have none; some refuse to look at it.
    const factory = globalThis.indexedDB as IDBFactory | undefined
    if (!factory) throw fault('unavailable')
    const request = factory.open(name, version)
    return await new Promise((resolve, reject) => {
      // Not all that blocks is told: behind a deletion that waits for another tab, nothing is heard at all.
      patience = setTimeout(() => {
        request.onsuccess = () => request.result.close()
        reject(fault('in-use'))
      }, PATIENCE_MS)
      request.onupgradeneeded = () => {
        clearTimeout(patience)
        migrate(request.result, shapes)
      }
      request.onerror = () => reject(request.error)
      request.onsuccess = () => resolve(request.result)
    })
  } catch (error) {
    // So say some browsers in private windows.
    throw translated(error, (error as Error | null)?.name === 'InvalidStateError' ? 'unavailable' : undefined)
  } finally {
    clearTimeout(patience)
  }
}

/** Makes the tables that are not there, with their indexes. */
function migrate(database: IDBDatabase, shapes: Readonly<Record<string, Shape>>): void {
  for (const [name, { '': key, ...indexes }] of Object.entries(shapes)) {
    if (database.objectStoreNames.contains(name)) continue
    const store = database.createObjectStore(name, { keyPath: key.split(' ') })
    for (const [index, fields] of Object.entries(indexes)) store.createIndex(index, fields.split(' '))
  }
}

/** Asks the browser not to clear this site's data by itself; answers whether it will not. */
export async function requestPersistence(): Promise<boolean> {
  // Not in every browser, and not without https.
  const storage = globalThis.navigator?.storage as Partial<StorageManager> | undefined
  return (await storage?.persist?.()) ?? false
}
