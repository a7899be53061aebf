//! Handing on.

use alloc::vec::Vec;

use super::{Agent, AgentError};
use crate::container::ContainerWriter;
use crate::store::Goal;
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, DelegationBuilder, Lint, Verified};

/// What was granted.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The delegation.
    pub delegation: Verified<Delegation>,
    /// What it rests on, root first: none where the subject itself granted it, and where it is a powerline.
    pub chain: Vec<Verified<Delegation>>,
    /// What is legal but risky in it.
    pub lints: Vec<Lint>,
}

impl Granted {
    /// All that its audience needs.
    #[must_use]
    pub fn container(&self) -> ContainerWriter {
        let tokens = self.chain.iter().chain([&self.delegation]);
        tokens.fold(ContainerWriter::new(), |writer, token| writer.token(token))
    }
}

impl DelegationBuilder {
    /// Rests it on a chain that was found for it ([`Goal::to_grant`]), root first: it is held against the last of it, as by
    /// [`DelegationBuilder::under`].
    #[must_use]
    pub fn resting_on(self, chain: &[Verified<Delegation>]) -> Self {
        match chain.last() {
            Some(last) => self.under(last),
            None => self,
        }
    }
}

impl Agent {
    /// Signs a delegation and keeps it among what was given. What it hands on has to be one's own, or to be held.
    ///
    /// # Errors
    /// When nothing that is held allows it, or a validator would refuse it.
    pub fn grant(&self, builder: DelegationBuilder, now: Timestamp) -> Result<Granted, AgentError> {
        let goal = Goal::to_grant(&builder, self.did.clone(), now);
        let chain = goal.map_or_else(|| Ok(Vec::new()), |goal| self.chain(goal))?;
        let builder = builder.resting_on(&chain);
        let lints = builder.lints();
        let token = builder.sign(&*self.signer)?;
        let delegation = token.verify_with(&self.documents).map_err(AgentError::Own)?;
        self.store.put_delegations(core::slice::from_ref(&delegation))?;
        Ok(Granted { delegation, chain, lints })
    }
}
