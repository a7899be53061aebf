package allod

import com.sun.jna.Native
import com.sun.jna.NativeLibrary
import java.io.IOException

/** Where the C library is found. */
internal object Place {
    private const val NAME = "allod_ffi"

    /**
     * The one in the JAR, where there is one: by its bare name JNA would ask the system first, which goes by what its environment
     * names (LD_LIBRARY_PATH), and any library of that name would decide in the place of ours.
     */
    fun library(): NativeLibrary = NativeLibrary.getInstance(inJar() ?: NAME)

    private fun inJar(): String? = try {
        Native.extractFromResourcePath(NAME, Place::class.java.classLoader)?.absolutePath
    } catch (absent: IOException) {
        null
    }
}
