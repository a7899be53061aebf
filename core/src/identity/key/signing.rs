//! Secret keys held in memory.

use core::fmt;

use rand_core::CryptoRng;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::algorithm::Algorithm;
use super::public::{KeyError, PublicKey};
use super::signature::Signature;
use super::signer::{Signer, SigningError, sealed};
use super::stack::wiped;
use super::x25519::AgreementSecretKey;
use super::{ed25519, p256, secp256k1};
use crate::identity::did::Did;

/// A secret key, and so an identity: whoever holds it *is* its [`Did`].
///
/// Wiped from memory when dropped, never shown by `Debug`, not `Clone`, not serializable. It leaves
/// only through a call that starts with `danger_`. Keys that live in hardware implement [`Signer`]
/// instead.
///
/// ```
/// use allod::identity::{Algorithm, SigningKey};
///
/// # #[cfg(feature = "getrandom")] {
/// let alice = SigningKey::generate(Algorithm::Ed25519)?;
/// assert!(alice.did().to_string().starts_with("did:key:z6Mk"));
///
/// let copy = SigningKey::from_seed(Algorithm::Ed25519, &alice.danger_export_seed())?;
/// assert_eq!(copy.did(), alice.did());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub enum SigningKey {
    /// An Ed25519 key.
    Ed25519(ed25519::SigningKey),
    /// A P-256 key.
    P256(p256::SigningKey),
    /// A secp256k1 key.
    Secp256k1(secp256k1::SigningKey),
}

/// Why 32 bytes are not a secret key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// The scalar of a P-256 or secp256k1 key must be from 1 to the curve order − 1.
    #[error("secret key is zero or not below the curve order: it is not a key of this algorithm")]
    OutOfRange,
}

/// Why no key was generated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: retry, or pass a generator of your own")]
    NoRandomness,
    /// The generator keeps answering with bytes that cannot be random.
    #[error("the random generator is broken (zeros, or values beyond the curve order): replace it")]
    BrokenGenerator,
}

impl SigningKey {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`GenerateError::NoRandomness`]: no key is made from anything weaker.
    #[cfg(feature = "getrandom")]
    pub fn generate(algorithm: Algorithm) -> Result<Self, GenerateError> {
        generate_from(algorithm, |seed| getrandom::fill(seed).map_err(|_| GenerateError::NoRandomness))
    }

    /// Makes a new key from a generator of the caller's, which must be cryptographically secure.
    ///
    /// # Errors
    /// [`GenerateError::BrokenGenerator`] where it yields zeros or never a valid scalar.
    pub fn generate_with(algorithm: Algorithm, rng: &mut impl CryptoRng) -> Result<Self, GenerateError> {
        generate_from(algorithm, |seed| {
            rng.fill_bytes(seed);
            Ok(())
        })
    }

    /// Takes a secret key: the seed of RFC 8032 (Ed25519, any 32 bytes), or the scalar, big-endian.
    ///
    /// The caller's copy stays the caller's to wipe.
    ///
    /// # Errors
    /// [`SeedError::OutOfRange`] for a scalar that is zero or not below the curve order.
    pub fn from_seed(algorithm: Algorithm, seed: &[u8; 32]) -> Result<Self, SeedError> {
        wiped(|| match algorithm {
            Algorithm::Ed25519 => Ok(Self::Ed25519(ed25519::SigningKey::from_seed(seed))),
            Algorithm::P256 => p256::SigningKey::from_seed(seed).map(Self::P256),
            Algorithm::Secp256k1 => secp256k1::SigningKey::from_seed(seed).map(Self::Secp256k1),
        })
    }

    /// The secret itself, as [`from_seed`](Self::from_seed) takes it. Whoever reads it owns the identity.
    #[must_use]
    pub fn danger_export_seed(&self) -> Zeroizing<[u8; 32]> {
        match self {
            Self::Ed25519(key) => key.to_seed(),
            Self::P256(key) => key.to_seed(),
            Self::Secp256k1(key) => key.to_seed(),
        }
    }

    /// The algorithm this key signs with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::P256(_) => Algorithm::P256,
            Self::Secp256k1(_) => Algorithm::Secp256k1,
        }
    }

    /// The public half of this key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Ed25519(key) => PublicKey::Ed25519(key.public_key()),
            Self::P256(key) => PublicKey::P256(key.public_key()),
            Self::Secp256k1(key) => PublicKey::Secp256k1(key.public_key()),
        }
    }

    /// The did:key that this key speaks for.
    #[must_use]
    pub fn did(&self) -> Did {
        self.public_key().did()
    }

    /// The X25519 key with which its owner opens what was sealed to the DID.
    ///
    /// # Errors
    /// [`KeyError::NotForAgreement`] for P-256 and secp256k1.
    pub fn agreement_key(&self) -> Result<AgreementSecretKey, KeyError> {
        match self {
            Self::Ed25519(key) => Ok(key.agreement_key()),
            Self::P256(_) | Self::Secp256k1(_) => {
                Err(KeyError::NotForAgreement { kind: self.algorithm().kind().name() })
            }
        }
    }
}

impl Signer for SigningKey {
    fn issuer(&self) -> Did {
        self.did()
    }

    fn public_key(&self) -> PublicKey {
        self.public_key()
    }

    // mutants: replace <impl Signer for SigningKey>::is_own_key -> bool with false: verified once more than needed.
    fn is_own_key(&self, _asked_by: sealed::Library) -> bool {
        true
    }

    /// Signs deterministically: RFC 8032 for Ed25519, RFC 6979 with low s for ECDSA.
    fn sign(&self, message: &[u8]) -> Result<Signature, SigningError> {
        match self {
            Self::Ed25519(key) => Ok(key.sign(message)),
            Self::P256(key) => key.sign(message).ok_or(SigningError::Failed),
            Self::Secp256k1(key) => key.sign(message).ok_or(SigningError::Failed),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ed25519(key) => key.fmt(f),
            Self::P256(key) => key.fmt(f),
            Self::Secp256k1(key) => key.fmt(f),
        }
    }
}

// Every variant is asserted to wipe itself.
impl ZeroizeOnDrop for SigningKey {}

/// A uniform 32-byte string is no valid scalar once in 2^32 (P-256) or less; more often than this
/// in a row, and the generator is at fault.
const ATTEMPTS: usize = 16;

fn generate_from(
    algorithm: Algorithm,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), GenerateError>,
) -> Result<SigningKey, GenerateError> {
    let mut seed = Zeroizing::new([0; 32]);
    for _ in 0..ATTEMPTS {
        fill(seed.as_mut_slice())?;
        // All of it is looked at: how soon one finds a byte that is not zero is a secret, too.
        if seed.iter().fold(0, |all, byte| all | byte) == 0 {
            return Err(GenerateError::BrokenGenerator);
        }
        if let Ok(key) = SigningKey::from_seed(algorithm, &seed) {
            return Ok(key);
        }
    }
    Err(GenerateError::BrokenGenerator)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use alloc::format;

    use rand_core::{Infallible, TryCryptoRng, TryRng};

    use super::*;

    struct Constant(u8);

    impl TryRng for Constant {
        type Error = Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            Ok(u32::from(self.0))
        }
        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            Ok(u64::from(self.0))
        }
        fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
            target.fill(self.0);
            Ok(())
        }
    }

    impl TryCryptoRng for Constant {}

    #[test]
    fn a_broken_generator_ends_in_an_error_not_in_a_key_or_a_loop() {
        for algorithm in Algorithm::ALL {
            let zeros = SigningKey::generate_with(algorithm, &mut Constant(0));
            assert_eq!(zeros.err(), Some(GenerateError::BrokenGenerator), "{algorithm}");
        }
        let agreement = crate::identity::AgreementSecretKey::generate_with(&mut Constant(0));
        assert_eq!(agreement.err(), Some(GenerateError::BrokenGenerator));
        assert!(crate::identity::AgreementSecretKey::generate_with(&mut Constant(7)).is_ok());
        let beyond = SigningKey::generate_with(Algorithm::P256, &mut Constant(0xff));
        assert_eq!(beyond.err(), Some(GenerateError::BrokenGenerator));
    }

    #[test]
    fn without_randomness_there_is_no_key() {
        let failed = generate_from(Algorithm::Ed25519, |_| Err(GenerateError::NoRandomness));
        assert_eq!(failed.err(), Some(GenerateError::NoRandomness));
    }

    #[test]
    fn what_is_generated_signs_for_its_did_and_survives_an_export() {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::generate_with(algorithm, &mut Constant(7)).unwrap();
            let signature = key.sign(b"message").unwrap();
            assert_eq!(key.sign(b"message").unwrap(), signature, "deterministic");
            let public = key.did().public_key().unwrap();
            assert_eq!(public, key.public_key());
            assert_eq!(public.verify(b"message", &signature), Ok(()));
            assert!(public.verify(b"Message", &signature).is_err());
            let again = SigningKey::from_seed(algorithm, &key.danger_export_seed()).unwrap();
            assert_eq!(again.did(), key.did());
        }
    }

    #[test]
    fn a_scalar_of_zero_or_beyond_the_order_is_refused() {
        for algorithm in [Algorithm::P256, Algorithm::Secp256k1] {
            for seed in [[0; 32], [0xff; 32]] {
                assert_eq!(SigningKey::from_seed(algorithm, &seed).err(), Some(SeedError::OutOfRange));
            }
        }
    }

    #[test]
    fn nothing_of_the_secret_is_shown() {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::from_seed(algorithm, &[0xab; 32]).unwrap();
            assert_eq!(format!("{key:?}"), format!("SigningKey({algorithm}, secret)"));
        }
    }

    #[cfg(feature = "getrandom")]
    #[test]
    fn two_generated_keys_differ() {
        for algorithm in Algorithm::ALL {
            let [one, two] = [(); 2].map(|()| SigningKey::generate(algorithm).unwrap().did());
            assert_ne!(one, two);
        }
    }
}
