package allod

import java.time.Instant

/** What was allowed, and to whom. */
class Grant internal constructor(private val said: Map<String, Any?>) {
    /** Who invokes. */
    val issuer: String get() = said["issuer"] as String
    val subject: String get() = said["subject"] as String
    val command: String get() = said["command"] as String

    /**
     * With results in the place of promises. An [AllodException] with [Code.AWAITS_RESULTS] while a result is missing, or came out as it was not
     * waited for: no policy has looked at such arguments, and nothing is to be done with them.
     */
    val arguments: Map<String, Any?>
        get() {
            if (said["awaitsResults"] != false || said["mismatch"] != null) {
                throw AllodException(
                    Code.AWAITS_RESULTS,
                    "awaits-results",
                    "the arguments wait for results of other tasks",
                    "decide again with their receipts",
                )
            }
            return said["arguments"].asMap()
        }

    /** The CID of the invocation. */
    val invocation: String get() = said["invocation"] as String

    /** The CID of the task, which is the same whoever invokes it. */
    val task: String get() = said["task"] as String

    /** The CIDs of the delegations it rests on, root first. */
    val chain: List<String> get() = said["chain"].asTexts()

    /** The last second at which all of it is valid, without tolerance; null where nothing in it ends. */
    val until: Instant? get() = said["until"].asInstant()

    /** The promises that the arguments came with, each {task, branch}. */
    @Suppress("UNCHECKED_CAST")
    val awaits: List<Map<String, Any?>> get() = said["awaits"] as List<Map<String, Any?>>

    /** Whether results are missing, so that it is not to be executed yet. */
    val awaitsResults: Boolean get() = said["awaitsResults"] != false

    /** A result that came out as it was not waited for: {expected, got, receipt}. It is not to be executed either. */
    val mismatch: Map<String, Any?>? get() = said["mismatch"]?.asMap()
}
