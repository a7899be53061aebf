package allod

/**
 * The numbers of errors and denials: of denials those below 100. They are stable for ever, and others may come.
 * See [AllodException.number] and [Decision.Denied.number].
 */
object Code {
    /** Nothing went wrong; of a decision: it is allowed. */
    const val OK: Int = 0

    /** Bytes that are not a token of the expected kind, or break a rule of its form. */
    const val MALFORMED: Int = 1

    /** Larger than a size limit. */
    const val TOO_LARGE: Int = 2

    /** A DID method, key type or signature algorithm that is well-formed and not implemented. */
    const val UNSUPPORTED_ALGORITHM: Int = 3

    /** The signature is not the issuer's over these bytes. */
    const val BAD_SIGNATURE: Int = 4

    /** A DID that needs a document, which nobody supplied. */
    const val UNRESOLVED_DID: Int = 5

    /** A delegation that `prf` names is not among the evidence. */
    const val PROOF_MISSING: Int = 6

    /** An invocation on another's behalf without any delegation. */
    const val NO_PROOF: Int = 7

    /** A powerline at the root: there is no subject it could speak for. */
    const val POWERLINE_ROOT: Int = 8

    /** The first delegation was not issued by the subject. */
    const val ROOT_NOT_SUBJECT: Int = 9

    /** A delegation about another subject than the invoked one. */
    const val WRONG_SUBJECT: Int = 10

    /** A delegation's audience is not the issuer of what follows it. */
    const val BROKEN_CHAIN: Int = 11

    /** The invocation is addressed to another executor. */
    const val WRONG_AUDIENCE: Int = 12

    /** The executor does not act for this subject. */
    const val SUBJECT_NOT_SERVED: Int = 13

    /** Past the end of its validity. */
    const val EXPIRED: Int = 14

    /** Before the beginning of its validity. */
    const val NOT_YET_VALID: Int = 15

    /** A delegation's command does not cover the invoked one. */
    const val COMMAND_NOT_COVERED: Int = 16

    /** A delegation's policy is not satisfied by the arguments. */
    const val POLICY_UNSATISFIED: Int = 17

    /** A delegation in the chain was revoked. */
    const val REVOKED: Int = 18

    /** What is known of revocations is older than this command allows. */
    const val REVOCATION_STALE: Int = 19

    /** The invocation was executed before. */
    const val REPLAYED: Int = 20

    /** More links, steps or depth than a decision may take. */
    const val BUDGET_EXCEEDED: Int = 21

    /** A fault in the library, or in a function of the host that it called. */
    const val PANIC: Int = 100

    /** A pointer is NULL that must not be. */
    const val NULL_ARGUMENT: Int = 101

    /** A text is not UTF-8. */
    const val BAD_UTF8: Int = 102

    /** A handle that was freed before, or never was one. */
    const val STALE_HANDLE: Int = 103

    /** A handle of another type. */
    const val WRONG_HANDLE: Int = 104

    /** An argument, or a field of a question, that is not what it has to be. */
    const val BAD_ARGUMENT: Int = 105

    /** A question has a field that is not known: misspelled, maybe. */
    const val UNKNOWN_FIELD: Int = 106

    /** The platform gives no randomness. */
    const val NO_RANDOMNESS: Int = 107

    /** The signer did not sign: locked, refused, or out of order. */
    const val SIGNING_FAILED: Int = 108

    /** The audience has a key that nobody can sign with. */
    const val WEAK_AUDIENCE: Int = 109

    /** The audience has a key for encryption. */
    const val AUDIENCE_CANNOT_SIGN: Int = 110

    /** The subject has a key that nobody can sign with. */
    const val SUBJECT_CANNOT_SIGN: Int = 111

    /** A token would end before it begins. */
    const val EMPTY_WINDOW: Int = 112

    /** "/" is delegated, never invoked. */
    const val TOP_INVOKED: Int = 113

    /** A value that DAG-CBOR has no form for. */
    const val BAD_VALUE: Int = 114

    /** More proofs than a validator follows. */
    const val TOO_MANY_PROOFS: Int = 115

    /** The delegation that is built on was given to someone else. */
    const val NOT_THE_AUDIENCE: Int = 116

    /** The key is not the issuer's. */
    const val NOT_THE_ISSUERS_KEY: Int = 117

    /** Nothing that is held allows it. */
    const val NO_CHAIN: Int = 118

    /** The delegation is not in the store. */
    const val UNKNOWN_DELEGATION: Int = 119

    /** It is not one's own to take back. */
    const val NOT_TO_REVOKE: Int = 120

    /** The store could not be read or written. */
    const val STORE_FAILED: Int = 121

    /** There is no store at that place. */
    const val STORE_NOT_THERE: Int = 122

    /** There is something at that place already. */
    const val STORE_ALREADY_THERE: Int = 123

    /** Another process has the store open. */
    const val STORE_IN_USE: Int = 124

    /** What is there is not a store, or was damaged. */
    const val STORE_DAMAGED: Int = 125

    /** The store was written by a newer version. */
    const val STORE_NEWER_FORMAT: Int = 126

    /** The store lies in a storage format that is not read any more. */
    const val STORE_OLDER_STORAGE: Int = 127

    /** A cursor that is none of this store's. */
    const val BAD_CURSOR: Int = 128

    /** The clock is behind the latest time that was seen. */
    const val CLOCK_SET_BACK: Int = 129

    /** The command is kept for the library. */
    const val HANDLER_RESERVED: Int = 130

    /** "/" is never invoked. */
    const val HANDLER_TOP: Int = 131

    /** The command has a handler already. */
    const val HANDLER_TAKEN: Int = 132

    /** It was executed, and the receipt could not be signed. */
    const val RECEIPT_FAILED: Int = 133

    /** A token of another kind than is needed. */
    const val WRONG_KIND: Int = 134

    /** The key cannot be reached now: locked, or its device is not there. */
    const val SIGNER_UNAVAILABLE: Int = 135

    /** The holder of the key, or a policy, refused to sign. */
    const val SIGNING_REFUSED: Int = 136

    /** A value that DAG-JSON has no form for: a map with the key "/". */
    const val NO_JSON: Int = 137

    /** The arguments wait for results of other tasks. */
    const val AWAITS_RESULTS: Int = 138

    /** An error without a number of its own yet. */
    const val UNLISTED: Int = 199
}
