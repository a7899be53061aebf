//! Why a store did not do what it was asked.

use alloc::boxed::Box;
use alloc::string::String;

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is nothing at that place.
    #[error("there is no store at {path}: make one, or check the path")]
    NotThere {
        /// Where.
        path: String,
    },
    /// There is something at that place already.
    #[error("there is a file at {path} already: open it, or choose another path")]
    AlreadyThere {
        /// Where.
        path: String,
    },
    /// Another process has it open.
    #[error("another process has the store open: wait until it has finished, and try again")]
    InUse,
    /// What is there is not a store, or was damaged.
    #[error(
        "the store is damaged ({what}): restore it from a backup, and take up again what was revoked since; nothing in it was changed"
    )]
    Damaged {
        /// What is wrong with it.
        what: String,
    },
    /// It was written by a newer version.
    #[error(
        "the store has format {found}, and this version reads up to {known}: use a newer version of allod"
    )]
    NewerFormat {
        /// The format of the file.
        found: u32,
        /// The newest that is read.
        known: u32,
    },
    /// It lies in a storage format that is not read any more.
    #[error(
        "the store lies in the old storage format {found}, which this version does not read: make a backup of it with the version of allod that wrote it"
    )]
    OlderStorage {
        /// The storage format of the file.
        found: u32,
    },
    /// The device below it failed: full, unplugged, not writable.
    #[error("the store could not be read or written: {0}")]
    Device(#[source] Box<dyn core::error::Error + Send + Sync>),
    /// A cursor that this store did not give.
    #[error("the cursor is none of this store's: begin the listing anew")]
    Cursor,
    /// A fault in another thread left it in doubt.
    #[error("the store is in doubt after a fault elsewhere in the process: open it again")]
    InDoubt,
}
