package allod

/**
 * Structured values, as questions, arguments, policies and results are made of: null, Boolean, String, ByteArray, [Link], List and
 * Map with texts as keys; integers, from -2^64 to 2^64-1, are Byte, Short, Int, Long and BigInteger on their way in, and Long, or BigInteger where
 * that is too small, on their way out; floats are Float and Double, and Double. What comes out cannot be changed.
 *
 * An Instant is taken in those fields of questions that are times. Elsewhere it is refused: a policy may be about parts of a second, or
 * about milliseconds, and has to say which.
 */
object Value {
    /**
     * The subject of a delegation of whatever its issuer may do, now and in future, about anyone. It is not spelled null: a variable that is
     * null by accident would give away everything.
     */
    @JvmField
    val POWERLINE: Word = Word("POWERLINE")

    /** As `expires`: it has no end, and only a revocation takes it back. */
    @JvmField
    val NEVER: Word = Word("NEVER")

    /** A map of keys and values, one after the other; unlike `java.util.Map.of` it takes null as a value. */
    @JvmStatic
    fun map(vararg keysAndValues: Any?): Map<String, Any?> {
        if (keysAndValues.size % 2 != 0) throw AllodException.badArgument("the last key has no value")
        val map = LinkedHashMap<String, Any?>()
        for (at in keysAndValues.indices step 2) {
            val key = keysAndValues[at] as? String ?: throw AllodException.badArgument("a key of a map is no text")
            if (key in map) throw AllodException.badArgument("the key $key stands twice")
            map[key] = keysAndValues[at + 1]
        }
        return map
    }

    /** Reads DAG-JSON, strictly: a key that stands twice is refused, say. */
    @JvmStatic
    fun fromJson(json: String): Any? {
        // The library takes maps and lists, and tells them by their first byte.
        val isInner = json.trimStart().firstOrNull() in setOf('{', '[')
        val asked = text(if (isInner) json else "[$json\n]")
        val value = valueOf { Raw.allod_value_convert(asked.bytes, asked.size, DAG_CBOR, it) }
        return when {
            isInner -> value
            value is List<*> && value.size == 1 -> value[0]
            else -> throw AllodException.badValue("this is not one value")
        }
    }

    /** Writes DAG-JSON. An [AllodException] with [Code.NO_JSON] for a map with the key "/", which has no form there. */
    @JvmStatic
    fun toJson(value: Any?): String {
        val isInner = value is Map<*, *> || value is List<*>
        val asked = value(if (isInner) value else listOf(value))
        val json = textOf { Raw.allod_value_convert(asked.bytes, asked.size, DAG_JSON, it) }
        return if (isInner) json else json.substring(1, json.length - 1)
    }

    /** Reads DAG-CBOR, strictly: what has another spelling than its one is refused. */
    @JvmStatic
    fun fromCbor(cbor: ByteArray): Any? {
        val links = ArrayList<Link>()
        val value = Cbor.decode(cbor.copyOf(), links)
        // What a CID is, the library knows.
        val asked = if (links.isEmpty()) return value else value(links)
        bytesOf { Raw.allod_value_convert(asked.bytes, asked.size, DAG_CBOR, it) }
        return value
    }

    /** Writes DAG-CBOR. */
    @JvmStatic
    fun toCbor(value: Any?): ByteArray = Cbor.encode(value)
}
