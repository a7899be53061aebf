//! What goes wrong.

use core::ffi::c_char;
use std::ffi::CString;

use allod_crossing::Fault;

use crate::code::{ALLOD_OK, ALLOD_STALE_HANDLE, Known};
use crate::guard::quietly;
use crate::handle::{free, get, give, handled};

/// Why a call did not do what it was asked. Free it with allod_error_free.
pub struct AllodError;

handled!(AllodError = 1, Told);

/// An error as it is kept for C.
pub(crate) struct Told {
    known: &'static Known,
    message: CString,
}

impl AllodError {
    pub(crate) fn give(fault: &Fault) -> *mut Self {
        // No text of C has a NUL in it.
        let message = CString::new(fault.message().replace('\0', "\u{fffd}")).unwrap_or_default();
        give(Told { known: Known::by_name(fault.code()), message })
    }
}

/// The number of an error: one of the ALLOD_ constants, stable for ever. ALLOD_OK for NULL, and
/// ALLOD_STALE_HANDLE for an error that was freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_error_number(error: *const AllodError) -> u32 {
    quietly(ALLOD_STALE_HANDLE, || match (error.is_null(), get("error", error)) {
        (true, _) => ALLOD_OK,
        (_, Ok(told)) => told.known.number,
        (_, Err(_)) => ALLOD_STALE_HANDLE,
    })
}

/// The name of an error in kebab case, stable for ever: for logs, and for other languages. Empty for NULL. It is there for
/// ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_error_name(error: *const AllodError) -> *const c_char {
    quietly(c"".as_ptr(), || match (error.is_null(), get("error", error)) {
        (true, _) => c"".as_ptr(),
        (_, Ok(told)) => told.known.name.as_ptr(),
        (_, Err(_)) => c"stale-handle".as_ptr(),
    })
}

/// What went wrong, in words for a developer. It is there until the error is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_error_message(error: *const AllodError) -> *const c_char {
    quietly(c"".as_ptr(), || get("error", error).map_or(c"".as_ptr(), |told| told.message.as_ptr()))
}

/// What to do about it, in general. It is there for ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_error_remedy(error: *const AllodError) -> *const c_char {
    quietly(c"".as_ptr(), || get("error", error).map_or(c"".as_ptr(), |told| told.known.remedy.as_ptr()))
}

/// Frees an error. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_error_free(error: *mut AllodError) -> bool {
    quietly(false, || free(error))
}
