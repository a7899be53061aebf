// The arguments of stores, checked: whatever is handed in, it is read before the first await.

import { Cid } from '../cid.js'
import { type Did, didOf } from '../did.js'
import { bad } from '../errors.js'
import { Delegation, Receipt, Revocation, isToken } from '../tokens.js'
import { listOf, optionsOf, textOf } from '../value.js'
import type { Kept, PageOptions, Quota } from './store.js'

/** What a page holds at most where nothing is said. */
const USUAL_PAGE = 100
/** More than this no list in JavaScript holds. */
const LARGEST_PAGE = 2 ** 32 - 3

/** That something is a token of that class. */
function token<T extends object>(name: string, value: T, type: Function & { readonly prototype: T }): T {
  return value instanceof type && isToken(value) ? value : bad(name, 'a token of another kind')
}

export function delegations(name: string, tokens: readonly Delegation[]): Delegation[] {
  return listOf(name, tokens, (it) => token(name, it, Delegation))
}

export function kept(value: Kept): { revocation: Revocation; delegations: Delegation[] } {
  const { revocation, delegations: tokens } = optionsOf('kept', value)
  return { revocation: token('revocation', revocation, Revocation), delegations: delegations('delegations', tokens) }
}

export function receipt(value: Receipt): Receipt {
  return token<Receipt>('receipt', value, Receipt)
}

/** A CID as stores write it: base58btc. Those of tokens are all of one length, so that they sort as their bytes. */
export function cid(name: string, value: Cid | string): string {
  if (typeof value !== 'string' && !(value instanceof Cid)) return bad(name, 'a CID')
  return Cid.parse(value).toString()
}

/** A DID that things are looked for by. Nothing is kept under one that is none. */
export function did(name: string, value: Did | undefined): Did {
  return typeof value === 'string' && value.startsWith('did:') ? value : bad(name, 'a DID')
}

export function pairs(
  value: readonly { readonly delegation: Cid | string; readonly by: Did }[],
): [cid: string, did: Did][] {
  return listOf('pairs', value, (pair) => {
    const { delegation, by } = optionsOf('pairs', pair)
    return [cid('delegation', delegation), did('by', by)]
  })
}

export function quota(value: Quota | undefined): Quota | undefined {
  if (value === undefined) return undefined
  const { each, all } = optionsOf('quota', value)
  return { each: whole('each', each, 0), all: whole('all', all, 0) }
}

export function most(value = USUAL_PAGE): number {
  return Math.min(whole('most', value, 1), LARGEST_PAGE)
}

function whole(name: string, value: number, least: number): number {
  return Number.isInteger(value) && value >= least ? value : bad(name, `a whole number from ${least} up`)
}

export function page(options: PageOptions = {}): { after: string | undefined; most: number } {
  const { after, most: size } = optionsOf('options', options)
  return { after: after === undefined ? after : textOf('after', after), most: most(size) }
}

export function naming(name: string, whom: Did | undefined): [name: string, whom: Did | undefined] {
  return [textOf('name', name), whom === undefined ? whom : didOf('did', whom)]
}
