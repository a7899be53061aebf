// What every store does with its tables.

import type { Cid } from '../cid.js'
import type { Did } from '../did.js'
import { type Time, dateOf, secondsOf } from '../time.js'
import type { Delegation, Receipt } from '../tokens.js'
import * as check from './check.js'
import { bad } from '../errors.js'
import { fault } from './fault.js'
import { delegationsOf, paged, revocationAt } from './listing.js'
import {
  type Rows, delegationOf, delegationRow, receiptOf, receiptRow, revocationOf, witnessOf,
} from './rows.js'
import type { Added, Kept, Page, PageOptions, Query, Quota, Store, Swept } from './store.js'
import { type Key, type Run, type Table, type Transactions, end, taken } from './table.js'
import { optionsOf } from '../value.js'

/** Whoever takes clocks to differ by less still finds delegations revoked that have just ended. */
const LONGEST_TOLERANCE = 3600
/** The quota of all subjects is counted under this. */
const ALL = ''
/** The row of `meta` with the time of the last sync. */
const SYNCED = 'synced'

/** A store over tables, wherever those are; what the calls promise is said at {@link Store}. Made as a {@link MemoryStore} or an {@link IndexedDbStore}. */
export abstract class TableStore implements Store {
  readonly #read: Run<Rows>
  readonly #change: Run<Rows>

  /** @internal */
  constructor(transactions: Transactions<Rows>) {
    const { read, change } = optionsOf('transactions', transactions)
    this.#read = read
    this.#change = change
  }

  async putDelegations(tokens: readonly Delegation[]): Promise<number> {
    const rows = check.delegations('tokens', tokens).map(delegationRow)
    return this.#change(async ({ delegations, revocations }) => {
      let unknown = 0
      for (const row of rows) {
        if (await delegations.get([row.cid])) continue
        unknown++
        delegations.put(row)
        // From now on it is known when its revocations may be forgotten.
        const of = [row.cid]
        for (const held of await revocations.list('', of, end(of))) revocations.put({ ...held, ends: row.ends })
      }
      return unknown
    })
  }

  async delegation(cid: Cid | string): Promise<Delegation | undefined> {
    const key = [check.cid('cid', cid)]
    const row = await this.#read(({ delegations }) => delegations.get(key))
    return row && delegationOf(row)
  }

  async delegations(query: Query, options?: PageOptions): Promise<Page<Delegation>> {
    const { after: cursor, most } = check.page(options)
    const { index, prefix, after } = delegationsOf(query, cursor)
    const rows = await this.#read(({ delegations }) => delegations.list(index, after, end(prefix), most + 1))
    const page = paged(rows, most, (row) => [index, row[index], row.about, row.order, row.cid])
    return { ...page, items: page.items.map(delegationOf) }
  }

  async removeDelegation(cid: Cid | string): Promise<boolean> {
    const key = [check.cid('cid', cid)]
    return this.#change(({ delegations }) => taken(delegations, key))
  }

  async putRevocation(kept: Kept, quota?: Quota): Promise<Added> {
    const { revocation, delegations: tokens } = check.kept(kept)
    const limit = check.quota(quota)
    const { subject, bytes } = revocation
    const revoked = revocation.revoked.toString()
    const named = new Map(tokens.map(delegationRow).map((row) => [row.cid, row]))
    const row = { revoked, subject, bytes, delegations: [...named.keys()], counted: limit !== undefined }
    return this.#change(async ({ revocations, witnesses, counts, delegations }) => {
      const known = await revocations.get([revoked, subject])
      if (known) {
        // Known to be wanted, it counts no longer.
        if (known.counted && !limit) {
          revocations.put({ ...known, counted: false })
          await recount(counts, [ALL, subject], -1)
        }
        return 'known'
      }
      if (limit) {
        const used = async (of: string) => (await counts.get([of]))?.count ?? 0
        if ((await used(ALL)) >= limit.all || (await used(subject)) >= limit.each) return 'over-quota'
        await recount(counts, [ALL, subject], 1, (subject) => ({ subject, count: 0 }))
      }
      const target = named.get(revoked) ?? (await delegations.get([revoked]))
      revocations.put({ ...row, ends: target?.ends })
      const witness = (cid: string) => ({ cid, bytes: (named.get(cid) as Rows['delegations']).bytes, count: 0 })
      await recount(witnesses, named.keys(), 1, witness)
      return 'new'
    })
  }

  async areRevoked(pairs: readonly { readonly delegation: Cid | string; readonly by: Did }[]): Promise<boolean[]> {
    const keys = check.pairs(pairs)
    const rows = await this.#read(({ revocations }) => Promise.all(keys.map((key) => revocations.get(key))))
    return rows.map((row) => row !== undefined)
  }

  async revocations(options?: PageOptions): Promise<Page<Kept>> {
    const { after, most } = check.page(options)
    const from = revocationAt(after)
    return this.#read(async ({ revocations, witnesses }) => {
      const witness = async (cid: string) => witnessOf(await witnesses.get([cid]))
      const page = paged(await revocations.list('', from, end([]), most + 1), most, ({ revoked, subject }) => [revoked, subject])
      const items = page.items.map(async (row) => ({
        revocation: revocationOf(row),
        delegations: await Promise.all(row.delegations.map(witness)),
      }))
      return { ...page, items: await Promise.all(items) }
    })
  }

  async putReceipt(receipt: Receipt): Promise<boolean> {
    const row = receiptRow(check.receipt(receipt))
    return this.#change(async ({ receipts }) => {
      const known = await receipts.get([row.cid])
      if (!known) receipts.put(row)
      return !known
    })
  }

  async receipt(cid: Cid | string): Promise<Receipt | undefined> {
    const key = [check.cid('cid', cid)]
    const row = await this.#read(({ receipts }) => receipts.get(key))
    return row && receiptOf(row)
  }

  async receiptsOf(task: Cid | string, issuer: Did, most?: number): Promise<Receipt[]> {
    const of = [check.cid('task', task), check.did('issuer', issuer)]
    const size = check.most(most)
    const rows = await this.#read(({ receipts }) => receipts.list('task', of, end(of), size))
    return rows.map(receiptOf)
  }

  async syncedAt(): Promise<number | undefined> {
    const row = await this.#read(({ meta }) => meta.get([SYNCED]))
    return row?.value
  }

  async setSyncedAt(time: Time): Promise<void> {
    const value = secondsOf('time', time)
    return this.#change(async ({ meta }) => meta.put({ name: SYNCED, value }))
  }

  async setName(name: string, did: Did | undefined): Promise<void> {
    const [key, whom] = check.naming(name, did)
    return this.#change(async ({ names }) =>
      whom === undefined ? names.delete([key]) : names.put({ name: key, did: whom }),
    )
  }

  async names(): Promise<Map<string, Did>> {
    const rows = await this.#read(({ names }) => names.list('', [], end([])))
    return new Map(rows.map(({ name, did }) => [name, did]))
  }

  async sweep(before: Time): Promise<Swept> {
    const time = dateOf('before', before) ?? bad('before', 'a time')
    return this.#change(async ({ delegations, revocations, receipts, witnesses, counts }) => {
      const revoking = await ended(revocations, ({ revoked, subject }) => [revoked, subject], time - LONGEST_TOLERANCE)
      const counted = revoking.filter((row) => row.counted).flatMap(({ subject }) => [ALL, subject])
      await recount(counts, counted, -1)
      await recount(witnesses, revoking.flatMap((row) => row.delegations), -1)
      return {
        delegations: (await ended(delegations, ({ cid }) => [cid], time)).length,
        revocations: revoking.length,
        receipts: (await ended(receipts, ({ cid }) => [cid], time)).length,
      }
    })
  }
}

/** Takes out what ended before `time`. */
async function ended<R>(table: Table<R>, key: (row: R) => Key, time: number): Promise<R[]> {
  const rows = await table.list('ends', [], [time])
  for (const row of rows) table.delete(key(row))
  return rows
}

/** One more of each, or one fewer; a row whose count is nothing is not there. */
async function recount<R extends { count: number }>(
  table: Table<R>,
  keys: Iterable<string>,
  by: 1 | -1,
  fresh?: (key: string) => R,
): Promise<void> {
  for (const key of keys) {
    const row = (await table.get([key])) ?? fresh?.(key)
    const count = (row?.count ?? 0) + by
    if (!row || count < 0) throw fault('damaged', 'miscounted')
    if (count > 0) table.put({ ...row, count })
    else table.delete([key])
  }
}
