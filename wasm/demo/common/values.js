// Values of tokens as trees, and as DAG-JSON.

import * as allod from '../library.js'
import { hex } from './bytes.js'
import { h } from './dom.js'
import { plainJson } from './plain.js'

/** So many lines of a value are shown: what is longer is seen raw. */
const MOST = 200

/** A value as a tree. */
export function valueTree(value) {
  let left = MOST
  const draw = (value) => {
    if (left-- <= 0) return h('span', { class: 'quiet' }, '… and more')
    if (value === null || typeof value === 'boolean') return h('span', { class: 'constant' }, String(value))
    if (typeof value === 'number' || typeof value === 'bigint') return h('span', { class: 'number' }, String(value))
    if (typeof value === 'string') return h('span', { class: 'text' }, `"${value}"`)
    if (value instanceof Uint8Array)
      return h('span', { class: 'bytes' }, `${value.length} bytes ${hex(value.subarray(0, 32))}${value.length > 32 ? '…' : ''}`)
    if (value instanceof allod.Cid) return h('span', { class: 'link' }, `link ${value}`)
    const entries = Array.isArray(value) ? value.map((item, at) => [`[${at}]`, item]) : Object.entries(value)
    if (entries.length === 0) return h('span', { class: 'quiet' }, Array.isArray(value) ? 'an empty list' : 'nothing')
    return h(
      'ul',
      { class: 'value' },
      entries.slice(0, left + 1).map(([key, item]) => h('li', {}, h('span', { class: 'key' }, key), ' ', draw(item))),
      entries.length > left + 1 && h('li', { class: 'quiet' }, '… and more'),
    )
  }
  return draw(value)
}

/** A value as DAG-JSON with line ends, for reading. */
function prettyJson(value) {
  return indented(allod.toDagJson(value))
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/suy

/** JSON with line ends. Numbers stay as they are spelled: `JSON.parse` would round the large ones. */
function indented(json) {
  let [out, depth, at] = ['', 0, 0]
  const line = () => `\n${'  '.repeat(depth)}`
  while (at < json.length) {
    STRING.lastIndex = at
    const text = STRING.exec(json)?.[0]
    if (text) {
      out += text
      at += text.length
      continue
    }
    const letter = json[at++]
    const closes = json[at] === ']' || json[at] === '}'
    if ((letter === '[' || letter === '{') && closes) out += letter + json[at++]
    else if (letter === '[' || letter === '{') out += (depth++, letter + line())
    else if (letter === ']' || letter === '}') out += (depth--, line() + letter)
    else if (letter === ',') out += letter + line()
    else out += letter === ':' ? ': ' : letter
  }
  // What DAG-JSON says of bytes and links is one thing, and stands in one line. Inside texts such quotes would be escaped.
  const whole = out
    .replace(/\{\s*"\/":\s*\{\s*"bytes":\s*("[^"]*")\s*\}\s*\}/g, '{"/": {"bytes": $1}}')
    .replace(/\{\s*"\/":\s*("[^"]*")\s*\}/g, '{"/": $1}')
  return plainJson(whole)
}

/** A token's bytes as DAG-JSON; nothing where they are no DAG-CBOR. */
export function bytesJson(bytes) {
  try {
    return prettyJson(allod.fromDagCbor(bytes))
  } catch {
    return undefined
  }
}
