package allod

import com.sun.jna.Pointer

/** Whoever signs for a DID: a key in memory, or a function. Agents and executors that were made with it go on when it is closed. */
class Signer private constructor(pointer: Pointer) : Handle(pointer, Raw::allod_signer_free) {
    /** Whom it signs for. */
    val did: String get() = lend { signer -> textOf { Raw.allod_signer_did(signer, it) } }

    /** The same key signing for another DID: a did:web whose document lists it. */
    fun actingAs(did: String): Signer = lend { signer ->
        val other = text(did)
        Signer(made { Raw.allod_signer_acting_as(signer, other.bytes, other.size, it) })
    }

    companion object {
        /** A signer that is a key in memory. The key may be closed: the signer holds it. */
        @JvmStatic
        fun of(key: Key): Signer = key.lend { held -> Signer(made { Raw.allod_signer_from_key(held, it) }) }

        /**
         * A signer that is a function, for this public key; `did` is whom it signs for, the key's own did:key if null. Every signature is
         * checked before it is used. The function is held until nothing uses the signer any more.
         */
        @JvmStatic
        @JvmOverloads
        fun of(publicKey: PublicKey, did: String? = null, function: SignerFunction): Signer {
            val (key, whose) = Pair(In(publicKey.bytes), text(did))
            return Callbacks.hold(function) { context ->
                Signer(
                    made {
                        Raw.allod_signer_new(
                            publicKey.algorithm.number, key.bytes, key.size, whose.bytes, whose.size,
                            Callbacks.sign, context, Callbacks.drop, it,
                        )
                    },
                )
            }
        }
    }
}
