//! Reading DAG-JSON.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::DagJsonError;
use super::secret::{Held, wipe};
use crate::wire::cbor::MAX_DEPTH;
use crate::wire::cid::parse_data;
use crate::wire::multibase;
use crate::wire::value::Ipld;

/// Reads one DAG-JSON value.
///
/// ```
/// use allod::wire::{Ipld, dag_json};
/// assert_eq!(dag_json::parse("1"), Ok(Ipld::Integer(1)));
/// assert_eq!(dag_json::parse("1.0"), Ok(Ipld::Float(1.0)));
/// assert!(dag_json::parse(r#"{"a": 1, "a": 2}"#).is_err());
/// ```
///
/// # Errors
/// At the first place where the text is not strict DAG-JSON.
pub fn parse(text: &str) -> Result<Ipld, DagJsonError> {
    Reader { text, at: 0, secret: false }.whole()
}

/// Reads as [`parse`] does, and leaves no copy of any string in freed memory but in what it returns,
/// which is the caller's to [`wipe`].
pub(crate) fn parse_secret(text: &str) -> Result<Ipld, DagJsonError> {
    Reader { text, at: 0, secret: true }.whole()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Whether what is not returned is wiped.
    secret: bool,
}

impl<'a> Reader<'a> {
    fn whole(mut self) -> Result<Ipld, DagJsonError> {
        let mut value = self.value(0)?;
        self.space();
        if self.at == self.text.len() {
            return Ok(value);
        }
        if self.secret {
            wipe(&mut value);
        }
        Err(DagJsonError::Trailing { at: self.at })
    }

    fn value(&mut self, depth: usize) -> Result<Ipld, DagJsonError> {
        self.space();
        match self.peek().ok_or(DagJsonError::Truncated)? {
            b'n' => self.word("null", Ipld::Null),
            b't' => self.word("true", Ipld::Bool(true)),
            b'f' => self.word("false", Ipld::Bool(false)),
            b'"' => self.string().map(Ipld::String),
            b'[' => self.list(depth),
            b'{' => self.map(depth),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.syntax()),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Ipld, DagJsonError> {
        self.enter(depth)?;
        let mut items = Held::new(Vec::new(), self.secret);
        if self.closes(b']') {
            return Ok(Ipld::List(items.release()));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.comma_or(b']')? {
                return Ok(Ipld::List(items.release()));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Ipld, DagJsonError> {
        self.enter(depth)?;
        let mut entries = Held::new(BTreeMap::new(), self.secret);
        if self.closes(b'}') {
            return Ok(Ipld::Map(entries.release()));
        }
        loop {
            self.space();
            let key = Held::new(self.string()?, self.secret);
            self.space();
            self.expect(b':')?;
            let mut value = self.value(depth + 1)?;
            if entries.contains_key(&*key) {
                if self.secret {
                    wipe(&mut value);
                }
                return Err(DagJsonError::DuplicateKey { at: self.at });
            }
            entries.insert(key.release(), value);
            if self.comma_or(b'}')? {
                return closed(entries).ok_or(DagJsonError::Reserved { at: self.at });
            }
        }
    }

    fn string(&mut self) -> Result<String, DagJsonError> {
        self.expect(b'"')?;
        // A string that grew would leave an unwiped copy behind; no escape is shorter than what it means.
        let reserve = if self.secret { self.to_quote() } else { 0 };
        let mut out = Held::new(String::with_capacity(reserve), self.secret);
        loop {
            let rest = self.rest();
            let plain =
                rest.find(|c: char| c == '"' || c == '\\' || c < ' ').ok_or(DagJsonError::Truncated)?;
            out.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.take() {
                Some(b'"') => return Ok(out.release()),
                Some(b'\\') => out.push(self.escape()?),
                _ => return Err(DagJsonError::Syntax { at: self.at - 1 }),
            }
        }
    }

    /// How many bytes of text there are before the quote that ends this string, or in all.
    fn to_quote(&self) -> usize {
        let mut escaped = false;
        let ends = |byte: &u8| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        };
        let rest = self.rest().as_bytes();
        rest.iter().position(ends).unwrap_or(rest.len())
    }

    fn escape(&mut self) -> Result<char, DagJsonError> {
        let at = self.at;
        match self.take().ok_or(DagJsonError::Truncated)? {
            b'"' => Ok('"'),
            b'\\' => Ok('\\'),
            b'/' => Ok('/'),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => {
                let high = self.unit()?;
                if let Some(single) = char::from_u32(high) {
                    return Ok(single);
                }
                // A surrogate: only the first of a pair may stand here, and the second must follow.
                if !(0xd800..0xdc00).contains(&high)
                    || self.take() != Some(b'\\')
                    || self.take() != Some(b'u')
                {
                    return Err(DagJsonError::Syntax { at });
                }
                let low = self.unit()?.checked_sub(0xdc00).filter(|low| *low < 0x400);
                low.and_then(|low| char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low))
                    .ok_or(DagJsonError::Syntax { at })
            }
            _ => Err(DagJsonError::Syntax { at }),
        }
    }

    fn unit(&mut self) -> Result<u32, DagJsonError> {
        let digits = self.rest().get(..4).ok_or(self.syntax())?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(self.syntax());
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| self.syntax())
    }

    fn number(&mut self) -> Result<Ipld, DagJsonError> {
        let at = self.at;
        let rest = self.rest();
        let end =
            rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or_default();
        self.at += end;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_at(digits.find(['.', 'e', 'E']).unwrap_or(digits.len()));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
        if !all_digits(whole) || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(DagJsonError::Syntax { at });
        }
        if fraction.is_empty() {
            let range = -(1_i128 << 64)..1 << 64;
            let integer = text.parse().ok().filter(|integer| range.contains(integer));
            return integer.map(Ipld::Integer).ok_or(DagJsonError::Number { at });
        }
        let (decimals, exponent) = match fraction.find(['e', 'E']) {
            Some(e) => (fraction.get(..e).unwrap_or_default(), fraction.get(e + 1..)),
            None => (fraction, None),
        };
        let sound = (decimals.is_empty() || decimals.strip_prefix('.').is_some_and(all_digits))
            && exponent
                .is_none_or(|exponent| all_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)));
        if !sound {
            return Err(DagJsonError::Syntax { at });
        }
        let float = to_float(text);
        if float.is_finite() { Ok(Ipld::Float(float)) } else { Err(DagJsonError::Number { at }) }
    }

    fn word(&mut self, word: &str, value: Ipld) -> Result<Ipld, DagJsonError> {
        if !self.rest().starts_with(word) {
            return Err(self.syntax());
        }
        self.at += word.len();
        Ok(value)
    }

    fn enter(&mut self, depth: usize) -> Result<(), DagJsonError> {
        if depth >= MAX_DEPTH {
            return Err(DagJsonError::TooDeep { at: self.at });
        }
        self.at += 1;
        Ok(())
    }

    /// Whether the list or map closes here, before any item.
    fn closes(&mut self, close: u8) -> bool {
        self.space();
        let closes = self.peek() == Some(close);
        self.at += usize::from(closes);
        closes
    }

    /// After an item: `true` at the closing bracket, `false` at a comma.
    fn comma_or(&mut self, close: u8) -> Result<bool, DagJsonError> {
        self.space();
        match self.take() {
            Some(b',') => Ok(false),
            Some(byte) if byte == close => Ok(true),
            Some(_) => Err(DagJsonError::Syntax { at: self.at - 1 }),
            None => Err(DagJsonError::Truncated),
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), DagJsonError> {
        match self.peek() {
            Some(found) if found == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.syntax()),
            None => Err(DagJsonError::Truncated),
        }
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn syntax(&self) -> DagJsonError {
        DagJsonError::Syntax { at: self.at }
    }
}

#[cfg(feature = "tables")]
fn to_float(text: &str) -> f64 {
    // The text is checked: it always parses.
    text.parse().unwrap_or(f64::NAN)
}

#[cfg(not(feature = "tables"))]
fn to_float(text: &str) -> f64 {
    super::float::parse(text)
}

/// A map, or the link or bytes that it spells; `None` where `"/"` is used for anything else.
fn closed(entries: Held<BTreeMap<String, Ipld>>) -> Option<Ipld> {
    match entries.get("/") {
        None => Some(Ipld::Map(entries.release())),
        Some(inner) if entries.len() == 1 => reserved(inner),
        Some(_) => None,
    }
}

/// The link or the bytes that a map with the one key `"/"` spells.
fn reserved(inner: &Ipld) -> Option<Ipld> {
    match inner {
        Ipld::String(text) => parse_data(text).map(Ipld::Link),
        Ipld::Map(inner) if inner.len() == 1 => match inner.get("bytes")? {
            Ipld::String(text) => multibase::base64_decode(text).ok().map(Ipld::Bytes),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is reserved for a secret string has to be enough: text that grew leaves a copy behind.
    #[test]
    fn the_quote_that_ends_a_string_is_found_past_escaped_ones() {
        for (text, length) in [
            ("\"", 0),
            ("a\"", 1),
            (r#"ab"c"#, 2),
            (r#"ab\"c"d"#, 5),
            (r#"ab\\"c"#, 4),
            (r#"\\\"ab"c"#, 6),
            ("no end", 6),
        ] {
            assert_eq!(Reader { text, at: 0, secret: true }.to_quote(), length, "{text}");
        }
    }
}
