package allod.test

import java.io.File
import kotlin.system.exitProcess

/** Runs all tests: `MainKt PROJECT [VECTORS]`, where the vectors from elsewhere may be absent. */
fun main(arguments: Array<String>) {
    val project = File(arguments[0])
    val suite = Suite()
    header(suite, project.resolve("ffi/include/allod.h"))
    values(suite)
    flow(suite)
    agents(suite)
    executors(suite)
    signers(suite)
    android(suite)
    hostile(suite)
    vectors(suite, project.resolve("tests/vectors"))
    arguments.getOrNull(1)?.let { shared(suite, File(it)) }
    examples(suite)
    collected(suite)
    exitProcess(suite.finish())
}
