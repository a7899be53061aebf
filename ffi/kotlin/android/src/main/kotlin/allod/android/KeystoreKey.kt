package allod.android

import allod.Algorithm
import allod.PublicKey
import allod.Signer
import allod.SignerFunction
import allod.SignerUnavailableException
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import android.security.keystore.UserNotAuthenticatedException
import java.math.BigInteger
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.Signature
import java.security.UnrecoverableKeyException
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec

/**
 * A P-256 key in Android's keystore, which does not give it out. Whether hardware keeps it is up to the phone, and is not checked here: for
 * proof, ask for an attestation (setAttestationChallenge), and have it checked elsewhere. It takes tens to hundreds of milliseconds to
 * sign: not on the main thread.
 */
class KeystoreKey private constructor(private val alias: String, val publicKey: PublicKey) : SignerFunction {
    /** The key's did:key. */
    val did: String get() = publicKey.did

    /** A signer for it; `did` is whom it signs for, the key's own did:key if null. */
    @JvmOverloads
    fun signer(did: String? = null): Signer = Signer.of(publicKey, did, this)

    override fun sign(message: ByteArray): ByteArray = begin().run {
        update(message)
        sign()
    }

    /**
     * A signature that is begun, for the CryptoObject of a BiometricPrompt where a person has to agree to each: then `update` it with
     * the bytes of an [allod.Unsigned], and attach what `sign` gives. A [SignerUnavailableException] where the device has to be unlocked,
     * and where there is no such key any more: it was deleted, or ended when someone changed what unlocks the device.
     */
    fun begin(): Signature {
        try {
            val key = keystore().getKey(alias, null) as PrivateKey?
                ?: throw SignerUnavailableException("there is no key $alias any more")
            return Signature.getInstance("SHA256withECDSA").apply { initSign(key) }
        } catch (locked: UserNotAuthenticatedException) {
            throw SignerUnavailableException("the device has to be unlocked", locked)
        } catch (ended: KeyPermanentlyInvalidatedException) {
            throw SignerUnavailableException("the key $alias can never be used again", ended)
        } catch (ended: UnrecoverableKeyException) {
            throw SignerUnavailableException("the key $alias cannot be used any more", ended)
        }
    }

    companion object {
        private const val PROVIDER = "AndroidKeyStore"
        private const val COORDINATE = 32

        /**
         * Makes a key: in StrongBox where there is one, else where the phone keeps its keys, which is a trusted execution environment on most. It fails where the alias has a key, which
         * would be lost. `configure` says what else it asks for: setUserAuthenticationRequired, setUnlockedDeviceRequired.
         */
        @JvmStatic
        @JvmOverloads
        fun create(alias: String, configure: (KeyGenParameterSpec.Builder) -> Unit = {}): KeystoreKey {
            check(!keystore().containsAlias(alias)) { "there is a key $alias already" }
            try {
                generate(alias, configure, Build.VERSION.SDK_INT >= Build.VERSION_CODES.P)
            } catch (ignored: StrongBoxUnavailableException) {
                generate(alias, configure, false)
            }
            return checkNotNull(open(alias)) { "the key $alias was made and is not there" }
        }

        /** The key of that alias; null where there is none. */
        @JvmStatic
        fun open(alias: String): KeystoreKey? {
            val certificate = keystore().getCertificate(alias) ?: return null
            val point = (certificate.publicKey as ECPublicKey).w
            val sec1 = byteArrayOf(4) + coordinate(point.affineX) + coordinate(point.affineY)
            return KeystoreKey(alias, PublicKey(Algorithm.P256, sec1))
        }

        /** Destroys the key of that alias, for good. */
        @JvmStatic
        fun delete(alias: String) = keystore().deleteEntry(alias)

        private fun generate(alias: String, configure: (KeyGenParameterSpec.Builder) -> Unit, strongBox: Boolean) {
            val builder = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_SIGN)
                .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
                .setDigests(KeyProperties.DIGEST_SHA256)
            configure(builder)
            if (strongBox) builder.setIsStrongBoxBacked(true)
            KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, PROVIDER).run {
                initialize(builder.build())
                generateKeyPair()
            }
        }

        private fun keystore(): KeyStore = KeyStore.getInstance(PROVIDER).apply { load(null) }

        /** 32 bytes, big-endian: a BigInteger has a sign, and leaves out zeros. */
        private fun coordinate(number: BigInteger): ByteArray {
            val bytes = number.toByteArray()
            return ByteArray(COORDINATE) { at -> bytes.getOrElse(bytes.size - COORDINATE + at) { 0 } }
        }
    }
}
