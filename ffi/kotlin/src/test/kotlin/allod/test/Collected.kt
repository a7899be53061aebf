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
                Token.invocation(signer, mapOf("subject" to key.did, "command" to "/a")).use { token ->
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

    suite.test("what is in use is not freed, however often memory is collected") {
        val collecting = Thread { while (!Thread.currentThread().isInterrupted) System.gc() }
        collecting.start()
        val key = Key.generate()
        Signer.of(key).use { signer ->
            val bytes = Token.invocation(signer, mapOf("subject" to key.did, "command" to "/a")).use { it.bytes }
            repeat(8_000) { same(Token.parse(bytes).kind.ordinal, 1) }
        }
        key.close()
        collecting.interrupt()
        collecting.join()
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
