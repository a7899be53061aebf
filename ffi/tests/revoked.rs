//! What was revoked stays so, whatever is swept; and what a decision says of itself.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::undocumented_unsafe_blocks,
    clippy::cast_ptr_alignment,
    reason = "a test may fail, and calls of C are what it tests"
)]

mod support;

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use allod_ffi::*;
use support::{data, made, name, text};

const NOW: i64 = 1_800_000_000;

unsafe extern "C-unwind" fn nothing(_: *mut c_void, _: *const u8, _: usize, reply: *mut AllodReply) -> i32 {
    // SAFETY: the reply is a handle.
    assert!(unsafe { allod_reply_ok(reply, null(), 0) }.is_null());
    0
}

/// Alice, who gave Bob something until `NOW` + 100; his request, and the delegation's CID.
struct World {
    store: *mut AllodStore,
    signer: *mut AllodSigner,
    alice: *mut AllodAgent,
    did: String,
    request: Vec<u8>,
    cid: String,
}

fn world(arguments: &str) -> World {
    // SAFETY, for all of it: texts and bytes are there, handles are looked up, and results have a place.
    unsafe {
        let keys: Vec<_> = (1..3)
            .map(|number| {
                let (seed, len) = ([number; 32], 32);
                made(|out| allod_key_from_seed(ALLOD_ED25519, seed.as_ptr().cast(), len, out))
            })
            .collect();
        let signers: Vec<_> = keys.iter().map(|key| made(|out| allod_signer_from_key(*key, out))).collect();
        let dids: Vec<_> = keys.iter().map(|key| text(made(|out| allod_key_did(*key, out)))).collect();
        let (store, other) = (made(|out| allod_store_memory(out)), made(|out| allod_store_memory(out)));
        let alice = made(|out| allod_agent_new(signers[0], store, null(), 0, out));
        let bob = made(|out| allod_agent_new(signers[1], other, null(), 0, out));
        let asked = format!(
            r#"{{"audience":"{}","subject":"{}","command":"/a","expires":{}}}"#,
            dids[1],
            dids[0],
            NOW + 100
        );
        let (asked, len) = data(&asked);
        let mut token = null_mut();
        let sent = made(|out| allod_agent_grant(alice, asked, len, NOW, &raw mut token, out));
        let cid = text(made(|out| allod_token_cid(token, out)));
        assert_eq!(name(allod_agent_receive(bob, sent, ALLOD_DAG_JSON, null_mut())), "");
        let asked = format!(
            r#"{{"subject":"{}","command":"/a/b","arguments":{arguments},"expires":{}}}"#,
            dids[0],
            NOW + 1000
        );
        let (asked, len) = data(&asked);
        let sent = made(|out| allod_agent_invoke(bob, asked, len, NOW, null_mut(), out));
        let request = support::taken(made(|out| allod_container_write(sent, ALLOD_RAW, out)));
        World { store, signer: signers[0], alice, did: dids[0].clone(), request, cid }
    }
}

impl World {
    fn decision(&self, now: i64) -> *mut AllodDecision {
        let facts = format!(r#"{{"now":{now}}}"#);
        let ((did, did_len), (facts, facts_len)) = (data(&self.did), data(&facts));
        let (request, len) = data(&self.request);
        // SAFETY: as above.
        unsafe {
            let evidence = made(|out| allod_evidence_new(facts, facts_len, self.store, out));
            let authorizer = made(|out| allod_authorizer_new(did.cast(), did_len, null(), 0, out));
            let decision =
                made(|out| allod_authorizer_decide(authorizer, request, len, null(), 0, evidence, out));
            assert!(allod_evidence_free(evidence) && allod_authorizer_free(authorizer));
            decision
        }
    }

    fn code(&self, now: i64) -> u32 {
        let decision = self.decision(now);
        // SAFETY: a handle.
        unsafe {
            let code = allod_decision_code(decision);
            assert_eq!(allod_decision_is_allowed(decision), code == ALLOD_OK);
            assert!(allod_decision_free(decision));
            code
        }
    }
}

#[test]
fn a_revocation_outlives_the_delegation_it_takes_back() {
    let world = world("{}");
    assert_eq!(world.code(NOW + 1), ALLOD_OK);
    let (cid, len) = data(&world.cid);
    // SAFETY: as above.
    unsafe {
        let error = allod_agent_revoke(world.alice, cid.cast(), len, NOW + 2, null_mut(), null_mut());
        assert_eq!(name(error), "");
    }
    assert_eq!(world.code(NOW + 3), ALLOD_REVOKED);
    // It ended ten seconds ago: with the usual tolerance it would still be good.
    let now = NOW + 110;
    assert_eq!(world.code(now), ALLOD_REVOKED);
    // SAFETY: as above.
    let swept = unsafe { text(made(|out| allod_store_sweep(world.store, now, ALLOD_DAG_JSON, out))) };
    assert!(swept.contains(r#""revocations":0"#), "{swept}");
    assert_eq!(world.code(now), ALLOD_REVOKED);
    let command = c"/a";
    // SAFETY: as above.
    unsafe {
        let executor = made(|out| allod_executor_new(world.signer, world.store, null(), 0, out));
        let (command, flags) = (command.as_ptr(), ALLOD_AND_BELOW);
        let error = allod_executor_handle(executor, command, 2, flags, 0, Some(nothing), null_mut(), None);
        assert_eq!(name(error), "");
        assert_eq!(name(allod_executor_sweep(executor, null_mut())), "");
        let (request, len) = data(&world.request);
        let execution = made(|out| allod_executor_execute(executor, request, len, now, null(), 0, out));
        let mut outcome = 0;
        assert_eq!(name(allod_execution_outcome(execution, &raw mut outcome)), "");
        assert_eq!(outcome, ALLOD_OUTCOME_DENIED);
    }
    // An hour and more later it is of no use to anyone.
    // SAFETY: as above.
    let swept = unsafe { text(made(|out| allod_store_sweep(world.store, NOW + 3800, ALLOD_DAG_JSON, out))) };
    assert!(swept.contains(r#""revocations":1"#), "{swept}");
}

#[test]
fn what_is_no_decision_has_no_code_that_allows() {
    let world = world("{}");
    let decision = world.decision(NOW);
    // SAFETY: handles are looked up, whatever they are.
    unsafe {
        assert_eq!(allod_decision_code(decision), ALLOD_OK);
        assert!(allod_decision_free(decision));
        assert_eq!(allod_decision_code(decision), ALLOD_STALE_HANDLE);
        assert_eq!(allod_decision_code(null()), ALLOD_NULL_ARGUMENT);
        assert_eq!(allod_decision_code(world.store.cast()), ALLOD_WRONG_HANDLE);
        assert!(!allod_decision_is_allowed(decision) && !allod_decision_is_allowed(null()));
        assert!(!allod_decision_is_allowed(world.store.cast()));
    }
}

#[test]
fn arguments_that_wait_for_results_are_not_handed_out() {
    for (arguments, waits) in [
        (r#"{"n":1}"#.to_owned(), false),
        (
            r#"{"n":{"await/ok":{"/":"bafyreia4ouidqkhxz4jyw2e2e4dxwlqipmihw6w3i5pwvnbqx7wzq7ctsm"}}}"#
                .to_owned(),
            true,
        ),
    ] {
        let world = world(&arguments);
        let decision = world.decision(NOW);
        // SAFETY: as above.
        unsafe {
            assert!(allod_decision_is_allowed(decision));
            let report = text(made(|out| allod_decision_write(decision, ALLOD_DAG_JSON, out)));
            assert!(report.contains(&format!(r#""awaitsResults":{waits}"#)), "{report}");
            let mut out = null_mut();
            let error = allod_decision_arguments(decision, ALLOD_DAG_JSON, &raw mut out);
            assert_eq!(name(error), if waits { "awaits-results" } else { "" });
            assert_eq!(out.is_null(), waits);
        }
    }
}

#[test]
fn json_says_where_it_has_no_form() {
    let world = world(r#"{"n":1}"#);
    let decision = world.decision(NOW);
    // A map with the key "/" that is neither a link nor bytes, which DAG-CBOR has and DAG-JSON has not.
    let value = [0xa1, 0x61, b'/', 0x61, b'x'];
    let (value, len) = data(&value);
    let mut out = null_mut();
    // SAFETY: as above.
    unsafe {
        assert_eq!(name(allod_value_convert(value, len, ALLOD_DAG_JSON, &raw mut out)), "no-json");
        assert!(allod_decision_free(decision));
    }
}
