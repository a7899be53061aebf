// The guided path. How far it went is kept for both tabs.

import { byId, h, replace } from '../common/dom.js'

const KEY = 'allod-demo-story'
const STEPS = [
  { id: 'alice', by: 'alice', text: 'Alice makes an identity.', go: '#make' },
  { id: 'bob', by: 'bob', text: 'Bob makes one, in a tab of his own.', go: '#make' },
  { id: 'grant', by: 'alice', text: 'Alice lets Bob look at her album, and sends it to him.', go: '#grant-button' },
  { id: 'take', by: 'bob', text: 'Bob takes in what she sent.', go: '#inbox .take, #take-title' },
  { id: 'look', by: 'bob', text: 'Bob asks to look. Alice’s tab checks it, and answers.', go: '#ask-button' },
  { id: 'revoke', by: 'alice', text: 'Alice takes it back.', go: '#given .back, #give-title' },
  { id: 'denied', by: 'bob', text: 'Bob asks again, and is denied: it was revoked.', go: '#ask-button' },
]

let done = load()
let me

addEventListener('storage', ({ key }) => {
  if (key !== KEY) return
  done = load()
  draw()
})

/** Shows the path for whoever is in this tab. */
export function show(person) {
  me = person
  draw()
}

/** Something of the path happened. */
export function mark(id) {
  if (done.has(id)) return
  done = load().add(id)
  try {
    localStorage.setItem(KEY, [...done].join(' '))
  } catch {
    // Each tab knows its own part then.
  }
  draw()
}

/** From the beginning. */
export function reset() {
  done = new Set()
  try {
    localStorage.removeItem(KEY)
  } catch {
    // Nothing is kept there then.
  }
  draw()
}

function load() {
  try {
    return new Set((localStorage.getItem(KEY) ?? '').split(' ').filter(Boolean))
  } catch {
    return new Set(done)
  }
}

function draw() {
  const next = STEPS.find(({ id }) => !done.has(id))
  replace(
    byId('story'),
    STEPS.map((step) => {
      const state = done.has(step.id) ? 'done' : step === next ? 'next' : 'later'
      return h(
        'li',
        { class: state, 'aria-current': state === 'next' && 'step' },
        h('span', { class: 'step-icon', 'aria-hidden': 'true' }, state === 'done' ? '✓' : String(STEPS.indexOf(step) + 1)),
        h('span', {}, step.text, h('span', { class: 'unseen' }, state === 'done' ? ' (done)' : '')),
        state === 'next' && way(step),
      )
    }),
    !next && h('li', { class: 'end' }, 'That is all: given, used, taken back, with nobody in between.'),
  )
}

/** How to get to where a step is done. */
function way({ by, go }) {
  if (me?.slug === by)
    return h('button', { type: 'button', class: 'small', 'data-key': 'story-go', on: { click: () => goTo(go) } }, 'Go there')
  const name = by[0].toUpperCase() + by.slice(1)
  if (!me)
    return h(
      'button',
      { type: 'button', class: 'small', 'data-key': 'story-go', on: { click: () => byId(`as-${by}`).click() } },
      `Be ${name}`,
    )
  return h(
    'a',
    { class: 'button small', 'data-key': 'story-go', href: `?as=${by}#try`, target: `allod-demo-${by}` },
    `${name}’s tab`,
    h('span', { class: 'unseen' }, ' (opens another tab)'),
  )
}

/** To the first of these that is there. */
function goTo(places) {
  const target = [...places.split(', '), '#who-title'].map((place) => document.querySelector(place)).find((it) => it?.checkVisibility())
  target.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' })
  target.focus({ preventScroll: true })
}
