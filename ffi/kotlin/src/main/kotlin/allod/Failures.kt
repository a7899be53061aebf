package allod

import java.util.logging.Level
import java.util.logging.Logger

/** Is told what a function of the host threw where nobody is there to catch it. */
fun interface FailureListener {
    fun failed(message: String, failure: Throwable)
}

/** What functions of the host throw: nothing of it may pass through C. */
internal object Failures {
    private val logger = Logger.getLogger("allod")
    private val ofSigner = ThreadLocal<Throwable?>()

    @Volatile
    var listener: FailureListener = FailureListener { message, failure -> logger.log(Level.WARNING, message, failure) }

    fun report(message: String, failure: Throwable) {
        try {
            listener.failed(message, failure)
        } catch (ignored: Throwable) {
            // There is nobody left to tell.
        }
    }

    /** Kept for the exception of the call that needed the signature, if this thread made it. */
    fun keepLast(failure: Throwable) = ofSigner.set(failure)

    fun takeLast(): Throwable? = ofSigner.get()?.also { ofSigner.remove() }
}
