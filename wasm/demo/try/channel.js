// From tab to tab of one browser. What comes is looked at as if a stranger had sent it.

import { readDid } from '../library.js'

const CHANNEL = 'allod-demo'
const [EVERY, GONE] = [8_000, 30_000]

/** Who is there in other tabs, and a way to send them something. `on` hears: `people()`, `parcel(text, from)`, `changed()`. */
export class Line {
  #channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(CHANNEL)
  #people = new Map()
  #me
  #on

  constructor(on) {
    this.#on = on
    if (!this.#channel) return
    this.#channel.onmessage = ({ data }) => this.#hear(data)
    addEventListener('pagehide', () => this.#say({ kind: 'bye' }))
    addEventListener('pageshow', () => this.#say({ kind: 'who' }))
    setInterval(() => this.#look(), EVERY)
    this.#say({ kind: 'who' })
  }

  /** Says who is in this tab. */
  enter(me) {
    if (this.#me && this.#me.did !== me?.did) this.#say({ kind: 'bye' })
    this.#me = me
    this.#say({ kind: 'here' })
    this.#say({ kind: 'who' })
  }

  /** The people in other tabs. */
  get people() {
    return [...this.#people.values()].filter(({ did }) => did !== this.#me?.did)
  }

  /** Whether that one is in another tab. */
  has(did) {
    return this.people.some((person) => person.did === did)
  }

  /** Sends a text to someone in another tab. */
  send(to, text) {
    this.#say({ kind: 'parcel', to, text })
  }

  /** Tells other tabs of the same person that something changed. */
  changed() {
    this.#say({ kind: 'changed' })
  }

  #say(message) {
    if (message.kind !== 'who' && !this.#me) return
    this.#channel?.postMessage({ name: this.#me?.name, did: this.#me?.did, ...message })
  }

  #look() {
    this.#say({ kind: 'who' })
    for (const [did, { seen }] of this.#people) if (Date.now() - seen > GONE) this.#people.delete(did) && this.#on.people()
  }

  #hear(message) {
    if (message === null || typeof message !== 'object') return
    const { kind, name, did, to, text } = message
    if (kind === 'who') return this.#say({ kind: 'here' })
    if (!isDid(did) || typeof name !== 'string' || name.length > 40) return
    if (kind === 'here') {
      const known = this.#people.has(did)
      this.#people.set(did, { name, did, seen: Date.now() })
      if (!known) this.#on.people()
    }
    if (kind === 'bye' && this.#people.delete(did)) this.#on.people()
    if (kind === 'changed' && did === this.#me?.did) this.#on.changed()
    if (kind === 'parcel' && to === this.#me?.did && typeof text === 'string' && text.length < 3_000_000)
      this.#on.parcel(text, { name, did })
  }
}

function isDid(did) {
  try {
    return readDid(did) !== undefined
  } catch {
    return false
  }
}
