//! DAG-JSON: how people write values and read them.
//!
//! The reader is strict where common JSON parsers guess: a key given twice is refused, not decided by
//! position; so are numbers that do not fit, lone surrogates, and anything after the value. Links are
//! `{"/": "<cid>"}`, bytes `{"/": {"bytes": "<base64, unpadded>"}}`; a number with a point or an
//! exponent is a float, any other an integer (IPLD DAG-JSON specification).

// Requirements kept here: core-other-encodings-converted, allod-json-strict.

#[cfg(any(test, not(feature = "tables")))]
mod big;
#[cfg(any(test, not(feature = "tables")))]
mod float;
mod parse;
mod print;
mod secret;
#[cfg(any(test, not(feature = "tables")))]
mod shortest;

use super::cbor::MAX_DEPTH;

pub use self::parse::parse;
pub(crate) use self::parse::parse_secret;
pub(crate) use self::print::write_view;
pub use self::print::{print, to_string};
pub(crate) use self::secret::wipe;

/// Why a text is not DAG-JSON, or a value has no DAG-JSON form. Positions are byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DagJsonError {
    /// Not JSON at this place.
    #[error("the text is not JSON at byte {at}")]
    Syntax {
        /// Where.
        at: usize,
    },
    /// The text ends inside a value.
    #[error("the text ends before the value does")]
    Truncated,
    /// Something follows the value.
    #[error("something follows the value, at byte {at}")]
    Trailing {
        /// Where.
        at: usize,
    },
    /// A key stands twice in one map.
    #[error("a key stands twice in the map that ends at byte {at}")]
    DuplicateKey {
        /// Where the map's second use of the key ends.
        at: usize,
    },
    /// A number out of DAG-CBOR's range, or not finite.
    #[error("the number at byte {at} does not fit: integers go from -2^64 to 2^64-1, floats are finite")]
    Number {
        /// Where.
        at: usize,
    },
    /// A `"/"` key that makes neither a link nor bytes.
    #[error("the map that ends at byte {at} uses the key \"/\", which is kept for links and bytes")]
    Reserved {
        /// Where.
        at: usize,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("the value at byte {at} is nested deeper than {MAX_DEPTH} levels")]
    TooDeep {
        /// Where.
        at: usize,
    },
    /// The value holds what DAG-JSON or DAG-CBOR has no form for.
    #[error("the value has no DAG-JSON form")]
    NoForm,
}
