//! Making tokens: signed at once, or to be signed elsewhere.

use core::ffi::{c_char, c_void};

use allod::AnyToken;
use allod_crossing::{Fault, Input, make, whole};

use crate::bytes::AllodBytes;
use crate::error::AllodError;
use crate::guard::call;
use crate::handle::{get, give};
use crate::pointer::Out;
use crate::question::{Format, list, question, text};
use crate::signer::{AllodSigner, issuer_of};
use crate::token::AllodToken;
use crate::unsigned::{AllodUnsigned, Either};

/// The fields of a delegation to be made.
pub(crate) const DELEGATION_FIELDS: [&str; 10] = [
    "audience",
    "subject",
    "command",
    "policy",
    "expires",
    "notBefore",
    "nonce",
    "meta",
    "under",
    "releaseCandidate",
];

/// Makes a delegation: a map {audience, subject, command, policy, expires, notBefore, nonce, meta, under, releaseCandidate}. The subject is a DID, or null for a powerline,
/// and must be there. Times are seconds since 1970. `under` is the bytes of the delegation that it hands on. Without `expires` it never ends.
/// A field that is not known is refused. What a validator would refuse is refused here.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_delegation_sign(
    signer: *const AllodSigner,
    delegation: *const c_void,
    delegation_len: usize,
    out: *mut *mut AllodToken,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, asked) = unsafe {
            (Out::at("out", out)?, question("delegation", delegation, delegation_len, &DELEGATION_FIELDS)?)
        };
        let signer = get("signer", signer)?;
        let token = self::delegation(&asked)?.sign(&**signer)?;
        out.write(give(AnyToken::Delegation(token)));
        Ok(())
    })
}

/// As allod_delegation_sign, for a key elsewhere: the issuer's public key, and the issuer's DID, or NULL with the length 0 for the
/// key's own did:key.
#[must_use]
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "whose it is, and what it says")]
pub unsafe extern "C" fn allod_delegation_to_sign(
    algorithm: u32,
    public_key: *const c_void,
    public_key_len: usize,
    issuer: *const c_char,
    issuer_len: usize,
    delegation: *const c_void,
    delegation_len: usize,
    out: *mut *mut AllodUnsigned,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, issuer, asked) = unsafe {
            (
                Out::at("out", out)?,
                issuer_of(algorithm, public_key, public_key_len, issuer, issuer_len)?,
                question("delegation", delegation, delegation_len, &DELEGATION_FIELDS)?,
            )
        };
        out.write(give(Either::Delegation(self::delegation(&asked)?.to_sign(issuer)?)));
        Ok(())
    })
}

/// The fields of an invocation to be made.
pub(crate) const INVOCATION_FIELDS: [&str; 12] = [
    "subject",
    "command",
    "audience",
    "arguments",
    "proofs",
    "expires",
    "notBefore",
    "issuedAt",
    "cause",
    "nonce",
    "meta",
    "releaseCandidate",
];

/// Makes an invocation: a map {subject, command, audience, arguments, proofs, expires, notBefore, issuedAt, cause, nonce, meta, releaseCandidate}.
/// Proofs are CIDs, root first. allod_agent_invoke finds them by itself.
/// A field that is not known is refused. What a validator would refuse is refused here.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_invocation_sign(
    signer: *const AllodSigner,
    invocation: *const c_void,
    invocation_len: usize,
    out: *mut *mut AllodToken,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, asked) = unsafe {
            (Out::at("out", out)?, question("invocation", invocation, invocation_len, &INVOCATION_FIELDS)?)
        };
        let signer = get("signer", signer)?;
        let token = self::invocation(&asked)?.sign(&**signer)?;
        out.write(give(AnyToken::Invocation(token)));
        Ok(())
    })
}

/// As allod_invocation_sign, for a key elsewhere: the issuer's public key, and the issuer's DID, or NULL with the length 0 for the
/// key's own did:key.
#[must_use]
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "whose it is, and what it says")]
pub unsafe extern "C" fn allod_invocation_to_sign(
    algorithm: u32,
    public_key: *const c_void,
    public_key_len: usize,
    issuer: *const c_char,
    issuer_len: usize,
    invocation: *const c_void,
    invocation_len: usize,
    out: *mut *mut AllodUnsigned,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, issuer, asked) = unsafe {
            (
                Out::at("out", out)?,
                issuer_of(algorithm, public_key, public_key_len, issuer, issuer_len)?,
                question("invocation", invocation, invocation_len, &INVOCATION_FIELDS)?,
            )
        };
        out.write(give(Either::Invocation(self::invocation(&asked)?.to_sign(issuer)?)));
        Ok(())
    })
}

/// The fields of a revocation to be made.
pub(crate) const REVOCATION_FIELDS: [&str; 7] =
    ["revoke", "subject", "path", "proofs", "issuedAt", "meta", "releaseCandidate"];

/// Makes a revocation: a map {revoke, subject, path, proofs, issuedAt, meta, releaseCandidate}. `revoke` is the CID of the delegation,
/// the subject its issuer, or someone above. allod_agent_revoke finds all that by itself.
/// A field that is not known is refused. What a validator would refuse is refused here.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_revocation_sign(
    signer: *const AllodSigner,
    revocation: *const c_void,
    revocation_len: usize,
    out: *mut *mut AllodToken,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, asked) = unsafe {
            (Out::at("out", out)?, question("revocation", revocation, revocation_len, &REVOCATION_FIELDS)?)
        };
        let signer = get("signer", signer)?;
        let token = self::revocation(&asked)?.sign(&**signer)?;
        out.write(give(AnyToken::Invocation(token.token().clone())));
        Ok(())
    })
}

/// As allod_revocation_sign, for a key elsewhere: the issuer's public key, and the issuer's DID, or NULL with the length 0 for the
/// key's own did:key.
#[must_use]
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "whose it is, and what it says")]
pub unsafe extern "C" fn allod_revocation_to_sign(
    algorithm: u32,
    public_key: *const c_void,
    public_key_len: usize,
    issuer: *const c_char,
    issuer_len: usize,
    revocation: *const c_void,
    revocation_len: usize,
    out: *mut *mut AllodUnsigned,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, issuer, asked) = unsafe {
            (
                Out::at("out", out)?,
                issuer_of(algorithm, public_key, public_key_len, issuer, issuer_len)?,
                question("revocation", revocation, revocation_len, &REVOCATION_FIELDS)?,
            )
        };
        out.write(give(Either::Invocation(self::revocation(&asked)?.to_sign(issuer)?)));
        Ok(())
    })
}

/// The fields of a receipt to be made.
pub(crate) const RECEIPT_FIELDS: [&str; 6] =
    ["ran", "out", "issuedAt", "expires", "nonce", "releaseCandidate"];

/// Makes a receipt: a map {ran, out, issuedAt, expires, nonce, releaseCandidate}. `ran` is the CID of the task, `out` is {ok} or {error}.
/// A field that is not known is refused. What a validator would refuse is refused here.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_receipt_sign(
    signer: *const AllodSigner,
    receipt: *const c_void,
    receipt_len: usize,
    out: *mut *mut AllodToken,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, asked) =
            unsafe { (Out::at("out", out)?, question("receipt", receipt, receipt_len, &RECEIPT_FIELDS)?) };
        let signer = get("signer", signer)?;
        let token = self::receipt(&asked)?.sign(&**signer)?;
        out.write(give(AnyToken::Invocation(token.token().clone())));
        Ok(())
    })
}

/// As allod_receipt_sign, for a key elsewhere: the issuer's public key, and the issuer's DID, or NULL with the length 0 for the
/// key's own did:key.
#[must_use]
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "whose it is, and what it says")]
pub unsafe extern "C" fn allod_receipt_to_sign(
    algorithm: u32,
    public_key: *const c_void,
    public_key_len: usize,
    issuer: *const c_char,
    issuer_len: usize,
    receipt: *const c_void,
    receipt_len: usize,
    out: *mut *mut AllodUnsigned,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, issuer, asked) = unsafe {
            (
                Out::at("out", out)?,
                issuer_of(algorithm, public_key, public_key_len, issuer, issuer_len)?,
                question("receipt", receipt, receipt_len, &RECEIPT_FIELDS)?,
            )
        };
        out.write(give(Either::Invocation(self::receipt(&asked)?.to_sign(issuer)?)));
        Ok(())
    })
}

/// What is legal but risky in a delegation to be made, as a list of texts.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_delegation_lints(
    delegation: *const c_void,
    delegation_len: usize,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, asked) = unsafe {
            (Out::at("out", out)?, question("delegation", delegation, delegation_len, &DELEGATION_FIELDS)?)
        };
        let lints = self::delegation(&asked)?.lints();
        out.write(Format::of(format)?.give(&list(lints, text))?);
        Ok(())
    })
}

/// A delegation whose subject was forgotten is not the powerline that it would be.
pub(crate) fn delegation(asked: &Input) -> Result<allod::DelegationBuilder, Fault> {
    if asked.fields().even_null("subject").is_none() {
        return Err(Fault::argument("subject", "a DID, or null for a powerline,"));
    }
    if asked.fields().even_null("policy").is_some_and(allod::wire::View::is_null) {
        return Err(Fault::argument("policy", "a list, which may be empty,"));
    }
    make::delegation_builder(asked)
}

pub(crate) fn invocation(asked: &Input) -> Result<allod::InvocationBuilder, Fault> {
    make::invocation_builder(asked)
}

fn revocation(asked: &Input) -> Result<allod::ucan::RevocationBuilder, Fault> {
    make::revocation_builder(asked)
}

fn receipt(asked: &Input) -> Result<allod::ucan::ReceiptBuilder, Fault> {
    whole::make::receipt_builder(asked)
}
