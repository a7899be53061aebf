//! Other implementations of the same signatures, where a feature asks for them and the machine has what they need.
//!
//! Only what was shown to accept and to write the same, bit by bit, and to take less time: P-256 is verified, and Ed25519
//! signed. What is strict about a signature is looked at before, by the same code in every build. See decision 89.

// Requirements kept here: allod-native-same.

#[cfg(all(feature = "aws-lc-rs", not(target_family = "wasm")))]
mod aws_lc;
#[cfg(all(feature = "graviola", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod graviola;

use alloc::boxed::Box;

/// Whether a raw r‖s of P-256 fits the SHA-256 of a message, under a key in its uncompressed form: 04, x, y. `None` where
/// this machine cannot tell that way.
type VerifyP256 = fn(&[u8; 65], &[u8], &[u8; 64]) -> Option<bool>;

/// Reads an Ed25519 seed; `None` where this machine cannot.
type ReadEd25519 = fn(&[u8; 32]) -> Option<Box<dyn SignEd25519>>;

/// An Ed25519 secret key that another implementation holds, and wipes when it is dropped.
pub(super) trait SignEd25519: Send + Sync {
    fn public_key(&self) -> [u8; 32];

    fn sign(&self, message: &[u8]) -> Option<[u8; 64]>;
}

/// By preference.
const P256: &[(&str, VerifyP256)] = &[
    #[cfg(all(feature = "graviola", any(target_arch = "x86_64", target_arch = "aarch64")))]
    ("graviola", graviola::verify_p256),
    #[cfg(all(feature = "aws-lc-rs", not(target_family = "wasm")))]
    ("aws-lc-rs", |point, message, signature| Some(aws_lc::verify_p256(point, message, signature))),
];

/// By preference.
const ED25519: &[ReadEd25519] = &[
    #[cfg(all(feature = "graviola", any(target_arch = "x86_64", target_arch = "aarch64")))]
    graviola::read_ed25519,
    #[cfg(all(feature = "aws-lc-rs", not(target_family = "wasm")))]
    aws_lc::read_ed25519,
];

/// Affine coordinates, big-endian.
type Coordinates = ([u8; 32], [u8; 32]);

pub(super) fn verify_p256(
    point: impl Fn() -> Coordinates,
    message: &[u8],
    signature: &[u8; 64],
) -> Option<bool> {
    P256.iter().find_map(|(_, verify)| verify(&uncompressed(&point()), message, signature))
}

/// For a curve that no other implementation checks faster: secp256k1.
pub(super) fn none(_point: impl Fn() -> Coordinates, _message: &[u8], _signature: &[u8; 64]) -> Option<bool> {
    None
}

/// A key that signs as `public_key` verifies. Another one is not used, whatever the reason.
pub(super) fn read_ed25519(seed: &[u8; 32], public_key: &[u8; 32]) -> Option<Box<dyn SignEd25519>> {
    ED25519.iter().find_map(|read| read(seed)).filter(|key| key.public_key() == *public_key)
}

/// The name of what verifies P-256 on this machine, if something here does.
pub(super) fn p256_by() -> Option<&'static str> {
    // Nothing but a machine that lacks something gives no answer, and the answer is not looked at.
    let usable = |(_, verify): &&(&str, VerifyP256)| verify(&[4; 65], &[], &[0; 64]).is_some();
    P256.iter().find(usable).map(|(name, _)| *name)
}

fn uncompressed((x, y): &Coordinates) -> [u8; 65] {
    let mut point = [4; 65];
    let digits = x.iter().chain(y);
    point.iter_mut().skip(1).zip(digits).for_each(|(to, from)| *to = *from);
    point
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
