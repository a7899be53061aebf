//! What is remembered: delegations, revocations, what was executed, and what came of it.
//!
//! Four small traits, synchronous and object-safe, one of names for people, and one of a log of decisions.
//! [`MemoryStore`] keeps all of it in memory, `RedbStore` in one file (feature `redb`). Whatever is returned as kept
//! is kept: a store that lives on a disk has written it there before the call returns. Only what was verified gets
//! in, and delegations and receipts that come out are verified again before they count, so that nothing that
//! somebody else puts into a file allows anything. Whoever can take revocations or what was executed *out* of it
//! can have it forgotten: the file is for its owner alone.

mod audit;
mod error;
mod exchange;
mod gather;
mod memory;
#[cfg(feature = "redb")]
mod redb;
mod view;

use alloc::vec::Vec;

pub use self::audit::{AuditEntry, AuditLog, AuditVerdict};
pub use self::error::StoreError;
pub use self::exchange::{
    Intake, TakeUp, TakenUp, TakingUp, TakingUpStep, export_revocations, import_revocations,
};
pub use self::gather::{
    Answer, Ask, FindChain, Flaw, Flawed, Found, Gap, Goal, Misanswered, NearestMiss, Reason, Search, Step,
    find_chain,
};
pub use self::memory::MemoryStore;
#[cfg(feature = "redb")]
pub use self::redb::{RedbOptions, RedbStore};
pub use self::view::StoreView;

use crate::identity::Did;
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, Receipt, Revocation, Token, Verified, VerifiedReceipt};
use crate::validation::VerifiedRevocation;
use crate::wire::Cid;

/// Which delegations are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Whose.
    pub end: End,
    /// About whom.
    pub about: About,
}

/// From which end delegations are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Those given to this audience.
    To(Did),
    /// Those issued by this issuer.
    By(Did),
}

/// About whom delegations are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Whomever.
    Anyone,
    /// This subject, and no other.
    Subject(Did),
    /// Powerlines: those about whomever the one before them is.
    Powerlines,
}

/// Where a listing stopped. It means something to the store that gave it, and to no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub Vec<u8>);

/// A part of a listing.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// What there is.
    pub items: Vec<T>,
    /// Where the next part begins; `None` if this is the end.
    pub next: Option<Cursor>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None }
    }
}

/// Delegations: what one holds, what one gave, and whatever lies between.
pub trait DelegationStore: Send + Sync {
    /// Keeps delegations, all or none; answers how many of them were not known.
    ///
    /// # Errors
    /// When they could not be kept.
    fn put_delegations(&self, tokens: &[Verified<Delegation>]) -> Result<usize, StoreError>;

    /// The delegation of that CID.
    ///
    /// # Errors
    /// When the store does not answer.
    fn delegation(&self, cid: &Cid) -> Result<Option<Token<Delegation>>, StoreError>;

    /// Delegations, in parts of at most `most`. Those from one end about one subject come with the latest end
    /// first, unending ones before all; otherwise in any order that stays the same.
    ///
    /// # Errors
    /// When the store does not answer, or the cursor is none of its own.
    fn delegations(
        &self,
        query: &Query,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<Token<Delegation>>, StoreError>;

    /// Forgets a delegation; whether it was there.
    ///
    /// # Errors
    /// When the store does not answer.
    fn remove_delegation(&self, cid: &Cid) -> Result<bool, StoreError>;

    /// Forgets the delegations that ended before `time`; answers how many.
    ///
    /// # Errors
    /// When the store does not answer.
    fn sweep_delegations(&self, time: Timestamp) -> Result<usize, StoreError>;
}

/// How many revocations are kept of what nobody here is the subject of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// With the authority of any one subject.
    pub each: u64,
    /// In all.
    pub all: u64,
}

impl Quota {
    /// Ten thousand of each subject, a million in all.
    pub const USUAL: Self = Self { each: 10_000, all: 1_000_000 };
}

/// What became of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is kept.
    New,
    /// It was known: one with the same authority of the same delegation.
    Known,
    /// The quota is used up; nothing that was there was lost.
    OverQuota,
}

/// Revocations, by what is revoked and with whose authority. They only ever become more, but for those of
/// delegations that have ended.
pub trait RevocationStore: Send + Sync {
    /// Keeps a revocation, durably before it returns. With a quota, only while it is not used up; those that were kept without
    /// one do not count.
    ///
    /// # Errors
    /// When it could not be kept.
    fn put_revocation(
        &self,
        revocation: &VerifiedRevocation,
        quota: Option<Quota>,
    ) -> Result<Added, StoreError>;

    /// Whether `subject` is known to have revoked the delegation.
    ///
    /// # Errors
    /// When the store does not answer: then nobody can tell, and nothing is allowed.
    fn is_revoked(&self, delegation: &Cid, subject: &Did) -> Result<bool, StoreError>;

    /// The revocations that are kept, with the delegations that prove and witness them: in parts of at most
    /// `most`, in an order that stays the same.
    ///
    /// # Errors
    /// When the store does not answer, or the cursor is none of its own.
    fn revocations(&self, after: Option<&Cursor>, most: usize) -> Result<Page<KeptRevocation>, StoreError>;

    /// Forgets the revocations of delegations that are known to have ended before `time`; answers how many. One of a delegation that
    /// never ends, or that nobody here has seen, is never forgotten.
    ///
    /// # Errors
    /// When the store does not answer.
    fn sweep_revocations(&self, time: Timestamp) -> Result<usize, StoreError>;

    /// When the host last brought the revocations up to date.
    ///
    /// # Errors
    /// When the store does not answer.
    fn synced_at(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Says that the revocations are up to date as of `time`: after a sync with a source that knows of them all.
    ///
    /// # Errors
    /// When it could not be kept.
    fn set_synced_at(&self, time: Timestamp) -> Result<(), StoreError>;
}

/// A revocation as it is kept, with what it takes to verify it elsewhere.
#[derive(Debug, Clone)]
pub struct KeptRevocation {
    /// What it says.
    pub revocation: Revocation,
    /// The delegations of its proofs and its path, as far as they are known.
    pub delegations: Vec<Token<Delegation>>,
}

/// What keeps an invocation from being executed twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayEntry {
    /// The invocation's CID.
    pub invocation: Cid,
    /// A name for issuer, subject, command, arguments and nonce together: an invocation signed anew has another
    /// CID and the same name.
    pub request: Cid,
    /// The last second at which the invocation could be allowed, tolerance included. The margin comes with the
    /// sweep: see [`ReplayStore::sweep_replays`].
    pub until: Timestamp,
}

/// What a store says to an execution that is about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It was not executed before, and from now on it counts as begun.
    Fresh,
    /// It was begun before, by this invocation or another with the same request.
    Seen {
        /// The invocation that was executed.
        invocation: Cid,
        /// The receipt, once it is finished.
        receipt: Option<Cid>,
        /// It was begun by a process that is still at it: since this store was opened, and not finished.
        running: bool,
    },
    /// The clock was set back: it is behind the latest time that was seen by more than the margin. Nothing was
    /// begun, for what was swept could be begun once more.
    ClockSetBack {
        /// The latest time that was seen.
        latest: Timestamp,
    },
}

/// What was executed.
pub trait ReplayStore: Send + Sync {
    /// Begins an execution, in one step: of any number of calls with the same invocation or the same request,
    /// one is told `Fresh`. What was seen is remembered at least until the latest `until` that came with it. Durable before it returns. `now` moves the latest time that was seen, which never
    /// goes back; it may be behind that by at most `margin` seconds.
    ///
    /// # Errors
    /// When it could not be kept: then nothing must be executed.
    fn begin(&self, entry: &ReplayEntry, now: Timestamp, margin: u32) -> Result<Begun, StoreError>;

    /// Says that an execution which this process began is over without a receipt: it is not running any more, and
    /// what came of it is not known.
    ///
    /// # Errors
    /// When the store does not answer.
    fn abandon(&self, invocation: &Cid) -> Result<(), StoreError>;

    /// Ends an execution with its receipt, which is kept in the same step, durably before it returns.
    ///
    /// # Errors
    /// When it could not be kept.
    fn finish(&self, invocation: &Cid, receipt: &VerifiedReceipt) -> Result<(), StoreError>;

    /// Sets the latest time that was seen, also back: where the clock was ahead, and everything since has been
    /// refused as of a clock set back. What was forgotten while it was ahead can be executed a second time.
    ///
    /// # Errors
    /// When it could not be kept.
    fn danger_set_latest_time(&self, time: Timestamp) -> Result<(), StoreError>;

    /// The latest time that was seen by [`ReplayStore::begin`].
    ///
    /// # Errors
    /// When the store does not answer.
    fn latest_time(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Forgets what could not be allowed any more at the latest time that was seen, if that is over `margin` seconds
    /// ago; answers how many.
    ///
    /// # Errors
    /// When the store does not answer.
    fn sweep_replays(&self, margin: u32) -> Result<usize, StoreError>;
}

/// What came of what was executed, here and elsewhere.
pub trait ReceiptStore: Send + Sync {
    /// Keeps a receipt; whether it was not known.
    ///
    /// # Errors
    /// When it could not be kept.
    fn put_receipt(&self, receipt: &VerifiedReceipt) -> Result<bool, StoreError>;

    /// The receipt of that CID.
    ///
    /// # Errors
    /// When the store does not answer.
    fn receipt(&self, cid: &Cid) -> Result<Option<Receipt>, StoreError>;

    /// At most `most` receipts of a task by one issuer. Whoever knows a task can sign receipts of it: those of
    /// others stand in nobody's way.
    ///
    /// # Errors
    /// When the store does not answer.
    fn receipts_of(&self, task: &Cid, issuer: &Did, most: usize) -> Result<Vec<Receipt>, StoreError>;

    /// Forgets the receipts that are upheld only until before `time`; answers how many.
    ///
    /// # Errors
    /// When the store does not answer.
    fn sweep_receipts(&self, time: Timestamp) -> Result<usize, StoreError>;
}

/// Petnames: what people call the DIDs they know. One name, one DID.
pub trait NameStore: Send + Sync {
    /// Calls a DID by a name, instead of whatever had that name; `None` forgets the name.
    ///
    /// # Errors
    /// When it could not be kept.
    fn set_name(&self, name: &str, did: Option<&Did>) -> Result<(), StoreError>;

    /// All names, sorted.
    ///
    /// # Errors
    /// When the store does not answer.
    fn names(&self) -> Result<Vec<(alloc::string::String, Did)>, StoreError>;
}

/// All of it, for those who need all of it.
pub trait Store:
    DelegationStore + RevocationStore + ReplayStore + ReceiptStore + NameStore + AuditLog
{
}

impl<S> Store for S where
    S: DelegationStore + RevocationStore + ReplayStore + ReceiptStore + NameStore + AuditLog + ?Sized
{
}
