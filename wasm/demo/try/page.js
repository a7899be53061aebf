// Where one tries it: someone in this tab, and what they can do.

import { Authorizer } from '../library.js'
import { copyButton } from '../common/copy.js'
import { announce, byId, h, replace } from '../common/dom.js'
import { plain } from '../common/plain.js'
import { allNames, call, didChip, sentenceText } from '../common/names.js'
import * as asking from './ask.js'
import { Line } from './channel.js'
import * as door from './door.js'
import * as giving from './give.js'
import { draw as drawHoldings } from './holdings.js'
import { forget, makeIdentity, openPerson, personOf } from './person.js'
import * as story from './story.js'

let me
let inspect
let line

/** Makes the page work; whoever the address names is in this tab. */
export async function open(tools) {
  inspect = tools.inspect
  line = new Line({
    people: () => people().catch(fail),
    parcel: (text, from) => me?.agent && door.arrive(text, from, at()),
    changed: () => refresh().catch(fail),
  })
  giving.start(at)
  asking.start(at)
  door.start(at)
  byId('as-alice').addEventListener('click', () => become('Alice'))
  byId('as-bob').addEventListener('click', () => become('Bob'))
  byId('as-form').addEventListener('submit', (event) => {
    event.preventDefault()
    if (byId('as-name').value.trim()) become(byId('as-name').value)
  })
  const as = new URLSearchParams(location.search).get('as')
  if (as?.trim()) await become(as, false)
  else story.show()
  addEventListener('focus', () => me?.agent && refresh().catch(fail))
}

/** What everything here works with: who is here, and how to reach the rest. */
const at = () => ({ me, line, inspect, refresh, remember })

async function become(name, focus = true) {
  try {
    me = await openPerson(personOf(name))
  } catch (error) {
    return fail(error)
  }
  history.replaceState(null, '', `?as=${encodeURIComponent(me.slug)}${location.hash}`)
  document.title = plain(`${me.name} · allod`)
  door.clear()
  asking.clear()
  for (const id of ['grant-result', 'revoke-result']) replace(byId(id))
  for (const [given, did] of await me.store.names()) call(did, given)
  if (me.agent) await entered()
  drawMe()
  story.show(me)
  if (focus) byId(me.agent ? 'who-title' : 'make').focus()
}

async function entered() {
  me = { ...me, executor: new Authorizer({ executor: me.did, subjects: 'itself' }) }
  call(me.did, me.name)
  story.mark(me.slug)
  line.enter(me)
  byId('work').hidden = false
  await people()
}

async function make() {
  try {
    me = await makeIdentity(me)
    await entered()
    drawMe()
    story.show(me)
    announce(`You have an identity now, ${me.name}.`)
    byId('who-title').focus()
  } catch (error) {
    fail(error)
  }
}

function drawMe() {
  byId('picker').hidden = true
  byId('who-title').textContent = `You are ${me.name} in this tab`
  byId('work').hidden = !me.agent
  const fleeting =
    !me.lasts
    && h(
      'p',
      { class: 'mark warn' },
      'This browser keeps no keys here (a private window, perhaps): the identity lasts as long as this tab.',
    )
  const other = h('a', { class: 'button small', href: './#try' }, 'Be someone else')
  if (!me.agent) {
    return replace(
      byId('me'),
      h('p', {}, 'There is no identity yet. It is a pair of keys, made here, and the private one never leaves the browser’s keeping.'),
      fleeting,
      h(
        'div',
        { class: 'bar' },
        h('button', { type: 'button', class: 'primary', id: 'make', on: { click: make } }, 'Make an identity'),
        other,
      ),
    )
  }
  replace(
    byId('me'),
    h('p', { class: 'hint' }, `${me.signer.publicKey.algorithm}. Its private half cannot be extracted.`),
    fleeting,
    didChip(me.did, 'me'),
    h('div', { class: 'bar' }, copyButton(me.did, 'Copy my DID'), other, forgetButton()),
  )
}

/** Asks once more before it forgets. */
function forgetButton() {
  let sure = false
  const button = h(
    'button',
    { type: 'button', class: 'small danger', on: { click, blur: () => ((sure = false), (button.textContent = 'Forget me')) } },
    'Forget me',
  )
  async function click() {
    if (!sure) {
      sure = true
      button.textContent = 'Press again to forget for ever'
      return announce('Press again to forget this identity, and all that it holds, for ever')
    }
    await forget(me)
    story.reset()
    location.href = './#try'
    if (location.search === '') location.reload()
  }
  return button
}

/** Other people came or went. */
async function people() {
  const there = line.people
  byId('others').textContent =
    there.length > 0 ? `In other tabs: ${there.map(({ name }) => name).join(', ')}.` : 'Nobody is there in another tab.'
  for (const { did, name } of there) call(did, name)
  if (me?.agent) {
    for (const { did, name } of there) await me.store.setName(name, did)
    await refresh()
  }
  dispatchEvent(new Event('allod-people'))
}

/** Remembers what someone is called, for later. */
async function remember(did) {
  const name = new Map(allNames()).get(did)
  if (name && did !== me.did) await me.store.setName(name, did)
}

async function refresh() {
  if (!me?.agent) return
  const { subjects, issuers } = await drawHoldings(at())
  const there = new Set(line.people.map(({ did }) => did))
  const known = [...(await me.store.names()).values()].filter((did) => did !== me.did)
  const dids = [...new Set([...there, ...known, ...issuers])].filter((did) => did !== me.did)
  giving.offer({ me, people: dids.map((did) => ({ did, there: there.has(did) })), subjects })
  asking.offer({ me, subjects })
}

function fail(error) {
  announce(error.message)
  byId('try-problem').textContent = sentenceText(error.message)
  console.warn(error)
}
