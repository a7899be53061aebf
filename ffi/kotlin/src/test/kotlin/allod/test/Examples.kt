package allod.test

/** The examples of README.md, which were extracted and compiled: each is run. */
fun examples(suite: Suite, classes: List<String>) {
    for (name in classes) {
        suite.test("README: $name") {
            Class.forName(name).getMethod("main", Array<String>::class.java).invoke(null, emptyArray<String>())
        }
    }
}
