package allod

/** What belongs to no object. */
object Allod {
    /** The version of the library, as "1.2.3". */
    @JvmStatic
    val version: String get() = Raw.allod_version()?.getString(0, "UTF-8").orEmpty()

    /** How many objects of the library are alive: for tests that look for leaks. */
    @JvmStatic
    val liveHandles: Long get() = Raw.allod_live_handles().toLong()

    /** How many signer functions and handlers the library may still call: for tests that look for leaks. */
    @JvmStatic
    val liveFunctions: Int get() = Callbacks.size

    /** Whoever is told what handlers throw; else it goes to the logger "allod" of java.util.logging. */
    @JvmStatic
    fun setFailureListener(listener: FailureListener) {
        Failures.listener = listener
    }

    /** Whether a command covers another: is the same, or stands above it. An [AllodException] for what is no command. */
    @JvmStatic
    fun commandCovers(command: String, other: String): Boolean {
        val (upper, lower) = Pair(text(command), text(other))
        return flagOf { Raw.allod_command_covers(upper.bytes, upper.size, lower.bytes, lower.size, it) }
    }

    /** The CID of a token's bytes, in base58btc. */
    @JvmStatic
    fun cidOf(token: ByteArray): String {
        val given = In(token)
        return textOf { Raw.allod_cid_of(given.bytes, given.size, it) }
    }

    /** A token's CID, as text in any base, in base58btc. An [AllodException] for what is none. */
    @JvmStatic
    fun readCid(cid: String): String {
        val given = text(cid)
        return textOf { Raw.allod_cid_read(given.bytes, given.size, it) }
    }

    /**
     * What a DID says by itself: {did, method, algorithm, key, url, short, verifiable}. The algorithm and the bytes of the key are those of a
     * did:key, the URL is where the document of a did:web lies, else null. An [AllodException] for what is no DID.
     */
    @JvmStatic
    fun readDid(did: String): Map<String, Any?> {
        val given = text(did)
        return mapFrom { Raw.allod_did_read(given.bytes, given.size, DAG_CBOR, it) }
    }

    /** The document that a did:key amounts to, in JSON. */
    @JvmStatic
    fun didDocument(did: String): String {
        val given = text(did)
        return textOf { Raw.allod_did_document(given.bytes, given.size, it) }
    }

    /** A policy in words, and what is legal but risky in it: {words, lints}. An [AllodException] for what is no policy. */
    @JvmStatic
    fun policyWords(policy: List<Any?>): Map<String, Any?> {
        val asked = value(policy)
        return mapFrom { Raw.allod_policy_words(asked.bytes, asked.size, DAG_CBOR, it) }
    }

    /**
     * What a policy says of arguments: {truth}, which is "true", "false" or "unknown", of which only "true" allows; for the others also
     * {statement, path, words, selector, found}, which tell the first statement that is not satisfied, and why.
     */
    @JvmStatic
    fun evaluatePolicy(policy: List<Any?>, arguments: Map<String, Any?>): Map<String, Any?> {
        val (asked, given) = Pair(value(policy), value(arguments))
        return mapFrom {
            Raw.allod_policy_evaluate(asked.bytes, asked.size, given.bytes, given.size, DAG_CBOR, it)
        }
    }
}
