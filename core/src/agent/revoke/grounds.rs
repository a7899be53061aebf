//! With whose authority a delegation is taken back, and what shows it.

// Requirements kept here: rev-path-witness.

use alloc::vec::Vec;

use super::AgentError;
use crate::identity::{Did, MemoryResolver};
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, Revocation, RevocationBuilder, Token, Verified};
use crate::validation::{Evidence, VerifiedRevocation};

/// On what grounds someone may take a delegation back: what [`Revoking`](super::Revoking) found.
///
/// [`Grounds::builder`] makes what is to be signed, at hand or elsewhere, and [`Grounds::verify`] takes what was signed.
#[derive(Debug, Clone)]
pub struct Grounds {
    pub(super) delegation: Token<Delegation>,
    pub(super) subject: Did,
    pub(super) proofs: Vec<Verified<Delegation>>,
    pub(super) above: Vec<Verified<Delegation>>,
    pub(super) documents: MemoryResolver,
}

impl Grounds {
    /// What is to be taken back.
    #[must_use]
    pub const fn delegation(&self) -> &Token<Delegation> {
        &self.delegation
    }

    /// With whose authority: one's own, or that of whoever passed the right to revoke on to one.
    #[must_use]
    pub const fn subject(&self) -> &Did {
        &self.subject
    }

    /// The delegations of `/ucan/revoke` from the subject to oneself, root first; none where it is one's own authority.
    #[must_use]
    pub fn proofs(&self) -> &[Verified<Delegation>] {
        &self.proofs
    }

    /// What the delegation rests on, as far as it is known, root first.
    #[must_use]
    pub fn above(&self) -> &[Verified<Delegation>] {
        &self.above
    }

    /// The revocation to be signed, with its proofs and its path.
    #[must_use]
    pub fn builder(&self, now: Timestamp) -> RevocationBuilder {
        let cid = self.delegation.cid();
        Revocation::builder(cid, self.subject.clone())
            .issued_at(now)
            .proofs(self.proofs.iter().map(|proof| proof.cid()))
            // Whoever does not know the delegation can tell by its path that this is no idle talk.
            .path(self.above.iter().map(|link| link.cid()).chain([cid]))
    }

    /// Checks what was signed as others will, with what proves and witnesses it. It is kept without a quota: see
    /// [`RevocationStore::put_revocation`](crate::store::RevocationStore::put_revocation).
    ///
    /// # Errors
    /// [`AgentError::Refused`] with the denial of the first rule that does not hold.
    pub fn verify(&self, revocation: Revocation) -> Result<VerifiedRevocation, AgentError> {
        // No time is looked at.
        let mut evidence = Evidence::danger_without_revocations(Timestamp::EPOCH);
        evidence = evidence.delegation(self.delegation.clone());
        evidence = self.proofs.iter().chain(&self.above).cloned().fold(evidence, Evidence::verified);
        for document in self.documents.documents() {
            evidence = evidence.document(document.clone());
        }
        revocation.verify(&evidence).map_err(|denial| AgentError::Refused(denial.into()))
    }
}
