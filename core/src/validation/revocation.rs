//! What a decision knows of revocations.

use alloc::collections::BTreeSet;

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

/// Revocations held in memory. It only grows.
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

    /// Takes up that `by` revoked `delegation`. Whether `by` may is decided with each chain.
    pub fn insert(&mut self, delegation: Cid, by: Did) {
        self.revoked.insert((delegation, by));
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
