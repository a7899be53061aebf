package allod

/** What keys sign with. */
enum class Algorithm(internal val number: Int) {
    ED25519(1),

    /** ECDSA over SHA-256. */
    P256(2),

    /** ECDSA over SHA-256. */
    SECP256K1(3),
    ;

    internal companion object {
        fun of(number: Int): Algorithm = entries.firstOrNull { it.number == number }
            ?: throw AllodException.badArgument("the library knows an algorithm $number, and this package does not")
    }
}
