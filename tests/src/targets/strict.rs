//! Ed25519: what is accepted, held against the strict check of the library underneath.

use allod::identity::Signature;
use allod::{Algorithm, PublicKey};
use curve25519_dalek::constants::{ED25519_BASEPOINT_TABLE, EIGHT_TORSION};
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest, Sha512};

use super::source::Source;

/// The group's order, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Keys and signatures whose equation mostly holds, with parts of small order, in other spellings, and bent.
pub(super) fn strict(data: &[u8]) {
    taken(data);
}

/// Whether the signature that these bytes choose is taken: exactly where `verify_strict` takes it and its key is written
/// in the canonical way.
pub fn taken(data: &[u8]) -> bool {
    let mut source = Source::new(data);
    let (secret, nonce) = (scalar(&mut source), scalar(&mut source));
    let key_torsion = EIGHT_TORSION[source.below(8)];
    let nonce_torsion = EIGHT_TORSION[source.below(8)];
    let mut key = (&secret * ED25519_BASEPOINT_TABLE + key_torsion).compress().to_bytes();
    let mut r = (&nonce * ED25519_BASEPOINT_TABLE + nonce_torsion).compress().to_bytes();
    respell(&mut key, &mut source);
    respell(&mut r, &mut source);
    let message = loop_to_torsion(&key, &r, &mut source);
    let mut s = (nonce + challenge(&r, &key, &message) * secret).to_bytes();
    if source.one_in(8) {
        add(&mut s, &ORDER);
    }
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r);
    signature[32..].copy_from_slice(&s);
    if source.one_in(8) {
        signature[source.below(64)] ^= 1 << source.below(8);
    }
    compared(&key, &message, &signature)
}

fn compared(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let reference = ed25519_dalek::VerifyingKey::from_bytes(key).ok();
    let canonical = CompressedEdwardsY(*key).decompress().is_some_and(|point| point.compress().0 == *key);
    let expected = canonical
        && reference.is_some_and(|reference| {
            reference.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
        });
    let ours = PublicKey::from_bytes(Algorithm::Ed25519, key);
    let sound = canonical && reference.is_some_and(|reference| !reference.is_weak());
    assert_eq!(ours.is_ok(), sound, "the key {}", hex::encode(key));
    let found = ours.is_ok_and(|ours| ours.verify(message, &Signature::from_bytes(*signature)).is_ok());
    assert_eq!(found, expected, "{} over {}", hex::encode(signature), hex::encode(message));
    found
}

/// Zero, one, a small number, or any.
fn scalar(source: &mut Source<'_>) -> Scalar {
    match source.below(6) {
        0 | 1 => Scalar::ZERO,
        2 => Scalar::from(source.byte()),
        _ => {
            let mut wide = [0; 64];
            wide.iter_mut().take(33).for_each(|byte| *byte = source.byte());
            Scalar::from_bytes_mod_order_wide(&wide)
        }
    }
}

/// Sometimes the same point in another spelling: its `y` plus the prime where that fits, or the sign of a zero.
fn respell(encoding: &mut [u8; 32], source: &mut Source<'_>) {
    match source.below(8) {
        5 if encoding[1..31].iter().all(|byte| *byte == 0) && encoding[0] < 19 => {
            encoding[0] += 0xed;
            encoding[1..31].fill(0xff);
            encoding[31] |= 0x7f;
        }
        6 => encoding[31] ^= 0x80,
        7 => encoding[source.below(32)] ^= 1 << source.below(8),
        _ => {}
    }
}

/// A message, mostly one whose challenge is a multiple of eight or another number that makes parts of small order
/// cancel out.
fn loop_to_torsion(key: &[u8; 32], r: &[u8; 32], source: &mut Source<'_>) -> Vec<u8> {
    let mut message = source.bytes(16);
    let (wanted, careless) = (source.byte() % 8, source.one_in(4));
    message.push(0);
    for turn in 0..64 {
        let last = message.len() - 1;
        message[last] = turn;
        if careless || challenge(r, key, &message).to_bytes()[0] % 8 == wanted {
            break;
        }
    }
    message
}

fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

fn add(number: &mut [u8; 32], summand: &[u8; 32]) {
    let mut carry = 0;
    for (digit, other) in number.iter_mut().zip(summand) {
        let sum = u16::from(*digit) + u16::from(*other) + carry;
        *digit = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
}
