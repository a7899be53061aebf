package allod.test

import allod.Authorizer
import allod.Code
import allod.Container
import allod.Decision
import allod.Evidence
import allod.Execution
import allod.Executor
import allod.Handler
import allod.Token
import allod.TokenKind
import allod.Value

/** From a grant to its revocation, in Kotlin and in Java. */
fun flow(suite: Suite) {
    suite.test("the whole flow from Kotlin") { people(::whole) }
    suite.test("the whole flow from Java") { JavaFlow.run() }
    suite.test("what is wrong from Java is refused before anything is done") { JavaHostile.run() }
}

private fun whole(alice: Person, bob: Person) {
    val granted = alice.agent.grant(
        mapOf(
            "audience" to bob.did,
            "subject" to alice.did,
            "command" to "/photos",
            "policy" to listOf(listOf("==", ".album", "summer")),
            "expires" to LATER,
        ),
        NOW,
    )
    same(granted.token.kind, TokenKind.DELEGATION)
    same(granted.token.claims["expires"], LATER.epochSecond)
    same(bob.agent.receive(granted.container.write())["new"], 1L)

    val asked = mapOf("subject" to alice.did, "command" to "/photos/count", "arguments" to mapOf("album" to "summer"))
    val invoked = bob.agent.invoke(asked, NOW)
    val request = invoked.container.writeText()
    refused(Code.NO_CHAIN) { bob.agent.invoke(asked + ("arguments" to mapOf("album" to "winter")), NOW) }

    val authorizer = Authorizer(alice.did)
    Evidence(mapOf("now" to NOW), alice.store).use { evidence ->
        val decision = authorizer.decide(request, evidence) as Decision.Allowed
        same(decision.isAllowed, true)
        val grant = decision.grant
        same(listOf(grant.issuer, grant.subject, grant.command), listOf(bob.did, alice.did, "/photos/count"))
        same(grant.arguments, mapOf("album" to "summer"))
        same(grant.chain, listOf(granted.token.cid))
        same(grant.until, NOW.plusSeconds(300))
        same(authorizer.decideInvocation(invoked.token.bytes, evidence).isAllowed, false)
        same(authorizer.needs(invoked.container.write(), evidence)["proofs"], emptyList<Any>())
    }

    val seen = ArrayList<String>()
    val executor = Executor(alice.signer, alice.store, mapOf("log" to "arguments"))
    executor.handle("/photos/count", Handler { grant ->
        seen.add(grant.issuer)
        mapOf("count" to 3)
    })
    val execution = executor.execute(request, NOW)
    same(execution.outcome, Execution.Outcome.EXECUTED)
    same(execution.ok, mapOf("count" to 3L))
    same(executor.execute(request, NOW).outcome, Execution.Outcome.EXECUTED_BEFORE)
    same(seen, listOf(bob.did))
    val logged = list(alice.store.log()["entries"]).map(::map)
    same(logged.first()["verdict"], "executed")
    same(Value.fromJson(logged.first()["arguments"] as String), mapOf("album" to "summer"))

    Token.parse(execution.receipt!!).use { receipt ->
        same(receipt.kind, TokenKind.RECEIPT)
        same(receipt.claims["issuer"], alice.did)
        same(receipt.claims["ran"], execution.ran)
        same(bob.agent.receive(Container.of(receipt))["receipts"], 1L)
    }
    same(hex(bob.store.receipts(execution.ran!!, alice.did).single()), hex(execution.receipt!!))

    val revoked = alice.agent.revoke(granted.token.cid, NOW.plusSeconds(1))
    same(revoked.token.kind, TokenKind.REVOCATION)
    same(alice.store.isRevoked(granted.token.cid, alice.did), true)
    Evidence(mapOf("now" to NOW), alice.store).use { evidence ->
        val denied = authorizer.decide(request, evidence) as Decision.Denied
        same(listOf(denied.code, denied.number, denied.link), listOf("revoked", Code.REVOKED, 0))
        same(denied.cid, granted.token.cid)
        same(denied.public.keys, setOf("code", "cid", "remedy"))
        holds(denied.trace.any { it["outcome"] == "failed" }, "a rule failed")
    }
    same(map(list(bob.agent.receive(revoked.container)["revocations"]).single())["result"], "new")
    refused(Code.NO_CHAIN) { bob.agent.invoke(asked, NOW.plusSeconds(2)) }
    listOf(executor, authorizer, revoked, invoked, granted).forEach { it.close() }
}
