package allod.test

import allod.Agent
import allod.Algorithm
import allod.Allod
import allod.Code
import allod.Key
import allod.Signer
import allod.SignerFunction
import allod.SignerRefusedException
import allod.SignerUnavailableException
import allod.Store
import allod.Token
import allod.Unsigned
import allod.signedBy
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.startCoroutine
import kotlin.coroutines.suspendCoroutine

/** Keys that are elsewhere. */
fun signers(suite: Suite) {
    suite.test("a function signs, for as long as anything uses it") {
        val before = Allod.liveFunctions
        for (algorithm in Algorithm.entries) {
            Key.generate(algorithm).use { key ->
                val agent = Signer.of(key.publicKey, function = key::sign).use { signer ->
                    same(signer.did, key.did)
                    Store.memory().use { Agent(signer, it) }
                }
                same(Allod.liveFunctions, before + 1)
                // Nothing here refers to the function any more; the agent does.
                System.gc()
                agent.grant(mapOf("audience" to key.did, "subject" to key.did, "command" to "/a", "expires" to LATER), NOW).use { it.token.verify() }
                agent.close()
                same(Allod.liveFunctions, before)
            }
        }
    }

    suite.test("Java's own ECDSA signs in DER") {
        val pair = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()
        val key = allod.PublicKey(Algorithm.P256, sec1(pair.public as java.security.interfaces.ECPublicKey))
        val function = SignerFunction { message ->
            Signature.getInstance("SHA256withECDSA").run {
                initSign(pair.private)
                update(message)
                sign()
            }
        }
        same(key.did, allod.Allod.readDid(key.did).let { allod.PublicKey(Algorithm.P256, it["key"] as ByteArray).did })
        holds(runCatching { allod.PublicKey(Algorithm.P256, key.bytes.also { it[64] = (it[64].toInt() xor 2).toByte() }).did }.isFailure, "off the curve")
        Signer.of(key, function = function).use { signer ->
            repeat(20) { Token.invocation(signer, mapOf("subject" to key.did, "command" to "/a", "expires" to LATER)).use { it.verify() } }
        }
    }

    suite.test("what a signer throws is the cause of what its caller gets") {
        Key.generate().use { key ->
            val failures = listOf(
                SignerUnavailableException("locked") to Code.SIGNER_UNAVAILABLE,
                SignerRefusedException("no") to Code.SIGNING_REFUSED,
                IllegalStateException("odd") to Code.SIGNING_FAILED,
                StackOverflowError() to Code.SIGNING_FAILED,
            )
            for ((thrown, code) in failures) {
                Signer.of(key.publicKey, function = { throw thrown }).use { signer ->
                    val refusal = refused(code) { Token.invocation(signer, mapOf("subject" to key.did, "command" to "/a", "expires" to LATER)) }
                    same(refusal.cause, thrown)
                }
            }
            Signer.of(key).use { signer -> same(refused(Code.BAD_ARGUMENT) { Token.delegation(signer, emptyMap()) }.cause, null) }
        }
    }

    suite.test("no signature passes that is not the key's, and none that is too long is written") {
        people { alice, bob ->
            val wrong = listOf(0, 63, 65, 80, 81, 100_000).map { ByteArray(it) to Code.SIGNING_FAILED } +
                listOf(ByteArray(64), bob.key.sign("x".toByteArray())).map { it to Code.BAD_SIGNATURE }
            for ((signature, code) in wrong) {
                Signer.of(alice.key.publicKey, function = { signature }).use { signer ->
                    val refusal = refused(code, "${signature.size} bytes") {
                        Token.invocation(signer, mapOf("subject" to alice.did, "command" to "/a", "expires" to LATER))
                    }
                    // The library has room for 80: what is longer is not written at all.
                    same(refusal.cause is IllegalArgumentException, signature.size > 80, "${signature.size} bytes")
                }
            }
            val before = Allod.liveFunctions
            holds(runCatching { Signer.of(alice.key.publicKey, bob.did) { ByteArray(64) } }.isFailure, "another's DID")
            holds(runCatching { Signer.of(alice.key.publicKey, "") { ByteArray(64) } }.isFailure, "an empty DID is not an absent one")
            holds(runCatching { Signer.of(allod.PublicKey(Algorithm.ED25519, ByteArray(5))) { ByteArray(64) } }.isFailure, "no key")
            same(Allod.liveFunctions, before)
        }
    }

    suite.test("a token is signed in two steps, and its signature is checked") {
        for (algorithm in Algorithm.entries) {
            Key.generate(algorithm).use { key ->
                val (me, public) = Pair(key.did, key.publicKey)
                val delegation = Unsigned.delegation(public, mapOf("audience" to me, "subject" to me, "command" to "/a", "expires" to LATER))
                val cid = delegation.attach(key.sign(delegation.bytes)).use { it.verify(); it.cid }
                val others = listOf(
                    Unsigned.invocation(public, mapOf("subject" to me, "command" to "/a", "expires" to LATER)),
                    Unsigned.revocation(public, mapOf("revoke" to cid, "subject" to me)),
                    Unsigned.receipt(public, mapOf("ran" to cid, "out" to mapOf("ok" to 1))),
                    Unsigned.delegation(public, mapOf("audience" to me, "subject" to "did:web:a.example", "command" to "/a", "expires" to LATER), "did:web:a.example"),
                )
                for (unsigned in others) unsigned.use { it.attach(key.sign(it.bytes)).close() }
                refused(Code.BAD_SIGNATURE) { delegation.attach(ByteArray(64) { 1 }) }
                delegation.close()
            }
        }
    }

    suite.test("a coroutine signs without a thread that waits") {
        Key.generate().use { key ->
            var waiting: Continuation<ByteArray>? = null
            var finished: Result<Token>? = null
            val unsigned = Unsigned.invocation(key.publicKey, mapOf("subject" to key.did, "command" to "/a", "expires" to LATER))
            val signing: suspend () -> Token = { unsigned.signedBy { suspendCoroutine { waiting = it } } }
            signing.startCoroutine(Continuation(EmptyCoroutineContext) { finished = it })
            same(finished, null)
            waiting!!.resume(key.sign(unsigned.bytes))
            finished!!.getOrThrow().use { it.verify() }
            unsigned.close()
        }
    }
}

/** A point as SEC1 writes it without compression. */
fun sec1(key: java.security.interfaces.ECPublicKey): ByteArray {
    val coordinates = listOf(key.w.affineX, key.w.affineY).map { number ->
        val bytes = number.toByteArray().dropWhile { it == 0.toByte() }.toByteArray()
        ByteArray(32 - bytes.size) + bytes
    }
    return byteArrayOf(4) + coordinates[0] + coordinates[1]
}
