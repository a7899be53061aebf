//! Other implementations of the same signatures, where a feature asks for them and the machine has what they need.
//!
//! Only what was shown to accept and to write the same, bit by bit, and to take less time: P-256 is verified, and Ed25519
//! signed. What is strict about a signature is looked at before, by the same code in every build. See decision 89.

// Requirements kept here: allod-native-same.

#![allow(clippy::duplicate_mod, reason = "what is absent is absent in the same way")]

#[cfg_attr(not(all(feature = "aws-lc-rs", not(target_family = "wasm"))), path = "absent.rs")]
mod aws_lc;
// As in Cargo.toml. Its assembly is for pointers of 64 bits and for little-endian numbers.
#[cfg_attr(
    not(all(
        feature = "graviola",
        any(target_arch = "x86_64", target_arch = "aarch64"),
        target_pointer_width = "64",
        target_endian = "little",
    )),
    path = "absent.rs"
)]
mod graviola;

use alloc::boxed::Box;
use core::panic::{RefUnwindSafe, UnwindSafe};

/// Of a key in its uncompressed form (04, x, y), a message, and r‖s.
type VerifyP256 = fn(&[u8; 65], &[u8], &[u8; 64]) -> Option<bool>;

/// One of them. Its functions give `None` where this machine lacks what it needs.
struct Implementation {
    name: &'static str,
    /// Whether a signature of P-256 fits the SHA-256 of its message.
    verify_p256: VerifyP256,
    /// Reads an Ed25519 seed.
    read_ed25519: fn(&[u8; 32]) -> Option<Box<dyn SignEd25519>>,
}

/// An Ed25519 secret key that another implementation holds, and wipes when it is dropped.
pub(super) trait SignEd25519: Send + Sync + UnwindSafe + RefUnwindSafe {
    fn public_key(&self) -> [u8; 32];

    fn sign(&self, message: &[u8]) -> Option<[u8; 64]>;
}

/// Affine coordinates, big-endian.
type Coordinates = ([u8; 32], [u8; 32]);

/// By preference.
const ALL: [Option<Implementation>; 2] = [graviola::IMPLEMENTATION, aws_lc::IMPLEMENTATION];

pub(super) fn verify_p256(
    point: impl Fn() -> Coordinates,
    message: &[u8],
    signature: &[u8; 64],
) -> Option<bool> {
    ALL.iter().flatten().find_map(|one| (one.verify_p256)(&uncompressed(&point()), message, signature))
}

/// For a curve that no other implementation checks faster: secp256k1.
pub(super) fn none(_point: impl Fn() -> Coordinates, _message: &[u8], _signature: &[u8; 64]) -> Option<bool> {
    None
}

/// A key that signs as `public_key` verifies. Another one is not used, whatever the reason.
pub(super) fn read_ed25519(seed: &[u8; 32], public_key: &[u8; 32]) -> Option<Box<dyn SignEd25519>> {
    let key = ALL.iter().flatten().find_map(|one| (one.read_ed25519)(seed));
    key.filter(|key| key.public_key() == *public_key)
}

/// The name of what verifies P-256 on this machine, if something here does.
pub(super) fn p256_by() -> Option<&'static str> {
    // Nothing but a machine that lacks something gives no answer, and the answer is not looked at.
    let usable = |one: &&Implementation| (one.verify_p256)(&[4; 65], &[], &[0; 64]).is_some();
    ALL.iter().flatten().find(usable).map(|one| one.name)
}

fn uncompressed((x, y): &Coordinates) -> [u8; 65] {
    let mut point = [4; 65];
    let digits = x.iter().chain(y);
    point.iter_mut().skip(1).zip(digits).for_each(|(to, from)| *to = *from);
    point
}

#[cfg(all(test, any(feature = "graviola", feature = "aws-lc-rs")))]
#[path = "tests.rs"]
mod tests;
