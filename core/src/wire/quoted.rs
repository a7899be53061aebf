//! Names that strangers chose, in a text that is shown.

use core::fmt::{self, Write};

/// A text in quotes. What could break a log's lines, drive a terminal, or hide is escaped; whether a letter can be
/// printed at all is not looked up, as `Debug` does, in two kilobytes of tables.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            if c.is_control() || hides(c) {
                c.escape_unicode().try_for_each(|part| f.write_char(part))?;
            } else {
                f.write_char(c)?;
            }
        }
        f.write_char('"')
    }
}

/// What takes no room or passes for a space, turns the direction around, changes what stands before it, or stands for
/// nothing.
fn hides(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{a0}'
            | '\u{300}'..='\u{36f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{3000}'
            | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1345f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn names_are_quoted_as_debug_quotes_them_but_for_what_is_rare() {
        for name in [
            "",
            "exp",
            "a\"b\\c",
            "é 水 😀",
            "\u{1b}[2J",
            "a\u{202e}b\u{200b}",
            "\u{feff}\u{e0041}\u{7f}\u{9b}",
        ] {
            assert_eq!(Quoted(name).to_string(), format!("{name:?}"));
        }
        assert_eq!(Quoted("a\nb").to_string(), r#""a\u{a}b""#);
        for hidden in
            "\u{ad}\u{34f}\u{115f}\u{17b5}\u{180b}\u{200f}\u{2066}\u{3164}\u{f8ff}\u{fe0f}\u{ffa0}\u{1d173}"
                .chars()
        {
            assert_eq!(Quoted(&format!("{hidden}")).to_string(), format!(r#""{}""#, hidden.escape_unicode()));
        }
    }
}
