package allod.test

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.StrongBoxUnavailableException
import java.io.InputStream
import java.io.OutputStream
import java.security.GeneralSecurityException
import java.security.InvalidKeyException
import java.security.Key
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreSpi
import java.security.PrivateKey
import java.security.Provider
import java.security.PublicKey
import java.security.SecureRandom
import java.security.SignatureSpi
import java.security.UnrecoverableKeyException
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.concurrent.ConcurrentHashMap

/** Stands in for Android's keystore: the same calls, and keys in memory. */
@Suppress("DEPRECATION")
class Keystore : Provider("AndroidKeyStore", 1.0, "for tests") {
    init {
        put("KeyStore.AndroidKeyStore", Entries::class.java.name)
        put("KeyPairGenerator.EC", Generator::class.java.name)
        put("Signature.SHA256withECDSA", Locked::class.java.name)
    }

    companion object {
        val pairs = ConcurrentHashMap<String, KeyPair>()

        /** What comes of using the key of an alias. */
        val failures = ConcurrentHashMap<String, GeneralSecurityException>()
        var hasStrongBox = true
        var lastInStrongBox = false
    }

    class Generator : KeyPairGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun initialize(size: Int, random: SecureRandom?) = throw UnsupportedOperationException()

        override fun initialize(spec: AlgorithmParameterSpec, random: SecureRandom?) {
            this.spec = spec as KeyGenParameterSpec
        }

        override fun generateKeyPair(): KeyPair {
            if (spec.isStrongBoxBacked && !hasStrongBox) throw StrongBoxUnavailableException()
            lastInStrongBox = spec.isStrongBoxBacked
            val pair = KeyPairGenerator.getInstance("EC", "SunEC").apply { initialize(spec.curve) }.generateKeyPair()
            return pair.also { pairs[spec.alias] = it }
        }
    }

    class Entries : KeyStoreSpi() {
        override fun engineGetKey(alias: String, password: CharArray?): Key? = when (val failure = failures[alias]) {
            null -> pairs[alias]?.private
            is UnrecoverableKeyException -> throw failure
            else -> Unusable(failure)
        }

        override fun engineGetCertificate(alias: String): Certificate? = pairs[alias]?.let { Bare(it.public) }

        override fun engineContainsAlias(alias: String) = pairs.containsKey(alias)

        override fun engineDeleteEntry(alias: String) {
            pairs.remove(alias)
        }

        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit

        override fun engineStore(stream: OutputStream?, password: CharArray?) = throw UnsupportedOperationException()

        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null

        override fun engineGetCreationDate(alias: String): Date? = null

        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<Certificate>?) =
            throw UnsupportedOperationException()

        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<Certificate>?) = throw UnsupportedOperationException()

        override fun engineSetCertificateEntry(alias: String, certificate: Certificate) = throw UnsupportedOperationException()

        override fun engineAliases() = Collections.enumeration(pairs.keys)

        override fun engineSize() = pairs.size

        override fun engineIsKeyEntry(alias: String) = pairs.containsKey(alias)

        override fun engineIsCertificateEntry(alias: String) = false

        override fun engineGetCertificateAlias(certificate: Certificate): String? = null
    }

    private class Unusable(val failure: GeneralSecurityException) : PrivateKey {
        override fun getAlgorithm() = "EC"

        override fun getFormat(): String? = null

        override fun getEncoded(): ByteArray? = null
    }

    /** Signs nothing, but says why. */
    class Locked : SignatureSpi() {
        override fun engineInitSign(key: PrivateKey) = throw (key as? Unusable)?.failure ?: InvalidKeyException()

        override fun engineInitVerify(key: PublicKey) = throw InvalidKeyException()

        override fun engineUpdate(byte: Byte) = throw UnsupportedOperationException()

        override fun engineUpdate(bytes: ByteArray, from: Int, length: Int) = throw UnsupportedOperationException()

        override fun engineSign(): ByteArray = throw UnsupportedOperationException()

        override fun engineVerify(signature: ByteArray) = throw UnsupportedOperationException()

        @Deprecated("there are none")
        override fun engineSetParameter(name: String, value: Any?) = throw UnsupportedOperationException()

        @Deprecated("there are none")
        override fun engineGetParameter(name: String): Any? = throw UnsupportedOperationException()
    }

    private class Bare(private val key: PublicKey) : Certificate("bare") {
        override fun getPublicKey() = key

        override fun getEncoded(): ByteArray = key.encoded

        override fun verify(key: PublicKey) = throw UnsupportedOperationException()

        override fun verify(key: PublicKey, provider: String) = throw UnsupportedOperationException()

        override fun toString() = "a key"
    }
}
