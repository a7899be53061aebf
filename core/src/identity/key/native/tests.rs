#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use alloc::vec;
use alloc::vec::Vec;

use ::p256::ecdsa::signature::Verifier as _;
use ::p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use ::p256::elliptic_curve::ff::PrimeField as _;
use ::p256::elliptic_curve::ops::Reduce as _;
use ::p256::elliptic_curve::point::AffineCoordinates as _;
use ::p256::{FieldBytes, NonZeroScalar, ProjectivePoint, Scalar};
use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};

use super::super::Algorithm;
use super::*;

const KEYS: u8 = 24;

fn message(number: u8) -> Vec<u8> {
    vec![number; usize::from(number) * 7 % 200]
}

fn scalar(seed: &[u8]) -> Scalar {
    reduced(Sha256::digest(seed).into())
}

fn reduced(bytes: [u8; 32]) -> Scalar {
    Scalar::reduce(&FieldBytes::from(bytes))
}

fn raw(r: Scalar, s: Scalar) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r.to_repr());
    signature[32..].copy_from_slice(&s.to_repr());
    signature
}

/// Those that are asked for and that this machine can use: there is one, or what is compared here is nothing.
fn usable() -> Vec<&'static Implementation> {
    let all: Vec<_> = ALL.iter().flatten().collect();
    let usable = all.into_iter().filter(|one| one.name != "graviola" || for_graviola()).collect::<Vec<_>>();
    assert!(!usable.is_empty(), "this processor lacks what graviola needs");
    usable
}

fn for_graviola() -> bool {
    #[cfg(feature = "graviola")]
    return graviola::is_usable();
    #[cfg(not(feature = "graviola"))]
    false
}

/// What the pure implementation says of a signature whose numbers are in range, and every other one, too.
fn agreed(key: &SigningKey, message: &[u8], signature: &[u8; 64]) -> bool {
    let key: &VerifyingKey = key.verifying_key();
    let point = key.as_affine();
    let point = uncompressed(&(point.x().into(), point.y().into()));
    let expected = Signature::from_slice(signature).is_ok_and(|given| key.verify(message, &given).is_ok());
    for one in usable() {
        let found = (one.verify_p256)(&point, message, signature);
        assert_eq!(found, Some(expected), "{}: {signature:02x?} over {message:02x?}", one.name);
    }
    expected
}

#[test]
fn p256_is_verified_as_by_the_pure_implementation() {
    let mut accepted = 0;
    for number in 1..=KEYS {
        let key = SigningKey::from_slice(&[number; 32]).unwrap();
        let message = message(number);
        let signature: Signature = ::p256::ecdsa::signature::Signer::sign(&key, &message);
        let (r, s) = (Scalar::from(signature.r()), Scalar::from(signature.s()));
        for (r, s) in [(r, s), (r, -s), (-r, s), (s, r), (Scalar::ZERO, s), (r, Scalar::ZERO)] {
            accepted += u32::from(agreed(&key, &message, &raw(r, s)));
        }
        for bit in (0..512).step_by(7) {
            let mut bent = raw(r, s);
            bent[bit / 8] ^= 1 << (bit % 8);
            accepted += u32::from(agreed(&key, &message, &bent));
        }
        let mut longer = message.clone();
        longer.push(0);
        assert!(!agreed(&key, &longer, &raw(r, s)));
    }
    // Each with both of its s.
    assert_eq!(accepted, 2 * u32::from(KEYS));
}

/// The sum of two points that are the same, or each other's opposite: formulas for adding have to leave those out.
#[test]
fn p256_is_verified_the_same_where_points_coincide() {
    for number in 0..KEYS {
        let message = message(number);
        let e = scalar(&message);
        let k = scalar(&[number, 1]);
        let r = reduced((ProjectivePoint::GENERATOR * k).to_affine().x().into());
        for (d, accepted) in [(e * r.invert().unwrap(), true), (-(e * r.invert().unwrap()), false)] {
            let key = SigningKey::from(NonZeroScalar::new(d).unwrap());
            let s = if accepted { (e + e) * k.invert().unwrap() } else { scalar(&[number, 2]) };
            assert_eq!(agreed(&key, &message, &raw(r, s)), accepted);
        }
    }
}

#[test]
fn ed25519_is_signed_bit_by_bit_as_by_the_pure_implementation() {
    for number in 0..KEYS {
        let pure = ed25519_dalek::SigningKey::from_bytes(&[number; 32]);
        for one in usable() {
            let native = (one.read_ed25519)(&[number; 32]).unwrap();
            assert_eq!(&native.public_key(), pure.verifying_key().as_bytes());
            for message in (0..KEYS).map(message) {
                assert_eq!(native.sign(&message), Some(pure.sign(&message).to_bytes()));
            }
        }
    }
}

#[test]
fn a_key_that_would_sign_for_another_is_not_used() {
    let public_key = |seed| *ed25519_dalek::SigningKey::from_bytes(seed).verifying_key().as_bytes();
    assert!(read_ed25519(&[1; 32], &public_key(&[2; 32])).is_none());
    assert!(read_ed25519(&[1; 32], &public_key(&[1; 32])).is_some());
}

#[test]
fn what_a_feature_asks_for_is_used() {
    let expected = if for_graviola() { "graviola" } else { "aws-lc-rs" };
    assert_eq!(usable()[0].name, expected);
    assert_eq!(Algorithm::P256.verified_by(), expected);
    assert_eq!(Algorithm::Ed25519.verified_by(), "ed25519-dalek");
    assert_eq!(Algorithm::Secp256k1.verified_by(), "k256");
}
