package allod.test

import allod.Code
import com.sun.jna.Pointer
import java.io.File
import java.lang.reflect.Method
import java.lang.reflect.Modifier

private val FUNCTION = Regex("""^(.*?)(allod_\w+)\(([^;]*)\);""", RegexOption.MULTILINE)
private val CONSTANT = Regex("""^#define ALLOD_(\w+) (\d+)$""", RegexOption.MULTILINE)

/** The declarations are those of the header, and the numbers too. */
fun header(suite: Suite, file: File) {
    val text = file.readText().replace(Regex("""/\*.*?\*/""", RegexOption.DOT_MATCHES_ALL), "")
    val declared = text.substringAfter("extern \"C\"").replace(Regex("""ALLOD_MUST_USE\s+"""), "")

    suite.test("all functions of the header are there, and no others, with these types") {
        val raw = Class.forName("allod.Raw")
        val found = raw.declaredMethods.filter { Modifier.isNative(it.modifiers) }.associate { it.name to signature(it) }
        val expected = FUNCTION.findAll(declared).associate { match ->
            val (result, name, parameters) = match.destructured
            name to (listOf(result) + parameters.split(",").filter { it.trim() != "void" }.map(::withoutName)).map(::kind)
        }
        holds(expected.size > 100, "${expected.size} functions")
        same(found.keys - expected.keys, emptySet<String>())
        same(expected.keys - found.keys, emptySet<String>())
        for ((name, kinds) in expected) {
            same(found.getValue(name).size, kinds.size, name)
            for ((one, other) in found.getValue(name).zip(kinds)) holds(one in other, "$name has $one, the header $other")
        }
    }

    suite.test("the numbers of codes are those of the header") {
        val numbers = CONSTANT.findAll(text).associate { it.groupValues[1] to it.groupValues[2].toInt() }
        val codes = Code::class.java.declaredFields.filter { it.type == Int::class.java }.associate { it.name to it.getInt(null) }
        for ((name, number) in codes) same(numbers[name], number, name)
        val others = setOf("SIGN_UNAVAILABLE", "SIGN_REFUSED", "ABI_VERSION") + enums().keys
        same(numbers.keys - codes.keys - others, emptySet<String>())
        for ((name, number) in enums()) same(numbers[name], number, name)
    }
}

private fun signature(method: Method) = (listOf(method.returnType) + method.parameterTypes).map { it.simpleName }

private fun withoutName(parameter: String) = parameter.trim().replace(Regex("""\w+$"""), "")

/** What a type in C may be here. A `bool` must not be a boolean, nor a `size_t` a long. */
private fun kind(type: String): Set<String> = when (val plain = type.replace("*const", "[]").replace("const ", "").replace(" ", "")) {
    "bool" -> setOf("byte")
    "uint32_t" -> setOf("int")
    "int64_t" -> setOf("long")
    "size_t" -> setOf("SizeT")
    "bool*" -> setOf("byte[]")
    "uint32_t*" -> setOf("int[]")
    "int64_t*", "size_t*" -> setOf("long[]")
    "void*", "char*", "uint8_t*" -> setOf("byte[]", Pointer::class.java.simpleName)
    "AllodToken[]*" -> setOf("Pointer")
    else -> when {
        plain.endsWith("**") -> setOf("long[]")
        plain.endsWith("*") || plain.endsWith("Fn") -> setOf("Pointer")
        else -> throw AssertionError("a type $type")
    }
}

/** The numbers of enums, by their names in the header. */
private fun enums(): Map<String, Int> {
    val numbers = HashMap<String, Int>()
    val fields = listOf(
        Triple("allod.Algorithm", "number", ""), Triple("allod.TokenKind", "number", "KIND_"), Triple("allod.Encoding", "number", ""),
        Triple("allod.HandlerOption", "flag", ""), Triple("allod.Execution\$Outcome", "number", "OUTCOME_"),
    )
    for ((type, name, prefix) in fields) {
        val field = Class.forName(type).getDeclaredField(name).apply { isAccessible = true }
        val known = Class.forName(type).enumConstants.map { it as Enum<*> }.filter { it.name != "OTHER" }
        for (one in known) numbers[prefix + one.name.removePrefix(prefix)] = field.getInt(one)
    }
    val calls = Class.forName("allod.CallsKt")
    for (name in listOf("DAG_CBOR", "DAG_JSON")) numbers[name] = calls.getDeclaredField(name).getInt(null)
    return numbers
}
