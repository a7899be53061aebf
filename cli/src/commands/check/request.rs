//! A request: decided with the revocations that came along, or a container that is denied for not being one. The
//! same in bulk and alone.

use allod::limits::MAX_CONTAINER_TOKENS;
use allod::validation::{Authorizer, Decision, Evidence, Sifted};
use allod::wire::Slice;
use allod::{AnyToken, Cid, Code, Container, ContainerError, Invocation, StoreError, Token};

use super::besides::{Besides, Views};

/// How the question came, for what can be done about the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// On the command line.
    Once,
    /// On a line of a batch.
    InBulk,
}

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It was decided.
    Decided(Box<Decision>),
    /// It is a container that cannot be read, or that does not hold exactly one invocation: denied.
    Refused(Refusal),
}

/// Why a container is no request.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    /// The token that is not what it should be, where it is one.
    pub(crate) cid: Option<Cid>,
    pub(crate) message: String,
    pub(crate) remedy: String,
}

/// What became of a request, and of the revocations that came along.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) verdict: Verdict,
    pub(super) sifted: Sifted,
    /// The invocation, where it could be read.
    pub(super) invocation: Option<Token<Invocation>>,
}

/// Decides the one invocation in a container, with its other tokens added to the evidence, and its revocations
/// behind those given.
pub(super) fn decide(
    authorizer: &Authorizer,
    container: &Container,
    evidence: Evidence<'_>,
    revoked: Vec<Slice>,
    besides: Besides<'_>,
    asked: Asked,
) -> Result<Answered, StoreError> {
    let evidence = evidence.container(container);
    let revoked = with_those_of(container, revoked);
    match container.invocation() {
        Ok(invocation) => {
            let evidence = besides.with_what_is_missing(authorizer, &invocation, evidence)?;
            let sifted = authorizer.sift(revoked, Some(&invocation), &evidence);
            let views = Views { given: &sifted.counting, besides };
            let verdict =
                Verdict::Decided(authorizer.decide(&invocation, &evidence.with_revocations(&views)).into());
            Ok(Answered { verdict, sifted, invocation: Some(invocation) })
        }
        Err(error) => {
            let sifted = authorizer.sift(revoked, None, &evidence);
            Ok(Answered { verdict: refused(&error, Some(container), asked), sifted, invocation: None })
        }
    }
}

/// Decides on an invocation's bytes.
pub(super) fn decide_bytes(
    authorizer: &Authorizer,
    invocation: &Slice,
    mut evidence: Evidence<'_>,
    revoked: Vec<Slice>,
    besides: Besides<'_>,
) -> Result<Answered, StoreError> {
    // What does not decode rests on nothing.
    let wanted = !revoked.is_empty() || besides.is_there();
    let read = if wanted { Token::<Invocation>::parse(invocation.clone()).ok() } else { None };
    if let Some(read) = &read {
        evidence = besides.with_what_is_missing(authorizer, read, evidence)?;
    }
    let sifted = authorizer.sift(revoked, read.as_ref(), &evidence);
    let views = Views { given: &sifted.counting, besides };
    let decision = authorizer.decide_bytes(invocation, &evidence.with_revocations(&views));
    Ok(Answered { verdict: Verdict::Decided(decision.into()), sifted, invocation: read })
}

/// The revocations given, and behind them those in the container.
pub(super) fn with_those_of(container: &Container, mut revoked: Vec<Slice>) -> Vec<Slice> {
    revoked.extend(container.revocation_tokens().map(|(_, bytes)| bytes));
    revoked
}

/// Each may cost a signature check.
pub(super) fn not_too_many(revoked: usize) -> Result<(), String> {
    if revoked <= MAX_CONTAINER_TOKENS {
        return Ok(());
    }
    Err(format!("`revoked` holds more than the {MAX_CONTAINER_TOKENS} tokens that are read"))
}

/// The denial that an error amounts to; the container is the one it arose in, where it could be read.
pub(super) fn refused(error: &ContainerError, container: Option<&Container>, asked: Asked) -> Verdict {
    use ContainerError as E;
    let tokens = container.into_iter().flat_map(Container::tokens);
    let (reserved, invocations): (Vec<_>, Vec<_>) = tokens
        .filter_map(|(cid, bytes)| match AnyToken::parse(bytes) {
            Ok(AnyToken::Invocation(token)) => Some((cid, token)),
            _ => None,
        })
        .partition(|(_, token)| token.command().is_reserved());
    let message = match error {
        E::NoInvocation if !reserved.is_empty() => {
            "the container holds no invocation other than revocations and receipts".to_owned()
        }
        E::NoInvocation => "the container holds no invocation".to_owned(),
        E::SeveralInvocations => "the container holds several invocations".to_owned(),
        error => error.to_string(),
    };
    let remedy = match (error, asked) {
        (E::NoInvocation, Asked::Once) => {
            "put the invocation in with its proofs, as `allod invoke` does, or use --may to see what delegations allow"
                .to_owned()
        }
        (E::NoInvocation, Asked::InBulk) => {
            "put the invocation in with its proofs, as `allod invoke` does".to_owned()
        }
        (E::SeveralInvocations, Asked::Once) => {
            let cids: Vec<_> = invocations.iter().take(8).map(|(cid, _)| cid.to_string()).collect();
            // Among several, none may be readable.
            let which = if cids.is_empty() { "`allod inspect` lists them".into() } else { cids.join(", ") };
            format!("name the one meant with --invocation CID: {which}")
        }
        (E::SeveralInvocations, Asked::InBulk) => {
            "give the one meant as `invocation`, and its proofs as `tokens`, instead of the container".to_owned()
        }
        (E::TooLarge | E::TooManyTokens | E::NotAnInvocation { .. }, _) => error.code().remedy().to_owned(),
        (E::GzipNotBuilt, _) => "ask its maker for one that is not compressed".to_owned(),
        _ => "copy the container again, whole, or ask its maker for it once more".to_owned(),
    };
    let cid = match error {
        E::NotAnInvocation { cid, .. } => Some(*cid),
        _ => None,
    };
    Verdict::Refused(Refusal { code: error.code(), cid, message, remedy })
}
