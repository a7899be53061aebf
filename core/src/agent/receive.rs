//! Taking in what others send.

use alloc::vec::Vec;

use super::{Agent, AgentError};
use crate::code::Code;
use crate::container::Container;
use crate::store::{Intake, Quota, TakenUp, import_revocations};
use crate::ucan::{AnyToken, Delegation, Verified};
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

impl Agent {
    /// Takes in delegations, receipts and revocations: what is genuine is kept, whatever it is good for.
    /// Invocations are for executors, and passed over.
    ///
    /// # Errors
    /// When the store could not keep them.
    pub fn receive(&self, container: &Container) -> Result<Received, AgentError> {
        let mut received = Received::default();
        for (cid, bytes) in container.tokens() {
            match AnyToken::parse(bytes) {
                Ok(AnyToken::Delegation(token)) => match token.verify_with(&self.documents) {
                    Ok(verified) => received.delegations.push(verified),
                    Err(error) => received.refused.push((cid, error.code())),
                },
                Ok(AnyToken::Invocation(_)) => {}
                Err(error) => received.refused.push((cid, error.code())),
            }
        }
        received.new = self.store.put_delegations(&received.delegations)?;
        for receipt in container.receipts() {
            let cid = receipt.cid();
            match receipt.verify(&self.documents) {
                Ok(receipt) => {
                    self.store.put_receipt(&receipt)?;
                    received.receipts += 1;
                }
                Err(error) => received.refused.push((cid, error.code())),
            }
        }
        let own = |subject: &crate::identity::Did| *subject == self.did;
        let intake = Intake { own: &own, quota: Quota::USUAL, documents: &self.documents };
        received.revocations = import_revocations(&*self.store, container, &intake)?;
        Ok(received)
    }
}
