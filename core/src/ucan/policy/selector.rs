//! Selectors: which value of the arguments a statement speaks of.

// Requirements kept here: pol-sel-features, pol-sel-dot, pol-sel-no-double-dot,
// pol-sel-optional-idempotent, pol-sel-no-jq-extras, allod-policy-strict-parse.

use core::fmt;

/// A checked selector such as `.to[0]` or `.["odd key"]?`.
///
/// It begins with a dot. Then follow segments, with or without a dot before a bracket: `.name` (ASCII
/// letters, digits, `_`, `-`, and anything beyond ASCII), `["any key"]` with `\"` and `\\` as its only
/// escapes, `[0]` and `[-1]`, `[a:b]`, `[a:]` and `[:b]`, and `[]` for all values. A `?` after a segment
/// makes `null` of what is not there; more of them change nothing. (UCAN delegation, "Selectors";
/// decision 16.)
///
/// ```
/// use allod::ucan::policy::{Selector, SelectorError};
/// assert!(Selector::parse(".to[-1].email?").is_ok());
/// assert_eq!(Selector::parse("to"), Err(SelectorError::NoLeadingDot));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Selector<'a>(&'a [u8]);

/// Why a text is not a selector. Positions are byte offsets into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// It does not begin with a dot.
    #[error("a selector begins with a dot: write `.name` or `.[0]`")]
    NoLeadingDot,
    /// Two dots in a row.
    #[error("two dots in a row at byte {at}: write one")]
    TwoDots {
        /// Where the second stands.
        at: usize,
    },
    /// A dot at the end.
    #[error("the dot at the end, at byte {at}, selects nothing: leave it out")]
    TrailingDot {
        /// Where.
        at: usize,
    },
    /// A `?` that follows no segment.
    #[error("the `?` at byte {at} follows no segment: put it after a name or a bracket")]
    OptionalNothing {
        /// Where.
        at: usize,
    },
    /// A character that does not belong where it stands.
    #[error("unexpected character at byte {at}: write other keys than plain names as [\"key\"]")]
    Unexpected {
        /// Where.
        at: usize,
    },
    /// A bracket that is not closed.
    #[error("the bracket at byte {at} is not closed: add `]`")]
    Unclosed {
        /// Where it opens.
        at: usize,
    },
    /// A bracket that holds no key, index, or slice.
    #[error("the bracket at byte {at} holds no \"key\", whole number, or slice like 1:3")]
    Bracket {
        /// Where it opens.
        at: usize,
    },
    /// `[:]`, which is not a slice of this language.
    #[error("the slice at byte {at} has no end at all: write [] for all values, or give one end")]
    WholeSlice {
        /// Where it opens.
        at: usize,
    },
    /// A backslash in a key before anything but `"` or `\`.
    #[error("unknown escape at byte {at}: a key escapes only \\\" and \\\\")]
    Escape {
        /// Where the backslash stands.
        at: usize,
    },
}

/// One segment, and whether `?` follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) what: What<'a>,
    pub(super) optional: bool,
}

/// What a segment selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    Key(Key<'a>),
    Index(i64),
    Slice(Option<i64>, Option<i64>),
    Values,
}

/// A map key as it is written, escapes and all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key<'a> {
    written: &'a [u8],
    escapes: usize,
}

impl<'a> Selector<'a> {
    /// Checks a selector.
    ///
    /// # Errors
    /// At the first place where the text leaves the grammar.
    pub fn parse(text: &'a str) -> Result<Self, SelectorError> {
        Self::check(text.as_bytes())?;
        Ok(Self(text.as_bytes()))
    }

    /// Whether a text, given as bytes, is a selector.
    pub(super) fn check(text: &[u8]) -> Result<(), SelectorError> {
        if plain_name(text).is_some() {
            return Ok(());
        }
        let mut reader = Reader { text, at: 0 };
        if !text.starts_with(b".") {
            return Err(SelectorError::NoLeadingDot);
        }
        if text != b"." {
            while reader.at < text.len() {
                reader.segment()?;
            }
        }
        Ok(())
    }

    /// A selector of a policy that was checked.
    pub(super) const fn checked(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// The selector as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        // Read from text.
        match core::str::from_utf8(self.0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// The length of its text in bytes.
    pub(super) const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether this is `.`: the whole value.
    #[must_use]
    pub fn is_identity(self) -> bool {
        self.0 == b"."
    }

    /// What reading the selector costs, given the length of its text in bytes, in units of work.
    pub(super) const fn cost(length: usize) -> usize {
        length.saturating_mul(3)
    }

    /// Whether some value makes this select nothing: whether a segment stands without `?`.
    #[must_use]
    pub fn may_be_missing(self) -> bool {
        self.segments().any(|segment| !segment.optional)
    }

    /// The key, where the selector is a dot and a name. `None` says nothing.
    #[inline]
    pub(super) fn plain_key(self) -> Option<Key<'a>> {
        plain_name(self.0).map(|written| Key { written, escapes: 0 })
    }

    /// The segments, read one at a time.
    pub(super) fn segments(self) -> impl Iterator<Item = Segment<'a>> {
        let at = usize::from(self.is_identity());
        let mut reader = Reader { text: self.0, at };
        core::iter::from_fn(move || {
            if reader.at >= reader.text.len() {
                return None;
            }
            // The text was checked, so no segment is refused.
            reader.segment().ok()
        })
    }
}

impl fmt::Display for Selector<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Selector<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Selector({:?})", self.as_str())
    }
}

impl Key<'_> {
    /// The key's length in bytes, without the backslashes that escape.
    pub(super) const fn len(&self) -> usize {
        self.written.len() - self.escapes
    }

    /// The key's bytes.
    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> {
        let mut written = self.written.iter().copied();
        core::iter::from_fn(move || match written.next()? {
            b'\\' => written.next(),
            byte => Some(byte),
        })
    }

    /// The key, where it can be had as it is written.
    pub(super) fn plain(&self) -> Option<&[u8]> {
        (self.escapes == 0).then_some(self.written)
    }
}

/// Most selectors are a dot and a name: the name, if this is one. Where size counts, it is read as any selector.
#[inline]
fn plain_name(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'.', name @ ..] if cfg!(feature = "tables") && !name.is_empty() => {
            name.iter().all(|byte| is_of_name(*byte)).then_some(name)
        }
        _ => None,
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn segment(&mut self) -> Result<Segment<'a>, SelectorError> {
        let dotted = self.take(b'.');
        let what = if self.peek() == Some(b'[') { self.bracket()? } else { What::Key(self.name(dotted)?) };
        let optional = self.take(b'?');
        while self.take(b'?') {}
        Ok(Segment { what, optional })
    }

    fn name(&mut self, dotted: bool) -> Result<Key<'a>, SelectorError> {
        let at = self.at;
        let rest = self.rest();
        let length = rest.iter().position(|byte| !is_of_name(*byte)).unwrap_or(rest.len());
        if length == 0 || !dotted {
            return Err(match rest.first() {
                None => SelectorError::TrailingDot { at: at.saturating_sub(1) },
                Some(b'.') => SelectorError::TwoDots { at },
                Some(b'?') => SelectorError::OptionalNothing { at },
                Some(_) => SelectorError::Unexpected { at },
            });
        }
        self.at += length;
        Ok(Key { written: rest.get(..length).unwrap_or_default(), escapes: 0 })
    }

    fn bracket(&mut self) -> Result<What<'a>, SelectorError> {
        let open = self.at;
        self.at += 1;
        if self.take(b'"') {
            let key = self.quoted(open)?;
            return if self.take(b']') {
                Ok(What::Key(key))
            } else if self.rest().is_empty() {
                Err(SelectorError::Unclosed { at: open })
            } else {
                Err(SelectorError::Unexpected { at: self.at })
            };
        }
        let rest = self.rest();
        let length =
            rest.iter().position(|byte| *byte == b']').ok_or(SelectorError::Unclosed { at: open })?;
        let inside = rest.get(..length).unwrap_or_default();
        self.at += length + 1;
        let colon = inside.iter().position(|byte| *byte == b':');
        match colon.and_then(|colon| inside.split_at_checked(colon)) {
            None if inside.is_empty() => Some(What::Values),
            None => number(inside).map(What::Index),
            Some(([], [_])) => return Err(SelectorError::WholeSlice { at: open }),
            Some((from, [_])) => number(from).map(|from| What::Slice(Some(from), None)),
            Some(([], [_, to @ ..])) => number(to).map(|to| What::Slice(None, Some(to))),
            Some((from, [_, to @ ..])) => {
                number(from).zip(number(to)).map(|(from, to)| What::Slice(Some(from), Some(to)))
            }
            // The colon is there.
            Some((_, [])) => None,
        }
        .ok_or(SelectorError::Bracket { at: open })
    }

    /// After the opening quotation mark, up to and with the closing one.
    fn quoted(&mut self, open: usize) -> Result<Key<'a>, SelectorError> {
        let start = self.at;
        let mut escapes = 0;
        loop {
            let stop = self.rest().iter().position(|byte| matches!(byte, b'"' | b'\\'));
            self.at += stop.ok_or(SelectorError::Unclosed { at: open })?;
            if self.take(b'"') {
                return Ok(Key { written: self.text.get(start..self.at - 1).unwrap_or_default(), escapes });
            }
            let at = self.at;
            self.at += 1;
            if !self.take(b'"') && !self.take(b'\\') {
                return Err(SelectorError::Escape { at });
            }
            escapes += 1;
        }
    }

    /// Moves past this byte, which is ASCII, where it is next.
    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }
}

/// Whether a byte can stand in a name. What is not ASCII can, byte by byte.
const fn of_name(byte: u8) -> bool {
    !byte.is_ascii() || byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

#[cfg(not(feature = "tables"))]
const fn is_of_name(byte: u8) -> bool {
    of_name(byte)
}

#[cfg(feature = "tables")]
#[inline]
fn is_of_name(byte: u8) -> bool {
    static OF_NAME: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < table.len() {
            #[allow(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "it is below 256")]
            {
                table[byte] = of_name(byte as u8);
            }
            byte += 1;
        }
        table
    };
    OF_NAME.get(usize::from(byte)).is_some_and(|is| *is)
}

/// A whole number in ASCII digits, perhaps negative. Beyond 64 bits it is cut, which is beyond any list.
fn number(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits
        .iter()
        .fold(0_i64, |size, digit| size.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    Some(if digits.len() < text.len() { -size } else { size })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn the_grammar_takes() {
        for text in [
            ".",
            ".a",
            ".a_b-9",
            ".0",
            ".-",
            ".é",
            ".名前",
            ".a.b",
            ".a?",
            ".a???",
            ".a?.b",
            ".[]",
            ".[]?",
            ".[0]",
            ".[-1]",
            ".[-0]",
            ".[007]",
            ".[99999999999999999999999]",
            ".[1:2]",
            ".[1:]",
            ".[:2]",
            ".[-2:-1]",
            ".a[0]",
            ".a.[0]",
            ".a[0][1]",
            ".a[0]b".replace('b', ".b").as_str(),
            r#".["key"]"#,
            r#".[""]"#,
            r#".["a b"]?"#,
            r#".["a]b.c?[\"\\"]"#,
            ".[\"\n\u{0}\"]",
            r#".a["b"].c"#,
        ] {
            assert!(Selector::parse(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn the_grammar_refuses() {
        use SelectorError::*;
        for (text, error) in [
            ("", NoLeadingDot),
            ("a", NoLeadingDot),
            ("[0]", NoLeadingDot),
            (" .a", NoLeadingDot),
            ("?", NoLeadingDot),
            ("..", TwoDots { at: 1 }),
            (".a..b", TwoDots { at: 3 }),
            (".a..[0]", TwoDots { at: 3 }),
            (".a.", TrailingDot { at: 2 }),
            (".[0].", TrailingDot { at: 4 }),
            (".a.?", OptionalNothing { at: 3 }),
            (".?", OptionalNothing { at: 1 }),
            (".?a", OptionalNothing { at: 1 }),
            (".a ", Unexpected { at: 2 }),
            (".a\n", Unexpected { at: 2 }),
            (".$", Unexpected { at: 1 }),
            (".a|b", Unexpected { at: 2 }),
            (".[0]a", Unexpected { at: 4 }),
            (".a?b", Unexpected { at: 3 }),
            (r#".a"b""#, Unexpected { at: 2 }),
            (".[", Unclosed { at: 1 }),
            (".[0", Unclosed { at: 1 }),
            (r#".["a"#, Unclosed { at: 1 }),
            (r#".["a""#, Unclosed { at: 1 }),
            (r#".["a"b]"#, Unexpected { at: 5 }),
            (r#".["a" ]"#, Unexpected { at: 5 }),
            (".[a]", Bracket { at: 1 }),
            (".['a']", Bracket { at: 1 }),
            (".[ 0]", Bracket { at: 1 }),
            (".[+1]", Bracket { at: 1 }),
            (".[-]", Bracket { at: 1 }),
            (".[--1]", Bracket { at: 1 }),
            (".[1.0]", Bracket { at: 1 }),
            (".[٣]", Bracket { at: 1 }),
            (".[1:2:3]", Bracket { at: 1 }),
            (".[1,2]", Bracket { at: 1 }),
            (".[:]", WholeSlice { at: 1 }),
            (r#".["\n"]"#, Escape { at: 3 }),
            (r#".["\u0041"]"#, Escape { at: 3 }),
            (r#".["\é"]"#, Escape { at: 3 }),
        ] {
            assert_eq!(Selector::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(Selector::parse("."), Ok(Selector(b".")));
    }

    #[test]
    fn segments_are_what_is_written() {
        let segments = |text| Selector::parse(text).unwrap().segments().collect::<Vec<_>>();
        assert_eq!(segments("."), []);
        assert_eq!(segments(".a.[0]"), segments(".a[0]"));
        assert_eq!(segments(".a???"), segments(r#".["a"]?"#));
        assert_eq!(segments(".[-0]"), segments(".[0]"));
        assert_eq!(
            segments(".[-99999999999999999999:007]"),
            [Segment { what: What::Slice(Some(-i64::MAX), Some(7)), optional: false }]
        );
        let escaped = segments(r#".["\"\\x"]"#);
        let What::Key(key) = escaped[0].what else { panic!() };
        assert_eq!(key.bytes().collect::<Vec<_>>(), br#""\x"#);
        assert_eq!(key.len(), 3);
        assert_eq!(key.plain(), None);
        let unescaped = segments(".x")[0].what;
        assert!(matches!(unescaped, What::Key(key) if key.plain() == Some(b"x")));
    }

    #[test]
    fn a_dot_and_a_name_are_read_at_once_and_nothing_else_is() {
        let mut random = Random::new(3);
        let mut plain = 0;
        for _ in 0..20_000 {
            let pieces = [".", "a", "Z9", "_-", "\u{e9}", "?", "[0]", "[\"a\"]", " ", "$", "[", "{"];
            let text: String = (0..random.below(4)).map(|_| *random.pick(&pieces)).collect();
            let text = if random.below(4) > 0 { format!(".{text}") } else { text };
            let mut reader = Reader { text: text.as_bytes(), at: 0 };
            let first = reader.segment();
            let expected = match first {
                Ok(Segment { what: What::Key(key), optional: false }) if reader.at == text.len() => {
                    key.plain().filter(|name| text.as_bytes().ends_with(name)).map(<[u8]>::to_vec)
                }
                _ => None,
            };
            let found = Selector(text.as_bytes()).plain_key();
            let found = found.as_ref().and_then(Key::plain).map(<[u8]>::to_vec);
            assert_eq!(found, expected.clone().filter(|_| cfg!(feature = "tables")), "{text}");
            plain += usize::from(expected.is_some());
        }
        assert!((1000..10_000).contains(&plain), "{plain}");
    }

    #[test]
    fn only_optional_segments_are_never_missing() {
        for (text, may) in [(".", false), (".a?", false), (".a?.b?", false), (".a.b?", true), (".a?.b", true)]
        {
            assert_eq!(Selector::parse(text).unwrap().may_be_missing(), may, "{text}");
        }
    }
}
