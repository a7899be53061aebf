//! What is asked as a map: what is misspelled or forgotten is refused, and what the host signs is checked.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::undocumented_unsafe_blocks,
    clippy::cast_ptr_alignment,
    reason = "a test may fail, and calls of C are what it tests"
)]

use std::ffi::{CStr, c_void};
use std::ptr::{null, null_mut};

use allod_ffi::*;

const DID: &str = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

/// The name and the message of an error, which is freed.
fn told(error: *mut AllodError) -> (String, String) {
    // SAFETY: a handle of the library's own, and texts that last until it is freed.
    unsafe {
        let text = |text| CStr::from_ptr(text).to_str().unwrap().to_owned();
        let told = (text(allod_error_name(error)), text(allod_error_message(error)));
        assert!(allod_error_free(error));
        told
    }
}

fn lints(asked: &str) -> (String, String) {
    let mut out = null_mut();
    // SAFETY: the text is there, and so is the place for the result.
    let error =
        unsafe { allod_delegation_lints(asked.as_ptr().cast(), asked.len(), ALLOD_DAG_JSON, &raw mut out) };
    // SAFETY: a handle, or NULL.
    assert!(unsafe { allod_bytes_free(out) });
    told(error)
}

#[test]
fn what_is_not_known_is_refused() {
    let asked =
        |more: &str| lints(&format!(r#"{{"audience":"{DID}","subject":"{DID}","command":"/a"{more}}}"#));
    assert_eq!(asked("").0, "");
    assert_eq!(asked(r#","expires":1800000000"#).0, "");
    let (name, message) = asked(r#","expire":1800000000"#);
    assert_eq!(name, "unknown-field");
    assert!(message.contains("expires"), "{message}");
    assert_eq!(asked(r#","releaseCandidate":"true""#).0, "bad-argument");
    for (limits, expected) in [(r#"{"chain":3}"#, ""), (r#"{"chains":3}"#, "unknown-field")] {
        let (options, mut out) = (format!(r#"{{"limits":{limits}}}"#), null_mut());
        let (did, text) = (DID.as_ptr().cast(), options.as_ptr().cast());
        // SAFETY: the texts are there, and so is the place for the result.
        let error = unsafe { allod_authorizer_new(did, DID.len(), text, options.len(), &raw mut out) };
        assert_eq!(told(error).0, expected);
        // SAFETY: a handle, or NULL.
        assert!(unsafe { allod_authorizer_free(out) });
    }
}

#[test]
fn a_forgotten_subject_is_no_powerline() {
    let (name, message) = lints(&format!(r#"{{"audience":"{DID}","command":"/a"}}"#));
    assert_eq!(name, "bad-argument");
    assert!(message.starts_with("subject"), "{message}");
    assert_eq!(lints(&format!(r#"{{"audience":"{DID}","subject":null,"command":"/a"}}"#)).0, "");
}

#[test]
fn evidence_says_what_is_known_of_revocations() {
    let mut store = null_mut();
    // SAFETY: there is a place for the result.
    assert!(unsafe { allod_store_memory(&raw mut store) }.is_null());
    for (facts, store, expected) in [
        (r#"{"now":1800000000}"#, null(), "bad-argument"),
        (r#"{"now":1800000000,"dangerWithoutRevocations":false}"#, null(), "bad-argument"),
        (r#"{"now":1800000000,"revoked":null}"#, null(), "bad-argument"),
        (r#"{"revoked":[]}"#, null(), "bad-argument"),
        (r#"{"now":1800000000,"revoked":[]}"#, null(), ""),
        (r#"{"now":1800000000,"revocations":[]}"#, null(), ""),
        (r#"{"now":1800000000,"dangerWithoutRevocations":true}"#, null(), ""),
        (r#"{"now":1800000000}"#, store.cast_const(), ""),
    ] {
        let mut evidence = null_mut();
        // SAFETY: the text is there, and so is the place for the result.
        let error =
            unsafe { allod_evidence_new(facts.as_ptr().cast(), facts.len(), store, &raw mut evidence) };
        assert_eq!(told(error).0, expected, "{facts}");
        // SAFETY: a handle, or NULL.
        assert!(unsafe { allod_evidence_free(evidence) });
    }
    // SAFETY: a handle.
    assert!(unsafe { allod_store_free(store) });
}

/// Signs with the key that is its context, and spoils the signature where the message is an invocation.
unsafe extern "C-unwind" fn sign(
    key: *mut c_void,
    message: *const u8,
    len: usize,
    signature: *mut u8,
    signature_len: *mut usize,
) -> i32 {
    // SAFETY: as the header says: the message is there, and room for 80 bytes.
    unsafe {
        let error = allod_key_sign(key.cast(), message.cast(), len, signature);
        *signature_len = 64;
        let text = String::from_utf8_lossy(std::slice::from_raw_parts(message, len)).into_owned();
        if text.contains("ucan/inv") {
            *signature ^= 1;
        }
        i32::from(!error.is_null())
    }
}

#[test]
fn a_signature_of_the_host_is_checked() {
    let (mut key, mut public, mut signer) = (null_mut(), null_mut(), null_mut());
    let (mut delegation, mut invocation) = (null_mut(), null_mut());
    let asked = format!(r#"{{"subject":"{DID}","command":"/a"}}"#);
    let given = format!(r#"{{"audience":"{DID}","subject":"{DID}","command":"/a"}}"#);
    // SAFETY: handles of the library's own, texts that are there, and places for results.
    let error = unsafe {
        assert!(allod_key_generate(ALLOD_P256, &raw mut key).is_null());
        assert!(allod_key_public(key, &raw mut public).is_null());
        let (data, len) = (allod_bytes_data(public).cast(), allod_bytes_len(public));
        let place = &raw mut signer;
        let error = allod_signer_new(ALLOD_P256, data, len, null(), 0, Some(sign), key.cast(), None, place);
        assert!(error.is_null());
        let (data, len) = (given.as_ptr().cast(), given.len());
        assert!(allod_delegation_sign(signer, data, len, &raw mut delegation).is_null());
        assert!(allod_token_verify(delegation, null(), 0).is_null());
        let (data, len) = (asked.as_ptr().cast(), asked.len());
        allod_invocation_sign(signer, data, len, &raw mut invocation)
    };
    assert_eq!(told(error).0, "bad-signature");
    assert!(invocation.is_null());
    // SAFETY: handles.
    unsafe {
        assert!(allod_token_free(delegation) && allod_signer_free(signer));
        assert!(allod_bytes_free(public) && allod_key_free(key));
    }
}
