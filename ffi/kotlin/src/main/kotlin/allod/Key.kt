package allod

import com.sun.jna.Pointer

/**
 * A secret key in memory. It is wiped when it was closed and no signer that was made with it is left, nor an agent or executor with such
 * a signer.
 *
 * Secrets that are read are copied into memory that is wiped. The arrays that they come in are the caller's to wipe; a String cannot be wiped.
 */
class Key private constructor(pointer: Pointer) : Handle(pointer, Raw::allod_key_free) {
    /** The key's DID: a did:key. */
    val did: String get() = lend { key -> textOf { Raw.allod_key_did(key, it) } }

    val algorithm: Algorithm get() = lend { key -> Algorithm.of(numberOf { Raw.allod_key_algorithm(key, it) }) }

    val publicKey: PublicKey
        get() = lend { key -> PublicKey(algorithm, bytesOf { Raw.allod_key_public(key, it) }) }

    /** Signs a message: 64 bytes, for ECDSA r and s with a low s. */
    fun sign(message: ByteArray): ByteArray = lend { key ->
        val said = In(message)
        ByteArray(SIGNATURE).also { check(Raw.allod_key_sign(key, said.bytes, said.size, it)) }
    }

    /** The secret, as [fromSeed] takes it. Whoever has it is whom the key stands for: wipe it when it was used. */
    fun dangerExportSeed(): ByteArray = lend { key -> bytesOf { Raw.allod_key_danger_export_seed(key, it) } }

    /** The secret as PKCS#8 in DER. Whoever has it is whom the key stands for: wipe it when it was used. */
    fun dangerExportPkcs8(): ByteArray = lend { key -> bytesOf { Raw.allod_key_danger_export_pkcs8(key, it) } }

    /** The secret as a JWK, in UTF-8. Whoever has it is whom the key stands for: wipe it when it was used. */
    fun dangerExportJwk(): ByteArray = lend { key -> bytesOf { Raw.allod_key_danger_export_jwk(key, it) } }

    companion object {
        private const val SIGNATURE = 64

        /** Makes a key from the operating system's randomness. */
        @JvmStatic
        @JvmOverloads
        fun generate(algorithm: Algorithm = Algorithm.ED25519): Key =
            Key(made { Raw.allod_key_generate(algorithm.number, it) })

        /** The key of a seed of 32 bytes: for Ed25519 the seed of RFC 8032, else the secret number, big-endian. */
        @JvmStatic
        fun fromSeed(algorithm: Algorithm, seed: ByteArray): Key = secretly(seed) { secret, size ->
            Key(made { Raw.allod_key_from_seed(algorithm.number, secret, size, it) })
        }

        /** Reads a secret key as a JWK (RFC 7517). */
        @JvmStatic
        fun fromJwk(jwk: String): Key = secretly(jwk) { secret, size ->
            Key(made { Raw.allod_key_from_jwk(secret, size, it) })
        }

        /** As above, of text in UTF-8, which can be wiped. */
        @JvmStatic
        fun fromJwk(jwk: ByteArray): Key = secretly(jwk) { secret, size ->
            Key(made { Raw.allod_key_from_jwk(secret, size, it) })
        }

        /** Reads a secret key as PKCS#8 in DER (RFC 5958). */
        @JvmStatic
        fun fromPkcs8(der: ByteArray): Key = secretly(der) { secret, size ->
            Key(made { Raw.allod_key_from_pkcs8(secret, size, it) })
        }

        /** Reads a secret key as PKCS#8 in PEM (RFC 7468). */
        @JvmStatic
        fun fromPem(pem: String): Key = secretly(pem) { secret, size ->
            Key(made { Raw.allod_key_from_pem(secret, size, it) })
        }
    }
}
