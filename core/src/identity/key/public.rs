//! Public keys of the three signature algorithms, decompressed and found sound.

use alloc::string::String;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::algorithm::Algorithm;
use super::kind::{CompressedKey, KeyKind};
use super::signature::{Signature, SignatureError};
use super::{ed25519, p256, secp256k1};
use crate::identity::did::Did;
use crate::identity::did_key;

/// A key that signatures can be checked against.
///
/// Holding one means: the bytes were canonical, the point is on its curve, and it is not of small
/// order. Made from bytes, a JWK, a [`SigningKey`](super::SigningKey), or the [`Did`] that names it.
///
/// ```
/// use allod::identity::{Algorithm, PublicKey, Signer, SigningKey};
///
/// let key = SigningKey::from_seed(Algorithm::Ed25519, &[7; 32])?;
/// let signature = key.sign(b"read the album")?;
///
/// let public = PublicKey::from_bytes(Algorithm::Ed25519, &key.public_key().to_bytes())?;
/// assert!(public.verify(b"read the album", &signature).is_ok());
/// assert!(public.verify(b"delete the album", &signature).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PublicKey {
    /// An Ed25519 key.
    Ed25519(ed25519::PublicKey),
    /// A P-256 key.
    P256(p256::PublicKey),
    /// A secp256k1 key.
    Secp256k1(secp256k1::PublicKey),
}

/// Why bytes, or a DID, give no key of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key has another length than its type.
    #[error("{kind} key of {found} bytes: expected {expected}")]
    WrongLength {
        /// The type of the key.
        kind: &'static str,
        /// Bytes a key of this type has.
        expected: usize,
        /// Bytes there were.
        found: usize,
    },
    /// Not a SEC1 compressed point: those start with `02` or `03`.
    #[error("{kind} key is not a compressed point: compress it (33 bytes, starting with 02 or 03)")]
    NotCompressed {
        /// The type of the key.
        kind: &'static str,
    },
    /// The coordinate is not below the prime of its field, or carries a meaningless sign.
    #[error("{kind} key is not in its canonical encoding: ask its owner for the one spelling of it")]
    NonCanonical {
        /// The type of the key.
        kind: &'static str,
    },
    /// No point of the curve has this coordinate.
    #[error("{kind} key is not a point of its curve: it cannot have been generated as a key")]
    OffCurve {
        /// The type of the key.
        kind: &'static str,
    },
    /// A point of small order: anyone can make signatures, or guess secrets, for it.
    #[error("{kind} key is weak (a point of small order): its owner must make a new one")]
    Weak {
        /// The type of the key.
        kind: &'static str,
    },
    /// An X25519 key, which cannot sign.
    #[error("an X25519 key cannot sign: use the Ed25519, P-256 or secp256k1 identity instead")]
    NotForSigning,
    /// A P-256 or secp256k1 key, with which no key agreement is implemented.
    #[error("no key agreement with a {kind} key: use an Ed25519 or X25519 identity")]
    NotForAgreement {
        /// The type of the key.
        kind: &'static str,
    },
    /// A did:key of a type that is not implemented (RSA, P-384, …), by its multicodec.
    #[error("key type {multicodec:#x} is not supported: use Ed25519, P-256 or secp256k1")]
    UnsupportedKeyType {
        /// The code in the multicodec table.
        multicodec: u64,
    },
    /// A DID of a method that is not implemented.
    #[error("this DID method is not supported: use did:key or did:web")]
    UnsupportedMethod,
    /// A did:web: its keys are in its document, not in its name.
    #[error("the keys of a did:web are in its document: resolve it first")]
    NeedsDocument,
}

impl PublicKey {
    /// Reads a public key: 32 bytes for Ed25519, 33 bytes (SEC1 compressed) for the others.
    ///
    /// # Errors
    /// [`KeyError::WrongLength`], [`KeyError::NotCompressed`], [`KeyError::NonCanonical`],
    /// [`KeyError::OffCurve`], [`KeyError::Weak`].
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        Self::decompress(&algorithm.kind().check(bytes)?)
    }

    /// Finds the point that canonical bytes name.
    pub(crate) fn decompress(bytes: &CompressedKey) -> Result<Self, KeyError> {
        match bytes.kind() {
            KeyKind::Ed25519 => ed25519::PublicKey::decompress(bytes).map(Self::Ed25519),
            KeyKind::P256 => p256::PublicKey::decompress(bytes).map(Self::P256),
            KeyKind::Secp256k1 => secp256k1::PublicKey::decompress(bytes).map(Self::Secp256k1),
            KeyKind::X25519 => Err(KeyError::NotForSigning),
        }
    }

    /// The algorithm this key verifies.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::P256(_) => Algorithm::P256,
            Self::Secp256k1(_) => Algorithm::Secp256k1,
        }
    }

    /// The key's bytes: 32 for Ed25519, 33 (SEC1 compressed) for the others.
    #[must_use]
    pub fn to_bytes(&self) -> CompressedKey {
        match self {
            Self::Ed25519(key) => key.to_bytes(),
            Self::P256(key) => key.to_bytes(),
            Self::Secp256k1(key) => key.to_bytes(),
        }
    }

    /// Checks that this key made `signature` over `message`.
    ///
    /// Ed25519 is verified strictly: a small-order or non-canonical `R` and an `s` not below the
    /// group order are refused. ECDSA hashes with SHA-256 and refuses zero, out-of-range and high-s
    /// values.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`]; for ECDSA also [`SignatureError::OutOfRange`] and
    /// [`SignatureError::HighS`].
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        match self {
            Self::Ed25519(key) => key.verify(message, signature),
            Self::P256(key) => key.verify(message, signature),
            Self::Secp256k1(key) => key.verify(message, signature),
        }
    }

    /// The did:key that names this key.
    #[must_use]
    pub fn did(&self) -> Did {
        Did::of_sound_key(self)
    }

    /// The key as a Multikey: `z`, then base58btc of the multicodec and the bytes. It is what stands
    /// behind `did:key:`, and the `publicKeyMultibase` of a DID document.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        did_key::to_multikey(&self.to_bytes())
    }
}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_bytes().hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm(), self.to_multikey())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_coordinate_without_a_point_is_off_the_curve() {
        for algorithm in Algorithm::ALL {
            let mut refused = 0;
            for x in 2..40 {
                let mut bytes = [0; 33];
                bytes[0] = 2;
                bytes[32] = x;
                let bytes = if algorithm == Algorithm::Ed25519 {
                    bytes[0] = x;
                    bytes[32] = 0;
                    &bytes[..32]
                } else {
                    &bytes[..]
                };
                match PublicKey::from_bytes(algorithm, bytes) {
                    Ok(key) => assert_eq!(&key.to_bytes()[..], bytes),
                    Err(error) => {
                        assert_eq!(error, KeyError::OffCurve { kind: algorithm.kind().name() });
                        refused += 1;
                    }
                }
            }
            assert!((5..35).contains(&refused), "{algorithm}: about half of all coordinates have no point");
        }
    }

    #[test]
    fn the_debug_form_names_the_key() {
        let key = crate::identity::SigningKey::from_seed(Algorithm::Ed25519, &[0; 32]).unwrap().public_key();
        let shown = alloc::format!("{key:?}");
        assert_eq!(shown, "PublicKey(Ed25519 z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp)");
    }
}
