//! Commands: what a capability lets one do.

// Requirements kept here: core-cmd-lowercase, core-cmd-leading-slash, core-cmd-separator,
// core-cmd-no-trailing-slash, core-cmd-prefix-segments, core-cmd-top, dlg-cmd-path.

use core::fmt;
use core::str::FromStr;

use crate::wire::Slice;

/// A command such as `/photos/read`: slash-separated segments, each covering all below it.
///
/// It starts with a slash, has no empty segment, no trailing slash (but for `/` itself, which covers
/// everything) and no ASCII capital; other scripts are taken as they are (UCAN 1.0 "Segment
/// Structure"). Comparison is byte by byte.
///
/// ```
/// use allod::Command;
/// let photos: Command = "/photos".parse()?;
/// assert!(photos.covers(&"/photos/read".parse()?));
/// assert!(!photos.covers(&"/photosynthesis".parse()?));
/// # Ok::<(), allod::CommandError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Command(Slice);

/// Why a text is not a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// It does not start with `/`.
    #[error("a command starts with a slash")]
    NoLeadingSlash,
    /// It ends with `/`.
    #[error("a command does not end with a slash")]
    TrailingSlash,
    /// It has `//`.
    #[error("a command has no empty segment")]
    EmptySegment,
    /// It has an ASCII capital.
    #[error("a command has no capital letters")]
    Uppercase,
    /// The bytes are not UTF-8.
    #[error("a command is UTF-8 text")]
    NotUtf8,
}

impl Command {
    /// Reads a command from shared bytes, without copying them.
    pub(crate) fn from_slice(slice: Slice) -> Result<Self, CommandError> {
        if !slice.is_ascii() {
            core::str::from_utf8(&slice).map_err(|_| CommandError::NotUtf8)?;
        }
        check(&slice)?;
        Ok(Self(slice))
    }

    /// One of this library's own commands.
    pub(crate) fn own(text: &'static str) -> Self {
        debug_assert!(check(text.as_bytes()).is_ok());
        Self(Slice::from(text.as_bytes()))
    }

    /// `/`: everything, now and in future.
    #[must_use]
    pub fn top() -> Self {
        Self(Slice::from(&b"/"[..]))
    }

    /// Whether this is `/`. It can be delegated, never invoked.
    #[must_use]
    pub fn is_top(&self) -> bool {
        *self.0 == *b"/"
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Checked when it was made.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The segments; none for `/`.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.as_str().split('/').filter(|segment| !segment.is_empty())
    }

    /// Whether a capability for this command proves `other`: the same command, or one below it.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.is_top()
            || other.0.strip_prefix(&*self.0).is_some_and(|below| below.is_empty() || below.starts_with(b"/"))
    }

    /// Whether this library keeps the command to itself: revocations (`/ucan/revoke`) and receipts and other
    /// assertions (`/ucan/assert` and all below it). A decision may cover them; no handler is for them.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        is_reserved(self.as_str())
    }
}

/// The same, of a text that claims to be a command.
pub(crate) fn is_reserved(command: &str) -> bool {
    matches!(command, "/ucan/revoke" | "/ucan/assert") || command.starts_with("/ucan/assert/")
}

fn check(text: &[u8]) -> Result<(), CommandError> {
    let path = text.strip_prefix(b"/").ok_or(CommandError::NoLeadingSlash)?;
    if path.is_empty() {
        return Ok(());
    }
    let (mut before, mut empty, mut upper) = (b'/', false, false);
    for &byte in path {
        empty |= before == b'/' && byte == b'/';
        upper |= byte.is_ascii_uppercase();
        before = byte;
    }
    if empty {
        return Err(CommandError::EmptySegment);
    }
    if before == b'/' {
        return Err(CommandError::TrailingSlash);
    }
    if upper {
        return Err(CommandError::Uppercase);
    }
    Ok(())
}

impl FromStr for Command {
    type Err = CommandError;

    fn from_str(text: &str) -> Result<Self, CommandError> {
        check(text.as_bytes())?;
        Ok(Self(Slice::from(text.as_bytes())))
    }
}

impl TryFrom<&str> for Command {
    type Error = CommandError;

    fn try_from(text: &str) -> Result<Self, CommandError> {
        text.parse()
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn syntax() {
        for good in ["/", "/crud", "/crud/create", "/foo/bar/baz/qux/quux", "/ほげ/ふが", "/É/x", "/a-b_c.d"]
        {
            assert_eq!(good.parse::<Command>().unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("", CommandError::NoLeadingSlash),
            ("crud", CommandError::NoLeadingSlash),
            ("//", CommandError::EmptySegment),
            ("/a//b", CommandError::EmptySegment),
            ("/a//b//c", CommandError::EmptySegment),
            ("/A//b/", CommandError::EmptySegment),
            ("/A/", CommandError::TrailingSlash),
            ("/a/", CommandError::TrailingSlash),
            ("/A", CommandError::Uppercase),
            ("/AB", CommandError::Uppercase),
            ("/crud/Create", CommandError::Uppercase),
        ] {
            assert_eq!(bad.parse::<Command>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn covering_goes_by_segments() {
        let covers = |a: &str, b: &str| a.parse::<Command>().unwrap().covers(&b.parse().unwrap());
        assert!(covers("/", "/a") && covers("/", "/") && covers("/a", "/a") && covers("/a", "/a/b/c"));
        assert!(!covers("/a", "/") && !covers("/a/b", "/a") && !covers("/crypto", "/cryptocurrency"));
        assert!(!covers("/a", "/b"));
    }
}
