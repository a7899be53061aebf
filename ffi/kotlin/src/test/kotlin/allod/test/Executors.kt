package allod.test

import allod.Allod
import allod.Authorizer
import allod.Code
import allod.Decision
import allod.Evidence
import allod.Execution
import allod.Executor
import allod.FailureListener
import allod.Handler
import allod.HandlerException
import allod.HandlerOption
import allod.Link
import java.util.concurrent.ConcurrentLinkedQueue

private val LOUD = FailureListener { message, failure ->
    java.util.logging.Logger.getLogger("allod").log(java.util.logging.Level.WARNING, message, failure)
}

/** Whatever handlers do. */
fun executors(suite: Suite) {
    suite.test("what a handler throws is told here, and to the other side only that it failed") {
        val told = ConcurrentLinkedQueue<Throwable>()
        Allod.setFailureListener { _, failure -> told.add(failure) }
        try {
            Person().use { alice ->
                val thrown = listOf(IllegalStateException("a secret"), StackOverflowError(), OutOfMemoryError("none"), InterruptedException())
                for (failure in thrown) {
                    val execution = executed(alice, Handler { throw failure })
                    same(listOf(execution.outcome, execution.isOk), listOf(Execution.Outcome.EXECUTED, false))
                    same(execution.error, mapOf("reason" to "handler-failed"))
                    same(told.poll(), failure)
                }
                same(Thread.interrupted(), true)
            }
        } finally {
            Allod.setFailureListener(LOUD)
        }
    }

    suite.test("a listener that throws harms nobody") {
        Allod.setFailureListener { _, _ -> throw IllegalStateException() }
        try {
            Person().use { alice -> same(executed(alice, Handler { error("no") }).isOk, false) }
        } finally {
            Allod.setFailureListener(LOUD)
        }
    }

    suite.test("results and reasons are maps, lists and null; whatever else is a failure") {
        Allod.setFailureListener { _, _ -> }
        try {
            Person().use { alice ->
                for (result in listOf(null, emptyList<Any>(), mapOf("a" to listOf(1L, null)))) {
                    val execution = executed(alice, Handler { result })
                    same(listOf(execution.isOk, execution.ok), listOf(true, result))
                    val failed = executed(alice, Handler { throw HandlerException(result) })
                    same(listOf(failed.isOk, failed.error), listOf(false, result))
                }
                for (result in listOf("text", 1, Any(), listOf("\ud800"), Double.NaN)) {
                    same(executed(alice, Handler { result }).error, mapOf("reason" to "handler-failed"))
                    same(executed(alice, Handler { throw HandlerException(result) }).error, mapOf("reason" to "handler-failed"))
                }
            }
        } finally {
            Allod.setFailureListener(LOUD)
        }
    }

    suite.test("handlers are registered once, with their options, and dropped with the executor") {
        Person().use { alice ->
            val before = Allod.liveFunctions
            Executor(alice.signer, alice.store).use { executor ->
                executor.handle("/a", setOf(HandlerOption.AND_BELOW, HandlerOption.IDEMPOTENT)) { mapOf("did" to it.command) }
                refused(Code.HANDLER_TAKEN) { executor.handle("/a", Handler { null }) }
                refused(Code.HANDLER_RESERVED) { executor.handle("/ucan/revoke", Handler { null }) }
                refused(Code.HANDLER_TOP) { executor.handle("/", Handler { null }) }
                holds(runCatching { executor.handle("a", Handler { null }) }.isFailure, "no command")
                same(Allod.liveFunctions, before + 1)
                same(executor.did, alice.did)
                alice.agent.invoke(mapOf("subject" to alice.did, "command" to "/a/b"), NOW).use { invoked ->
                    same(executor.execute(invoked.container.write(), NOW).ok, mapOf("did" to "/a/b"))
                }
                alice.agent.invoke(mapOf("subject" to alice.did, "command" to "/b"), NOW).use { invoked ->
                    same(executor.execute(invoked.container.write(), NOW).outcome, Execution.Outcome.REFUSED)
                }
                refused(Code.MALFORMED) { executor.execute("nothing", NOW) }
            }
            same(Allod.liveFunctions, before)
        }
    }

    suite.test("arguments that wait for results are not given out") {
        Person().use { alice ->
            val task = alice.agent.invoke(mapOf("subject" to alice.did, "command" to "/a"), NOW).use { it.token.claims["task"] as String }
            val asked = mapOf("subject" to alice.did, "command" to "/b", "arguments" to mapOf("of" to mapOf("await/ok" to Link.of(task))))
            val request = alice.agent.invoke(asked, NOW).use { it.container.write() }
            val decision = Evidence(mapOf("now" to NOW), alice.store).use { evidence ->
                Authorizer(alice.did).use { it.decide(request, evidence) } as Decision.Allowed
            }
            same(decision.grant.awaitsResults, true)
            same(decision.grant.awaits, listOf(mapOf("task" to task, "branch" to "ok")))
            refused(Code.AWAITS_RESULTS) { decision.grant.arguments }
            Executor(alice.signer, alice.store).use { executor ->
                executor.handle("/b", Handler { it.arguments })
                same(executor.execute(request, NOW).outcome, Execution.Outcome.AWAITS)
            }
        }
    }

    suite.test("what has ended is swept") {
        Person().use { alice ->
            Executor(alice.signer, alice.store).use { executor ->
                executor.handle("/a", Handler { null })
                for (now in listOf(NOW, NOW.plusSeconds(400_000_000))) {
                    alice.agent.invoke(mapOf("subject" to alice.did, "command" to "/a"), now).use { executor.execute(it.container.write(), now) }
                }
                holds(executor.sweep() >= 0, "a number")
                same(executor.sweep(), 0L)
            }
        }
    }

    suite.test("a handler may call the library, and the executor that called it") {
        people { alice, bob ->
            Executor(alice.signer, alice.store).use { executor ->
                val inner = alice.agent.invoke(mapOf("subject" to alice.did, "command" to "/inner"), NOW).use { it.container.write() }
                executor.handle("/inner", Handler { mapOf("depth" to 2) })
                executor.handle("/outer", Handler { mapOf("inner" to executor.execute(inner, NOW).ok, "bob" to bob.agent.did) })
                val outer = alice.agent.invoke(mapOf("subject" to alice.did, "command" to "/outer"), NOW).use { it.container.write() }
                same(executor.execute(outer, NOW).ok, mapOf("inner" to mapOf("depth" to 2L), "bob" to bob.did))
            }
        }
    }

    suite.test("revocations are taken up, and the clock is not set back") {
        people { alice, bob ->
            val granted = alice.agent.grant(mapOf("audience" to bob.did, "subject" to alice.did, "command" to "/a", "expires" to LATER), NOW)
            val revoked = alice.agent.revoke(granted.token.cid, NOW)
            Person().use { carol ->
                Executor(carol.signer, carol.store, mapOf("subjects" to listOf(alice.did, carol.did), "tolerance" to 1)).use { executor ->
                    same(executor.takeUpRevocations(revoked.container).single()["result"], "new")
                    bob.agent.receive(granted.container)
                    val request = bob.agent.invoke(mapOf("subject" to alice.did, "command" to "/a", "audience" to carol.did), NOW)
                    val execution = executor.execute(request.container.write(), NOW)
                    same(listOf(execution.outcome, execution.denial?.get("code")), listOf(Execution.Outcome.DENIED, "revoked"))
                }
            }
        }
    }
}

private fun executed(alice: Person, handler: Handler): Execution = Executor(alice.signer, alice.store).use { executor ->
    executor.handle("/a", handler)
    alice.agent.invoke(mapOf("subject" to alice.did, "command" to "/a"), NOW).use { executor.execute(it.container.write(), NOW) }
}
