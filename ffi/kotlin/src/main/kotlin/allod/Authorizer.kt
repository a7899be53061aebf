package allod

/**
 * Decides, for the executor of this DID. Options are {subjects, dangerAnySubject, leafFirst, limits, ages}: `subjects` are the DIDs that the
 * executor acts for, itself alone if absent; `dangerAnySubject` as true is dangerous: anyone can invoke on a subject of their own making.
 * `leafFirst` as true also takes proofs named leaf first. `limits` is {chain, policySteps, policyWork}. `ages` are pairs of a command and how
 * many seconds old what is known of revocations may be for it.
 */
class Authorizer @JvmOverloads constructor(executor: String, options: Map<String, Any?> = emptyMap()) :
    Handle(open(executor, options), Raw::allod_authorizer_free) {
    /**
     * Decides on a container in any encoding, as it came. `named` is the CID of the invocation that is meant, where there are several. What is
     * no container is denied, like whatever else is wrong; an [AllodException] only says that nothing could be decided.
     */
    @JvmOverloads
    fun decide(container: ByteArray, evidence: Evidence, named: String? = null): Decision = lend { authorizer ->
        evidence.lend { known ->
            val (given, which) = Pair(In(container), text(named))
            Decision.take(
                made {
                    Raw.allod_authorizer_decide(
                        authorizer, given.bytes, given.size, which.bytes, which.size, known, it,
                    )
                },
            )
        }
    }

    /** As above. Half of a surrogate pair, which no bytes stand for, is denied as well. */
    @JvmOverloads
    fun decide(container: String, evidence: Evidence, named: String? = null): Decision =
        decide(utf8OrNull(container) ?: NO_TEXT, evidence, named)

    /** Decides on an invocation by itself: its bytes. The delegations it rests on are among the evidence. */
    fun decideInvocation(invocation: ByteArray, evidence: Evidence): Decision = lend { authorizer ->
        evidence.lend { known ->
            val given = In(invocation)
            Decision.take(
                made { Raw.allod_authorizer_decide_invocation(authorizer, given.bytes, given.size, known, it) },
            )
        }
    }

    /**
     * What a decision lacks: {proofs, documents, revocations}, of CIDs of delegations, of DIDs whose documents are needed, and of pairs of a
     * delegation's CID and a DID of which it has to be known whether the one was revoked by the other.
     */
    @JvmOverloads
    fun needs(container: ByteArray, evidence: Evidence, named: String? = null): Map<String, Any?> = lend { authorizer ->
        evidence.lend { known ->
            val (given, which) = Pair(In(container), text(named))
            mapFrom {
                Raw.allod_authorizer_needs(
                    authorizer, given.bytes, given.size, which.bytes, which.size, known, DAG_CBOR, it,
                )
            }
        }
    }

    private companion object {
        /** No encoding of a container begins so. */
        val NO_TEXT = byteArrayOf(-1)

        fun open(executor: String, options: Map<String, Any?>) = Pair(text(executor), options(options)).let { (did, asked) ->
            made { Raw.allod_authorizer_new(did.bytes, did.size, asked.bytes, asked.size, it) }
        }
    }
}
