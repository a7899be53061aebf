// A mark for each DID: four fields of land, mirrored, out of the last letters of its key. It helps the eye, and proves nothing.

import { s } from './dom.js'

const TINTS = 6

/** Of all ways to sow one half of the ground, those that are neither bare nor full. */
const PATTERNS = [...Array(256).keys()].filter((bits) => [3, 4, 5].includes(bits.toString(2).replaceAll('0', '').length))

/** The mark, as a picture that those who listen need not hear of. */
export function glyph(did, size = 20) {
  return s(
    'svg',
    { class: `glyph tint-${hash(did) % TINTS}`, viewBox: '0 0 6 6', width: size, height: size, 'aria-hidden': 'true', focusable: 'false' },
    fields(did),
  )
}

/** The same as a part of another picture. */
export function glyphAt(did, x, y, size) {
  return s('svg', { class: `glyph tint-${hash(did) % TINTS}`, x, y, viewBox: '0 0 6 6', width: size, height: size }, fields(did))
}

function fields(did) {
  const bits = PATTERNS[hash(`${did}/`) % PATTERNS.length]
  const cells = [s('rect', { class: 'ground', width: 6, height: 6, rx: 1.2 })]
  for (let at = 0; at < 8; at++) {
    if (!((bits >> at) & 1)) continue
    const [x, y] = [1 + (at % 2), 1 + Math.floor(at / 2)]
    cells.push(s('rect', { class: 'field', x, y, width: 1, height: 1 }), s('rect', { class: 'field', x: 5 - x, y, width: 1, height: 1 }))
  }
  return cells
}

/** FNV-1a: it only has to scatter. */
function hash(text) {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
