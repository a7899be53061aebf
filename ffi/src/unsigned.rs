//! Tokens whose signature is made elsewhere.

use core::ffi::c_void;

use allod::ucan::{Delegation, Invocation};
use allod::{AnyToken, Unsigned};

use crate::bytes::AllodBytes;
use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled};
use crate::pointer::{Out, bytes};
use crate::token::AllodToken;

/// A token that lacks only its signature. Free it with allod_unsigned_free.
pub struct AllodUnsigned;

handled!(AllodUnsigned = 6, Either);

pub(crate) enum Either {
    Delegation(Unsigned<Delegation>),
    Invocation(Unsigned<Invocation>),
}

/// What the issuer has to sign. ECDSA signers hash it with SHA-256; Ed25519 takes it as it is.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_unsigned_bytes(
    unsigned: *const AllodUnsigned,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(match &*get("unsigned", unsigned)? {
            Either::Delegation(unsigned) => unsigned.bytes_to_sign(),
            Either::Invocation(unsigned) => unsigned.bytes_to_sign(),
        }));
        Ok(())
    })
}

/// Finishes the token with a signature: 64 raw bytes, or for ECDSA also DER, with a high or low s. It is brought to its one
/// spelling, and checked: ALLOD_BAD_SIGNATURE for one that is not the issuer's. The unsigned token can be used again.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_unsigned_attach(
    unsigned: *const AllodUnsigned,
    signature: *const c_void,
    signature_len: usize,
    out: *mut *mut AllodToken,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, signature) =
            unsafe { (Out::at("out", out)?, bytes("signature", signature, signature_len)?) };
        out.write(give(match &*get("unsigned", unsigned)? {
            Either::Delegation(unsigned) => AnyToken::Delegation(unsigned.clone().attach(signature)?),
            Either::Invocation(unsigned) => AnyToken::Invocation(unsigned.clone().attach(signature)?),
        }));
        Ok(())
    })
}

/// Frees an unsigned token. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_unsigned_free(unsigned: *mut AllodUnsigned) -> bool {
    quietly(false, || free(unsigned))
}
