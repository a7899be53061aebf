//! Glob patterns: `*` stands for any run of characters, everything else for itself.

// Requirements kept here: pol-like-only-star, pol-like-star-escaped, pol-like-zero-or-more,
// pol-like-spec-matches, pol-like-spec-mismatches, pol-like-dot-literal, allod-glob-backslash,
// allod-glob-linear.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

/// A checked pattern of `like`.
///
/// `*` matches any run of characters, line breaks and the empty run included; `\*` is an asterisk and
/// `\\` a backslash; everything else is itself. The whole text must match. (UCAN delegation, "Glob
/// Matching"; decision 18.)
///
/// ```
/// use allod::ucan::policy::Pattern;
/// let pattern = Pattern::parse(r"Alice\*, Bob*, Carol.")?;
/// assert!(pattern.matches("Alice*, Bob, Dan, Erin, Carol."));
/// assert!(!pattern.matches("Alice Cooper, Bob, Carol."));
/// # Ok::<(), allod::ucan::policy::PatternError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pattern<'a>(&'a [u8]);

/// Why a text is not a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// A backslash before anything but `*` or `\`, or at the end.
    #[error("the backslash at byte {at} escapes nothing: a pattern escapes only \\* and \\\\")]
    Escape {
        /// Where the backslash stands, a byte offset.
        at: usize,
    },
}

impl<'a> Pattern<'a> {
    /// Checks a pattern.
    ///
    /// # Errors
    /// At the first backslash that escapes neither an asterisk nor a backslash.
    pub fn parse(text: &'a str) -> Result<Self, PatternError> {
        Self::check(text.as_bytes())?;
        Ok(Self(text.as_bytes()))
    }

    /// Whether a text, given as bytes, is a pattern.
    pub(super) fn check(text: &[u8]) -> Result<(), PatternError> {
        let mut bytes = text.iter().enumerate();
        while let Some((at, byte)) = bytes.next() {
            if *byte == b'\\' && !matches!(bytes.next(), Some((_, b'*' | b'\\'))) {
                return Err(PatternError::Escape { at });
            }
        }
        Ok(())
    }

    /// A pattern of a policy that was checked.
    pub(super) const fn checked(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// The pattern as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        // Read from text.
        match core::str::from_utf8(self.0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// Whether the whole of `text` matches, in time linear in the two lengths.
    #[must_use]
    pub fn matches(self, text: &str) -> bool {
        self.matches_bytes(text.as_bytes())
    }

    /// The same, of a text given as bytes.
    pub(super) fn matches_bytes(self, text: &[u8]) -> bool {
        let (first, pattern) = literal(self.0);
        let Some(after_star) = pattern else {
            return *unescaped(first) == *text;
        };
        // The first and the last literal have their places; those between are taken where they come
        // first, which leaves the most for the rest.
        let Some(text) = text.strip_prefix(&*unescaped(first)) else {
            return false;
        };
        let (mut piece, mut more) = literal(after_star);
        if more.is_none() {
            return text.ends_with(&unescaped(piece));
        }
        // Only searching takes a text, which is what it was read from, cut where a letter begins.
        let Ok(mut text) = core::str::from_utf8(text) else {
            return false;
        };
        while let Some(after_star) = more {
            let Some(after) = after_first(text, &unescaped(piece)) else {
                return false;
            };
            text = after;
            (piece, more) = literal(after_star);
        }
        text.as_bytes().ends_with(&unescaped(piece))
    }

    /// Whether there is an asterisk that stands for any run.
    #[must_use]
    pub fn has_wildcard(self) -> bool {
        literal(self.0).1.is_some()
    }

    /// Whether every text matches: nothing but asterisks.
    #[must_use]
    pub fn matches_everything(self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|byte| *byte == b'*')
    }

    /// What matching costs, in units of work.
    pub(super) const fn cost(pattern: &[u8], text: &[u8]) -> usize {
        pattern.len().saturating_mul(PATTERN_BYTE).saturating_add(text.len())
    }
}

/// A byte of a pattern may begin a search, or escape another, which costs more than a byte of text.
const PATTERN_BYTE: usize = 4;

impl fmt::Display for Pattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Pattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.as_str())
    }
}

/// The literal up to the first wildcard, as it is written, and what follows the wildcard.
fn literal(pattern: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut bytes = pattern.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'*' => return (pattern.get(..at).unwrap_or_default(), pattern.get(at + 1..)),
            _ => {}
        }
    }
    (pattern, None)
}

/// What follows the first place where `piece`, itself a text, stands in `text`.
fn after_first<'t>(text: &'t str, piece: &[u8]) -> Option<&'t str> {
    let at = match piece {
        // Setting up a search costs more than finding one letter.
        // mutants: delete match arm [letter] in after_first: both ways find the same place, one of them sooner.
        [letter] => text.bytes().position(|byte| byte == *letter)?,
        _ => text.find(core::str::from_utf8(piece).ok()?)?,
    };
    text.get(at + piece.len()..)
}

/// A literal without the backslashes that escape.
fn unescaped(written: &[u8]) -> Cow<'_, [u8]> {
    if !written.contains(&b'\\') {
        return Cow::Borrowed(written);
    }
    let mut plain = Vec::with_capacity(written.len());
    let mut bytes = written.iter().copied();
    while let Some(byte) = bytes.next() {
        plain.extend(if byte == b'\\' { bytes.next() } else { Some(byte) });
    }
    Cow::Owned(plain)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
    use super::*;

    /// By the definition, one character at a time, over all prefixes.
    fn by_table(pattern: &str, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let mut reached = vec![false; text.len() + 1];
        reached[0] = true;
        let mut letters = pattern.chars();
        while let Some(letter) = letters.next() {
            if letter == '*' {
                for at in 1..reached.len() {
                    reached[at] |= reached[at - 1];
                }
                continue;
            }
            let literal = if letter == '\\' { letters.next().unwrap() } else { letter };
            for at in (1..reached.len()).rev() {
                reached[at] = reached[at - 1] && text[at - 1] == literal;
            }
            reached[0] = false;
        }
        reached[text.len()]
    }

    #[test]
    fn agrees_with_the_definition_on_random_patterns() {
        let mut random = Random::new(1);
        let mut matched = 0;
        for _ in 0..200_000 {
            let pattern: String = (0..random.below(9))
                .map(|_| *random.pick(&["*", "*", "a", "b", "é", "\n", "\\*", "\\\\", "ab", "aa"]))
                .collect();
            let text: String =
                (0..random.below(10)).map(|_| *random.pick(&["a", "a", "b", "é", "*", "\\", "\n"])).collect();
            let expected = by_table(&pattern, &text);
            assert_eq!(Pattern::parse(&pattern).unwrap().matches(&text), expected, "{pattern:?} {text:?}");
            matched += u32::from(expected);
        }
        assert!(matched > 5_000, "the cases are worth something: {matched}");
    }

    #[test]
    fn the_examples_of_the_delegation_text() {
        let pattern = Pattern::parse(r"Alice\*, Bob*, Carol.").unwrap();
        for text in [
            "Alice*, Bob, Carol.",
            "Alice*, Bob, Dan, Erin, Carol.",
            "Alice*, Bob  , Carol.",
            "Alice*, Bob*, Carol.",
        ] {
            assert!(pattern.matches(text), "{text}");
        }
        for text in [
            "Alice*, Bob, Carol",
            "Alice*, Bob*, Carol!",
            "Alice, Bob, Carol.",
            "Alice Cooper, Bob, Carol.",
            " Alice*, Bob, Carol. ",
        ] {
            assert!(!pattern.matches(text), "{text}");
        }
    }

    #[test]
    fn only_two_escapes_exist() {
        for (text, at) in [("\\", 0), ("a\\", 1), ("\\n", 0), ("\\?", 0), ("\\\\\\", 2), ("\\é", 0)] {
            assert_eq!(Pattern::parse(text), Err(PatternError::Escape { at }), "{text}");
        }
        for text in ["", "*", "?", "[a-z]", "\\*", "\\\\", "\\\\*", ".+"] {
            assert!(Pattern::parse(text).is_ok(), "{text}");
        }
        assert!(!Pattern::parse("?").unwrap().matches("a"));
        assert!(Pattern::parse("").unwrap().matches(""));
        assert!(!Pattern::parse("").unwrap().matches("a"));
    }

    #[test]
    fn the_ends_may_not_share_characters() {
        assert!(!Pattern::parse("aba*aba").unwrap().matches("aba"));
        assert!(!Pattern::parse("ab*ba").unwrap().matches("aba"));
        assert!(Pattern::parse("aba*aba").unwrap().matches("abaaba"));
    }

    #[test]
    fn wildcards_are_seen_through_escapes() {
        let pattern = |text| Pattern::parse(text).unwrap();
        assert!(!pattern(r"\*").has_wildcard());
        assert!(pattern(r"\\*").has_wildcard());
        assert!(pattern("***").matches_everything());
        assert!(!pattern("").matches_everything());
        assert!(!pattern(r"\*").matches_everything());
    }
}
