//! What is looked for.

use crate::identity::Did;
use crate::limits::{Limits, MAX_GATHER_STEPS};
use crate::ucan::time::Timestamp;
use crate::ucan::{BuildError, Command, DelegationBuilder, InvocationBuilder};
use crate::validation::DEFAULT_TOLERANCE;
use crate::wire::Item;

/// What a chain is looked for to do: who invokes what, on whose behalf, when.
#[derive(Debug, Clone)]
pub struct Goal {
    pub(super) invoker: Did,
    pub(super) subject: Did,
    pub(super) command: Command,
    pub(super) arguments: Option<Item>,
    pub(super) at: Timestamp,
    pub(super) tolerance: u32,
    pub(super) limits: Limits,
    pub(super) steps: u64,
}

impl Goal {
    /// A chain by which `invoker` may use `command` on `subject` at that time, whatever the arguments: its policies
    /// are not looked at until [`Goal::arguments`] says what to hold them against.
    #[must_use]
    pub const fn new(invoker: Did, subject: Did, command: Command, at: Timestamp) -> Self {
        Self {
            invoker,
            subject,
            command,
            arguments: None,
            at,
            tolerance: DEFAULT_TOLERANCE,
            limits: Limits::new(),
            steps: MAX_GATHER_STEPS,
        }
    }

    /// A chain that a delegation by `issuer` can rest on. A powerline rests on whatever is to come: `None`.
    #[must_use]
    pub fn to_grant(delegation: &DelegationBuilder, issuer: Did, at: Timestamp) -> Option<Self> {
        let subject = delegation.subject().did()?.clone();
        Some(Self::new(issuer, subject, delegation.command().clone(), at))
    }

    /// A chain that an invocation by `invoker` can rest on, with its arguments.
    ///
    /// # Errors
    /// When an argument has no form in DAG-CBOR.
    pub fn to_invoke(
        invocation: &InvocationBuilder,
        invoker: Did,
        at: Timestamp,
    ) -> Result<Self, BuildError> {
        let arguments = invocation.encoded_arguments()?;
        let (subject, command) = (invocation.subject().clone(), invocation.command().clone());
        Ok(Self::new(invoker, subject, command, at).arguments(arguments))
    }

    /// Only chains whose policies these arguments satisfy: a map.
    #[must_use]
    pub fn arguments(mut self, arguments: Item) -> Self {
        self.arguments = Some(arguments);
        self
    }

    /// The seconds that clocks may differ: 60 unless said otherwise, as in
    /// [`Evidence::tolerance`](crate::Evidence::tolerance). With 0, no chain is found that only a lenient executor takes.
    #[must_use]
    pub const fn tolerance(mut self, seconds: u32) -> Self {
        self.tolerance = seconds;
        self
    }

    /// The limits of the executor that shall take the chain.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Takes at most so many steps; no more than [`MAX_GATHER_STEPS`].
    #[must_use]
    pub fn steps(mut self, steps: u64) -> Self {
        self.steps = steps.min(MAX_GATHER_STEPS);
        self
    }

    /// Takes as many steps as said: whoever can put delegations into the store can make it take that long.
    #[must_use]
    pub const fn danger_steps_of(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }
}
