package allod

import java.time.Instant

/** What was allowed, and to whom. */
class Grant internal constructor(private val said: Map<String, Any?>) {
    /** Who invokes. */
    val issuer: String get() = said["issuer"] as String
    val subject: String get() = said["subject"] as String
    val command: String get() = said["command"] as String

    /** With results in the place of promises. */
    val arguments: Map<String, Any?> get() = said["arguments"].asMap()

    /** The CID of the invocation. */
    val invocation: String get() = said["invocation"] as String

    /** The CID of the task, which is the same whoever invokes it. */
    val task: String get() = said["task"] as String

    /** The CIDs of the delegations it rests on, root first. */
    val chain: List<String> get() = said["chain"].asTexts()

    /** The last second at which all of it is valid, without tolerance; null where nothing in it ends. */
    val until: Instant? get() = said["until"].asInstant()

    /** The promises whose results are awaited, each {task, branch}. */
    @Suppress("UNCHECKED_CAST")
    val awaits: List<Map<String, Any?>> get() = said["awaits"] as List<Map<String, Any?>>
}
