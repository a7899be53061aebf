//! Whether a revocation is what it claims to be.

// Requirements kept here: rev-signed-by-authority, rev-delegated, allod-rev-timeless, allod-rev-powerline-root,
// allod-rev-spurious, allod-rev-relevant.

use alloc::vec::Vec;

use super::chain::{Chain, Ends, Goal, Order};
use super::decision::Denial;
use super::evidence::{Evidence, Link};
use super::finding::Finding;
use super::trace::{Rule, Trace};
use crate::identity::{Did, Seen};
use crate::limits::{Limits, MAX_CHAIN};
use crate::ucan::policy::Budget;
use crate::ucan::{Delegation, Revocation, Verified};
use crate::wire::Cid;

/// A revocation that was signed by its issuer, who may speak for its subject.
///
/// What was checked holds for ever: neither time nor later revocations are looked at, so that it does not matter
/// when, or in which order, revocations arrive. It takes effect on each chain in which its subject issued the
/// revoked delegation or one above it, and on no other.
#[derive(Debug, Clone)]
pub struct VerifiedRevocation {
    revocation: Revocation,
    proofs: Vec<Verified<Delegation>>,
    path: Vec<Verified<Delegation>>,
    target: Option<Verified<Delegation>>,
}

/// What shows that a revocation is no idle talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relevance {
    /// The revoked delegation is at hand, and was issued by the revocation's subject.
    Issued,
    /// Its path is at hand: delegations that lead from one by the subject to the revoked one.
    Witnessed,
    /// Nothing does. It may be about a delegation that is yet to come, or about none at all.
    Unknown,
}

impl Revocation {
    /// Checks the signature, and that the issuer is the subject or was given `/ucan/revoke` by it, through
    /// delegations that are among the evidence. The time and the view of the evidence change nothing.
    ///
    /// # Errors
    /// The denial of the first rule that does not hold: of signature, proofs, alignment, command or policy.
    pub fn verify(self, evidence: &Evidence<'_>) -> Result<VerifiedRevocation, Denial> {
        self.verify_within(evidence, &mut Budget::new())
    }

    /// The same, on what is left of a budget for policies.
    pub(crate) fn verify_within(
        self,
        evidence: &Evidence<'_>,
        budget: &mut Budget,
    ) -> Result<VerifiedRevocation, Denial> {
        let mut seen = Seen::new();
        let proofs = self.prove(evidence, &mut |cid| evidence.link(cid, &mut seen), budget)?;
        let mut held = |cid: &Cid| match evidence.link(cid, &mut seen) {
            Link::Verified(token) => Some(token),
            _ => None,
        };
        // A longer one witnesses nothing: no chain is that long.
        let path = self.path().iter().take(MAX_CHAIN).map_while(&mut held).collect();
        let target = held(&self.revoked());
        Ok(VerifiedRevocation { proofs, path, target, revocation: self })
    }

    /// The same, with the proofs from elsewhere, and without a look at what it is about.
    pub(super) fn prove(
        &self,
        evidence: &Evidence<'_>,
        link: &mut dyn FnMut(&Cid) -> Link,
        budget: &mut Budget,
    ) -> Result<Vec<Verified<Delegation>>, Denial> {
        let token = self.token();
        let (cid, holder, subject) = (token.cid(), Some(token.issuer()), Some(token.subject()));
        let mut trace = Trace::with_room_for(token.proofs().len().min(MAX_CHAIN));
        trace.record(Rule::InvocationDecodes, None, Ok(()));
        let signature = evidence.check(token.clone()).map(|_| ()).map_err(|error| {
            let message = alloc::format!("the revocation: {error}");
            Finding::new(error.code(), Rule::InvocationSignature, message).on(None, cid)
        });
        let signed = signature.is_ok();
        trace.record(Rule::InvocationSignature, None, signature);
        if !signed {
            // Anyone can write that: no other signature is checked on the strength of it.
            trace.nothing_after(Rule::InvocationSignature);
            return Err(Denial::of(trace));
        }
        let ends = Ends { subject, holder, invocation: Some(cid) };
        let order = Order::EitherEndFirst;
        let chain = Chain::load(token.proofs(), &ends, order, Limits::new(), link, &mut trace);
        let goal = Goal {
            subject,
            holder,
            use_of: Some((token.command(), token.arguments())),
            invocation: Some(cid),
        };
        if let Some(chain) = &chain {
            chain.check_timeless(&goal, budget, &mut trace);
        }
        match chain.as_ref().and_then(Chain::verified) {
            Some(proofs) if trace.is_clean() => Ok(proofs),
            _ => Err(Denial::of(trace)),
        }
    }
}

impl VerifiedRevocation {
    /// Which delegation is taken back.
    #[must_use]
    pub const fn revoked(&self) -> Cid {
        self.revocation.revoked()
    }

    /// With whose authority.
    #[must_use]
    pub fn subject(&self) -> &Did {
        self.revocation.subject()
    }

    /// What it says.
    #[must_use]
    pub const fn revocation(&self) -> &Revocation {
        &self.revocation
    }

    /// The delegations of `/ucan/revoke` it rests on, root first.
    #[must_use]
    pub fn proofs(&self) -> &[Verified<Delegation>] {
        &self.proofs
    }

    /// The delegations of its path, as far as they are at hand.
    #[must_use]
    pub fn path(&self) -> &[Verified<Delegation>] {
        &self.path
    }

    /// The delegations that prove and witness it, as far as they are at hand.
    pub fn delegations(&self) -> impl Iterator<Item = &Verified<Delegation>> {
        self.proofs.iter().chain(&self.path).chain(&self.target)
    }

    /// The revoked delegation, if it is at hand.
    #[must_use]
    pub const fn target(&self) -> Option<&Verified<Delegation>> {
        self.target.as_ref()
    }

    /// What shows that it is no idle talk. Its effect is the same in any case.
    #[must_use]
    pub fn relevance(&self) -> Relevance {
        if self.target.as_ref().is_some_and(|target| target.issuer() == self.subject()) {
            return Relevance::Issued;
        }
        // In whichever order the path is named.
        let forwards: Vec<_> = self.path.iter().collect();
        let backwards: Vec<_> = self.path.iter().rev().collect();
        if self.path.len() == self.revocation.path().len()
            && (self.is_witnessed_by(&forwards) || self.is_witnessed_by(&backwards))
        {
            return Relevance::Witnessed;
        }
        Relevance::Unknown
    }

    /// Whether its path is witness to that its subject was delegated to by one of these, about that one itself:
    /// such delegations no stranger can make.
    #[cfg(feature = "std")]
    pub(crate) fn is_by_delegate_of(&self, own: &dyn Fn(&Did) -> bool) -> bool {
        let from_own = |link: &Verified<Delegation>| {
            link.subject().did() == Some(link.issuer())
                && own(link.issuer())
                && link.audience() == self.subject()
        };
        // In whichever order the path is named.
        let root = self.path.iter().find(|link| from_own(link));
        root.is_some_and(|root| {
            let ends = [self.path.first(), self.path.last()];
            ends.iter().flatten().any(|end| end.cid() == root.cid())
        }) && self.relevance() != Relevance::Unknown
            && self.path.len() == self.revocation.path().len()
            && {
                let forwards: Vec<_> = self.path.iter().collect();
                let backwards: Vec<_> = self.path.iter().rev().collect();
                self.is_witnessed_by(&forwards) || self.is_witnessed_by(&backwards)
            }
    }

    /// Whether these, root first, lead from a delegation by the subject to the revoked one.
    fn is_witnessed_by(&self, path: &[&Verified<Delegation>]) -> bool {
        let by_subject = path.iter().position(|link| link.issuer() == self.subject());
        let revoked = path.iter().position(|link| link.cid() == self.revoked());
        let aligned = path.iter().zip(path.iter().skip(1)).all(|(one, next)| one.audience() == next.issuer());
        // A powerline between does not lead from one subject to another.
        let mut subjects = path.iter().filter_map(|link| link.subject().did());
        let first = subjects.next();
        let about_one = subjects.all(|subject| Some(subject) == first);
        aligned
            && about_one
            && by_subject.zip(revoked).is_some_and(|(by_subject, revoked)| by_subject <= revoked)
    }
}
