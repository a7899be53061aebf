// Making elements. Whatever text comes in here comes out as text, with what does not show escaped.

import { plain } from './plain.js'

const SVG = 'http://www.w3.org/2000/svg'

/**
 * An element: attributes by their names, `on` for listeners, `class`, and `value`, `checked`, `open`, `disabled`, `hidden` as they are.
 * What is undefined, null or false is left out.
 */
export function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children)
}

/** The same for pictures. */
export function s(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children)
}

/** Whether a `details` was open when it was made. */
const begun = new WeakMap()

const PROPERTIES = new Set(['value', 'checked', 'open', 'disabled', 'hidden', 'readOnly', 'required', 'selected'])

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener)
    else if (value === undefined || value === null || value === false) continue
    else if (PROPERTIES.has(name)) element[name] = value
    else element.setAttribute(name, value === true ? '' : plain(value))
  }
  if (element.localName === 'details') begun.set(element, element.open)
  return append(element, children)
}

/** Appends elements and texts; lists are opened up, and nothing stays nothing. */
export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue
    element.append(child instanceof Node ? child : plain(child))
  }
  return element
}

/**
 * Puts other children in the place of what is there. What has the focus keeps it, and what someone opened or closed stays so,
 * where the new children have an element with the same `data-key`.
 */
export function replace(element, ...children) {
  const active = element.contains(document.activeElement) ? document.activeElement.closest('[data-key]')?.dataset.key : undefined
  const turned = [...element.querySelectorAll('details[data-key]')]
    .filter((it) => it.open !== begun.get(it))
    .map((it) => [it.dataset.key, it.open])
  const opened = new Map(turned)
  element.replaceChildren()
  append(element, children)
  for (const it of element.querySelectorAll('details[data-key]')) if (opened.has(it.dataset.key)) it.open = opened.get(it.dataset.key)
  if (active === undefined) return
  const same = [...element.querySelectorAll('[data-key]')].find((it) => it.dataset.key === active)
  const target = same?.matches('details') ? same.querySelector('summary') : same
  target?.focus({ preventScroll: true })
}

/** The element of that id, which the page has. */
export const byId = (id) => document.getElementById(id)

let saying

/** Tells those who listen to the page, and do not see it. */
export function announce(text) {
  clearTimeout(saying)
  const region = byId('status')
  region.textContent = ''
  // A region that is emptied and filled at once says nothing where the text is the same as before.
  saying = setTimeout(() => (region.textContent = plain(text)), 60)
}

/** Calls something once things have been quiet for a moment. */
export function later(work, milliseconds = 150) {
  let timer
  return () => {
    clearTimeout(timer)
    timer = setTimeout(work, milliseconds)
  }
}
