package allod

import com.sun.jna.Pointer

/**
 * An object of the library. [close] frees it at once; one that is forgotten is freed some time after nothing refers to it. What was
 * made with it goes on. It may be used by many threads, also while one closes it.
 */
abstract class Handle internal constructor(pointer: Pointer, free: (Pointer) -> Byte) : AutoCloseable {
    private val net = Net.spread(this, pointer, free)

    @Volatile
    private var used = false

    /** Whether it was closed: whatever is asked of it then is an [AllodException] with [Code.STALE_HANDLE]. */
    val isClosed: Boolean get() = net.isFreed

    /** Frees it. Closing it again does nothing. */
    final override fun close() = net.free()

    /** Lends the pointer to a call, during which the object is not taken for forgotten. */
    internal fun <T> lend(call: (Pointer) -> T): T {
        val pointer = net.pointer ?: throw closed()
        try {
            return call(pointer)
        } finally {
            keep()
        }
    }

    /**
     * A compiler may hold an object for unreachable once its last field was read, and the net would free it during the call. It
     * cannot leave out that a volatile field is written.
     */
    internal fun keep() {
        used = true
    }

    private fun closed() = AllodException(
        Code.STALE_HANDLE,
        "stale-handle",
        "this ${javaClass.simpleName} was closed before",
        "use a handle until it is freed, and free it once",
    )
}

/** As [Handle.lend], of what may be left out. */
internal fun <T> lendMaybe(handle: Handle?, call: (Pointer?) -> T): T = if (handle == null) call(null) else handle.lend(call)
