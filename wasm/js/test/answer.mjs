// What the package answers to a vector, in the form in which vectors expect it. Runs in Node and in browsers.

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

export function answer({ Authorizer, Invocation }, one) {
  const known = one.known ?? {}
  const pairs = (list) => (list ?? []).map(({ delegation, by }) => ({ delegation, by }))
  const authorizer = new Authorizer({
    executor: one.executor,
    subjects: one.subjects ?? 'danger-any',
    acceptLeafFirst: known.leaf_first === true,
  })
  const evidence = {
    now: one.at,
    tolerance: one.skew,
    revocations: pairs(known.revoked),
    unavailable: pairs(known.unavailable),
    documents: Object.fromEntries((known.documents ?? []).map(({ did, json }) => [did, json])),
    proofs: (one.tokens ?? []).map(bytes),
    received: (one.revoked ?? []).map(bytes),
  }
  const decision = one.container === undefined
    ? authorizer.decide({ invocation: bytes(one.invocation) }, evidence)
    : authorizer.decide(bytes(one.container), evidence)
  const { ignored } = decision.ok ? decision.grant : decision.denial
  const said = decision.ok
    ? { decision: 'allow', chain: decision.grant.chain.map((link) => link.cid.toString()), until: decision.grant.until }
    : { decision: 'deny', code: decision.denial.code, link: decision.denial.link }
  if (ignored.length > 0) {
    said.ignored = ignored.map(({ index, cid, code }) => ({ index, cid: cid === null ? null : cid.toString(), code }))
  }
  return said
}
