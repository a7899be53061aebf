//! What came of a call.

use alloc::vec::Vec;
use core::fmt;

use crate::container::ContainerError;
use crate::store::StoreError;
use crate::ucan::time::Timestamp;
use crate::ucan::{BuildError, Command, Promise, Receipt, VerifiedReceipt};
use crate::validation::Denial;

/// What came of a call.
#[derive(Debug)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "made once for each call")]
pub enum Execution {
    /// It was allowed, and executed now; the receipt says what came of it, good or bad.
    Executed(VerifiedReceipt),
    /// It was denied. What the other side may see of it is [`Denial::public`].
    Denied(Denial),
    /// It was allowed, and executed before.
    Replayed {
        /// The denial, of the code `replayed`.
        denial: Denial,
        /// What came of it, for the invocation's issuer alone, or where the handler gives its receipts to whoever
        /// holds the invocation.
        receipt: Option<Receipt>,
        /// It is being executed right now.
        running: bool,
    },
    /// It was begun before and not finished: the power failed in between, say. It is not executed again; the
    /// receipt says that nobody knows what came of it.
    OutcomeUnknown(VerifiedReceipt),
    /// It was allowed, and its arguments wait for the results of other tasks. It was not executed; call again
    /// with the receipts.
    Awaits(Vec<Promise>),
    /// It was allowed, and this executor does not do such a thing.
    Refused(Refusal),
}

/// Why an executor does not do what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing is registered for the command.
    #[error("nothing here executes {command}: send it to an executor that does")]
    NoHandler {
        /// The command.
        command: Command,
    },
    /// The command is one of the library's own.
    #[error("{command} is no handler's: revocations and receipts are taken up, not executed")]
    Reserved {
        /// The command.
        command: Command,
    },
    /// It never ends, so that it would have to be remembered for ever.
    #[error("the invocation never ends: sign one that ends within {most} s")]
    NoEnd {
        /// How far off the end may be, in seconds.
        most: u32,
    },
    /// It ends too far off to be remembered until then.
    #[error("the invocation ends on {end}: sign one that ends within {most} s")]
    EndTooFarOff {
        /// When it ends.
        end: Timestamp,
        /// How far off the end may be, in seconds.
        most: u32,
    },
    /// A result that was put in the place of a promise has the form of a promise itself: nobody keeps it.
    #[error("the result of another task stands in the arguments and is a promise itself: ask for it apart")]
    PromiseInResult,
}

impl Refusal {
    /// A stable kebab-case name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoHandler { .. } => "no-handler",
            Self::Reserved { .. } => "reserved-command",
            Self::NoEnd { .. } => "no-end",
            Self::EndTooFarOff { .. } => "end-too-far-off",
            Self::PromiseInResult => "promise-in-result",
        }
    }
}

/// Why nothing can be said of a call. It may be tried again: what was not begun will be executed. What was begun
/// will not, even where no handler was called: that is [`Execution::OutcomeUnknown`]. A handler that is idempotent
/// executes what it does not remember once more.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecutionError {
    /// The store does not answer, or could not keep what has to be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The container does not hold the invocation that the host named.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// The clock is behind the latest time that was seen.
    #[error(
        "the clock says {now}, which is behind {latest}, when something was begun before: set it right, or wait"
    )]
    ClockSetBack {
        /// What the clock says.
        now: Timestamp,
        /// The latest time that was seen.
        latest: Timestamp,
    },
    /// The receipt could not be signed. It was executed.
    #[error("it was executed, and the receipt could not be made: {0}")]
    Receipt(#[source] BuildError),
}

impl Execution {
    /// The receipt, where there is one to hand out.
    #[must_use]
    pub fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Executed(receipt) | Self::OutcomeUnknown(receipt) => Some(receipt),
            Self::Replayed { receipt, .. } => receipt.as_ref(),
            _ => None,
        }
    }

    /// The denial, where it is one.
    #[must_use]
    pub const fn denial(&self) -> Option<&Denial> {
        match self {
            Self::Denied(denial) | Self::Replayed { denial, .. } => Some(denial),
            _ => None,
        }
    }
}

impl fmt::Display for Execution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Executed(receipt) => write!(f, "executed: {}", receipt.outcome().branch()),
            Self::Replayed { running: true, .. } => f.write_str("it is being executed"),
            Self::Denied(denial) | Self::Replayed { denial, .. } => write!(f, "denied: {denial}"),
            Self::OutcomeUnknown(_) => f.write_str("it was begun before, and what came of it is not known"),
            Self::Awaits(promises) => write!(f, "it waits for the results of {} tasks", promises.len()),
            Self::Refused(refusal) => write!(f, "refused: {refusal}"),
        }
    }
}
