//! What goes wrong below: damaged pages, full disks, and a library that would rather panic.

use alloc::boxed::Box;
use alloc::format;
use core::fmt::Display;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};

use redb::{Database, Error};

use crate::store::StoreError;

/// Does something with the database, and turns a panic of it into an error: on a page that was damaged after
/// the file was checked, it may panic.
pub(super) fn guard<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    // What a transaction left behind is undone by the database, which is in doubt of itself afterwards.
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(damaged("a page of it holds what was never written there")))
}

/// As a failure of a store.
pub(super) fn fault(error: impl Into<Error>) -> StoreError {
    match error.into() {
        Error::DatabaseAlreadyOpen | Error::LockProtocolMismatch => StoreError::InUse,
        Error::Corrupted(what) => damaged(what),
        Error::Io(error) if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => {
            damaged(error)
        }
        Error::Io(error) => StoreError::Device(Box::new(error)),
        Error::Backend(error) => StoreError::Device(error),
        Error::UpgradeRequired(version) => StoreError::OlderStorage { found: version.into() },
        Error::PreviousIo | Error::DatabaseClosed | Error::LockPoisoned(_) => StoreError::InDoubt,
        Error::TableDoesNotExist(table) => damaged(format!("the table {table} is missing")),
        error @ (Error::TableTypeMismatch { .. }
        | Error::TableIsMultimap(_)
        | Error::TableIsNotMultimap(_)
        | Error::TypeDefinitionChanged { .. }) => damaged(error),
        error => StoreError::Device(Box::new(error)),
    }
}

pub(super) fn damaged(what: impl Display) -> StoreError {
    StoreError::Damaged { what: format!("{what}") }
}

/// The same error once more, for each thread whose change was lost with it.
pub(super) fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::NotThere { path } => StoreError::NotThere { path: path.clone() },
        StoreError::AlreadyThere { path } => StoreError::AlreadyThere { path: path.clone() },
        StoreError::InUse => StoreError::InUse,
        StoreError::Damaged { what } => StoreError::Damaged { what: what.clone() },
        StoreError::NewerFormat { found, known } => StoreError::NewerFormat { found: *found, known: *known },
        StoreError::OlderStorage { found } => StoreError::OlderStorage { found: *found },
        StoreError::Device(error) => StoreError::Device(format!("{error}").into()),
        StoreError::Cursor => StoreError::Cursor,
        StoreError::InDoubt => StoreError::InDoubt,
    }
}

/// An open database, that is closed without a panic.
pub(super) struct Guarded(Option<Database>);

impl Guarded {
    pub(super) const fn new(database: Database) -> Self {
        Self(Some(database))
    }

    pub(super) fn database(&self) -> Result<&Database, StoreError> {
        self.0.as_ref().ok_or(StoreError::InDoubt)
    }

    /// Closes it, and says what went wrong.
    pub(super) fn close(mut self) -> Result<(), StoreError> {
        self.0.take().map_or(Ok(()), |database| guard(|| database.close().map_err(fault)))
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // What was acknowledged is on the disk already; the next opening mends the rest.
        let _lost = self.0.take().map(|database| guard(|| database.close().map_err(fault)));
    }
}
