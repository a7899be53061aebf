//! Tokens as received, and tokens whose signature was checked.

// Requirements kept here: core-iss-signs, core-envelope-signature-over-sigpayload, dlg-signature-iss,
// inv-payload-alone-invalid, allod-bytes-as-received, allod-varsig-fits-key, allod-issuer-weak-key,
// allod-only-verified-counts, allod-limit-token, allod-cache-key-stands.

use alloc::sync::Arc;
use core::fmt;
use core::ops::Deref;

use super::envelope::{self, Opened, TokenKind, Version};
use super::error::{TokenError, VerifyError};
use super::time::Window;
use super::varsig::Header;
use crate::identity::{
    Cache, Did, KeyError, KeysError, MemoryResolver, PublicKey, Purpose, Seen, Signature,
    verification_keys_knowing,
};
use crate::limits::MAX_TOKEN;
use crate::wire::cbor::Map;
use crate::wire::{Cid, Hashed, Item, Slice, Span};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::super::delegation::Delegation {}
    impl Sealed for super::super::invocation::Invocation {}
}

/// What a token can claim: a [`super::Delegation`] or an [`super::Invocation`].
pub trait Payload: sealed::Sealed + Sized + Clone + fmt::Debug {
    /// Which of the two.
    const KIND: TokenKind;

    /// Who signed, or claims to have.
    fn issuer(&self) -> &Did;

    /// When the token is valid.
    fn window(&self) -> Window;

    #[doc(hidden)]
    fn decode(fields: Map<'_>, source: &Item, seen: &mut Seen) -> Result<Self, TokenError>;

    #[doc(hidden)]
    fn purpose() -> Purpose;
}

/// A decoded token: the bytes as received, the CID computed from them, and the claims in them.
///
/// The claims can be read (a token dereferences to its payload) and prove nothing: anyone can write
/// them. [`Token::verify`] turns it into evidence. Cloning copies nothing.
pub struct Token<P>(Arc<Parts<P>>);

// Shared, and so a pointer: tokens are handed on a lot, and each time it was a third of a kilobyte.
struct Parts<P> {
    bytes: Hashed,
    claims: Claims<P>,
}

/// What the bytes of a token say.
struct Claims<P> {
    version: Version,
    header: Header,
    /// Where these two lie in the bytes.
    signature: Span,
    signed: Span,
    payload: P,
}

impl<P: Payload> Claims<P> {
    fn read(opened: &Opened<'_>, item: &Item, seen: &mut Seen) -> Result<Self, TokenError> {
        if opened.kind != P::KIND {
            let expected = match P::KIND {
                TokenKind::Delegation => "a delegation",
                TokenKind::Invocation => "an invocation",
            };
            return Err(TokenError::OtherKind { expected });
        }
        let header = Header::parse(opened.header).map_err(|_| TokenError::Header)?;
        let payload = P::decode(opened.payload.clone(), item, seen)?;
        if !header_fits(header, payload.issuer()) {
            return Err(TokenError::HeaderNotOfIssuer);
        }
        let span = |part| item.bytes().span_of(part);
        let Some((signature, signed)) = span(opened.signature).zip(span(opened.signed)) else {
            return Err(TokenError::Envelope { what: "whole parts" });
        };
        Ok(Self { version: opened.version, header, signature, signed, payload })
    }
}

impl<P: Payload> Token<P> {
    /// Decodes a token of this kind. The signature is not checked.
    ///
    /// # Errors
    /// When the bytes are not exactly one token of this kind: over 64 KiB, not strict DAG-CBOR, a field
    /// missing, unknown, or not of its type.
    pub fn parse(bytes: impl Into<Slice>) -> Result<Self, TokenError> {
        Self::of_item(read(bytes.into())?, None, &mut Seen::new())
    }

    /// As [`Token::parse`], of bytes that were hashed before, among others that name the same DIDs.
    pub(crate) fn parse_hashed(hashed: Hashed, seen: &mut Seen) -> Result<Self, TokenError> {
        Self::of_item(read(hashed.bytes().clone())?, Some(hashed), seen)
    }

    fn of_item(item: Item, hashed: Option<Hashed>, seen: &mut Seen) -> Result<Self, TokenError> {
        let claims = Claims::read(&envelope::open(item.view())?, &item, seen)?;
        Ok(Self::whole(claims, item, hashed))
    }

    fn whole(claims: Claims<P>, item: Item, hashed: Option<Hashed>) -> Self {
        let bytes = hashed.unwrap_or_else(|| Hashed::of(item.into_bytes()));
        Self(Arc::new(Parts { bytes, claims }))
    }

    /// Checks the signature of a `did:key` issuer, whose key is in its name.
    ///
    /// # Errors
    /// See [`VerifyError`]; a `did:web` issuer needs [`Token::verify_with`].
    pub fn verify(self) -> Result<Verified<P>, VerifyError> {
        self.verify_with(&MemoryResolver::default())
    }

    /// Checks the signature against the issuer's keys, with these documents for the DIDs that need one.
    ///
    /// At most eight keys of one document are tried.
    ///
    /// # Errors
    /// See [`VerifyError`].
    pub fn verify_with(self, documents: &MemoryResolver) -> Result<Verified<P>, VerifyError> {
        self.verify_knowing(documents, None)
    }

    /// The same, where the signature may have been checked before, and the key be known.
    pub(crate) fn verify_knowing(
        self,
        documents: &MemoryResolver,
        cache: Option<&Cache>,
    ) -> Result<Verified<P>, VerifyError> {
        self.check(documents, cache)?;
        Ok(Verified(self))
    }

    fn check(&self, documents: &MemoryResolver, cache: Option<&Cache>) -> Result<(), VerifyError> {
        let signer = cache.and_then(|cache| cache.signer_of(&self.cid()));
        // The key of a did:key is in the token, and so it was this one.
        if signer.is_some() && signer.as_ref() == self.issuer().compressed() {
            return Ok(());
        }
        let issuer = || self.0.claims.payload.issuer().clone();
        let keys = verification_keys_knowing(self.0.claims.payload.issuer(), P::purpose(), documents, cache)
            .map_err(|error| match error {
                KeysError::Unresolved(issuer) | KeysError::WrongDocument { did: issuer, .. } => {
                    VerifyError::Unresolved { issuer }
                }
                KeysError::Unsupported { did: issuer, .. } => VerifyError::Unsupported { issuer },
                KeysError::Invalid { did: issuer, .. } => VerifyError::BadSignature { issuer },
                KeysError::NoKeyForPurpose { did: issuer, .. } => VerifyError::NoKey { issuer },
            })?;
        let Header::Known(algorithm) = self.0.claims.header else {
            return Err(VerifyError::Unsupported { issuer: issuer() });
        };
        let Ok(signature) = Signature::try_from(self.signature_bytes()) else {
            return Err(VerifyError::BadSignature { issuer: issuer() });
        };
        let mut fitting = keys.with_algorithm(algorithm).peekable();
        if fitting.peek().is_none() {
            return Err(VerifyError::NoKey { issuer: issuer() });
        }
        // Wherever it stands among them, the key that is remembered spares the check of all.
        if signer.is_some_and(|signer| keys.with_algorithm(algorithm).any(|key| key.to_bytes() == signer)) {
            return Ok(());
        }
        let made_it = |key: &&PublicKey| key.verify(self.signed_bytes(), &signature).is_ok();
        let key = fitting.find(made_it).ok_or_else(|| VerifyError::BadSignature { issuer: issuer() })?;
        if let Some(cache) = cache {
            cache.learn_signature(self.cid(), key.to_bytes());
        }
        Ok(())
    }
}

impl<P> Token<P> {
    /// The CID, computed from the bytes as received.
    #[must_use]
    pub fn cid(&self) -> Cid {
        self.0.bytes.cid()
    }

    /// The bytes as received.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.bytes.bytes()
    }

    /// The bytes as received, shared.
    #[must_use]
    pub fn bytes(&self) -> Slice {
        self.0.bytes.bytes().clone()
    }

    /// What the signature is over.
    #[must_use]
    pub fn signed_bytes(&self) -> &[u8] {
        self.0.bytes.bytes().at(self.0.claims.signed)
    }

    /// The signature's bytes: 64 for the algorithms implemented, otherwise any number.
    #[must_use]
    pub fn signature_bytes(&self) -> &[u8] {
        self.0.bytes.bytes().at(self.0.claims.signature)
    }

    /// What the signature header says.
    #[must_use]
    pub fn header(&self) -> Header {
        self.0.claims.header
    }

    /// Which spelling of the tag the token carries.
    #[must_use]
    pub fn version(&self) -> Version {
        self.0.claims.version
    }
}

impl<P> Deref for Token<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0.claims.payload
    }
}

impl<P> Clone for Token<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P> PartialEq for Token<P> {
    fn eq(&self, other: &Self) -> bool {
        self.cid() == other.cid()
    }
}

impl<P> Eq for Token<P> {}

impl<P: fmt::Debug> fmt::Debug for Token<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("cid", &self.cid())
            .field("payload", &self.0.claims.payload)
            .finish_non_exhaustive()
    }
}

/// A token whose signature was checked against its issuer's key.
///
/// [`Token::verify`] alone makes one; only such tokens count as evidence.
#[derive(PartialEq, Eq, Debug)]
pub struct Verified<P>(Token<P>);

impl<P> Clone for Verified<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P> Verified<P> {
    /// The token, as anyone could have written it.
    #[must_use]
    pub fn into_token(self) -> Token<P> {
        self.0
    }
}

impl<P> Deref for Verified<P> {
    type Target = Token<P>;

    fn deref(&self) -> &Token<P> {
        &self.0
    }
}

/// A token of either kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyToken {
    /// A delegation.
    Delegation(Token<super::Delegation>),
    /// An invocation.
    Invocation(Token<super::Invocation>),
}

impl AnyToken {
    /// Decodes a token by its tag. The signature is not checked.
    ///
    /// # Errors
    /// As [`Token::parse`].
    pub fn parse(bytes: impl Into<Slice>) -> Result<Self, TokenError> {
        let item = read(bytes.into())?;
        let opened = envelope::open(item.view())?;
        match opened.kind {
            TokenKind::Delegation => {
                let claims = Claims::read(&opened, &item, &mut Seen::new())?;
                Ok(Self::Delegation(Token::whole(claims, item, None)))
            }
            TokenKind::Invocation => {
                let claims = Claims::read(&opened, &item, &mut Seen::new())?;
                Ok(Self::Invocation(Token::whole(claims, item, None)))
            }
        }
    }

    /// The bytes as received.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Delegation(token) => token.as_bytes(),
            Self::Invocation(token) => token.as_bytes(),
        }
    }

    /// The CID, computed from the bytes as received.
    #[must_use]
    pub fn cid(&self) -> Cid {
        match self {
            Self::Delegation(token) => token.cid(),
            Self::Invocation(token) => token.cid(),
        }
    }
}

/// Bytes that are one item, and no more of them than a token has.
fn read(bytes: Slice) -> Result<Item, TokenError> {
    if bytes.len() > MAX_TOKEN {
        return Err(TokenError::TooLarge { size: bytes.len() });
    }
    Ok(Item::parse(bytes)?)
}

/// A `did:key` names its algorithm, so a header can be held against it before any key is computed.
/// Other DIDs may have keys of any kind; theirs is held against the header when it is checked.
fn header_fits(header: Header, issuer: &Did) -> bool {
    match (header, issuer.algorithm()) {
        (Header::Known(header), Some(key)) => header == key,
        (Header::Other, Some(_)) => false,
        (_, None) => !matches!(issuer.public_key(), Err(KeyError::NotForSigning)),
    }
}
