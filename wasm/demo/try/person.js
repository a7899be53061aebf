// Someone in this tab: a key that no script can read, and a store of what was given to and by them.

import { Agent, IndexedDbStore, KeyStore, MemoryStore } from '../library.js'

const KEYS = 'allod-demo-keys'
const database = (name) => `allod-demo-${name}`

/** Who one is: a name as it is shown, and the key that it has in the browser's database. */
export function personOf(name) {
  const shown = [...name.trim()].slice(0, 20).join('')
  return { name: shown[0].toUpperCase() + shown.slice(1), slug: shown.toLowerCase() }
}

/** Opens what is kept for a person; `agent` is not there before there is an identity. */
export async function openPerson({ name, slug }) {
  const keys = await KeyStore.open(KEYS)
  const [store, stored] = await openStore(slug)
  const person = { name, slug, keys, store, lasts: keys.persistent && stored }
  return withKey(person, await keys.get(slug))
}

/** Makes an identity, or finds the one that another tab has just made. */
export async function makeIdentity(person) {
  return withKey(person, await person.keys.generate(person.slug))
}

/** Forgets a person: the key, and all that was kept. */
export async function forget(person) {
  await person.keys.delete(person.slug)
  person.store.close?.()
  person.keys.close()
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(database(person.slug))
    request.onsuccess = request.onerror = request.onblocked = resolve
  })
}

function withKey(person, signer) {
  return signer ? { ...person, signer, did: signer.did, agent: new Agent({ signer, store: person.store }) } : person
}

async function openStore(slug) {
  try {
    return [await IndexedDbStore.open(database(slug)), true]
  } catch (error) {
    if (error.code !== 'unavailable') throw error
    return [new MemoryStore(), false]
  }
}
