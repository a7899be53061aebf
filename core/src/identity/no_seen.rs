//! Where size counts, DIDs are read anew each time.

use super::did::{Did, DidError};

/// Remembers nothing. Public in name only, as what stands in its place elsewhere.
pub struct Seen;

impl Seen {
    /// As where something is remembered.
    pub(crate) const fn new() -> Self {
        Self
    }

    /// Reads a DID whose text was found to be UTF-8 before.
    #[allow(clippy::unused_self, reason = "as where something is remembered")]
    pub(crate) fn read(&mut self, text: &[u8]) -> Result<Did, DidError> {
        Did::parse(core::str::from_utf8(text).unwrap_or_default())
    }
}
