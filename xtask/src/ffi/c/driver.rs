//! A program in C that answers questions, for vectors.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::steps::root;

/// `ffi/tests/c/vectors.c`, as it runs.
pub(super) struct Driver {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Driver {
    /// Runs this command, whose last part is the program.
    pub(super) fn start(command: &[&str]) -> Result<Self, String> {
        let (program, arguments) = command.split_first().ok_or("no command")?;
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        let questions = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("no answers")?);
        Ok(Self { child, questions, answers })
    }

    /// The answer to a question: a verb, and fields that may be left out.
    pub(super) fn ask(&mut self, verb: &str, fields: &[Option<&[u8]>]) -> Result<String, String> {
        let mut line = verb.to_owned();
        for field in fields {
            line.push(' ');
            line += &field.map_or_else(|| "-".to_owned(), |bytes| format!("x{}", hex(bytes)));
        }
        line.push('\n');
        let questions = self.questions.as_mut().ok_or("nobody is asked any more")?;
        questions.write_all(line.as_bytes()).map_err(|error| format!("{verb}: {error}"))?;
        let mut answer = String::new();
        let read = self.answers.read_line(&mut answer).map_err(|error| format!("{verb}: {error}"))?;
        if read == 0 {
            return Err(format!("the program ended when it was asked {}", line.get(..200).unwrap_or(&line)));
        }
        Ok(answer.trim_end().to_owned())
    }

    /// As [`Driver::ask`], of what goes well.
    pub(super) fn get(&mut self, verb: &str, fields: &[Option<&[u8]>]) -> Result<String, String> {
        let answer = self.ask(verb, fields)?;
        answer.strip_prefix("ok ").map(str::to_owned).ok_or_else(|| format!("{verb}: {answer}"))
    }

    /// Ends it: it has to have freed everything.
    pub(super) fn finish(mut self) -> Result<(), String> {
        self.questions = None;
        let status = self.child.wait().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("the program ended with {status}")) }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _a_string_takes_all = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn from_hex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len() / 2).filter_map(|at| text.get(2 * at..2 * at + 2));
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

/// Base64, with or without padding.
pub(super) fn from_base64(text: &str) -> Result<Vec<u8>, String> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.trim_end_matches('=').bytes() {
        let value = LETTERS.iter().position(|known| *known == letter).ok_or("what is no base64")?;
        held = held << 6 | u32::try_from(value).map_err(|error| error.to_string())?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).map_err(|error| error.to_string())?);
        }
    }
    Ok(bytes)
}
