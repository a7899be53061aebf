//! Why bytes are not a token, and why a token's signature does not count.

use alloc::boxed::Box;

use super::command::CommandError;
use super::policy::PolicyError;
use crate::code::Code;
use crate::identity::{Did, DidError};
use crate::limits::MAX_TOKEN;
use crate::wire::{CborError, CidError, Quoted};

/// Why bytes are not a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// More bytes than a token may have.
    #[error("the token has {size} bytes; at most {MAX_TOKEN} are read")]
    TooLarge {
        /// How many bytes there are.
        size: usize,
    },
    /// Not strict DAG-CBOR.
    #[error("the token is not strict DAG-CBOR: {0}")]
    Cbor(#[from] CborError),
    /// Not a UCAN envelope.
    #[error("the token is not a UCAN envelope: {what} is expected")]
    Envelope {
        /// What is expected and not there.
        what: &'static str,
    },
    /// A payload tag that is not read here.
    #[error(
        "the payload tag {} is unknown; ucan/dlg and ucan/inv at 1.0.0 or 1.0.0-rc.1 are read",
        Quoted(.tag)
    )]
    UnknownTag {
        /// The tag.
        tag: Box<str>,
    },
    /// A token of the other kind.
    #[error("the token is not {expected}: it is tagged as another kind")]
    OtherKind {
        /// What was asked for, with its article.
        expected: &'static str,
    },
    /// A signature header that is not Varsig v1 over DAG-CBOR.
    #[error("the signature header is not Varsig v1 over DAG-CBOR")]
    Header,
    /// A signature header that does not fit the issuer's key.
    #[error("the signature header does not fit the issuer's key")]
    HeaderNotOfIssuer,
    /// A required field is not there.
    #[error("the field \"{field}\" is missing")]
    Missing {
        /// Its name.
        field: &'static str,
    },
    /// A field that the payload does not have.
    #[error("the field {} is unknown", Quoted(.field))]
    Unknown {
        /// Its name.
        field: Box<str>,
    },
    /// A field of the wrong type.
    #[error("the field \"{field}\" is not {expected}")]
    Type {
        /// Its name.
        field: &'static str,
        /// What it has to be, with its article.
        expected: &'static str,
    },
    /// A field that is not the DID it should be.
    #[error("the field \"{field}\" is not a DID that can stand there: {error}")]
    Did {
        /// Its name.
        field: &'static str,
        /// Why not.
        error: DidError,
    },
    /// A link that does not name a token.
    #[error("the field \"{field}\" holds a link that names no token: {error}")]
    Link {
        /// Its name.
        field: &'static str,
        /// Why not.
        error: CidError,
    },
    /// A time outside ±(2⁵³ − 1) seconds.
    #[error("the field \"{field}\" is not a time within ±(2^53 - 1) seconds")]
    Time {
        /// Its name.
        field: &'static str,
    },
    /// Not a command.
    #[error("the command is refused: {0}")]
    Command(#[from] CommandError),
    /// `/` can be delegated, never invoked.
    #[error("the command \"/\" can be delegated, never invoked: name the one to perform")]
    TopInvoked,
    /// Not a policy.
    #[error("the policy is refused: {0}")]
    Policy(#[from] PolicyError),
}

impl TokenError {
    /// The failure code this amounts to in a decision.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } | Self::Did { error: DidError::TooLong { .. }, .. } => Code::TooLarge,
            Self::Cbor(CborError::TooDeep { .. }) => Code::BudgetExceeded,
            _ => Code::Malformed,
        }
    }
}

/// Why a token's signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The signature is not the issuer's over these bytes, or the issuer's key is none that can sign
    /// (a point of small order, off the curve).
    #[error("the signature is not {issuer}'s over these bytes")]
    BadSignature {
        /// Who should have signed.
        issuer: Did,
    },
    /// The issuer's DID method, key type or the signature's algorithm is not implemented.
    #[error("the algorithm or DID method of {issuer} is not implemented")]
    Unsupported {
        /// Who should have signed.
        issuer: Did,
    },
    /// The issuer's DID needs a document, and none was supplied.
    #[error("no document was supplied for {issuer}")]
    Unresolved {
        /// Whose document is missing.
        issuer: Did,
    },
    /// The issuer's document has no key of the header's algorithm for this purpose.
    #[error("{issuer} has no key for this purpose that fits the signature header")]
    NoKey {
        /// Who should have signed.
        issuer: Did,
    },
}

impl VerifyError {
    /// The failure code this amounts to in a decision.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::BadSignature { .. } | Self::NoKey { .. } => Code::BadSignature,
            Self::Unsupported { .. } => Code::UnsupportedAlgorithm,
            Self::Unresolved { .. } => Code::UnresolvedDid,
        }
    }
}
