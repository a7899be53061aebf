// Times as people read them.

import { h } from './dom.js'

const UNITS = [
  [120, 1, 'second'],
  [7_200, 60, 'minute'],
  [172_800, 3_600, 'hour'],
  [63_072_000, 86_400, 'day'],
  [Infinity, 31_557_600, 'year'],
]

/** The present time, in whole seconds. */
export const present = () => Math.floor(Date.now() / 1000)

/** "in 7 days", "2 hours ago". */
export function distance(at, now = present()) {
  const seconds = Math.abs(at - now)
  if (seconds === 0) return 'now'
  const [, size, unit] = UNITS.find(([limit]) => seconds < limit)
  const number = Math.round(seconds / size)
  const things = `${number} ${unit}${number === 1 ? '' : 's'}`
  return at > now ? `in ${things}` : `${things} ago`
}

/** Years beyond these have no form as a date. */
const FURTHEST = 8_640_000_000_000

/** The date and time here, where it is. */
export function local(at) {
  if (Math.abs(at) > FURTHEST) return `${at} seconds after 1970`
  const date = new Date(at * 1000)
  return date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: date.getSeconds() ? 'medium' : 'short' })
}

/** A date with how far off it is, which {@link tick} keeps up to date. */
export function moment(at, now) {
  const utc = Math.abs(at) > FURTHEST ? undefined : new Date(at * 1000).toISOString()
  return h(
    'span',
    { class: 'moment' },
    h('time', { datetime: utc, title: utc && utc.replace('T', ' ').replace('.000Z', ' UTC') }, local(at)),
    ' ',
    h('span', { class: 'quiet', 'data-distance': at }, `(${distance(at, now)})`),
  )
}

/** Brings the distances in an element up to date. */
export function tick(element, now) {
  for (const it of element.querySelectorAll('[data-distance]')) it.textContent = `(${distance(Number(it.dataset.distance), now)})`
}

/** What a field for date and time holds, in seconds; nothing where it is empty. */
export function fieldTime(text) {
  const at = new Date(text).getTime()
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000)
}

/** A time for a field of date and time. */
export function timeField(at) {
  const date = new Date(at * 1000)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
