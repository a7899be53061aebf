//! Reading containers.

// Requirements kept here: ctn-array, ctn-order-free, ctn-single-key, ctn-base64-std, ctn-base64-url,
// ctn-header-byte, ctn-cids-recomputed, allod-ctn-one-invocation, allod-limit-tokens,
// allod-ctn-gzip-refused-by-name.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::KEY;
use super::encoding::{Encoding, Text};
use crate::code::Code;
use crate::identity::Seen;
use crate::limits::{MAX_CONTAINER, MAX_CONTAINER_TOKENS};
use crate::ucan::command::is_reserved;
use crate::ucan::envelope::{self, TokenKind};
use crate::ucan::receipt::RECEIPT;
use crate::ucan::revocation::REVOKE;
use crate::ucan::{Invocation, Receipt, Revocation, Token, TokenError};
use crate::wire::{CborError, Cid, Hashed, HashedParts, Slice, View, multibase};

/// A bundle of tokens, each under the CID computed from its bytes. None of them is decoded yet. Cloning
/// copies nothing.
///
/// ```
/// use allod::{Algorithm, Container, ContainerWriter, Delegation, Encoding, SigningKey};
///
/// let alice = SigningKey::generate(Algorithm::Ed25519)?;
/// let bob = SigningKey::generate(Algorithm::Ed25519)?;
/// let token = Delegation::builder(bob.did(), alice.did(), "/photos".parse()?).sign(&alice)?;
/// let text = ContainerWriter::new().token(&token).write(Encoding::Base64Url)?;
/// let read = Container::read(&text)?;
/// assert_eq!(read.get(&token.cid()).as_deref(), Some(token.as_bytes()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Container {
    /// Sorted by CID, without duplicates. Shared, so that evidence can hold the container for nothing.
    tokens: Arc<HashedParts>,
    encoding: Encoding,
}

/// Why bytes are not a container, or a container not a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// No bytes at all.
    #[error("the container is empty")]
    Empty,
    /// The first byte announces none of the six encodings.
    #[error("the first byte {header:#04x} announces no container encoding: @, B, C, M, O or P is expected")]
    Header {
        /// The first byte.
        header: u8,
    },
    /// Not base64 in the one alphabet and padding that the first byte announces.
    #[error("the container is not strict base64 of the kind its first byte announces")]
    Base64,
    /// Not exactly one gzip member.
    #[error("the container is not exactly one gzip member")]
    Gzip,
    /// This build reads no gzip.
    #[error("the container is compressed, and this build has no gzip: enable the feature `gzip`")]
    GzipNotBuilt,
    /// Over 1 MiB after decompression.
    #[error("the container holds more than {MAX_CONTAINER} bytes after decompression")]
    TooLarge,
    /// More tokens than are read.
    #[error("the container holds more than {MAX_CONTAINER_TOKENS} tokens")]
    TooManyTokens,
    /// Not strict DAG-CBOR.
    #[error("the container is not strict DAG-CBOR: {0}")]
    Cbor(#[from] CborError),
    /// Not `{"ctn-v1": [bytes, …]}`.
    #[error("the container is not a map of one list of bytes under \"{KEY}\"")]
    Shape,
    /// No invocation among the tokens.
    #[error("the container holds no invocation other than revocations and receipts")]
    NoInvocation,
    /// Several, and the caller named none.
    #[error("the container holds several invocations: name the one meant by its CID")]
    SeveralInvocations,
    /// The named token is not there.
    #[error("the container does not hold {cid}")]
    NotThere {
        /// The CID asked for.
        cid: Cid,
    },
    /// The named token is not an invocation.
    #[error("{cid} is not an invocation: {error}")]
    NotAnInvocation {
        /// The CID asked for.
        cid: Cid,
        /// Why not.
        error: TokenError,
    },
}

impl ContainerError {
    /// The failure code this amounts to in a decision.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge => Code::TooLarge,
            Self::TooManyTokens | Self::Cbor(CborError::TooDeep { .. }) => Code::BudgetExceeded,
            Self::NotAnInvocation { error, .. } => error.code(),
            _ => Code::Malformed,
        }
    }
}

impl ContainerError {
    /// What a person can do about it.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NoInvocation => "send an invocation along with its delegations",
            Self::SeveralInvocations => "name the invocation meant by its CID, or send one at a time",
            Self::NotThere { .. } => "name a token that the container holds",
            Self::TooLarge | Self::TooManyTokens => "send fewer or smaller tokens, or several containers",
            Self::GzipNotBuilt => "send the container uncompressed, or build with the feature `gzip`",
            Self::NotAnInvocation { error, .. } => error.code().remedy(),
            _ => "write the container again, in one of the six encodings, and send it unchanged",
        }
    }
}

impl Container {
    /// Reads a container in any of the six encodings, told by its first byte.
    ///
    /// # Errors
    /// When the bytes are not a container, or one over the limits.
    pub fn read(input: &[u8]) -> Result<Self, ContainerError> {
        let (&header, body) = input.split_first().ok_or(ContainerError::Empty)?;
        let encoding = Encoding::from_header(header).ok_or(ContainerError::Header { header })?;
        // Base64 of gzip of what does not compress is still under twice the limit.
        if body.len() > 2 * MAX_CONTAINER {
            return Err(ContainerError::TooLarge);
        }
        let body: Cow<'_, [u8]> = match encoding.text() {
            Text::None => body.into(),
            Text::Standard => {
                multibase::base64_padded_decode(body).map_err(|_| ContainerError::Base64)?.into()
            }
            Text::Url => core::str::from_utf8(body)
                .ok()
                .and_then(|text| multibase::base64url_decode(text).ok())
                .ok_or(ContainerError::Base64)?
                .into(),
        };
        let body = if encoding.is_compressed() { decompress(&body)?.into() } else { body };
        if body.len() > MAX_CONTAINER {
            return Err(ContainerError::TooLarge);
        }
        Self::from_cbor(&Slice::from(&*body), encoding)
    }

    fn from_cbor(bytes: &Slice, encoding: Encoding) -> Result<Self, ContainerError> {
        let view = View::parse(bytes)?;
        let mut map = view.as_map().filter(|map| map.len() == 1).ok_or(ContainerError::Shape)?;
        let list = match map.next() {
            Some((KEY, value)) => value.as_list().ok_or(ContainerError::Shape)?,
            _ => return Err(ContainerError::Shape),
        };
        if list.len() > MAX_CONTAINER_TOKENS as u64 {
            return Err(ContainerError::TooManyTokens);
        }
        let most = usize::try_from(list.len()).unwrap_or_default();
        let tokens = list.map(|token| token.as_bytes().ok_or(ContainerError::Shape));
        let tokens = HashedParts::of(bytes, most, tokens)?.ok_or(ContainerError::TooLarge)?;
        Ok(Self { tokens: Arc::new(tokens), encoding })
    }

    /// The encoding it came in.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How many different tokens it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The tokens' bytes under their CIDs, in the order of the CIDs.
    pub fn tokens(&self) -> impl Iterator<Item = (Cid, Slice)> {
        self.tokens.iter().map(|token| (token.cid(), token.bytes().clone()))
    }

    /// The bytes of one token.
    #[must_use]
    pub fn get(&self, cid: &Cid) -> Option<Slice> {
        self.hashed(cid).map(|token| token.bytes().clone())
    }

    pub(crate) fn hashed(&self, cid: &Cid) -> Option<Hashed> {
        self.tokens.get(cid)
    }

    /// Whether it holds this token.
    #[must_use]
    pub fn contains(&self, cid: &Cid) -> bool {
        self.tokens.contains(cid)
    }

    /// The tokens' CIDs, in their order.
    pub fn cids(&self) -> impl Iterator<Item = Cid> {
        self.tokens.cids()
    }

    /// The CIDs of what claims to be an invocation, revocations and receipts not counted. Nothing is decoded
    /// for it.
    pub fn invocations(&self) -> impl Iterator<Item = Cid> {
        self.tokens().filter_map(|(cid, bytes)| match envelope::peek(&bytes) {
            Some((TokenKind::Invocation, command)) if !command.is_some_and(is_reserved) => Some(cid),
            _ => None,
        })
    }

    /// What it holds of revocations: those that read as one. None of them is verified.
    pub fn revocations(&self) -> impl Iterator<Item = Revocation> {
        self.of_command(REVOKE).filter_map(|token| Revocation::read(token).ok())
    }

    /// What it holds of receipts: those that read as one. None of them is verified.
    pub fn receipts(&self) -> impl Iterator<Item = Receipt> {
        self.of_command(RECEIPT).filter_map(|token| Receipt::read(token).ok())
    }

    /// The bytes of what claims to be a revocation, whether it reads as one or not.
    pub fn revocation_tokens(&self) -> impl Iterator<Item = (Cid, Slice)> {
        self.claiming(REVOKE)
    }

    /// What claims to invoke one of this library's own commands, and decodes.
    fn of_command(&self, own: &'static str) -> impl Iterator<Item = Token<Invocation>> {
        self.claiming(own).filter_map(|(_, bytes)| Token::parse(bytes).ok())
    }

    fn claiming(&self, own: &'static str) -> impl Iterator<Item = (Cid, Slice)> {
        let claims = move |bytes: &Slice| matches!(envelope::peek(bytes), Some((TokenKind::Invocation, Some(command))) if command == own);
        self.tokens().filter(move |(_, bytes)| claims(bytes))
    }

    /// The one invocation it holds, revocations and receipts not counted. What is tagged as an invocation and
    /// does not decode counts as one: another reader might take it.
    ///
    /// # Errors
    /// When there is none, when it does not decode, or when there is more than one: then name it, with
    /// [`Container::invocation_named`].
    pub fn invocation(&self) -> Result<Token<Invocation>, ContainerError> {
        let mut invocations = self.invocations();
        let first = invocations.next().ok_or(ContainerError::NoInvocation)?;
        if invocations.next().is_some() {
            return Err(ContainerError::SeveralInvocations);
        }
        self.invocation_named(first)
    }

    /// The invocation of that CID.
    ///
    /// # Errors
    /// When it is not there, or not an invocation.
    pub fn invocation_named(&self, cid: Cid) -> Result<Token<Invocation>, ContainerError> {
        let token = self.hashed(&cid).ok_or(ContainerError::NotThere { cid })?;
        Token::parse_hashed(token, &mut Seen::new())
            .map_err(|error| ContainerError::NotAnInvocation { cid, error })
    }
}

#[cfg(feature = "gzip")]
fn decompress(bytes: &[u8]) -> Result<Vec<u8>, ContainerError> {
    super::gzip::decompress(bytes)
}

#[cfg(not(feature = "gzip"))]
fn decompress(_bytes: &[u8]) -> Result<Vec<u8>, ContainerError> {
    Err(ContainerError::GzipNotBuilt)
}
