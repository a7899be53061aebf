// What a store keeps, row by row.
//
// Tokens are kept as their bytes. What stands beside them is there to be found by; it is held against the parsed token whenever
// one comes out. CIDs are written in base58btc: those of tokens are all of one length, so that they sort as their bytes.
//
// To change the database: raise VERSION. New tables go into SHAPES, and are made where they are missing. For a new index, or where
// rows change, say in `migrate` (database.ts) what becomes of what is there, in the same transaction; never change what an older
// version was made of. Other tabs with the older version let go of the database then, and say so; a page of an older version refuses
// a newer database. Add a test that opens one of each older version.

import type { Did } from '../did.js'
import { ArgumentError, TokenError } from '../errors.js'
import { Delegation, Receipt, Revocation } from '../tokens.js'
import { fault } from './fault.js'
import type { Shapes } from './table.js'

/** The version of the database: 1 is what stands here. */
export const VERSION = 1

export type Rows = {
  delegations: {
    cid: string
    bytes: Uint8Array
    to: Did
    by: Did
    /** The subject; '' for a powerline. */
    about: string
    /** The end, negated, so that the latest comes first; -Infinity if it never ends. */
    order: number
    /** The end; not there, and in no index, if it never ends. So below. */
    ends?: number | undefined
  }
  revocations: {
    revoked: string
    subject: Did
    bytes: Uint8Array
    /** The CIDs of what proves and witnesses it. */
    delegations: string[]
    /** It counts against the quotas. */
    counted: boolean
    /** When the revoked delegation ends, where that is known. */
    ends?: number | undefined
  }
  /** What proves and witnesses revocations, once each, and how many name it. */
  witnesses: { cid: string; bytes: Uint8Array; count: number }
  /** How many revocations of a subject, or '' for all, count against the quotas. */
  counts: { subject: string; count: number }
  receipts: { cid: string; bytes: Uint8Array; task: string; issuer: Did; ends?: number | undefined }
  names: { name: string; did: Did }
  /** `synced`: when the revocations were brought up to date. */
  meta: { name: string; value: number }
}

export const SHAPES: Shapes<Rows> = {
  delegations: { '': 'cid', to: 'to about order cid', by: 'by about order cid', ends: 'ends cid' },
  revocations: { '': 'revoked subject', ends: 'ends revoked subject' },
  witnesses: { '': 'cid' },
  counts: { '': 'subject' },
  receipts: { '': 'cid', task: 'task issuer cid', ends: 'ends cid' },
  names: { '': 'name' },
  meta: { '': 'name' },
}

export function delegationRow({ cid, bytes, issuer, audience, subject, expires }: Delegation): Rows['delegations'] {
  // Not -0, which does not come back from a cursor as it went.
  const order = expires === null ? -Infinity : 0 - expires
  return { cid: cid.toString(), bytes, to: audience, by: issuer, about: subject ?? '', order, ends: expires ?? undefined }
}

export function receiptRow({ cid, bytes, ran, issuer, expires }: Receipt): Rows['receipts'] {
  return { cid: cid.toString(), bytes, task: ran.toString(), issuer, ends: expires ?? undefined }
}

/** A token as it was kept: parsed anew, and the one that has this row. */
function parsed<R extends { bytes: Uint8Array }, T>(
  row: R | undefined,
  parse: (bytes: Uint8Array) => T,
  rowOf: (token: T) => Partial<R>,
): T {
  try {
    const token = parse(row?.bytes as Uint8Array)
    const due = { ...row, ...rowOf(token) }
    if (Object.keys(due).every((field) => field === 'bytes' || due[field as keyof R] === row?.[field as keyof R])) return token
  } catch (error) {
    // Anything else says nothing of the bytes.
    if (!(error instanceof TokenError || error instanceof ArgumentError)) throw error
  }
  throw fault('damaged', 'a token is none, or another')
}

export const delegationOf = (row: Rows['delegations']): Delegation => parsed(row, Delegation.parse, delegationRow)

export const receiptOf = (row: Rows['receipts']): Receipt => parsed(row, Receipt.parse, receiptRow)

export const witnessOf = (row: Rows['witnesses'] | undefined): Delegation =>
  parsed(row, Delegation.parse, (token) => ({ cid: token.cid.toString() }))

export const revocationOf = (row: Rows['revocations']): Revocation =>
  parsed(row, Revocation.parse, ({ revoked, subject }) => ({ revoked: revoked.toString(), subject }))
