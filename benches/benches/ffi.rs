//! What the border to C costs: the same decision, on a chain of three links from bytes, in Rust and through the C ABI.
//!
//! `cargo xtask bench ffi`. The two are measured in turns, round by round, and the ratio of their medians is what is
//! promised: at most 1.05.

use std::hint::black_box;
use std::process::ExitCode;
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

use allod::{
    Algorithm, Authorizer, Container, ContainerWriter, Delegation, Encoding, Evidence, Invocation,
    RevocationSet, SigningKey, Subjects, Timestamp,
};
use allod_ffi::*;
use criterion::Criterion;

const PROMISED: f64 = 1.05;
const ROUNDS: usize = 400;
const NOW: i64 = 1_800_000_000;

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(Algorithm::Ed25519, &[number; 32]).unwrap()
}

/// An invocation with three delegations, and whose it is.
fn request() -> (Vec<u8>, String) {
    let people: Vec<_> = (1..=4).map(key).collect();
    let subject = people[0].did();
    let mut writer = ContainerWriter::new();
    let mut proofs = Vec::new();
    for pair in people.windows(2) {
        let link = Delegation::builder(pair[1].did(), subject.clone(), "/photos".parse().unwrap());
        let link = link.expires(Timestamp::from_seconds(NOW + 1000).unwrap()).sign(&pair[0]).unwrap();
        proofs.push(link.cid());
        writer = writer.token(&link);
    }
    let asked = Invocation::builder(subject.clone(), "/photos/read".parse().unwrap()).proofs(proofs);
    let asked = asked.argument("album", "summer").sign(&people[3]).unwrap();
    (writer.token(&asked).write(Encoding::Raw).unwrap(), subject.to_string())
}

fn in_rust(bytes: &[u8], authorizer: &Authorizer, none: &RevocationSet) -> bool {
    let container = Container::read(bytes).unwrap();
    let evidence = Evidence::new(Timestamp::from_seconds(NOW).unwrap(), none).container(&container);
    authorizer.decide_container(&container, &evidence).is_allowed()
}

fn through_c(bytes: &[u8], authorizer: *const AllodAuthorizer, evidence: *const AllodEvidence) -> bool {
    let mut decision = null_mut();
    // SAFETY: the bytes are there, handles are looked up, and there is a place for the result.
    unsafe {
        let (data, len, place) = (bytes.as_ptr().cast(), bytes.len(), &raw mut decision);
        let error = allod_authorizer_decide(authorizer, data, len, null(), 0, evidence, place);
        assert!(error.is_null());
        let allowed = allod_decision_is_allowed(decision);
        assert!(allod_decision_free(decision));
        allowed
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() -> ExitCode {
    let (bytes, subject) = request();
    let (authorizer, none) =
        (Authorizer::new(subject.parse().unwrap(), Subjects::itself()), RevocationSet::default());
    let facts = format!(r#"{{"now":{NOW},"revoked":[]}}"#);
    let (mut same, mut evidence) = (null_mut(), null_mut());
    // SAFETY: the texts are there, and so are the places for results.
    unsafe {
        let place = &raw mut same;
        assert!(allod_authorizer_new(subject.as_ptr().cast(), subject.len(), null(), 0, place).is_null());
        let place = &raw mut evidence;
        assert!(allod_evidence_new(facts.as_ptr().cast(), facts.len(), null(), place).is_null());
    }

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("decide, 3 links");
    group.bench_function("in Rust", |bench| bench.iter(|| in_rust(black_box(&bytes), &authorizer, &none)));
    group.bench_function("through C", |bench| bench.iter(|| through_c(black_box(&bytes), same, evidence)));
    group.finish();

    let mut times = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        (0..8).for_each(|_| assert!(in_rust(black_box(&bytes), &authorizer, &none)));
        times.0.push(begun.elapsed());
        let begun = Instant::now();
        (0..8).for_each(|_| assert!(through_c(black_box(&bytes), same, evidence)));
        times.1.push(begun.elapsed());
    }
    let (rust, c) = (median(times.0) / 8, median(times.1) / 8);
    let ratio = c.as_secs_f64() / rust.as_secs_f64();
    println!("in Rust {rust:?}, through C {c:?}: {ratio:.3}, promised {PROMISED}");
    if ratio <= PROMISED { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
