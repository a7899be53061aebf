//! Tokens whose signature is made elsewhere: in `WebCrypto`, a Secure Enclave, a `StrongBox`.

// Requirements kept here: allod-attach-normalises, allod-attach-verifies.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use super::{BuildError, Issuer};
use crate::identity::{AskedByLibrary, Signer, normalise_signature};
use crate::ucan::envelope::{self, Version};
use crate::ucan::error::VerifyError;
use crate::ucan::token::{Payload, Token};
use crate::ucan::varsig::Header;
use crate::wire::Writer;

/// A token that lacks only its signature.
///
/// Sign [`Unsigned::bytes_to_sign`] with the issuer's key wherever it lives, then [`Unsigned::attach`].
pub struct Unsigned<P> {
    /// Complete but for the signature.
    unsealed: Vec<u8>,
    issuer: Issuer,
    payload: PhantomData<P>,
}

impl<P: Payload> Unsigned<P> {
    pub(super) fn new(issuer: Issuer, version: Version, payload: impl FnOnce(&mut Writer)) -> Self {
        let header = Header::bytes(issuer.key.algorithm());
        let unsealed = envelope::unsealed(header, P::KIND.tag(version), payload);
        Self { unsealed, issuer, payload: PhantomData }
    }

    /// What the issuer has to sign. ECDSA signers hash it with SHA-256, Ed25519 takes it as it is.
    #[must_use]
    pub fn bytes_to_sign(&self) -> &[u8] {
        envelope::signed_part(&self.unsealed)
    }

    /// Finishes the token with a signature made elsewhere.
    ///
    /// An ECDSA signature may be raw or DER, with a low or high s: it is brought to raw with a low s
    /// before the token exists, so that a token has one CID. Then it is checked.
    ///
    /// # Errors
    /// When the signature is not one of the issuer's algorithm, or not the issuer's over these bytes.
    pub fn attach(self, signature: &[u8]) -> Result<Token<P>, BuildError> {
        let signature = normalise_signature(self.issuer.key.algorithm(), signature)?;
        if self.issuer.key.verify(self.bytes_to_sign(), &signature).is_err() {
            return Err(VerifyError::BadSignature { issuer: self.issuer.did }.into());
        }
        Ok(Token::parse(envelope::seal(self.unsealed, signature.as_bytes()))?)
    }

    /// Finishes the token with a signer at hand. What this library's own keys sign is sound by construction;
    /// any other signer may be a device with habits of its own.
    pub(super) fn sign(self, signer: &(impl Signer + ?Sized)) -> Result<Token<P>, BuildError> {
        let signature = signer.sign(self.bytes_to_sign())?;
        if !signer.is_own_key(AskedByLibrary) {
            return self.attach(signature.as_bytes());
        }
        Ok(Token::parse(envelope::seal(self.unsealed, signature.as_bytes()))?)
    }
}

impl<P> Clone for Unsigned<P> {
    fn clone(&self) -> Self {
        Self { unsealed: self.unsealed.clone(), issuer: self.issuer.clone(), payload: PhantomData }
    }
}

impl<P> fmt::Debug for Unsigned<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsigned").field("issuer", &self.issuer.did).finish_non_exhaustive()
    }
}
