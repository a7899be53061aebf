//! One line of a batch: read strictly, decided, or refused with a reason.

use std::collections::HashMap;

use allod::limits::MAX_CONTAINER_TOKENS;
use allod::validation::{Authorizer, DEFAULT_TOLERANCE, Evidence, Subjects};
use allod::wire::{Slice, multibase};
use allod::{Cid, Container, ContainerError, Delegation, Did, Timestamp, Verified};
use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::DecisionData;
use super::besides::Besides;
use super::request::{self, Answered, Asked, Verdict};
use super::show::IgnoredData;

/// A line, as the help describes it. Unknown keys, keys given twice and other types are refused.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "given")]
    tokens: Option<Vec<Text<'a>>>,
    #[serde(borrow, default, deserialize_with = "given")]
    invocation: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "given")]
    container: Option<Text<'a>>,
    at: i64,
    #[serde(borrow)]
    executor: Text<'a>,
    #[serde(borrow, default, deserialize_with = "given")]
    subjects: Option<Vec<Text<'a>>>,
    #[serde(default, deserialize_with = "given")]
    skew: Option<u32>,
    #[serde(borrow, default, deserialize_with = "given")]
    revoked: Option<Vec<Text<'a>>>,
}

/// Text that is only copied where it holds escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] std::borrow::Cow<'a, str>);

/// A key that is there has a value of its type: `null` does not stand for absence.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The answer to a line.
#[derive(serde::Serialize)]
pub(crate) struct Answer<'a> {
    pub(super) id: Option<&'a RawValue>,
    #[serde(flatten)]
    pub(super) decision: DecisionData,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) ignored: Vec<IgnoredData>,
}

/// Decides line after line.
#[derive(Default)]
pub(crate) struct Decider {
    known: Known,
}

impl Decider {
    /// Decides one line; an error says why it is no line to decide.
    pub(crate) fn decide<'a>(&mut self, line: &'a [u8]) -> Result<Answer<'a>, String> {
        let text = std::str::from_utf8(line).map_err(|_| "the line is not UTF-8".to_owned())?;
        // A list could stand for the object otherwise.
        if !text.trim_start().starts_with('{') {
            return Err("the line is not a JSON object".into());
        }
        let line: Line<'a> = serde_json::from_str(text).map_err(|error| refused(&error))?;
        let id = line.id;
        let Answered { verdict, sifted, .. } = self.decide_line(&line)?;
        let ignored = sifted.ignored.iter().map(IgnoredData::from).collect();
        Ok(Answer { id, decision: DecisionData::from(&verdict), ignored })
    }

    fn decide_line(&mut self, line: &Line<'_>) -> Result<Answered, String> {
        let at = Timestamp::from_seconds(line.at).map_err(|error| format!("`at` is refused: {error}"))?;
        let served = match &line.subjects {
            None => Subjects::danger_any(),
            Some(subjects) => Subjects::of(
                subjects.iter().map(|text| did("subjects", text)).collect::<Result<Vec<_>, _>>()?,
            ),
        };
        let authorizer = Authorizer::new(did("executor", &line.executor)?, served);
        let evidence =
            Evidence::danger_without_revocations(at).tolerance(line.skew.unwrap_or(DEFAULT_TOLERANCE));
        let revoked = line.revoked.as_deref().unwrap_or_default();
        request::not_too_many(revoked.len())?;
        let revoked =
            revoked.iter().map(|text| base64("revoked", text)).collect::<Result<Vec<_>, String>>()?;
        let answered = match (&line.tokens, &line.invocation, &line.container) {
            (Some(tokens), Some(invocation), None) => {
                if tokens.len() > MAX_CONTAINER_TOKENS {
                    return Err(format!(
                        "`tokens` holds more than the {MAX_CONTAINER_TOKENS} tokens that are read"
                    ));
                }
                let mut evidence = evidence;
                for token in tokens {
                    evidence = self.known.add(evidence, base64("tokens", token)?);
                }
                let invocation = base64("invocation", invocation)?;
                request::decide_bytes(&authorizer, &invocation, evidence, revoked, Besides::NOTHING)
                    .map_err(|error| error.to_string())?
            }
            (None, None, Some(text)) => match container(text)? {
                Ok(container) => {
                    let evidence = container
                        .tokens()
                        // A copy: what is remembered of a line must not keep its whole container.
                        .fold(evidence, |evidence, (_, bytes)| {
                            self.known.add(evidence, Slice::from(&*bytes))
                        });
                    let besides = Besides::NOTHING;
                    request::decide(&authorizer, &container, evidence, revoked, besides, Asked::InBulk)
                        .map_err(|error| error.to_string())?
                }
                Err(error) => Answered {
                    verdict: request::refused(&error, None, Asked::InBulk),
                    sifted: authorizer.sift(revoked, None, &evidence),
                    invocation: None,
                },
            },
            (_, _, Some(_)) => {
                return Err("`container` stands instead of `tokens` and `invocation`, not beside them".into());
            }
            _ => return Err("`tokens` and `invocation` are needed, or `container`".into()),
        };
        if let Verdict::Decided(decision) = &answered.verdict
            && let Some(grant) = decision.grant()
        {
            self.known.remember(grant.chain());
        }
        self.known.remember(&answered.sifted.proofs);
        Ok(answered)
    }
}

/// The parser's reason, without its count of lines, its names of types, and the value it met, which may be a
/// token with its arguments, or worse.
fn refused(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let (message, place) = match message.rsplit_once(" at line 1 column ") {
        Some((message, column)) => (message, format!(", at column {column}")),
        None => (message.as_str(), String::new()),
    };
    // What the line itself says stands before the last of these, after the name of its type.
    let parted = message.rsplit_once(", expected ").map(|(found, expected)| {
        // An unknown key is named; a value is not.
        let kind = found.split(['"', '`']).next().unwrap_or_default().trim_end();
        (if found.starts_with("invalid ") { kind } else { found }, expected)
    });
    let message = match parted {
        Some((found, "i64")) => format!("{found}, expected a whole number of seconds"),
        Some((found, "u32")) => format!("{found}, expected a whole number of seconds, 0 or more"),
        Some((found, "a sequence")) => format!("{found}, expected a list of texts"),
        Some((found, "a string" | "tuple struct Text")) => format!("{found}, expected text"),
        Some((found, expected)) => format!("{found}, expected {expected}"),
        None => message.to_owned(),
    };
    format!("{message}{place}")
}

fn did(field: &str, text: &Text<'_>) -> Result<Did, String> {
    Did::parse(&text.0).map_err(|error| format!("`{field}` is refused: {error}"))
}

fn base64(field: &str, text: &Text<'_>) -> Result<Slice, String> {
    multibase::base64_any_decode(&text.0)
        .map(Slice::from)
        .map_err(|_| format!("`{field}` holds text that is not base64"))
}

/// A container as its own text, or as base64 of its bytes. The two cannot be confused: the text begins with
/// `B`, `C`, `O` or `P`, and base64 of any container with `Q`, `T` or `U`.
fn container(text: &Text<'_>) -> Result<Result<Container, ContainerError>, String> {
    let own = Container::read(text.0.as_bytes());
    if own.is_ok() || text.0.starts_with(['B', 'C', 'O', 'P']) {
        return Ok(own);
    }
    Ok(Container::read(&base64("container", text)?))
}

/// Delegations whose signature was found valid on an earlier line, by the hash of their bytes: the same bytes
/// are not verified again. Nothing else is carried from line to line. Only did:key issuers verify here, whose
/// key is in their name, so that what was valid stays so.
#[derive(Default)]
struct Known {
    tokens: HashMap<Cid, Verified<Delegation>>,
    bytes: usize,
}

impl Known {
    /// The most bytes of tokens that are remembered.
    const MOST: usize = 8 * 1024 * 1024;

    fn add<'e>(&self, evidence: Evidence<'e>, bytes: Slice) -> Evidence<'e> {
        match self.tokens.get(&Cid::of(&bytes)) {
            Some(token) => evidence.verified(token.clone()),
            None => evidence.bytes(bytes),
        }
    }

    fn remember(&mut self, links: &[Verified<Delegation>]) {
        for link in links {
            if self.tokens.contains_key(&link.cid()) {
                continue;
            }
            let size = link.as_bytes().len();
            if self.bytes + size > Self::MOST {
                self.tokens.clear();
                self.bytes = 0;
            }
            self.bytes += size;
            self.tokens.insert(link.cid(), link.clone());
        }
    }
}
