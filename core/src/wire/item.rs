//! A checked DAG-CBOR item that owns its bytes.

use core::fmt;

use super::cbor::{CborError, View};
use super::slice::Slice;

/// One strict DAG-CBOR item in shared bytes: checked once, then viewed for free.
///
/// Two items are equal when their bytes are, which for strict DAG-CBOR means: when their values are.
#[derive(Clone, PartialEq, Eq)]
pub struct Item(Slice);

impl Item {
    /// Checks that `bytes` are exactly one strict DAG-CBOR item.
    ///
    /// # Errors
    /// The first place where they are not.
    pub fn parse(bytes: impl Into<Slice>) -> Result<Self, CborError> {
        let bytes = bytes.into();
        View::parse(&bytes)?;
        Ok(Self(bytes))
    }

    /// Reads the item in place.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::of_checked(&self.0)
    }

    /// The item's bytes, shared.
    pub(crate) const fn bytes(&self) -> &Slice {
        &self.0
    }

    /// The item's bytes, shared.
    pub(crate) fn into_bytes(self) -> Slice {
        self.0
    }

    /// The item's bytes.
    #[must_use]
    pub fn as_cbor(&self) -> &[u8] {
        &self.0
    }

    /// The item that `view`, a part of this one, looks at; `None` if it looks elsewhere.
    #[must_use]
    pub fn part(&self, view: View<'_>) -> Option<Self> {
        self.part_until(view, view.after())
    }

    /// The same, where it is known what follows it.
    pub(crate) fn part_until(&self, view: View<'_>, after: View<'_>) -> Option<Self> {
        self.0.part_of(view.until(after)).map(Self)
    }

    /// The shared bytes that `inner`, borrowed from this item, covers; `None` if it lies elsewhere.
    #[must_use]
    pub fn slice(&self, inner: &[u8]) -> Option<Slice> {
        self.0.part_of(inner)
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Item({} bytes)", self.0.len())
    }
}
