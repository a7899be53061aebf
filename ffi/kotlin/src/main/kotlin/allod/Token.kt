package allod

import com.sun.jna.Pointer

/** A token that has its form. What it says is powerless: only a [Decision] counts. */
class Token internal constructor(pointer: Pointer) : Handle(pointer, Raw::allod_token_free) {
    val kind: TokenKind get() = lend { token -> TokenKind.of(numberOf { Raw.allod_token_kind(token, it) }) }

    val bytes: ByteArray get() = lend { token -> bytesOf { Raw.allod_token_bytes(token, it) } }

    /** Its CID, in base58btc. */
    val cid: String get() = lend { token -> textOf { Raw.allod_token_cid(token, it) } }

    /**
     * What it claims. Of a delegation: {kind, cid, issuer, audience, subject, command, policy, notBefore, expires, nonce, meta}, with null as the
     * subject of a powerline. Of an invocation: {kind, cid, task, issuer, subject, audience, command, arguments, proofs, notBefore, expires,
     * issuedAt, cause, nonce, meta}. A receipt also has {ran, ok or error}, a revocation {revoke, path}. The signature need not be
     * genuine: see [verify].
     */
    val claims: Map<String, Any?>
        get() = lend { token -> mapFrom { Raw.allod_token_claims(token, DAG_CBOR, it) } }

    /**
     * Checks its signature: an [AllodException] with [Code.BAD_SIGNATURE] where it is not its issuer's. DIDs that need a document are
     * looked up in these.
     */
    @JvmOverloads
    fun verify(documents: Map<String, String> = emptyMap()) = lend { token ->
        val known = documents(documents)
        check(Raw.allod_token_verify(token, known.bytes, known.size))
    }

    companion object {
        /** Reads a token of any kind: its bytes in DAG-CBOR, as they came. */
        @JvmStatic
        fun parse(bytes: ByteArray): Token {
            val given = In(bytes)
            return Token(made { Raw.allod_token_parse(given.bytes, given.size, it) })
        }

        /**
         * Makes a delegation: {audience, subject, command, policy, expires, notBefore, nonce, meta, under, releaseCandidate}. The first three and
         * `expires` have to be there. The subject is a DID, or [Value.POWERLINE] for whatever the issuer may do, about anyone; `expires` is a
         * time, or [Value.NEVER]. Without a policy any arguments will do. `under` is the bytes of the delegation that it hands on. A field that is not known is refused, and so is what a validator would refuse. [Agent.grant] also keeps it, and finds
         * what it rests on.
         */
        @JvmStatic
        fun delegation(signer: Signer, delegation: Map<String, Any?>): Token =
            signed(signer, delegating(delegation), Raw::allod_delegation_sign)

        /**
         * Makes an invocation: {subject, command, audience, arguments, proofs, expires, notBefore, issuedAt, cause, nonce, meta,
         * releaseCandidate}. `expires` has to be there: a time, or [Value.NEVER], which executors refuse unless a handler is
         * [HandlerOption.IDEMPOTENT]. Proofs are CIDs, root first; [Agent.invoke] finds them by itself.
         */
        @JvmStatic
        fun invocation(signer: Signer, invocation: Map<String, Any?>): Token =
            signed(signer, invoking(invocation), Raw::allod_invocation_sign)

        /**
         * Makes a revocation: {revoke, subject, path, proofs, issuedAt, meta, releaseCandidate}. `revoke` is the CID of the delegation, the
         * subject its issuer, or someone above. [Agent.revoke] finds all that by itself.
         */
        @JvmStatic
        fun revocation(signer: Signer, revocation: Map<String, Any?>): Token =
            signed(signer, asking(revocation), Raw::allod_revocation_sign)

        /** Makes a receipt: {ran, out, issuedAt, expires, nonce, releaseCandidate}. `ran` is the CID of the task, `out` is {ok} or {error}. */
        @JvmStatic
        fun receipt(signer: Signer, receipt: Map<String, Any?>): Token = signed(signer, asking(receipt), Raw::allod_receipt_sign)

        /** What is legal but risky in a delegation to be made, described as for [delegation]. */
        @JvmStatic
        fun lints(delegation: Map<String, Any?>): List<String> {
            val asked = delegating(delegation)
            return valueOf { Raw.allod_delegation_lints(asked.bytes, asked.size, DAG_CBOR, it) }.asTexts()
        }

        private fun signed(
            signer: Signer,
            asked: In,
            sign: (Pointer?, ByteArray?, SizeT, LongArray?) -> Pointer?,
        ): Token = signer.lend { held ->
            Token(made { sign(held, asked.bytes, asked.size, it) })
        }
    }
}

/** What a token is. */
enum class TokenKind(private val number: Int) {
    DELEGATION(1),

    /** An invocation of none of the commands below. */
    INVOCATION(2),

    /** An invocation of /ucan/assert/receipt. */
    RECEIPT(3),

    /** An invocation of /ucan/revoke. */
    REVOCATION(4),

    /** One that a newer library knows, and this package does not. */
    OTHER(0),
    ;

    internal companion object {
        fun of(number: Int): TokenKind = entries.firstOrNull { it.number == number } ?: OTHER
    }
}
