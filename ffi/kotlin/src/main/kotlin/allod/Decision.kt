package allod

import com.sun.jna.Pointer

/** A decision: [Allowed] or [Denied]. It is data, and has not to be closed. */
sealed class Decision(
    /**
     * All of it, as allod_decision_write has it: for the one who decides, not for the other side. Its "arguments" are there even where they
     * wait for results, which no policy has looked at: whoever acts goes by [Grant.arguments], which throws then.
     */
    val report: Map<String, Any?>,
) {
    val isAllowed: Boolean get() = this is Allowed

    /** Every rule, with {rule, link, outcome}, and a finding where it failed. */
    @Suppress("UNCHECKED_CAST")
    val trace: List<Map<String, Any?>> get() = report["trace"] as List<Map<String, Any?>>

    /** The CIDs of delegations that came along and were not needed. */
    val unused: List<String> get() = report["unused"].asTexts()

    /** What came along and could not be read: {index, cid, reason, message}. */
    @Suppress("UNCHECKED_CAST")
    val ignored: List<Map<String, Any?>> get() = report["ignored"] as List<Map<String, Any?>>

    /** It is allowed. */
    class Allowed internal constructor(report: Map<String, Any?>) : Decision(report) {
        val grant: Grant = Grant(report)

        override fun toString(): String = "allowed: ${grant.issuer} may ${grant.command} on ${grant.subject}"
    }

    /** It is denied. */
    class Denied internal constructor(val number: Int, report: Map<String, Any?>) : Decision(report) {
        /** The code in kebab case, stable for ever, as [number] is: one of those in [Code] below 100. */
        val code: String get() = report["code"] as String

        /** The rule that failed. */
        val rule: String get() = report["rule"] as String

        /** What is wrong, in words for the one who decides. */
        val message: String get() = report["message"] as String

        /** What to do about it, in words. */
        val remedy: String get() = report["remedy"] as String

        /** Where the specification says so. */
        val spec: String get() = report["spec"] as String

        /** The link at fault, from 0 at the root; null for the invocation or the container. */
        val link: Int? get() = (report["link"] as Long?)?.toInt()

        /** The CID of the token at fault. */
        val cid: String? get() = report["cid"] as String?

        val expected: String? get() = report["expected"] as String?
        val found: String? get() = report["found"] as String?

        /** The statement of a policy that is not satisfied: {path, words, selector, found}. */
        val policy: Map<String, Any?>? get() = report["policy"]?.asMap()

        /** What the other side may see: {code, cid, remedy}. */
        val public: Map<String, Any?> get() = report["public"].asMap()

        override fun toString(): String = "denied: $code: $message ($remedy)"
    }

    internal companion object {
        /** What C decided, which is freed. It is allowed only if all three answers say so. */
        fun take(decision: Pointer): Decision = try {
            val isAllowed = Raw.allod_decision_is_allowed(decision) != 0.toByte()
            val number = Raw.allod_decision_code(decision)
            val report = mapFrom { Raw.allod_decision_write(decision, DAG_CBOR, it) }
            when {
                isAllowed && number == Code.OK && report["ok"] == true -> Allowed(report)
                !isAllowed && number != Code.OK && report["ok"] == false -> Denied(number, report)
                else -> error("a decision contradicts itself")
            }
        } finally {
            Raw.allod_decision_free(decision)
        }
    }
}
