// Using what one holds: requests, and the answers to them.

import { NoChainError } from '../library.js'
import { announce, byId, h, replace } from '../common/dom.js'
import { sentence, sentenceText, who } from '../common/names.js'
import { valueTree } from '../common/values.js'
import { handOver } from './give.js'
import { parcel } from './parcel.js'
import { photoRow } from './photos.js'
import { mark } from './story.js'

/** What was asked in this tab, the latest first. */
let asked = []

/** Makes the form work. */
export function start(at) {
  byId('ask').addEventListener('submit', (event) => {
    event.preventDefault()
    ask(at()).catch(problem)
  })
}

/** Nothing was asked yet: for another person in the tab. */
export function clear() {
  asked = []
  draw()
  problem()
}

/** Offers the subjects that something is held of. */
export function offer({ me, subjects }) {
  const field = byId('ask-subject')
  const before = field.value
  field.replaceChildren(
    ...subjects.map((did) => h('option', { value: did }, who(did))),
    h('option', { value: me.did }, `${me.name}, myself`),
  )
  if ([...subjects, me.did].includes(before)) field.value = before
}

/** Puts a delegation that is held into the form. */
export function prefill(delegation) {
  if (delegation.subject) byId('ask-subject').value = delegation.subject
  byId('ask-command').value = delegation.command === '/' ? '/album/look' : delegation.command
  problem()
  byId('ask-button').focus()
}

async function ask({ me, line, inspect }) {
  problem()
  const subject = byId('ask-subject').value
  const args = JSON.parse(byId('ask-args').value || '{}')
  const { invocation, container } = await me.agent.invoke({ subject, command: byId('ask-command').value.trim(), arguments: args })
  const box = parcel({
    title: `A request to ${who(subject)}: ${invocation.command}`,
    container,
    to: subject,
    file: 'request',
    line,
    inspect,
  })
  asked.unshift({ invocation, box, answer: undefined })
  draw()
  announce('The request is signed. Now hand it over.')
  handOver('asked')
}

/** A receipt came: whether it answers something that was asked here, of whoever was asked. */
export function answered(receipt) {
  const one = asked.find(({ invocation }) => invocation.task.equals(receipt.ran) && invocation.executor === receipt.issuer)
  if (!one) return false
  one.answer = receipt
  const { error } = receipt.out
  mark(error ? (error.code === 'revoked' ? 'denied' : '') : 'look')
  draw()
  announce(error ? `${who(receipt.issuer)} denied it: ${error.code ?? 'no reason given'}` : `${who(receipt.issuer)} answered`)
  return true
}

function draw() {
  replace(
    byId('asked'),
    asked.length > 0 && h('h3', {}, 'What you asked'),
    asked.map(({ invocation, box, answer }) => h('div', { class: 'asked' }, answer ? answerOf(invocation, answer) : box)),
  )
}

function answerOf(invocation, { issuer, out }) {
  const what = [h('b', {}, who(issuer)), ' on ', h('code', {}, invocation.command), ': ']
  if (out.error) {
    const { code, remedy } = out.error
    return [
      h('p', {}, ...what, h('strong', { class: 'bad' }, '✗ denied '), h('code', {}, String(code ?? ''))),
      remedy && h('p', {}, 'What to do: ', sentence(String(remedy))),
    ]
  }
  const photos = out.ok?.photos
  return [h('p', {}, ...what, h('strong', { class: 'good' }, '✓ allowed')), Array.isArray(photos) ? photoRow(photos) : valueTree(out.ok)]
}

function problem(error) {
  const text = !error ? '' : error instanceof NoChainError ? `Nothing that you hold allows it: ${error.miss.words}` : error.message
  byId('ask-problem').textContent = sentenceText(text)
}
