package allod

import com.sun.jna.Pointer

/**
 * A token that lacks only its signature: for a key that is elsewhere, and for signing that takes a while. The maps are those of
 * [Token.delegation] and the like. `issuer` is whom the key signs for, its own did:key if null.
 */
class Unsigned private constructor(pointer: Pointer) : Handle(pointer, Raw::allod_unsigned_free) {
    /** What the issuer has to sign. ECDSA signers hash it with SHA-256; Ed25519 takes it as it is. */
    val bytes: ByteArray get() = lend { unsigned -> bytesOf { Raw.allod_unsigned_bytes(unsigned, it) } }

    /**
     * Finishes the token with a signature: 64 bytes, or for ECDSA also DER, with a high or low s. An [AllodException] with
     * [Code.BAD_SIGNATURE] where it is not the issuer's. The unsigned token can be used again.
     */
    fun attach(signature: ByteArray): Token = lend { unsigned ->
        val given = In(signature)
        Token(made { Raw.allod_unsigned_attach(unsigned, given.bytes, given.size, it) })
    }

    companion object {
        @JvmStatic
        @JvmOverloads
        fun delegation(key: PublicKey, delegation: Map<String, Any?>, issuer: String? = null): Unsigned =
            toSign(key, delegating(delegation), issuer, Raw::allod_delegation_to_sign)

        @JvmStatic
        @JvmOverloads
        fun invocation(key: PublicKey, invocation: Map<String, Any?>, issuer: String? = null): Unsigned =
            toSign(key, invoking(invocation), issuer, Raw::allod_invocation_to_sign)

        @JvmStatic
        @JvmOverloads
        fun revocation(key: PublicKey, revocation: Map<String, Any?>, issuer: String? = null): Unsigned =
            toSign(key, asking(revocation), issuer, Raw::allod_revocation_to_sign)

        @JvmStatic
        @JvmOverloads
        fun receipt(key: PublicKey, receipt: Map<String, Any?>, issuer: String? = null): Unsigned =
            toSign(key, asking(receipt), issuer, Raw::allod_receipt_to_sign)

        private fun toSign(
            key: PublicKey,
            asked: In,
            issuer: String?,
            call: (Int, ByteArray?, SizeT, ByteArray?, SizeT, ByteArray?, SizeT, LongArray?) -> Pointer?,
        ): Unsigned {
            val (public, whose) = Pair(In(key.bytes), text(issuer))
            return Unsigned(
                made {
                    call(
                        key.algorithm.number, public.bytes, public.size, whose.bytes, whose.size, asked.bytes, asked.size, it,
                    )
                },
            )
        }
    }
}
