//! The one door to the screen: everything a person reads leaves through here, escaped.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::failure::Failure;
use crate::text::{escape, escape_json};

/// How a piece of a line is painted, where the output is a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Plain,
    Bold,
    Dim,
    Good,
    Bad,
    Note,
}

impl Paint {
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Bold => Some("1"),
            Self::Dim => Some("2"),
            Self::Good => Some("1;32"),
            Self::Bad => Some("1;31"),
            Self::Note => Some("33"),
        }
    }
}

/// One line for people, made of pieces. Pieces may hold anything: they are escaped when written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(Vec<(Paint, String)>);

impl Line {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn paint(mut self, paint: Paint, text: impl Into<String>) -> Self {
        self.0.push((paint, text.into()));
        self
    }

    pub(crate) fn plain(self, text: impl Into<String>) -> Self {
        self.paint(Paint::Plain, text)
    }

    pub(crate) fn bold(self, text: impl Into<String>) -> Self {
        self.paint(Paint::Bold, text)
    }

    pub(crate) fn dim(self, text: impl Into<String>) -> Self {
        self.paint(Paint::Dim, text)
    }

    pub(crate) fn good(self, text: impl Into<String>) -> Self {
        self.paint(Paint::Good, text)
    }

    pub(crate) fn bad(self, text: impl Into<String>) -> Self {
        self.paint(Paint::Bad, text)
    }

    pub(crate) fn note(self, text: impl Into<String>) -> Self {
        self.paint(Paint::Note, text)
    }

    pub(crate) fn join(mut self, rest: Self) -> Self {
        self.0.extend(rest.0);
        self
    }

    /// The line behind a piece that stands before it.
    pub(crate) fn under(mut self, before: String) -> Self {
        self.0.insert(0, (Paint::Dim, before));
        self
    }

    fn render(&self, coloured: bool) -> String {
        let mut out = String::new();
        for (paint, text) in &self.0 {
            match paint.code().filter(|_| coloured) {
                Some(code) => {
                    out.push_str("\u{1b}[");
                    out.push_str(code);
                    out.push('m');
                    out.push_str(&escape(text));
                    out.push_str("\u{1b}[0m");
                }
                None => out.push_str(&escape(text)),
            }
        }
        out
    }
}

impl<T: Into<String>> From<T> for Line {
    fn from(text: T) -> Self {
        Self::new().plain(text)
    }
}

/// Standard output. When whoever reads it goes away, the rest is dropped in silence.
pub(crate) struct Out {
    json: bool,
    closed: bool,
    coloured: bool,
    writer: io::BufWriter<io::Stdout>,
}

impl Out {
    pub(crate) fn new(json: bool) -> Self {
        let stdout = io::stdout();
        let coloured = stdout.is_terminal() && colours_wanted();
        Self { json, closed: false, coloured, writer: io::BufWriter::new(stdout) }
    }

    /// Whether the data are wanted rather than words.
    pub(crate) const fn json(&self) -> bool {
        self.json
    }

    /// Whether nobody reads any more.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed
    }

    pub(crate) fn line(&mut self, line: impl Into<Line>) -> Result<(), Failure> {
        let mut text = line.into().render(self.coloured);
        text.push('\n');
        self.bytes(text.as_bytes())
    }

    /// Writes data as indented JSON.
    pub(crate) fn data(&mut self, data: &impl Serialize) -> Result<(), Failure> {
        self.serialized(&serde_json::to_string_pretty(data))
    }

    /// Writes data as one line of JSON.
    pub(crate) fn data_line(&mut self, data: &impl Serialize) -> Result<(), Failure> {
        self.serialized(&serde_json::to_string(data))
    }

    fn serialized(&mut self, json: &serde_json::Result<String>) -> Result<(), Failure> {
        let json = json.as_ref().map_err(|error| {
            Failure::new(
                format_args!("the answer has no JSON form: {error}"),
                "run without --json, and report it",
            )
        })?;
        self.bytes(escape_json(json).as_bytes())?;
        self.bytes(b"\n")
    }

    /// Writes bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.closed {
            return Ok(());
        }
        let result = self.writer.write_all(bytes);
        self.accept(result)
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        if self.closed {
            return Ok(());
        }
        let result = self.writer.flush();
        self.accept(result)
    }

    fn accept(&mut self, result: io::Result<()>) -> Result<(), Failure> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            Err(error) => {
                // What is buffered would be tried again on the way out.
                self.closed = true;
                Err(Failure::new(
                    format_args!("cannot write the answer: {error}"),
                    "check where the output goes",
                ))
            }
            Ok(()) => Ok(()),
        }
    }
}

/// Writes a line to standard error; where nobody listens, so be it.
pub(crate) fn remark(line: impl Into<Line>) {
    let stderr = io::stderr();
    let text = line.into().render(stderr.is_terminal() && colours_wanted());
    let _unheard = writeln!(stderr.lock(), "{text}");
}

/// Writes data as one line of JSON to standard error; where nobody listens, so be it.
pub(crate) fn remark_data(data: &serde_json::Value) {
    let _unheard = writeln!(io::stderr().lock(), "{}", escape_json(&data.to_string()));
}

/// A warning: something legal but risky.
pub(crate) fn warn(message: impl Into<String>) {
    remark(Line::new().note("warning: ").plain(message));
}

/// Reports a failure, as data where data are wanted.
pub(crate) fn report(failure: &Failure, json: bool) {
    if json {
        remark_data(&serde_json::json!({"error": failure.message(), "remedy": failure.remedy()}));
    } else {
        remark(Line::new().bad("error: ").plain(failure.message()));
        remark(Line::new().dim("  → ").plain(failure.remedy()));
    }
}

/// <https://no-color.org>: set and not empty.
fn colours_wanted() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
