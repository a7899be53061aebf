//! What stands around every call.

// Requirements kept here: allod-ffi-panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use allod_crossing::Fault;

use crate::error::AllodError;

/// Does what a function is for: NULL where that went well, and what went wrong otherwise. A panic ends here.
pub(crate) fn call(work: impl FnOnce() -> Result<(), Fault>) -> *mut AllodError {
    // Nothing that a panic left half done is seen again: what was to be written is not, and locks say themselves that they
    // were poisoned.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => core::ptr::null_mut(),
        Ok(Err(fault)) => AllodError::give(&fault),
        Err(_) => AllodError::give(&Fault::new(
            "FfiError",
            "panic",
            &"a fault in the library, or in a function that it called: what was asked may be half done",
        )),
    }
}

/// As [`call`], for what says nothing but yes or no.
pub(crate) fn quietly<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(otherwise)
}
