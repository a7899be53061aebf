//! Tokens as received.

use allod::ucan::time::{Position, Window};
use allod::ucan::{Delegation, Invocation};
use allod::validation::DEFAULT_TOLERANCE;
use allod::wire::View;
use allod::{AnyToken, Receipt, Revocation, Token};

use crate::fault::Fault;
use crate::input::{Input, count};
use crate::output::{Answer, text_answer};

/// Checks the form of a token, and that it is of a kind, where one is named. What it claims the glue reads from the same bytes,
/// which are strict from here on. The question: `{token, kind}`.
pub fn read(input: &Input) -> Result<Vec<u8>, Fault> {
    let fields = input.fields();
    let bytes = input.slice(fields.bytes("token")?)?;
    let token = match fields.get("kind").and_then(View::as_str) {
        None => AnyToken::parse(bytes)?,
        Some("delegation") => AnyToken::Delegation(Token::<Delegation>::parse(bytes)?),
        Some(kind) => {
            let token = Token::<Invocation>::parse(bytes)?;
            match kind {
                "receipt" => drop(Receipt::read(token.clone())?),
                "revocation" => drop(Revocation::read(token.clone())?),
                _ => {}
            }
            AnyToken::Invocation(token)
        }
    };
    let task = match &token {
        AnyToken::Invocation(token) => Some(token.task().cid()),
        AnyToken::Delegation(_) => None,
    };
    let mut answer = Answer::of(3);
    answer.text("kind", kind(&token));
    answer.cid("cid", Some(token.cid()));
    answer.cid("task", task);
    Ok(answer.done())
}

/// What a token is. An invocation of the library's own commands that does not have their form is an invocation.
pub fn kind(token: &AnyToken) -> &'static str {
    match token {
        AnyToken::Delegation(_) => "delegation",
        AnyToken::Invocation(token) if Revocation::read(token.clone()).is_ok() => "revocation",
        AnyToken::Invocation(token) if Receipt::read(token.clone()).is_ok() => "receipt",
        AnyToken::Invocation(_) => "invocation",
    }
}

/// Checks a token's signature. The question: `{token, documents}`.
pub fn verify(input: &Input) -> Result<Vec<u8>, Fault> {
    let fields = input.fields();
    let documents = fields.documents()?;
    match AnyToken::parse(input.slice(fields.bytes("token")?)?)? {
        AnyToken::Delegation(token) => drop(token.verify_with(&documents)?),
        AnyToken::Invocation(token) => drop(token.verify_with(&documents)?),
    }
    Ok(text_answer("ok"))
}

/// How a delegation stands in time: `valid`, `not-yet` or `ended`. The question: `{token, at, tolerance}`.
pub fn state(input: &Input) -> Result<Vec<u8>, Fault> {
    let fields = input.fields();
    let token = Token::<Delegation>::parse(input.slice(fields.bytes("token")?)?)?;
    let tolerance = fields.optional("tolerance", count)?.unwrap_or(DEFAULT_TOLERANCE);
    let window = Window { not_before: token.not_before(), expires: token.expires() };
    Ok(text_answer(match window.position(fields.time("at")?, tolerance) {
        Position::Within => "valid",
        Position::Before(_) => "not-yet",
        Position::After(_) => "ended",
    }))
}
