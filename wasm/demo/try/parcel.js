// Handing something over, in whatever way there is: to the other tab, by the clipboard, as a file, or by the device's own way of sharing.

import { copyButton } from '../common/copy.js'
import { announce, h } from '../common/dom.js'
import { who } from '../common/names.js'

let last = 0

/** A container, with the ways to hand it over. `sent` is called when it went to the other tab. */
export function parcel({ title, container, to, file, line, inspect, sent, note }) {
  const text = container.write('gzip+base64url')
  const id = `parcel-${++last}`
  const field = h('textarea', { id, class: 'parcel-text', rows: 3, readOnly: true, value: text, spellcheck: 'false' })
  const send = h('button', { type: 'button', class: 'primary send', on: { click } }, `Send to ${who(to)}’s tab`)
  const hint = h('p', { class: 'hint' })

  function click() {
    line.send(to, text)
    hint.textContent = `Sent to ${who(to)}’s tab.`
    announce(`Sent to ${who(to)}’s tab`)
    sent?.()
  }
  function look() {
    if (!box.isConnected && box.dataset.shown) return removeEventListener('allod-people', look)
    const there = line.has(to)
    send.hidden = !there
    if (!there) hint.textContent = `${who(to)} has no tab open here: copy it, and paste it where they receive.`
    else if (!hint.textContent.startsWith('Sent')) hint.textContent = ''
  }

  const share =
    navigator.share
    && h(
      'button',
      { type: 'button', class: 'small', on: { click: () => navigator.share({ title: 'allod', text }).catch(() => {}) } },
      'Share',
    )
  const box = h(
    'div',
    { class: 'parcel', role: 'group', 'aria-label': title },
    h('p', { class: 'parcel-title' }, h('b', {}, title)),
    note,
    h('div', { class: 'bar' }, send),
    hint,
    h(
      'details',
      {},
      h('summary', {}, 'Hand it over yourself'),
      h('label', { for: id }, 'As text'),
      field,
      h(
        'div',
        { class: 'bar' },
        copyButton(text, 'Copy text'),
        share,
        h('button', { type: 'button', class: 'small', on: { click: () => download(text, file) } }, 'Save as a file'),
        h('button', { type: 'button', class: 'small', on: { click: () => inspect(text) } }, 'Look into it'),
      ),
    ),
  )
  addEventListener('allod-people', look)
  look()
  queueMicrotask(() => (box.dataset.shown = 'yes'))
  return box
}

function download(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  h('a', { href: url, download: `${name}.ucan` }).click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
