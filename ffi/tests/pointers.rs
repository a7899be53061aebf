//! What crosses as pointers. Miri runs this, so that it makes few signatures: `cargo xtask ffi --test`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::undocumented_unsafe_blocks,
    clippy::cast_ptr_alignment,
    reason = "a test may fail, and calls of C are what it tests"
)]

use std::ffi::CStr;
use std::ptr::{self, null, null_mut};

use allod_ffi::*;

/// The name of an error, which is freed; empty where there is none.
fn name(error: *mut AllodError) -> String {
    // SAFETY: a handle of the library's own, and a text that lasts for ever.
    let name = unsafe { CStr::from_ptr(allod_error_name(error)) }.to_str().unwrap().to_owned();
    // SAFETY: a handle.
    assert!(unsafe { allod_error_free(error) });
    name
}

fn taken(bytes: *mut AllodBytes) -> Vec<u8> {
    // SAFETY: handles of the library's own, and as many bytes as it says.
    unsafe {
        let (data, len) = (allod_bytes_data(bytes), allod_bytes_len(bytes));
        assert_eq!(*data.add(len), 0, "text can be printed as it is");
        let copy = std::slice::from_raw_parts(data, len).to_vec();
        assert!(allod_bytes_free(bytes));
        assert!(!allod_bytes_free(bytes), "freed once");
        assert!(allod_bytes_data(bytes).is_null());
        assert_eq!(allod_bytes_len(bytes), 0);
        copy
    }
}

#[test]
fn bytes_come_and_go() {
    let mut out = null_mut();
    let value = br#"{"a":[1,"b",{"/":{"bytes":"AQI"}}]}"#;
    // SAFETY: the bytes are there, and so is the place for the result.
    let error =
        unsafe { allod_value_convert(value.as_ptr().cast(), value.len(), ALLOD_DAG_CBOR, &raw mut out) };
    assert_eq!(name(error), "");
    let cbor = taken(out);
    assert_eq!(cbor, [0xa1, 0x61, b'a', 0x83, 1, 0x61, b'b', 0x42, 1, 2]);
    // SAFETY: as above.
    let error =
        unsafe { allod_value_convert(cbor.as_ptr().cast(), cbor.len(), ALLOD_DAG_JSON, &raw mut out) };
    assert_eq!(name(error), "");
    assert_eq!(taken(out), value);
}

#[test]
fn results_are_written_on_success_only() {
    let untouched = ptr::without_provenance_mut::<AllodBytes>(0x55);
    let mut out = untouched;
    for (value, format, expected) in [
        (&b"{"[..], ALLOD_DAG_JSON, "malformed"),
        (&[0xa1][..], ALLOD_DAG_JSON, "malformed"),
        (&[b'{', 0xc3, 0x28][..], ALLOD_DAG_JSON, "bad-utf8"),
        (&b"1"[..], ALLOD_DAG_JSON, "bad-argument"),
        (&[0x31][..], ALLOD_DAG_JSON, "bad-argument"),
        (&b"{}"[..], 7, "bad-argument"),
    ] {
        // SAFETY: the bytes are there, and so is the place for the result.
        let error = unsafe { allod_value_convert(value.as_ptr().cast(), value.len(), format, &raw mut out) };
        assert_eq!(name(error), expected);
        assert_eq!(out, untouched);
    }
    // SAFETY: NULL is found.
    assert_eq!(
        name(unsafe { allod_value_convert(b"{}".as_ptr().cast(), 2, 0, null_mut()) }),
        "null-argument"
    );
    // SAFETY: NULL with a length is found.
    assert_eq!(name(unsafe { allod_value_convert(null(), 2, 0, &raw mut out) }), "null-argument");
    // SAFETY: a length that nothing has is found before anything is read.
    let error = unsafe { allod_value_convert(b"{}".as_ptr().cast(), usize::MAX, 0, &raw mut out) };
    assert_eq!(name(error), "bad-argument");
    assert_eq!(out, untouched);
}

#[test]
fn a_result_need_not_be_aligned() {
    let mut place = [0_u8; 2 * size_of::<usize>()];
    // SAFETY: there is room behind an odd place.
    let error = unsafe {
        let odd = place.as_mut_ptr().add(1).cast::<*mut AllodBytes>();
        let error = allod_cid_of(b"token".as_ptr().cast(), 5, odd);
        assert!(allod_bytes_free(odd.read_unaligned()));
        error
    };
    assert_eq!(name(error), "");
}

#[test]
fn errors_say_what_they_are() {
    let mut covers = false;
    // SAFETY: the texts are there, and so is the place for the result.
    let error = unsafe {
        allod_command_covers(b"/a".as_ptr().cast(), 2, b"/a/b".as_ptr().cast(), 4, &raw mut covers)
    };
    assert!(error.is_null() && covers);
    // SAFETY: NULL is no error.
    assert_eq!(unsafe { allod_error_number(null()) }, ALLOD_OK);
    // SAFETY: as above.
    let error =
        unsafe { allod_command_covers(b"a".as_ptr().cast(), 1, b"/a/b".as_ptr().cast(), 4, &raw mut covers) };
    // SAFETY: a handle of the library's own, whose texts last until it is freed.
    unsafe {
        assert_eq!(allod_error_number(error), ALLOD_MALFORMED);
        assert!(!CStr::from_ptr(allod_error_message(error)).is_empty());
        assert!(!CStr::from_ptr(allod_error_remedy(error)).is_empty());
        assert!(allod_error_free(error));
        assert!(!allod_error_free(error));
        assert_eq!(allod_error_number(error), ALLOD_STALE_HANDLE);
        assert!(CStr::from_ptr(allod_error_message(error)).is_empty());
    }
}

#[test]
fn a_message_of_c_has_no_nul_in_it() {
    let mut out = null_mut();
    // SAFETY: the text is there, with a NUL in it.
    let error = unsafe { allod_cid_read(b"z\0z".as_ptr().cast(), 3, &raw mut out) };
    assert_eq!(name(error), "malformed");
    let question = b"{\"audience\\u0000\":1}";
    let place = &raw mut out;
    // SAFETY: the text is there.
    let error = unsafe { allod_delegation_lints(question.as_ptr().cast(), question.len(), 0, place) };
    // SAFETY: a handle of the library's own.
    let message = unsafe { CStr::from_ptr(allod_error_message(error)) }.to_str().unwrap().to_owned();
    assert!(message.starts_with("audience\u{fffd}: no such field"), "{message}");
    assert_eq!(name(error), "unknown-field");
}

#[test]
fn a_handle_of_another_type_is_found() {
    let mut key = null_mut();
    // SAFETY: the seed is there, and so is the place for the result.
    let error = unsafe { allod_key_from_seed(ALLOD_ED25519, [7_u8; 32].as_ptr().cast(), 32, &raw mut key) };
    assert_eq!(name(error), "");
    let mut out = null_mut();
    // SAFETY: handles are looked up, whatever they are.
    unsafe {
        assert_eq!(name(allod_store_names(key.cast(), 0, &raw mut out)), "wrong-handle");
        assert!(!allod_store_free(key.cast()));
        assert_eq!(name(allod_key_did(key, &raw mut out)), "");
        assert!(taken(out).starts_with(b"did:key:z6Mk"));
        assert!(allod_key_free(key));
        assert_eq!(name(allod_key_did(key, &raw mut out)), "stale-handle");
        assert!(!allod_key_free(key));
        assert!(allod_key_free(null_mut()));
        let pointer = (&raw const out).cast();
        assert_eq!(name(allod_key_did(pointer, &raw mut out)), "wrong-handle");
    }
}

#[test]
fn lists_of_handles_are_read_as_they_lie() {
    let mut container = null_mut();
    // SAFETY: none of none, and NULL with a count is found.
    unsafe {
        assert_eq!(name(allod_container_of(null(), 0, &raw mut container)), "");
        let mut len = 7;
        assert_eq!(name(allod_container_len(container, &raw mut len)), "");
        assert_eq!(len, 0);
        let mut token = null_mut();
        assert_eq!(name(allod_container_token(container, 0, &raw mut token)), "bad-argument");
        assert!(allod_container_free(container));
        assert_eq!(name(allod_container_of(null(), 1, &raw mut container)), "null-argument");
        let tokens = [null::<AllodToken>(), null()];
        assert_eq!(name(allod_container_of(tokens.as_ptr(), 2, &raw mut container)), "null-argument");
        assert_eq!(name(allod_container_of(tokens.as_ptr(), usize::MAX, &raw mut container)), "bad-argument");
        let odd = tokens.as_ptr().cast::<u8>().add(1).cast();
        assert_eq!(name(allod_container_of(odd, 1, &raw mut container)), "bad-argument");
    }
}

#[test]
fn handles_are_found_from_other_threads() {
    let mut store = null_mut();
    // SAFETY: there is a place for the result.
    assert_eq!(name(unsafe { allod_store_memory(&raw mut store) }), "");
    let number = store.addr();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || {
                for _ in 0..8 {
                    let (mut names, store) = (null_mut(), ptr::without_provenance(number));
                    // SAFETY: a handle, freed by another or not.
                    match name(unsafe { allod_store_names(store, ALLOD_DAG_JSON, &raw mut names) }).as_str() {
                        "" => assert_eq!(taken(names), b"[]"),
                        other => assert_eq!(other, "stale-handle"),
                    }
                }
            });
        }
        // SAFETY: a handle.
        scope.spawn(move || assert!(unsafe { allod_store_free(ptr::without_provenance_mut(number)) }));
    });
}
