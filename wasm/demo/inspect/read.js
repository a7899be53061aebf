// Tokens and containers, in whatever spelling they come: as cli/src/input.rs tells them apart.

import * as allod from '../library.js'
import { unbase64, unhex } from '../common/bytes.js'

/** A container's first byte tells its encoding; those two are bytes, the others text. */
const CONTAINER = new Set([...'@BCMOP'].map((letter) => letter.charCodeAt(0)))

/** The larger of what is read: hex of the largest container. */
const MOST = 4 * 1024 * 1024

/**
 * What an input is: `{ form, spelling, entries }`, with an entry for each token in it; or `{ problem }`, in words. Where the whole is
 * nothing, its lines are looked at one by one, so that several things can be put in together.
 */
export function recognise(text) {
  const trimmed = text.trim()
  if (trimmed === '') return { empty: true }
  if (trimmed.length > MOST) return { problem: 'That is larger than any token or container may be.' }
  const whole = one(trimmed)
  if (!whole.problem) return whole
  const parts = trimmed.split(/\r?\n\s*/).filter((line) => line !== '')
  if (parts.length < 2 || parts.length > 64) return whole
  const found = parts.map(one)
  if (found.some(({ problem }) => problem)) return whole
  return joined(found)
}

/** The same for the bytes of a file, as the text that goes into the field for it. */
export function fieldText(bytes) {
  const first = bytes[0]
  if (first !== undefined && first < 0x80 && first !== 0x40 && first !== 0x4d) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      // Bytes of something else then.
    }
  }
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

function joined(found) {
  const entries = []
  for (const entry of found.flatMap((it) => it.entries)) {
    if (!entries.some((other) => other.cid.equals(entry.cid))) entries.push(entry)
  }
  return { form: 'several', spelling: `${found.length} inputs, one a line`, entries }
}

function one(text) {
  if (/^[BCOP]/.test(text)) {
    const found = container(text, 'text')
    if (!found.problem) return found
  }
  if (/^[[{]/.test(text)) return dagJson(text)
  const bare = text.replace(/\s+/g, '')
  const decoded = decode(bare)
  if (!decoded) return /^[BCOP]/.test(text) ? container(text, 'text') : nothing()
  const { bytes, spelling } = decoded
  if (CONTAINER.has(bytes[0])) return container(bytes, spelling)
  if (bytes[0] === 0x82) return token(bytes, spelling)
  return nothing()
}

function decode(text) {
  const fromHex = unhex(text)
  if (fromHex) return { bytes: fromHex, spelling: 'hex' }
  const bytes = unbase64(text)
  return bytes && { bytes, spelling: /[-_]/.test(text) ? 'base64url' : 'base64' }
}

function container(input, around) {
  try {
    const read = allod.Container.read(input)
    const spelling = around === 'text' ? read.encoding : `${read.encoding}, in ${around}`
    return { form: 'container', spelling, entries: [...read.entries] }
  } catch (error) {
    return { problem: `This begins like a container, but ${because(error)}.` }
  }
}

function token(bytes, spelling) {
  try {
    return { form: 'token', spelling, entries: [entryOf(bytes)] }
  } catch (error) {
    return { problem: `This begins like a token, but ${because(error)}.` }
  }
}

function entryOf(bytes) {
  const [entry] = allod.Container.of(bytes).entries
  return entry
}

function dagJson(text) {
  try {
    return token(allod.toDagCbor(allod.fromDagJson(text)), 'DAG-JSON')
  } catch (error) {
    return { problem: `This looks like DAG-JSON, but ${because(error)}.` }
  }
}

function nothing() {
  return {
    problem: 'This is neither a token nor a container, in base64, base64url, hex or any encoding of containers. Copy it again, whole.',
  }
}

const because = (error) => (error instanceof Error ? error.message : String(error))

/** Bytes of a token that can be read, as an object; nothing for what cannot. */
export function tokenOf(entry) {
  if (entry.kind === 'unreadable') return undefined
  try {
    return allod.parseToken(entry.bytes)
  } catch {
    return undefined
  }
}

/** Whether a token's signature is its issuer's: true, false, or null where it cannot be told here; and why. */
export function signatureOf(token, documents) {
  try {
    token.verify(documents)
    return { valid: true }
  } catch (error) {
    return { valid: error.code === 'bad-signature' ? false : null, why: because(error) }
  }
}
