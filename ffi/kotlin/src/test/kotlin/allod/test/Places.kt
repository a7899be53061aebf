package allod.test

import allod.Allod
import com.sun.jna.Platform
import java.io.File
import java.nio.file.Files
import java.util.jar.JarEntry
import java.util.jar.JarOutputStream
import java.util.zip.Deflater

/** Which library is loaded. */
fun places(suite: Suite) {
    suite.test("the library in the JAR is loaded, and not another that the environment names") {
        val folder = Files.createTempDirectory("allod").toFile()
        try {
            val name = System.mapLibraryName("allod_ffi")
            val jar = folder.resolve("allod.jar")
            JarOutputStream(jar.outputStream()).use { out ->
                out.setLevel(Deflater.NO_COMPRESSION)
                out.putNextEntry(JarEntry("${Platform.RESOURCE_PREFIX}/$name"))
                File(System.getProperty("jna.library.path"), name).inputStream().use { it.copyTo(out) }
            }
            // One that can be loaded, and has none of the functions.
            val other = File(System.getProperty("java.home"), "lib/${System.mapLibraryName("java")}").toPath()
            Files.createSymbolicLink(folder.resolve(name).toPath(), other)
            val path = System.getProperty("java.class.path") + File.pathSeparator + jar
            val java = ProcessBuilder("${System.getProperty("java.home")}/bin/java", "-cp", path, Loading::class.java.name)
            java.environment()["LD_LIBRARY_PATH"] = "$folder"
            val running = java.redirectErrorStream(true).start()
            val said = running.inputStream.readBytes()
            same(running.waitFor(), 0, String(said))
            same(String(said).trim(), Allod.version)
        } finally {
            folder.deleteRecursively()
        }
    }
}

object Loading {
    @JvmStatic
    fun main(arguments: Array<String>) = println(Allod.version)
}
