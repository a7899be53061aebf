//! Signatures by graviola: Rust around formally verified assembly, for newer x86-64 and `AArch64`.

use alloc::boxed::Box;

use graviola::hashing::Sha256;
use graviola::signing::ecdsa::{P256, VerifyingKey};
use graviola::signing::eddsa::Ed25519SigningKey;
use zeroize::Zeroizing;

use super::SignEd25519;

pub(super) fn verify_p256(point: &[u8; 65], message: &[u8], signature: &[u8; 64]) -> Option<bool> {
    let key = || VerifyingKey::<P256>::from_x962_uncompressed(point);
    let fits = || key().is_ok_and(|key| key.verify::<Sha256>(&[message], signature).is_ok());
    usable().then(fits)
}

pub(super) fn read_ed25519(seed: &[u8; 32]) -> Option<Box<dyn SignEd25519>> {
    if !usable() {
        return None;
    }
    // The only form in which it takes a secret: PKCS#8 (RFC 8410).
    let mut der = Zeroizing::new([0; 48]);
    let bytes = PKCS8.iter().chain(seed);
    der.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    let key = Ed25519SigningKey::from_pkcs8_der(&*der).ok()?;
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

/// What comes before the seed: version 0, the algorithm 1.3.101.112, and two octet strings around it.
const PKCS8: [u8; 16] = [0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

/// Whether the processor has what graviola asks for, which panics where it does not.
#[cfg(target_arch = "x86_64")]
fn usable() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("aes")
        && has!("pclmulqdq")
        && has!("bmi1")
        && has!("bmi2")
        && has!("adx")
        && has!("avx")
        && has!("avx2")
}

/// Whether the processor has what graviola asks for, which panics where it does not.
#[cfg(target_arch = "aarch64")]
fn usable() -> bool {
    use std::arch::is_aarch64_feature_detected as has;
    has!("neon") && has!("aes") && has!("pmull") && has!("sha2")
}
