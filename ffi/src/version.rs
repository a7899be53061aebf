//! Versions.

use core::ffi::c_char;

use crate::handle;

/// The version of the ABI that the header describes: compare it with allod_abi_version() of the library that was loaded.
///
/// It rises by one when something that was compiled against an older header could go wrong: a function or constant that is
/// gone, another type, another meaning. New functions and new codes do not raise it.
pub const ALLOD_ABI_VERSION: u32 = 1;

/// The version of the ABI of this library.
#[unsafe(no_mangle)]
pub extern "C" fn allod_abi_version() -> u32 {
    ALLOD_ABI_VERSION
}

/// The version of this library, as "1.2.3". It is there for ever.
#[unsafe(no_mangle)]
pub extern "C" fn allod_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// How many handles are alive, errors and bytes among them: 0 once everything was freed. For tests that look for leaks.
#[unsafe(no_mangle)]
pub extern "C" fn allod_live_handles() -> usize {
    handle::live()
}
