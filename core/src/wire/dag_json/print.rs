//! Writing DAG-JSON.

use alloc::string::String;
use core::fmt::{self, Write};

use super::DagJsonError;
use crate::wire::cbor::{Kind, View};
use crate::wire::cid;
use crate::wire::multibase::base64_encode;
use crate::wire::value::{Ipld, encode};

/// Writes a value as compact DAG-JSON.
///
/// # Errors
/// [`DagJsonError::NoForm`] where the value has no DAG-CBOR form, or a map uses the key `"/"`, which
/// DAG-JSON keeps for links and bytes.
pub fn to_string(value: &Ipld) -> Result<String, DagJsonError> {
    let bytes = encode(value).map_err(|_| DagJsonError::NoForm)?;
    let view = View::parse(&bytes).map_err(|_| DagJsonError::NoForm)?;
    if uses_reserved_key(view) {
        return Err(DagJsonError::NoForm);
    }
    Ok(print(view))
}

/// Prints a checked item as compact DAG-JSON, reading it in place. Keys stand in DAG-CBOR's order.
///
/// This is for showing: a map that uses the key `"/"` is printed as it is, and would not be read back
/// as a map.
#[must_use]
pub fn print(view: View<'_>) -> String {
    let mut out = String::new();
    // A `String` takes whatever is written to it.
    let _infallible = write_view(&mut out, view);
    out
}

pub(crate) fn write_view(out: &mut impl Write, view: View<'_>) -> fmt::Result {
    match view.kind() {
        Kind::Null => out.write_str("null"),
        Kind::Bool(value) => write!(out, "{value}"),
        Kind::Integer(value) => write_integer(out, value),
        // `Debug` keeps the point or the exponent that tells a float from an integer.
        #[cfg(feature = "tables")]
        Kind::Float(value) => write!(out, "{value:?}"),
        #[cfg(not(feature = "tables"))]
        Kind::Float(value) => out.write_str(&super::shortest::print(value)),
        Kind::String(value) => write_string(out, value),
        Kind::Bytes(value) => write!(out, "{{\"/\":{{\"bytes\":\"{}\"}}}}", base64_encode(value)),
        Kind::Link(bytes) => write!(out, "{{\"/\":\"{}\"}}", cid::text(bytes)),
        Kind::List(items) => {
            out.write_char('[')?;
            for (index, item) in items.enumerate() {
                comma(out, index)?;
                write_view(out, item)?;
            }
            out.write_char(']')
        }
        Kind::Map(entries) => {
            out.write_char('{')?;
            for (index, (key, value)) in entries.enumerate() {
                comma(out, index)?;
                write_string(out, key)?;
                out.write_char(':')?;
                write_view(out, value)?;
            }
            out.write_char('}')
        }
    }
}

/// Of the integers that DAG-CBOR has, only −2⁶⁴ takes more than 64 bits: what prints 128 of them is not needed.
fn write_integer(out: &mut impl Write, value: i128) -> fmt::Result {
    if value < 0 {
        out.write_char('-')?;
    }
    match u64::try_from(value.unsigned_abs()) {
        Ok(digits) => write!(out, "{digits}"),
        Err(_) => out.write_str("18446744073709551616"),
    }
}

fn comma(out: &mut impl Write, index: usize) -> fmt::Result {
    if index == 0 { Ok(()) } else { out.write_char(',') }
}

fn write_string(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

fn uses_reserved_key(view: View<'_>) -> bool {
    match view.kind() {
        Kind::List(mut items) => items.any(uses_reserved_key),
        Kind::Map(mut entries) => entries.any(|(key, value)| key == "/" || uses_reserved_key(value)),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::wire::dag_json::parse;

    #[test]
    fn a_map_that_would_read_as_a_link_is_not_written_however_deep_it_is() {
        let map = |key: &str, value| Ipld::Map([(alloc::string::String::from(key), value)].into());
        let reserved = || map("/", Ipld::Null);
        for value in [reserved(), Ipld::List(alloc::vec![Ipld::Null, reserved()]), map("a", reserved())] {
            assert_eq!(to_string(&value), Err(DagJsonError::NoForm));
        }
    }

    #[test]
    fn values_come_back_as_they_went() {
        for text in [
            "null",
            "true",
            "-1",
            "18446744073709551615",
            "-18446744073709551616",
            "1.0",
            "-0.5",
            "1e300",
            "5e-324",
            r#""a\"b\\c\n\u0001é😀""#,
            "[]",
            "{}",
            r#"[1,[2.5,{"a":null}]]"#,
            r#"{"/":{"bytes":"aGVsbG8"}}"#,
            r#"{"/":"bafkqabiaaebagba"}"#,
        ] {
            assert_eq!(to_string(&parse(text).unwrap()).unwrap(), text, "{text}");
        }
        assert_eq!(parse(r#""\ud83d\ude00\/""#), Ok(Ipld::String("😀/".into())));
        assert_eq!(parse(" { \"b\" : 1 , \"a\" : [ ] } "), parse(r#"{"a":[],"b":1}"#));
    }

    #[test]
    fn what_other_parsers_guess_at_is_refused() {
        for text in [
            "",
            " ",
            "nul",
            "tru",
            "[1,]",
            "[1",
            "{\"a\"}",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "1 2",
            "\"",
            "\"\n\"",
            r#""\x""#,
            r#""\u12""#,
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83dA""#,
            r#"{"a":1,"a":1}"#,
            "18446744073709551616",
            "-18446744073709551617",
            "1e999",
            "NaN",
            "Infinity",
            r#"{"/":1}"#,
            r#"{"/":"nope"}"#,
            r#"{"/":{"bytes":"aGVsbG8="}}"#,
            r#"{"/":{"bytes":"aGVsbG9"}}"#,
            r#"{"/":"bafkqabiaaebagba","a":1}"#,
            r#"{"/":"https://x/ipfs/bafkqabiaaebagba"}"#,
            r#"{"/":"/ipfs/bafkqabiaaebagba"}"#,
            r#"{"/":"bafkqabiaaebaGBA"}"#,
            "\u{feff}1",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse(&nested(64)).is_ok());
        assert_eq!(parse(&nested(65)), Err(DagJsonError::TooDeep { at: 64 }));
        assert_eq!(parse(&"[".repeat(1_000_000)), Err(DagJsonError::TooDeep { at: 64 }));
    }

    #[test]
    fn the_reserved_key_has_no_form() {
        let value = Ipld::Map([("/".into(), Ipld::Integer(1))].into());
        assert_eq!(to_string(&value), Err(DagJsonError::NoForm));
    }
}
