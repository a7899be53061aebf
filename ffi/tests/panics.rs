//! Functions of the host that panic: in Rust, where a panic may pass from one function to the next.

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
use std::sync::atomic::{AtomicUsize, Ordering};

use allod_ffi::*;

static DROPPED: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C-unwind" fn sign(_: *mut c_void, _: *const u8, _: usize, _: *mut u8, _: *mut usize) -> i32 {
    panic!("the signer's own fault")
}

unsafe extern "C-unwind" fn handle(_: *mut c_void, _: *const u8, _: usize, _: *mut AllodReply) -> i32 {
    panic!("the handler's own fault")
}

unsafe extern "C-unwind" fn dropped(_: *mut c_void) {
    DROPPED.fetch_add(1, Ordering::SeqCst);
    panic!("the fault of what cleans up")
}

fn ok(error: *mut AllodError) {
    // SAFETY: a handle of the library's own.
    let message = unsafe { CStr::from_ptr(allod_error_message(error)) };
    assert!(error.is_null(), "{message:?}");
}

fn text(bytes: *mut AllodBytes) -> String {
    // SAFETY: a handle of the library's own, and as many bytes as it says.
    unsafe {
        let bytes = std::slice::from_raw_parts(allod_bytes_data(bytes), allod_bytes_len(bytes));
        String::from_utf8(bytes.to_vec()).unwrap()
    }
}

#[test]
fn a_panic_of_the_host_ends_at_the_border() {
    let (mut key, mut public, mut did) = (null_mut(), null_mut(), null_mut());
    let (mut panicking, mut signer, mut store) = (null_mut(), null_mut(), null_mut());
    // SAFETY: handles of the library's own, and places for results.
    unsafe {
        ok(allod_key_generate(ALLOD_ED25519, &raw mut key));
        ok(allod_key_public(key, &raw mut public));
        ok(allod_key_did(key, &raw mut did));
        ok(allod_signer_from_key(key, &raw mut signer));
        ok(allod_store_memory(&raw mut store));
        let (data, len) = (allod_bytes_data(public).cast(), allod_bytes_len(public));
        let (some, none) = (Some(dropped as _), null_mut());
        let place = &raw mut panicking;
        ok(allod_signer_new(ALLOD_ED25519, data, len, null(), 0, Some(sign), none, some, place));
    }
    let did = text(did);

    let asked = format!(r#"{{"audience":"{did}","subject":"{did}","command":"/a"}}"#);
    let mut token = null_mut();
    // SAFETY: as above; the text is there.
    let error =
        unsafe { allod_delegation_sign(panicking, asked.as_ptr().cast(), asked.len(), &raw mut token) };
    // SAFETY: a handle of the library's own.
    assert_eq!(unsafe { allod_error_number(error) }, ALLOD_PANIC);
    assert!(token.is_null());

    let (mut agent, mut executor, mut container) = (null_mut(), null_mut(), null_mut());
    let (mut bytes, mut execution, mut report) = (null_mut(), null_mut(), null_mut());
    let asked = format!(r#"{{"subject":"{did}","command":"/a/b"}}"#);
    // SAFETY: as above.
    unsafe {
        ok(allod_agent_new(signer, store, null(), 0, &raw mut agent));
        ok(allod_executor_new(signer, store, null(), 0, &raw mut executor));
        let command = c"/a";
        let (below, none) = (ALLOD_AND_BELOW, null_mut());
        let (handle, gone) = (Some(handle as _), Some(dropped as _));
        ok(allod_executor_handle(executor, command.as_ptr(), 2, below, 0, handle, none, gone));
        let (data, len) = (asked.as_ptr().cast(), asked.len());
        ok(allod_agent_invoke(agent, data, len, 1_800_000_000, null_mut(), &raw mut container));
        ok(allod_container_write(container, ALLOD_RAW, &raw mut bytes));
        let (data, len) = (allod_bytes_data(bytes).cast(), allod_bytes_len(bytes));
        ok(allod_executor_execute(executor, data, len, 1_800_000_001, null(), 0, &raw mut execution));
        ok(allod_execution_write(execution, ALLOD_DAG_JSON, &raw mut report));
    }
    let report = text(report);
    assert!(report.contains(r#""error":{"reason":"handler-panicked"}"#), "{report}");

    assert_eq!(DROPPED.load(Ordering::SeqCst), 0);
    // SAFETY: handles. What their contexts do when they are dropped is the host's.
    unsafe {
        assert!(allod_signer_free(panicking));
        assert!(allod_executor_free(executor));
    }
    assert_eq!(DROPPED.load(Ordering::SeqCst), 2);
}
