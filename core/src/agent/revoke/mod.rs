//! Taking back.

mod grounds;
mod path;
mod revoking;

pub use self::grounds::Grounds;
pub use self::revoking::Revoking;
use super::{Agent, AgentError};
use crate::container::ContainerWriter;
use crate::store::{Step, StoreError};
use crate::ucan::time::Timestamp;
use crate::validation::VerifiedRevocation;
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
        let revoking = Revoking::new(self.did.clone(), cid, now);
        let mut revoking = revoking.documents(self.documents.clone()).tolerance(self.tolerance);
        let grounds = loop {
            match revoking.step() {
                Step::Done(grounds) => break grounds?,
                // Each kind of question is answered with its own kind.
                Step::Ask(ask) => {
                    revoking.answer(ask.answer_from(&*self.store)?).map_err(|_| StoreError::InDoubt)?;
                }
            }
        };
        let revocation = grounds.verify(grounds.builder(now).sign(&*self.signer)?)?;
        self.store.put_revocation(&revocation, None)?;
        Ok(Revoked { revocation })
    }
}
