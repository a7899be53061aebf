package allod

/** A link of IPLD: a CID within a value. */
class Link internal constructor(internal val bytes: ByteArray) {
    private val text: String by lazy { Value.toJson(this).removePrefix("{\"/\":\"").removeSuffix("\"}") }

    override fun equals(other: Any?): Boolean = other is Link && bytes.contentEquals(other.bytes)

    override fun hashCode(): Int = bytes.contentHashCode()

    /** The CID as text. */
    override fun toString(): String = text

    companion object {
        /** The link to a CID, as text in any base. */
        @JvmStatic
        fun of(cid: String): Link {
            // Nothing but a base's letters, so that it is a CID and not more of the map that it is put into.
            if (!cid.all { it in 'a'..'z' || it in 'A'..'Z' || it in '0'..'9' || it in "+/=-_" }) {
                throw AllodException.badArgument("this is no CID")
            }
            return Value.fromJson("{\"/\":\"$cid\"}") as? Link ?: throw AllodException.badArgument("this is no CID")
        }
    }
}
