//! A look at the beginning of bytes that nobody has checked.

use super::CborError;
use super::head::{self, BYTES, LIST, MAP, TEXT};

/// Reads item after item from the front, as long as they are what the caller expects. It proves nothing of
/// what follows; it is for telling what bytes claim to be before paying for a check of all of them.
pub(crate) struct Peek<'a>(&'a [u8]);

impl<'a> Peek<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The length of a list that begins here; its items come next.
    pub(crate) fn list(&mut self) -> Option<u64> {
        self.head(LIST)
    }

    /// The length of a map that begins here; its entries come next.
    pub(crate) fn map(&mut self) -> Option<u64> {
        self.head(MAP)
    }

    /// A byte string.
    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.head(BYTES)?;
        self.take(length)
    }

    /// A text string.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.head(TEXT)?;
        core::str::from_utf8(self.take(length)?).ok()
    }

    fn head(&mut self, major: u8) -> Option<u64> {
        let head = head::read::<CborError>(self.0, 0).ok().filter(|head| head.major == major)?;
        self.0 = head.rest;
        Some(head.argument)
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}
