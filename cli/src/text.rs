//! Text from strangers, made safe to look at.
//!
//! A character that does not show, or that changes how others show, is written as an escape: terminals obey
//! control characters, and bidirectional overrides make a text read as another.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with every character that does not show written as `\n`, `\t` or `\u{…}`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    replace(text, |out, c| {
        let _infallible = match c {
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            _ => write!(out, "\\u{{{:x}}}", u32::from(c)),
        };
    })
}

/// JSON text, with the same characters as `\uXXXX`: the data stay the same, and a terminal is safe.
pub(crate) fn escape_json(json: &str) -> Cow<'_, str> {
    replace(json, |out, c| {
        // Line feeds and spaces between tokens are JSON's own; inside strings they are escaped already.
        if c == '\n' {
            return out.push(c);
        }
        // Between tokens they are JSON's own as well, and a space says the same.
        if matches!(c, '\t' | '\r') {
            return out.push(' ');
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _infallible = write!(out, "\\u{unit:04x}");
        }
    })
}

fn replace(text: &str, mut hidden: impl FnMut(&mut String, char)) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            hidden(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Controls, bidirectional and other format characters, spaces that are not the space, fillers, variation
/// selectors, tags, private use and noncharacters.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(u32::from(c),
            0x00AD | 0x034F | 0x0600..=0x0605 | 0x061C | 0x06DD | 0x070F | 0x0890..=0x0891 | 0x08E2
            | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
            | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xE000..=0xF8FF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFFB | 0x110BD | 0x110CD | 0x13430..=0x13440 | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A | 0xE0000..=0x10_FFFF)
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Bytes as lowercase hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _infallible = write!(out, "{byte:02x}");
    }
    out
}

/// The bytes of hex digits in either case; `None` where the text is not hex.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// A number of things, with their name in the singular.
pub(crate) fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_show_is_escaped_and_the_rest_is_left_alone() {
        assert_eq!(escape("/fotos/пляж 海 é"), "/fotos/пляж 海 é");
        assert_eq!(escape("a\u{202e}b\u{1b}[31m\n"), "a\\u{202e}b\\u{1b}[31m\\n");
        assert_eq!(escape("a\u{a0}b\u{200b}\u{e0041}\u{feff}"), "a\\u{a0}b\\u{200b}\\u{e0041}\\u{feff}");
    }

    #[test]
    fn escaped_json_is_the_same_data() {
        let json = "{\n  \"a\u{202e}\u{e0041}\": 1\n}";
        assert_eq!(escape_json(json), "{\n  \"a\\u202e\\udb40\\udc41\": 1\n}");
    }

    #[test]
    fn hex_goes_both_ways() {
        assert_eq!(unhex("00fFa1"), Some(vec![0, 255, 161]));
        assert_eq!(hex(&[0, 255, 161]), "00ffa1");
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("+1"), None);
    }
}
