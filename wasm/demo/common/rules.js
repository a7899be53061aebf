// A decision on the page: allowed or denied, why, and every rule of the trace. Used where one inspects, and where one is asked.

import { append, h } from './dom.js'
import { sentence, shortCid, who } from './names.js'
import { count, plain } from './plain.js'
import { distance, local } from './time.js'

/** The rules, in the words of the core (core/src/validation/trace.rs). */
const RULES = {
  'invocation-decodes': 'the invocation is a well-formed token',
  'invocation-signature': 'the invocation is signed by its issuer',
  audience: 'the invocation is addressed to this executor',
  'subject-served': 'this executor serves the subject',
  'invocation-time': 'the invocation is within its time',
  'chain-length': 'the chain is short enough to follow',
  'proof-present': 'the proof is there',
  'proof-decodes': 'the proof is a well-formed delegation',
  'proof-signature': 'the proof is signed by its issuer',
  'proof-time': 'the proof is within its time',
  'proofs-given': 'there are proofs, or the subject itself invokes',
  'root-has-subject': 'the first proof is not a powerline',
  subject: 'the proof is about the invoked subject',
  'root-issuer': 'the first proof was issued by the subject',
  alignment: 'the proof was given to the issuer of what follows it',
  command: 'the proof covers the invoked command',
  promises: 'what the arguments promise could be looked for',
  policy: 'the arguments satisfy the proof’s policy',
  revocation: 'the proof is not known to be revoked',
  'revocation-age': 'what is known of revocations is new enough',
  replay: 'the invocation was not executed before',
}

const OF_THE_CHAIN = new Set(['chain-length', 'proofs-given', 'promises', 'revocation-age', 'replay'])
const OUTCOMES = { passed: ['✓', 'passed'], failed: ['✗', 'failed'], 'not-reached': ['·', 'not reached'] }

/** The verdict: allowed or denied, and the first reason. */
export function verdict(decision, now) {
  const box = h('div', { class: `verdict ${decision.ok ? 'good' : 'bad'}` })
  if (decision.ok) {
    const { grant } = decision
    const end = grant.until === null ? 'without end' : `until ${local(grant.until)} (${distance(grant.until, now)})`
    return append(box, [
      h('p', { class: 'word' }, '✓ Allowed'),
      h(
        'p',
        {},
        h('b', {}, who(grant.issuer)),
        ' may use ',
        h('code', {}, grant.command),
        ' on ',
        h('b', {}, who(grant.subject)),
        `, with these arguments, ${end}.`,
      ),
      grant.chain.length === 0 && h('p', {}, 'It is the subject itself, and needs no leave.'),
      grant.awaits.length > 0
        && h(
          'p',
          { class: 'mark warn' },
          `${count(grant.awaits.length, 'result')} of other tasks stand in the arguments, and are not there yet: not to be executed before.`,
        ),
    ])
  }
  const { denial } = decision
  const place = denial.link === null ? 'in the invocation' : `in proof ${denial.link}`
  return append(box, [
    h('p', { class: 'word' }, '✗ Denied ', h('code', {}, denial.code)),
    h('p', { class: 'quiet' }, `${place}${denial.cid ? ` ${shortCid(denial.cid)}` : ''}`),
    explained(denial),
  ])
}

/** Everything that is to be said of a failed rule. */
function explained({ message, expected, found, remedy, spec, policy }) {
  const both = expected !== null && found !== null && !(message.includes(expected) && message.includes(found))
  const row = (label, ...value) => [h('dt', {}, label), h('dd', {}, ...value)]
  return h(
    'dl',
    { class: 'why' },
    row('why', sentence(message)),
    (both || (policy && expected !== null)) && [
      row('expected', sentence(expected)),
      row('found', found === null ? 'nothing' : sentence(found)),
    ],
    !expected && policy && row('found', policy.found),
    row('do', sentence(remedy)),
    row('rule', specLink(spec)),
  )
}

function specLink(spec) {
  if (!spec.startsWith('https://github.com/ucan-wg/')) return spec
  return h(
    'a',
    { href: spec, target: '_blank', rel: 'noopener noreferrer' },
    spec.slice('https://github.com/ucan-wg/'.length),
    h('span', { class: 'unseen' }, ' (the specification, in a new tab)'),
  )
}

/** Every rule of a trace: of the invocation, of each proof, and of the chain. What failed is open. `key` tells it from other traces. */
export function rules(trace, key, title = (link) => `Proof ${link}`) {
  const groups = new Map([['invocation', []]])
  for (const check of trace) {
    const group = check.link !== null ? check.link : OF_THE_CHAIN.has(check.rule) ? 'chain' : 'invocation'
    if (!groups.has(group)) groups.set(group, [])
    groups.get(group).push(check)
  }
  const order = [...groups.keys()].sort((one, other) => rank(one) - rank(other))
  return h(
    'div',
    { class: 'rules' },
    order.map((group) => groupOf(group, groups.get(group), title, key)),
  )
}

const rank = (group) => (group === 'invocation' ? -1 : group === 'chain' ? 1_000_000 : group)

function groupOf(group, checks, title, key) {
  if (checks.length === 0) return null
  const tally = (outcome) => checks.filter((check) => check.outcome === outcome).length
  const [passed, failed, unreached] = ['passed', 'failed', 'not-reached'].map(tally)
  const words = [failed && `${failed} failed`, passed && `${passed} passed`, unreached && `${unreached} not reached`]
    .filter(Boolean)
    .join(', ')
  const state = failed ? 'failed' : unreached ? 'not-reached' : 'passed'
  const name = group === 'invocation' ? 'The invocation' : group === 'chain' ? 'The chain as a whole' : title(group)
  return h(
    'details',
    { class: `rulegroup ${state}`, 'data-key': `rules ${key} ${group}`, open: failed > 0 },
    h(
      'summary',
      {},
      h('span', { class: 'mark-icon', 'aria-hidden': 'true' }, OUTCOMES[state][0]),
      h('span', {}, h('b', {}, name), ' ', h('span', { class: 'quiet' }, words)),
    ),
    h('ul', {}, checks.map(line)),
  )
}

function line({ rule, outcome, finding }) {
  const [icon, word] = OUTCOMES[outcome]
  return h(
    'li',
    { class: outcome },
    h('span', { class: 'mark-icon', 'aria-hidden': 'true' }, icon),
    h('span', {}, RULES[rule] ?? rule, h('span', { class: outcome === 'passed' ? 'unseen' : 'word' }, `, ${word}`)),
    finding && h('div', { class: 'finding' }, h('code', {}, finding.code), explained(finding)),
  )
}

/** Revocations that took nothing back. */
export function ignoredList(ignored) {
  if (ignored.length === 0) return null
  return h(
    'div',
    {},
    h('h4', {}, 'Revocations that changed nothing'),
    h(
      'ul',
      {},
      ignored.map(({ index, cid, code, message }) =>
        h('li', {}, cid ? `${shortCid(cid)}: ` : `number ${index}: `, sentence(message), ' ', h('code', {}, code)),
      ),
    ),
  )
}

/** A decision in one sentence, to be heard. */
export function spoken(decision) {
  if (decision.ok) return 'Allowed.'
  const { code, message } = decision.denial
  return plain(`Denied: ${code}. ${message.replaceAll(/did:[a-z0-9]+:[A-Za-z0-9._:%-]*[A-Za-z0-9_-]/g, (did) => who(did))}.`)
}
