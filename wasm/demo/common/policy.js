// Policies: laid out as a list, which the sentence that the core makes of them is not, and as that sentence.

import * as allod from '../library.js'
import { h } from './dom.js'
import { cut } from './plain.js'

const WORDS = {
  '==': 'is',
  '!=': 'is there and is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
  like: 'matches',
}

/** A policy as a list of conditions. */
export function policyList(policy) {
  if (policy.length === 0) return h('span', {}, 'whatever the arguments (no policy)')
  return h(
    'ul',
    { class: 'policy' },
    policy.slice(0, 100).map((one) => h('li', {}, statement(one, 0))),
    policy.length > 100 && h('li', {}, '… and more'),
  )
}

function statement([operator, ...rest], depth, inside = false) {
  if (depth > 16) return '…'
  const below = (one, within = inside) => statement(one, depth + 1, within)
  const group = (title, list) => [
    title,
    h(
      'ul',
      {},
      list.slice(0, 100).map((one) => h('li', {}, below(one))),
    ),
  ]
  switch (operator) {
    case 'not':
      return ['not: ', below(rest[0])]
    case 'and':
      return rest[0].length ? group('all of these:', rest[0]) : 'anything'
    case 'or':
      return rest[0].length ? group('at least one of these:', rest[0]) : 'anything'
    case 'all':
      return ['each item of ', subject(rest[0], inside), ': ', below(rest[1], true)]
    case 'any':
      return [subject(rest[0], inside), ' has at least one item for which: ', below(rest[1], true)]
    default:
      return [subject(rest[0], inside), ` ${WORDS[operator] ?? operator} `, h('code', {}, cut(json(rest[1]), 200))]
  }
}

function subject(selector, inside) {
  if (selector === '.') return inside ? 'it' : 'the whole of the arguments'
  return h('code', {}, cut(selector, 200))
}

function json(value) {
  try {
    return allod.toDagJson(value)
  } catch {
    return String(value)
  }
}

/** A policy in one sentence, for pictures and lists. */
export function policyWords(policy) {
  if (policy.length === 0) return 'whatever the arguments'
  return `only if ${allod.policyWords(policy).replaceAll('`', '')}`
}
