//! Ed25519 (RFC 8032), verified strictly.

// Requirements kept here: core-crypto-ed25519, allod-ed25519-small-order, allod-ed25519-canonical.

use alloc::boxed::Box;
use core::fmt;

use ed25519_dalek::{Signer as _, Verifier as _};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::kind::{CompressedKey, KeyKind};
use super::native::{self, SignEd25519};
use super::public::KeyError;
use super::signature::{Signature, SignatureError};
use super::stack::wiped;
use super::x25519::{AgreementPublicKey, AgreementSecretKey};

/// An Ed25519 public key: canonical, on the curve, not of small order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    point: ed25519_dalek::VerifyingKey,
    bytes: CompressedKey,
}

/// An Ed25519 secret key: the 32-byte seed. Wiped on drop, never shown.
// Boxed, for a move would leave a copy of the secret on the stack that nothing wipes.
pub struct SigningKey {
    key: Box<ed25519_dalek::SigningKey>,
    native: Option<Box<dyn SignEd25519>>,
}

impl PublicKey {
    /// The X25519 key of the same owner: the point on the birationally equivalent Montgomery curve
    /// (RFC 7748, 4.1). did:key documents list it for key agreement.
    #[must_use]
    pub fn to_agreement(&self) -> AgreementPublicKey {
        AgreementPublicKey::from_montgomery(self.point.to_montgomery().to_bytes())
    }

    pub(crate) fn decompress(bytes: &CompressedKey) -> Result<Self, KeyError> {
        let kind = KeyKind::Ed25519.name();
        let exact = (&**bytes).try_into().map_err(|_| KeyError::WrongLength {
            kind,
            expected: 32,
            found: bytes.len(),
        })?;
        let point =
            ed25519_dalek::VerifyingKey::from_bytes(exact).map_err(|_| KeyError::OffCurve { kind })?;
        if is_of_small_order(exact) {
            return Err(KeyError::Weak { kind });
        }
        Ok(Self { point, bytes: *bytes })
    }

    pub(crate) fn to_bytes(self) -> CompressedKey {
        self.bytes
    }

    /// What `verify_strict` of ed25519-dalek accepts, for less: see decision 88. `A` is of large order and in its
    /// canonical encoding, or there would be no key. The plain check refuses an `s` that is not reduced, and compares
    /// the bytes of `R` with those that it computed, which are canonical; so an `R` is of small order exactly where
    /// its bytes are one of a few, and need not be decompressed to be known.
    pub(crate) fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        if is_of_small_order(signature.r_bytes()) {
            return Err(SignatureError::Mismatch);
        }
        self.point.verify(message, &signature).map_err(|_| SignatureError::Mismatch)
    }
}

/// The `y` of the eight points whose order divides eight, little-endian: 1, −1, 0, and the two of order eight. But for
/// the first two, each belongs to two points, told apart by the sign bit.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, //
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    [0; 32],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, //
        0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, //
        0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// Whether the point with this canonical encoding is of small order.
fn is_of_small_order(encoding: &[u8; 32]) -> bool {
    let mut y = *encoding;
    let [.., high] = &mut y;
    *high &= 0x7f;
    SMALL_ORDER.contains(&y)
}

impl SigningKey {
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        let key = Box::new(ed25519_dalek::SigningKey::from_bytes(seed));
        let native = native::read_ed25519(seed, key.verifying_key().as_bytes());
        Self { key, native }
    }

    pub(crate) fn to_seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*self.key.as_bytes())
    }

    /// The public half of this key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        let point = self.key.verifying_key();
        // A key made from a seed is s·B with s neither zero nor a multiple of the group order, so
        // it is canonical and of large order; were it not, its bytes would be refused on reading.
        PublicKey { point, bytes: CompressedKey::from_ed25519(point.to_bytes()) }
    }

    /// The X25519 secret key of the same owner: the clamped scalar that RFC 8032 derives from the
    /// seed, so that its public key is [`PublicKey::to_agreement`] of this one's.
    #[must_use]
    pub fn agreement_key(&self) -> AgreementSecretKey {
        AgreementSecretKey::from_scalar(Zeroizing::new(self.key.to_scalar_bytes()))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        let native = self.native.as_ref().and_then(|key| wiped(|| key.sign(message)));
        Signature::from_bytes(native.unwrap_or_else(|| self.key.sign(message).to_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.bytes, f)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(Ed25519, secret)")
    }
}

impl ZeroizeOnDrop for SigningKey {}
// Fails to compile, in any set of features, should the wrapped key stop wiping itself. That `native` does is its own word:
// see decision 89.
const _: fn() = super::wiped_on_drop::<ed25519_dalek::SigningKey>;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::super::{Algorithm, PublicKey};
    use super::*;

    /// There are eight, and the curve's own arithmetic says of each of these that it is one.
    #[test]
    fn points_of_small_order_are_weak() {
        let mut points = 0;
        for y in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut encoding = y;
                encoding[31] |= sign;
                match PublicKey::from_bytes(Algorithm::Ed25519, &encoding) {
                    Err(KeyError::NonCanonical { .. }) => assert!(sign != 0 && encoding[1] == encoding[2]),
                    refused => {
                        assert_eq!(refused, Err(KeyError::Weak { kind: "Ed25519" }));
                        assert!(ed25519_dalek::VerifyingKey::from_bytes(&encoding).unwrap().is_weak());
                        points += 1;
                    }
                }
            }
        }
        assert_eq!(points, 8);
    }

    #[test]
    fn an_s_with_the_group_order_added_is_refused() {
        let order: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
            0x14, //
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let key = SigningKey::from_seed(&[7; 32]);
        let good = key.sign(b"m");
        assert_eq!(key.public_key().verify(b"m", &good), Ok(()));
        let mut other = *good.as_bytes();
        let mut carry = 0;
        for (digit, add) in other[32..].iter_mut().zip(order) {
            let sum = u16::from(*digit) + u16::from(add) + carry;
            *digit = u8::try_from(sum & 0xff).unwrap();
            carry = sum >> 8;
        }
        assert_eq!(carry, 0);
        let refused = key.public_key().verify(b"m", &Signature::from_bytes(other));
        assert_eq!(refused, Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_signature_is_deterministic_and_bound_to_its_message() {
        let key = SigningKey::from_seed(&[7; 32]);
        assert_eq!(key.sign(b"m"), key.sign(b"m"));
        assert_eq!(key.public_key().verify(b"n", &key.sign(b"m")), Err(SignatureError::Mismatch));
    }

    #[cfg(any(feature = "graviola", feature = "aws-lc-rs"))]
    #[test]
    fn another_implementation_signs_where_there_is_one() {
        let key = SigningKey::from_seed(&[7; 32]);
        let mut without = SigningKey::from_seed(&[7; 32]);
        assert!(key.native.is_some());
        without.native = None;
        assert_eq!(key.sign(b"m"), without.sign(b"m"));
    }

    #[test]
    fn the_agreement_halves_belong_together() {
        let key = SigningKey::from_seed(&[7; 32]);
        assert_eq!(key.agreement_key().public_key(), key.public_key().to_agreement());
    }
}
