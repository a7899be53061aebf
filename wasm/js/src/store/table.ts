// What stores are made of: tables of rows, found by their keys and in the order of their indexes. In the browser's database
// (database.ts) or in memory (memory.ts); what is done with them is said once, in tables.ts.

/** Sorts as IndexedDB sorts: part by part, shorter ones first, and an array behind strings and numbers. */
export type Key = readonly (string | number | readonly never[])[]

/** The indexes of a table, and the fields that each sorts its rows by; '' is that of the keys. No two rows agree in all of them. */
export type Shape = { readonly '': string; readonly [index: string]: string }

/** The shapes of tables, by name. */
export type Shapes<Rows> = Readonly<Record<keyof Rows & string, Shape>>

export interface Table<R> {
  get(key: Key): Promise<R | undefined>
  /**
   * The rows in the order of an index, strictly between two keys; at most so many, if that is said. A row that lacks
   * a field of an index is not in it.
   */
  list(index: string, after: Key, before: Key, most?: number): Promise<R[]>
  /** Puts a row, instead of whatever had its key. */
  put(row: R): void
  delete(key: Key): void
}

/** The tables of a transaction, by name. */
export type Tables<Rows> = { readonly [T in keyof Rows]: Table<Rows[T]> }

/**
 * One transaction. `work` waits for nothing but what it asks of the tables. What it returns is returned once all of it is kept; when
 * anything fails, nothing has happened.
 */
export type Run<Rows> = <T>(work: (tables: Tables<Rows>) => Promise<T>) => Promise<T>

/** Where tables are. */
export type Transactions<Rows> = {
  /** One that only reads, and may run beside others of its kind. */
  readonly read: Run<Rows>
  /** One that changes something, while no other runs. */
  readonly change: Run<Rows>
  /** Lets go of them: those that began still finish. */
  close(): void
}

/** Behind everything that begins with these. */
export function end(prefix: Key): Key {
  return [...prefix, []]
}

/** Which of two keys comes first. */
export function compare(one: Key, other: Key): number {
  for (let at = 0; at < one.length && at < other.length; at++) {
    // Strings stand where strings stand in the other, and numbers where numbers do, unless it is the end.
    const [a, b] = [one[at] as string, other[at] as string]
    if (a !== b) return typeof b !== 'object' && (typeof a === 'object' || a > b) ? 1 : -1
  }
  return one.length - other.length
}

/** A row's key in an index, if it has all of its fields. */
export function keyOf(row: unknown, fields: readonly string[]): Key | undefined {
  const key = fields.map((field) => (row as Record<string, string | number | undefined>)[field])
  return key.includes(undefined) ? undefined : (key as Key)
}

/** Takes a row out; whether it was there. */
export async function taken(table: Table<unknown>, key: Key): Promise<boolean> {
  const row = await table.get(key)
  table.delete(key)
  return row !== undefined
}
