/** The two answers to an invocation. */

import { Cid } from './cid.js'
import type { Command, Did } from './did.js'
import { bad } from './errors.js'
import type { DenialCode } from './generated.js'
import { type Arguments, Delegation, Invocation, type RawToken, tokenOf } from './tokens.js'
import { decode } from './value.js'

/** A rule of validation, in the order in which faults are reported. */
export type Rule =
  | 'invocation-decodes' | 'invocation-signature' | 'audience' | 'subject-served' | 'invocation-time' | 'chain-length'
  | 'proof-present' | 'proof-decodes' | 'proof-signature' | 'proof-time' | 'proofs-given' | 'root-has-subject' | 'subject'
  | 'root-issuer' | 'alignment' | 'command' | 'promises' | 'policy' | 'revocation' | 'revocation-age' | 'replay'

/** One failed check, explained. */
export interface Finding {
  /** The failure code. */
  readonly code: DenialCode
  /** The rule that failed. */
  readonly rule: Rule
  /** What is wrong, for the one who decides. */
  readonly message: string
  /** What a person can do about it. */
  readonly remedy: string
  /** Where the rule is written down. */
  readonly spec: string
  /** The link at fault, from 0 at the root; `null` for the invocation itself. */
  readonly link: number | null
  /** The CID of the token at fault. */
  readonly cid: Cid | null
  /** What should have been there. */
  readonly expected: string | null
  /** What was there instead. */
  readonly found: string | null
  /** The statement of a policy that is not satisfied. `found` tells of the arguments: it is not for everyone's eyes. */
  readonly policy: { readonly path: string; readonly words: string; readonly selector: string | null; readonly found: string } | null
}

/** One rule held against the invocation or one link of its chain. */
export interface Check {
  /** The rule. */
  readonly rule: Rule
  /** The link, from 0 at the root; `null` for the invocation or the whole chain. */
  readonly link: number | null
  /** How it came out; `not-reached` where something before it failed. */
  readonly outcome: 'passed' | 'failed' | 'not-reached'
  /** What failed. */
  readonly finding?: Finding
}

/** A revocation at hand that takes nothing back from this invocation. */
export interface Ignored {
  /** Which of those at hand: those that were handed over come first, then those of the container. */
  readonly index: number
  /** Its CID. */
  readonly cid: Cid | null
  /** Why: a failure code, `unrelated` or `outsider`. */
  readonly code: DenialCode | 'unrelated' | 'outsider'
  /** The same in words. */
  readonly message: string
}

/** What may be shown to whoever sent the invocation: it tells nothing of tokens that they never sent. */
export interface PublicDenial {
  readonly code: DenialCode
  readonly cid: string | null
  readonly remedy: string
}

type RawFinding = [
  DenialCode, Rule, string, string, string, number | null, Uint8Array | null, string | null, string | null,
  [string, string, string | null, string] | null,
]
type RawDecision = {
  ok: boolean
  invocation: RawToken
  chain: RawToken[]
  until: number | null
  arguments: Arguments
  awaits: [Uint8Array, string][]
  finding: RawFinding
  public: string
  account: Uint8Array
}
type RawAccount = [
  [Rule, number | null, true | null | RawFinding][], Uint8Array[], [number, Uint8Array | null, Ignored['code'], string][],
]

/** Only the core's word makes a grant or a denial. */
const DECIDED = Symbol('decided')

/** Leave to do one thing: what a handler takes as proof that the checks were made. Only `Authorizer.decide` makes one. */
export class Grant<A extends Arguments = Arguments> {
  readonly #raw: RawDecision
  /** The invocation, verified. */
  declare readonly invocation: Invocation<A>
  /** The delegations it rests on, root first, verified; none where the subject itself invoked. */
  declare readonly chain: readonly Delegation[]
  /** With which arguments: results stand in the place of promises, where receipts tell them. */
  readonly arguments: A
  /** The last second at which all of it is valid, without tolerance; `null` if nothing in it ends. */
  readonly until: number | null
  /** The promises of which no receipt tells what to put in their place. Do not execute while there are any. */
  readonly awaits: readonly { readonly task: Cid; readonly branch: 'ok' | 'error' | '*' }[]

  private constructor(key: symbol, raw: RawDecision) {
    if (key !== DECIDED) bad('grant', 'one made by Authorizer.decide')
    this.#raw = raw
    // Read when they are asked for: many ask for neither.
    Object.defineProperty(this, 'invocation', once(() => tokenOf<Invocation<A>>(Invocation, raw.invocation)))
    Object.defineProperty(this, 'chain', once(() => Object.freeze(raw.chain.map((link) => tokenOf<Delegation>(Delegation, link)))))
    this.arguments = raw.arguments as A
    this.until = raw.until
    this.awaits = Object.freeze(raw.awaits.map(([task, branch]) => ({ task: Cid.checked(task), branch: branch as 'ok' | 'error' | '*' })))
    Object.freeze(this)
  }

  /** Who asked. */
  get issuer(): Did {
    return this.invocation.issuer
  }

  /** On whose authority. */
  get subject(): Did {
    return this.invocation.subject
  }

  /** What may be done. */
  get command(): Command {
    return this.invocation.command
  }

  /** Every check that was made, in order. */
  get trace(): readonly Check[] {
    return traceOf(this.#raw)
  }

  /** The revocations at hand that take nothing back from this invocation. */
  get ignored(): readonly Ignored[] {
    return ignoredOf(this.#raw)
  }

  /** Tokens that came along and that nothing refers to. They were not verified and changed nothing. */
  get unused(): readonly Cid[] {
    return unusedOf(this.#raw)
  }
}

/** Why something is not allowed. It has two faces: everything, for the one who decides, and `public()` for the other side. */
export class Denial implements Finding {
  readonly #raw: RawDecision
  readonly code: DenialCode
  readonly rule: Rule
  readonly message: string
  readonly remedy: string
  readonly spec: string
  readonly link: number | null
  readonly cid: Cid | null
  readonly expected: string | null
  readonly found: string | null
  readonly policy: Finding['policy']

  private constructor(key: symbol, raw: RawDecision) {
    if (key !== DECIDED) bad('denial', 'one made by Authorizer.decide')
    this.#raw = raw
    const finding = findingOf(raw.finding)
    this.code = finding.code
    this.rule = finding.rule
    this.message = finding.message
    this.remedy = finding.remedy
    this.spec = finding.spec
    this.link = finding.link
    this.cid = finding.cid
    this.expected = finding.expected
    this.found = finding.found
    this.policy = finding.policy
    Object.freeze(this)
  }

  /** Every check that was made, in order. */
  get trace(): readonly Check[] {
    return traceOf(this.#raw)
  }

  /** The revocations at hand that take nothing back from this invocation. */
  get ignored(): readonly Ignored[] {
    return ignoredOf(this.#raw)
  }

  /** Tokens that came along and that nothing refers to. They were not verified and changed nothing. */
  get unused(): readonly Cid[] {
    return unusedOf(this.#raw)
  }

  /** The part for whoever sent the invocation. */
  public(): PublicDenial {
    return { code: this.code, cid: this.cid && this.cid.toString(), remedy: this.#raw.public }
  }

  toString(): string {
    return `${this.code}: ${this.message}; ${this.remedy}`
  }

  /** The public part. */
  toJSON(): PublicDenial {
    return this.public()
  }
}

/** The answer to an invocation. */
export type Decision<A extends Arguments = Arguments> =
  | { readonly ok: true; readonly grant: Grant<A> }
  | { readonly ok: false; readonly denial: Denial }

/** @internal */
export function decisionOf<A extends Arguments>(answer: Uint8Array): Decision<A> {
  const raw = decode(answer, true) as RawDecision
  // Their constructors are private, so that types let nobody else make them.
  const made = Reflect.construct(raw.ok ? Grant : Denial, [DECIDED, raw]) as never
  return Object.freeze(raw.ok ? { ok: true, grant: made as Grant<A> } : { ok: false, denial: made as Denial })
}

/** A property that is made when it is first asked for. */
function once<T>(make: () => T): PropertyDescriptor {
  let made: T | undefined
  const descriptor = { __proto__: null, enumerable: true, get: () => (made ??= make()) }
  return descriptor
}

function accountOf({ account }: RawDecision): RawAccount {
  return decode(account, true) as RawAccount
}

function traceOf(raw: RawDecision): Check[] {
  return accountOf(raw)[0].map(([rule, link, outcome]) =>
    outcome === true ? { rule, link, outcome: 'passed' }
    : outcome === null ? { rule, link, outcome: 'not-reached' }
    : { rule, link, outcome: 'failed', finding: findingOf(outcome) })
}

function unusedOf(raw: RawDecision): Cid[] {
  return accountOf(raw)[1].map((cid) => Cid.checked(cid))
}

function ignoredOf(raw: RawDecision): Ignored[] {
  return accountOf(raw)[2].map(([index, cid, code, message]) => ({ index, cid: cid && Cid.checked(cid), code, message }))
}

function findingOf([code, rule, message, remedy, spec, link, cid, expected, found, policy]: RawFinding): Finding {
  return {
    code, rule, message, remedy, spec, link, cid: cid && Cid.checked(cid), expected, found,
    policy: policy && { path: policy[0], words: policy[1], selector: policy[2], found: policy[3] },
  }
}
