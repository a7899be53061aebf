//! DIDs.

use core::ffi::{c_char, c_void};

use allod::Did;
use allod::identity::DidDocument;

use crate::bytes::AllodBytes;
use crate::error::AllodError;
use crate::guard::call;
use crate::key::public_key_of;
use crate::pointer::{Out, text};
use crate::question::{Format, Map};

/// What a DID says by itself: a map {did, method, algorithm, key, url, short, verifiable}. The algorithm and the bytes of the key are
/// those of a did:key, the URL is where the document of a did:web lies, else null. An error for what is no DID.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_did_read(
    did: *const c_char,
    did_len: usize,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, did) = unsafe { (Out::at("out", out)?, text("did", did, did_len)?) };
        let did = Did::parse(did)?;
        let key = did.algorithm().and_then(|_| did.public_key().ok()).map(|key| key.to_bytes().to_vec());
        let map = Map::default()
            .with("did", did.to_string())
            .with("method", did.method().to_owned())
            .maybe("algorithm", did.algorithm().map(|algorithm| algorithm.to_string()))
            .maybe("key", key)
            .maybe("url", did.web_url())
            .with("short", did.short())
            .with("verifiable", did.can_be_verified());
        out.write(Format::of(format)?.give(&map.done())?);
        Ok(())
    })
}

/// The did:key of a public key.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_did_of_key(
    algorithm: u32,
    public_key: *const c_void,
    public_key_len: usize,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, key) =
            unsafe { (Out::at("out", out)?, public_key_of(algorithm, public_key, public_key_len)?) };
        out.write(AllodBytes::give(key.did().to_string().as_bytes()));
        Ok(())
    })
}

/// The document that a did:key amounts to, in JSON.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_did_document(
    did: *const c_char,
    did_len: usize,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, did) = unsafe { (Out::at("out", out)?, text("did", did, did_len)?) };
        out.write(AllodBytes::give(DidDocument::for_key(&Did::parse(did)?)?.to_json().as_bytes()));
        Ok(())
    })
}
