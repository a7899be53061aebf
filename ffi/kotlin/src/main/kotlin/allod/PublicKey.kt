package allod

/** A public key: 32 bytes for Ed25519, else 33 or 65 (SEC1, compressed or not). */
class PublicKey(val algorithm: Algorithm, bytes: ByteArray) {
    private val held = bytes.copyOf()

    val bytes: ByteArray get() = held.copyOf()

    /** The key's did:key. An [AllodException] for bytes that are no key that anybody could sign with. */
    val did: String by lazy {
        val key = In(held)
        textOf { Raw.allod_did_of_key(algorithm.number, key.bytes, key.size, it) }
    }

    /** Checks a signature of 64 bytes, strictly: an [AllodException] with [Code.BAD_SIGNATURE] where it is not this key's. */
    fun verify(message: ByteArray, signature: ByteArray) {
        val (key, said, signed) = Triple(In(held), In(message), In(signature))
        check(
            Raw.allod_public_key_verify(
                algorithm.number, key.bytes, key.size, said.bytes, said.size, signed.bytes, signed.size,
            ),
        )
    }

    override fun equals(other: Any?): Boolean =
        other is PublicKey && algorithm == other.algorithm && held.contentEquals(other.held)

    override fun hashCode(): Int = held.contentHashCode()

    /** Its DID; of bytes that are no key, that they are none. */
    override fun toString(): String = try {
        did
    } catch (refusal: AllodException) {
        "no key of $algorithm"
    }
}
