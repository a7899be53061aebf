// The page: what there is to do, as tabs.

import { init } from './library.js'
import { byId } from './common/dom.js'
import * as inspect from './inspect/page.js'
import { open as openTry } from './try/page.js'

const NAMES = ['inspect', 'try']

function show(name, focus = false, byHand = true) {
  for (const other of NAMES) {
    const tab = byId(`tab-${other}`)
    const chosen = other === name
    tab.setAttribute('aria-selected', String(chosen))
    tab.tabIndex = chosen ? 0 : -1
    byId(other).hidden = !chosen
    if (chosen && focus) tab.focus()
  }
  // Not while the page loads: Tab would begin there, and pass over what stands before.
  if (byHand) history.replaceState(null, '', `#${name}`)
}

function tabs() {
  for (const [at, name] of NAMES.entries()) {
    const tab = byId(`tab-${name}`)
    tab.addEventListener('click', () => show(name))
    tab.addEventListener('keydown', (event) => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: NAMES.length - 1 }[event.key]
      if (to === undefined) return
      event.preventDefault()
      show(NAMES[(to + NAMES.length) % NAMES.length], true)
    })
  }
  const as = new URLSearchParams(location.search).get('as')
  show(location.hash === '#try' || (as && location.hash !== '#inspect') ? 'try' : 'inspect', false, false)
}

/** Shows a text in the inspector. */
function inspectText(text) {
  show('inspect')
  inspect.put(text)
  byId('input').focus()
}

tabs()
try {
  await init()
  byId('loading').hidden = true
  inspect.start()
  await openTry({ inspect: inspectText })
  document.documentElement.dataset.ready = 'yes'
} catch (error) {
  byId('loading').hidden = false
  byId('loading').textContent = `The library could not be loaded: ${error.message}`
  console.error(error)
}
