//! Glob patterns: `*` stands for any run of characters, everything else for itself.

// Requirements kept here: pol-like-only-star, pol-like-star-escaped, pol-like-zero-or-more,
// pol-like-spec-matches, pol-like-spec-mismatches, pol-like-dot-literal, allod-glob-backslash,
// allod-glob-linear.

use alloc::borrow::Cow;
use alloc::string::String;
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
pub struct Pattern<'a>(&'a str);

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
        let mut bytes = text.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            if byte == b'\\' && !matches!(bytes.next(), Some((_, b'*' | b'\\'))) {
                return Err(PatternError::Escape { at });
            }
        }
        Ok(Self(text))
    }

    /// A pattern of a policy that was checked.
    pub(super) const fn checked(text: &'a str) -> Self {
        Self(text)
    }

    /// The pattern as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether the whole of `text` matches, in time linear in the two lengths.
    #[must_use]
    pub fn matches(self, text: &str) -> bool {
        let (first, mut pattern) = literal(self.0);
        let Some(after_star) = pattern else {
            return unescaped(first) == text;
        };
        // The first and the last literal have their places; those between are taken where they come
        // first, which leaves the most for the rest.
        let Some(mut text) = text.strip_prefix(&*unescaped(first)) else {
            return false;
        };
        let mut rest = after_star;
        loop {
            let (piece, more) = literal(rest);
            pattern = more;
            let Some(after_star) = pattern else {
                return text.ends_with(&*unescaped(piece));
            };
            let Some(after) = after_first(text, &unescaped(piece)) else {
                return false;
            };
            text = after;
            rest = after_star;
        }
    }

    /// Whether there is an asterisk that stands for any run.
    #[must_use]
    pub fn has_wildcard(self) -> bool {
        literal(self.0).1.is_some()
    }

    /// Whether every text matches: nothing but asterisks.
    #[must_use]
    pub fn matches_everything(self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte == b'*')
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
        f.write_str(self.0)
    }
}

impl fmt::Debug for Pattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.0)
    }
}

/// The literal up to the first wildcard, as it is written, and what follows the wildcard.
fn literal(pattern: &str) -> (&str, Option<&str>) {
    let mut bytes = pattern.bytes().enumerate();
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

/// What follows the first place where `piece` stands in `text`.
fn after_first<'t>(text: &'t str, piece: &str) -> Option<&'t str> {
    let mut letters = piece.chars();
    let at = match (letters.next(), letters.next()) {
        // Setting up a search costs more than finding one letter.
        // mutants: delete match arm (Some(letter), None) in after_first: both ways find the same place, one
        // of them sooner.
        (Some(letter), None) => text.find(letter)?,
        _ => text.find(piece)?,
    };
    text.get(at + piece.len()..)
}

/// A literal without the backslashes that escape.
fn unescaped(written: &str) -> Cow<'_, str> {
    if !written.contains('\\') {
        return Cow::Borrowed(written);
    }
    let mut plain = String::with_capacity(written.len());
    let mut letters = written.chars();
    while let Some(letter) = letters.next() {
        plain.extend(if letter == '\\' { letters.next() } else { Some(letter) });
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
