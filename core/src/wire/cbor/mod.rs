//! Strict DAG-CBOR: one spelling per value, checked once, then read in place.
//!
//! [`View::parse`] walks the bytes once and refuses whatever would not re-encode to the same bytes:
//! longer lengths than needed, indefinite lengths, unsorted or repeated keys, floats that are not
//! 64 bits wide or not finite, tags other than 42, non-canonical links, trailing bytes
//! (UCAN 1.0 "Encoding"; decision 6). Afterwards a [`View`] reads values where they lie: nothing is
//! copied and no memory is allocated, whatever lengths the input claims.

// Requirements kept here: core-dag-cbor-signed, vsig-canonical-before-check, vsig-validated-before-verify,
// vsig-mismatch-signalled, vsig-canonical-enforced, allod-cbor-shortest, allod-cbor-definite,
// allod-cbor-keys, allod-cbor-floats, allod-cbor-tags, allod-cbor-utf8, allod-cbor-no-trailing,
// allod-limit-depth, allod-alloc-claimed.

mod check;
mod head;
mod peek;
mod small;
mod view;
mod write;

pub(super) use self::check::key_order;
pub(crate) use self::peek::Peek;
pub(crate) use self::view::Part;
pub use self::view::{Kind, List, Map, View};
pub use self::write::Writer;

pub use crate::limits::MAX_DEPTH;

/// Why bytes are not one strict DAG-CBOR item. Positions are byte offsets into the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CborError {
    /// The input ends inside an item, or claims more than it holds.
    #[error("the input ends inside the item at byte {at}")]
    Truncated {
        /// Where the unfinished item begins.
        at: usize,
    },
    /// Bytes follow the item.
    #[error("bytes follow the end of the item, at byte {at}")]
    Trailing {
        /// Where the surplus begins.
        at: usize,
    },
    /// A length or number that has a shorter spelling.
    #[error("the number or length at byte {at} is not in its shortest spelling")]
    NotShortest {
        /// Where the item begins.
        at: usize,
    },
    /// An indefinite length, which DAG-CBOR does not have.
    #[error("the item at byte {at} has an indefinite length")]
    Indefinite {
        /// Where the item begins.
        at: usize,
    },
    /// A CBOR feature outside DAG-CBOR: another tag, another simple value, a reserved width.
    #[error("the item at byte {at} is CBOR, but not DAG-CBOR")]
    NotDagCbor {
        /// Where the item begins.
        at: usize,
    },
    /// A float that is not 64 bits wide, or is not finite.
    #[error("the float at byte {at} is not a finite 64-bit float")]
    Float {
        /// Where the item begins.
        at: usize,
    },
    /// A string that is not UTF-8.
    #[error("the string at byte {at} is not UTF-8")]
    NotUtf8 {
        /// Where the item begins.
        at: usize,
    },
    /// A map key that is not a string.
    #[error("the map key at byte {at} is not a string")]
    KeyNotString {
        /// Where the key begins.
        at: usize,
    },
    /// Map keys out of DAG-CBOR's order (shorter first, then bytewise).
    #[error("the map key at byte {at} is out of order")]
    KeyOrder {
        /// Where the key begins.
        at: usize,
    },
    /// The same map key twice.
    #[error("the map key at byte {at} stands there twice")]
    DuplicateKey {
        /// Where the second one begins.
        at: usize,
    },
    /// A link that is not a canonical CID behind one zero byte.
    #[error("the link at byte {at} is not a canonical CID")]
    Link {
        /// Where the link begins.
        at: usize,
    },
    /// Lists and maps nested deeper than [`MAX_DEPTH`].
    #[error("the item at byte {at} is nested deeper than {MAX_DEPTH} levels")]
    TooDeep {
        /// Where the item begins.
        at: usize,
    },
}
