//! Whoever signs.

use core::ffi::{c_char, c_void};
use std::sync::Arc;

use allod::identity::Signer;
use allod::{Did, Issuer};
use allod_crossing::Fault;

use crate::bytes::AllodBytes;
use crate::callback::{AllodDropFn, AllodSignFn, Context, HostSigner};
use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled, null};
use crate::key::{AllodKey, public_key_of};
use crate::pointer::{Out, maybe_text, text};

/// Whoever signs for a DID: a key in memory, or a function of the host. Free it with allod_signer_free; agents and
/// executors that were made with it go on.
pub struct AllodSigner;

handled!(AllodSigner = 4, Shared);

/// A signer that many may use.
pub(crate) type Shared = Arc<dyn Signer + Send + Sync>;

/// A signer that is a key in memory. The key may be freed: the signer holds it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_signer_from_key(
    key: *const AllodKey,
    out: *mut *mut AllodSigner,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let key: Shared = Arc::clone(&*get("key", key)?) as Shared;
        out.write(give(key));
        Ok(())
    })
}

/// A signer that is a function of the host, for this public key (32 bytes for Ed25519; else 33 or 65, SEC1). `did` is whom it signs
/// for: NULL with the length 0 for the key's own did:key. Every signature is checked before it is used. When this
/// succeeds, `drop` is called with the context once nothing uses it any more; when it fails, it is not.
#[must_use]
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a function, its context, and whose it is")]
pub unsafe extern "C" fn allod_signer_new(
    algorithm: u32,
    public_key: *const c_void,
    public_key_len: usize,
    did: *const c_char,
    did_len: usize,
    sign: AllodSignFn,
    context: *mut c_void,
    drop: AllodDropFn,
    out: *mut *mut AllodSigner,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, key, did) = unsafe {
            (
                Out::at("out", out)?,
                public_key_of(algorithm, public_key, public_key_len)?,
                maybe_text("did", did, did_len)?,
            )
        };
        let sign = sign.ok_or_else(|| null("sign"))?;
        let did = did.map_or_else(|| Ok(key.did()), Did::parse)?;
        // Whether it is the key of a did:key.
        Issuer::new(did.clone(), key)?;
        let signer: Shared = Arc::new(HostSigner { did, key, sign, context: Context::new(context, drop) });
        out.write(give(signer));
        Ok(())
    })
}

/// The same key signing for another DID: a did:web whose document lists it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_signer_acting_as(
    signer: *const AllodSigner,
    did: *const c_char,
    did_len: usize,
    out: *mut *mut AllodSigner,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, did) = unsafe { (Out::at("out", out)?, text("did", did, did_len)?) };
        let signer = Arc::clone(&*get("signer", signer)?);
        let acting: Shared = Arc::new(signer.acting_as(Did::parse(did)?));
        out.write(give(acting));
        Ok(())
    })
}

/// Whom it signs for.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_signer_did(
    signer: *const AllodSigner,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(AllodBytes::give(get("signer", signer)?.issuer().to_string().as_bytes()));
        Ok(())
    })
}

/// Frees a signer. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_signer_free(signer: *mut AllodSigner) -> bool {
    quietly(false, || free(signer))
}

/// Who issues a token that is signed elsewhere.
pub(crate) unsafe fn issuer_of(
    algorithm: u32,
    public_key: *const c_void,
    public_key_len: usize,
    did: *const c_char,
    did_len: usize,
) -> Result<Issuer, Fault> {
    // SAFETY: the caller's contract is this function's.
    let (key, did) =
        unsafe { (public_key_of(algorithm, public_key, public_key_len)?, maybe_text("did", did, did_len)?) };
    Ok(Issuer::new(did.map_or_else(|| Ok(key.did()), Did::parse)?, key)?)
}
