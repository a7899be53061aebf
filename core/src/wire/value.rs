//! The owned IPLD value: what people build arguments and policies from.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A CID of any configuration, as it may stand in data.
pub use cid::Cid as DataCid;
pub use ipld_core::ipld;
pub use ipld_core::ipld::Ipld;

use super::cbor::{CborError, Kind, MAX_DEPTH, View, Writer};

/// Why a value has no DAG-CBOR form, or bytes no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// The bytes are not strict DAG-CBOR.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// DAG-CBOR has integers from −2⁶⁴ to 2⁶⁴ − 1.
    #[error("the integer is outside the range of DAG-CBOR")]
    IntegerRange,
    /// DAG-CBOR has no NaN and no infinity.
    #[error("the float is not finite")]
    FloatNotFinite,
    /// Deeper than [`MAX_DEPTH`].
    #[error("the value is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// The link is not a canonical CID with a digest of at most 64 bytes.
    #[error("the link is not a canonical CID with a digest of at most 64 bytes")]
    Link,
    /// The type has no form in IPLD, or the value not the form of the type.
    #[error("the value does not fit its type; the reason is told to whoever asks for it")]
    Serde(Misfit),
}

/// How a value and its type do not fit each other, in the words of serde.
///
/// They may quote the value, which may be an argument: neither `Debug` nor an error that holds this shows
/// them.
#[derive(Clone, PartialEq, Eq)]
pub struct Misfit(String);

impl Misfit {
    /// The reason. It may quote the value.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Misfit")
    }
}

/// Writes a value as DAG-CBOR.
///
/// # Errors
/// When the value holds what DAG-CBOR has no form for.
pub fn encode(value: &Ipld) -> Result<Vec<u8>, ValueError> {
    let mut writer = Writer::new();
    write(&mut writer, value, 0)?;
    Ok(writer.into_bytes())
}

/// Reads a value from strict DAG-CBOR.
///
/// The value takes many times the memory of its bytes (over a hundred bytes for each item): where the
/// bytes are a stranger's, read them in place with [`View`] instead.
///
/// # Errors
/// When the bytes are not exactly one strict DAG-CBOR item.
pub fn decode(bytes: &[u8]) -> Result<Ipld, ValueError> {
    Ok(from_view(View::parse(bytes)?))
}

/// The owned form of a checked item.
#[must_use]
pub fn from_view(view: View<'_>) -> Ipld {
    match view.kind() {
        Kind::Null => Ipld::Null,
        Kind::Bool(value) => Ipld::Bool(value),
        Kind::Integer(value) => Ipld::Integer(value),
        Kind::Float(value) => Ipld::Float(value),
        Kind::Bytes(value) => Ipld::Bytes(value.to_vec()),
        Kind::String(value) => Ipld::String(value.into()),
        Kind::List(items) => Ipld::List(items.map(from_view).collect()),
        Kind::Map(entries) => {
            let mut map = BTreeMap::new();
            for (key, value) in entries {
                map.insert(key.into(), from_view(value));
            }
            Ipld::Map(map)
        }
        // A checked link is a CID that this type holds.
        Kind::Link(bytes) => super::cid::data(bytes).map_or(Ipld::Null, Ipld::Link),
    }
}

/// Turns a serde type into an IPLD value.
///
/// # Errors
/// When the type has no form in IPLD (a map with keys that are not strings, say).
pub fn to_ipld<T: Serialize>(value: T) -> Result<Ipld, ValueError> {
    ipld_core::serde::to_ipld(value).map_err(|error| ValueError::Serde(Misfit(error.to_string())))
}

/// Turns an IPLD value into a serde type.
///
/// # Errors
/// When the value does not have the form of the type.
pub fn from_ipld<T: DeserializeOwned>(value: Ipld) -> Result<T, ValueError> {
    ipld_core::serde::from_ipld(value).map_err(|error| ValueError::Serde(Misfit(error.to_string())))
}

fn write(writer: &mut Writer, value: &Ipld, depth: usize) -> Result<(), ValueError> {
    match value {
        Ipld::Null => writer.null(),
        Ipld::Bool(value) => writer.bool(*value),
        Ipld::Integer(value) => {
            if !writer.wide_integer(*value) {
                return Err(ValueError::IntegerRange);
            }
        }
        Ipld::Float(value) => {
            if !writer.float(*value) {
                return Err(ValueError::FloatNotFinite);
            }
        }
        Ipld::Bytes(value) => writer.bytes(value),
        Ipld::String(value) => writer.string(value),
        Ipld::Link(cid) => {
            let bytes = super::cid::data_bytes(cid);
            if !super::cid::is_canonical(&bytes) {
                return Err(ValueError::Link);
            }
            writer.link(&bytes);
        }
        Ipld::List(items) => {
            enter(depth)?;
            writer.list_head(items.len() as u64);
            items.iter().try_for_each(|item| write(writer, item, depth + 1))?;
        }
        Ipld::Map(entries) => {
            enter(depth)?;
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_unstable_by(|(a, _), (b, _)| super::cbor::key_order(a.as_bytes(), b.as_bytes()));
            writer.map_head(sorted.len() as u64);
            for (key, value) in sorted {
                writer.string(key);
                write(writer, value, depth + 1)?;
            }
        }
    }
    Ok(())
}

fn enter(depth: usize) -> Result<(), ValueError> {
    if depth >= MAX_DEPTH { Err(ValueError::TooDeep) } else { Ok(()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn serde_types_cross_both_ways() {
        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        struct Photo {
            album: String,
            size: u32,
            tags: Vec<String>,
        }
        let photo = Photo { album: "summer".into(), size: 3, tags: alloc::vec!["sea".into()] };
        let bytes = encode(&to_ipld(&photo).unwrap()).unwrap();
        assert_eq!(from_ipld::<Photo>(decode(&bytes).unwrap()).unwrap(), photo);
    }

    #[test]
    fn what_dag_cbor_has_no_form_for_is_refused() {
        assert_eq!(encode(&Ipld::Float(f64::NAN)), Err(ValueError::FloatNotFinite));
        assert_eq!(encode(&Ipld::Integer(1 << 64)), Err(ValueError::IntegerRange));
        let deep = |levels: usize| (0..levels).fold(Ipld::Null, |inner, _| Ipld::List(alloc::vec![inner]));
        assert_eq!(encode(&deep(MAX_DEPTH + 1)), Err(ValueError::TooDeep));
        assert_eq!(decode(&encode(&deep(MAX_DEPTH)).unwrap()).unwrap(), deep(MAX_DEPTH));
    }
}
