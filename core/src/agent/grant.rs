//! Handing on.

use alloc::vec::Vec;

use super::{Agent, AgentError};
use crate::container::ContainerWriter;
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, DelegationBuilder, Lint, Subject, Verified};

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

impl Agent {
    /// Signs a delegation and keeps it among what was given. What it hands on has to be one's own, or to be held.
    ///
    /// # Errors
    /// When nothing that is held allows it, or a validator would refuse it.
    pub fn grant(&self, builder: DelegationBuilder, now: Timestamp) -> Result<Granted, AgentError> {
        let chain = match builder.subject() {
            Subject::Powerline => Vec::new(),
            Subject::Did(subject) => self
                .chain(&self.did, subject, builder.command(), None, now)?
                .map_err(|miss| AgentError::NoChain(miss.into()))?,
        };
        let builder = match chain.last() {
            Some(last) => builder.under(last),
            None => builder,
        };
        let lints = builder.lints();
        let token = builder.sign(&*self.signer)?;
        let delegation = token.verify_with(&self.documents).map_err(AgentError::Own)?;
        self.store.put_delegations(core::slice::from_ref(&delegation))?;
        Ok(Granted { delegation, chain, lints })
    }
}
