// What comes in: grants and news to take up, requests to check, answers to what was asked.

import { Container, signReceipt } from '../library.js'
import { announce, byId, h, replace } from '../common/dom.js'
import { sentenceText, shortCid, who } from '../common/names.js'
import { count } from '../common/plain.js'
import { policyWords } from '../common/policy.js'
import { rules, spoken, verdict } from '../common/rules.js'
import { distance, present } from '../common/time.js'
import { recognise } from '../inspect/read.js'
import { answered } from './ask.js'
import { parcel } from './parcel.js'
import { ALBUMS } from './photos.js'
import { mark } from './story.js'

/** What came from another tab and waits to be taken in, and what was asked of one here. */
let [waiting, requests, answers] = [[], [], new Set()]

/** Makes the form work. */
export function start(at) {
  byId('door').addEventListener('submit', (event) => {
    event.preventDefault()
    const text = byId('door-input').value
    byId('door-problem').textContent = ''
    takeIn(text, at()).then((ok) => ok && (byId('door-input').value = ''), problem)
  })
}

/** Nothing has come yet: for another person in the tab. */
export function clear() {
  ;[waiting, requests, answers] = [[], [], new Set()]
  problem()
  replace(byId('door-result'))
  drawInbox()
  drawRequests()
}

/** Something came from another tab. Requests, answers and revocations are dealt with at once; what one is given one takes in oneself. */
export function arrive(text, from, at) {
  const found = read(text)
  if (!found) return
  const gift = found.invocations.length === 0 && found.receipts.length === 0 && found.revocations.length === 0
  if (!gift) return takeIn(text, at).catch(problem)
  waiting.unshift({ text, from, found, at })
  drawInbox()
  announce(`${from.name} sent you something. It waits where you receive.`)
}

function read(text) {
  const { entries } = recognise(text)
  return entries && entries.length > 0 ? Container.of(...entries.map(({ bytes }) => bytes)) : undefined
}

async function takeIn(text, at) {
  const found = recognise(text)
  if (found.empty) throw new Error('Paste something first.')
  if (found.problem) throw new Error(found.problem)
  const container = read(text)
  const { invocations } = container
  if (invocations.length > 0) {
    await check(container, at)
    say([h('p', {}, `${count(invocations.length, 'request')} checked: see “Asked of you”.`)])
    return true
  }
  const received = await at.me.agent.receive(container)
  for (const { issuer } of received.delegations) await at.remember(issuer)
  await at.refresh()
  at.line.changed()
  const fits = received.receipts.map(answered)
  if (received.delegations.some(({ audience }) => audience === at.me.did)) mark('take')
  say(outcome(received, fits))
  return true
}

function outcome(received, fits) {
  const lines = []
  if (received.delegations.length > 0)
    lines.push(h('p', {}, `Taken in: ${count(received.delegations.length, 'delegation')}, ${received.new} of them new.`))
  received.receipts.forEach((receipt, index) =>
    lines.push(
      h('p', {}, `An answer from ${who(receipt.issuer)}${fits[index] ? ' to what you asked' : ', to nothing that was asked in this tab'}.`),
    ),
  )
  for (const { revoked, result, code } of received.revocations) {
    const words = {
      new: 'is taken up',
      known: 'was known already',
      irrelevant: 'is about nothing that matters here',
      'over-quota': 'was one too many',
      refused: `does not hold (${code})`,
    }[result]
    lines.push(h('p', {}, `The revocation of ${shortCid(revoked)} ${words}.`))
  }
  for (const { cid, code } of received.refused) lines.push(h('p', { class: 'mark bad' }, `Refused: ${shortCid(cid)} (${code}).`))
  return lines
}

function say(lines) {
  replace(byId('door-result'), lines)
  if (byId('door-result').textContent) announce(byId('door-result').textContent)
}

function drawInbox() {
  replace(
    byId('inbox'),
    waiting.map((one, index) =>
      h(
        'div',
        { class: 'parcel waiting' },
        h('p', {}, h('b', {}, one.from.name), ' sent you, from another tab:'),
        h(
          'ul',
          {},
          one.found.delegations.map((token) =>
            h(
              'li',
              {},
              h('b', {}, who(token.issuer)),
              ' lets ',
              h('b', {}, token.audience === one.at.me.did ? 'you' : who(token.audience)),
              ' use ',
              h('code', {}, token.command),
              `, ${policyWords(token.policy)}, ${token.expires === null ? 'for ever' : `it ends ${distance(token.expires)}`}.`,
            ),
          ),
        ),
        h(
          'div',
          { class: 'bar' },
          h('button', { type: 'button', class: 'primary take', 'data-key': `take ${index}`, on: { click: () => take(one) } }, 'Take it in'),
          h('button', { type: 'button', class: 'small', on: { click: () => drop(one) } }, 'Leave it'),
        ),
      ),
    ),
  )
}

async function take(one) {
  try {
    await takeIn(one.text, one.at)
    drop(one)
    ;(byId('held').querySelector('button.use') ?? byId('take-title')).focus()
  } catch (error) {
    problem(error)
  }
}

function drop(one) {
  waiting = waiting.filter((other) => other !== one)
  drawInbox()
  byId('take-title').focus()
}

/** Decides what was asked, as the one who keeps it, and answers. */
async function check(container, at) {
  const { me } = at
  for (const invocation of container.invocations) {
    const decision = await me.executor.decideWith(me.store, container, { invocation: invocation.cid })
    const seen = answers.has(String(invocation.cid))
    answers.add(String(invocation.cid))
    const answer = seen ? undefined : await answerTo(decision, invocation, at)
    requests.unshift({ invocation, decision, answer, seen })
    announce(`${who(invocation.issuer)} asks for ${invocation.command}. ${spoken(decision)}`)
  }
  requests = requests.slice(0, 20)
  drawRequests()
}

async function answerTo(decision, invocation, { me, line, inspect }) {
  // To what nobody is shown to have signed, nothing is answered.
  if (
    !decision.ok
    && ['bad-signature', 'malformed', 'unsupported-algorithm', 'unresolved-did'].includes(decision.denial.code)
    && decision.denial.link === null
  )
    return undefined
  const { code, remedy } = decision.ok ? {} : decision.denial.public()
  const receipt = await signReceipt(me.signer, {
    ran: invocation.task,
    out: decision.ok ? { ok: done(decision.grant) } : { error: { code, remedy } },
    issuedAt: present(),
  })
  const answer = Container.of(receipt)
  if (line.has(invocation.issuer)) {
    line.send(invocation.issuer, answer.write('gzip+base64url'))
    return h('p', { class: 'quiet' }, `The answer went to ${who(invocation.issuer)}’s tab, signed.`)
  }
  return parcel({
    title: `The answer to ${who(invocation.issuer)}`,
    container: answer,
    to: invocation.issuer,
    file: 'answer',
    line,
    inspect,
  })
}

/** What is done for whoever may: here, looking up an album. */
function done(grant) {
  const { album } = grant.arguments
  if (grant.command.startsWith('/album'))
    return { album: album ?? 'summer', photos: Object.hasOwn(ALBUMS, album ?? 'summer') ? ALBUMS[album ?? 'summer'] : [] }
  return { done: grant.command }
}

function drawRequests() {
  replace(
    byId('requests'),
    requests.length === 0
      ? h('p', { class: 'quiet' }, 'Nothing yet.')
      : requests.map(({ invocation, decision, answer, seen }) =>
          h(
            'div',
            { class: 'request' },
            h(
              'p',
              {},
              h('b', {}, who(invocation.issuer)),
              ' asks for ',
              h('code', {}, invocation.command),
              seen && h('span', { class: 'mark warn' }, ' the same request as before: not answered again'),
            ),
            verdict(decision, present()),
            answer,
            h(
              'details',
              { 'data-key': `trace ${invocation.cid} ${seen}` },
              h('summary', {}, 'Every rule'),
              rules((decision.ok ? decision.grant : decision.denial).trace, `${invocation.cid} ${seen}`),
            ),
          ),
        ),
  )
}

function problem(error) {
  byId('door-problem').textContent = error ? sentenceText(error.message) : ''
}
