//! Whoever can sign: a key in memory, in a keystore, or behind a device.

use alloc::boxed::Box;
use alloc::sync::Arc;

use super::public::PublicKey;
use super::signature::Signature;
use crate::identity::did::Did;

/// Something that signs for a DID. Object-safe and synchronous.
///
/// Implemented by [`SigningKey`](super::SigningKey), by references and boxes of signers, and by
/// [`ActingAs`]. A key that answers asynchronously (`WebCrypto`, Secure Enclave, `StrongBox`) does not
/// fit here: build the bytes to sign first and attach the signature when it comes.
///
/// ```
/// use allod::identity::{Algorithm, Did, Signer, SigningKey};
///
/// let key = SigningKey::from_seed(Algorithm::P256, &[7; 32])?;
/// let site = Did::parse("did:web:photos.example")?;
/// let signer = (&key).acting_as(site.clone());
/// assert_eq!(signer.issuer(), site);
/// assert_eq!(signer.public_key(), key.public_key());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Signer {
    /// The DID that what is signed speaks for.
    fn issuer(&self) -> Did;

    /// The key that verifies what is signed.
    fn public_key(&self) -> PublicKey;

    /// Signs `message`: 64 raw bytes, ECDSA over its SHA-256 and with a low `s`.
    ///
    /// # Errors
    /// [`SigningError`] says why no signature came.
    fn sign(&self, message: &[u8]) -> Result<Signature, SigningError>;

    /// Whether a token goes out with what [`sign`](Self::sign) returns as it is. Only this library's own keys
    /// say so; what any other signer returns is brought to its one spelling and verified first.
    #[doc(hidden)]
    fn is_own_key(&self, _asked_by: sealed::Library) -> bool {
        false
    }

    /// The same key signing for another DID: a did:web whose document lists the key.
    ///
    /// Nothing is proven by it: whoever verifies looks the key up in that DID's document.
    fn acting_as(self, did: Did) -> ActingAs<Self>
    where
        Self: Sized,
    {
        ActingAs::new(self, did)
    }
}

/// A signer speaking for another DID than its key's own did:key. Made by [`Signer::acting_as`].
#[derive(Clone, Debug)]
pub struct ActingAs<S> {
    signer: S,
    did: Did,
}

/// Why there is no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// The keystore or device is locked, disconnected or lost the key.
    #[error("signing key is not available: unlock it or connect the device that holds it")]
    Unavailable,
    /// The person or the policy of the device said no.
    #[error("signing was refused by the holder of the key: ask again with an explanation")]
    Refused,
    /// The operation itself failed.
    #[error("signing failed: try again, and check the key if it keeps failing")]
    Failed,
}

impl<S> ActingAs<S> {
    /// Lets `signer` speak for `did`.
    pub const fn new(signer: S, did: Did) -> Self {
        Self { signer, did }
    }
}

impl<S: Signer> Signer for ActingAs<S> {
    fn issuer(&self) -> Did {
        self.did.clone()
    }

    fn public_key(&self) -> PublicKey {
        self.signer.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SigningError> {
        self.signer.sign(message)
    }

    // mutants: replace <impl Signer for ActingAs<S>>::is_own_key -> bool with false: verified once more than needed.
    fn is_own_key(&self, asked_by: sealed::Library) -> bool {
        self.signer.is_own_key(asked_by)
    }
}

/// Nobody else can name this, so nobody else can answer for their signer.
pub(crate) mod sealed {
    #[derive(Debug, Clone, Copy)]
    pub struct Library;
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<S: Signer + ?Sized> Signer for $pointer {
            fn issuer(&self) -> Did {
                (**self).issuer()
            }

            fn public_key(&self) -> PublicKey {
                (**self).public_key()
            }

            fn sign(&self, message: &[u8]) -> Result<Signature, SigningError> {
                (**self).sign(message)
            }

            fn is_own_key(&self, asked_by: sealed::Library) -> bool {
                (**self).is_own_key(asked_by)
            }
        }
    )*};
}

forward!(&S, Box<S>, Arc<S>);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use alloc::string::ToString;

    use super::super::{Algorithm, SigningKey};
    use super::*;

    #[test]
    fn a_signer_is_object_safe_and_goes_through_pointers() {
        let key = SigningKey::from_seed(Algorithm::Ed25519, &[1; 32]).unwrap();
        let expected = key.sign(b"m").unwrap();
        let did = key.did();
        let boxed: Box<dyn Signer + Send + Sync> = Box::new(key);
        assert_eq!(boxed.issuer(), did);
        assert_eq!(boxed.as_ref().sign(b"m"), Ok(expected));
        let acting = boxed.acting_as(Did::parse("did:web:example.com").unwrap());
        assert_eq!(acting.sign(b"m"), Ok(expected));
        assert_eq!(Arc::new(acting).issuer().to_string(), "did:web:example.com");
    }
}
