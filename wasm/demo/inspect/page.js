// Where one puts in tokens and sees what they are, how they hang together, and whether they allow what they ask for.

import * as allod from '../library.js'
import { announce, byId, h, later, replace } from '../common/dom.js'
import { sentenceText, shortCid, who } from '../common/names.js'
import { count } from '../common/plain.js'
import { ignoredList, rules, spoken, verdict } from '../common/rules.js'
import { present, tick } from '../common/time.js'
import { MOST_DRAWN, fates, inOrder, steps } from './chain.js'
import { chainFigure } from './picture.js'
import { fieldText, recognise, tokenOf } from './read.js'
import { SAMPLES, sample } from './samples.js'
import * as settings from './settings.js'
import { tokenTree } from './token.js'

/** So many tokens are shown one by one: each has its signature checked. */
const MOST_SHOWN = 100

let input = { empty: true }
let items = []
let said = ''
let shown

/** Makes the page work. */
export function start() {
  const field = byId('input')
  field.addEventListener('input', later(read))
  byId('sample').append(...Object.entries(SAMPLES).map(([name, [title]]) => h('option', { value: name }, title)))
  byId('sample').addEventListener('change', async ({ target }) => {
    if (!target.value) return
    const text = await sample(target.value)
    put(text)
  })
  byId('file').addEventListener('change', async ({ target }) => {
    await take(target.files)
    target.value = ''
  })
  byId('clear').addEventListener('click', () => {
    byId('sample').value = ''
    put('')
    field.focus()
  })
  dropping(byId('drop'), byId('inspect'))
  settings.listen(decide)
  setInterval(clock, 10_000)
  read()
}

/** Puts a text into the field, and shows what it is. */
export function put(text) {
  byId('input').value = text
  read()
}

async function take(files) {
  const texts = []
  for (const file of [...files].slice(0, 16)) {
    if (file.size > 4 * 1024 * 1024) announce(`${file.name} is larger than any container`)
    else texts.push(fieldText(new Uint8Array(await file.arrayBuffer())))
  }
  if (texts.length > 0) put(texts.map((text) => text.trim()).join('\n'))
}

function dropping(zone, whole) {
  let inside = 0
  whole.addEventListener('dragenter', () => zone.classList.toggle('over', ++inside > 0))
  whole.addEventListener('dragleave', () => zone.classList.toggle('over', --inside > 0))
  whole.addEventListener('dragover', (event) => event.preventDefault())
  whole.addEventListener('drop', (event) => {
    event.preventDefault()
    inside = 0
    zone.classList.remove('over')
    const { files } = event.dataTransfer
    if (files.length > 0) take(files)
    else put(event.dataTransfer.getData('text/plain'))
  })
}

function read() {
  input = recognise(byId('input').value)
  items = inOrder((input.entries ?? []).map((entry) => ({ entry, token: tokenOf(entry) })))
  settings.offer(items, invocations())
  byId('input').toggleAttribute('aria-invalid', input.problem !== undefined)
  said = ''
  decide()
}

const invocations = () => items.filter(({ token }) => token instanceof allod.Invocation)

/** Decides anew, and shows all of it. */
function decide() {
  const options = settings.read(invocations())
  const now = options.now ?? present()
  const decision = options.invocation && decided(options, now)
  shown = outcome(decision)
  settings.complain(options.problems)
  byId('settings').hidden = !options.invocation
  replace(byId('what'), what())
  replace(byId('result'), decision && result(decision, options, now), tokens(options, now))
  byId('nothing').hidden = items.length > 0
  tell(decision)
}

function decided(options, now) {
  const { token } = options.invocation
  try {
    const authorizer = new allod.Authorizer({
      executor: options.executor || token.executor,
      subjects: options.subjects === 'named' ? [token.subject] : options.subjects,
      acceptLeafFirst: options.leafFirst,
    })
    const of = (kind) => items.filter(({ entry }) => entry.kind === kind).map(({ entry }) => entry.bytes)
    return authorizer.decide(token, {
      now,
      tolerance: options.tolerance,
      revocations: [],
      documents: options.documents,
      // What cannot be read may be one of the proofs: then the decision says so.
      proofs: [...of('delegation'), ...of('unreadable')],
      received: [...options.received, ...of('revocation')],
      receipts: of('receipt'),
      tasks: items.filter((item) => item.token instanceof allod.Invocation && item.token !== token).map(({ entry }) => entry.bytes),
    })
  } catch (error) {
    if (error.name === 'DidError') options.problems.executor = error.message
    else if (error.name === 'DocumentError') options.problems.documents = error.message
    else options.problems.executor = `${error.message}`
    return undefined
  }
}

function what() {
  if (input.empty) return null
  if (input.problem) return h('p', { class: 'mark bad' }, sentenceText(input.problem))
  const { form, spelling } = input
  const kinds = ['invocation', 'delegation', 'revocation', 'receipt']
    .map((kind) => [items.filter(({ entry }) => entry.kind === kind).length, kind])
    .filter(([number]) => number > 0)
  const broken = items.filter(({ entry }) => entry.kind === 'unreadable').length
  const list = [...kinds.map(([number, kind]) => count(number, kind)), broken > 0 && `${broken} that cannot be read`]
    .filter(Boolean)
    .join(', ')
  const title = form === 'token' ? 'A token' : form === 'several' ? 'Several inputs' : 'A container'
  return h('p', { class: 'found' }, h('b', {}, title), ` (${spelling}): ${list || 'nothing'}.`)
}

function result(decision, options, now) {
  const { token } = options.invocation
  const { trace, ignored, unused } = decision.ok ? decision.grant : decision.denial
  const drawn = steps(items, token)
  const executor = options.executor || token.executor
  const title = (link) => {
    const one = drawn.find((step) => step.link === link && !step.asks)?.token
    return one ? `Proof ${link}: ${who(one.issuer)} → ${who(one.audience)}` : `Proof ${link}`
  }
  return [
    h(
      'section',
      { 'aria-labelledby': 'decision-title', class: 'card decision' },
      h('h3', { id: 'decision-title' }, 'The decision'),
      verdict(decision, now),
      h(
        'p',
        { class: 'quiet' },
        'Decided here, as ',
        h('b', {}, who(executor)),
        `, ${options.now === undefined ? 'now' : 'at the chosen time'}. What is known of revocations: ${count(items.filter(({ entry }) => entry.kind === 'revocation').length + options.received.length, 'revocation')} at hand.`,
      ),
    ),
    h(
      'section',
      { 'aria-labelledby': 'chain-title', class: 'card' },
      h('h3', { id: 'chain-title' }, 'The chain'),
      chainFigure(drawn, { fates: fates(trace, decision.ok ? undefined : decision.denial), subject: token.subject, executor, now }),
    ),
    h(
      'section',
      { 'aria-labelledby': 'rules-title', class: 'card' },
      h('h3', { id: 'rules-title' }, 'Every rule'),
      rules(trace, String(token.cid), title),
      ignoredList(ignored),
      unused.length > 0
        && h(
          'p',
          { class: 'quiet' },
          `Unused, since nothing refers to ${unused.length === 1 ? 'it' : 'them'}: ${unused.map(shortCid).join(', ')}.`,
        ),
    ),
  ]
}

function tokens(options, now) {
  if (items.length === 0) return null
  const here = (cid) => items.some(({ entry }) => entry.cid.equals(cid))
  const delegations = items.filter(({ token }) => token instanceof allod.Delegation)
  const tree = h(
    'section',
    { 'aria-labelledby': 'tokens-title', class: 'card' },
    h('h3', { id: 'tokens-title' }, count(items.length, 'token')),
    items
      .slice(0, MOST_SHOWN)
      .map((item) => tokenTree(item, { documents: options.documents, now, here, open: items.length === 1 || item.token === undefined })),
    items.length > MOST_SHOWN && h('p', { class: 'quiet' }, `Only the first ${MOST_SHOWN} are shown.`),
  )
  if (options.invocation || delegations.length === 0) return tree
  const more = delegations.length > MOST_DRAWN && h('p', { class: 'quiet' }, `Only the first ${MOST_DRAWN} are drawn.`)
  return [
    h(
      'section',
      { 'aria-labelledby': 'chain-title', class: 'card' },
      h('h3', { id: 'chain-title' }, 'Who gives what to whom'),
      h('p', { class: 'quiet' }, 'There is no invocation in it, so there is nothing to decide.'),
      chainFigure(steps(items), { now }),
      more,
    ),
    tree,
  ]
}

/** Says what changed, once. */
function tell(decision) {
  const words = input.empty
    ? ''
    : input.problem
      ? input.problem
      : decision
        ? spoken(decision)
        : `${count(items.length, 'token')}. There is nothing to decide.`
  if (words === said) return
  said = words
  if (words) announce(words)
}

/** Time goes on: what was decided now is decided again, and drawn anew if it comes out otherwise. */
function clock() {
  const options = settings.read(invocations())
  if (options.now !== undefined || byId('inspect').hidden) return
  const decision = options.invocation && decided(options, present())
  if (outcome(decision) === shown) tick(byId('result'))
  else decide()
}

const outcome = (decision) => decision && (decision.ok ? 'allowed' : `${decision.denial.code} ${decision.denial.link}`)
