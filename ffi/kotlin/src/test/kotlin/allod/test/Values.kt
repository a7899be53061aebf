package allod.test

import allod.Code
import allod.Link
import allod.Value
import java.math.BigInteger
import java.time.Instant

private const val CID = "bafyreidj5idub6mapiupjwjsyyxhyhedxycv4vihfsicm2vt46o7morwlm"

fun values(suite: Suite) {
    suite.test("values come back as what they are") {
        val big = BigInteger.ONE.shiftLeft(64)
        val numbers = listOf(0L, 23L, 24L, -24L, -25L, 255L, 256L, 65535L, 65536L, 4294967295L, 4294967296L, Long.MAX_VALUE, Long.MIN_VALUE) +
            listOf(big - BigInteger.ONE, -big, BigInteger.valueOf(Long.MAX_VALUE) + BigInteger.ONE)
        val others = listOf(null, true, false, "", "水𐅑\u0000", 0.5, -0.0, 1e300, 5e-324, Link.of(CID), emptyList<Any>(), emptyMap<String, Any>())
        for (value in numbers + others + listOf(mapOf("b" to 1L, "a" to listOf("x", mapOf("" to null)), "aa" to 0.25))) {
            same(Value.fromCbor(Value.toCbor(value)), value)
            same(Value.fromJson(Value.toJson(value)), value)
        }
        val bytes = ByteArray(300) { it.toByte() }
        same(Value.fromCbor(Value.toCbor(bytes)), bytes)
        same(Value.fromJson(Value.toJson(bytes)), bytes)
    }

    suite.test("numbers of any type are integers and floats") {
        val integers = listOf(7.toByte(), 7.toShort(), 7, 7L, BigInteger.valueOf(7))
        for (one in integers) same(hex(Value.toCbor(one)), "07", one.javaClass.name)
        same(Value.toJson(listOf(0.5f, 0.5)), "[0.5,0.5]")
        same(hex(Value.toCbor(1.0)), "fb3ff0000000000000")
    }

    suite.test("maps are written in the order of DAG-CBOR") {
        same(hex(Value.toCbor(mapOf("b" to 1, "aa" to 2, "a" to 3))), "a361610361620162616102")
        same(Value.map("b", 1, "a", null), mapOf("b" to 1, "a" to null))
        refused(Code.BAD_ARGUMENT) { Value.map("a") }
        refused(Code.BAD_ARGUMENT) { Value.map("a", 1, "a", 2) }
        refused(Code.BAD_ARGUMENT) { Value.map(1, 2) }
    }

    suite.test("what has no form is refused") {
        val self = ArrayList<Any?>().apply { add(this) }
        val twice = java.util.IdentityHashMap<String, Any?>().apply { put("a", 1); put(String(charArrayOf('a')), 2) }
        val big = BigInteger.ONE.shiftLeft(64)
        val none = listOf(Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, big, -big - BigInteger.ONE, 'c', Any(), arrayOf(1), intArrayOf(1), setOf(1)) +
            listOf(Instant.ofEpochSecond(7), mapOf("expires" to Instant.ofEpochSecond(7)), Value.NEVER, listOf(Value.POWERLINE))
        for (value in none + listOf(mapOf(1 to 2), mapOf(null to 2), self, twice)) {
            refused(Code.BAD_VALUE, value.javaClass.name) { Value.toCbor(value) }
        }
    }

    suite.test("half of a surrogate pair is refused wherever it stands, and never becomes a question mark") {
        val half = "a\ud800"
        for (value in listOf(half, "\udc00", "\udc00\ud800", listOf(half), mapOf(half to 1), mapOf("a" to half))) {
            refused(Code.BAD_UTF8) { Value.toCbor(value) }
        }
        refused(Code.BAD_UTF8) { Value.fromJson("\"$half\"") }
        refused(Code.BAD_VALUE) { Value.fromCbor(unhex("63eda080")) }
    }

    suite.test("another spelling of CBOR is refused") {
        val spellings = listOf(
            "", "00 00", "18", "1817", "190017", "19 00ff", "1a0000ffff", "1b00000000ffffffff", "1f", "5f4100ff", "9f00ff", "bf616100ff",
            "f7", "f93c00", "fa3f800000", "fb7ff0000000000000", "fb7ff8000000000000", "f8ff", "c000", "d82a00", "d82a40", "d82a4101", "d82a4100",
            "a100 00", "a2616101616102", "a2616201616102", "a262616101616101", "61", "6161 61", "82 01", "9b7fffffffffffffff", "bb7fffffffffffffff",
            "5b7fffffffffffffff", "9bffffffffffffffff", "a1f600", "61ff", "a161ff00", "1c", "3c", "fc", "ff",
        )
        for (spelling in spellings) refused(Code.BAD_VALUE, spelling) { Value.fromCbor(unhex(spelling.replace(" ", ""))) }
        refused(Code.BAD_VALUE) { Value.fromCbor(ByteArray(65) { 0x81.toByte() } + byteArrayOf(0)) }
        same(Value.fromCbor(ByteArray(64) { 0x81.toByte() } + byteArrayOf(0)) is List<*>, true)
    }

    suite.test("what is random is refused, or comes back as it was") {
        val random = java.util.Random(7)
        var taken = 0
        repeat(100_000) {
            val bytes = ByteArray(1 + random.nextInt(12)).also(random::nextBytes)
            val value = try {
                Value.fromCbor(bytes)
            } catch (_: allod.AllodException) {
                return@repeat
            }
            same(Value.toCbor(value), bytes)
            taken++
        }
        holds(taken > 500, "$taken were taken")
    }

    suite.test("JSON is read strictly") {
        for (json in listOf("", "{\"a\":1,\"a\":2}", "1 2", "1,2", "[1],[2", "nul", "{\"/\":1}", "NaN", "1e999")) {
            holds(runCatching { Value.fromJson(json) }.exceptionOrNull() is allod.AllodException, json)
        }
        same(Value.fromJson(" 1 "), 1L)
        same(Value.fromJson(" [1] "), listOf(1L))
        refused(Code.NO_JSON) { Value.toJson(mapOf("/" to 1)) }
        same(Value.fromCbor(Value.toCbor(mapOf("/" to 1L))), mapOf("/" to 1L))
        same(Value.fromJson("null"), null)
    }

    suite.test("links are CIDs and nothing else") {
        val link = Link.of(CID)
        same(link, Link.of(link.toString()))
        same(link.hashCode(), Link.of(CID).hashCode())
        same(Value.fromCbor(Value.toCbor(link)), link)
        // Bytes that stand where a CID would.
        for (cbor in listOf("d82a4200ff", "81d82a4200ff", "a16161d82a420001", "82d82a4200ffd82a4200ff")) {
            holds(runCatching { Value.fromCbor(unhex(cbor)) }.exceptionOrNull() is allod.AllodException, cbor)
        }
        for (text in listOf("", "x", "\\u0062${CID.drop(1)}", "\"}", "$CID\",\"a\":\"", "bytes", "a\ud800")) {
            holds(runCatching { Link.of(text) }.exceptionOrNull() is allod.AllodException, text)
        }
    }

    suite.test("what came out cannot be changed") {
        val map = Value.fromJson("{\"a\":[1]}") as MutableMap<*, *>
        holds(runCatching { map.clear() }.isFailure, "the map")
        holds(runCatching { (map["a"] as MutableList<*>).clear() }.isFailure, "the list")
    }
}
