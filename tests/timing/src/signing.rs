//! Signing: one secret key against many, and one kind of nonce against all.

use allod::{Algorithm, Signer, SigningKey};
use dudect_bencher::{BenchRng, CtRunner};
use rfc6979::KGenerator;
use rfc6979::bigint::U256;
use sha2::{Digest, Sha256};

use crate::measure::{fixed_or_random, measure, random};

const P256_ORDER: U256 =
    U256::from_be_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const SECP256K1_ORDER: U256 =
    U256::from_be_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

/// How many messages each key signs: a key takes as long to make as a signature.
const TURNS: usize = 8;

/// How many messages with a short nonce are looked for; one in 256 is one.
const SHORT: usize = 1024;

pub(crate) fn ed25519_key(runner: &mut CtRunner, rng: &mut BenchRng) {
    by_key(Algorithm::Ed25519, runner, rng);
}

pub(crate) fn p256_key(runner: &mut CtRunner, rng: &mut BenchRng) {
    by_key(Algorithm::P256, runner, rng);
}

pub(crate) fn secp256k1_key(runner: &mut CtRunner, rng: &mut BenchRng) {
    by_key(Algorithm::Secp256k1, runner, rng);
}

/// The smallest key (for ECDSA the scalar 1, a key of few bits) against random ones, over random messages.
fn by_key(algorithm: Algorithm, runner: &mut CtRunner, rng: &mut BenchRng) {
    let mut smallest = [0; 32];
    smallest[31] = 1;
    measure(
        (runner, rng),
        TURNS,
        |class, rng| {
            let key = loop {
                if let Ok(key) = SigningKey::from_seed(algorithm, &fixed_or_random(class, smallest, rng)) {
                    break key;
                }
            };
            let messages: [[u8; 32]; TURNS] = std::array::from_fn(|_| random(rng));
            (key, messages)
        },
        |(key, messages), turn| key.sign(&messages[turn]),
    );
}

/// The nonce is a hash of key and message: one message, one nonce, against many.
pub(crate) fn ed25519_nonce(runner: &mut CtRunner, rng: &mut BenchRng) {
    let (key, fixed) = (SigningKey::from_seed(Algorithm::Ed25519, &random(rng)).unwrap(), random(rng));
    measure(
        (runner, rng),
        1,
        |class, rng| fixed_or_random::<32>(class, fixed, rng),
        |message, _| key.sign(message),
    );
}

pub(crate) fn p256_nonce(runner: &mut CtRunner, rng: &mut BenchRng) {
    by_nonce(Algorithm::P256, &P256_ORDER, runner, rng);
}

pub(crate) fn secp256k1_nonce(runner: &mut CtRunner, rng: &mut BenchRng) {
    by_nonce(Algorithm::Secp256k1, &SECP256K1_ORDER, runner, rng);
}

/// Nonces whose first eight bits are zero against all: a signer that takes less time for these gives its
/// key away within some thousand signatures (Minerva, `TPM-Fail`).
fn by_nonce(algorithm: Algorithm, order: &U256, runner: &mut CtRunner, rng: &mut BenchRng) {
    let seed = random(rng);
    let key = SigningKey::from_seed(algorithm, &seed).unwrap();
    let nonce = |message: &[u8; 32]| {
        let mut nonce = [0; 32];
        KGenerator::<Sha256, U256>::new(&seed, &Sha256::digest(message), b"", order).fill_next_k(&mut nonce);
        nonce
    };
    let mut short = Vec::with_capacity(SHORT);
    while short.len() < SHORT {
        let message: [u8; 32] = random(rng);
        if nonce(&message)[0] == 0 {
            short.push(message);
        }
    }
    // These are the nonces that are used: r is the x of nonce · G.
    let point = SigningKey::from_seed(algorithm, &nonce(&short[0])).unwrap().public_key().to_bytes();
    assert_eq!(key.sign(&short[0]).unwrap().as_bytes()[..32], point[1..], "the nonces are not these");
    let mut next = 0;
    measure(
        (runner, rng),
        1,
        |class, rng| {
            next = (next + 1) % SHORT;
            fixed_or_random(class, short[next], rng)
        },
        |message, _| key.sign(message),
    );
}
