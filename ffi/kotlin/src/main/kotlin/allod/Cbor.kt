package allod

import java.io.ByteArrayOutputStream
import java.math.BigInteger
import java.nio.ByteBuffer
import java.time.Instant

/** DAG-CBOR, in its one spelling: what has another is refused, in both directions. */
internal object Cbor {
    private const val MOST_DEPTH = 64
    private const val LINK_TAG = 42L
    private val LARGEST = BigInteger.ONE.shiftLeft(64) - BigInteger.ONE

    fun encode(value: Any?): ByteArray = Writer().apply { write(value, 0) }.bytes()

    /** What the library wrote has links that are CIDs; `links` collects those that somebody else wrote. */
    fun decode(bytes: ByteArray, links: MutableList<Link>? = null): Any? = Reader(ByteBuffer.wrap(bytes), links).whole()

    private class Writer {
        private val out = ByteArrayOutputStream()

        fun bytes(): ByteArray = out.toByteArray()

        fun write(value: Any?, depth: Int) {
            when (value) {
                null -> out.write(0xf6)
                false -> out.write(0xf4)
                true -> out.write(0xf5)
                is Byte, is Short, is Int, is Long -> integer((value as Number).toLong())
                is BigInteger -> integer(value)
                is Float, is Double -> float((value as Number).toDouble())
                is String -> bytes(3, utf8(value))
                is ByteArray -> bytes(2, value)
                is Link -> link(value)
                is List<*> -> list(value, inside(depth))
                is Map<*, *> -> map(value, inside(depth))
                is Instant -> throw AllodException.badValue("an Instant is only taken as a time of a question: write its seconds, or a text")
                is Word -> throw AllodException.badValue("$value has no meaning here")
                else -> throw AllodException.badValue("${value.javaClass.name} has no form in DAG-CBOR")
            }
        }

        private fun list(items: List<*>, depth: Int) {
            // Read once: a list that answers differently the second time would not have the length that was written.
            val items = items.toTypedArray()
            head(4, items.size.toLong())
            items.forEach { write(it, depth) }
        }

        private fun map(map: Map<*, *>, depth: Int) {
            val entries = map.entries.map { (key, value) ->
                if (key !is String) throw AllodException.badValue("a key of a map is no text")
                utf8(key) to value
            }
            val sorted = entries.sortedWith { one, other -> order(one.first, other.first) }
            head(5, sorted.size.toLong())
            var last: ByteArray? = null
            for ((key, value) in sorted) {
                if (last?.contentEquals(key) == true) throw AllodException.badValue("a key stands twice in a map")
                bytes(3, key)
                write(value, depth)
                last = key
            }
        }

        private fun link(link: Link) {
            head(6, LINK_TAG)
            bytes(2, byteArrayOf(0) + link.bytes)
        }

        private fun bytes(major: Int, bytes: ByteArray) {
            head(major, bytes.size.toLong())
            out.write(bytes, 0, bytes.size)
        }

        private fun float(value: Double) {
            if (value.isNaN() || value.isInfinite()) throw AllodException.badValue("$value has no form in DAG-CBOR")
            out.write(0xfb)
            rest(value.toRawBits(), 8)
        }

        private fun integer(value: Long) = if (value < 0) head(1, value.inv()) else head(0, value)

        private fun integer(value: BigInteger) {
            val negative = value.signum() < 0
            val size = if (negative) value.not() else value
            if (size > LARGEST) throw AllodException.badValue("integers go from -2^64 to 2^64-1")
            head(if (negative) 1 else 0, size.toLong())
        }

        /** The argument is unsigned. */
        private fun head(major: Int, argument: Long) {
            val length = when {
                argument ushr 32 != 0L -> 8
                argument ushr 16 != 0L -> 4
                argument ushr 8 != 0L -> 2
                argument >= 24 -> 1
                else -> 0
            }
            val short = if (length == 0) argument.toInt() else 24 + Integer.numberOfTrailingZeros(length)
            out.write(major shl 5 or short)
            rest(argument, length)
        }

        private fun rest(argument: Long, length: Int) {
            for (at in length - 1 downTo 0) out.write((argument ushr (8 * at)).toInt() and 0xff)
        }
    }

    private class Reader(private val input: ByteBuffer, private val links: MutableList<Link>?) {
        fun whole(): Any? {
            val value = value(0)
            if (input.hasRemaining()) throw malformed("something follows it")
            return value
        }

        private fun value(depth: Int): Any? {
            val first = byte()
            val (major, short) = Pair(first ushr 5, first and 0x1f)
            if (major == 7) return simple(short)
            val argument = argument(short)
            return when (major) {
                0 -> integer(argument, negative = false)
                1 -> integer(argument, negative = true)
                2 -> bytes(argument)
                3 -> text(argument)
                4 -> list(argument, inside(depth))
                5 -> map(argument, inside(depth))
                else -> link(argument)
            }
        }

        private fun simple(short: Int): Any? = when (short) {
            20 -> false
            21 -> true
            22 -> null
            27 -> Double.fromBits(unsigned(8)).also {
                if (it.isNaN() || it.isInfinite()) throw malformed("a float is not finite")
            }
            else -> throw malformed("a simple value that DAG-CBOR has not")
        }

        private fun argument(short: Int): Long {
            if (short < 24) return short.toLong()
            if (short > 27) throw malformed("a length that is not definite")
            val length = 1 shl (short - 24)
            val argument = unsigned(length)
            val fitsShorter = if (length == 1) argument < 24 else argument ushr (4 * length) == 0L
            if (fitsShorter) throw malformed("a number that is longer than it has to be")
            return argument
        }

        private fun unsigned(length: Int): Long {
            var value = 0L
            repeat(length) { value = value shl 8 or byte().toLong() }
            return value
        }

        private fun integer(argument: Long, negative: Boolean): Any {
            if (argument >= 0) return if (negative) argument.inv() else argument
            val size = BigInteger.valueOf(argument).and(LARGEST)
            return if (negative) size.not() else size
        }

        private fun slice(length: Long): ByteBuffer {
            if (length < 0 || length > input.remaining()) throw malformed("it ends too early")
            val slice = input.slice()
            slice.limit(length.toInt())
            input.position(input.position() + length.toInt())
            return slice
        }

        private fun bytes(length: Long): ByteArray = slice(length).let { ByteArray(it.remaining()).apply(it::get) }

        private fun text(length: Long): String = textOrNull(slice(length)) ?: throw malformed("a text is not UTF-8")

        private fun list(length: Long, depth: Int): List<Any?> {
            val items = ArrayList<Any?>(room(length))
            for (at in 0 until length) items.add(value(depth))
            return java.util.Collections.unmodifiableList(items)
        }

        private fun map(length: Long, depth: Int): Map<String, Any?> {
            room(length)
            val map = LinkedHashMap<String, Any?>()
            var last: ByteArray? = null
            for (at in 0 until length) {
                val head = byte()
                if (head ushr 5 != 3) throw malformed("a key of a map is no text")
                val key = bytes(argument(head and 0x1f))
                if (last != null && order(last, key) >= 0) throw malformed("the keys of a map are not in order")
                map[textOrNull(ByteBuffer.wrap(key)) ?: throw malformed("a key is not UTF-8")] = value(depth)
                last = key
            }
            return java.util.Collections.unmodifiableMap(map)
        }

        private fun link(tag: Long): Link {
            if (tag != LINK_TAG) throw malformed("a tag other than 42")
            val head = byte()
            if (head ushr 5 != 2) throw malformed("a link that is no bytes")
            val bytes = bytes(argument(head and 0x1f))
            if (bytes.size < 2 || bytes[0] != 0.toByte()) throw malformed("a link without its first zero")
            return Link(bytes.copyOfRange(1, bytes.size)).also { links?.add(it) }
        }

        /** Nothing is set aside for more items than there are bytes. */
        private fun room(length: Long): Int {
            if (length < 0 || length > input.remaining()) throw malformed("it ends too early")
            return length.toInt()
        }

        private fun byte(): Int {
            if (!input.hasRemaining()) throw malformed("it ends too early")
            return input.get().toInt() and 0xff
        }
    }

    private fun inside(depth: Int): Int {
        if (depth >= MOST_DEPTH) throw AllodException.badValue("nested deeper than $MOST_DEPTH levels")
        return depth + 1
    }

    /** Keys stand by their lengths, then by their bytes. */
    private fun order(one: ByteArray, other: ByteArray): Int {
        if (one.size != other.size) return one.size - other.size
        for (at in one.indices) {
            val difference = (one[at].toInt() and 0xff) - (other[at].toInt() and 0xff)
            if (difference != 0) return difference
        }
        return 0
    }

    private fun malformed(message: String) =
        AllodException(Code.BAD_VALUE, "bad-value", "this is not DAG-CBOR: $message", "write it in strict DAG-CBOR")
}
