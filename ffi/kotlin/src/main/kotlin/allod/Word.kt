package allod

/** A word for what questions must not say by accident: [Value.POWERLINE] and [Value.NEVER]. */
class Word internal constructor(private val name: String) {
    override fun toString(): String = name
}
