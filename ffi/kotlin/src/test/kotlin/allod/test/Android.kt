package allod.test

import allod.Agent
import allod.Algorithm
import allod.Code
import allod.Key
import allod.SignerUnavailableException
import allod.Store
import allod.Unsigned
import allod.Value
import allod.android.KeystoreKey
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.UserNotAuthenticatedException
import java.math.BigInteger
import java.security.AlgorithmParameters
import java.security.KeyFactory
import java.security.KeyPair
import java.security.Security
import java.security.UnrecoverableKeyException
import java.security.spec.ECGenParameterSpec
import java.security.spec.ECParameterSpec
import java.security.spec.ECPoint
import java.security.spec.ECPublicKeySpec
import java.util.Base64

/** The signer for Android, against a keystore that stands in for Android's. */
fun android(suite: Suite) {
    Security.addProvider(Keystore())

    suite.test("Android: a key in the keystore signs, in StrongBox where there is one") {
        for (hasStrongBox in listOf(true, false)) {
            Keystore.hasStrongBox = hasStrongBox
            val key = KeystoreKey.create("key-$hasStrongBox") { }
            same(Keystore.lastInStrongBox, hasStrongBox)
            same(KeystoreKey.open("key-$hasStrongBox")!!.did, key.did)
            same(KeystoreKey.open("another"), null)
            val agent = key.signer().use { signer -> Store.memory().use { Agent(signer, it) } }
            agent.use {
                it.grant(mapOf("audience" to key.did, "subject" to key.did, "command" to "/a", "expires" to LATER), NOW).use { issued -> issued.token.verify() }
            }
        }
        Keystore.hasStrongBox = true
    }

    suite.test("Android: a key is not made twice, and one that is gone says so") {
        val key = KeystoreKey.create("mine")
        holds(runCatching { KeystoreKey.create("mine") }.exceptionOrNull() is IllegalStateException, "made twice")
        Unsigned.invocation(key.publicKey, mapOf("subject" to key.did, "command" to "/a", "expires" to LATER)).use { unsigned ->
            val signature = key.begin().run {
                update(unsigned.bytes)
                sign()
            }
            unsigned.attach(signature).use { it.verify() }
        }
        key.signer().use { signer ->
            KeystoreKey.delete("mine")
            val refusal = refused(Code.SIGNER_UNAVAILABLE) { allod.Token.invocation(signer, mapOf("subject" to key.did, "command" to "/a", "expires" to LATER)) }
            holds(refusal.cause is SignerUnavailableException, "${refusal.cause}")
        }
    }

    suite.test("Android: what the keystore says of a key that cannot be used is why there is no signature") {
        val key = KeystoreKey.create("locked")
        for (failure in listOf(UserNotAuthenticatedException(), KeyPermanentlyInvalidatedException(), UnrecoverableKeyException())) {
            Keystore.failures["locked"] = failure
            key.signer().use { signer ->
                val asked = mapOf("subject" to key.did, "command" to "/a", "expires" to LATER)
                val refusal = refused(Code.SIGNER_UNAVAILABLE) { allod.Token.invocation(signer, asked) }
                same(refusal.cause?.cause, failure)
            }
        }
        Keystore.failures.clear()
    }

    suite.test("Android: coordinates that begin with zeros keep them") {
        // Of 43 times the generator y has 31 bytes, of 379 times x has, of once neither.
        for (number in listOf(1, 43, 379)) {
            val seed = ByteArray(32).also { it[30] = (number shr 8).toByte(); it[31] = number.toByte() }
            Key.fromSeed(Algorithm.P256, seed).use { key ->
                val jwk = map(Value.fromJson(String(key.dangerExportJwk())))
                val (x, y) = listOf("x", "y").map { BigInteger(1, Base64.getUrlDecoder().decode(jwk[it] as String)) }
                val curve = AlgorithmParameters.getInstance("EC").apply { init(ECGenParameterSpec("secp256r1")) }
                val spec = ECPublicKeySpec(ECPoint(x, y), curve.getParameterSpec(ECParameterSpec::class.java))
                Keystore.pairs["short"] = KeyPair(KeyFactory.getInstance("EC").generatePublic(spec), null)
                same(KeystoreKey.open("short")!!.did, key.did)
            }
        }
        Keystore.pairs.clear()
    }
}
