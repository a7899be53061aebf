// Whom DIDs belong to, as far as this page knows, and how they are shown.

import { readDid } from '../library.js'
import { copyButton } from './copy.js'
import { h } from './dom.js'
import { glyph } from './glyph.js'
import { cut } from './plain.js'

const names = new Map()

/** Calls a DID by a name from now on. */
export function call(did, name) {
  names.set(did, cut(name, 24))
}

/** The name of a DID, if it has one. */
export const nameOf = (did) => names.get(did)

/** All names, as pairs of DID and name. */
export const allNames = () => [...names]

/** A form of the DID that is short enough to compare by eye. Of a host its beginning is not enough: others have the same ends. */
export function short(did) {
  try {
    const { method, short } = readDid(did)
    return method === 'key' ? short : cut(did, 60)
  } catch {
    return cut(did, 40)
  }
}

/** Its name, or its short form. */
export const who = (did) => nameOf(did) ?? short(did)

/** A DID: its mark, its name and short form, and all of it on demand. `key` keeps it open when it is drawn anew. */
export function didChip(did, key) {
  const name = nameOf(did)
  return h(
    'details',
    { class: 'did', 'data-key': key && `did ${key}` },
    h('summary', { title: 'Show the full DID' }, glyph(did), name && h('b', {}, name), name && ' ', h('code', {}, short(did))),
    h('div', { class: 'whole' }, h('code', {}, did), copyButton(did, 'Copy DID')),
  )
}

/** What looks like a DID in a sentence. */
const DIDS = /did:[a-z0-9]+:[A-Za-z0-9._:%-]*[A-Za-z0-9_-]/g
/** What looks like the CID of a token. */
const CIDS = /\bz[1-9A-HJ-NP-Za-km-z]{45,60}\b/g

/** A sentence of the library's, with names in the place of DIDs, short forms in the place of CIDs, and code for what stands in backticks. */
export function sentence(text) {
  const parts = []
  let at = 0
  const found = [...text.matchAll(DIDS), ...text.matchAll(CIDS)].sort((one, other) => one.index - other.index)
  for (const { 0: whole, index } of found) {
    if (index < at) continue
    const shown = whole.startsWith('did:')
      ? h('abbr', { class: 'named', title: whole }, who(whole))
      : h('abbr', { class: 'named cid', title: whole }, shortCid(whole))
    parts.push(...quoted(text.slice(at, index)), shown)
    at = index + whole.length
  }
  return [...parts, ...quoted(text.slice(at))]
}

const quoted = (text) => text.split('`').map((part, at) => (at % 2 ? h('code', {}, part) : part))

/** The same as text alone. */
export function sentenceText(text) {
  return text.replaceAll(DIDS, (did) => who(did)).replaceAll(CIDS, (cid) => shortCid(cid))
}

/** The end of a CID: what differs. */
export const shortCid = (cid) => `…${String(cid).slice(-8)}`
