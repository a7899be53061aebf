//! Why an agent did not do what it was asked.

use alloc::boxed::Box;

use crate::store::{NearestMiss, StoreError};
use crate::ucan::{BuildError, VerifyError};
use crate::validation::Denial;
use crate::wire::Cid;

/// Why an agent did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// The store does not answer, or could not keep what has to be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The token cannot be made.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// No chain of what is held leads there; what comes nearest says why.
    #[error("nothing that is held allows it: {0}")]
    NoChain(Box<NearestMiss>),
    /// There is too much in the store to look through: there may be a chain.
    #[error(
        "the search for a chain was given up after {steps} steps: there is too much of what leads nowhere"
    )]
    SearchTooLong {
        /// The steps that were taken.
        steps: u64,
    },
    /// The delegation is not known here.
    #[error("the delegation {cid} is not in the store: receive it first")]
    UnknownDelegation {
        /// Its CID.
        cid: Cid,
    },
    /// One neither issued the delegation, nor one above it, nor was given the right to revoke for anyone who did.
    #[error(
        "{cid} is not one's own to take back: its issuer may, those above it, and whom they gave /ucan/revoke"
    )]
    NotToRevoke {
        /// Its CID.
        cid: Cid,
    },
    /// What was signed cannot be verified: one's own DID needs a document.
    #[error("what was signed cannot be verified here: {0}")]
    Own(#[source] VerifyError),
    /// What was signed would be refused.
    #[error("the revocation would be refused: {}", .0.message())]
    Refused(Box<Denial>),
}
