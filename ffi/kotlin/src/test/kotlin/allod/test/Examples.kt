package allod.test

import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream

/** The examples of README.md, which were extracted and compiled: each is run, and prints what its comments say, and nothing else. */
fun examples(suite: Suite, folder: File, classes: List<String>) {
    for (name in classes) {
        suite.test("README: $name") {
            val main = Class.forName(name).getMethod("main", Array<String>::class.java)
            same(printed { main.invoke(null, emptyArray<String>()) }, folder.resolve("$name.out").readText())
        }
    }
}

private fun printed(body: () -> Unit): String {
    val (before, bytes) = Pair(System.out, ByteArrayOutputStream())
    System.setOut(PrintStream(bytes, true, "UTF-8"))
    try {
        body()
    } finally {
        System.setOut(before)
    }
    return bytes.toString("UTF-8")
}
