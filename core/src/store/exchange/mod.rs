//! Revocations on their way from one store to another: by file, by QR code, by relay, by gossip.

// Requirements kept here: allod-rev-carried.

mod export;
mod judge;
mod taking_up;

use alloc::vec::Vec;
use core::fmt;

pub use self::export::export_revocations;
pub use self::taking_up::{TakingUp, TakingUpStep};
use super::{DelegationStore, Quota, RevocationStore, StoreError};
use crate::code::Code;
use crate::container::Container;
use crate::identity::{Did, MemoryResolver};
use crate::validation::Denial;
use crate::wire::Cid;

/// What became of a revocation that came along.
#[derive(Debug, Clone)]
pub struct TakenUp {
    /// Its CID.
    pub cid: Cid,
    /// What it takes back.
    pub revoked: Cid,
    /// With whose authority, as it says.
    pub subject: Did,
    /// What became of it.
    pub result: TakeUp,
}

/// What became of a revocation.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "a few of them, looked at once")]
pub enum TakeUp {
    /// It is kept, and takes effect from now on.
    New,
    /// It was known.
    Known,
    /// It was not kept: nothing shows that it is about any delegation that matters here. Send it again with its
    /// path, or with the delegation it revokes.
    Irrelevant,
    /// It was not kept: there are as many about others' subjects as are kept.
    OverQuota,
    /// It does not hold.
    Refused(Denial),
}

impl TakeUp {
    /// The failure code, where it does not hold.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(denial) => Some(denial.code()),
            _ => None,
        }
    }
}

/// How revocations are taken up.
#[derive(Clone, Copy)]
pub struct Intake<'a> {
    /// The subjects whose word is taken without a witness: those one acts for.
    pub own: &'a dyn Fn(&Did) -> bool,
    /// How many of others are kept.
    pub quota: Quota,
    /// Documents of the DIDs that need one.
    pub documents: &'a MemoryResolver,
}

impl fmt::Debug for Intake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").field("quota", &self.quota).finish_non_exhaustive()
    }
}

/// Takes up the revocations in a container, with what it and the store hold of the delegations that prove and
/// witness them. It does not make what is known any newer: see [`RevocationStore::set_synced_at`].
///
/// # Errors
/// When the store does not answer, or could not keep one.
pub fn import_revocations<S: DelegationStore + RevocationStore + ?Sized>(
    store: &S,
    container: &Container,
    intake: &Intake<'_>,
) -> Result<Vec<TakenUp>, StoreError> {
    let taking_up = TakingUp::new(container, intake.own).quota(intake.quota);
    let mut taking_up = taking_up.documents(intake.documents.clone());
    loop {
        // Each kind of question is answered with its own kind.
        match taking_up.step() {
            TakingUpStep::Done(taken_up) => return Ok(taken_up),
            TakingUpStep::Ask(ask) => taking_up.answer(ask.answer_from(store)?),
            TakingUpStep::Put(revocation, quota) => {
                taking_up.added(store.put_revocation(&revocation, quota)?)
            }
        }
        .map_err(|_| StoreError::InDoubt)?;
    }
}
