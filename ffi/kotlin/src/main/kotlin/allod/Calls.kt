package allod

import com.sun.jna.Memory
import com.sun.jna.Pointer
import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.nio.charset.CharacterCodingException
import java.nio.charset.CodingErrorAction
import java.time.Instant

/** What the library writes for this package: its one codec reads it. */
internal const val DAG_CBOR = 1
internal const val DAG_JSON = 0

/** Throws what C says went wrong. */
internal fun check(error: Pointer?) {
    if (error != null) throw AllodException.take(error)
    Failures.takeLast()
}

/** A call that makes an object. */
internal inline fun made(call: (LongArray) -> Pointer?): Pointer =
    maybeMade(call) ?: error("the library said that it went well, and made nothing")

/** A call that may find nothing. */
internal inline fun maybeMade(call: (LongArray) -> Pointer?): Pointer? {
    val out = LongArray(1)
    check(call(out))
    return pointerAt(out)
}

internal fun pointerAt(out: LongArray): Pointer? = out[0].let { if (it == 0L) null else Pointer(it) }

/** A call that answers with bytes. */
internal inline fun bytesOf(call: (LongArray) -> Pointer?): ByteArray = taken(made(call))

/** Bytes of the library, which are freed. */
internal fun taken(bytes: Pointer): ByteArray = try {
    val length = Raw.allod_bytes_len(bytes).toInt()
    Raw.allod_bytes_data(bytes)?.getByteArray(0, length) ?: ByteArray(0)
} finally {
    Raw.allod_bytes_free(bytes)
}

/** A call that answers with text. */
internal inline fun textOf(call: (LongArray) -> Pointer?): String = String(bytesOf(call), Charsets.UTF_8)

/** A call that answers with something structured. */
internal inline fun valueOf(call: (LongArray) -> Pointer?): Any? = Cbor.decode(bytesOf(call))

internal inline fun mapFrom(call: (LongArray) -> Pointer?): Map<String, Any?> = valueOf(call).asMap()

internal inline fun listFrom(call: (LongArray) -> Pointer?): List<Any?> = valueOf(call) as List<*>

@Suppress("UNCHECKED_CAST")
internal fun Any?.asMap(): Map<String, Any?> = this as Map<String, Any?>

@Suppress("UNCHECKED_CAST")
internal fun Any?.asTexts(): List<String> = this as List<String>

internal fun Any?.asInstant(): Instant? = (this as Long?)?.let(Instant::ofEpochSecond)

internal inline fun flagOf(call: (ByteArray) -> Pointer?): Boolean {
    val out = ByteArray(1)
    check(call(out))
    return out[0] != 0.toByte()
}

internal inline fun numberOf(call: (IntArray) -> Pointer?): Int {
    val out = IntArray(1)
    check(call(out))
    return out[0]
}

/**
 * Bytes on their way in: a copy, so that nobody writes to them while the library reads, and longer by one, as an empty array may
 * have no address, which would say that it is absent.
 */
internal class In(bytes: ByteArray?) {
    val bytes: ByteArray? = bytes?.copyOf(bytes.size + 1)
    val size: SizeT = SizeT((bytes?.size ?: 0).toLong())
}

internal fun text(text: String?): In = In(text?.let(::utf8))

/** A question or an answer: null is absent. */
internal fun value(value: Any?): In = In(value?.let(Cbor::encode))

/** Options: none are absent. */
internal fun options(options: Map<String, Any?>): In = In(if (options.isEmpty()) null else Cbor.encode(options))

/** `{documents}`, of DIDs and their documents. */
internal fun documents(documents: Map<String, String>): In {
    if (documents.isEmpty()) return In(null)
    return value(mapOf("documents" to documents.map { (did, document) -> listOf(did, document) }))
}

/** Lends secret bytes to a call by memory that is wiped. JNA would leave a copy of an array behind. */
internal inline fun <T> secretly(secret: ByteArray, call: (Pointer, SizeT) -> T): T {
    val memory = Memory(secret.size + 1L)
    try {
        memory.write(0, secret, 0, secret.size)
        return call(memory, SizeT(secret.size.toLong()))
    } finally {
        memory.clear()
        memory.close()
    }
}

internal inline fun <T> secretly(secret: String, call: (Pointer, SizeT) -> T): T {
    val bytes = utf8(secret)
    try {
        return secretly(bytes, call)
    } finally {
        bytes.fill(0)
    }
}

/** A text with a surrogate that stands alone is none: Java would write a question mark, and it would be another text. */
internal fun utf8(text: String): ByteArray = utf8OrNull(text)
    ?: throw AllodException(Code.BAD_UTF8, "bad-utf8", "a text has half of a surrogate pair", "encode texts as UTF-8")

internal fun utf8OrNull(text: String): ByteArray? {
    val encoder = Charsets.UTF_8.newEncoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
    try {
        val buffer = encoder.encode(CharBuffer.wrap(text))
        val bytes = ByteArray(buffer.remaining())
        buffer.get(bytes)
        if (buffer.hasArray()) buffer.array().fill(0)
        return bytes
    } catch (failure: CharacterCodingException) {
        return null
    }
}

/** The text that these bytes are; null where they are none. */
internal fun textOrNull(bytes: ByteBuffer): String? = try {
    Charsets.UTF_8.newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(bytes)
        .toString()
} catch (failure: CharacterCodingException) {
    null
}
