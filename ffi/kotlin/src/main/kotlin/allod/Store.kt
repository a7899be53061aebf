package allod

import com.sun.jna.Pointer
import java.time.Instant

/**
 * Where delegations, revocations, receipts, names, and what was executed are kept: in memory, or in one file. It may be used by many
 * threads, agents and executors; a file is closed when nothing uses it any more.
 */
class Store private constructor(pointer: Pointer) : Handle(pointer, Raw::allod_store_free) {
    /** Writes a copy of a store in a file to a new file, while it is in use. */
    fun backup(path: String) = lend { store ->
        val place = text(path)
        check(Raw.allod_store_backup(store, place.bytes, place.size))
    }

    /** Keeps a delegation, whose signature is checked; whether it was not known before. */
    @JvmOverloads
    fun put(delegation: Token, documents: Map<String, String> = emptyMap()): Boolean = lend { store ->
        delegation.lend { token ->
            val known = documents(documents)
            flagOf { Raw.allod_store_put_delegation(store, token, known.bytes, known.size, it) }
        }
    }

    /** The delegation of that CID; null where it is not there. */
    fun delegation(cid: String): Token? = lend { store ->
        val which = text(cid)
        maybeMade { Raw.allod_store_delegation(store, which.bytes, which.size, it) }?.let(::Token)
    }

    /**
     * Delegations: {delegations, next}, of tokens as bytes and of where the next part begins, null at the end. The query is {to} or {by}, a
     * DID, with {about: a DID, or "powerlines"}, {after: what `next` said}, and {most}, 256 if absent.
     */
    fun delegations(query: Map<String, Any?>): Map<String, Any?> = lend { store ->
        val asked = value(query)
        mapFrom { Raw.allod_store_delegations(store, asked.bytes, asked.size, DAG_CBOR, it) }
    }

    /** Forgets a delegation; whether it was there. */
    fun removeDelegation(cid: String): Boolean = lend { store ->
        val which = text(cid)
        flagOf { Raw.allod_store_remove_delegation(store, which.bytes, which.size, it) }
    }

    /** Whether that DID is known to have revoked the delegation. */
    fun isRevoked(delegation: String, by: String): Boolean = lend { store ->
        val (which, who) = Pair(text(delegation), text(by))
        flagOf { Raw.allod_store_is_revoked(store, which.bytes, which.size, who.bytes, who.size, it) }
    }

    /**
     * The revocations that are kept, with the delegations that prove them, for others to take up: a part of them, from the beginning or from
     * what `next` of the part before said.
     */
    @JvmOverloads
    fun exportRevocations(after: ByteArray? = null): Revocations = lend { store ->
        val (from, out, next) = Triple(In(after), LongArray(1), LongArray(1))
        check(Raw.allod_store_export_revocations(store, from.bytes, from.size, out, next))
        val container = pointerAt(out)?.let(::Container)
        Revocations(container, pointerAt(next)?.let(::taken))
    }

    /** When revocations were last brought up to date; null where they never were. */
    val syncedAt: Instant?
        get() = lend { store ->
            val at = LongArray(1)
            if (flagOf { Raw.allod_store_synced_at(store, it, at) }) Instant.ofEpochSecond(at[0]) else null
        }

    /** Says that revocations are up to date as of that time: after a sync with a source that knows of them all. */
    fun setSyncedAt(time: Instant) = lend { store -> check(Raw.allod_store_set_synced_at(store, time.epochSecond)) }

    /** The DIDs that people gave names to, by the names. */
    val names: Map<String, String>
        get() = lend { store ->
            val names = listFrom { Raw.allod_store_names(store, DAG_CBOR, it) }
            names.map { it.asMap() }.associate { it["name"] as String to it["did"] as String }
        }

    /** Calls a DID by a name; null forgets the name. */
    fun setName(name: String, did: String?) = lend { store ->
        val (called, whose) = Pair(text(name), text(did))
        check(Raw.allod_store_set_name(store, called.bytes, called.size, whose.bytes, whose.size))
    }

    /** At most so many receipts of a task by one issuer, as bytes. */
    @JvmOverloads
    fun receipts(task: String, issuer: String, most: Int = 256): List<ByteArray> = lend { store ->
        if (most < 0) throw AllodException.badArgument("most is less than none")
        val (what, who) = Pair(text(task), text(issuer))
        val found = listFrom {
            val size = SizeT(most.toLong())
            Raw.allod_store_receipts(store, what.bytes, what.size, who.bytes, who.size, size, DAG_CBOR, it)
        }
        found.map { it as ByteArray }
    }

    /**
     * The log of decisions of executors that keep one: {entries, next}, of each {at, invocation, issuer, subject, command, verdict, code, chain,
     * arguments}, with arguments as DAG-JSON. The query is {after: what `next` said, most}.
     */
    @JvmOverloads
    fun log(query: Map<String, Any?> = emptyMap()): Map<String, Any?> = lend { store ->
        val asked = options(query)
        mapFrom { Raw.allod_store_log(store, asked.bytes, asked.size, DAG_CBOR, it) }
    }

    /**
     * Forgets what ended before that time: {delegations, revocations, receipts} says how many. Revocations stay for an hour longer, so that no
     * clock that is a little behind allows what was revoked. Where executors use the store, [Executor.sweep] is safe where a clock is set back.
     */
    fun sweep(time: Instant): Map<String, Any?> =
        lend { store -> mapFrom { Raw.allod_store_sweep(store, time.epochSecond, DAG_CBOR, it) } }

    /**
     * Sets the latest time that executors saw, also back: where the clock was ahead, and everything since has been refused with
     * [Code.CLOCK_SET_BACK]. What was forgotten while it was ahead can be executed a second time.
     */
    fun dangerSetLatestTime(time: Instant) =
        lend { store -> check(Raw.allod_store_danger_set_latest_time(store, time.epochSecond)) }

    companion object {
        /** A store in memory, which is gone when nothing uses it any more. */
        @JvmStatic
        fun memory(): Store = Store(made { Raw.allod_store_memory(it) })

        /** Makes a store in a new file: [Code.STORE_ALREADY_THERE] where there is one. */
        @JvmStatic
        fun create(path: String): Store = at(path, Raw::allod_store_create)

        /**
         * Opens a store in a file, and checks all of it: [Code.STORE_NOT_THERE] where there is none, [Code.STORE_IN_USE] while another process
         * has it open.
         */
        @JvmStatic
        fun open(path: String): Store = at(path, Raw::allod_store_open)

        /** Opens a store in a file, or makes it. */
        @JvmStatic
        fun openOrCreate(path: String): Store = at(path, Raw::allod_store_open_or_create)

        private fun at(path: String, call: (ByteArray?, SizeT, LongArray?) -> Pointer?): Store {
            val place = text(path)
            return Store(made { call(place.bytes, place.size, it) })
        }
    }
}

/** A part of a store's revocations: null where there are none, and where the next part begins, null at the end. */
class Revocations internal constructor(val container: Container?, val next: ByteArray?) : AutoCloseable {
    override fun close() {
        container?.close()
    }
}
