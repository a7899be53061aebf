//! What executes a command.

use alloc::boxed::Box;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ucan::{Command, Results};
use crate::validation::Grant;
use crate::wire::{Ipld, value};

/// What a handler does, once its types are out of the way.
type Run = dyn Fn(&Grant) -> Results + Send + Sync;

/// What executes a command: a function from a grant and typed arguments to a typed result.
pub struct Handler {
    run: Box<Run>,
    idempotent: bool,
    below: bool,
    repeats: bool,
}

/// Why a handler cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandlerError {
    /// The command is one of the library's own.
    #[error("{command} is kept for the library: register another command")]
    Reserved {
        /// The command.
        command: Command,
    },
    /// `/` can be delegated, never invoked.
    #[error("\"/\" is never invoked: register it with `and_below`, for whatever has no handler of its own")]
    Top,
    /// The command has a handler already.
    #[error("{command} has a handler already")]
    Taken {
        /// The command.
        command: Command,
    },
}

impl Handler {
    /// A handler. It takes the grant and the arguments, which have to have the form of `A`, and gives a result of
    /// either branch. One that panics gives the error `handler-panicked`; arguments of another form give
    /// `bad-arguments`; a result that DAG-CBOR has no form for gives `bad-result`.
    #[must_use]
    pub fn new<A, R, E>(run: impl Fn(&Grant, A) -> Result<R, E> + Send + Sync + 'static) -> Self
    where
        A: DeserializeOwned,
        R: Serialize,
        E: Serialize,
    {
        let run = move |grant: &Grant| {
            let Ok(arguments) = value::from_ipld(value::from_view(grant.arguments())) else {
                return reason("bad-arguments");
            };
            let result = match run(grant, arguments) {
                Ok(result) => value::to_ipld(result).map(Results::Ok),
                Err(error) => value::to_ipld(error).map(Results::Error),
            };
            match result {
                // What cannot be written is found out before the receipt is made of it.
                Ok(Results::Ok(value) | Results::Error(value)) if value::encode(&value).is_err() => {
                    reason("bad-result")
                }
                Ok(result) => result,
                Err(_) => reason("bad-result"),
            }
        };
        Self { run: Box::new(run), idempotent: false, below: false, repeats: false }
    }

    /// Executing it twice does no more than executing it once: it takes invocations that never end or end far
    /// off. Those are executed each time they come; the others once, as ever.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Also executes the commands below its own that have no handler.
    #[must_use]
    pub const fn and_below(mut self) -> Self {
        self.below = true;
        self
    }

    /// Gives the receipt to whoever sends the invocation again, known or not.
    #[must_use]
    pub const fn receipts_for_anyone(mut self) -> Self {
        self.repeats = true;
        self
    }

    pub(super) const fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    pub(super) const fn covers_below(&self) -> bool {
        self.below
    }

    pub(super) const fn repeats_receipts(&self) -> bool {
        self.repeats
    }

    pub(super) fn run(&self, grant: &Grant) -> Results {
        // Whatever a panic left half done is the handler's own; nothing of the executor is within its reach.
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.run)(grant)));
        caught.unwrap_or_else(|_| reason("handler-panicked"))
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler")
            .field("idempotent", &self.idempotent)
            .field("below", &self.below)
            .finish_non_exhaustive()
    }
}

/// An error of the executor's own: `{"reason": …}`.
pub(super) fn reason(reason: &str) -> Results {
    Results::Error(Ipld::Map([("reason".into(), Ipld::String(reason.into()))].into()))
}
