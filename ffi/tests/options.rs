//! Every field that is taken is read: one that were taken and passed over would be a bound that is not there.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::undocumented_unsafe_blocks,
    clippy::cast_ptr_alignment,
    reason = "a test may fail, and calls of C are what it tests"
)]

mod support;

use std::ptr::{null, null_mut};

use allod_ffi::*;
use support::{DID, data, made, told};

const OTHER: &str = "did:key:z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf";
const CID: &str = "zdpuAmMWEpz2xFtmJY15tL5sTr22CofFLQcXRDAv5jkrKLsya";

/// A list in a list in a list: of the wrong type for all of them.
const WRONG: &str = "[[[]]]";

/// Holds that each field is refused where it has the wrong type.
fn each_is_read(whole: &str, fields: &[&str], call: impl Fn(&str) -> (String, String)) {
    let (name, message) = call(&format!("{{{whole}}}"));
    assert_eq!(name, "", "{whole}: {message}");
    for field in fields {
        let rest: Vec<&str> =
            whole.split(',').filter(|part| !part.starts_with(&format!("\"{field}\""))).collect();
        let comma = if rest.is_empty() || rest == [""] { "" } else { "," };
        let asked = format!("{{{}{comma}\"{field}\":{WRONG}}}", rest.join(","));
        let (name, message) = call(&asked);
        assert!(!["", "unknown-field"].contains(&name.as_str()), "{asked}: {name} {message}");
    }
}

fn signer() -> *mut AllodSigner {
    let seed = [7_u8; 32];
    // SAFETY: the seed is there, handles are looked up, and results have a place.
    unsafe {
        let key = made(|out| allod_key_from_seed(ALLOD_ED25519, seed.as_ptr().cast(), 32, out));
        made(|out| allod_signer_from_key(key, out))
    }
}

#[test]
fn of_those_who_decide_and_execute() {
    let deciding = ["subjects", "dangerAnySubject", "leafFirst", "limits", "ages"];
    each_is_read("", &deciding, |asked| {
        let ((did, did_len), (asked, len)) = (data(&DID), data(&asked));
        let mut out = null_mut();
        // SAFETY: as above.
        told(unsafe { allod_authorizer_new(did.cast(), did_len, asked, len, &raw mut out) })
    });
    let executing =
        ["trusted", "tolerance", "longestInvocation", "log", "receiptsLast", "quota", "releaseCandidate"];
    // SAFETY: as above.
    let (signer, store) = (signer(), unsafe { made(|out| allod_store_memory(out)) });
    each_is_read("", &[&deciding[..], &executing].concat(), |asked| {
        let (asked, len) = data(&asked);
        let mut out = null_mut();
        // SAFETY: as above.
        told(unsafe { allod_executor_new(signer, store, asked, len, &raw mut out) })
    });
    each_is_read("", &["documents", "tolerance"], |asked| {
        let (asked, len) = data(&asked);
        let mut out = null_mut();
        // SAFETY: as above.
        told(unsafe { allod_agent_new(signer, store, asked, len, &raw mut out) })
    });
}

#[test]
fn of_evidence() {
    let fields = [
        "now",
        "tolerance",
        "documents",
        "tokens",
        "revoked",
        "unavailable",
        "revocations",
        "syncedAt",
        "receipts",
        "tasks",
        "trusted",
        "dangerWithoutRevocations",
    ];
    each_is_read(r#""now":1,"revoked":[],"revocations":[]"#, &fields, |asked| {
        let (asked, len) = data(&asked);
        let mut out = null_mut();
        // SAFETY: as above.
        told(unsafe { allod_evidence_new(asked, len, null(), &raw mut out) })
    });
}

#[test]
fn of_tokens_to_be_made() {
    let signer = signer();
    let whole = format!(r#""audience":"{OTHER}","subject":"{DID}","command":"/a""#);
    let fields = [
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
    each_is_read(&whole, &fields, |asked| {
        let (asked, len) = data(&asked);
        let mut out = null_mut();
        // SAFETY: as above.
        told(unsafe { allod_delegation_sign(signer, asked, len, &raw mut out) })
    });
    let fields = [
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
    each_is_read(&format!(r#""subject":"{DID}","command":"/a""#), &fields, |asked| {
        let (asked, len) = data(&asked);
        let mut out = null_mut();
        // SAFETY: as above.
        told(unsafe { allod_invocation_sign(signer, asked, len, &raw mut out) })
    });
    let fields = ["revoke", "subject", "path", "proofs", "issuedAt", "meta", "releaseCandidate"];
    each_is_read(&format!(r#""revoke":"{CID}","subject":"{DID}""#), &fields, |asked| {
        let (asked, len) = data(&asked);
        let mut out = null_mut();
        // SAFETY: as above.
        told(unsafe { allod_revocation_sign(signer, asked, len, &raw mut out) })
    });
    let fields = ["ran", "out", "issuedAt", "expires", "nonce", "releaseCandidate"];
    each_is_read(&format!(r#""ran":"{CID}","out":{{"ok":1}}"#), &fields, |asked| {
        let (asked, len) = data(&asked);
        let mut out = null_mut();
        // SAFETY: as above.
        told(unsafe { allod_receipt_sign(signer, asked, len, &raw mut out) })
    });
}

#[test]
fn what_contradicts_itself_or_says_more_is_refused() {
    for (options, expected) in [
        (format!(r#"{{"subjects":["{DID}"]}}"#), ""),
        (r#"{"dangerAnySubject":true}"#.into(), ""),
        (format!(r#"{{"subjects":["{DID}"],"dangerAnySubject":true}}"#), "bad-argument"),
        (r#"{"ages":[["/a",60]]}"#.into(), ""),
        (r#"{"ages":[["/a",60,30]]}"#.into(), "bad-argument"),
        ("7".into(), "bad-argument"),
        (" \n{}".into(), ""),
        ("1".into(), "bad-argument"),
    ] {
        let ((did, did_len), (text, len)) = (data(&DID), data(&options));
        let mut out = null_mut();
        // SAFETY: as above.
        let error = unsafe { allod_authorizer_new(did.cast(), did_len, text, len, &raw mut out) };
        assert_eq!(told(error).0, expected, "{options}");
    }
    for (facts, expected) in [
        (format!(r#"{{"now":1,"revoked":[["{CID}","{DID}"]]}}"#), ""),
        (format!(r#"{{"now":1,"revoked":[["{CID}","{OTHER}","{DID}"]]}}"#), "bad-argument"),
        (r#"{"now":1,"revoked":[],"dangerWithoutRevocations":true}"#.into(), "bad-argument"),
        (r#"{"now":1,"revoked":[],"dangerWithoutRevocations":"no"}"#.into(), "bad-argument"),
    ] {
        let (text, len) = data(&facts);
        let mut out = null_mut();
        // SAFETY: as above.
        let error = unsafe { allod_evidence_new(text, len, null(), &raw mut out) };
        assert_eq!(told(error).0, expected, "{facts}");
    }
}
