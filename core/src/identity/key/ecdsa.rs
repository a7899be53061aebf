//! ECDSA with SHA-256 over one curve, as the two modules `p256` and `secp256k1` have it.
//!
//! A macro, not a generic type: the two curve crates offer the same names over types whose bounds
//! fill half a page, and each check should still be written once.

// Requirements kept here: allod-ecdsa-low-s-read, allod-ecdsa-low-s-written.

/// Writes the newtypes of one curve. `$curve` is the crate, `$kind` the [`KeyKind`] variant, `$native` what may answer
/// instead of the crate whether a signature fits.
///
/// [`KeyKind`]: super::kind::KeyKind
macro_rules! ecdsa_curve {
    ($curve:ident, $kind:ident, $from_array:ident, $native:path, $name:literal) => {
        use alloc::boxed::Box;
        use core::fmt;

        use zeroize::{ZeroizeOnDrop, Zeroizing};

        use ::$curve::ecdsa::signature::{Signer as _, Verifier as _};
        use ::$curve::elliptic_curve::point::AffineCoordinates as _;

        use super::kind::{CompressedKey, KeyKind};
        use super::public::KeyError;
        use super::signature::{Signature, SignatureError};
        use super::signing::SeedError;

        #[doc = concat!("A ", $name, " public key: a point of the curve, not the point at infinity.")]
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct PublicKey(::$curve::ecdsa::VerifyingKey);

        #[doc = concat!("A ", $name, " secret key: a scalar from 1 to the curve order − 1. ")]
        /// Wiped on drop, never shown.
        // Boxed, for a move would leave a copy of the secret on the stack that nothing wipes.
        pub struct SigningKey(Box<::$curve::ecdsa::SigningKey>);

        impl PublicKey {
            pub(crate) fn decompress(bytes: &CompressedKey) -> Result<Self, KeyError> {
                let off_curve = KeyError::OffCurve { kind: KeyKind::$kind.name() };
                ::$curve::ecdsa::VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| off_curve)
            }

            /// Reads affine coordinates, big-endian; both must be canonical and on the curve.
            pub(crate) fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
                let mut point = [4; 65];
                let digits = x.iter().chain(y);
                point.iter_mut().skip(1).zip(digits).for_each(|(to, from)| *to = *from);
                let off_curve = KeyError::OffCurve { kind: KeyKind::$kind.name() };
                ::$curve::ecdsa::VerifyingKey::from_sec1_bytes(&point).map(Self).map_err(|_| off_curve)
            }

            /// The affine coordinates, big-endian.
            pub(crate) fn coordinates(&self) -> ([u8; 32], [u8; 32]) {
                let point = self.0.as_affine();
                (point.x().into(), point.y().into())
            }

            pub(crate) fn to_bytes(self) -> CompressedKey {
                let mut bytes = [0; 33];
                let (x, y) = self.coordinates();
                let sign = if matches!(y, [.., low] if low & 1 == 1) { 3 } else { 2 };
                let digits = core::iter::once(&sign).chain(&x);
                bytes.iter_mut().zip(digits).for_each(|(to, from)| *to = *from);
                CompressedKey::$from_array(bytes)
            }

            pub(crate) fn verify(&self, message: &[u8], given: &Signature) -> Result<(), SignatureError> {
                let signature = ::$curve::ecdsa::Signature::from_slice(given.as_bytes())
                    .map_err(|_| SignatureError::OutOfRange)?;
                if signature.normalize_s() != signature {
                    return Err(SignatureError::HighS);
                }
                let fits = $native(|| self.coordinates(), message, given.as_bytes())
                    .unwrap_or_else(|| self.0.verify(message, &signature).is_ok());
                fits.then_some(()).ok_or(SignatureError::Mismatch)
            }
        }

        impl SigningKey {
            pub(crate) fn from_seed(scalar: &[u8; 32]) -> Result<Self, SeedError> {
                let key = ::$curve::ecdsa::SigningKey::from_slice(scalar);
                key.map(|key| Self(Box::new(key))).map_err(|_| SeedError::OutOfRange)
            }

            pub(crate) fn to_seed(&self) -> Zeroizing<[u8; 32]> {
                let scalar = Zeroizing::new(self.0.to_bytes());
                Zeroizing::new((*scalar).into())
            }

            /// The public half of this key.
            #[must_use]
            pub fn public_key(&self) -> PublicKey {
                PublicKey(*self.0.verifying_key())
            }

            /// Signs with the nonce of RFC 6979; the `s` is the low one.
            pub(crate) fn sign(&self, message: &[u8]) -> Option<Signature> {
                let signature: ::$curve::ecdsa::Signature = self.0.try_sign(message).ok()?;
                Some(Signature::from_bytes(signature.normalize_s().to_bytes().into()))
            }
        }

        /// The same signature with the lower of its two `s`.
        pub(crate) fn low_s(given: &Signature) -> Result<Signature, SignatureError> {
            let signature = ::$curve::ecdsa::Signature::from_slice(given.as_bytes())
                .map_err(|_| SignatureError::OutOfRange)?;
            Ok(Signature::from_bytes(signature.normalize_s().to_bytes().into()))
        }

        impl fmt::Debug for PublicKey {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.to_bytes(), f)
            }
        }

        impl fmt::Debug for SigningKey {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!("SigningKey(", $name, ", secret)"))
            }
        }

        impl ZeroizeOnDrop for SigningKey {}
        // Fails to compile, in any set of features, should the wrapped key stop wiping itself.
        const _: fn() = super::wiped_on_drop::<::$curve::ecdsa::SigningKey>;
    };
}

pub(super) use ecdsa_curve;
