//! Why a token was not made, with what to change on the command line.

use allod::ucan::BuildError;

use crate::failure::Failure;

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
