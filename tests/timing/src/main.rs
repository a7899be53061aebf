//! Does the time that an operation takes tell of the secret it works on?
//!
//! By dudect (Reparaz, Balasch, Verbauwhede, 2017): one operation on two classes of input, which differ in
//! nothing but the secret; Welch's t-test says whether their times have different means. Beyond ±5 they have.
//!
//! `allod-timing NAME SAMPLES SEED` runs one bench; without arguments the names are printed. `cargo xtask
//! prove --only timing` runs them all, three times each.

mod agreement;
mod controls;
mod measure;
mod signing;
mod spelling;

use std::process::ExitCode;
use std::time::Instant;

use dudect_bencher::ctbench::{BenchFn, BenchMetadata, BenchName, BenchOpts, run_benches_console};

const BENCHES: [(&str, BenchFn); 14] = [
    ("control_leaks", controls::leaks),
    ("control_constant", controls::constant),
    ("ed25519_sign_key", signing::ed25519_key),
    ("ed25519_sign_nonce", signing::ed25519_nonce),
    ("p256_sign_key", signing::p256_key),
    ("p256_sign_nonce", signing::p256_nonce),
    ("secp256k1_sign_key", signing::secp256k1_key),
    ("secp256k1_sign_nonce", signing::secp256k1_nonce),
    ("x25519_agree", agreement::agree),
    ("x25519_public_key", agreement::public_key),
    ("jwk_read", spelling::jwk_read),
    ("jwk_write", spelling::jwk_write),
    ("pem_read", spelling::pem_read),
    ("pem_write", spelling::pem_write),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, samples, seed] = arguments.as_slice() else {
        BENCHES.iter().for_each(|(name, _)| println!("{name}"));
        return ExitCode::SUCCESS;
    };
    let bench = BENCHES.iter().find(|(known, _)| known == name);
    let (Some((name, run)), Ok(samples), Ok(seed)) = (bench, samples.parse(), seed.parse()) else {
        eprintln!("allod-timing NAME SAMPLES SEED");
        return ExitCode::from(2);
    };
    measure::take(samples);
    let bench = BenchMetadata { name: BenchName(name), seed: Some(seed), benchfn: *run };
    let begun = Instant::now();
    let result = run_benches_console(BenchOpts::default(), vec![bench]);
    println!(
        "took {:.6} s, {:.6} s of it before the first sample",
        begun.elapsed().as_secs_f64(),
        measure::waited()
    );
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
