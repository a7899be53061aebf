// Which tokens of an input belong together, in what order, and how each of them fares.

import * as allod from '../library.js'

/** So many delegations are drawn: a chain of more is refused anyway. */
export const MOST_DRAWN = 24

/** The tokens in reading order: invocations first, each with the proofs it names, root first; then what nothing names. */
export function inOrder(items) {
  const ordered = items.filter(({ token }) => token instanceof allod.Invocation)
  const rest = items.filter((item) => !ordered.includes(item))
  for (const cid of ordered.flatMap(({ token }) => [...token.proofs])) {
    const at = rest.findIndex(({ entry }) => entry.cid.equals(cid))
    if (at >= 0) ordered.push(...rest.splice(at, 1))
  }
  // Of the rest, who was given something stands below who gave it. Only so many: it takes the cube of their number.
  const gave = (above, below) =>
    above.token instanceof allod.Delegation
    && below.token instanceof allod.Delegation
    && above !== below
    && above.token.audience === below.token.issuer
  while (rest.length > 0 && rest.length <= 64) {
    const at = rest.findIndex((item) => !rest.some((other) => gave(other, item)))
    if (at < 0) break
    ordered.push(...rest.splice(at, 1))
  }
  return [...ordered, ...rest]
}

/** The steps of a picture: from whom to whom, and what. A `null` token is a proof that is not there. */
export function steps(items, invocation) {
  const delegations = items.filter(({ token }) => token instanceof allod.Delegation)
  if (!invocation) return delegations.slice(0, MOST_DRAWN).map(({ token }) => ({ token, link: null }))
  const links = invocation.proofs
    .slice(0, MOST_DRAWN)
    .map((cid, link) => ({ cid, link, token: delegations.find(({ entry }) => entry.cid.equals(cid))?.token ?? null }))
  return [...links, { token: invocation, link: null, asks: true }]
}

/** What the rules made of each link (`null`: the invocation): `failed` with the first finding, `passed`, or `not-reached`. */
export function fates(trace, denial) {
  const fates = new Map()
  for (const { link, outcome, finding } of trace) {
    const before = fates.get(link)
    if (before?.outcome === 'failed') continue
    if (outcome === 'failed') fates.set(link, { outcome, finding })
    else if (outcome === 'not-reached') fates.set(link, { outcome })
    else if (!before) fates.set(link, { outcome })
  }
  // What decides is shown, whatever else failed there.
  if (denial) fates.set(denial.link, { outcome: 'failed', finding: denial })
  return fates
}
