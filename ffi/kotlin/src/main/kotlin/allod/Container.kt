package allod

import com.sun.jna.Memory
import com.sun.jna.Native
import com.sun.jna.Pointer

/** Tokens that travel together, each once. */
class Container internal constructor(pointer: Pointer) : Handle(pointer, Raw::allod_container_free) {
    /** How many tokens are in it. */
    val size: Int
        get() = lend { container ->
            val out = LongArray(1)
            check(Raw.allod_container_len(container, out))
            out[0].toInt()
        }

    /** What is in it: {encoding, tokens}, of each token its {cid, kind}, and of what cannot be read {cid, kind: "unreadable", code, message}. */
    val contents: Map<String, Any?>
        get() = lend { container -> mapFrom { Raw.allod_container_contents(container, DAG_CBOR, it) } }

    /** The token at a place, from 0 on: an [AllodException] if what is there is none. */
    fun token(index: Int): Token = lend { container ->
        Token(made { Raw.allod_container_token(container, SizeT(index.toLong()), it) })
    }

    @JvmOverloads
    fun write(encoding: Encoding = Encoding.RAW): ByteArray =
        lend { container -> bytesOf { Raw.allod_container_write(container, encoding.number, it) } }

    /** As text, in one of the encodings in base64. */
    @JvmOverloads
    fun writeText(encoding: Encoding = Encoding.BASE64URL): String {
        if (!encoding.isText) throw AllodException.badArgument("$encoding is no text")
        return String(write(encoding), Charsets.US_ASCII)
    }

    companion object {
        /** Reads a container in any of the six encodings. */
        @JvmStatic
        fun read(container: ByteArray): Container {
            val given = In(container)
            return Container(made { Raw.allod_container_read(given.bytes, given.size, it) })
        }

        @JvmStatic
        fun read(container: String): Container = read(utf8(container))

        @JvmStatic
        fun of(tokens: List<Token>): Container = lendAll(tokens) { pointers ->
            val list = Memory((pointers.size + 1L) * Native.POINTER_SIZE)
            pointers.forEachIndexed { at, pointer -> list.setPointer(at.toLong() * Native.POINTER_SIZE, pointer) }
            Container(made { Raw.allod_container_of(list, SizeT(pointers.size.toLong()), it) })
        }

        @JvmStatic
        fun of(vararg tokens: Token): Container = of(tokens.asList())

        private fun <T> lendAll(tokens: List<Token>, call: (List<Pointer>) -> T): T {
            val tokens = tokens.toList()
            val pointers = tokens.map { token -> token.lend { it } }
            return call(pointers).also { tokens.forEach { token -> token.keep() } }
        }
    }
}

/** How a container is written. */
enum class Encoding(internal val number: Int, internal val isText: Boolean) {
    RAW(0, false),
    BASE64(1, true),

    /** For texts, links and QR codes. */
    BASE64URL(2, true),

    /** Compressed. */
    GZIP(3, false),
    GZIP_BASE64(4, true),
    GZIP_BASE64URL(5, true),
}
