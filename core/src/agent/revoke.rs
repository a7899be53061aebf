//! Taking back.

// Requirements kept here: rev-issuer-or-above, rev-delegated-to-another, rev-path-witness.

use alloc::vec::Vec;

use super::{Agent, AgentError};
use crate::container::ContainerWriter;
use crate::identity::Did;
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
        let above = match self.above(&target, now) {
            // It would be a witness, no more: whoever floods the store keeps nobody from taking back their own.
            Err(AgentError::SearchTooLong { .. })
                if *target.issuer() == self.did || target.subject().did() == Some(&self.did) =>
            {
                Vec::new()
            }
            above => above?,
        };
        let authority = self.authority(&target, &above, now)?.ok_or(AgentError::NotToRevoke { cid })?;
        let mut builder = Revocation::builder(cid, authority.subject)
            .issued_at(now)
            .proofs(authority.proofs.iter().map(|proof| proof.cid()));
        // One's own needs no path where the one below it is known; others' always do.
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

    /// One's own where one issued it or one above, or else that of someone who did and passed the right on.
    fn authority(
        &self,
        target: &Token<Delegation>,
        above: &[Verified<Delegation>],
        now: Timestamp,
    ) -> Result<Option<Authority>, AgentError> {
        let issuers: Vec<&Did> = above
            .iter()
            .map(|link| link.issuer())
            .chain([target.issuer()])
            // The subject stands above all that is about it, whatever is known of what lies between.
            .chain(target.subject().did())
            .collect();
        if issuers.contains(&&self.did) {
            return Ok(Some(Authority { subject: self.did.clone(), proofs: Vec::new() }));
        }
        let arguments = Invocation::builder(self.did.clone(), Command::own(REVOKE))
            .argument("revoke", crate::wire::Ipld::Link(target.cid().into()))
            .encoded_arguments()?;
        for subject in issuers {
            let chain =
                self.chain(&self.did, subject, &Command::own(REVOKE), Some(arguments.clone()), now)?;
            if let Ok(proofs) = chain {
                return Ok(Some(Authority { subject: subject.clone(), proofs }));
            }
        }
        Ok(None)
    }
}
