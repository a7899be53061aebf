package allod.test

import allod.AllodException
import allod.Key
import allod.Signer
import allod.Store
import allod.Agent
import java.time.Instant

/** Runs tests one after the other, and counts those that fail. */
class Suite {
    private var passed = 0
    private val failed = ArrayList<String>()

    fun test(name: String, body: () -> Unit) {
        val begun = System.nanoTime()
        try {
            body()
            passed++
            val seconds = (System.nanoTime() - begun) / 1_000_000_000
            if (seconds > 0) println("$seconds s: $name")
        } catch (failure: Throwable) {
            println("FAILED: $name")
            failure.printStackTrace(System.out)
            failed.add(name)
        }
    }

    /** The exit code. */
    fun finish(): Int {
        println("$passed tests passed, ${failed.size} failed")
        failed.forEach { println("failed: $it") }
        return if (failed.isEmpty() && passed > 0) 0 else 1
    }
}

fun same(found: Any?, expected: Any?, what: String = "") {
    if (found is ByteArray && expected is ByteArray && found.contentEquals(expected)) return
    if (found != expected) throw AssertionError("$what: expected ${shown(expected)}, found ${shown(found)}")
}

fun holds(condition: Boolean, what: String) {
    if (!condition) throw AssertionError(what)
}

fun shown(value: Any?): String = if (value is ByteArray) hex(value) else value.toString()

fun hex(bytes: ByteArray): String = bytes.joinToString("") { "%02x".format(it) }

fun unhex(text: String): ByteArray = text.chunked(2).map { it.toInt(16).toByte() }.toByteArray()

fun unbase64(text: String): ByteArray = java.util.Base64.getDecoder().decode(text)

/** Fails unless this error comes, by its number. */
fun refused(number: Int, what: String = "", body: () -> Any?): AllodException {
    val answer = try {
        body()
    } catch (refusal: AllodException) {
        same(refusal.number, number, "$what $refusal")
        holds(refusal.name.isNotEmpty() && refusal.message!!.isNotEmpty() && refusal.remedy.isNotEmpty(), "$refusal")
        return refusal
    }
    throw AssertionError("$what: not refused, but ${shown(answer)}")
}

val NOW: Instant = Instant.ofEpochSecond(1_800_000_000)
val LATER: Instant = NOW.plusSeconds(3600)

/** Someone with a key and a store of their own. */
class Person(val key: Key = Key.generate()) : AutoCloseable {
    val did = key.did
    val signer: Signer = Signer.of(key)
    val store: Store = Store.memory()
    val agent = Agent(signer, store)

    override fun close() = listOf(agent, store, signer, key).forEach { it.close() }
}

fun <T> people(body: (Person, Person) -> T): T = Person().use { alice -> Person().use { bob -> body(alice, bob) } }
