package allod.test

import allod.Allod
import allod.Key
import allod.Signer
import allod.Store
import allod.Token

/** What is forgotten is freed. The last of the tests: nothing of those before may be alive. */
fun collected(suite: Suite) {
    suite.test("nothing is left of the other tests") { settles("handles") { Allod.liveHandles == 0L } }

    suite.test("10,000 objects that nobody closed are freed, and their functions are dropped") {
        val before = Allod.liveHandles
        Key.generate().use { key ->
            Signer.of(key).use { signer ->
                Token.invocation(signer, mapOf("subject" to key.did, "command" to "/a", "expires" to LATER)).use { token ->
                    val (bytes, public) = Pair(token.bytes, key.publicKey)
                    repeat(10_000) {
                        when (it % 4) {
                            0 -> Token.parse(bytes)
                            1 -> Store.memory()
                            2 -> Signer.of(key)
                            else -> Signer.of(public, function = { message -> message })
                        }
                    }
                }
            }
        }
        settles("handles") { Allod.liveHandles == before }
        settles("functions") { Allod.liveFunctions == 0 }
    }

    suite.test("what is in use is not freed, though nothing else refers to it") {
        val query = mapOf("to" to "did:web:example.com")
        // Only what was compiled knows that an object is not looked at any more.
        Store.memory().use { store -> repeat(20_000) { store.delegations(query) } }
        val slow = object : AbstractMap<String, Any?>() {
            override val entries: Set<Map.Entry<String, Any?>>
                get() {
                    repeat(5) {
                        System.gc()
                        Thread.sleep(20)
                    }
                    return query.entries
                }
        }
        repeat(3) { same(list(Store.memory().delegations(slow)["delegations"]), emptyList<Any>()) }
    }
}

private fun settles(what: String, body: () -> Boolean) {
    repeat(200) {
        if (body()) return
        System.gc()
        Thread.sleep(20)
    }
    throw AssertionError("$what: ${Allod.liveHandles} handles and ${Allod.liveFunctions} functions are alive")
}
