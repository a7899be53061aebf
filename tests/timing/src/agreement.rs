//! Key agreement: the smallest secret against random ones.

use allod::identity::{AgreementPublicKey, AgreementSecretKey};
use dudect_bencher::{BenchRng, CtRunner};

use crate::measure::{fixed_or_random, measure, random};

pub(crate) fn agree(runner: &mut CtRunner, rng: &mut BenchRng) {
    measure(
        (runner, rng),
        1,
        |class, rng| (secret(fixed_or_random(class, [0; 32], rng)), others(rng)),
        |(key, other), _| key.diffie_hellman(other),
    );
}

pub(crate) fn public_key(runner: &mut CtRunner, rng: &mut BenchRng) {
    measure(
        (runner, rng),
        1,
        |class, rng| secret(fixed_or_random(class, [0; 32], rng)),
        |key, _| key.public_key(),
    );
}

fn secret(bytes: [u8; 32]) -> AgreementSecretKey {
    AgreementSecretKey::from_bytes(&bytes)
}

/// Somebody's public key: a coordinate of the curve or of its twist, which is all the same to X25519.
fn others(rng: &mut BenchRng) -> AgreementPublicKey {
    let mut bytes: [u8; 32] = random(rng);
    bytes[31] &= 0x3f;
    AgreementPublicKey::from_bytes(&bytes).unwrap()
}
