// Copying to the clipboard.

import { announce, h } from './dom.js'

/** A button that copies a text, or what a function gives. */
export function copyButton(text, label = 'Copy', attributes = {}) {
  const button = h('button', { type: 'button', class: 'small', ...attributes, on: { click } }, label)
  async function click() {
    const done = await copy(typeof text === 'function' ? text() : text)
    button.textContent = done ? 'Copied' : 'Not copied'
    announce(done ? `${label}: done` : 'The browser did not allow it: select the text and copy it yourself')
    setTimeout(() => (button.textContent = label), 1600)
  }
  return button
}

/** Puts a text on the clipboard; whether the browser allowed it. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
