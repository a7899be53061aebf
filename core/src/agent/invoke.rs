//! Asking.

use alloc::vec::Vec;

use serde::Serialize;

use super::{Agent, AgentError, INVOCATION_LASTS};
use crate::container::ContainerWriter;
use crate::identity::Did;
use crate::store::Goal;
use crate::ucan::time::Timestamp;
use crate::ucan::{Command, Delegation, Invocation, InvocationBuilder, Token, Verified};

/// What was asked, and on what grounds.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The invocation.
    pub invocation: Token<Invocation>,
    /// The delegations it rests on, root first, and no others.
    pub chain: Vec<Verified<Delegation>>,
}

impl Asked {
    /// All that its executor needs.
    #[must_use]
    pub fn container(&self) -> ContainerWriter {
        let writer = ContainerWriter::new().token(&self.invocation);
        self.chain.iter().fold(writer, |writer, link| writer.token(link))
    }
}

impl InvocationBuilder {
    /// Rests it on a chain that was found for it ([`Goal::to_invoke`]), root first: these are its proofs. Where no end was
    /// set, it lasts for [`INVOCATION_LASTS`] seconds from `now`.
    #[must_use]
    pub fn resting_on(self, chain: &[Verified<Delegation>], now: Timestamp) -> Self {
        let ends = self.ends().unwrap_or_else(|| now.plus(i64::from(INVOCATION_LASTS)));
        self.expires(ends).proofs(chain.iter().map(|link| link.cid()))
    }
}

impl Agent {
    /// Invokes a command on a subject, through the best chain that is held: the one of the fewest links, and of
    /// those the one that lasts longest. Arguments are whatever serde writes as a map, or `()` for none. It lasts for [`INVOCATION_LASTS`] seconds, and goes to the subject itself.
    ///
    /// # Errors
    /// When nothing that is held allows it, with what comes nearest.
    pub fn invoke<A: Serialize>(
        &self,
        subject: Did,
        command: Command,
        arguments: A,
        now: Timestamp,
    ) -> Result<Asked, AgentError> {
        let builder = Invocation::builder(subject, command);
        // Unit, which has no form in IPLD, stands for no arguments.
        let builder = if size_of::<A>() == 0 { builder } else { builder.arguments(arguments) };
        self.invoke_with(builder, now)
    }

    /// As [`Agent::invoke`], for whatever a builder can say: another executor, another end, metadata. Its proofs
    /// are looked for here.
    ///
    /// # Errors
    /// As [`Agent::invoke`].
    pub fn invoke_with(&self, builder: InvocationBuilder, now: Timestamp) -> Result<Asked, AgentError> {
        let chain = self.chain(Goal::to_invoke(&builder, self.did.clone(), now)?)?;
        let invocation = builder.resting_on(&chain, now).sign(&*self.signer)?;
        Ok(Asked { invocation, chain })
    }
}
