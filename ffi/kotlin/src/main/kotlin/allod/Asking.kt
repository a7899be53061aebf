package allod

import java.time.Instant

/** The fields of questions that are times. In them an Instant is its seconds; elsewhere it is refused. */
private val TIMES = setOf("expires", "notBefore", "issuedAt", "now", "syncedAt")

/** A question whose times may be Instants. */
internal fun asking(question: Map<String, Any?>): In = value(copied(question))

/**
 * A delegation to be made. A variable may be null by accident, and null would be the widest of all: about any subject, for ever, with
 * any arguments. Whoever means that says so by name.
 */
internal fun delegating(delegation: Map<String, Any?>): In {
    val asked = copied(delegation)
    asked.say("subject", "a DID, or Value.POWERLINE", Value.POWERLINE)
    asked.say("expires", "a time, or Value.NEVER", Value.NEVER)
    if ("policy" in asked) asked.say("policy", "a list of statements, or none if it is left out")
    return value(asked)
}

/** An invocation to be made without an agent, which would give it an end. */
internal fun invoking(invocation: Map<String, Any?>): In {
    val asked = copied(invocation)
    asked.say("expires", "a time, or Value.NEVER", Value.NEVER)
    return value(asked)
}

/** How a device is linked: as a delegation, and for which commands is said as well. */
internal fun linking(link: Map<String, Any?>): In {
    val asked = copied(link)
    asked.say("command", "a command, which is \"/\" for all of them")
    asked.say("expires", "a time, or Value.NEVER", Value.NEVER)
    return value(asked)
}

/** Refuses a field that is absent or null; the word for what null means in C becomes null. */
private fun MutableMap<String, Any?>.say(field: String, what: String, word: Word? = null) {
    val said = this[field] ?: throw AllodException.badArgument("$field has to be said: $what")
    if (said === word) this[field] = null
}

/** What is checked is what is sent, also of a map that answers differently the second time. */
private fun copied(question: Map<*, *>): MutableMap<String, Any?> {
    val copy = LinkedHashMap<String, Any?>()
    for ((name, value) in question) {
        if (name !is String) throw AllodException.badValue("a key of a map is no text")
        if (name in copy) throw AllodException.badValue("a key stands twice in a map")
        copy[name] = if (value is Instant && name in TIMES) seconds(name, value) else value
    }
    return copy
}

/** Without parts of a second, so that nothing lasts longer than was said: a beginning is rounded up. */
private fun seconds(name: String, time: Instant): Long =
    if (name == "notBefore" && time.nano != 0) time.epochSecond + 1 else time.epochSecond
