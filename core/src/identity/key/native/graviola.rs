//! Signatures by graviola: Rust around assembly, much of it formally verified, for `x86_64` and `aarch64`.

use alloc::boxed::Box;

use graviola::hashing::Sha256;
use graviola::signing::ecdsa::{P256, VerifyingKey};
use graviola::signing::eddsa::Ed25519SigningKey;

use super::{Implementation, SignEd25519};

pub(super) const IMPLEMENTATION: Option<Implementation> =
    Some(Implementation { name: "graviola", verify_p256, read_ed25519 });

fn verify_p256(point: &[u8; 65], message: &[u8], signature: &[u8; 64]) -> Option<bool> {
    let key = || VerifyingKey::<P256>::from_x962_uncompressed(point);
    let fits = || key().is_ok_and(|key| key.verify::<Sha256>(&[message], signature).is_ok());
    is_usable().then(fits)
}

fn read_ed25519(seed: &[u8; 32]) -> Option<Box<dyn SignEd25519>> {
    if !is_usable() {
        return None;
    }
    let key = Ed25519SigningKey::from_bytes(seed).ok()?;
    Some(Box::new(key))
}

impl SignEd25519 for Ed25519SigningKey {
    fn public_key(&self) -> [u8; 32] {
        Self::public_key(self).as_bytes()
    }

    fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        Some(Self::sign(self, message))
    }
}

/// Whether the processor has what graviola asks for, which panics where it does not.
pub(super) fn is_usable() -> bool {
    // Its assembly has `mulx`, and it does not ask for that itself.
    #[cfg(target_arch = "x86_64")]
    let multiplies = std::arch::is_x86_feature_detected!("bmi2");
    #[cfg(not(target_arch = "x86_64"))]
    let multiplies = true;
    multiplies && graviola::util::is_cpu_supported()
}
