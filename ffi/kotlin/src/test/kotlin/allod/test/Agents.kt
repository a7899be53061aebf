package allod.test

import allod.Agent
import allod.Algorithm
import allod.Allod
import allod.Code
import allod.Container
import allod.Encoding
import allod.Key
import allod.Signer
import allod.Store
import allod.Token
import allod.Unsigned
import allod.Value
import java.nio.file.Files

/** Keys, tokens, agents and stores. */
fun agents(suite: Suite) {
    suite.test("keys sign, and come back from every form they are written in") {
        for (algorithm in Algorithm.entries) {
            Key.generate(algorithm).use { key ->
                val signature = key.sign("hello".toByteArray())
                same(signature.size, 64)
                key.publicKey.verify("hello".toByteArray(), signature)
                refused(Code.BAD_SIGNATURE) { key.publicKey.verify("hullo".toByteArray(), signature) }
                val copies = listOf(
                    Key.fromSeed(algorithm, key.dangerExportSeed()), Key.fromPkcs8(key.dangerExportPkcs8()),
                    Key.fromJwk(key.dangerExportJwk()), Key.fromJwk(String(key.dangerExportJwk())), Key.fromPem(pem(key.dangerExportPkcs8())),
                )
                for (copy in copies) copy.use { same(listOf(it.did, it.algorithm), listOf(key.did, algorithm)) }
                same(key.publicKey.did, key.did)
            }
        }
        holds(runCatching { Key.fromSeed(Algorithm.ED25519, ByteArray(31)) }.isFailure, "a short seed")
    }

    suite.test("signers act for a did:web, whose document verifies what they sign") {
        Person().use { alice ->
            val web = "did:web:example.com"
            val document = Allod.didDocument(alice.did).replace(alice.did, web)
            alice.signer.actingAs(web).use { signer ->
                same(signer.did, web)
                val asked = mapOf("audience" to alice.did, "subject" to web, "command" to "/a", "expires" to LATER)
                Token.delegation(signer, asked).use { token ->
                    refused(Code.UNRESOLVED_DID) { token.verify() }
                    token.verify(mapOf(web to document))
                    same(alice.store.put(token, mapOf(web to document)), true)
                    same(alice.store.put(token, mapOf(web to document)), false)
                }
            }
        }
    }

    suite.test("a field that is misspelled is refused, and what was forgotten or is null gives nothing away") {
        people { alice, bob ->
            val asked = mapOf("audience" to bob.did, "subject" to alice.did, "command" to "/a", "expires" to LATER)
            refused(Code.UNKNOWN_FIELD) { alice.agent.grant(asked + ("polcy" to emptyList<Any>()), NOW) }
            val makers: List<(Map<String, Any?>) -> Any?> = listOf(
                { alice.agent.grant(it, NOW) }, { Token.delegation(alice.signer, it) }, { Unsigned.delegation(alice.key.publicKey, it) }, Token::lints,
            )
            for (make in makers) {
                for (field in listOf("subject", "expires")) {
                    refused(Code.BAD_ARGUMENT, field) { make(asked - field) }
                    refused(Code.BAD_ARGUMENT, field) { make(asked + (field to null)) }
                }
                refused(Code.BAD_ARGUMENT, "policy") { make(asked + ("policy" to null)) }
                refused(Code.BAD_VALUE, "swapped") { make(asked + ("subject" to Value.NEVER)) }
                refused(Code.BAD_VALUE, "swapped") { make(asked + ("expires" to Value.POWERLINE)) }
            }
            val widest = asked + mapOf("subject" to Value.POWERLINE, "expires" to Value.NEVER)
            alice.agent.grant(widest, NOW).use { same(listOf(it.token.claims["subject"], it.token.claims["expires"]), listOf(null, null)) }
        }
    }

    suite.test("an invocation that an agent does not give an end has to say its end") {
        Person().use { alice ->
            val asked = mapOf("subject" to alice.did, "command" to "/a")
            val makers: List<(Map<String, Any?>) -> Any?> = listOf({ Token.invocation(alice.signer, it) }, { Unsigned.invocation(alice.key.publicKey, it) })
            for (make in makers) {
                refused(Code.BAD_ARGUMENT) { make(asked) }
                refused(Code.BAD_ARGUMENT) { make(asked + ("expires" to null)) }
            }
            Token.invocation(alice.signer, asked + ("expires" to Value.NEVER)).use { same(it.claims["expires"], null) }
            alice.agent.invoke(asked + ("expires" to null), NOW).use { same(it.token.claims["expires"], NOW.epochSecond + 300) }
            refused(Code.BAD_VALUE) { alice.agent.invoke(asked + ("expires" to Value.NEVER), NOW) }
        }
    }

    suite.test("a map that answers differently the second time is checked as it is sent") {
        people { alice, bob ->
            val asked = mapOf("audience" to bob.did, "subject" to alice.did, "command" to "/a", "expires" to LATER)
            val changing = object : AbstractMap<String, Any?>() {
                var asks = 0
                override val entries: Set<Map.Entry<String, Any?>>
                    get() = (if (asks++ == 0) asked else asked + ("subject" to null)).entries
            }
            alice.agent.grant(changing, NOW).use { same(it.token.claims["subject"], alice.did) }
            refused(Code.BAD_ARGUMENT) { alice.agent.grant(changing, NOW) }
        }
    }

    suite.test("a token does not begin earlier, nor end later, than was said") {
        Person().use { alice ->
            val part = NOW.plusMillis(1)
            val asked = mapOf("audience" to alice.did, "subject" to alice.did, "command" to "/a", "notBefore" to part, "expires" to part.plusSeconds(9))
            val seconds = NOW.epochSecond
            alice.agent.grant(asked, NOW).use { same(listOf(it.token.claims["notBefore"], it.token.claims["expires"]), listOf(seconds + 1, seconds + 9)) }
            alice.agent.grant(asked + ("notBefore" to NOW), NOW).use { same(it.token.claims["notBefore"], seconds) }
        }
    }

    suite.test("containers are written and read in every encoding") {
        people { alice, bob ->
            val issued = alice.agent.grant(mapOf("audience" to bob.did, "subject" to alice.did, "command" to "/a", "expires" to LATER), NOW)
            for (encoding in Encoding.entries) {
                val bytes = issued.container.write(encoding)
                Container.read(bytes).use { container ->
                    same(listOf(container.size, container.contents["encoding"] != null), listOf(1, true))
                    container.token(0).use { same(it.cid, issued.token.cid) }
                }
                val isText = runCatching { issued.container.writeText(encoding) }.getOrNull()
                holds(isText == null || isText == String(bytes), "$encoding")
                same(isText != null, encoding.name.contains("BASE64"), "$encoding")
            }
            same(Container.of(issued.token, issued.token).use { it.size }, 1)
            same(Allod.cidOf(issued.token.bytes), issued.token.cid)
            holds(runCatching { issued.container.token(1) }.isFailure && runCatching { issued.container.token(-1) }.isFailure, "places")
        }
    }

    suite.test("a device is linked, and hands on") {
        people { alice, bob ->
            val asked = mapOf("device" to bob.did, "command" to "/a", "expires" to LATER)
            for (field in listOf("device", "command", "expires")) {
                refused(Code.BAD_ARGUMENT, field) { alice.agent.linkDevice(asked - field, NOW) }
                refused(Code.BAD_ARGUMENT, field) { alice.agent.linkDevice(asked + (field to null), NOW) }
            }
            alice.agent.linkDevice(asked + ("expires" to Value.NEVER), NOW).use { link ->
                link.container.token(0).use { same(listOf(it.claims["subject"], it.claims["command"], it.claims["expires"]), listOf(null, "/a", null)) }
            }
            alice.agent.linkDevice(mapOf("device" to bob.did, "command" to "/", "expires" to LATER, "asOneself" to true, "mayRevoke" to true), NOW).use { link ->
                same(link.isComplete, true)
                bob.agent.receive(link.container)
            }
            val found = bob.agent.findChain(mapOf("subject" to alice.did, "command" to "/a"), NOW)
            holds(list(found["chain"]).isNotEmpty(), "a chain")
            same(map(list(bob.agent.delegations(NOW)["held"]).first())["state"], "valid")
            val none = alice.agent.findChain(mapOf("subject" to bob.did, "command" to "/a"), NOW)
            holds((none["words"] as String).isNotEmpty(), "what comes nearest")
        }
    }

    suite.test("a store in a file is made, used, copied and opened again") {
        val folder = Files.createTempDirectory("allod").toFile()
        try {
            val (path, copy) = Pair("$folder/store", "$folder/copy")
            refused(Code.STORE_NOT_THERE) { Store.open(path) }
            Person().use { alice ->
                val store = Store.create(path)
                refused(Code.STORE_ALREADY_THERE) { Store.create(path) }
                Agent(alice.signer, store).use { agent ->
                    val issued = agent.grant(mapOf("audience" to alice.did, "subject" to alice.did, "command" to "/a", "expires" to NOW), NOW)
                    store.setName("me", alice.did)
                    store.setSyncedAt(NOW)
                    store.backup(copy)
                    refused(Code.BAD_ARGUMENT) { alice.store.backup("$folder/none") }
                    same(store.delegation(issued.token.cid)!!.use { it.bytes }, issued.token.bytes)
                    agent.revoke(issued.token.cid, NOW).close()
                    val exported = store.exportRevocations()
                    same(exported.container!!.size > 0, true)
                    same(exported.next, null)
                    exported.close()
                    same(store.removeDelegation(issued.token.cid), true)
                    same(store.removeDelegation(issued.token.cid), false)
                    same(store.delegation(issued.token.cid), null)
                    issued.close()
                }
                store.close()
                Store.open(copy).use { kept ->
                    same(kept.names, mapOf("me" to alice.did))
                    same(kept.syncedAt, NOW)
                    same(kept.exportRevocations().container, null)
                    val page = kept.delegations(mapOf("to" to alice.did, "most" to 1))
                    same(list(page["delegations"]).size, 1)
                    same(kept.sweep(NOW.plusSeconds(10_000_000))["delegations"], 1L)
                    kept.setName("me", null)
                    same(kept.names, emptyMap<String, String>())
                }
                same(Store.openOrCreate("$folder/another").use { it.syncedAt }, null)
            }
        } finally {
            folder.deleteRecursively()
        }
    }

    suite.test("what belongs to no object") {
        holds(Regex("""\d+\.\d+\.\d+.*""").matches(Allod.version), Allod.version)
        same(listOf(Allod.commandCovers("/a", "/a/b"), Allod.commandCovers("/a/b", "/a")), listOf(true, false))
        val policy = listOf(listOf("==", ".a", 1))
        same(Allod.evaluatePolicy(policy, mapOf("a" to 1))["truth"], "true")
        same(Allod.evaluatePolicy(policy, mapOf("a" to 2))["truth"], "false")
        holds((Allod.policyWords(policy)["words"] as Any).toString().isNotEmpty(), "words")
        Person().use { alice ->
            same(Allod.readDid(alice.did)["algorithm"], "Ed25519")
            holds(Token.lints(mapOf("audience" to alice.did, "subject" to Value.POWERLINE, "command" to "/", "expires" to Value.NEVER)).isNotEmpty(), "lints")
            Signer.of(alice.key).use { same(it.did, alice.did) }
        }
        holds(runCatching { Allod.readDid("did:") }.isFailure, "no DID")
        holds(runCatching { Allod.readCid("x") }.isFailure, "no CID")
        holds(runCatching { Allod.policyWords(listOf(1)) }.isFailure, "no policy")
    }
}

private fun pem(der: ByteArray) =
    "-----BEGIN PRIVATE KEY-----\n${java.util.Base64.getMimeEncoder(64, "\n".toByteArray()).encodeToString(der)}\n-----END PRIVATE KEY-----\n"
