package allod

import com.sun.jna.Pointer
import java.time.Instant

/**
 * Someone with a key, and a store of what was given to and by them. Options are {documents, tolerance}: pairs of a DID and its document, and
 * how many seconds clocks may differ, 60 if absent. The signer and the store may be closed.
 */
class Agent @JvmOverloads constructor(signer: Signer, store: Store, options: Map<String, Any?> = emptyMap()) :
    Handle(open(signer, store, options), Raw::allod_agent_free) {
    /** Whom it speaks for. */
    val did: String get() = lend { agent -> textOf { Raw.allod_agent_did(agent, it) } }

    /**
     * Signs a delegation, described as for [Token.delegation], and keeps it. What it hands on has to be one's own, or held: the chain it rests
     * on is found, [Code.NO_CHAIN] if there is none. The container has all that its audience needs.
     */
    @JvmOverloads
    fun grant(delegation: Map<String, Any?>, now: Instant = Instant.now()): Issued =
        issue(delegating(delegation), now, Raw::allod_agent_grant)

    /**
     * Signs an invocation, described as for [Token.invocation], through the best chain that is held: [Code.NO_CHAIN], with what comes nearest, if
     * there is none. Its proofs are found. Without `expires`, or where that is null, it lasts for five minutes: an agent makes none that never end. The container has all that its executor needs.
     */
    @JvmOverloads
    fun invoke(invocation: Map<String, Any?>, now: Instant = Instant.now()): Issued =
        issue(asking(invocation), now, Raw::allod_agent_invoke)

    /**
     * Revokes a delegation by its CID, and keeps the revocation: it takes effect here at once, and elsewhere once the container arrives
     * there. [Code.UNKNOWN_DELEGATION] and [Code.NOT_TO_REVOKE] say why not.
     */
    @JvmOverloads
    fun revoke(delegation: String, now: Instant = Instant.now()): Issued =
        issue(text(delegation), now, Raw::allod_agent_revoke)

    /**
     * Takes in the delegations, receipts and revocations of a container: what is genuine is kept. {delegations, new, revocations, receipts,
     * refused} says what became of them: CIDs, how many were not known, of each revocation {cid, revoked, subject, result, code}, how many
     * receipts, and of what was refused {cid, code}.
     */
    fun receive(container: Container): Map<String, Any?> = lend { agent ->
        container.lend { given -> mapFrom { Raw.allod_agent_receive(agent, given, DAG_CBOR, it) } }
    }

    /** As above, of a container in any encoding, as it came. */
    fun receive(container: ByteArray): Map<String, Any?> = Container.read(container).use(::receive)

    fun receive(container: String): Map<String, Any?> = Container.read(container).use(::receive)

    /**
     * Links a device: signs the delegations that make it speak for one, and bundles them with what is held. The link is {device, command,
     * expires, asOneself, mayRevoke}, of which the first three have to be there: a powerline, for whatever is given to oneself, now and in
     * future, by anyone, as far as `command` goes ("/" is everything), until `expires` ([Value.NEVER] has no end); with `asOneself` as true also
     * for what is about oneself; with `mayRevoke` as true also for taking back in one's name.
     */
    @JvmOverloads
    fun linkDevice(link: Map<String, Any?>, now: Instant = Instant.now()): Linked = lend { agent ->
        val (asked, container) = Pair(linking(link), LongArray(1))
        val isComplete = flagOf {
            Raw.allod_agent_link_device(agent, asked.bytes, asked.size, now.epochSecond, container, it)
        }
        Linked(Container(checkNotNull(pointerAt(container))), isComplete)
    }

    /**
     * All that one holds and gave: {held, given}, of each {cid, issuer, audience, subject, command, expires, state, at, by, issuerName,
     * audienceName, subjectName}. The state is "valid", "not-yet" or "ended" (at), or "revoked" (by); what it rests on may have ended.
     */
    @JvmOverloads
    fun delegations(now: Instant = Instant.now()): Map<String, Any?> =
        lend { agent -> mapFrom { Raw.allod_agent_delegations(agent, now.epochSecond, DAG_CBOR, it) } }

    /**
     * Looks for the best chain by which the agent, or `invoker`, may do something: {subject, command, arguments, invoker}; without arguments
     * policies are not looked at. The answer is {chain} (tokens as bytes, root first), or {words, gap, held, until, flaws} of what comes nearest,
     * or {outOfBudget}, the steps after which it was given up.
     */
    @JvmOverloads
    fun findChain(goal: Map<String, Any?>, now: Instant = Instant.now()): Map<String, Any?> = lend { agent ->
        val asked = value(goal)
        mapFrom { Raw.allod_agent_find_chain(agent, asked.bytes, asked.size, now.epochSecond, DAG_CBOR, it) }
    }

    private fun issue(
        asked: In,
        now: Instant,
        call: (Pointer?, ByteArray?, SizeT, Long, LongArray?, LongArray?) -> Pointer?,
    ): Issued = lend { agent ->
        val (token, container) = Pair(LongArray(1), LongArray(1))
        check(call(agent, asked.bytes, asked.size, now.epochSecond, token, container))
        Issued(Token(checkNotNull(pointerAt(token))), Container(checkNotNull(pointerAt(container))))
    }

    private companion object {
        fun open(signer: Signer, store: Store, options: Map<String, Any?>) = signer.lend { who ->
            store.lend { where ->
                val asked = options(options)
                made { Raw.allod_agent_new(who, where, asked.bytes, asked.size, it) }
            }
        }
    }
}

/** A token that an agent made, and the container that carries it with all it rests on. */
class Issued internal constructor(val token: Token, val container: Container) : AutoCloseable {
    override fun close() {
        token.close()
        container.close()
    }
}

/** What a linked device has to receive, and whether all that is held had room. */
class Linked internal constructor(val container: Container, val isComplete: Boolean) : AutoCloseable {
    override fun close() = container.close()
}
