//! Proof discovery: from all that a store holds, the delegations that one invocation needs.
//!
//! [`Search`] reads no store itself. It says what it needs to know next ([`Ask`]), the host answers in its own way,
//! at once or later, and so one search serves a file, a browser's database and a service's. Over a store
//! at hand [`find_chain`] and [`FindChain`] do the asking.
//!
//! Two searches go on in turns, one from the invoker up and one from the subject down, and the first that comes
//! to an end has the answer: a subject with a million grantees does not slow down the one, nor an invoker who was
//! sent a hundred thousand worthless delegations the other. Each goes link by link, and keeps of all ways
//! to a DID the best.

// Requirements kept here: allod-gather-best.

mod ask;
mod check;
mod drive;
mod edge;
mod explain;
mod goal;
mod label;
mod miss;
mod search;
mod side;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

pub use self::drive::{FindChain, find_chain};
pub use self::goal::Goal;
pub use self::miss::{Flaw, Flawed, Gap, NearestMiss, Reason};
pub use self::search::Search;
use super::{Cursor, Page, Query};
use crate::identity::Did;
use crate::ucan::{Delegation, Token, Verified};
use crate::wire::Cid;

/// What came of a search.
#[derive(Debug, Clone)]
pub enum Found {
    /// The best chain, root first: of those with the fewest links one that ends last. None of its links
    /// is needed where the invoker is the subject.
    Chain(Vec<Verified<Delegation>>),
    /// There is none; and what came nearest.
    None(NearestMiss),
    /// The budget ended first. There may be a chain, or none.
    OutOfBudget {
        /// The steps that were taken.
        steps: u64,
    },
}

/// How a search goes on, or another flow that reads no store itself; `T` is what comes of it.
#[derive(Debug, Clone)]
pub enum Step<T = Found> {
    /// It has to know this: give it the answer, then take the next step.
    Ask(Ask),
    /// It has ended.
    Done(T),
}

/// What has to be known of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A part of a listing, as [`DelegationStore::delegations`](super::DelegationStore::delegations) gives it.
    Delegations {
        /// Which ones: those to or by someone, about the subject or powerlines.
        query: Query,
        /// Where the part begins: the cursor of the last answer.
        after: Option<Cursor>,
        /// How many at most.
        most: usize,
    },
    /// Of each pair, whether the DID is known to have revoked the delegation.
    Revoked(Vec<(Cid, Did)>),
    /// The delegations of these CIDs, as far as they are known.
    Tokens(Vec<Cid>),
}

/// What the host answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To [`Ask::Delegations`].
    Delegations(Page<Token<Delegation>>),
    /// To [`Ask::Revoked`]: for each pair, in order.
    Revoked(Vec<bool>),
    /// To [`Ask::Tokens`]: for each CID, in order.
    Tokens(Vec<Option<Token<Delegation>>>),
}

/// An answer to another question than the one that was asked; what asked it still waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that answers another question: answer the last one asked, each of its parts in order")]
pub struct Misanswered;
