//! Taking in what others send.

use alloc::vec::Vec;

use super::{Agent, AgentError};
use crate::code::Code;
use crate::container::Container;
use crate::identity::{Did, MemoryResolver};
use crate::store::{Intake, Quota, TakenUp, import_revocations};
use crate::ucan::{AnyToken, Delegation, Verified, VerifiedReceipt};
use crate::wire::Cid;

/// What became of the tokens of a container.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// The delegations that are kept.
    pub delegations: Vec<Verified<Delegation>>,
    /// How many of them were not known before.
    pub new: usize,
    /// What became of revocations.
    pub revocations: Vec<TakenUp>,
    /// The receipts that are kept.
    pub receipts: usize,
    /// Tokens that were not taken in, and why: those that do not decode, and those whose signature does not hold.
    pub refused: Vec<(Cid, Code)>,
}

/// The delegations and receipts of a container that are genuine: what [`Agent::receive`] keeps of it, besides
/// revocations, which [`TakingUp`](crate::store::TakingUp) looks at.
#[derive(Debug, Clone, Default)]
pub struct Genuine {
    /// The delegations, verified.
    pub delegations: Vec<Verified<Delegation>>,
    /// The receipts, verified.
    pub receipts: Vec<VerifiedReceipt>,
    /// The tokens that are not genuine, and why: those that do not decode, and those whose signature does not hold.
    pub refused: Vec<(Cid, Code)>,
}

impl Genuine {
    /// Verifies what a container holds, with documents for issuers whose keys stand in one. Invocations are for executors,
    /// and passed over.
    #[must_use]
    pub fn in_container(container: &Container, documents: &MemoryResolver) -> Self {
        let mut genuine = Self::default();
        for (cid, bytes) in container.tokens() {
            match AnyToken::parse(bytes) {
                Ok(AnyToken::Delegation(token)) => match token.verify_with(documents) {
                    Ok(verified) => genuine.delegations.push(verified),
                    Err(error) => genuine.refused.push((cid, error.code())),
                },
                Ok(AnyToken::Invocation(_)) => {}
                Err(error) => genuine.refused.push((cid, error.code())),
            }
        }
        for receipt in container.receipts() {
            let cid = receipt.cid();
            match receipt.verify(documents) {
                Ok(receipt) => genuine.receipts.push(receipt),
                Err(error) => genuine.refused.push((cid, error.code())),
            }
        }
        genuine
    }
}

impl Agent {
    /// Takes in delegations, receipts and revocations: what is genuine is kept, whatever it is good for.
    /// Invocations are for executors, and passed over.
    ///
    /// # Errors
    /// When the store could not keep them.
    pub fn receive(&self, container: &Container) -> Result<Received, AgentError> {
        let Genuine { delegations, receipts, refused } = Genuine::in_container(container, &self.documents);
        let new = self.store.put_delegations(&delegations)?;
        for receipt in &receipts {
            self.store.put_receipt(receipt)?;
        }
        let own = |subject: &Did| *subject == self.did;
        let intake = Intake { own: &own, quota: Quota::USUAL, documents: &self.documents };
        let revocations = import_revocations(&*self.store, container, &intake)?;
        Ok(Received { delegations, new, revocations, receipts: receipts.len(), refused })
    }
}
