//! What a decision is held against: for every token its SHA-256 and one strict check of its signature, from the bytes of
//! the issuer's key, by the same implementations of the curves that allod stands on, called directly. For Ed25519 that is
//! the library's `verify_strict`, which costs more than the check that allod makes of it (decision 88).

use allod::{Algorithm, Token};
use p256::ecdsa::signature::Verifier as _;
use sha2::{Digest, Sha256};

/// What is checked of one token, taken apart beforehand.
pub struct Check {
    algorithm: Algorithm,
    token: Vec<u8>,
    key: Vec<u8>,
    signed: Vec<u8>,
    signature: [u8; 64],
}

/// A check whose key is known already.
pub enum Warm {
    Ed25519(ed25519_dalek::VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
    Secp256k1(k256::ecdsa::VerifyingKey),
}

impl Check {
    #[must_use]
    pub fn of<P: allod::ucan::token::Payload>(token: &Token<P>) -> Self {
        let key = token.issuer().public_key().unwrap();
        Self {
            algorithm: key.algorithm(),
            token: token.as_bytes().to_vec(),
            key: key.to_bytes().to_vec(),
            signed: token.signed_bytes().to_vec(),
            signature: token.signature_bytes().try_into().unwrap(),
        }
    }

    /// Decompresses the key.
    #[must_use]
    pub fn key(&self) -> Warm {
        match self.algorithm {
            Algorithm::Ed25519 => {
                let bytes = self.key.as_slice().try_into().unwrap();
                Warm::Ed25519(ed25519_dalek::VerifyingKey::from_bytes(&bytes).unwrap())
            }
            Algorithm::P256 => Warm::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(&self.key).unwrap()),
            Algorithm::Secp256k1 => {
                Warm::Secp256k1(k256::ecdsa::VerifyingKey::from_sec1_bytes(&self.key).unwrap())
            }
        }
    }

    /// The floor, with the key known.
    #[must_use]
    pub fn warm(&self, key: &Warm) -> bool {
        std::hint::black_box(Sha256::digest(&self.token));
        self.strict(key)
    }

    /// The floor.
    #[must_use]
    pub fn cold(&self) -> bool {
        self.warm(&self.key())
    }

    /// The check of the signature alone, with the key known.
    #[must_use]
    pub fn strict(&self, key: &Warm) -> bool {
        match key {
            Warm::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_bytes(&self.signature);
                key.verify_strict(&self.signed, &signature).is_ok()
            }
            Warm::P256(key) => {
                let signature = p256::ecdsa::Signature::from_slice(&self.signature).unwrap();
                key.verify(&self.signed, &signature).is_ok()
            }
            Warm::Secp256k1(key) => {
                let signature = k256::ecdsa::Signature::from_slice(&self.signature).unwrap();
                key.verify(&self.signed, &signature).is_ok()
            }
        }
    }
}
