package allod.test

import java.io.File
import kotlin.system.exitProcess

/** Runs all tests: `MainKt PROJECT VECTORS EXAMPLE...`; where the vectors from elsewhere are absent, "-" is. */
fun main(arguments: Array<String>) {
    val project = File(arguments[0])
    val suite = Suite()
    header(suite, project.resolve("ffi/include/allod.h"))
    values(suite)
    places(suite)
    flow(suite)
    agents(suite)
    executors(suite)
    signers(suite)
    android(suite)
    hostile(suite)
    vectors(suite, project.resolve("tests/vectors"))
    if (arguments[1] != "-") shared(suite, File(arguments[1]))
    examples(suite, project.resolve("target/jvm/examples"), arguments.drop(2))
    collected(suite)
    exitProcess(suite.finish())
}
