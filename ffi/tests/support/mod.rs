//! Calls of the C ABI from Rust, for tests.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::ffi::{CStr, c_void};
use std::ptr::null_mut;

use allod_ffi::*;

pub(crate) const DID: &str = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

/// The name of an error, which is freed; empty where there is none.
pub(crate) fn name(error: *mut AllodError) -> String {
    told(error).0
}

/// The name and the message of an error, which is freed.
pub(crate) fn told(error: *mut AllodError) -> (String, String) {
    // SAFETY: a handle of the library's own, and texts that last until it is freed.
    unsafe {
        let text = |text| CStr::from_ptr(text).to_str().unwrap().to_owned();
        let told = (text(allod_error_name(error)), text(allod_error_message(error)));
        assert!(allod_error_free(error));
        told
    }
}

/// What a call gives that has to succeed.
pub(crate) fn made<T>(call: impl FnOnce(*mut *mut T) -> *mut AllodError) -> *mut T {
    let mut out = null_mut();
    let (name, message) = told(call(&raw mut out));
    assert_eq!(name, "", "{message}");
    assert!(!out.is_null());
    out
}

/// Text or bytes as C passes them.
pub(crate) fn data(bytes: &impl AsRef<[u8]>) -> (*const c_void, usize) {
    let bytes = bytes.as_ref();
    (bytes.as_ptr().cast(), bytes.len())
}

/// Text that came out; it is freed.
pub(crate) fn text(bytes: *mut AllodBytes) -> String {
    String::from_utf8(taken(bytes)).unwrap()
}

/// Bytes that came out; they are freed.
pub(crate) fn taken(bytes: *mut AllodBytes) -> Vec<u8> {
    // SAFETY: a handle of the library's own, and as many bytes as it says.
    unsafe {
        let (data, len) = (allod_bytes_data(bytes), allod_bytes_len(bytes));
        let copy = std::slice::from_raw_parts(data, len).to_vec();
        assert!(allod_bytes_free(bytes));
        copy
    }
}
