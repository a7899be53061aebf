//! The numbers, names and remedies of errors and denials.
//!
//! Those below 100 are the codes of denials, from the one table of the core, and also say why a token does not hold;
//! a test compares them. None is ever given another meaning.

// Requirements kept here: allod-ffi-codes.

use core::ffi::CStr;

/// Nothing went wrong; of a decision: it is allowed.
pub const ALLOD_OK: u32 = 0;

/// Bytes that are not a token of the expected kind, or break a rule of its form.
pub const ALLOD_MALFORMED: u32 = 1;

/// Larger than a size limit.
pub const ALLOD_TOO_LARGE: u32 = 2;

/// A DID method, key type or signature algorithm that is well-formed and not implemented.
pub const ALLOD_UNSUPPORTED_ALGORITHM: u32 = 3;

/// The signature is not the issuer's over these bytes.
pub const ALLOD_BAD_SIGNATURE: u32 = 4;

/// A DID that needs a document, which nobody supplied.
pub const ALLOD_UNRESOLVED_DID: u32 = 5;

/// A delegation that `prf` names is not among the evidence.
pub const ALLOD_PROOF_MISSING: u32 = 6;

/// An invocation on another's behalf without any delegation.
pub const ALLOD_NO_PROOF: u32 = 7;

/// A powerline at the root: there is no subject it could speak for.
pub const ALLOD_POWERLINE_ROOT: u32 = 8;

/// The first delegation was not issued by the subject.
pub const ALLOD_ROOT_NOT_SUBJECT: u32 = 9;

/// A delegation about another subject than the invoked one.
pub const ALLOD_WRONG_SUBJECT: u32 = 10;

/// A delegation's audience is not the issuer of what follows it.
pub const ALLOD_BROKEN_CHAIN: u32 = 11;

/// The invocation is addressed to another executor.
pub const ALLOD_WRONG_AUDIENCE: u32 = 12;

/// The executor does not act for this subject.
pub const ALLOD_SUBJECT_NOT_SERVED: u32 = 13;

/// Past the end of its validity.
pub const ALLOD_EXPIRED: u32 = 14;

/// Before the beginning of its validity.
pub const ALLOD_NOT_YET_VALID: u32 = 15;

/// A delegation's command does not cover the invoked one.
pub const ALLOD_COMMAND_NOT_COVERED: u32 = 16;

/// A delegation's policy is not satisfied by the arguments.
pub const ALLOD_POLICY_UNSATISFIED: u32 = 17;

/// A delegation in the chain was revoked.
pub const ALLOD_REVOKED: u32 = 18;

/// What is known of revocations is older than this command allows.
pub const ALLOD_REVOCATION_STALE: u32 = 19;

/// The invocation was executed before.
pub const ALLOD_REPLAYED: u32 = 20;

/// More links, steps or depth than a decision may take.
pub const ALLOD_BUDGET_EXCEEDED: u32 = 21;

/// A fault in the library, or in a function of the host that it called.
pub const ALLOD_PANIC: u32 = 100;

/// A pointer is NULL that must not be.
pub const ALLOD_NULL_ARGUMENT: u32 = 101;

/// A text is not UTF-8.
pub const ALLOD_BAD_UTF8: u32 = 102;

/// A handle that was freed before, or never was one.
pub const ALLOD_STALE_HANDLE: u32 = 103;

/// A handle of another type.
pub const ALLOD_WRONG_HANDLE: u32 = 104;

/// An argument, or a field of a question, that is not what it has to be.
pub const ALLOD_BAD_ARGUMENT: u32 = 105;

/// A question has a field that is not known: misspelled, maybe.
pub const ALLOD_UNKNOWN_FIELD: u32 = 106;

/// The platform gives no randomness.
pub const ALLOD_NO_RANDOMNESS: u32 = 107;

/// The signer did not sign: locked, refused, or out of order.
pub const ALLOD_SIGNING_FAILED: u32 = 108;

/// The audience has a key that nobody can sign with.
pub const ALLOD_WEAK_AUDIENCE: u32 = 109;

/// The audience has a key for encryption.
pub const ALLOD_AUDIENCE_CANNOT_SIGN: u32 = 110;

/// The subject has a key that nobody can sign with.
pub const ALLOD_SUBJECT_CANNOT_SIGN: u32 = 111;

/// A token would end before it begins.
pub const ALLOD_EMPTY_WINDOW: u32 = 112;

/// "/" is delegated, never invoked.
pub const ALLOD_TOP_INVOKED: u32 = 113;

/// A value that DAG-CBOR has no form for.
pub const ALLOD_BAD_VALUE: u32 = 114;

/// More proofs than a validator follows.
pub const ALLOD_TOO_MANY_PROOFS: u32 = 115;

/// The delegation that is built on was given to someone else.
pub const ALLOD_NOT_THE_AUDIENCE: u32 = 116;

/// The key is not the issuer's.
pub const ALLOD_NOT_THE_ISSUERS_KEY: u32 = 117;

/// Nothing that is held allows it.
pub const ALLOD_NO_CHAIN: u32 = 118;

/// The delegation is not in the store.
pub const ALLOD_UNKNOWN_DELEGATION: u32 = 119;

/// It is not one's own to take back.
pub const ALLOD_NOT_TO_REVOKE: u32 = 120;

/// The store could not be read or written.
pub const ALLOD_STORE_FAILED: u32 = 121;

/// There is no store at that place.
pub const ALLOD_STORE_NOT_THERE: u32 = 122;

/// There is something at that place already.
pub const ALLOD_STORE_ALREADY_THERE: u32 = 123;

/// Another process has the store open.
pub const ALLOD_STORE_IN_USE: u32 = 124;

/// What is there is not a store, or was damaged.
pub const ALLOD_STORE_DAMAGED: u32 = 125;

/// The store was written by a newer version.
pub const ALLOD_STORE_NEWER_FORMAT: u32 = 126;

/// The store lies in a storage format that is not read any more.
pub const ALLOD_STORE_OLDER_STORAGE: u32 = 127;

/// A cursor that is none of this store's.
pub const ALLOD_BAD_CURSOR: u32 = 128;

/// The clock is behind the latest time that was seen.
pub const ALLOD_CLOCK_SET_BACK: u32 = 129;

/// The command is kept for the library.
pub const ALLOD_HANDLER_RESERVED: u32 = 130;

/// "/" is never invoked.
pub const ALLOD_HANDLER_TOP: u32 = 131;

/// The command has a handler already.
pub const ALLOD_HANDLER_TAKEN: u32 = 132;

/// It was executed, and the receipt could not be signed.
pub const ALLOD_RECEIPT_FAILED: u32 = 133;

/// A token of another kind than is needed.
pub const ALLOD_WRONG_KIND: u32 = 134;

/// The key cannot be reached now: locked, or its device is not there.
pub const ALLOD_SIGNER_UNAVAILABLE: u32 = 135;

/// The holder of the key, or a policy, refused to sign.
pub const ALLOD_SIGNING_REFUSED: u32 = 136;

/// A value that DAG-JSON has no form for: a map with the key "/".
pub const ALLOD_NO_JSON: u32 = 137;

/// The arguments wait for results of other tasks.
pub const ALLOD_AWAITS_RESULTS: u32 = 138;

/// An error without a number of its own yet.
pub const ALLOD_UNLISTED: u32 = 199;

/// What is known of a number.
pub(crate) struct Known {
    pub(crate) number: u32,
    pub(crate) name: &'static CStr,
    pub(crate) remedy: &'static CStr,
}

const fn known(number: u32, name: &'static CStr, remedy: &'static CStr) -> Known {
    Known { number, name, remedy }
}

static UNLISTED: Known = known(ALLOD_UNLISTED, c"unlisted", c"see the message");

impl Known {
    pub(crate) fn by_name(name: &str) -> &'static Self {
        TABLE.iter().find(|known| known.name.to_bytes() == name.as_bytes()).unwrap_or(&UNLISTED)
    }
}

/// In the order of the numbers.
pub(crate) static TABLE: &[Known] = &[
    known(ALLOD_MALFORMED, c"malformed", c"make the token again with a library that writes strict UCAN 1.0"),
    known(ALLOD_TOO_LARGE, c"too-large", c"send fewer or smaller tokens"),
    known(
        ALLOD_UNSUPPORTED_ALGORITHM,
        c"unsupported-algorithm",
        c"sign with an Ed25519, P-256 or secp256k1 key under did:key or did:web",
    ),
    known(ALLOD_BAD_SIGNATURE, c"bad-signature", c"ask the issuer to sign it again"),
    known(
        ALLOD_UNRESOLVED_DID,
        c"unresolved-did",
        c"fetch the DID's document and supply it with the evidence",
    ),
    known(ALLOD_PROOF_MISSING, c"proof-missing", c"send the missing delegation along with the invocation"),
    known(ALLOD_NO_PROOF, c"no-proof", c"ask the subject for a delegation and name it in the proofs"),
    known(ALLOD_POWERLINE_ROOT, c"powerline-root", c"put the subject's own delegation first in the proofs"),
    known(
        ALLOD_ROOT_NOT_SUBJECT,
        c"root-not-subject",
        c"start the proofs with a delegation that the subject itself issued",
    ),
    known(ALLOD_WRONG_SUBJECT, c"wrong-subject", c"use delegations about the subject that is invoked"),
    known(ALLOD_BROKEN_CHAIN, c"broken-chain", c"name the proofs root first, each to the issuer of the next"),
    known(
        ALLOD_WRONG_AUDIENCE,
        c"wrong-audience",
        c"send the invocation to the executor it names, or name this one as its audience",
    ),
    known(
        ALLOD_SUBJECT_NOT_SERVED,
        c"subject-not-served",
        c"send the invocation to an executor that serves its subject",
    ),
    known(ALLOD_EXPIRED, c"expired", c"ask its issuer for a new one"),
    known(ALLOD_NOT_YET_VALID, c"not-yet-valid", c"wait until it becomes valid"),
    known(
        ALLOD_COMMAND_NOT_COVERED,
        c"command-not-covered",
        c"ask for a delegation of the invoked command, or invoke one that is delegated",
    ),
    known(
        ALLOD_POLICY_UNSATISFIED,
        c"policy-unsatisfied",
        c"invoke with arguments that the policy allows, or ask for a wider policy",
    ),
    known(ALLOD_REVOKED, c"revoked", c"ask the issuer of the revoked delegation for a new one"),
    known(
        ALLOD_REVOCATION_STALE,
        c"revocation-stale",
        c"bring the executor's revocations up to date and try again",
    ),
    known(ALLOD_REPLAYED, c"replayed", c"sign a new invocation with a new nonce"),
    known(
        ALLOD_BUDGET_EXCEEDED,
        c"budget-exceeded",
        c"use a shorter chain, a simpler policy or flatter arguments",
    ),
    known(ALLOD_PANIC, c"panic", c"report it, with what was asked; what was asked may be half done"),
    known(ALLOD_NULL_ARGUMENT, c"null-argument", c"pass what the message names"),
    known(ALLOD_BAD_UTF8, c"bad-utf8", c"encode texts as UTF-8"),
    known(ALLOD_STALE_HANDLE, c"stale-handle", c"use a handle until it is freed, and free it once"),
    known(ALLOD_WRONG_HANDLE, c"wrong-handle", c"pass a handle of the type that the header names"),
    known(ALLOD_BAD_ARGUMENT, c"bad-argument", c"see the message, and the header"),
    known(ALLOD_UNKNOWN_FIELD, c"unknown-field", c"use the fields that the message names"),
    known(ALLOD_NO_RANDOMNESS, c"no-randomness", c"run it where the operating system gives randomness"),
    known(ALLOD_SIGNING_FAILED, c"signing-failed", c"unlock the key or connect its device, and try again"),
    known(ALLOD_WEAK_AUDIENCE, c"weak-audience", c"check the DID with the person it belongs to"),
    known(ALLOD_AUDIENCE_CANNOT_SIGN, c"audience-cannot-sign", c"use the person's DID for signing"),
    known(ALLOD_SUBJECT_CANNOT_SIGN, c"subject-cannot-sign", c"check the DID of the subject"),
    known(ALLOD_EMPTY_WINDOW, c"empty-window", c"set the end after the beginning"),
    known(ALLOD_TOP_INVOKED, c"top-invoked", c"name the command to perform"),
    known(
        ALLOD_BAD_VALUE,
        c"bad-value",
        c"use maps, lists, texts, bytes, links, numbers, true, false and null",
    ),
    known(ALLOD_TOO_MANY_PROOFS, c"too-many-proofs", c"use a shorter chain"),
    known(ALLOD_NOT_THE_AUDIENCE, c"not-the-audience", c"build on a delegation to the issuer"),
    known(ALLOD_NOT_THE_ISSUERS_KEY, c"not-the-issuers-key", c"sign with the key in the issuer's DID"),
    known(ALLOD_NO_CHAIN, c"no-chain", c"ask for a delegation; the message says what comes nearest"),
    known(ALLOD_UNKNOWN_DELEGATION, c"unknown-delegation", c"receive it first"),
    known(ALLOD_NOT_TO_REVOKE, c"not-to-revoke", c"ask its issuer, or someone above, to revoke it"),
    known(ALLOD_STORE_FAILED, c"store-failed", c"see the message: the disk may be full, or not there"),
    known(ALLOD_STORE_NOT_THERE, c"store-not-there", c"create one, or check the path"),
    known(ALLOD_STORE_ALREADY_THERE, c"store-already-there", c"open it, or choose another path"),
    known(ALLOD_STORE_IN_USE, c"store-in-use", c"wait until it has finished, and try again"),
    known(ALLOD_STORE_DAMAGED, c"store-damaged", c"restore it from a backup"),
    known(ALLOD_STORE_NEWER_FORMAT, c"store-newer-format", c"use a newer version of the library"),
    known(ALLOD_STORE_OLDER_STORAGE, c"store-older-storage", c"make a backup with the version that wrote it"),
    known(ALLOD_BAD_CURSOR, c"bad-cursor", c"begin the listing anew"),
    known(ALLOD_CLOCK_SET_BACK, c"clock-set-back", c"set it right, or wait"),
    known(ALLOD_HANDLER_RESERVED, c"handler-reserved", c"register another command"),
    known(ALLOD_HANDLER_TOP, c"handler-top", c"register it with ALLOD_AND_BELOW"),
    known(ALLOD_HANDLER_TAKEN, c"handler-taken", c"register each command once"),
    known(
        ALLOD_RECEIPT_FAILED,
        c"receipt-failed",
        c"see to the executor's key; the outcome is not known to the other side",
    ),
    known(ALLOD_WRONG_KIND, c"wrong-kind", c"pass a token of the kind that the message names"),
    known(
        ALLOD_SIGNER_UNAVAILABLE,
        c"signer-unavailable",
        c"unlock the key or connect its device, and try again",
    ),
    known(ALLOD_SIGNING_REFUSED, c"signing-refused", c"ask the holder of the key again, with an explanation"),
    known(ALLOD_NO_JSON, c"no-json", c"ask for DAG-CBOR, which has a form for every value"),
    known(
        ALLOD_AWAITS_RESULTS,
        c"awaits-results",
        c"decide again, with the receipts of the tasks that are waited for",
    ),
    known(ALLOD_UNLISTED, c"unlisted", c"see the message"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use allod::Code;

    use super::*;

    #[test]
    fn the_codes_of_denials_are_those_of_the_core() {
        for code in Code::ALL {
            let known = Known::by_name(code.name());
            assert_eq!(known.number, u32::from(code.number()), "{code}");
            assert_eq!(known.remedy.to_str().unwrap(), code.remedy(), "{code}");
        }
        assert_eq!(TABLE.iter().filter(|known| known.number < 100).count(), Code::ALL.len());
    }

    #[test]
    fn numbers_rise_and_names_are_unique() {
        assert!(TABLE.is_sorted_by(|one, next| one.number < next.number));
        for known in TABLE {
            assert_eq!(Known::by_name(known.name.to_str().unwrap()).number, known.number);
        }
    }
}
