//! A tree on the screen.

use crate::failure::Failure;
use crate::output::{Line, Out};

/// A line, and what hangs below it.
#[derive(Debug, Default)]
pub(crate) struct Node {
    line: Line,
    below: Vec<Node>,
}

impl Node {
    pub(crate) fn new(line: impl Into<Line>) -> Self {
        Self { line: line.into(), below: Vec::new() }
    }

    pub(crate) fn push(&mut self, node: Self) {
        self.below.push(node);
    }

    /// Hangs a line of a label and a value below.
    pub(crate) fn field(&mut self, label: &str, value: impl Into<String>) {
        self.push(Self::new(Line::new().dim(format!("{label:<10} ")).plain(value)));
    }

    pub(crate) fn print(&self, out: &mut Out) -> Result<(), Failure> {
        out.line(self.line.clone())?;
        self.print_below("", out)
    }

    fn print_below(&self, indent: &str, out: &mut Out) -> Result<(), Failure> {
        let last = self.below.len().saturating_sub(1);
        for (index, node) in self.below.iter().enumerate() {
            let (branch, further) = if index == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            out.line(node.line.clone().under(format!("{indent}{branch}")))?;
            node.print_below(&format!("{indent}{further}"), out)?;
        }
        Ok(())
    }
}
