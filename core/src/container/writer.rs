//! Writing containers.

// Requirements kept here: ctn-tokens-signed-dag-cbor, ctn-writer-no-duplicates, ctn-writer-sorted,
// ctn-cbor-then-encode.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::KEY;
use super::encoding::{Encoding, Text};
use crate::limits::{MAX_CONTAINER, MAX_CONTAINER_TOKENS};
use crate::ucan::Token;
use crate::wire::{Slice, Writer, multibase};

/// Bundles tokens. They come out sorted bytewise and once each, so that the same tokens always make the
/// same container.
#[derive(Clone, Default)]
pub struct ContainerWriter {
    /// Sorted, and each once.
    tokens: Vec<Vec<u8>>,
}

/// Why a container cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerWriteError {
    /// It would be larger than readers take.
    #[error("the container would be larger than the {MAX_CONTAINER} bytes that readers take")]
    TooLarge,
    /// It would hold more tokens than readers take.
    #[error("the container would hold more than the {MAX_CONTAINER_TOKENS} tokens that readers take")]
    TooManyTokens,
    /// This build writes no gzip.
    #[error("this build has no gzip: enable the feature `gzip`, or choose an uncompressed encoding")]
    GzipNotBuilt,
}

impl ContainerWriter {
    /// An empty bundle.
    #[must_use]
    pub const fn new() -> Self {
        Self { tokens: Vec::new() }
    }

    /// Adds a token.
    #[must_use]
    pub fn token<P>(self, token: &Token<P>) -> Self {
        self.bytes(token.as_bytes())
    }

    /// Adds a token's bytes as they are.
    #[must_use]
    pub fn bytes(mut self, token: &[u8]) -> Self {
        self.put(token);
        self
    }

    /// Adds many tokens' bytes.
    #[must_use]
    pub fn all(mut self, tokens: impl IntoIterator<Item = Slice>) -> Self {
        tokens.into_iter().for_each(|token| self.put(&token));
        self
    }

    fn put(&mut self, token: &[u8]) {
        let place = self.tokens.binary_search_by(|held| held.as_slice().cmp(token));
        // With one too many it is not written: how many more there are does not matter, and the time is kept short.
        if let Err(place) = place
            && self.tokens.len() <= MAX_CONTAINER_TOKENS
        {
            self.tokens.insert(place, token.to_vec());
        }
    }

    /// Writes the bundle.
    ///
    /// # Errors
    /// When a reader would refuse it, or this build lacks gzip.
    pub fn write(&self, encoding: Encoding) -> Result<Vec<u8>, ContainerWriteError> {
        if self.tokens.len() > MAX_CONTAINER_TOKENS {
            return Err(ContainerWriteError::TooManyTokens);
        }
        let mut writer = Writer::new();
        writer.map_head(1);
        writer.string(KEY);
        writer.list(self.tokens.iter(), |out, token| out.bytes(token));
        let cbor = writer.into_bytes();
        if cbor.len() > MAX_CONTAINER {
            return Err(ContainerWriteError::TooLarge);
        }
        let body = if encoding.is_compressed() { compress(&cbor)? } else { cbor };
        let mut out = [encoding.header()].to_vec();
        let text: Option<String> = match encoding.text() {
            Text::None => None,
            Text::Standard => Some(multibase::base64_padded_encode(&body)),
            Text::Url => Some(multibase::base64url_encode(&body)),
        };
        out.extend(text.map_or(body, String::into_bytes));
        Ok(out)
    }
}

impl fmt::Debug for ContainerWriter {
    /// Without the tokens, which may hold arguments.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContainerWriter({} tokens)", self.tokens.len())
    }
}

#[cfg(feature = "gzip")]
#[allow(clippy::unnecessary_wraps, reason = "a build without gzip refuses here")]
fn compress(bytes: &[u8]) -> Result<Vec<u8>, ContainerWriteError> {
    Ok(super::gzip::compress(bytes))
}

#[cfg(not(feature = "gzip"))]
fn compress(_bytes: &[u8]) -> Result<Vec<u8>, ContainerWriteError> {
    Err(ContainerWriteError::GzipNotBuilt)
}
