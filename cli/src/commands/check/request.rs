//! A container as a request: decided, or denied for not being one. The same in bulk and alone.

use allod::validation::{Authorizer, Decision, Evidence};
use allod::{AnyToken, Cid, Code, Container, ContainerError};

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

/// Decides the one invocation in a container, with its other tokens added to the evidence.
pub(super) fn decide(
    authorizer: &Authorizer,
    container: &Container,
    evidence: &Evidence<'_>,
    asked: Asked,
) -> Verdict {
    match container.invocation() {
        Ok(invocation) => {
            let evidence = evidence.clone().container(container);
            Verdict::Decided(authorizer.decide(&invocation, &evidence).into())
        }
        Err(error) => refused(&error, Some(container), asked),
    }
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
