/** The core's searches, driven over a store that answers in its own time. */

import { RawMachine } from 'allod-glue'
import { Cid } from './cid.js'
import { type Command, type Did, type Documents, documentsOf } from './did.js'
import { type Miss, StoreError, bad } from './errors.js'
import { call } from './raw.js'
import { answerOf, storeOf } from './store/answers.js'
import type { Query, Store } from './store/store.js'
import { type Time, maybeSeconds, present } from './time.js'
import { type Arguments, Delegation, tokenBytes } from './tokens.js'
import { decode, encode, optionsOf, strictOf } from './value.js'

/** What a chain is looked for to do. */
export interface Goal {
  /** Who would invoke. */
  readonly invoker: Did
  /** On whose behalf. */
  readonly subject: Did
  /** Which command. */
  readonly command: Command
  /** With which arguments; without any, policies are not looked at. */
  readonly arguments?: Arguments | undefined
  /** When: now, if absent. */
  readonly at?: Time | undefined
  /** By how many seconds clocks may differ: 60, if absent. */
  readonly tolerance?: number | undefined
  /** Documents of the DIDs that need one. */
  readonly documents?: Documents | undefined
  /** What DIDs are called, for the words in which it is said what came nearest. */
  readonly names?: ReadonlyMap<string, Did> | undefined
}

/** What came of a search. */
export type Found =
  | {
      /** The best chain, root first: of those with the fewest links one that ends last. Each is verified. */
      readonly chain: Delegation[]
    }
  | {
      /** There is none; and what came nearest. */
      readonly miss: Miss
    }

/**
 * Looks for the best chain in a store.
 * @throws {StoreError} when the store does not answer; with the code `budget-exceeded` when there is too much to look through.
 */
export async function findChain(store: Store, goal: Goal): Promise<Found> {
  storeOf(store)
  const { invoker, subject, command, arguments: args, at, tolerance, documents, names } =
    strictOf('goal', goal, 'invoker subject command arguments at tolerance documents names')
  if (names !== undefined && !(names instanceof Map)) return bad('names', 'a Map')
  const question = {
    invoker, subject, command, arguments: args, at: maybeSeconds('at', at) ?? present(), tolerance,
    documents: documentsOf(documents), names: [...(names ?? [])].map(([name, did]) => [did, name]),
  }
  return foundOf(await drive(machineOf('search', question), store))
}

/** What came of a search, out of the core's answer. @internal */
export function foundOf(done: { chain?: Uint8Array[]; miss?: RawMiss; outOfBudget?: number }): Found {
  const { chain, miss, outOfBudget } = optionsOf('done', done)
  if (chain) return { chain: chain.map((bytes) => Delegation.parse(bytes)) }
  if (!miss) {
    throw new StoreError('budget-exceeded', `the search was given up after ${outOfBudget} steps: there is too much of what leads nowhere`)
  }
  const [words, gap, held, until, flaws] = miss
  return {
    miss: {
      words, gap, held, until,
      flaws: flaws.map(([delegation, issuer, audience, reason]) => ({ delegation: Cid.checked(delegation), issuer, audience, reason })),
    },
  }
}

type RawMiss = [string, Miss['gap'], Command | null, number | null, [Uint8Array, Did, Did, Miss['flaws'][number]['reason']][]]

type Ask = {
  to?: Did | null; by?: Did | null; about?: string; after?: string | null; most?: number
  revoked?: [Uint8Array, Did][]; tokens?: Uint8Array[]
  put?: { revocation: Uint8Array; delegations: Uint8Array[]; quota: [number, number] | null }
}

/** A flow of the core. @internal */
export function machineOf(what: string, question: object): RawMachine {
  const asked = encode(question, what)
  return call(() => new RawMachine(asked))
}

type Put = (ask: NonNullable<Ask['put']>) => Promise<string>

/** Steps a machine of the core until it is done, and gives what came of it and its memory back. @internal */
export async function drive<T>(machine: RawMachine, store: Store, put?: Put): Promise<T> {
  try {
    return await run<T>(machine, store, put)
  } finally {
    machine.free()
  }
}

/** The same for a machine that is still needed. @internal */
export async function run<T>(machine: RawMachine, store: Store, put?: Put): Promise<T> {
  let told: Uint8Array | undefined
  for (;;) {
    const ask = optionsOf('ask', decode(call(() => machine.step(told))) as Ask & { done?: T })
    if (ask.done !== undefined) return ask.done
    told = encode(await answerOf(() => answer(ask, store, put)))
  }
}

async function answer(ask: Ask, store: Store, put?: Put): Promise<object> {
  if (ask.revoked) {
    const pairs = ask.revoked.map(([cid, by]) => ({ delegation: Cid.checked(cid), by }))
    return { revoked: await store.areRevoked(pairs) }
  }
  if (ask.tokens) {
    const tokens = await Promise.all(ask.tokens.map((cid) => store.delegation(Cid.checked(cid))))
    return { tokens: tokens.map((token) => (token ? tokenBytes('token', token) : null)) }
  }
  if (ask.put && put) return { added: await put(ask.put) }
  const end: Query['end'] = ask.to ? { to: ask.to } : { by: ask.by! }
  const about: Query['about'] = ask.about === 'anyone' || ask.about === 'powerlines' ? ask.about : { subject: ask.about as Did }
  const page = await store.delegations({ end, about }, { after: ask.after ?? undefined, most: ask.most })
  return { delegations: page.items.map((token) => tokenBytes('token', token)), next: page.next }
}
