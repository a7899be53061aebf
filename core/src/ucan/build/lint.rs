//! What is legal but risky.

use core::fmt;

use crate::identity::Did;
use crate::ucan::command::Command;
use crate::ucan::policy::PolicyLint;
use crate::ucan::time::Timestamp;

/// Something legal but risky in a token about to be made. Shown to people; nothing is refused by it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Lint {
    /// `/` hands on everything, now and in future.
    EverythingDelegated,
    /// The token never expires.
    NeverExpires,
    /// A powerline hands on whatever its issuer is ever given, by anyone.
    Powerline,
    /// The command is wider than that of the delegation built on, and gains nothing by it.
    WiderThanProof {
        /// The command of the delegation built on.
        proof: Command,
    },
    /// The command has nothing in common with that of the delegation built on: it allows nothing.
    ApartFromProof {
        /// The command of the delegation built on.
        proof: Command,
    },
    /// The audience's DID method or key type is not implemented here: executors built on this library will
    /// not take its invocations.
    AudienceNotSupported {
        /// The audience.
        audience: Did,
    },
    /// The subject's DID method or key type is not implemented here: no chain can begin with it.
    SubjectNotSupported {
        /// The subject.
        subject: Did,
    },
    /// It lasts longer than the delegation built on, and gains nothing by it.
    OutlastsProof {
        /// When the delegation built on ends.
        proof: Timestamp,
    },
    /// The audience is the issuer.
    ToOneself {
        /// Both of them.
        issuer: Did,
    },
    /// A statement of the policy.
    Policy(PolicyLint),
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EverythingDelegated => f.write_str(
                "the command \"/\" hands on everything that can be done, now and in future: name the commands meant",
            ),
            Self::NeverExpires => {
                f.write_str("the token never expires: only a revocation that reaches the executor will end it")
            }
            Self::Powerline => f.write_str(
                "a powerline hands on whatever you are ever given, by anyone: use it for your own devices only",
            ),
            Self::WiderThanProof { proof } => {
                write!(f, "the command is wider than {proof} of the delegation built on, and gains nothing by it")
            }
            Self::ApartFromProof { proof } => {
                write!(f, "the command has nothing in common with {proof} of the delegation built on: it allows nothing")
            }
            Self::AudienceNotSupported { audience } => {
                write!(f, "{audience} is of a kind that cannot be verified here: check the DID, or use did:key or did:web")
            }
            Self::SubjectNotSupported { subject } => {
                write!(f, "{subject} is of a kind that cannot be verified here: no chain can begin with it")
            }
            Self::OutlastsProof { proof } => {
                write!(f, "the token outlasts the delegation built on, which ends on {proof}")
            }
            Self::ToOneself { issuer } => write!(f, "{issuer} is both issuer and audience"),
            Self::Policy(lint) => lint.fmt(f),
        }
    }
}
