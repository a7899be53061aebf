//! Tokens and containers, in whatever spelling they come.

use allod::container::ContainerError;
use allod::limits::MAX_CONTAINER;
use allod::wire::{Slice, multibase};
use allod::{Container, ContainerWriter, Delegation, Encoding, Token};

use crate::failure::Failure;
use crate::files;
use crate::text::unhex;

/// The largest input: base64 of the largest container, with room for hex of the largest token.
pub(crate) const MAX_INPUT: usize = 2 * MAX_CONTAINER + 1024;

/// What an input turned out to be.
#[derive(Debug)]
pub(crate) enum Content {
    /// The bytes of one token, not decoded yet.
    Token(Slice),
    /// A container.
    Container(Container),
}

/// An input, and how it was spelled.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) content: Content,
    pub(crate) spelling: String,
}

/// Why an input is neither a token nor a container.
#[derive(Debug)]
pub(crate) enum Unrecognised {
    Empty,
    Container(ContainerError),
    Text,
}

impl Unrecognised {
    fn message(&self) -> String {
        match self {
            Self::Empty => "the input is empty".into(),
            Self::Container(error) => error.to_string(),
            Self::Text => {
                "the input is neither a token nor a container, in bytes, base64, base64url or hex".into()
            }
        }
    }
}

impl Unrecognised {
    /// As a failure, with where the input came from.
    pub(crate) fn at(&self, source: &str) -> Failure {
        let place = if source == "-" { "standard input" } else { source };
        Failure::new(
            format_args!("{place}: {}", self.message()),
            "give a token or a container as its maker wrote it: copy it again, whole",
        )
    }
}

impl Input {
    /// Reads a file, or standard input for `-`.
    pub(crate) fn read(source: &str) -> Result<Self, Failure> {
        let bytes = files::read(source, MAX_INPUT)?;
        Self::recognise(&bytes).map_err(|error| error.at(source))
    }

    /// As [`Input::read`], for whoever tells apart what was read and is none.
    pub(crate) fn read_or_why(source: &str) -> Result<Result<Content, Unrecognised>, Failure> {
        let bytes = files::read(source, MAX_INPUT)?;
        Ok(Self::recognise(&bytes).map(|input| input.content))
    }

    /// Tells by the first byte what an input is. White space around text does not matter, nor do the line ends
    /// that tools put into the hex or base64 of a token; a container's spelling has none inside.
    ///
    /// No two spellings share a first byte: containers begin with `@ B C M O P`, a token's bytes with 0x82,
    /// its base64 with `g`, its hex with `8`, and base64 of a container with `Q`, `T` or `U`.
    pub(crate) fn recognise(bytes: &[u8]) -> Result<Self, Unrecognised> {
        match bytes.first() {
            None => return Err(Unrecognised::Empty),
            Some(b'@' | b'M') => return Self::container(bytes, ""),
            Some(0x80..) => return Ok(Self::token(bytes.into(), "bytes")),
            Some(_) => {}
        }
        let text = bytes.trim_ascii();
        match text.first() {
            None => return Err(Unrecognised::Empty),
            Some(b'B' | b'C' | b'O' | b'P') => return Self::container(text, ""),
            Some(_) => {}
        }
        let text = std::str::from_utf8(text).map_err(|_| Unrecognised::Text)?;
        if text.contains(|c: char| c.is_ascii_whitespace()) {
            return Self::wrapped(text);
        }
        let (decoded, spelling) = decode(text)?;
        match decoded.first() {
            Some(b'@' | b'B' | b'C' | b'M' | b'O' | b'P') => Self::container(&decoded, spelling),
            _ => Ok(Self::token(decoded.into(), spelling)),
        }
    }

    /// A token as text in several pieces. Words that happen to be base64 are no token: its first byte is 0x82.
    fn wrapped(text: &str) -> Result<Self, Unrecognised> {
        let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let (decoded, spelling) = decode(&text)?;
        match decoded.first() {
            Some(0x82) => Ok(Self::token(decoded.into(), spelling)),
            _ => Err(Unrecognised::Text),
        }
    }

    fn token(bytes: Slice, spelling: &str) -> Self {
        Self { content: Content::Token(bytes), spelling: spelling.into() }
    }

    fn container(bytes: &[u8], around: &str) -> Result<Self, Unrecognised> {
        let container = Container::read(bytes).map_err(Unrecognised::Container)?;
        let encoding = container.encoding();
        let spelling =
            if around.is_empty() { encoding.to_string() } else { format!("{encoding} in {around}") };
        Ok(Self { content: Content::Container(container), spelling })
    }

    /// The bytes of every token in it.
    pub(crate) fn tokens(&self) -> Vec<Slice> {
        match &self.content {
            Content::Token(bytes) => vec![bytes.clone()],
            Content::Container(container) => container.tokens().map(|(_, bytes)| bytes).collect(),
        }
    }
}

/// The most bytes of a file with several containers.
const MAX_SEVERAL: usize = 32 * MAX_CONTAINER;

/// The containers in a file, or in standard input for `-`: one, or as text one a line, as
/// `allod revocations export` writes them. A bare token counts as a container of its own.
pub(crate) fn containers(source: &str) -> Result<Vec<Container>, Failure> {
    let bytes = files::read(source, MAX_SEVERAL)?;
    let text = matches!(bytes.trim_ascii().first(), Some(b'B' | b'C' | b'O' | b'P'));
    let lines: Vec<&[u8]> =
        bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    let parts = if text && lines.len() > 1 { lines } else { vec![bytes.as_slice()] };
    parts.into_iter().map(|part| one_container(part, source)).collect()
}

fn one_container(bytes: &[u8], source: &str) -> Result<Container, Failure> {
    if bytes.len() > MAX_INPUT {
        return Err(Unrecognised::Container(ContainerError::TooLarge).at(source));
    }
    let input = Input::recognise(bytes).map_err(|error| error.at(source))?;
    match input.content {
        Content::Container(container) => Ok(container),
        Content::Token(token) => ContainerWriter::new()
            .bytes(&token)
            .write(Encoding::Raw)
            .ok()
            .and_then(|bytes| Container::read(&bytes).ok())
            .ok_or_else(|| Unrecognised::Container(ContainerError::TooLarge).at(source)),
    }
}

fn decode(text: &str) -> Result<(Vec<u8>, &'static str), Unrecognised> {
    match unhex(text) {
        Some(decoded) => Ok((decoded, "hex")),
        None => match multibase::base64_any_decode(text) {
            Ok(decoded) => Ok((decoded, "base64")),
            Err(_) => Err(Unrecognised::Text),
        },
    }
}

/// Every delegation in these files, once each. A file without any is refused.
pub(crate) fn delegations(sources: &[String]) -> Result<Vec<Token<Delegation>>, Failure> {
    let mut found: Vec<Token<Delegation>> = Vec::new();
    for source in sources {
        let input = Input::read(source)?;
        let mut reason = String::from("it holds no token");
        let mut any = false;
        for bytes in input.tokens() {
            match Token::<Delegation>::parse(bytes) {
                Ok(token) => {
                    any = true;
                    if !found.contains(&token) {
                        found.push(token);
                    }
                }
                Err(error) => reason = error.to_string(),
            }
        }
        if !any {
            return Err(Failure::new(
                format_args!("there is no delegation in {source}: {reason}"),
                "give files that `allod grant` or a peer wrote",
            ));
        }
    }
    Ok(found)
}
