//! Signatures by AWS-LC, in C and assembly.

use alloc::boxed::Box;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, Ed25519KeyPair, KeyPair, VerificationAlgorithm as _};

use super::{Implementation, SignEd25519};

pub(super) const IMPLEMENTATION: Option<Implementation> = Some(Implementation {
    name: "aws-lc-rs",
    // Out of memory, it refuses: it does not tell that from a signature that does not fit.
    verify_p256: |point, message, signature| {
        Some(ECDSA_P256_SHA256_FIXED.verify_sig(point, message, signature).is_ok())
    },
    read_ed25519,
});

fn read_ed25519(seed: &[u8; 32]) -> Option<Box<dyn SignEd25519>> {
    let key = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
    Some(Box::new(key))
}

impl SignEd25519 for Ed25519KeyPair {
    fn public_key(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let written = KeyPair::public_key(self).as_ref();
        bytes.iter_mut().zip(written).for_each(|(to, from)| *to = *from);
        bytes
    }

    fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        let signature = self.try_sign(message).ok()?;
        signature.as_ref().try_into().ok()
    }
}
