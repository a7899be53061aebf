package allod.test

import allod.Algorithm
import allod.Allod
import allod.AllodException
import allod.Authorizer
import allod.Code
import allod.Container
import allod.Decision
import allod.Encoding
import allod.Evidence
import allod.Key
import allod.Link
import allod.PublicKey
import allod.Signer
import allod.Token
import allod.Value
import java.io.File

/** What an error name of the specification's fixtures is here. */
private val CODES = mapOf(
    "InvalidClaim" to setOf("no-proof", "powerline-root"),
    "UnavailableProof" to setOf("proof-missing"),
    "Expired" to setOf("expired"),
    "TooEarly" to setOf("not-yet-valid"),
    "InvalidAudience" to setOf("broken-chain"),
    "InvalidSubject" to setOf("wrong-subject"),
    "InvalidSignature" to setOf("bad-signature"),
    "MatchError" to setOf("policy-unsatisfied"),
)

private val ENCODINGS = mapOf(
    "Bytes" to Encoding.RAW,
    "Base64StdPadding" to Encoding.BASE64,
    "Base64URL" to Encoding.BASE64URL,
    "BytesGzipped" to Encoding.GZIP,
    "Base64StdPaddingGzipped" to Encoding.GZIP_BASE64,
    "Base64URLGzipped" to Encoding.GZIP_BASE64URL,
)

/** Vectors that no one here wrote. */
fun shared(suite: Suite, folder: File) {
    suite.test("UCAN 1.0.0: 7 valid and 13 invalid invocations") { invocations(folder.resolve("ucan-1.0.0")) }
    suite.test("UCAN 1.0.0: the delegation, byte for byte") { delegation(folder.resolve("ucan-1.0.0")) }
    suite.test("UCAN 1.0.0: 17 policies that hold and 8 that do not") { policies(folder.resolve("ucan-1.0.0")) }
    suite.test("container v1: six encodings of ten tokens each") { containers(folder.resolve("container-v1")) }
    suite.test("did:key: seeds, public keys, DIDs and documents") { dids(folder.resolve("did-key")) }
    suite.test("DAG-CBOR: 126 blocks come back byte for byte") { blocks(folder.resolve("dag-cbor")) }
    suite.test("CCTV: exactly 43 of 914 signatures are accepted") { signatures(folder.resolve("ed25519/cctv.json")) }
}

private fun json(file: File): Any? = Value.fromJson(file.readText())

private fun invocations(folder: File) {
    val fixtures = map(json(folder.resolve("invocation.json")))
    for ((group, count) in listOf("valid" to 7, "invalid" to 13)) {
        val cases = list(fixtures[group]).map(::map)
        same(cases.size, count, group)
        for (one in cases) {
            val bytes = one["invocation"] as ByteArray
            val proofs = list(one["proofs"])
            val claims = Token.parse(bytes).use { it.claims }
            val options = mapOf("subjects" to listOf(claims["subject"]))
            val executor = (claims["audience"] ?: claims["subject"]) as String
            val facts = mapOf("now" to one["time"], "tolerance" to 0, "tokens" to proofs, "dangerWithoutRevocations" to true)
            val decisions = Authorizer(executor, options).use { authorizer ->
                Evidence(facts).use { evidence ->
                    val tokens = (listOf(bytes) + proofs.map { it as ByteArray }).map(Token::parse)
                    val container = Container.of(tokens).use { it.write() }
                    tokens.forEach { it.close() }
                    listOf(authorizer.decideInvocation(bytes, evidence), authorizer.decide(container, evidence))
                }
            }
            for (decision in decisions) {
                when (decision) {
                    is Decision.Allowed -> holds(group == "valid" && decision.grant.chain.size == proofs.size, "${one["name"]}")
                    is Decision.Denied -> {
                        holds(group == "invalid", "${one["name"]}: $decision")
                        holds(decision.code in CODES.getValue(map(one["error"])["name"] as String), "${one["name"]}: $decision")
                    }
                }
            }
        }
    }
}

private fun delegation(folder: File) {
    val fixtures = map(json(folder.resolve("delegation.json")))
    val keys = map(fixtures["principals"]).values.map { secret ->
        val bytes = unbase64(secret as String)
        same(bytes.copyOf(2), byteArrayOf(0x80.toByte(), 0x26))
        Key.fromSeed(Algorithm.ED25519, bytes.copyOfRange(2, bytes.size))
    }
    val valid = list(fixtures["valid"]).map(::map)
    same(valid.size, 1)
    for (one in valid) {
        val bytes = unbase64(one["token"] as String)
        val payload = map(map(one["envelope"])["payload"])
        Token.parse(bytes).use { token ->
            token.verify()
            same(token.cid, Allod.readCid(one["cid"] as String))
            same(token.claims["issuer"], payload["iss"])
        }
        val issuer = keys.single { it.did == payload["iss"] }
        val asked = mapOf(
            "audience" to payload["aud"], "subject" to payload["sub"], "command" to payload["cmd"],
            "policy" to payload["pol"], "expires" to (payload["exp"] ?: Value.NEVER), "nonce" to unbase64(payload["nonce"] as String),
        )
        Signer.of(issuer).use { signer -> Token.delegation(signer, asked).use { same(it.bytes, bytes) } }
    }
    keys.forEach { it.close() }
}

private fun policies(folder: File) {
    val fixtures = map(json(folder.resolve("policy.json")))
    for ((group, count) in listOf("valid" to 17, "invalid" to 8)) {
        var seen = 0
        for (one in list(fixtures[group]).map(::map)) {
            for (policy in list(one["policies"])) {
                same(Allod.evaluatePolicy(list(policy), map(one["args"]))["truth"] == "true", group == "valid", Value.toJson(policy))
                seen++
            }
        }
        same(seen, count, group)
    }
}

private fun containers(folder: File) {
    for ((file, encoding) in ENCODINGS) {
        Container.read(folder.resolve(file).readBytes()).use { container ->
            same(container.size, 10)
            val entries = list(container.contents["tokens"]).map(::map)
            // The tokens in it have an older header, and are refused one by one.
            for (entry in entries) same(listOf(entry["kind"], entry["code"]), listOf("unreadable", "malformed"), file)
            for (to in Encoding.entries) {
                Container.read(container.write(to)).use { same(list(it.contents["tokens"]), entries, "$file to $to") }
            }
            refused(Code.MALFORMED) { container.token(0) }
        }
    }
}

private fun dids(folder: File) {
    var seen = 0
    for ((file, algorithm) in listOf("ed25519-x25519.json" to Algorithm.ED25519, "secp256k1.json" to Algorithm.SECP256K1)) {
        for ((did, one) in map(json(folder.resolve(file)))) {
            val vector = map(one)
            val seed = (vector["seed"] as String?)?.let(::unhex)
            val jwk = vector["verificationKeyPair"]?.let { map(it)["privateKeyJwk"] }
            val made = listOfNotNull(
                seed?.let { Key.fromSeed(algorithm, it) },
                jwk?.let { Key.fromJwk(Value.toJson(it)) },
                jwk?.let { Key.fromJwk(Value.toJson(it).toByteArray()) },
            )
            holds(made.isNotEmpty(), "$did has no key")
            for (key in made) {
                same(listOf(key.did, key.publicKey.did, key.algorithm), listOf(did, did, algorithm))
                same(Allod.readDid(did)["key"], key.publicKey.bytes)
                if (seed != null) same(key.dangerExportSeed(), seed)
                if (jwk != null) same(map(Value.fromJson(String(key.dangerExportJwk())))["d"], map(jwk)["d"])
                Key.fromPkcs8(key.dangerExportPkcs8()).use { same(it.did, did) }
            }
            same(map(Value.fromJson(Allod.didDocument(did)))["id"], did)
            val asked = mapOf("audience" to did, "subject" to did, "command" to "/a", "expires" to LATER)
            Signer.of(made[0]).use { signer ->
                Token.delegation(signer, asked).use { token ->
                    token.verify()
                    token.verify(mapOf(did to Value.toJson(vector["didDocument"])))
                }
            }
            made.forEach { it.close() }
            seen++
        }
    }
    same(seen, 11)
}

private fun blocks(folder: File) {
    val files = folder.listFiles { file -> file.name.endsWith(".dag-cbor") }!!
    same(files.size, 126)
    var named = 0
    for (file in files) {
        val (name, bytes) = Pair(file.name.removeSuffix(".dag-cbor"), file.readBytes())
        val value = Value.fromCbor(bytes)
        same(Value.toCbor(value), bytes, name)
        same(Value.toCbor(Value.fromJson(Value.toJson(value))), bytes, name)
        for (length in listOf(0, bytes.size / 2, bytes.size - 1)) {
            refused(Code.BAD_VALUE, name) { Value.fromCbor(bytes.copyOf(length)) }
        }
        refused(Code.BAD_VALUE, name) { Value.fromCbor(bytes + 0) }
        val expected: Any = when {
            name.startsWith("int-") -> name.removePrefix("int-").toBigInteger().let { if (it.bitLength() < 64) it.toLong() else it }
            name.startsWith("float-") -> name.removePrefix("float-").toDoubleOrNull() ?: continue
            name.startsWith("cid-") && !name.endsWith("of") -> Link.of(name.removePrefix("cid-"))
            else -> continue
        }
        same(value, expected, name)
        named++
    }
    holds(named > 50, "$named values have names that say what they are")
    for (case in list(json(folder.resolve("negative-duplicate-keys.json"))).map(::map)) {
        refused(Code.BAD_VALUE, "$case") { Value.fromCbor(unhex(case["hex"] as String)) }
    }
}

private fun signatures(file: File) {
    val vectors = list(json(file)).map(::map)
    same(vectors.size, 914)
    val accepted = vectors.count { one ->
        val key = PublicKey(Algorithm.ED25519, unhex(one["key"] as String))
        try {
            key.verify((one["msg"] as String).toByteArray(), unhex(one["sig"] as String))
            true
        } catch (_: AllodException) {
            false
        }
    }
    same(accepted, 43)
}
