//! The resource's side: decides, keeps from executing twice, calls a handler, and signs what came of it.

// Requirements kept here: core-replay-prevented, core-replay-unexpired-cids, core-cmd-ucan-reserved,
// allod-reserved-commands, allod-exe-allow-first, allod-exe-unbounded-refused, allod-exe-panic,
// allod-exe-outcome-unknown, allod-exe-receipt-to-issuer, allod-exe-no-promise-to-handler, prm-mismatch-receipt,
// allod-rcpt-issued, allod-exe-audit.

mod call;
mod execution;
mod handler;
mod intake;
mod once;
mod run;

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::sync::atomic::AtomicI64;

pub use self::call::Call;
pub use self::execution::{Execution, ExecutionError, Refusal};
pub use self::handler::{Handler, HandlerError};

use crate::identity::{Did, Signer};
use crate::limits::Limits;
use crate::store::{Quota, Store};
use crate::ucan::{Command, Version};
use crate::validation::{Authorizer, DEFAULT_TOLERANCE, Subjects};

/// How far off, in seconds, the end of an invocation may be unless said otherwise: 24 hours. What keeps it from
/// being executed twice is kept until then.
pub const LONGEST_INVOCATION: u32 = 24 * 3600;

/// How many seconds longer than an invocation can be allowed it is remembered: for a clock that is set back by up
/// to [`CLOCK_MARGIN`], and for a greater tolerance, later or of another executor over the same store. None is
/// greater than the rest.
pub const REPLAY_MARGIN: u32 = 3600;

/// How many seconds the clock may be behind the latest time that was seen: calls that came in at the same time
/// are not begun in the order of their times.
pub const CLOCK_MARGIN: u32 = 60;

/// How many seconds pass between two sweeps of what has ended.
const SWEPT_EVERY: i64 = 600;

/// Executes what is allowed: each invocation once, but for those that never end or end far off, which only
/// handlers that are [idempotent](Handler::idempotent) take.
///
/// It acts for certain subjects, with a key of its own, and remembers in a store. Handlers are registered by
/// command. It can be shared between threads. Everything that one executor has executed has to be in its store:
/// two executors with two stores are two places at which an invocation can be executed.
///
/// ```
/// use std::sync::Arc;
/// use allod::executor::{Execution, Executor, Handler};
/// use allod::{Algorithm, Container, ContainerWriter, Encoding, Invocation, MemoryStore, SigningKey, Subjects, Timestamp};
///
/// #[derive(serde::Deserialize)]
/// struct Count { season: String }
///
/// let album = SigningKey::generate(Algorithm::Ed25519)?;
/// let subject = album.did();
/// let executor = Executor::new(SigningKey::from_seed(Algorithm::Ed25519, &album.danger_export_seed())?, Subjects::itself(), Arc::new(MemoryStore::new()))
///     .handle("/photos/count".parse()?, Handler::new(|_grant, count: Count| Ok::<_, ()>(count.season.len())))?;
///
/// let now = Timestamp::from_seconds(1_800_000_000)?;
/// let request = Invocation::builder(subject, "/photos/count".parse()?).argument("season", "summer");
/// let request = request.expires(now.plus(300)).sign(&album)?;
/// let sent = Container::read(&ContainerWriter::new().token(&request).write(Encoding::Raw)?)?;
/// let Execution::Executed(receipt) = executor.execute(&sent, now)? else { panic!("it is allowed") };
/// assert_eq!(receipt.outcome().value().as_integer(), Some(6));
/// assert!(matches!(executor.execute(&sent, now)?, Execution::Replayed { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Executor {
    signer: Box<dyn Signer + Send + Sync>,
    did: Did,
    subjects: Subjects,
    authorizer: Authorizer,
    store: Arc<dyn Store>,
    handlers: Vec<(Command, Handler)>,
    trusted: BTreeSet<Did>,
    tolerance: u32,
    longest: u32,
    audit: Audit,
    version: Version,
    receipts_last: Option<u32>,
    quota: Quota,
    /// The time of the last sweep, in seconds.
    swept: AtomicI64,
}

/// What is written into the log of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audit {
    Nothing,
    Decisions,
    WithArguments,
}

impl Executor {
    /// An executor that signs receipts with this key, acts for these subjects, and remembers in this store. It is
    /// addressed by the signer's DID.
    #[must_use]
    pub fn new(
        signer: impl Signer + Send + Sync + 'static,
        subjects: Subjects,
        store: Arc<dyn Store>,
    ) -> Self {
        let did = signer.issuer();
        Self {
            signer: Box::new(signer),
            authorizer: Authorizer::new(did.clone(), subjects.clone()),
            did,
            subjects,
            store,
            handlers: Vec::new(),
            trusted: BTreeSet::new(),
            tolerance: DEFAULT_TOLERANCE,
            longest: LONGEST_INVOCATION,
            audit: Audit::Nothing,
            version: Version::default(),
            receipts_last: None,
            quota: Quota::USUAL,
            swept: AtomicI64::new(i64::MIN),
        }
    }

    /// Registers what executes a command. Of several that fit, the one with the longest command does it.
    ///
    /// # Errors
    /// When the command is one of the library's own, `/` without all below it, or has a handler already.
    pub fn handle(mut self, command: Command, handler: Handler) -> Result<Self, HandlerError> {
        if command.is_reserved() {
            return Err(HandlerError::Reserved { command });
        }
        if command.is_top() && !handler.covers_below() {
            return Err(HandlerError::Top);
        }
        if self.handlers.iter().any(|(known, _)| *known == command) {
            return Err(HandlerError::Taken { command });
        }
        self.handlers.push((command, handler));
        Ok(self)
    }

    /// Takes this executor's word for the results of any task, besides those of the task's own subject and its
    /// own.
    #[must_use]
    pub fn trust_receipts_of(mut self, executor: Did) -> Self {
        self.trusted.insert(executor);
        self
    }

    /// How many seconds clocks may differ: 60 unless said otherwise, and 59 minutes at most. What one executor has
    /// swept from a store, no other can then allow again, whatever their tolerances.
    #[must_use]
    pub fn tolerance(mut self, seconds: u32) -> Self {
        self.tolerance = seconds.min(REPLAY_MARGIN - CLOCK_MARGIN);
        self
    }

    /// How far off, in seconds, the end of an invocation may be: [`LONGEST_INVOCATION`] unless said otherwise.
    /// Handlers that are idempotent take any.
    #[must_use]
    pub const fn longest_invocation(mut self, seconds: u32) -> Self {
        self.longest = seconds;
        self
    }

    /// For this command and all below it, asks for revocations that were brought up to date in the last
    /// `seconds`; see [`Authorizer::revocations_no_older_than`].
    #[must_use]
    pub fn revocations_no_older_than(mut self, command: Command, seconds: u32) -> Self {
        self.authorizer = self.authorizer.revocations_no_older_than(command, seconds);
        self
    }

    /// Also takes proofs that are named leaf first; see [`Authorizer::accept_leaf_first`].
    #[must_use]
    pub fn accept_leaf_first(mut self) -> Self {
        self.authorizer = self.authorizer.accept_leaf_first();
        self
    }

    /// Other limits than the usual ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.authorizer = self.authorizer.limits(limits);
        self
    }

    /// Writes every decision into the store's log: who, what, when, and how it came out. What cannot be logged is
    /// not executed.
    #[must_use]
    pub const fn audited(mut self) -> Self {
        self.audit = Audit::Decisions;
        self
    }

    /// As [`Executor::audited`], with the arguments: they may hold what nobody should read later.
    #[must_use]
    pub const fn audited_with_arguments(mut self) -> Self {
        self.audit = Audit::WithArguments;
        self
    }

    /// How many revocations with others' authority are kept: [`Quota::USUAL`] unless said otherwise.
    #[must_use]
    pub const fn quota(mut self, quota: Quota) -> Self {
        self.quota = quota;
        self
    }

    /// For how many seconds receipts are upheld: for ever unless said otherwise. Those that are not upheld any more
    /// are swept, and keep no promise; what they were for is not executed again on that account.
    #[must_use]
    pub const fn receipts_last(mut self, seconds: u32) -> Self {
        self.receipts_last = Some(seconds);
        self
    }

    /// The spelling of the receipts' tag, instead of `@1.0.0`.
    #[must_use]
    pub const fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Whom it is addressed as.
    #[must_use]
    pub const fn did(&self) -> &Did {
        &self.did
    }

    /// What it remembers in.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The handler of a command.
    fn handler(&self, command: &Command) -> Option<&Handler> {
        let fitting = self.handlers.iter().filter(|(registered, handler)| {
            registered == command || (handler.covers_below() && registered.covers(command))
        });
        fitting.max_by_key(|(registered, _)| registered.as_str().len()).map(|(_, handler)| handler)
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let commands: Vec<_> = self.handlers.iter().map(|(command, _)| command).collect();
        f.debug_struct("Executor")
            .field("did", &self.did)
            .field("handlers", &commands)
            .finish_non_exhaustive()
    }
}
