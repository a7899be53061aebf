//! X25519 key agreement (RFC 7748).

// Requirements kept here: allod-x25519-sound.

use alloc::boxed::Box;
use core::fmt;

use rand_core::CryptoRng;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::kind::{CompressedKey, KeyKind};
use super::public::KeyError;
use super::signing::GenerateError;
use crate::identity::did::Did;

/// An X25519 public key, to which something can be sealed. Canonical and not of small order.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AgreementPublicKey([u8; 32]);

/// An X25519 secret key. Wiped on drop, never shown, not `Clone`.
///
/// ```
/// use allod::identity::{AgreementSecretKey, Algorithm, SigningKey};
///
/// let alice = SigningKey::from_seed(Algorithm::Ed25519, &[1; 32])?.agreement_key()?;
/// let bob = AgreementSecretKey::from_bytes(&[2; 32]);
/// let (hers, his) = (alice.diffie_hellman(&bob.public_key())?, bob.diffie_hellman(&alice.public_key())?);
/// assert_eq!(hers.as_bytes(), his.as_bytes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// Boxed, for a move would leave a copy of the secret on the stack that nothing wipes.
pub struct AgreementSecretKey(Box<StaticSecret>);

/// What two keys agree on: 32 bytes, to be put through a key derivation. Wiped on drop, never shown, not
/// `Clone`, and not comparable, since comparing it byte by byte would tell how much of it is right.
// Boxed, as the keys are.
pub struct SharedSecret(Box<x25519_dalek::SharedSecret>);

/// Why two keys agree on nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgreementError {
    /// The result is all zeros: the other key is of small order, and the secret known to everyone.
    #[error("key agreement gave a secret that everyone knows: the other key is weak, refuse it")]
    NonContributory,
}

impl AgreementPublicKey {
    /// Reads a public key: the u-coordinate, 32 bytes little-endian.
    ///
    /// Stricter than RFC 7748, which lets a receiver mask and reduce: one key has one spelling here.
    ///
    /// # Errors
    /// [`KeyError::WrongLength`], [`KeyError::NonCanonical`] (not below 2^255 − 19), and
    /// [`KeyError::Weak`] (small order).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::decompress(&KeyKind::X25519.check(bytes)?)
    }

    pub(crate) fn decompress(bytes: &CompressedKey) -> Result<Self, KeyError> {
        let kind = KeyKind::X25519.name();
        let exact: [u8; 32] = (**bytes).try_into().map_err(|_| KeyError::WrongLength {
            kind,
            expected: 32,
            found: bytes.len(),
        })?;
        if SMALL_ORDER.contains(&exact) {
            return Err(KeyError::Weak { kind });
        }
        Ok(Self(exact))
    }

    /// For the image of an Edwards point of large order, which is canonical and of large order.
    pub(super) const fn from_montgomery(u: [u8; 32]) -> Self {
        Self(u)
    }

    /// The key's 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The did:key that names this key. It can be sealed to; it cannot sign.
    #[must_use]
    pub fn did(&self) -> Did {
        Did::from_key(self.to_compressed())
    }

    pub(crate) const fn to_compressed(self) -> CompressedKey {
        CompressedKey::from_x25519(self.0)
    }
}

impl AgreementSecretKey {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`GenerateError::NoRandomness`].
    #[cfg(feature = "getrandom")]
    pub fn generate() -> Result<Self, GenerateError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| GenerateError::NoRandomness)?;
        Self::from_random(&bytes)
    }

    /// Makes a new key from a generator of the caller's, which must be cryptographically secure.
    ///
    /// # Errors
    /// [`GenerateError::BrokenGenerator`] where it yields zeros.
    pub fn generate_with(rng: &mut impl CryptoRng) -> Result<Self, GenerateError> {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(bytes.as_mut_slice());
        Self::from_random(&bytes)
    }

    fn from_random(bytes: &Zeroizing<[u8; 32]>) -> Result<Self, GenerateError> {
        // All of it is looked at: how soon one finds a byte that is not zero is a secret, too.
        if bytes.iter().fold(0, |all, byte| all | byte) == 0 {
            return Err(GenerateError::BrokenGenerator);
        }
        Ok(Self::from_bytes(bytes))
    }

    /// Takes a secret key: any 32 bytes; they are clamped when used (RFC 7748, 5).
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Box::new(StaticSecret::from(*bytes)))
    }

    /// Clamps, so that what is exported is what other libraries derive from the same seed.
    pub(super) fn from_scalar(mut scalar: Zeroizing<[u8; 32]>) -> Self {
        let [low, .., high] = &mut *scalar;
        *low &= 0xf8;
        *high = (*high & 0x7f) | 0x40;
        Self::from_bytes(&scalar)
    }

    /// The secret itself. Whoever reads it can open everything sealed to the key.
    #[must_use]
    pub fn danger_export(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*self.0.as_bytes())
    }

    /// The public half of this key.
    #[must_use]
    pub fn public_key(&self) -> AgreementPublicKey {
        AgreementPublicKey(PublicKey::from(&*self.0).to_bytes())
    }

    /// The secret shared with the owner of `other`.
    ///
    /// # Errors
    /// [`AgreementError::NonContributory`] when it comes out as zeros (RFC 7748, 6.1).
    pub fn diffie_hellman(&self, other: &AgreementPublicKey) -> Result<SharedSecret, AgreementError> {
        let shared = self.0.diffie_hellman(&PublicKey::from(other.0));
        if !shared.was_contributory() {
            return Err(AgreementError::NonContributory);
        }
        Ok(SharedSecret(Box::new(shared)))
    }
}

impl SharedSecret {
    /// The secret itself, for a key derivation.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for AgreementPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_compressed(), f)
    }
}

impl fmt::Debug for AgreementSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgreementSecretKey(X25519, secret)")
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(X25519, secret)")
    }
}

impl ZeroizeOnDrop for AgreementSecretKey {}
impl ZeroizeOnDrop for SharedSecret {}
// Fails to compile, in any set of features, should the wrapped types stop wiping themselves.
const _: fn() = super::wiped_on_drop::<StaticSecret>;
const _: fn() = super::wiped_on_drop::<x25519_dalek::SharedSecret>;

/// The canonical u-coordinates of small order, on the curve and on its twist: 0, 1, −1 and the two
/// of order 8.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, //
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, //
        0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
        0x5b, //
        0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_listed_point_is_of_small_order_and_refused_on_reading_and_on_agreeing() {
        let secret = AgreementSecretKey::from_bytes(&[7; 32]);
        for point in SMALL_ORDER {
            assert_eq!(AgreementPublicKey::from_bytes(&point), Err(KeyError::Weak { kind: "X25519" }));
            let smuggled = AgreementPublicKey(point);
            assert_eq!(secret.diffie_hellman(&smuggled).err(), Some(AgreementError::NonContributory));
        }
    }

    #[test]
    fn both_sides_agree() {
        let [one, two] = [[3; 32], [4; 32]].map(|bytes| AgreementSecretKey::from_bytes(&bytes));
        let [shared, same] =
            [(&one, &two), (&two, &one)].map(|(own, other)| own.diffie_hellman(&other.public_key()).unwrap());
        assert_eq!(shared.as_bytes(), same.as_bytes());
        assert_eq!(*one.danger_export(), [3; 32]);
    }

    #[test]
    fn nothing_of_the_secret_is_shown() {
        let shown = alloc::format!("{:?}", AgreementSecretKey::from_bytes(&[0xab; 32]));
        assert_eq!(shown, "AgreementSecretKey(X25519, secret)");
    }
}
