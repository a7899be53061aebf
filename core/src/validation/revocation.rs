//! What a decision knows of revocations.

use super::revoking::VerifiedRevocation;
use crate::identity::Did;
use crate::wire::{Cid, Keyed};

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
    revoked: Keyed<Cid, Keyed<Did, ()>>,
    length: usize,
}

impl RevocationSet {
    /// An empty set: nothing is known to be revoked.
    #[must_use]
    pub const fn new() -> Self {
        Self { revoked: Keyed::new(), length: 0 }
    }

    /// Takes up a revocation; whether it was unknown. Whether its subject may take back that delegation is
    /// decided with each chain. Others of the same delegation stay beside it.
    pub fn insert(&mut self, revocation: &VerifiedRevocation) -> bool {
        self.add(revocation.revoked(), revocation.subject().clone())
    }

    pub(super) fn take_up(&mut self, delegation: Cid, subject: Did) {
        self.add(delegation, subject);
    }

    /// Takes up that `subject` revoked `delegation`, on the caller's word: from a view that somebody else
    /// keeps, say.
    pub fn danger_insert(&mut self, delegation: Cid, subject: Did) {
        self.add(delegation, subject);
    }

    /// How many are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Takes up all that `other` knows. In whatever order sets are merged, the result is the same.
    pub fn merge(&mut self, other: &Self) {
        for (delegation, subjects) in other.revoked.iter() {
            for subject in subjects.keys() {
                self.add(*delegation, subject.clone());
            }
        }
    }

    fn add(&mut self, delegation: Cid, subject: Did) -> bool {
        let subjects = self.revoked.get_or_insert(delegation, Keyed::new);
        let new = subjects.is_some_and(|subjects| subjects.add(subject));
        self.length += usize::from(new);
        new
    }
}

impl RevocationView for RevocationSet {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        if self.revoked.get(delegation).is_some_and(|subjects| subjects.contains(issuer)) {
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
