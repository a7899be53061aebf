//! Secrets in text: what reads and writes them.

use allod::{Algorithm, SigningKey};
use dudect_bencher::{BenchRng, Class, CtRunner};

use crate::measure::{fixed_or_random, measure};

pub(crate) fn jwk_read(runner: &mut CtRunner, rng: &mut BenchRng) {
    measure(
        (runner, rng),
        1,
        |class, rng| key(class, rng).danger_export_jwk(),
        |jwk, _| SigningKey::from_jwk(jwk),
    );
}

pub(crate) fn jwk_write(runner: &mut CtRunner, rng: &mut BenchRng) {
    measure((runner, rng), 1, key, |key, _| key.danger_export_jwk());
}

pub(crate) fn pem_read(runner: &mut CtRunner, rng: &mut BenchRng) {
    measure(
        (runner, rng),
        1,
        |class, rng| key(class, rng).danger_export_pkcs8_pem(),
        |pem, _| SigningKey::from_pkcs8_pem(pem),
    );
}

pub(crate) fn pem_write(runner: &mut CtRunner, rng: &mut BenchRng) {
    measure((runner, rng), 1, key, |key, _| key.danger_export_pkcs8_pem());
}

fn key(class: Class, rng: &mut BenchRng) -> SigningKey {
    let seed = fixed_or_random(class, [0; 32], rng);
    SigningKey::from_seed(Algorithm::Ed25519, &seed).unwrap()
}
