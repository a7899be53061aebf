// The photos of the album: drawn, since there is nowhere to load any from.

import { h, s } from '../common/dom.js'

/** What is in the albums that one keeps. */
export const ALBUMS = { summer: ['lake', 'cabin', 'bonfire'], winter: ['snow', 'sledge'] }

const SCENES = {
  lake: () => [
    hills(34),
    s('rect', { class: 'water', y: 40, width: 80, height: 20 }),
    s('path', { class: 'light', d: 'M 10 46 h 16 M 40 50 h 20 M 22 55 h 12' }),
  ],
  cabin: () => [
    hills(40),
    s('rect', { class: 'grass', y: 44, width: 80, height: 16 }),
    s('path', { class: 'wood', d: 'M 28 50 V 36 L 40 27 L 52 36 V 50 Z' }),
    s('rect', { class: 'lamp', x: 37, y: 40, width: 6, height: 6 }),
  ],
  bonfire: () => [
    s('rect', { class: 'night', width: 80, height: 60 }),
    s('rect', { class: 'grass', y: 46, width: 80, height: 14 }),
    s('path', { class: 'flame', d: 'M 40 22 C 50 34 50 40 46 47 H 34 C 30 40 34 36 36 30 C 38 34 40 30 40 22 Z' }),
    s('path', { class: 'wood', d: 'M 28 50 L 52 46 v 3 L 28 53 Z' }),
  ],
}

/** Photos in a row, by their names. */
export function photoRow(names) {
  return h(
    'ul',
    { class: 'photos' },
    names.slice(0, 12).map((name) => h('li', {}, photo(String(name)), h('span', {}, String(name)))),
  )
}

function photo(name) {
  const scene = SCENES[name] ?? (() => [hills(36), s('rect', { class: 'snow', y: 44, width: 80, height: 16 })])
  return s(
    'svg',
    { viewBox: '0 0 80 60', width: 96, height: 72, role: 'img', 'aria-label': `Photo: ${name}` },
    s('rect', { class: 'sky', width: 80, height: 60 }),
    s('circle', { class: 'sun', cx: 62, cy: 14, r: 6 }),
    scene(),
  )
}

const hills = (y) => s('path', { class: 'hills', d: `M 0 ${y} L 18 ${y - 16} L 34 ${y - 4} L 54 ${y - 20} L 80 ${y} V 60 H 0 Z` })
