//! Why a token was not made, with what to change on the command line.

use allod::agent::AgentError;
use allod::ucan::BuildError;

use crate::failure::Failure;
use crate::names::Names;
use crate::search::{missed, too_long};
use crate::state::failed;

/// The failure of an agent that was to make `what`.
pub(super) fn not_done(what: &str, error: &AgentError, names: &Names) -> Failure {
    use AgentError as E;
    let message = names.rewrite(&error.to_string());
    match error {
        E::Store(error) => failed(error),
        E::Build(error) => refused(what, error),
        E::NoChain(miss) => missed(miss, names),
        E::SearchTooLong { steps } => too_long(*steps),
        E::UnknownDelegation { cid } => Failure::new(
            format_args!("the delegation {cid} is not known here"),
            "take it in with `allod receive`, or give the file that holds it",
        ),
        E::NotToRevoke { cid } => Failure::new(
            format_args!(
                "the delegation {cid} is not this key's to take back: its issuer may, those above it in the chain, \
                 and those to whom one of them gave /ucan/revoke"
            ),
            "use the key that issued it, with --key; or have it link this one with `allod link --may-revoke`",
        ),
        _ => Failure::new(message, "give the document of each did:web with --document"),
    }
}

/// The failure of whoever signs `what`.
pub(super) fn refused(what: &str, error: &BuildError) -> Failure {
    use BuildError as E;
    let remedy = match error {
        E::WeakAudience { .. } => "ask whom it is for to make a new key, and for its DID",
        E::AudienceCannotSign { .. } => "ask whom it is for for the DID of the key that signs",
        E::EmptyWindow => "give --expires a time after --not-before",
        E::NoRandomness => "try again, or give --nonce",
        E::TopInvoked => "name the command with --command, such as /photos/read",
        E::ArgumentsNotMap => "write --args as a map, such as {\"path\": \"summer/beach.jpg\"}",
        E::Value(_) => "leave the value out of --args or --meta, or write it as text",
        E::TooManyProofs { .. } => "ask somebody nearer to the subject for a delegation, for a shorter line",
        E::NotTheAudience { .. } | E::OtherSubject => "give the files of the line meant with --proof",
        E::Token(_) => "use shorter --args, --meta or --policy, or a shorter command",
        _ => "try again, or import the key again",
    };
    Failure::new(format_args!("the {what} is refused: {error}"), remedy)
}
