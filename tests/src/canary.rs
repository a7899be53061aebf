//! Something that must not be seen, and the ways in which it could be.

use data_encoding::{BASE64, BASE64URL};

/// How many bytes in a row count as seen: what is shown cut short is shown all the same.
const PART: usize = 8;

/// Looks for some bytes, or for any eight of them in a row, in every common spelling; in base58, where a part
/// is not spelled as it is within the whole, for all of them.
pub struct Canary {
    spellings: Vec<(&'static str, String)>,
}

impl Canary {
    /// What is looked for: printable ASCII, so that it also goes where only text does.
    ///
    /// # Panics
    /// When it is not, or is shorter than eight bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        assert!(bytes.len() >= PART && bytes.iter().all(u8::is_ascii_graphic));
        let mut spellings = vec![
            ("base58", bs58(bytes)),
            // As private keys stand in multibase, after their multicodec.
            ("base58 as an Ed25519 key", bs58(&[&[0x80, 0x26], bytes].concat())),
            ("base58 as a P-256 key", bs58(&[&[0x86, 0x26], bytes].concat())),
            ("base58 as a secp256k1 key", bs58(&[&[0x81, 0x26], bytes].concat())),
        ];
        for part in bytes.windows(PART) {
            let each =
                |write: fn(u8) -> String| part.iter().map(|byte| write(*byte)).collect::<Vec<_>>().join(",");
            spellings.push(("text", String::from_utf8_lossy(part).into_owned()));
            spellings.push(("hex", hex::encode(part)));
            spellings.push(("hex", hex::encode_upper(part)));
            spellings.push(("a list of numbers", each(|byte| byte.to_string())));
            spellings.push(("a list of hex", each(|byte| format!("{byte:02x}"))));
            spellings.push(("a list of hex", each(|byte| format!("{byte:#04x}"))));
            for before in 0..3 {
                spellings
                    .push(("base64", within(&BASE64.encode(&[&[0; 2][..before], part].concat()), before)));
                spellings.push((
                    "base64url",
                    within(&BASE64URL.encode(&[&[0; 2][..before], part].concat()), before),
                ));
            }
        }
        Self { spellings }
    }

    /// How it is spelled in the text, if it is there. White space within does not hide it.
    #[must_use]
    pub fn seen_in(&self, text: &str) -> Option<&'static str> {
        let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let seen = |(_, spelling): &&(&str, String)| text.contains(spelling) || dense.contains(spelling);
        self.spellings.iter().find(seen).map(|(name, _)| *name)
    }

    /// # Panics
    /// When it is in the text.
    #[track_caller]
    pub fn is_not_in(&self, what: &str, text: &str) {
        if let Some(spelling) = self.seen_in(text) {
            panic!("{what} shows it, as {spelling}: {text}");
        }
    }
}

/// The characters of a base64 that stand for the bytes alone, with `before` bytes of something else before
/// them and anything behind.
fn within(base64: &str, before: usize) -> String {
    let whole = (before + PART) * 8 / 6;
    base64[(before * 8).div_ceil(6)..whole].to_owned()
}

/// Bytes in hex, for tests that have no other use for a crate.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

fn bs58(bytes: &[u8]) -> String {
    allod::wire::multibase::base58btc_encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: &[u8; 32] = b"kT7#qV2!xW9@zR4$mB6%nC8^pD1&sF3*";

    #[test]
    fn it_is_found_in_each_spelling_whole_or_in_part() {
        let canary = Canary::new(BYTES);
        for (before, after) in [("", ""), ("a", "b"), ("ab", ""), ("abc", "zz")] {
            for part in [&BYTES[..], &BYTES[3..14]] {
                let all = [before.as_bytes(), part, after.as_bytes()].concat();
                for text in [
                    String::from_utf8(all.clone()).unwrap(),
                    format!("{all:?}"),
                    format!("{all:#?}"),
                    format!("{all:02x?}"),
                    hex::encode(&all),
                    hex::encode_upper(&all),
                    BASE64.encode(&all),
                    BASE64URL.encode(&all),
                    data_encoding::BASE64URL_NOPAD.encode(&all),
                ] {
                    assert!(canary.seen_in(&text).is_some(), "{text}");
                }
            }
        }
        assert_eq!(canary.seen_in(&bs58(BYTES)), Some("base58"));
    }

    #[test]
    fn what_is_something_else_is_not_taken_for_it() {
        let canary = Canary::new(BYTES);
        for text in ["", "SigningKey(Ed25519, secret)", "kT7#qV2", "[0, 0, 0, 0, 0, 0, 0, 0]"] {
            assert_eq!(canary.seen_in(text), None, "{text}");
        }
    }
}
