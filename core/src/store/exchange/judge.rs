//! What is to become of one revocation that came along.

// Requirements kept here: allod-rev-quota, allod-rev-irrelevant-refused.

use alloc::vec::Vec;

use super::TakeUp;
use crate::container::Container;
use crate::identity::{Did, MemoryResolver};
use crate::limits::MAX_CHAIN;
use crate::store::Quota;
use crate::ucan::policy::Budget;
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, Revocation, Token, Verified};
use crate::validation::{Evidence, Relevance, VerifiedRevocation};
use crate::wire::{Cid, Keyed};

/// What is to become of it.
#[allow(clippy::large_enum_variant, reason = "one at a time")]
pub(super) enum Judgement {
    /// It is not kept.
    Final(TakeUp),
    /// It is to be kept, as far as there is room.
    Put(VerifiedRevocation, Option<Quota>),
}

/// Judges the revocations of one container.
#[derive(Debug)]
pub(super) struct Judge {
    container: Container,
    pub(super) quota: Quota,
    pub(super) documents: MemoryResolver,
    /// For the policies of all of them together.
    budget: Budget,
    /// Delegations that did not come along, until they are taken.
    fetched: Keyed<Cid, Option<Token<Delegation>>>,
    /// Delegations whose signature was looked at already: each is verified once, however many revocations name it.
    verified: Keyed<Cid, Verified<Delegation>>,
    refused: Keyed<Cid, ()>,
}

impl Judge {
    pub(super) fn new(container: &Container) -> Self {
        Self {
            container: container.clone(),
            quota: Quota::USUAL,
            documents: MemoryResolver::new(),
            budget: Budget::of_many(),
            fetched: Keyed::new(),
            verified: Keyed::new(),
            refused: Keyed::new(),
        }
    }

    /// Adds the delegations that a revocation names and that did not come along.
    pub(super) fn absent(&self, revocation: &Revocation, absent: &mut Keyed<Cid, ()>) {
        for cid in named(revocation) {
            if !self.container.contains(&cid) {
                absent.add(cid);
            }
        }
    }

    /// Takes delegations that did not come along, as far as they are known.
    pub(super) fn fetched(&mut self, tokens: impl Iterator<Item = Token<Delegation>>) {
        for token in tokens {
            self.fetched.insert(token.cid(), Some(token));
        }
    }

    /// What is to become of a revocation, one's own or with somebody else's authority.
    pub(super) fn judge(&mut self, revocation: Revocation, own: &dyn Fn(&Did) -> bool) -> Judgement {
        let mut evidence = Evidence::danger_without_revocations(Timestamp::EPOCH);
        for document in self.documents.documents() {
            evidence = evidence.document(document.clone());
        }
        for cid in named(&revocation) {
            evidence = self.add(evidence, cid);
        }
        let is_own = own(revocation.subject());
        let verified = match revocation.verify_within(&evidence, &mut self.budget) {
            Ok(verified) => verified,
            Err(denial) => return Judgement::Final(TakeUp::Refused(denial)),
        };
        if !is_own && verified.relevance() == Relevance::Unknown {
            return Judgement::Final(TakeUp::Irrelevant);
        }
        let quota = match self.quota {
            _ if is_own => None,
            // They are as many as those one acts for delegated to: strangers take no room from them.
            quota if verified.is_by_delegate_of(own) => Some(Quota { all: u64::MAX, ..quota }),
            quota => Some(quota),
        };
        Judgement::Put(verified, quota)
    }

    /// The evidence with a delegation that a revocation names, from wherever it is.
    fn add<'e>(&mut self, evidence: Evidence<'e>, cid: Cid) -> Evidence<'e> {
        if let Some(token) = self.verified.get(&cid) {
            return evidence.verified(token.clone());
        }
        // It stays refused; only the first revocation that names it is told why.
        if self.refused.contains(&cid) {
            return evidence;
        }
        let token = match self.container.get(&cid) {
            Some(bytes) => Token::parse(bytes.clone()).map_err(|_| bytes),
            None => match self.fetched.get_mut(&cid).and_then(Option::take) {
                Some(token) => Ok(token),
                None => return evidence,
            },
        };
        let evidence = match token {
            Err(bytes) => evidence.bytes(bytes),
            Ok(token) => match token.clone().verify_with(&self.documents) {
                Ok(verified) => {
                    self.verified.insert(cid, verified.clone());
                    return evidence.verified(verified);
                }
                Err(_) => evidence.delegation(token),
            },
        };
        self.refused.add(cid);
        evidence
    }
}

/// The delegations that a revocation names. Longer proofs and paths prove and witness nothing.
fn named(revocation: &Revocation) -> Vec<Cid> {
    let mut named = Vec::new();
    for list in [revocation.token().proofs(), revocation.path(), &[revocation.revoked()]] {
        named.extend(list.iter().take(MAX_CHAIN));
    }
    named
}
