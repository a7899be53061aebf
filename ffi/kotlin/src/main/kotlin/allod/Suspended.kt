package allod

/**
 * Finishes the token with the signature of a function that may wait: for a person's finger, or for another device. No thread waits
 * with it. Needs no more of coroutines than Kotlin itself has.
 */
suspend fun Unsigned.signedBy(sign: suspend (message: ByteArray) -> ByteArray): Token = attach(sign(bytes))
