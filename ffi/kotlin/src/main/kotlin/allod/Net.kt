package allod

import com.sun.jna.Pointer
import java.lang.ref.PhantomReference
import java.lang.ref.ReferenceQueue
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicReference

/**
 * What an object holds of the library, and frees once: when it is closed, or when nothing refers to it any more. Does what
 * java.lang.ref.Cleaner does, which Android has only since its version 13.
 */
internal class Net private constructor(of: Any, pointer: Pointer, private val release: (Pointer) -> Byte) :
    PhantomReference<Any>(of, queue) {
    private val held = AtomicReference<Pointer?>(pointer)

    val pointer: Pointer? get() = held.get()
    val isFreed: Boolean get() = held.get() == null

    fun free() {
        val pointer = held.getAndSet(null) ?: return
        nets.remove(this)
        release(pointer)
    }

    companion object {
        private val queue = ReferenceQueue<Any>()

        /** A reference that is itself forgotten is never queued. */
        private val nets = ConcurrentHashMap.newKeySet<Net>()

        init {
            val thread = Thread({ while (true) freeNext() }, "allod-net")
            thread.isDaemon = true
            // It lives as long as this class, and is not to keep what else the first caller had loaded.
            thread.contextClassLoader = null
            thread.start()
        }

        fun spread(of: Any, pointer: Pointer, release: (Pointer) -> Byte): Net =
            Net(of, pointer, release).also { nets.add(it) }

        private fun freeNext() {
            try {
                (queue.remove() as Net).free()
            } catch (ignored: InterruptedException) {
                // Nobody has a reason to stop this thread, and what is forgotten later has to be freed as well.
            } catch (failure: Throwable) {
                Failures.report("an object could not be freed", failure)
            }
        }
    }
}
