package allod.test

import allod.Agent
import allod.Code
import allod.SignerUnavailableException
import allod.Store
import allod.Unsigned
import allod.android.KeystoreKey
import java.security.Security

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
                it.grant(mapOf("audience" to key.did, "subject" to key.did, "command" to "/a"), NOW).use { issued -> issued.token.verify() }
            }
        }
        Keystore.hasStrongBox = true
    }

    suite.test("Android: a key is not made twice, and one that is gone says so") {
        val key = KeystoreKey.create("mine")
        holds(runCatching { KeystoreKey.create("mine") }.exceptionOrNull() is IllegalStateException, "made twice")
        Unsigned.invocation(key.publicKey, mapOf("subject" to key.did, "command" to "/a")).use { unsigned ->
            val signature = key.begin().run {
                update(unsigned.bytes)
                sign()
            }
            unsigned.attach(signature).use { it.verify() }
        }
        key.signer().use { signer ->
            KeystoreKey.delete("mine")
            val refusal = refused(Code.SIGNING_FAILED) { allod.Token.invocation(signer, mapOf("subject" to key.did, "command" to "/a")) }
            holds(refusal.cause is SignerUnavailableException, "${refusal.cause}")
        }
    }

    suite.test("Android: coordinates that begin with zeros keep them") {
        // One key in 128 has such a coordinate.
        repeat(400) {
            Keystore.pairs.clear()
            KeystoreKey.create("short").did
        }
        Keystore.pairs.clear()
    }
}
