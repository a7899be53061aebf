package allod

import java.time.Instant

/**
 * Executes what is allowed, each invocation once, and signs what came of it; it is addressed by the signer's DID. Options are {subjects,
 * dangerAnySubject, leafFirst, limits, ages} as for [Authorizer]; {trusted}, the DIDs of other executors whose receipts count; {tolerance},
 * 3540 at most, {longestInvocation} (how far off an end may be) and {receiptsLast} in seconds; {log}, "decisions" or "arguments" to write every decision into
 * the store's log; {quota}, how many revocations of others are kept, a pair of those of each subject and of all; {releaseCandidate}.
 *
 * All that one executor has executed has to be in its store: two executors with two stores are two places at which an invocation can
 * be executed. The signer and the store may be closed.
 */
class Executor @JvmOverloads constructor(signer: Signer, store: Store, options: Map<String, Any?> = emptyMap()) :
    Handle(open(signer, store, options), Raw::allod_executor_free) {
    /** Whom it is addressed as. */
    val did: String get() = lend { executor -> textOf { Raw.allod_executor_did(executor, it) } }

    /** Registers what executes a command. Of several that fit, the one with the longest command does it. It is held until nothing uses it any more. */
    fun handle(command: String, handler: Handler) = handle(command, emptySet(), handler)

    fun handle(command: String, options: Set<HandlerOption>, handler: Handler) = lend { executor ->
        val what = text(command)
        val flags = options.fold(0) { flags, option -> flags or option.flag }
        Callbacks.hold(handler) { context ->
            check(
                Raw.allod_executor_handle(
                    executor, what.bytes, what.size, flags, DAG_CBOR, Callbacks.handle, context, Callbacks.drop,
                ),
            )
        }
    }

    /**
     * Decides on a container in any encoding, as it came, executes what is allowed, and signs what came of it. Options are {caller, invocation,
     * documents}: `caller` is the DID of who sent it, where one has made sure of that, for whom alone receipts of what was executed before are;
     * `invocation` is the CID of the one that is meant; `documents` are pairs of a DID and its document. What is no container is an
     * [AllodException] with the code that says why. Others say that nothing can be said of the call, which may be tried again; but
     * [Code.RECEIPT_FAILED] says that it was executed, and [Code.PANIC] that it may have been.
     */
    @JvmOverloads
    fun execute(
        container: ByteArray,
        now: Instant = Instant.now(),
        options: Map<String, Any?> = emptyMap(),
    ): Execution = lend { executor ->
        val (given, asked) = Pair(In(container), options(options))
        Execution.take(
            made {
                Raw.allod_executor_execute(
                    executor, given.bytes, given.size, now.epochSecond, asked.bytes, asked.size, it,
                )
            },
        )
    }

    @JvmOverloads
    fun execute(container: String, now: Instant = Instant.now(), options: Map<String, Any?> = emptyMap()): Execution =
        execute(utf8(container), now, options)

    /** Takes up the revocations in a container, which take effect at once; of each {cid, revoked, subject, result, code}. */
    @JvmOverloads
    fun takeUpRevocations(
        container: Container,
        documents: Map<String, String> = emptyMap(),
    ): List<Map<String, Any?>> = lend { executor ->
        container.lend { given ->
            val known = documents(documents)
            val taken = listFrom {
                Raw.allod_executor_take_up_revocations(executor, given, known.bytes, known.size, DAG_CBOR, it)
            }
            taken.map { it.asMap() }
        }
    }

    /**
     * Forgets what has ended, revocations as well, and says how much it was. What has ended is told by the latest time at which anything was
     * executed: nothing that is forgotten can be allowed again here, even where the clock is set back.
     */
    fun sweep(): Long = lend { executor -> LongArray(1).also { check(Raw.allod_executor_sweep(executor, it)) }[0] }

    private companion object {
        fun open(signer: Signer, store: Store, options: Map<String, Any?>) = signer.lend { who ->
            store.lend { where ->
                val asked = options(options)
                made { Raw.allod_executor_new(who, where, asked.bytes, asked.size, it) }
            }
        }
    }
}
