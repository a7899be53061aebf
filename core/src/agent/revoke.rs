//! Taking back.

// Requirements kept here: rev-issuer-or-above, rev-delegated-to-another, rev-path-witness.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{Agent, AgentError};
use crate::container::ContainerWriter;
use crate::identity::Did;
use crate::limits::{MAX_CHAIN, MAX_GATHER_PAGE, MAX_MISS_STEPS};
use crate::store::{About, End, Query};
use crate::ucan::revocation::REVOKE;
use crate::ucan::time::Timestamp;
use crate::ucan::{Command, Delegation, Invocation, Revocation, Token, Verified};
use crate::validation::{Evidence, VerifiedRevocation};
use crate::wire::Cid;

/// What was taken back.
#[derive(Debug, Clone)]
pub struct Revoked {
    /// The revocation.
    pub revocation: VerifiedRevocation,
}

impl Revoked {
    /// The revocation, with what proves and witnesses it: for every executor that the delegation could be used at.
    #[must_use]
    pub fn container(&self) -> ContainerWriter {
        let writer = ContainerWriter::new().token(self.revocation.revocation().token());
        self.revocation.delegations().fold(writer, |writer, token| writer.token(token))
    }
}

/// With whose authority, and on what grounds.
struct Authority {
    subject: Did,
    proofs: Vec<Verified<Delegation>>,
}

impl Agent {
    /// Revokes a delegation: one that one issued, one that stands below such a one, or one whose issuer, or someone
    /// above, gave one the right to revoke (see [`DeviceLink::may_revoke`](super::DeviceLink::may_revoke)).
    /// It takes effect here at once, and elsewhere once it arrives there.
    ///
    /// Revoking a delegation lets its issuer issue another. To stop an issuer, revoke the delegation *to* it.
    ///
    /// # Errors
    /// When the delegation is not known, or not one's own to take back.
    pub fn revoke(&self, cid: Cid, now: Timestamp) -> Result<Revoked, AgentError> {
        let target = self.store.delegation(&cid)?.ok_or(AgentError::UnknownDelegation { cid })?;
        // What would be a witness, no more, is looked for as far as may be: whoever floods the store keeps nobody
        // from taking back their own.
        let mut too_long = None;
        let mut above = as_far_as_may_be(self.above(&target, now), &mut too_long)?;
        if !is_among(&self.did, &target, &above) {
            let path = as_far_as_may_be(self.path_from_oneself(&target), &mut too_long)?;
            above = path.unwrap_or(above);
        }
        let authority =
            self.authority(&target, &above, now, &mut too_long)?.ok_or_else(|| match too_long {
                Some(steps) => AgentError::SearchTooLong { steps },
                None => AgentError::NotToRevoke { cid },
            })?;
        let mut builder = Revocation::builder(cid, authority.subject)
            .issued_at(now)
            .proofs(authority.proofs.iter().map(|proof| proof.cid()));
        // Whoever does not know the delegation can tell by its path that this is no idle talk.
        builder = builder.path(above.iter().map(|link| link.cid()).chain([cid]));
        let revocation = builder.sign(&*self.signer)?;
        let mut evidence = Evidence::danger_without_revocations(now).delegation(target);
        evidence = authority.proofs.into_iter().chain(above).fold(evidence, Evidence::verified);
        for document in self.documents.documents() {
            evidence = evidence.document(document.clone());
        }
        let revocation = revocation.verify(&evidence).map_err(|denial| AgentError::Refused(denial.into()))?;
        self.store.put_revocation(&revocation, None)?;
        Ok(Revoked { revocation })
    }

    /// What the delegation rests on, as far as it is known.
    fn above(
        &self,
        target: &Token<Delegation>,
        now: Timestamp,
    ) -> Result<Vec<Verified<Delegation>>, AgentError> {
        match target.subject().did() {
            // Nobody can tell what a powerline rests on.
            None => Ok(Vec::new()),
            Some(subject) => {
                Ok(self.chain(target.issuer(), subject, target.command(), None, now)?.unwrap_or_default())
            }
        }
    }

    /// Delegations that lead from oneself to whoever issued the target: another chain than the best one may hold
    /// them.
    fn path_from_oneself(
        &self,
        target: &Token<Delegation>,
    ) -> Result<Option<Vec<Verified<Delegation>>>, AgentError> {
        let abouts = match target.subject().did() {
            Some(subject) => [Some(About::Subject(subject.clone())), Some(About::Powerlines)],
            None => [Some(About::Anyone), None],
        };
        // To each DID the delegation by which it was reached, in as few links as can be.
        let mut reached: BTreeMap<Did, Verified<Delegation>> = BTreeMap::new();
        let (mut edge, mut looked_at) = (Vec::from([self.did.clone()]), 0);
        for _ in 0..MAX_CHAIN {
            for issuer in core::mem::take(&mut edge) {
                for about in abouts.iter().flatten() {
                    let query = Query { end: End::By(issuer.clone()), about: about.clone() };
                    let mut after = None;
                    loop {
                        let page = self.store.delegations(&query, after.as_ref(), MAX_GATHER_PAGE)?;
                        // Also one without anything in it is a step.
                        looked_at += 1;
                        for token in page.items {
                            looked_at += 1;
                            let to = token.audience().clone();
                            if to == self.did || reached.contains_key(&to) {
                                continue;
                            }
                            if let Ok(verified) = token.verify_with(&self.documents) {
                                reached.insert(to.clone(), verified);
                                edge.push(to);
                            }
                        }
                        if looked_at > MAX_MISS_STEPS {
                            return Err(AgentError::SearchTooLong { steps: looked_at });
                        }
                        match page.next {
                            Some(next) => after = Some(next),
                            None => break,
                        }
                    }
                }
            }
            if reached.contains_key(target.issuer()) {
                let (mut path, mut at) = (Vec::new(), target.issuer().clone());
                while at != self.did
                    && let Some(link) = reached.get(&at)
                {
                    at = link.issuer().clone();
                    path.push(link.clone());
                }
                path.reverse();
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// One's own where one issued it or one above, or else that of someone who did and passed the right on.
    fn authority(
        &self,
        target: &Token<Delegation>,
        above: &[Verified<Delegation>],
        now: Timestamp,
        too_long: &mut Option<u64>,
    ) -> Result<Option<Authority>, AgentError> {
        let issuers: Vec<&Did> = above
            .iter()
            .map(|link| link.issuer())
            .chain([target.issuer()])
            // The subject stands above all that is about it, whatever is known of what lies between.
            .chain(target.subject().did())
            .collect();
        if is_among(&self.did, target, above) {
            return Ok(Some(Authority { subject: self.did.clone(), proofs: Vec::new() }));
        }
        let arguments = Invocation::builder(self.did.clone(), Command::own(REVOKE))
            .argument("revoke", crate::wire::Ipld::Link(target.cid().into()))
            .encoded_arguments()?;
        for subject in issuers {
            let revoke = Command::own(REVOKE);
            let chain = self.chain(&self.did, subject, &revoke, Some(arguments.clone()), now).map(Result::ok);
            if let Some(proofs) = as_far_as_may_be(chain, too_long)? {
                return Ok(Some(Authority { subject: subject.clone(), proofs }));
            }
        }
        Ok(None)
    }
}

/// Whether someone issued the target, or one of those above it, or is what it is about.
fn is_among(did: &Did, target: &Token<Delegation>, above: &[Verified<Delegation>]) -> bool {
    above.iter().any(|link| link.issuer() == did)
        || target.issuer() == did
        || target.subject().did() == Some(did)
}

/// Nothing, where a search was given up; how far it went is remembered.
fn as_far_as_may_be<T: Default>(
    found: Result<T, AgentError>,
    too_long: &mut Option<u64>,
) -> Result<T, AgentError> {
    match found {
        Err(AgentError::SearchTooLong { steps }) => {
            *too_long = Some(steps);
            Ok(T::default())
        }
        found => found,
    }
}
