// What a store is. The semantics are those of core/src/store/mod.rs; test/store-suite.mjs holds every store to them.

import type { Cid } from '../cid.js'
import type { Did } from '../did.js'
import type { Time } from '../time.js'
import type { Delegation, Receipt, Revocation } from '../tokens.js'

/** Which delegations are asked for. */
export type Query = {
  /** Whose: those given *to* this audience, or those issued *by* this issuer. */
  readonly end: { readonly to: Did } | { readonly by: Did }
  /**
   * About whom: whomever; the powerlines, which are about whomever the delegation before them is about; or one subject,
   * and no other.
   */
  readonly about: 'anyone' | 'powerlines' | { readonly subject: Did }
}

/** A part of a listing. */
export type Page<T> = {
  /** What there is. */
  items: T[]
  /**
   * Where the next part begins; absent at the end. It means something to the store that gave it and for the same
   * query, and stays good when what it points at is removed.
   */
  next?: string
}

/** Which part of a listing is asked for. */
export type PageOptions = {
  /** Where to begin: `next` of the page before. The beginning, if absent. */
  readonly after?: string | undefined
  /** At most so many, from 1 up; 100 if absent. */
  readonly most?: number | undefined
}

/** How many revocations are kept of what nobody here is the subject of: whole numbers. */
export type Quota = {
  /** With the authority of any one subject. */
  readonly each: number
  /** In all. */
  readonly all: number
}

/** Ten thousand of each subject, a million in all. */
export const USUAL_QUOTA: Quota = /* @__PURE__ */ Object.freeze({ each: 10_000, all: 1_000_000 })

/** A revocation, with what it takes to verify it elsewhere. */
export type Kept = {
  /** What it says. */
  readonly revocation: Revocation
  /** The delegations of its proofs and its path, and the revoked one, as far as they are at hand. */
  readonly delegations: readonly Delegation[]
}

/** What became of a revocation: it is kept, it was known, or the quota is used up and nothing that was there was lost. */
export type Added = 'new' | 'known' | 'over-quota'

/** How much was forgotten. */
export type Swept = { delegations: number; revocations: number; receipts: number }

/**
 * What is remembered: delegations, revocations, receipts, and names for people.
 *
 * {@link MemoryStore} keeps it while the page lives, {@link IndexedDbStore} in the browser's database. Write another by
 * implementing this. What a promise says is kept is kept: a store that lives on a disk has written it before the promise
 * resolves. Each call is one step: it happens whole or not at all, whatever other tabs do meanwhile.
 *
 * A store takes what it is handed on trust. Delegations and receipts that come out are verified again before they
 * count. Revocations are taken at the store's word: verify one before it goes in, and let nobody else write there.
 *
 * Every call rejects with a `StoreError` when the store does not answer or could not keep something, and with an
 * `ArgumentError` when it is handed something else than it asks for.
 */
export interface Store {
  /** Keeps delegations, all or none; answers how many of them were not known. */
  putDelegations(tokens: readonly Delegation[]): Promise<number>

  /** The delegation of that CID. */
  delegation(cid: Cid | string): Promise<Delegation | undefined>

  /**
   * Delegations, in parts. Those from one end about one subject come with the latest end first, unending ones before
   * all; otherwise in any order that stays the same.
   */
  delegations(query: Query, options?: PageOptions): Promise<Page<Delegation>>

  /** Forgets a delegation; whether it was there. That revokes nothing. */
  removeDelegation(cid: Cid | string): Promise<boolean>

  /**
   * Keeps a revocation that was verified, with what proves and witnesses it. With a quota, only while that is not used
   * up; those that were kept without one do not count, and one that counted and is put again without one counts no
   * longer. Known is one of the same delegation with the same subject's authority.
   */
  putRevocation(kept: Kept, quota?: Quota): Promise<Added>

  /** Of each pair, whether `by` is known to have revoked the delegation. When it rejects, nobody can tell: allow nothing. */
  areRevoked(pairs: readonly { readonly delegation: Cid | string; readonly by: Did }[]): Promise<boolean[]>

  /** The revocations that are kept, in parts, in an order that stays the same. */
  revocations(options?: PageOptions): Promise<Page<Kept>>

  /** Keeps a receipt; whether it was not known. */
  putReceipt(receipt: Receipt): Promise<boolean>

  /** The receipt of that CID. */
  receipt(cid: Cid | string): Promise<Receipt | undefined>

  /**
   * At most `most` receipts (100 if absent) of a task by one issuer. Whoever knows a task can sign receipts of it: those
   * of others stand in nobody's way.
   */
  receiptsOf(task: Cid | string, issuer: Did, most?: number): Promise<Receipt[]>

  /** When the revocations were last brought up to date, in seconds since the epoch. */
  syncedAt(): Promise<number | undefined>

  /** Says that the revocations are up to date as of `time`: after a sync with a source that knows of them all. */
  setSyncedAt(time: Time): Promise<void>

  /** Calls a DID by a name, instead of whatever had that name; `undefined` forgets the name. */
  setName(name: string, did: Did | undefined): Promise<void>

  /** All names, sorted as JavaScript sorts strings. */
  names(): Promise<Map<string, Did>>

  /**
   * Forgets what ended before `time`: delegations, receipts, and revocations of delegations that are known to have
   * ended, an hour longer for clocks that differ. A revocation of a delegation that never ends, or that nobody here has seen, is
   * never forgotten.
   */
  sweep(before: Time): Promise<Swept>
}
