package allod

import com.sun.jna.Pointer

/** What came of a call. It is data, and has not to be closed. */
class Execution private constructor(
    val outcome: Outcome,
    /** The bytes of the receipt for the other side; null where there is none to hand out. */
    val receipt: ByteArray?,
    /** All that is known of it, as allod_execution_write has it: for the one who executes, not for the other side. */
    val report: Map<String, Any?>,
) {
    /** What came of it, in words. */
    val message: String get() = report["message"] as String

    /** The CID of the task that was executed, where there is a receipt. */
    val ran: String? get() = report["ran"] as String?

    /** Whether a handler said that it went well. */
    val isOk: Boolean get() = "ok" in report

    /** The result, where it went well. */
    val ok: Any? get() = report["ok"]

    /** The reason, where it did not. */
    val error: Any? get() = report["error"]

    /** The denial, where it is one: as [Decision.Denied.report]. */
    val denial: Map<String, Any?>? get() = report["denial"]?.asMap()

    override fun toString(): String = message

    enum class Outcome(internal val number: Int) {
        /** It was allowed, and executed now: there is a receipt, of success or failure. */
        EXECUTED(1),
        DENIED(2),

        /** It was executed before: there may be a receipt. */
        EXECUTED_BEFORE(3),

        /** It is being executed right now. */
        RUNNING(4),

        /** It was begun before and not finished: there is a receipt that says so. It is not executed again. */
        OUTCOME_UNKNOWN(5),

        /** It was allowed, and its arguments wait for the results of other tasks. It was not executed. */
        AWAITS(6),

        /** It was allowed, and this executor does not do such a thing. */
        REFUSED(7),

        /** One that a newer library knows, and this package does not: nothing was executed. */
        OTHER(0),
    }

    internal companion object {
        fun take(execution: Pointer): Execution = try {
            val number = numberOf { Raw.allod_execution_outcome(execution, it) }
            val report = mapFrom { Raw.allod_execution_write(execution, DAG_CBOR, it) }
            val outcome = Outcome.entries.firstOrNull { it.number == number } ?: Outcome.OTHER
            Execution(outcome, report["receipt"] as ByteArray?, report)
        } finally {
            Raw.allod_execution_free(execution)
        }
    }
}
