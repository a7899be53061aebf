//! Bytes in, facts out: strict DAG-CBOR, CIDs, multibase, varints and DAG-JSON.
//!
//! This is the only room that touches encoded bytes. It knows nothing of identities or tokens.
//! Whatever it accepts would re-encode to the very same bytes, so that one meaning has one spelling
//! and a hash of the spelling names the meaning.

pub mod cbor;
pub mod cid;
pub mod dag_json;
pub(crate) mod hashed;
pub mod item;
pub(crate) mod keyed;
pub mod multibase;
pub(crate) mod quoted;
pub mod slice;
pub mod value;
pub mod varint;

pub use self::cbor::{CborError, Kind, View, Writer};
pub use self::cid::{Cid, CidError};
pub(crate) use self::hashed::{Hashed, HashedParts};
pub use self::item::Item;
pub(crate) use self::keyed::Keyed;
pub(crate) use self::quoted::Quoted;
pub use self::slice::Slice;
pub(crate) use self::slice::Span;
pub use self::value::{Ipld, ValueError};
