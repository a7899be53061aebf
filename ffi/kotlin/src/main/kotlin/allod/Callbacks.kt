package allod

import com.sun.jna.Callback
import com.sun.jna.CallbackReference
import com.sun.jna.Native
import com.sun.jna.Pointer
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong

/**
 * What C calls. There are three functions, which are there for ever; the context is a number under which the function that is
 * meant is held, until C says that nothing uses it any more. So nothing that C may call is ever collected.
 *
 * Whatever is thrown ends here. JNA would return 0 instead, which means that it went well.
 */
internal object Callbacks {
    internal interface Sign : Callback {
        fun invoke(context: Pointer?, message: Pointer?, length: SizeT, signature: Pointer?, room: Pointer?): Int
    }

    internal interface Handle : Callback {
        fun invoke(context: Pointer?, grant: Pointer?, length: SizeT, reply: Pointer?): Int
    }

    internal interface Drop : Callback {
        fun invoke(context: Pointer?)
    }

    private const val UNAVAILABLE = 1
    private const val REFUSED = 2
    private const val FAILED = -1

    private val held = ConcurrentHashMap<Long, Any>()
    private val count = AtomicLong()

    private val signing = object : Sign {
        override fun invoke(context: Pointer?, message: Pointer?, length: SizeT, signature: Pointer?, room: Pointer?) =
            try {
                signed(context!!, bytesAt(message, length), signature!!, room!!)
            } catch (failure: Throwable) {
                interruptedBy(failure)
                Failures.keepLast(failure)
                when (failure) {
                    is SignerUnavailableException -> UNAVAILABLE
                    is SignerRefusedException -> REFUSED
                    else -> FAILED
                }
            }
    }

    private val handling = object : Handle {
        override fun invoke(context: Pointer?, grant: Pointer?, length: SizeT, reply: Pointer?) = try {
            handled(context!!, bytesAt(grant, length), reply!!)
        } catch (failure: Throwable) {
            interruptedBy(failure)
            Failures.report("a handler failed", failure)
            FAILED
        }
    }

    private val dropping = object : Drop {
        override fun invoke(context: Pointer?) {
            held.remove(Pointer.nativeValue(context))
        }
    }

    val sign: Pointer = CallbackReference.getFunctionPointer(signing)
    val handle: Pointer = CallbackReference.getFunctionPointer(handling)
    val drop: Pointer = CallbackReference.getFunctionPointer(dropping)

    /** How many functions are held. */
    val size: Int get() = held.size

    /** Holds a function under a number, which is C's to drop unless the call fails. */
    inline fun <T> hold(function: Any, call: (Pointer) -> T): T {
        val number = take(function)
        try {
            return call(Pointer(number))
        } catch (failure: Throwable) {
            leave(number)
            throw failure
        }
    }

    fun take(function: Any): Long = count.incrementAndGet().also { held[it] = function }

    fun leave(number: Long) {
        held.remove(number)
    }

    private fun <T> of(context: Pointer, type: Class<T>): T = type.cast(held.getValue(Pointer.nativeValue(context)))

    private fun signed(context: Pointer, message: ByteArray, place: Pointer, room: Pointer): Int {
        val signature = of(context, SignerFunction::class.java).sign(message)
        val has = if (Native.SIZE_T_SIZE == 8) room.getLong(0) else room.getInt(0).toLong()
        require(signature.size <= has) { "a signature of ${signature.size} bytes is none" }
        place.write(0, signature, 0, signature.size)
        if (Native.SIZE_T_SIZE == 8) room.setLong(0, signature.size.toLong()) else room.setInt(0, signature.size)
        return 0
    }

    private fun handled(context: Pointer, grant: ByteArray, reply: Pointer): Int {
        val handler = of(context, Handler::class.java)
        try {
            val result = value(handler.handle(Grant(Cbor.decode(grant).asMap())))
            check(Raw.allod_reply_ok(reply, result.bytes, result.size))
        } catch (failure: HandlerException) {
            val reason = value(failure.reason)
            check(Raw.allod_reply_error(reply, reason.bytes, reason.size))
        }
        return 0
    }

    private fun bytesAt(place: Pointer?, length: SizeT): ByteArray =
        if (place == null || length.toInt() == 0) ByteArray(0) else place.getByteArray(0, length.toInt())

    private fun interruptedBy(failure: Throwable) {
        if (failure is InterruptedException) Thread.currentThread().interrupt()
    }
}
