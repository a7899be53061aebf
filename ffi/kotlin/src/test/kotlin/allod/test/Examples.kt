package allod.test

/** The examples of README.md, which were extracted and compiled: each is run. */
fun examples(suite: Suite, classes: List<String>) {
    for (name in classes) {
        suite.test("README: $name") {
            val main = Class.forName(name).methods.single { it.name == "main" && it.parameterCount == 1 || it.name == "main" && it.parameterCount == 0 }
            if (main.parameterCount == 1) main.invoke(null, emptyArray<String>()) else main.invoke(null)
        }
    }
}
