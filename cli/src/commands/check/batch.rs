//! `allod check --batch`: one JSON object a line in, one out, in order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::DecisionData;
use super::line::Decider;
use crate::failure::{Failure, Outcome};
use crate::output::Out;

/// The longest line that is read, in bytes: a container of the largest size, spelled in base64 twice over.
const MAX_LINE: usize = 4 * 1024 * 1024;

#[derive(Serialize)]
struct Refused {
    id: Option<()>,
    decision: &'static str,
    message: String,
}

pub(super) fn run(source: &str, out: &mut Out) -> Result<Outcome, Failure> {
    let cannot = |error: io::Error| {
        Failure::new(
            format_args!("cannot read {source}: {error}"),
            "name a file that can be read, or - for standard input",
        )
    };
    let mut input: Box<dyn BufRead> = if source == "-" {
        Box::new(BufReader::with_capacity(64 * 1024, io::stdin()))
    } else {
        Box::new(BufReader::with_capacity(64 * 1024, File::open(source).map_err(cannot)?))
    };
    let (mut decider, mut line, mut progress) = (Decider::default(), Vec::new(), Progress::new());
    let mut outcome = Outcome::Fine;
    loop {
        let fits = match read_line(&mut input, &mut line).map_err(cannot)? {
            Read::End => break,
            Read::Line => true,
            Read::TooLong => false,
        };
        progress.lines += 1;
        let answer = if fits {
            decider.decide(&line)
        } else {
            Err(format!("the line is longer than {MAX_LINE} bytes"))
        };
        outcome = outcome.max(match answer {
            Ok(answer) => {
                let came = match answer.decision {
                    DecisionData::Allow { .. } => Outcome::Fine,
                    DecisionData::Deny { .. } => Outcome::Denied,
                };
                out.data_line(&answer)?;
                came
            }
            Err(message) => {
                let message = format!("line {}: {message}", progress.lines);
                out.data_line(&Refused { id: None, decision: "error", message })?;
                Outcome::Unusable
            }
        });
        out.flush()?;
        if out.is_closed() {
            // Nobody saw the rest.
            outcome = outcome.max(Outcome::Unusable);
            break;
        }
        progress.show();
    }
    progress.finish();
    Ok(outcome)
}

enum Read {
    Line,
    TooLong,
    End,
}

/// Reads a line without its line feed. Of one that is too long, the rest is passed over, not kept.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Read> {
    line.clear();
    let (mut any, mut fits) = (false, true);
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = end.map_or(buffer, |end| buffer.split_at(end).0);
        fits = fits && line.len() + part.len() <= MAX_LINE;
        if fits {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(if !any {
        Read::End
    } else if fits {
        Read::Line
    } else {
        Read::TooLong
    })
}

/// How far a long run has come, for whoever waits at a terminal.
struct Progress {
    lines: usize,
    begun: Instant,
    last: Instant,
    shown: bool,
    wanted: bool,
}

impl Progress {
    const EVERY: Duration = Duration::from_secs(1);

    fn new() -> Self {
        let now = Instant::now();
        // Between answers on the same terminal it would only be in the way.
        let wanted = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Self { lines: 0, begun: now, last: now, shown: false, wanted }
    }

    fn show(&mut self) {
        if self.wanted && self.last.elapsed() >= Self::EVERY {
            self.last = Instant::now();
            self.shown = true;
            let _unheard = write!(
                io::stderr().lock(),
                "\r{} lines decided in {} s",
                self.lines,
                self.begun.elapsed().as_secs()
            );
        }
    }

    fn finish(&self) {
        if self.shown {
            let _unheard = writeln!(
                io::stderr().lock(),
                "\r{} lines decided in {} s",
                self.lines,
                self.begun.elapsed().as_secs()
            );
        }
    }
}
