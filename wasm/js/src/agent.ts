import {
  DELEGATION, type DelegationOptions, INVOCATION, type InvocationOptions, delegationQuestion, invocationQuestion, issuerOf, named, sealed,
  unsigned,
} from './build.js'
import { Cid } from './cid.js'
import { Container, containerBytes } from './container.js'
import { type Command, type Did, type Documents, documentsOf } from './did.js'
import { NoChainError } from './errors.js'
import type { DenialCode } from './generated.js'
import { ask, call } from './raw.js'
import { type Found, drive, findChain, machineOf, run } from './search.js'
import type { Signer } from './signer/signer.js'
import { storeOf } from './store/answers.js'
import { type Store, USUAL_QUOTA } from './store/store.js'
import { type Time, dateOf, maybeSeconds, present, secondsOf } from './time.js'
import { type Arguments, Delegation, Invocation, Receipt, Revocation, tokenBytes } from './tokens.js'
import { decode, encode, snapshot, strictOf } from './value.js'

/** How long an invocation lasts where nothing else is said: five minutes, in seconds. */
const INVOCATION_LASTS = 300

/** Who an agent is. */
export interface AgentOptions {
  /** The key that it signs with. */
  readonly signer: Signer
  /** What it keeps things in. */
  readonly store: Store
  /** Documents of the DIDs that need one: one's own, and those of whom one deals with. */
  readonly documents?: Documents | undefined
  /** By how many seconds clocks may differ: 60, if absent. */
  readonly tolerance?: number | undefined
}

/** What is asked for: as for a token, but that its proofs are found, and that it ends after five minutes unless said otherwise. */
export type InvokeOptions<A extends Arguments = Arguments> = Omit<InvocationOptions<A>, 'proofs' | 'expires'> & {
  /** The last second of validity; `null` if it never ends. */
  readonly expires?: Time | null | undefined
  /** When: now, if absent. */
  readonly now?: Time | undefined
}

/** What is granted. Of whom `subject` says nothing it is about oneself; `null` is a powerline. */
export type GrantOptions = Omit<DelegationOptions, 'subject' | 'under'> & {
  /** Whom it is about: oneself, if absent; `null` for a powerline. */
  readonly subject?: Did | null | undefined
  /** When: now, if absent. */
  readonly now?: Time | undefined
}

/** What was granted. */
export interface Granted {
  /** The delegation. */
  readonly delegation: Delegation
  /** What it rests on, root first: none where the subject itself granted it, and where it is a powerline. */
  readonly chain: readonly Delegation[]
  /** What is legal but risky in it, in words. */
  readonly lints: readonly string[]
  /** All that its audience needs. */
  readonly container: Container
}

/** What was asked, and on what grounds. */
export interface Asked<A extends Arguments = Arguments> {
  /** The invocation. */
  readonly invocation: Invocation<A>
  /** The delegations it rests on, root first, and no others. */
  readonly chain: readonly Delegation[]
  /** All that its executor needs. */
  readonly container: Container
}

/** What became of a revocation that came along. */
export interface TakenUp {
  readonly cid: Cid
  /** What it takes back. */
  readonly revoked: Cid
  /** With whose authority, as it says. */
  readonly subject: Did
  /** `irrelevant`: nothing shows that it is about any delegation that matters here; `refused`: it does not hold. */
  readonly result: 'new' | 'known' | 'irrelevant' | 'over-quota' | 'refused'
  /** Why it was refused. */
  readonly code: DenialCode | null
}

/** What became of the tokens of a container. */
export interface Received {
  /** The delegations that are kept. */
  readonly delegations: readonly Delegation[]
  /** How many of them were not known before. */
  readonly new: number
  /** The receipts that are kept. */
  readonly receipts: readonly Receipt[]
  /** What became of revocations. */
  readonly revocations: readonly TakenUp[]
  /** Tokens that were not taken in, and why: those that do not decode, and those whose signature does not hold. */
  readonly refused: readonly { readonly cid: Cid; readonly code: DenialCode }[]
}

/** What was taken back. */
export interface Revoked {
  /** The revocation. */
  readonly revocation: Revocation
  /** The revocation, with what proves and witnesses it: for every executor that the delegation could be used at. */
  readonly container: Container
}

/** How a delegation stands by itself; what it rests on may have ended. */
export type State = 'valid' | 'not-yet' | 'ended' | 'revoked'

/** A delegation, and how it stands. */
export interface Listed {
  readonly delegation: Delegation
  readonly state: State
}

/** How a device is linked. Without more it may use whatever is given to oneself, now and in future, for ever. */
export interface DeviceOptions {
  /** The device's DID. */
  readonly device: Did
  /** Only this command and what is below it. */
  readonly command?: Command | undefined
  /** Until when. */
  readonly expires?: Time | undefined
  /** Also for what is about oneself: the device speaks for one as far as the command goes. */
  readonly asOneself?: boolean | undefined
  /** Also lets it take back, in one's name, whatever one granted. */
  readonly mayRevoke?: boolean | undefined
}

/** A device that was linked. */
export interface Linked {
  /** What makes the device speak for one. */
  readonly delegations: readonly Delegation[]
  /** All that the device needs, for it to receive. */
  readonly container: Container
  /** Whether that is all that one holds: no more was taken than a container has room for. */
  readonly complete: boolean
}

/**
 * Someone with a key, and a store of what was given to and by them: grants, receives, invokes and takes back.
 *
 * ```js
 * const alice = new Agent({ signer: await WebCryptoSigner.generate(), store: await IndexedDbStore.open() })
 * const { container } = await alice.grant({ audience: bob, command: '/photos/read', expires: new Date('2027-01-01') })
 * ```
 */
export class Agent {
  readonly #signer: Signer
  readonly #documents: Documents | undefined
  readonly #tolerance: number | undefined
  /** Who it is. */
  readonly did: Did
  /** What it keeps things in. */
  readonly store: Store

  constructor(options: AgentOptions) {
    const { signer, store, documents, tolerance } = strictOf('options', options, 'signer store documents tolerance')
    issuerOf(signer)
    storeOf(store)
    documentsOf(documents)
    this.#signer = signer
    this.#documents = documents
    this.#tolerance = tolerance === undefined ? undefined : secondsOf('tolerance', tolerance)
    this.did = signer.did
    this.store = store
    Object.freeze(this)
  }

  /**
   * Signs a delegation and keeps it among what was given. What it hands on has to be about oneself, or to be held.
   * @throws {NoChainError} when nothing that is held allows it; {@link BuildError} when a validator would refuse it.
   */
  async grant(options: GrantOptions): Promise<Granted> {
    const { now, subject = this.did, ...said } = strictOf('options', options, `${DELEGATION} now`)
    const at = dateOf('now', now) ?? present()
    // As it is when it is called, whatever becomes of the object meanwhile.
    const asked = snapshot(delegationQuestion({ ...said, subject }))
    const chain = subject === null ? [] : await this.#chain(subject, said.command, undefined, at)
    const last = chain.at(-1)
    const complete = { ...asked, under: last && tokenBytes('under', last) }
    const delegation = Delegation.parse(await sealed(this.#signer, unsigned('delegation', this.#signer, complete)))
    delegation.verify(this.#documents)
    await this.store.putDelegations([delegation])
    const { lints } = ask<{ lints: string[] }>('delegation-lints', complete)
    return { delegation, chain, lints, container: Container.of(...chain, delegation) }
  }

  /**
   * Invokes a command on a subject, through the best chain that is held: the one of the fewest links, and of those the one that
   * lasts longest.
   * @throws {NoChainError} when nothing that is held allows it, with what comes nearest.
   */
  async invoke<A extends Arguments = Arguments>(options: InvokeOptions<A>): Promise<Asked<A>> {
    const { now, expires, ...said } = strictOf('options', options, `${INVOCATION} now`)
    const at = dateOf('now', now) ?? present()
    const whole = { ...said, expires: expires === undefined ? at + INVOCATION_LASTS : expires }
    // As it is when it is called, whatever becomes of the object meanwhile.
    const question = snapshot(invocationQuestion(whole)) as { arguments?: A }
    const chain = await this.#chain(said.subject, said.command, question.arguments ?? {}, at)
    const complete = { ...question, proofs: chain.map((link) => link.cid) }
    const invocation = Invocation.parse<A>(await sealed(this.#signer, unsigned('invocation', this.#signer, complete)))
    return { invocation, chain, container: Container.of(invocation, ...chain) }
  }

  /**
   * Takes in delegations, receipts and revocations: what is genuine is kept, whatever it is good for. Invocations are for
   * executors, and passed over.
   * @throws {ContainerError} when it is no container; {@link StoreError} when it could not be kept.
   */
  async receive(container: Container | Uint8Array | string): Promise<Received> {
    const bytes = containerBytes('container', container).slice()
    const documents = documentsOf(this.#documents)
    const genuine = ask<{ delegations: Uint8Array[]; receipts: Uint8Array[]; refused: [Uint8Array, DenialCode][] }>(
      'genuine', { container: bytes, documents })
    const delegations = genuine.delegations.map((token) => Delegation.parse(token))
    const unknown = await this.store.putDelegations(delegations)
    const receipts = genuine.receipts.map((token) => Receipt.parse(token))
    for (const receipt of receipts) await this.store.putReceipt(receipt)
    const quota = [USUAL_QUOTA.each, USUAL_QUOTA.all]
    const machine = machineOf('taking-up', { container: bytes, own: [this.did], quota, documents })
    const taken = await drive<[Uint8Array, Uint8Array, Did, TakenUp['result'], DenialCode | null][]>(machine, this.store, (put) => {
      const kept = { revocation: Revocation.parse(put.revocation), delegations: put.delegations.map((token) => Delegation.parse(token)) }
      return this.store.putRevocation(kept, put.quota ? { each: put.quota[0], all: put.quota[1] } : undefined)
    })
    return {
      delegations, new: unknown, receipts,
      revocations: taken.map(([cid, revoked, subject, result, code]) =>
        ({ cid: Cid.checked(cid), revoked: Cid.checked(revoked), subject, result, code })),
      refused: genuine.refused.map(([cid, code]) => ({ cid: Cid.checked(cid), code })),
    }
  }

  /**
   * Revokes a delegation: one that one issued, one that stands below such a one, or one whose issuer, or someone above, gave
   * one the right to revoke. It takes effect here at once, and elsewhere once it arrives there.
   *
   * Revoking a delegation lets its issuer issue another. To stop an issuer, revoke the delegation *to* it.
   * @throws {RevokeError} when the delegation is not known, or not one's own to take back.
   */
  async revoke(delegation: Cid | string | Delegation, options: { readonly now?: Time } = {}): Promise<Revoked> {
    const at = maybeSeconds('now', strictOf('options', options, 'now').now) ?? present()
    const machine = machineOf('revoking', {
      did: this.did, delegation: named(delegation), at, tolerance: this.#tolerance, documents: documentsOf(this.#documents),
    })
    try {
      await run(machine, this.store)
      const asked = encode({ issuer: issuerOf(this.#signer), at })
      const revocation = Revocation.parse(await sealed(this.#signer, [call(() => machine.unsigned(asked))]))
      const witnesses = decode(call(() => machine.witnesses(revocation.bytes))) as { delegations: Uint8Array[] }
      const delegations = witnesses.delegations.map((token) => Delegation.parse(token))
      await this.store.putRevocation({ revocation, delegations })
      return { revocation, container: Container.of(revocation, ...delegations) }
    } finally {
      machine.free()
    }
  }

  /** All delegations that one holds and that one gave, and how each stands. */
  async delegations(options: { readonly now?: Time } = {}): Promise<{ held: Listed[]; given: Listed[] }> {
    const at = maybeSeconds('now', strictOf('options', options, 'now').now) ?? present()
    return { held: await this.#listed({ to: this.did }, at), given: await this.#listed({ by: this.did }, at) }
  }

  /**
   * Links a device: signs the delegations that make it speak for one, and bundles them with what is held, for the device to
   * receive.
   */
  async linkDevice(options: DeviceOptions): Promise<Linked> {
    const { device, command, expires, asOneself, mayRevoke } =
      strictOf('options', options, 'device command expires asOneself mayRevoke')
    const question = {
      device, command,
      expires: dateOf('expires', expires), asOneself: asOneself === true, mayRevoke: mayRevoke === true,
    }
    const held = await drive<{ delegations: Uint8Array[]; complete: boolean }>(machineOf('lineage', { did: this.did }), this.store)
    const delegations: Delegation[] = []
    for (const one of unsigned('device', this.#signer, question)) {
      delegations.push(Delegation.parse(await sealed(this.#signer, [one])))
    }
    await this.store.putDelegations(delegations)
    return { delegations, container: Container.of(...delegations, ...held.delegations), complete: held.complete }
  }

  /** Looks for the best chain by which one may use a command; see {@link findChain}. */
  async findChain(goal: { readonly subject: Did; readonly command: Command; readonly arguments?: Arguments; readonly at?: Time }): Promise<Found> {
    const { subject, command, arguments: args, at } = strictOf('goal', goal, 'subject command arguments at')
    return this.#find(subject, command, args, maybeSeconds('at', at) ?? present())
  }

  async #chain(subject: Did, command: Command, args: Arguments | undefined, at: number): Promise<Delegation[]> {
    const found = await this.#find(subject, command, args, at)
    if ('miss' in found) throw new NoChainError(found.miss)
    return found.chain
  }

  async #find(subject: Did, command: Command, args: Arguments | undefined, at: number): Promise<Found> {
    return findChain(this.store, {
      invoker: this.did, subject, command, arguments: args, at, tolerance: this.#tolerance, documents: this.#documents,
      names: await this.store.names(),
    })
  }

  async #listed(end: { to: Did } | { by: Did }, at: number): Promise<Listed[]> {
    const listed: Listed[] = []
    let after: string | undefined
    do {
      const page = await this.store.delegations({ end, about: 'anyone' }, { after, most: 256 })
      const pairs = page.items.flatMap((token) =>
        [token.issuer, token.subject ?? token.issuer].map((by) => ({ delegation: token.cid, by })))
      const revoked = await this.store.areRevoked(pairs)
      page.items.forEach((delegation, index) => {
        const state = revoked[2 * index] !== false || revoked[2 * index + 1] !== false ? 'revoked'
          : ask<State>('token-state', { token: delegation.bytes, at, tolerance: this.#tolerance })
        listed.push({ delegation, state })
      })
      after = page.next
    } while (after !== undefined)
    return listed
  }
}
