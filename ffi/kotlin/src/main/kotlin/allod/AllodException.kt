package allod

import com.sun.jna.Pointer

/**
 * Why a call did not do what it was asked. A decision that denies is none of them, but a [Decision].
 *
 * @property number one of [Code], stable for ever
 * @property name the same in kebab case, stable for ever
 * @property remedy what to do about it, in general
 */
class AllodException internal constructor(
    val number: Int,
    val name: String,
    message: String,
    val remedy: String,
    cause: Throwable? = null,
) : RuntimeException(message, cause) {
    override fun toString(): String = "${javaClass.name}: $name: $message ($remedy)"

    internal companion object {
        /** What C says of an error, which is freed. */
        fun take(error: Pointer): AllodException = try {
            AllodException(
                Raw.allod_error_number(error),
                Raw.allod_error_name(error).said(),
                Raw.allod_error_message(error).said(),
                Raw.allod_error_remedy(error).said(),
                Failures.takeLast(),
            )
        } finally {
            Raw.allod_error_free(error)
        }

        fun badArgument(message: String) =
            AllodException(Code.BAD_ARGUMENT, "bad-argument", message, "see the message, and the documentation")

        fun badValue(message: String) = AllodException(
            Code.BAD_VALUE,
            "bad-value",
            message,
            "use maps, lists, texts, bytes, links, numbers, true, false and null",
        )

        private fun Pointer?.said(): String = this?.getString(0, "UTF-8").orEmpty()
    }
}
