package allod.test

import allod.Agent
import allod.Allod
import allod.Authorizer
import allod.Code
import allod.Container
import allod.Decision
import allod.Evidence
import allod.Executor
import allod.Handle
import allod.Handler
import allod.Key
import allod.Signer
import allod.Store
import allod.Token
import allod.Unsigned
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger

/** What careless and hostile callers do. */
fun hostile(suite: Suite) {
    suite.test("whatever was closed is refused, and closing it again does nothing") {
        people { alice, bob ->
            val issued = alice.agent.grant(mapOf("audience" to bob.did, "subject" to alice.did, "command" to "/a", "expires" to LATER), NOW)
            val uses: List<Pair<Handle, (Handle) -> Any?>> = listOf(
                Key.generate() to { (it as Key).did },
                Signer.of(alice.key) to { (it as Signer).did },
                Store.memory() to { (it as Store).names },
                Agent(alice.signer, alice.store) to { (it as Agent).did },
                Executor(alice.signer, alice.store) to { (it as Executor).handle("/a", Handler { null }) },
                Authorizer(alice.did) to { authorizer ->
                    Evidence(mapOf("now" to NOW, "revoked" to emptyList<Any>())).use { (authorizer as Authorizer).decide(ByteArray(0), it) }
                },
                Evidence(mapOf("now" to NOW, "revoked" to emptyList<Any>())) to { evidence ->
                    Authorizer(alice.did).use { it.decide(ByteArray(0), evidence as Evidence) }
                },
                issued.token to { (it as Token).bytes },
                issued.container to { (it as Container).write() },
                Unsigned.invocation(alice.key.publicKey, mapOf("subject" to alice.did, "command" to "/a", "expires" to LATER)) to { (it as Unsigned).bytes },
            )
            for ((handle, use) in uses) {
                val (live, functions) = Pair(Allod.liveHandles, Allod.liveFunctions)
                same(handle.isClosed, false)
                handle.close()
                handle.close()
                same(handle.isClosed, true)
                same(Allod.liveHandles, live - 1, "${handle.javaClass}")
                refused(Code.STALE_HANDLE, "${handle.javaClass}") { use(handle) }
                same(Allod.liveFunctions, functions)
            }
            refused(Code.STALE_HANDLE) { Container.of(issued.token) }
            refused(Code.STALE_HANDLE) { alice.store.put(issued.token) }
            refused(Code.STALE_HANDLE) { bob.agent.receive(issued.container) }
        }
    }

    suite.test("half of a surrogate pair is refused in every text") {
        Person().use { alice ->
            val half = "did:key:\ud83d"
            val calls: List<() -> Any?> = listOf(
                { Authorizer(half) }, { alice.signer.actingAs(half) }, { alice.store.setName(half, null) }, { alice.store.setName("a", half) },
                { Store.open("/tmp/\udc00") }, { Key.fromPem(half) }, { Key.fromJwk(half) }, { Container.read(half) }, { Allod.readDid(half) },
                { alice.agent.revoke(half) }, { Allod.commandCovers("/a", "/\ud800") }, { Executor(alice.signer, alice.store).handle("/\ud800", Handler { null }) },
                { alice.agent.grant(mapOf("audience" to half, "subject" to half, "expires" to LATER)) }, { alice.agent.invoke(mapOf(half to 1)) },
            )
            for ((at, call) in calls.withIndex()) refused(Code.BAD_UTF8, "call $at", call)
        }
    }

    suite.test("evidence that says nothing of revocations is refused") {
        refused(Code.BAD_ARGUMENT) { Evidence(mapOf("now" to NOW)) }
        refused(Code.UNKNOWN_FIELD) { Evidence(mapOf("now" to NOW, "dangerWithoutRevocation" to true)) }
        Evidence(mapOf("now" to NOW, "dangerWithoutRevocations" to true)).close()
        holds(runCatching { Evidence(mapOf("now" to NOW, "dangerWithoutRevocations" to "yes")) }.isFailure, "a yes that is a text")
    }

    suite.test("wrong types are refused, and rubbish is denied") {
        Person().use { alice ->
            for (wrong in listOf(1, true, listOf(1), mapOf("a" to 1), ByteArray(3))) {
                holds(runCatching { alice.agent.grant(mapOf("audience" to wrong, "subject" to alice.did, "command" to "/a", "expires" to LATER)) }.isFailure, "$wrong")
            }
            holds(allod.PublicKey(allod.Algorithm.P256, ByteArray(33)).toString().contains("no key"), "no key in words")
            val random = java.util.Random(3)
            Authorizer(alice.did).use { authorizer ->
                Evidence(mapOf("now" to NOW), alice.store).use { evidence ->
                    for (text in listOf("", "\ud800", "C\udfff", "水")) same((authorizer.decide(text, evidence) as Decision.Denied).code, "malformed", text)
                    repeat(1000) {
                        val bytes = ByteArray(random.nextInt(100)).also(random::nextBytes)
                        val denied = authorizer.decide(bytes, evidence) as Decision.Denied
                        holds(denied.number in 1..99, "$denied")
                        holds(!authorizer.decideInvocation(bytes, evidence).isAllowed, "an invocation")
                    }
                }
            }
        }
    }

    suite.test("bytes that came out or went in are one's own to write to") {
        people { alice, bob ->
            alice.agent.grant(mapOf("audience" to bob.did, "subject" to alice.did, "command" to "/a", "expires" to LATER), NOW).use { issued ->
                val (first, given) = Pair(issued.token.bytes, issued.token.bytes)
                Token.parse(given).use { token ->
                    given.fill(0)
                    first.fill(0)
                    same(token.bytes, issued.token.bytes)
                    token.verify()
                }
                val key = alice.key.publicKey
                key.bytes.fill(0)
                same(key.did, alice.did)
            }
        }
    }

    suite.test("16 threads use, close and forget the same objects") {
        people { alice, bob ->
            val count = AtomicInteger()
            Executor(alice.signer, alice.store).use { executor ->
                executor.handle("/a", Handler { mapOf("count" to count.incrementAndGet()) })
                bob.agent.receive(alice.agent.grant(mapOf("audience" to bob.did, "subject" to alice.did, "command" to "/a", "expires" to LATER), NOW).use { it.container.write() })
                val request = bob.agent.invoke(mapOf("subject" to alice.did, "command" to "/a"), NOW).use { it.container.write() }
                val pool = Executors.newFixedThreadPool(16)
                val tasks = List(16) {
                    Callable {
                        repeat(25) {
                            Evidence(mapOf("now" to NOW), alice.store).use { evidence ->
                                same(Authorizer(alice.did).use { it.decide(request, evidence) }.isAllowed, true)
                            }
                            executor.execute(request, NOW)
                            bob.agent.invoke(mapOf("subject" to alice.did, "command" to "/a"), NOW).use { fresh ->
                                same(executor.execute(fresh.container.write(), NOW).isOk, true)
                            }
                        }
                    }
                }
                pool.invokeAll(tasks).forEach { it.get() }
                same(count.get(), 16 * 25 + 1)

                // One closes what the others use: they are served or refused.
                repeat(50) {
                    val shared = Key.generate()
                    pool.invokeAll(List(16) { at ->
                        Callable {
                            if (at == 7) shared.close()
                            try {
                                same(shared.sign(ByteArray(1)).size, 64)
                            } catch (refusal: allod.AllodException) {
                                same(refusal.number, Code.STALE_HANDLE)
                            }
                        }
                    }).forEach { it.get() }
                }
                pool.shutdown()
            }
        }
    }
}
