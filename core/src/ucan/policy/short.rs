//! Values shown to people: DAG-JSON, cut where it gets long.

use core::fmt::{self, Write};

use super::resolve::Resolved;
use crate::wire::View;
use crate::wire::dag_json::write_view;
use crate::wire::multibase::base64_encode;

/// How many characters of a value are shown.
const SHOWN: usize = 120;

/// Shows an item.
pub(super) struct Short<'a>(pub(super) View<'a>);

/// Shows a text as it is.
pub(super) struct ShortText<'a>(pub(super) &'a str);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        cut(f, |out| item(out, self.0))
    }
}

impl fmt::Display for ShortText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        cut(f, |out| out.write_str(self.0))
    }
}

/// Shows what a selector selects.
pub(super) fn resolved(f: &mut fmt::Formatter<'_>, value: Resolved<'_>) -> fmt::Result {
    cut(f, |out| match value {
        Resolved::Item(view) => item(out, view),
        Resolved::Null => out.write_str("null"),
        Resolved::Byte(byte) => write!(out, "{byte}"),
        Resolved::Bytes(part) => bytes(out, part),
        Resolved::Run(run) => {
            out.write_char('[')?;
            for (index, view) in run.items().enumerate() {
                if index > 0 {
                    out.write_char(',')?;
                }
                item(out, view)?;
            }
            out.write_char(']')
        }
    })
}

fn item(out: &mut Cut<'_, '_>, view: View<'_>) -> fmt::Result {
    match view.as_bytes() {
        Some(part) => bytes(out, part),
        None => write_view(out, view),
    }
}

fn bytes(out: &mut Cut<'_, '_>, part: &[u8]) -> fmt::Result {
    // More is not shown anyway.
    let part = part.get(..SHOWN).unwrap_or(part);
    write!(out, "{{\"/\":{{\"bytes\":\"{}\"}}}}", base64_encode(part))
}

struct Cut<'f, 'g> {
    out: &'f mut fmt::Formatter<'g>,
    left: usize,
    failed: bool,
}

/// Writes what `write` writes, and stops it with an ellipsis where it gets long.
fn cut(f: &mut fmt::Formatter<'_>, write: impl FnOnce(&mut Cut<'_, '_>) -> fmt::Result) -> fmt::Result {
    let mut out = Cut { out: f, left: SHOWN, failed: false };
    // An error is how the writer is stopped, unless the formatter itself failed.
    let _stopped = write(&mut out);
    if out.failed { Err(fmt::Error) } else { Ok(()) }
}

impl Write for Cut<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = text.char_indices().nth(self.left).map(|(end, _)| end);
        let shown = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        self.left -= shown.chars().count();
        self.failed |= self.out.write_str(shown).is_err();
        if end.is_none() {
            return if self.failed { Err(fmt::Error) } else { Ok(()) };
        }
        self.failed |= self.out.write_char('…').is_err();
        Err(fmt::Error)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn long_values_are_cut_at_a_character() {
        let show = |json: &str| Short(View::parse(&cbor(json)).unwrap()).to_string();
        assert_eq!(show("[1,\"é\"]"), "[1,\"é\"]");
        let exact = format!("\"{}\"", "é".repeat(118));
        assert_eq!(show(&exact), exact);
        assert_eq!(show(&format!("\"{}\"", "é".repeat(119))), format!("\"{}…", "é".repeat(119)));
        let long = show(&format!("[{}1]", "1,".repeat(9000)));
        assert_eq!((long.chars().count(), long.ends_with('…')), (121, true));
        assert_eq!(ShortText(&"x".repeat(500)).to_string().chars().count(), 121);
    }

    /// A cut is no error; what the writer could not take is.
    #[test]
    fn a_writer_that_fails_is_reported() {
        struct Room(usize);
        impl Write for Room {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
                Ok(())
            }
        }
        let long = "x".repeat(500);
        let ellipsis = '…'.len_utf8();
        for (room, fits) in [(SHOWN - 1, false), (SHOWN, false), (SHOWN + ellipsis, true)] {
            assert_eq!(write!(Room(room), "{}", ShortText(&long)).is_ok(), fits, "{room}");
        }
        assert!(write!(Room(3), "{}", ShortText("four")).is_err());
    }
}
