//! What a decision knows of revocations.

use alloc::collections::BTreeSet;

use super::revoking::VerifiedRevocation;
use crate::identity::Did;
use crate::wire::Cid;

/// What is known of revocations at the time of a decision.
///
/// A revocation counts only when its author issued the revoked delegation, or one above it in the chain
/// at hand; which is why a view is asked with both names. It answers from what it has, at once.
pub trait RevocationView: Send + Sync {
    /// What is known of a revocation of `delegation` by `issuer`.
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing;
}

/// What is known of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// None is known of.
    Unrevoked,
    /// There is one.
    Revoked,
    /// It could not be found out: the store did not answer, say. Nothing is allowed on such a link.
    Unavailable,
}

/// What is known of revocations, held in memory: which delegation, with whose authority. It only grows, and
/// merging is the same in whatever order and however often it is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevocationSet {
    revoked: BTreeSet<(Cid, Did)>,
}

impl RevocationSet {
    /// An empty set: nothing is known to be revoked.
    #[must_use]
    pub const fn new() -> Self {
        Self { revoked: BTreeSet::new() }
    }

    /// Takes up a revocation; whether it was unknown. Whether its subject may take back that delegation is
    /// decided with each chain. Others of the same delegation stay beside it.
    pub fn insert(&mut self, revocation: &VerifiedRevocation) -> bool {
        self.revoked.insert((revocation.revoked(), revocation.subject().clone()))
    }

    pub(super) fn take_up(&mut self, delegation: Cid, subject: Did) {
        self.revoked.insert((delegation, subject));
    }

    /// Takes up that `subject` revoked `delegation`, on the caller's word: from a view that somebody else
    /// keeps, say.
    pub fn danger_insert(&mut self, delegation: Cid, subject: Did) {
        self.revoked.insert((delegation, subject));
    }

    /// How many are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.revoked.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.revoked.is_empty()
    }

    /// Takes up all that `other` knows. In whatever order sets are merged, the result is the same.
    pub fn merge(&mut self, other: &Self) {
        self.revoked.extend(other.revoked.iter().cloned());
    }
}

impl RevocationView for RevocationSet {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        // The set is empty for most; the pair is only built where it could be there.
        if !self.revoked.is_empty() && self.revoked.contains(&(*delegation, issuer.clone())) {
            Standing::Revoked
        } else {
            Standing::Unrevoked
        }
    }
}

/// Knows of no revocation whatever. See [`super::Evidence::danger_without_revocations`].
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRevocations;

impl RevocationView for NoRevocations {
    fn standing(&self, _delegation: &Cid, _issuer: &Did) -> Standing {
        Standing::Unrevoked
    }
}
