package allod.test

import allod.Authorizer
import allod.Decision
import allod.Evidence
import allod.Value
import java.io.File

/** The project's own vectors: the same verdicts and codes as in Rust. */
fun vectors(suite: Suite, folder: File) {
    val files = folder.listFiles { file -> file.name.endsWith(".json") }!!.sorted()
    var seen = 0
    for (file in files) {
        suite.test("vectors: ${file.name}") {
            val cases = list(map(Value.fromJson(file.readText()))["cases"]).map(::map)
            holds(cases.isNotEmpty(), "no cases")
            for (one in cases) same(answer(one), one["expect"], "${file.name}: ${one["id"]}: ${one["description"]}")
            seen += cases.size
        }
    }
    suite.test("all vectors were there") { holds(files.size > 15 && seen >= 1597, "$seen vectors in ${files.size} files") }
}

/** What the library answers to a vector, in the form in which vectors expect it. */
private fun answer(one: Map<String, Any?>): Map<String, Any?> {
    val known = one["known"]?.let(::map).orEmpty()
    val subjects = one["subjects"]
    val options = mapOf("subjects" to subjects, "dangerAnySubject" to (subjects == null), "leafFirst" to known["leaf_first"])
    val facts = mapOf(
        "now" to one["at"],
        "tolerance" to one["skew"],
        "revoked" to pairs(known["revoked"], "delegation", "by"),
        "unavailable" to pairs(known["unavailable"], "delegation", "by"),
        "documents" to pairs(known["documents"], "did", "json"),
        "tokens" to tokens(one["tokens"]),
        "revocations" to tokens(one["revoked"]),
    )
    val decision = Authorizer(one["executor"] as String, options).use { authorizer ->
        Evidence(facts).use { evidence ->
            val container = one["container"] as String?
            if (container != null) authorizer.decide(unbase64(container), evidence)
            else authorizer.decideInvocation(unbase64(one["invocation"] as String), evidence)
        }
    }
    val said = when (decision) {
        is Decision.Allowed -> mapOf(
            "decision" to "allow", "chain" to decision.grant.chain, "until" to decision.grant.until?.epochSecond,
        )
        is Decision.Denied -> mapOf("decision" to "deny", "code" to decision.code, "link" to decision.link?.toLong())
    }
    if (decision.ignored.isEmpty()) return said
    return said + ("ignored" to decision.ignored.map { mapOf("index" to it["index"], "cid" to it["cid"], "code" to it["reason"]) })
}

private fun tokens(list: Any?) = list(list).map { unbase64(it as String) }

private fun pairs(list: Any?, first: String, second: String) = list(list).map(::map).map { listOf(it[first], it[second]) }

@Suppress("UNCHECKED_CAST")
fun map(value: Any?): Map<String, Any?> = value as Map<String, Any?>

fun list(value: Any?): List<Any?> = value as List<Any?>? ?: emptyList()
