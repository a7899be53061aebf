package allod

/** Executes what was allowed. It may be called by any thread, and by several at once. */
fun interface Handler {
    /**
     * Does it, and returns the result, which goes into the receipt: a map, a list or null. A [HandlerException] says that it did not go well,
     * and why. Whatever else it throws is told to the [FailureListener], and to the other side as "handler-failed" and no more.
     */
    @Throws(Exception::class)
    fun handle(grant: Grant): Any?
}

/** It did not go well. The reason, a map, a list or null, goes into the receipt, for the other side to see. */
class HandlerException(val reason: Any?) : Exception("the command failed")

/** How an executor goes about a command. */
enum class HandlerOption(internal val flag: Int) {
    /** Executing it twice does no more than executing it once: it takes invocations that never end, and executes those each time they come. */
    IDEMPOTENT(1),

    /** It also executes the commands below its own that have no handler. */
    AND_BELOW(2),

    /** It gives the receipt to whoever sends the invocation again. */
    RECEIPTS_FOR_ANYONE(4),
}
