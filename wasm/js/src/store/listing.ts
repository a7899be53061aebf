// Parts of listings, and the cursors that say where one stopped: a key itself, so that it does not matter whether anything is
// still there.

import type { Did } from '../did.js'
import { bad } from '../errors.js'
import { optionsOf } from '../value.js'
import { did } from './check.js'
import { fault } from './fault.js'
import type { Page, Query } from './store.js'
import type { Key } from './table.js'

/** What begins with `prefix` in an index, behind `after`. */
export type Part = { index: 'to' | 'by'; prefix: Key; after: Key }

export function delegationsOf(query: Query, cursor: string | undefined): Part {
  const { end, about } = optionsOf('query', query)
  const index = 'to' in optionsOf('query.end', end) ? 'to' : 'by'
  const whose = did('query.end', (end as Record<string, Did>)[index])
  const prefix = [whose, ...subjectsOf(about)]
  if (cursor === undefined) return { index, prefix, after: prefix }
  const words = cursor.split(' ')
  const [from, itsWhose, itsAbout = '', order = '', cid = ''] = words
  const own = from === index && itsWhose === whose && itsAbout === (prefix[1] ?? itsAbout)
  if (!own || words.length !== 5 || Number.isNaN(Number(order))) throw fault('bad-cursor')
  return { index, prefix, after: [whose, itsAbout, Number(order), cid] }
}

function subjectsOf(about: Query['about']): string[] {
  if (about === 'anyone') return []
  if (about === 'powerlines') return ['']
  if (typeof about === 'string') return bad('query.about', '"anyone", "powerlines" or { subject }')
  return [did('query.about', optionsOf('query.about', about).subject)]
}

/** Where to begin among revocations, which stand by what is revoked and with whose authority. */
export function revocationAt(cursor: string | undefined): Key {
  if (cursor === undefined) return []
  const key = cursor.split(' ')
  if (key.length !== 2 || !key[1]?.startsWith('did:')) throw fault('bad-cursor')
  return key
}

/** A page out of up to `most + 1` rows; `words` is what a cursor to one of them says. */
export function paged<R>(rows: R[], most: number, words: (row: R) => Key): Page<R> {
  const items = rows.slice(0, most)
  const last = items.at(-1)
  return last && rows.length > most ? { items, next: words(last).join(' ') } : { items }
}
