// The chain as a picture, and the same in words for whoever does not see it.

import * as allod from '../library.js'
import { h, s } from '../common/dom.js'
import { glyphAt } from '../common/glyph.js'
import { nameOf, sentenceText, short, shortCid, who } from '../common/names.js'
import { capital, cut } from '../common/plain.js'
import { policyWords } from '../common/policy.js'
import { distance, local } from '../common/time.js'

const [WIDTH, NODE, ARROW, BREAK, PAD] = [340, 52, 96, 40, 6]

/** The figure of these steps: `fates` says how each link fared, and `roles` what a DID is here. */
export function chainFigure(steps, { fates, subject, executor, now }) {
  const figure = new Figure(fates, { subject, executor }, now)
  for (const step of steps) figure.step(step, subject)
  return h(
    'figure',
    { class: 'chain' },
    figure.picture(),
    h('figcaption', {}, h('h4', {}, 'The same in words'), h('ol', { class: 'words' }, figure.words)),
  )
}

class Figure {
  #y = PAD
  #parts = []
  #last
  #first = true
  words = []

  constructor(fates, roles, now) {
    this.fates = fates
    this.roles = roles
    this.now = now
  }

  step({ token, link, asks, cid }, subject) {
    if (token === null) return this.#missing(cid, link)
    const fate = this.fates?.get(link)
    // A chain begins with its subject, whoever issued the first link.
    if (this.#first && subject && token.issuer !== subject && !asks) this.#node(subject)
    if (this.#last !== token.issuer) {
      if (this.#last !== undefined) this.#gap()
      this.#node(token.issuer)
    }
    const to = asks ? token.executor : token.audience
    this.#arrow(token, { asks, link }, fate)
    this.#node(to, asks)
    this.words.push(h('li', {}, label(asks, link), ...inWords(token, asks, fate, this.now)))
  }

  picture() {
    const height = this.#y + PAD
    return s(
      'svg',
      { class: 'picture', viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, role: 'img', 'aria-label': this.#label() },
      ...this.#parts,
    )
  }

  #label() {
    const failed = [...(this.fates?.values() ?? [])].find(({ outcome }) => outcome === 'failed')
    const end = failed ? ` It fails: ${failed.finding.code}.` : ''
    return `A chain of ${this.words.length} steps, which stand in words beside it.${end}`
  }

  #node(did, asked) {
    const y = this.#y
    const asks = asked && (did === this.roles.executor ? 'executor' : 'asked')
    const roles = [did === this.roles.subject && 'subject', asks].filter(Boolean).join(', ')
    const name = nameOf(did)
    const lower = name || roles
    this.#parts.push(
      s(
        'g',
        { class: 'node' },
        s('title', {}, did),
        s('rect', { class: 'plot', x: 1, y, width: WIDTH - 2, height: NODE, rx: 10 }),
        glyphAt(did, 12, y + 12, 28),
        s('text', { class: 'name', x: 52, y: y + (lower ? 22 : 31) }, cut(name ?? short(did), 30)),
        name && s('text', { class: 'did', x: 52, y: y + 40 }, cut(short(did), 22)),
        roles && s('text', { class: 'role', x: WIDTH - 14, y: y + 40, 'text-anchor': 'end' }, roles),
      ),
    )
    this.#y += NODE
    this.#last = did
    this.#first = false
  }

  #arrow(token, { asks, link }, fate) {
    const [y, end] = [this.#y, this.#y + ARROW]
    const failed = fate?.outcome === 'failed'
    const powerline = token instanceof allod.Delegation && token.subject === null
    const kind = [failed ? 'failed' : fate?.outcome === 'passed' ? 'passed' : 'open', asks ? 'asks' : 'gives', powerline && 'powerline']
      .filter(Boolean)
      .join(' ')
    const x = 34
    const line = (x) => s('line', { class: 'shaft', x1: x, y1: y + 2, x2: x, y2: end - 9 })
    const until = token.expires === null ? 'never ends' : `until ${local(token.expires)}`
    const more = failed
      ? fate.finding.code
      : powerline
        ? 'powerline: whatever it is given'
        : !asks && token.policy.length > 0
          ? 'under conditions'
          : token.expires === null
            ? ''
            : distance(token.expires, this.now)
    this.#parts.push(
      s(
        'g',
        { class: `arrow ${kind}` },
        s('title', {}, `${token.command}, ${until}`),
        powerline ? [line(x - 3), line(x + 3)] : line(x),
        s('path', { class: 'head', d: `M ${x - 7} ${end - 12} L ${x} ${end - 1} L ${x + 7} ${end - 12} Z` }),
        failed && badge(x, y + ARROW / 2 - 4, cross()),
        fate?.outcome === 'passed' && badge(x, y + ARROW / 2 - 4, tick()),
        s(
          'text',
          { class: 'verb', x: 60, y: y + 22 },
          `${link === null ? '' : `proof ${link}: `}${asks ? 'asks for' : powerline ? 'passes on, of all it has,' : 'gives'}`,
        ),
        s('text', { class: 'command', x: 60, y: y + 42 }, cut(token.command === '/' ? '/ (everything)' : token.command, 30)),
        s('text', { class: 'until', x: 60, y: y + 61 }, cut(until, 40)),
        more && s('text', { class: failed ? 'code' : 'more', x: 60, y: y + 80 }, failed ? `✗ ${more}` : more),
      ),
    )
    this.#y = end
  }

  #gap() {
    const y = this.#y
    this.#parts.push(
      s(
        'g',
        { class: 'gap' },
        s('line', { x1: 34, y1: y + 4, x2: 34, y2: y + BREAK - 4 }),
        s('text', { class: 'more', x: 60, y: y + BREAK / 2 + 5 }, 'nothing leads from here to there'),
      ),
    )
    this.#y += BREAK
    this.words.push(h('li', { class: 'bad' }, h('span', { class: 'label' }, 'A gap'), 'Nothing leads from that one to the next.'))
  }

  #missing(cid, link) {
    const y = this.#y
    const text = `proof ${link}, ${shortCid(cid)}, is missing`
    this.#parts.push(
      s(
        'g',
        { class: 'missing' },
        s('title', {}, String(cid)),
        s('rect', { class: 'plot', x: 1, y: y + 8, width: WIDTH - 2, height: NODE - 8, rx: 10 }),
        s('text', { class: 'code', x: 24, y: y + 36 }, `✗ ${text}`),
      ),
    )
    this.#y += NODE + 8
    this.#last = undefined
    this.#first = false
    this.words.push(h('li', { class: 'bad' }, label(false, link), `It is missing: ${cid}.`))
  }
}

function badge(x, y, mark) {
  return s('g', { class: 'badge', transform: `translate(${x} ${y})` }, s('circle', { r: 11 }), mark)
}

const cross = () => s('path', { d: 'M -4 -4 L 4 4 M 4 -4 L -4 4' })
const tick = () => s('path', { d: 'M -5 0 L -1.5 4 L 5 -4' })

function label(asks, link) {
  const text = asks ? 'The invocation' : link === null ? undefined : `Proof ${link}`
  return text && h('span', { class: 'label' }, text)
}

function inWords(token, asks, fate, now) {
  const until = token.expires === null ? 'without end' : `until ${local(token.expires)} (${distance(token.expires, now)})`
  const said = asks
    ? [
        h('b', {}, who(token.issuer)),
        ' asks ',
        h('b', {}, who(token.executor)),
        ' for ',
        h('code', {}, token.command),
        ' on ',
        h('b', {}, who(token.subject)),
        `, ${until}.`,
      ]
    : [
        h('b', {}, who(token.issuer)),
        ' lets ',
        h('b', {}, who(token.audience)),
        ' use ',
        h('code', {}, token.command),
        token.command === '/' && ' (everything)',
        about(token),
        `, ${policyWords(token.policy)}, ${until}.`,
      ]
  if (fate?.outcome === 'failed')
    said.push(' ', h('strong', { class: 'bad' }, `Fails: ${fate.finding.code}.`), ` ${capital(sentenceText(fate.finding.message))}.`)
  else if (fate?.outcome === 'not-reached') said.push(' ', h('span', { class: 'quiet' }, 'Not all of its rules were reached.'))
  return said
}

function about(token) {
  if (token.subject === null) return ' on whatever it is given itself (a powerline)'
  return token.subject === token.issuer ? ' on what is its own' : [' on ', h('b', {}, who(token.subject))]
}
