import { Cid } from './cid.js'
import { Container, containerBytes } from './container.js'
import { type Command, type Did, type Documents, didOf, documentsOf } from './did.js'
import { type Decision, decisionOf } from './decision.js'
import { StoreError, ValueError, bad } from './errors.js'
import { ask, call } from './raw.js'
import { answerOf, storeOf } from './store/answers.js'
import type { Store } from './store/store.js'
import { type Time, maybeSeconds, present } from './time.js'
import { type Arguments, type Delegation, Invocation, type Receipt, type Revocation, tokenBytes } from './tokens.js'
import { bytesOf, encode, isBytes, listOf, optionsOf, plainOf, snapshot, strictOf } from './value.js'

/** For whom an authorizer decides. */
export interface AuthorizerOptions {
  /** Whom requests are addressed to. */
  readonly executor: Did
  /**
   * The subjects that the executor acts for: itself alone, or these. Anyone can make up a subject and issue whatever they
   * like about it, so `'danger-any'` leaves it to you to look at `grant.subject` before you act.
   */
  readonly subjects: 'itself' | 'danger-any' | readonly Did[]
  /** Also takes proofs that are named leaf first, as some older writers do. */
  readonly acceptLeafFirst?: boolean | undefined
  /** For each of these commands and all below it, how old in seconds what is known of revocations may be. */
  readonly revocationsNoOlderThan?: ReadonlyMap<Command, number> | { readonly [command: Command]: number } | undefined
  /** Lower limits than the usual ones. */
  readonly limits?: {
    /** The most delegations in a chain: 16, or fewer. */
    readonly chain?: number | undefined
    /** The most statements that policies visit: 10,000, or fewer. */
    readonly policySteps?: number | undefined
    /** The most work that policies do: 4,194,304 units, or fewer. */
    readonly policyWork?: number | undefined
  } | undefined
}

/** What is known of revocations: which delegation, and with whose authority. */
export interface KnownRevocation {
  readonly delegation: Cid | string
  readonly by: Did
}

/** What a decision rests on besides the request. */
export interface Evidence {
  /**
   * What the host knows of revocations, each of them verified before. `'danger-none'` decides without any such
   * knowledge: a delegation once signed is then good until it ends.
   */
  readonly revocations: readonly KnownRevocation[] | 'danger-none'
  /** Of these it could not be found out whether they are revoked: nothing is allowed on them. */
  readonly unavailable?: readonly KnownRevocation[] | undefined
  /** The time of the decision: now, if absent. */
  readonly now?: Time | undefined
  /** By how many seconds clocks may differ: 60, if absent; 0 is allowed. */
  readonly tolerance?: number | undefined
  /** Delegations besides those that came with the request. */
  readonly proofs?: readonly (Delegation | Uint8Array)[] | undefined
  /** Revocations that came along besides: each counts where it holds. */
  readonly received?: readonly (Revocation | Uint8Array)[] | undefined
  /** Documents of the DIDs that need one. */
  readonly documents?: Documents | undefined
  /** When the revocations were last brought up to date. */
  readonly revocationsAsOf?: Time | undefined
  /** Receipts of what the arguments promise. */
  readonly receipts?: readonly (Receipt | Uint8Array)[] | undefined
  /** Invocations whose tasks the arguments promise the results of: they tell who may say what came of them. */
  readonly tasks?: readonly (Invocation | Uint8Array)[] | undefined
  /** Executors whose word is taken for the result of any task. */
  readonly trustReceiptsOf?: readonly Did[] | undefined
  /** Which invocation of the container is meant, where it holds several. */
  readonly invocation?: Cid | string | undefined
}

/** Evidence that a store adds to: what it knows of revocations, and delegations that did not come along. */
export type StoredEvidence = Omit<Evidence, 'revocations' | 'unavailable' | 'revocationsAsOf'>

/** What a decision asks of a store. */
export type StoreForDecisions = Pick<Store, 'delegation' | 'areRevoked' | 'syncedAt'>

/** What is missing for a decision. */
export interface Needs {
  /** Delegations that the invocation names and that did not come along. */
  readonly proofs: readonly Cid[]
  /** DIDs whose documents are missing, those of who may have revoked among them. They stand in tokens that nobody has verified yet. */
  readonly documents: readonly Did[]
  /** The pairs of which it has to be known whether the delegation is revoked. Those of missing proofs are not among them. */
  readonly revocations: readonly { readonly delegation: Cid; readonly by: Did }[]
}

/** What a request may come as: a container, its bytes or its text; an invocation alone, or its bytes. */
export type Request = Container | Uint8Array | string | Invocation | { readonly invocation: Uint8Array }

/** Decides for one executor, which serves certain subjects. It holds no secrets and no state. */
export class Authorizer {
  readonly #question: object
  /** Whom it decides for. */
  readonly executor: Did

  constructor(options: AuthorizerOptions) {
    const { executor, subjects, acceptLeafFirst, revocationsNoOlderThan, limits } =
      strictOf('options', options, 'executor subjects acceptLeafFirst revocationsNoOlderThan limits')
    const these = Array.isArray(subjects)
    if (!these && subjects !== 'itself' && subjects !== 'danger-any') {
      bad('subjects', "'itself', an array of DIDs, or 'danger-any'")
    }
    this.executor = didOf('executor', executor)
    const ages = revocationsNoOlderThan ?? {}
    this.#question = snapshot({
      executor, leafFirst: acceptLeafFirst === true, limits: limits && strictOf('limits', limits, 'chain policySteps policyWork'),
      ...(these && { subjects: listOf('subjects', subjects as Did[], (subject) => didOf('subjects', subject)) }), dangerAnySubject: subjects === 'danger-any',
      ages: ages instanceof Map ? [...ages] : Object.entries(plainOf('revocationsNoOlderThan', ages)),
    })
    // The core looks at all of it.
    ask('needs', { ...this.#question, now: 0, invocation: new Uint8Array() })
    Object.freeze(this)
  }

  /**
   * Whether this request is allowed, on this evidence. What cannot be read is denied; a denial is a value, not an error.
   * @throws {ArgumentError} when the arguments are not what they have to be; {@link TokenError} and {@link DocumentError} for receipts, tasks and
   * documents that are none; {@link ValueError} where the evidence is more than 4 MiB.
   */
  decide<A extends Arguments = Arguments>(request: Request, evidence: Evidence): Decision<A> {
    const question = encode({ ...this.#question, ...requestQuestion(request), ...evidenceQuestion(strictOf('evidence', evidence, EVIDENCE)) }, 'decide')
    return decisionOf<A>(call((core) => core.ask(question)))
  }

  /** What is still missing for a decision: fetch it, add it to the evidence, ask again. */
  needs(request: Request, evidence: Evidence): Needs {
    const { proofs, documents, revocations } = ask<RawNeeds>(
      'needs', { ...this.#question, ...requestQuestion(request), ...evidenceQuestion(strictOf('evidence', evidence, EVIDENCE)) })
    return {
      proofs: proofs.map((cid) => Cid.checked(cid)), documents,
      revocations: revocations.map(([cid, by]) => ({ delegation: Cid.checked(cid), by })),
    }
  }

  /**
   * As {@link Authorizer.decide}, with what a store knows: proofs that did not come along, and revocations. A store that does not
   * answer for its revocations is one that nobody can tell anything from: then nothing is allowed on the delegations in question.
   */
  async decideWith<A extends Arguments = Arguments>(store: StoreForDecisions, request: Request, evidence: StoredEvidence = {}): Promise<Decision<A>> {
    storeOf(store, ['delegation', 'areRevoked', 'syncedAt'])
    // As it is when it is called: what is handed over may change while the store is asked.
    const asked = evidenceQuestion({ ...strictOf('evidence', evidence, STORED), revocations: [] })
    const question: Question = { ...this.#question, ...requestQuestion(request), ...asked }
    const needs = () => ask<RawNeeds>('needs', question)
    const found = await answerOf(() => Promise.all(needs().proofs.map((cid) => store.delegation(Cid.checked(cid)))))
    question.tokens = [...(question.tokens ?? []), ...found.filter((token) => token != null).map((token) => tokenBytes('store', token))]
    const pairs = needs().revocations
    try {
      const revoked = await store.areRevoked(pairs.map(([cid, by]) => ({ delegation: Cid.checked(cid), by })))
      if (!Array.isArray(revoked) || revoked.length !== pairs.length) throw new StoreError('misanswered', 'the store did not answer for each pair')
      question.revoked = pairs.filter((_, index) => revoked[index] !== false)
    } catch {
      question.unavailable = pairs
    }
    try {
      question.syncedAt = maybeSeconds('syncedAt', await store.syncedAt())
    } catch {
      // Then nobody can tell how old they are.
    }
    return decisionOf<A>(call((core) => core.ask(encode(question, 'decide'))))
  }
}

type Question = {
  now?: number
  tokens?: Uint8Array[] | undefined
  revoked?: [Cid | string | Uint8Array, string][] | undefined
  unavailable?: [Cid | string | Uint8Array, string][] | undefined
  syncedAt?: number | undefined
  [other: string]: unknown
}
type RawNeeds = { proofs: Uint8Array[]; documents: Did[]; revocations: [Uint8Array, Did][] }

/** What evidence is made of, with a store and without. */
const STORED = 'now tolerance proofs received documents receipts tasks trustReceiptsOf invocation'
const EVIDENCE = `${STORED} revocations unavailable revocationsAsOf`

/** Larger than the largest container in any encoding: no more is looked at to say that it is too large. */
const TOO_LARGE = 2_200_000

/** A request is denied for its size, and does not throw: it is a stranger's. */
function largeOf(name: string, bytes: Uint8Array): Uint8Array {
  try {
    return bytesOf(name, bytes)
  } catch (error) {
    if (error instanceof ValueError) return new Uint8Array(TOO_LARGE).fill(0x40)
    throw error
  }
}

function requestQuestion(request: Request): { invocation?: Uint8Array; container?: Uint8Array } {
  if (request instanceof Invocation) return { invocation: tokenBytes('request', request) }
  if (isBytes(request)) return { container: largeOf('request', request) }
  if (typeof request === 'string') return { container: new TextEncoder().encode(request.slice(0, TOO_LARGE)) }
  if (typeof request === 'object' && request !== null && !(request instanceof Container)) {
    const { invocation } = strictOf('request', request as { invocation: Uint8Array }, 'invocation')
    return { invocation: isBytes(invocation) ? largeOf('request.invocation', invocation) : tokenBytes('request.invocation', invocation) }
  }
  return { container: containerBytes('request', request) }
}

function evidenceQuestion(evidence: Evidence): Question {
  const {
    revocations, unavailable, now, tolerance, proofs, received, documents, revocationsAsOf, receipts, tasks, trustReceiptsOf, invocation,
  } = evidence
  if (revocations !== 'danger-none' && !Array.isArray(revocations)) bad('evidence.revocations', "an array, or 'danger-none'")
  return {
    revoked: revocations === 'danger-none' ? undefined : known('revocations', revocations), unavailable: known('unavailable', unavailable),
    now: maybeSeconds('now', now) ?? present(), tolerance, tokens: tokens('proofs', proofs), revocations: tokens('received', received),
    documents: documentsOf(documents), syncedAt: maybeSeconds('revocationsAsOf', revocationsAsOf), receipts: tokens('receipts', receipts),
    tasks: tokens('tasks', tasks), trusted: list('trustReceiptsOf', trustReceiptsOf, (did) => did), named: invocation,
  }
}

function list<T, U>(name: string, value: readonly T[] | undefined, each: (item: T) => U): U[] | undefined {
  return value === undefined ? value : listOf(name, value, each)
}

function known(name: string, pairs: readonly KnownRevocation[] | undefined): [Cid | string, string][] | undefined {
  return list(name, pairs, (pair) => {
    const { delegation, by } = optionsOf(name, pair)
    return [delegation, by]
  })
}

function tokens(name: string, given: readonly (Delegation | Invocation | Receipt | Revocation | Uint8Array)[] | undefined): Uint8Array[] | undefined {
  return list(name, given, (token) => tokenBytes(name, token))
}
