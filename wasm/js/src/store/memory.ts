// Tables in memory.

import { SHAPES } from './rows.js'
import {
  type Key, type Run, type Shape, type Shapes, type Table, type Tables, type Transactions, compare, keyOf,
} from './table.js'
import { TableStore } from './tables.js'

/** Keeps everything in memory, and nothing longer than it lives: for tests, and where nothing needs to last. */
export class MemoryStore extends TableStore {
  /** An empty store. */
  constructor() {
    super(inMemory(SHAPES))
  }
}

/** Tables in memory, with nothing in them. */
export function inMemory<Rows>(shapes: Shapes<Rows>): Transactions<Rows> {
  const entries = Object.entries<Shape>(shapes).map(([name, shape]) => [name, tableOf(shape)])
  const tables = Object.fromEntries(entries) as Tables<Rows>
  let last: Promise<unknown> = Promise.resolve()
  // One after the other. Nothing is undone: whatever can fail comes before the first change.
  const run: Run<Rows> = (work) => {
    const next = last.then(() => work(tables))
    last = next.catch(() => {})
    return next
  }
  return { read: run, change: run, close() {} }
}

/** An index: its fields, and the rows that have them, in order. */
type Index<R> = { by: readonly string[]; entries: { key: Key; row: R }[] }

function tableOf<R>(shape: Shape): Table<R> {
  const indexes = new Map<string, Index<R>>()
  for (const [name, by] of Object.entries(shape)) indexes.set(name, { by: by.split(' '), entries: [] })
  const all = indexes.get('') as Index<R>

  function get(key: Key): R | undefined {
    const last = all.entries[behind(all, key) - 1]
    return last && compare(last.key, key) === 0 ? last.row : undefined
  }

  function remove(key: Key): void {
    const row = get(key)
    for (const index of indexes.values()) {
      const there = row && keyOf(row, index.by)
      if (there) index.entries.splice(behind(index, there) - 1, 1)
    }
  }

  return {
    get: async (key) => get(key),
    async list(name, after, before, most = Infinity) {
      const index = indexes.get(name) as Index<R>
      const from = behind(index, after)
      const found = index.entries.slice(from, Math.min(from + most, behind(index, before)))
      return found.map(({ row }) => row)
    },
    put(row) {
      remove(keyOf(row, all.by) as Key)
      for (const index of indexes.values()) {
        const key = keyOf(row, index.by)
        if (key) index.entries.splice(behind(index, key), 0, { key, row })
      }
    },
    delete: remove,
  }
}

/** How many of an index do not come after the key. */
function behind({ entries }: Index<unknown>, key: Key): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare((entries[middle] as { key: Key }).key, key) > 0) high = middle
    else low = middle + 1
  }
  return low
}
