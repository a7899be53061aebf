package allod

/** Signs, with whatever holds the key. It may be called by any thread, and by several at once. */
fun interface SignerFunction {
    /**
     * Signs a message: 64 bytes, or for ECDSA also DER, with a high or low s. ECDSA signs the SHA-256 of the message. Whatever it
     * throws becomes the cause of the [AllodException] that the caller gets, with [Code.SIGNER_UNAVAILABLE] for a
     * [SignerUnavailableException], [Code.SIGNING_REFUSED] for a [SignerRefusedException], and else [Code.SIGNING_FAILED].
     */
    @Throws(Exception::class)
    fun sign(message: ByteArray): ByteArray
}

/** The key cannot be reached now: locked, or its device is not there. */
class SignerUnavailableException @JvmOverloads constructor(message: String? = null, cause: Throwable? = null) :
    Exception(message, cause)

/** The person, or the policy of the device, said no. */
class SignerRefusedException @JvmOverloads constructor(message: String? = null, cause: Throwable? = null) :
    Exception(message, cause)
