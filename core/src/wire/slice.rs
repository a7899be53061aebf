//! A shared piece of received bytes.

use alloc::sync::Arc;
use core::fmt;
use core::ops::{Deref, Range};

/// A piece of an immutable, shared byte buffer. Cloning copies no bytes.
///
/// A token keeps what it received in one buffer; its policy, arguments and metadata are slices of it,
/// so that decoding allocates nothing in proportion to its input.
#[derive(Clone)]
pub struct Slice {
    buffer: Arc<[u8]>,
    start: u32,
    end: u32,
}

/// Where a part of a [`Slice`] lies in it.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Slice {
    /// The whole of `buffer`; at most its first 4 GiB, which no limit of this crate comes near.
    #[must_use]
    pub fn whole(buffer: Arc<[u8]>) -> Self {
        let end = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        Self { buffer, start: 0, end }
    }

    /// A part of this slice; `None` where the range is not within it.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Option<Self> {
        self.get(range.clone())?;
        let start = u32::try_from(range.start).ok()?.checked_add(self.start)?;
        let end = u32::try_from(range.end).ok()?.checked_add(self.start)?;
        Some(Self { buffer: Arc::clone(&self.buffer), start, end })
    }

    /// The part of this slice that `inner`, borrowed from it, covers; `None` if it lies elsewhere.
    #[must_use]
    pub fn part_of(&self, inner: &[u8]) -> Option<Self> {
        let span = self.span_of(inner)?;
        let (start, end) = (span.start.checked_add(self.start)?, span.end.checked_add(self.start)?);
        Some(Self { buffer: Arc::clone(&self.buffer), start, end })
    }

    /// Where `inner`, borrowed from this slice, lies in it; `None` if it lies elsewhere.
    pub(crate) fn span_of(&self, inner: &[u8]) -> Option<Span> {
        let start = (inner.as_ptr() as usize).checked_sub(self.as_ptr() as usize)?;
        let end = start.checked_add(inner.len()).filter(|end| *end <= self.len())?;
        Some(Span { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
    }

    /// What lies there.
    pub(crate) fn at(&self, span: Span) -> &[u8] {
        self.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

impl Deref for Slice {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // The constructors keep the range within the buffer.
        self.buffer.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl From<alloc::vec::Vec<u8>> for Slice {
    fn from(bytes: alloc::vec::Vec<u8>) -> Self {
        Self::whole(bytes.into())
    }
}

impl From<&[u8]> for Slice {
    fn from(bytes: &[u8]) -> Self {
        Self::whole(bytes.into())
    }
}

impl AsRef<[u8]> for Slice {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl PartialEq for Slice {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Slice {}

impl fmt::Debug for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes may be arguments: a log should not hold them unasked.
        write!(f, "Slice({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stays_within_its_slice() {
        let slice = Slice::from(&b"hello world"[..]);
        let world = slice.part(6..11);
        assert_eq!(world.as_deref(), Some(&b"world"[..]));
        assert_eq!(world.and_then(|w| w.part(1..6)), None);
        #[allow(clippy::reversed_empty_ranges, reason = "what a careless caller might hand in")]
        let backwards = slice.part(7..6);
        assert_eq!(backwards, None);
        assert_eq!(slice.part_of(slice.get(2..4).unwrap_or_default()).as_deref(), Some(&b"ll"[..]));
        assert_eq!(slice.part_of(b"elsewhere"), None);
        let inner = slice.part(2..9).unwrap_or_else(|| slice.clone());
        for (start, end) in [(0, 7), (0, 0), (3, 5), (7, 7)] {
            let covered = inner.get(start..end).unwrap_or_default();
            assert_eq!(inner.part_of(covered).as_deref(), Some(covered));
            assert_eq!(inner.span_of(covered).map(|span| inner.at(span)), Some(covered));
        }
        // Bytes of the same buffer, before, behind, and over the end.
        for elsewhere in [0..1, 10..11, 8..10] {
            let elsewhere = slice.get(elsewhere).unwrap_or_default();
            assert!(inner.part_of(elsewhere).is_none() && inner.span_of(elsewhere).is_none());
        }
    }
}
