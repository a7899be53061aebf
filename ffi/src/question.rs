//! What is structured, on its way in and out: DAG-JSON or DAG-CBOR.

// Requirements kept here: allod-ffi-questions.

use core::ffi::c_void;
use std::collections::BTreeMap;

use allod::Ipld;
use allod::wire::{Cid, Item, View, dag_json, value};
use allod::{Did, Timestamp};
use allod_crossing::{Fault, Fields, Input};

use crate::bytes::AllodBytes;
use crate::pointer::{bytes, maybe_bytes};

/// Structured values as text, in DAG-JSON.
pub const ALLOD_DAG_JSON: u32 = 0;

/// Structured values as bytes, in DAG-CBOR.
pub const ALLOD_DAG_CBOR: u32 = 1;

/// The form in which something structured is to be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Cbor,
}

impl Format {
    pub(crate) fn of(number: u32) -> Result<Self, Fault> {
        match number {
            ALLOD_DAG_JSON => Ok(Self::Json),
            ALLOD_DAG_CBOR => Ok(Self::Cbor),
            _ => Err(Fault::argument("format", "ALLOD_DAG_JSON or ALLOD_DAG_CBOR")),
        }
    }

    /// In DAG-JSON a map with the key "/" has no form. Written all the same, it would be read as bytes or a link, which a
    /// policy has not looked at.
    pub(crate) fn bytes(self, value: &Ipld) -> Result<Vec<u8>, Fault> {
        Ok(match self {
            Self::Cbor => value::encode(value)?,
            Self::Json => match dag_json::to_string(value) {
                Ok(text) => text.into_bytes(),
                Err(error) => return Err(Fault::new("ValueError", "no-json", &error)),
            },
        })
    }

    pub(crate) fn view(self, view: View<'_>) -> Result<Vec<u8>, Fault> {
        match self {
            Self::Cbor => Ok(view.as_cbor().to_vec()),
            Self::Json => self.bytes(&value::from_view(view)),
        }
    }

    pub(crate) fn give(self, value: &Ipld) -> Result<*mut AllodBytes, Fault> {
        Ok(AllodBytes::give(&self.bytes(value)?))
    }
}

/// A structured value, in either form: maps and lists, told apart by their first byte. No text of JSON begins as a map or
/// list of CBOR does.
pub(crate) fn item(bytes: &[u8]) -> Result<Item, Fault> {
    if matches!(bytes.first(), Some(0x80..=0xbf)) {
        return Ok(Item::parse(bytes)?);
    }
    // A number of CBOR may look like one of JSON: the other begins with a bracket, whatever it is.
    if !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[') | None) {
        let said = "a map or a list is expected, in DAG-JSON or DAG-CBOR";
        return Err(Fault::new("ArgumentError", "bad-argument", &said));
    }
    let text = str::from_utf8(bytes)
        .map_err(|_| Fault::new("ArgumentError", "bad-utf8", &"a value in DAG-JSON is not UTF-8"))?;
    Ok(Item::parse(value::encode(&dag_json::parse(text)?)?)?)
}

/// A question: a map with none but these fields.
pub(crate) unsafe fn question(
    name: &str,
    data: *const c_void,
    len: usize,
    fields: &[&str],
) -> Result<Input, Fault> {
    // SAFETY: the caller's contract is this function's.
    read(unsafe { bytes(name, data, len) }?, fields)
}

/// As [`question`], where nothing is asked by NULL.
pub(crate) unsafe fn maybe_question(
    name: &str,
    data: *const c_void,
    len: usize,
    fields: &[&str],
) -> Result<Input, Fault> {
    // SAFETY: the caller's contract is this function's.
    let given = unsafe { maybe_bytes(name, data, len) }?;
    read(given.unwrap_or(b"{}"), fields)
}

fn read(bytes: &[u8], fields: &[&str]) -> Result<Input, Fault> {
    let input = Input::from(item(bytes)?);
    let asked = input.fields().only(fields)?;
    if let Some(limits) = asked.get("limits") {
        Fields::of(limits).only(&allod_crossing::decide::LIMITS)?;
    }
    if let Some(out) = asked.get("out") {
        Fields::of(out).only(&["ok", "error"])?;
    }
    Ok(input)
}

/// A map that grows by names.
#[derive(Default)]
pub(crate) struct Map(BTreeMap<String, Ipld>);

impl Map {
    pub(crate) fn with(mut self, name: &str, value: impl Into<Ipld>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// `null` where there is none: so that what there can be is always named.
    pub(crate) fn maybe<T: Into<Ipld>>(self, name: &str, value: Option<T>) -> Self {
        let value = value.map_or(Ipld::Null, Into::into);
        self.with(name, value)
    }

    pub(crate) fn done(self) -> Ipld {
        Ipld::Map(self.0)
    }
}

/// A list of what each becomes.
pub(crate) fn list<T>(items: impl IntoIterator<Item = T>, each: impl FnMut(T) -> Ipld) -> Ipld {
    Ipld::List(items.into_iter().map(each).collect())
}

#[allow(clippy::needless_pass_by_value, reason = "most often a reference")]
pub(crate) fn text(value: impl ToString) -> Ipld {
    Ipld::String(value.to_string())
}

pub(crate) fn cid(value: &Cid) -> Ipld {
    text(value)
}

pub(crate) fn did(value: &Did) -> Ipld {
    text(value)
}

pub(crate) fn time(value: Timestamp) -> Ipld {
    Ipld::Integer(value.as_seconds().into())
}

pub(crate) fn count(value: usize) -> Ipld {
    Ipld::Integer(i128::try_from(value).unwrap_or(i128::MAX))
}

/// Seconds since 1970, as C has them.
pub(crate) fn seconds(name: &str, value: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_seconds(value)
        .map_err(|_| Fault::argument(name, "a time within ±(2^53 - 1) seconds of 1970"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_map_that_would_be_read_as_bytes_or_a_link_is_not_written_in_json() {
        let map = |key: &str, value| Ipld::Map([(key.to_owned(), value)].into());
        let bytes = map("/", map("bytes", Ipld::String("AQI".to_owned())));
        for value in
            [map("a", bytes.clone()), Ipld::List(vec![bytes]), map("/", Ipld::String("b".to_owned()))]
        {
            assert_eq!(Format::Json.bytes(&value).unwrap_err().class(), "ValueError");
            let cbor = Format::Cbor.bytes(&value).unwrap();
            assert!(Format::Json.view(View::parse(&cbor).unwrap()).is_err());
            assert_eq!(value::from_view(item(&cbor).unwrap().view()), value);
        }
    }
}
