// What one holds and what one gave, and how each of it stands.

import { byId, h, replace } from '../common/dom.js'
import { shortCid, who } from '../common/names.js'
import { policyWords } from '../common/policy.js'
import { moment } from '../common/time.js'
import { prefill } from './ask.js'
import { takeBack } from './give.js'

const STATES = {
  valid: ['✓', 'valid', 'good'],
  'not-yet': ['·', 'not yet', 'warn'],
  ended: ['·', 'ended', 'quiet'],
  revoked: ['✗', 'taken back', 'bad'],
}

/** Draws both lists anew; answers with the subjects that something valid is held of. */
export async function draw(at) {
  const { held, given } = await at.me.agent.delegations()
  replace(
    byId('held'),
    list(held, 'Nothing yet.', (one) => row(one, `from ${who(one.delegation.issuer)}`, use(one))),
  )
  replace(
    byId('given'),
    list(given, 'Nothing yet.', (one) => row(one, `to ${who(one.delegation.audience)}`, back(one, at))),
  )
  const subjects = held.map(({ delegation }) => delegation.subject).filter((did) => did !== null && did !== at.me.did)
  return { subjects: [...new Set(subjects)], issuers: [...new Set(held.map(({ delegation }) => delegation.issuer))] }
}

function list(listed, nothing, draw) {
  if (listed.length === 0) return h('p', { class: 'quiet' }, nothing)
  return h('ul', { class: 'holdings' }, listed.map(draw))
}

function row({ delegation, state }, whom, action) {
  const [icon, word, kind] = STATES[state]
  const { command, policy, expires, subject, issuer } = delegation
  return h(
    'li',
    {},
    h(
      'div',
      {},
      h('code', {}, command),
      ' ',
      h('b', {}, whom),
      subject === null ? ', all that they have (powerline)' : subject !== issuer && `, on ${who(subject)}`,
      h(
        'div',
        { class: 'quiet' },
        policyWords(policy),
        ', ',
        expires === null ? 'for ever' : ['until ', moment(expires)],
        ', ',
        h('code', { class: 'cid' }, shortCid(delegation.cid)),
      ),
    ),
    h('span', { class: `state ${kind}` }, h('span', { 'aria-hidden': 'true' }, `${icon} `), word),
    action,
  )
}

function use({ delegation, state }) {
  return (
    state === 'valid'
    && h(
      'button',
      { type: 'button', class: 'use', 'data-key': `use ${delegation.cid}`, on: { click: () => prefill(delegation) } },
      'Use',
      h('span', { class: 'unseen' }, ` ${delegation.command}`),
    )
  )
}

function back({ delegation, state }, at) {
  return (
    (state === 'valid' || state === 'not-yet')
    && h(
      'button',
      { type: 'button', class: 'danger back', 'data-key': `back ${delegation.cid}`, on: { click: () => takeBack(delegation, at) } },
      'Take back',
      h('span', { class: 'unseen' }, ` ${delegation.command} from ${who(delegation.audience)}`),
    )
  )
}
