//! Keys: the primitives, newtyped, and the enums over them that the rest of the crate uses.

// Requirements kept here: allod-secrets-wiped, allod-secrets-hidden, allod-secrets-not-serialized,
// allod-secrets-even-time, allod-key-halves-agree.

mod algorithm;
mod ecdsa;
pub mod ed25519;
mod jwk;
mod kind;
mod native;
pub mod p256;
mod pkcs8;
mod public;
pub mod secp256k1;
mod signature;
mod signer;
mod signing;
mod stack;
mod x25519;

pub use self::algorithm::{Algorithm, AlgorithmError};
pub use self::jwk::JwkError;
pub use self::kind::CompressedKey;
pub use self::pkcs8::Pkcs8Error;
pub use self::public::{KeyError, PublicKey};
pub use self::signature::{Signature, SignatureError, normalise_signature};
pub(crate) use self::signer::sealed::Library as AskedByLibrary;
pub use self::signer::{ActingAs, Signer, SigningError};
pub use self::signing::{GenerateError, SeedError, SigningKey};
pub use self::x25519::{AgreementError, AgreementPublicKey, AgreementSecretKey, SharedSecret};

pub(crate) use self::jwk::{Jwk, JwkKey};
pub(crate) use self::kind::KeyKind;

/// Named in a constant beside each secret type, this keeps a change of features or of a dependency
/// from silently leaving secrets in memory (as RUSTSEC-2024-0342 did elsewhere).
const fn wiped_on_drop<T: zeroize::ZeroizeOnDrop>() {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    /// Flips `s` to the order − `s` and checks that only the low one passes.
    pub(super) fn high_s_is_refused(
        order: &[u8; 32],
        low: Signature,
        verify: impl Fn(&Signature) -> Result<(), SignatureError>,
        low_s: fn(&Signature) -> Result<Signature, SignatureError>,
    ) {
        let mut high = *low.as_bytes();
        let mut borrow = 0;
        for (digit, whole) in high[32..].iter_mut().zip(order).rev() {
            let difference = i16::from(*whole) - i16::from(*digit) - borrow;
            borrow = i16::from(difference < 0);
            *digit = u8::try_from(difference.rem_euclid(256)).unwrap();
        }
        let high = Signature::from_bytes(high);
        assert_eq!(verify(&low), Ok(()));
        assert_eq!(verify(&high), Err(SignatureError::HighS));
        assert_eq!(low_s(&high), Ok(low));
        assert_eq!(low_s(&low), Ok(low));
        for at in [0, 32] {
            let mut zero = *low.as_bytes();
            zero[at..at + 32].fill(0);
            assert_eq!(verify(&Signature::from_bytes(zero)), Err(SignatureError::OutOfRange));
            zero[at..at + 32].copy_from_slice(order);
            assert_eq!(verify(&Signature::from_bytes(zero)), Err(SignatureError::OutOfRange));
        }
    }

    #[test]
    fn every_secret_type_wipes_itself() {
        // The wrapped types are asserted beside each newtype, in a constant.
        wiped_on_drop::<ed25519::SigningKey>();
        wiped_on_drop::<p256::SigningKey>();
        wiped_on_drop::<secp256k1::SigningKey>();
        wiped_on_drop::<SigningKey>();
        wiped_on_drop::<AgreementSecretKey>();
        wiped_on_drop::<SharedSecret>();
    }

    #[test]
    fn the_public_types_cross_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<SigningKey>();
        shared::<PublicKey>();
        shared::<AgreementSecretKey>();
        shared::<Signature>();
    }
}
