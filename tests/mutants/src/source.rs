//! A file's text, and where in it a line and a column are.

use std::ops::Range;

use proc_macro2::Span;

pub(crate) struct Source {
    pub(crate) text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl Source {
    pub(crate) fn new(text: String) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, lines }
    }

    /// The byte at which a character begins. Lines are counted from one, columns from zero.
    pub(crate) fn offset(&self, line: usize, column: usize) -> usize {
        let Some(begin) = line.checked_sub(1).and_then(|line| self.lines.get(line)) else {
            return self.text.len();
        };
        let mut characters = self.text[*begin..].char_indices();
        characters.nth(column).map_or(self.text.len(), |(at, _)| begin + at)
    }

    pub(crate) fn range(&self, span: Span) -> Range<usize> {
        let (start, end) = (span.start(), span.end());
        self.offset(start.line, start.column)..self.offset(end.line, end.column)
    }
}
