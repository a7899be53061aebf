//! Bytes on their way out.

use zeroize::Zeroizing;

use crate::guard::quietly;
use crate::handle::{free, get, give, handled};

/// Bytes, or text in UTF-8, that the library made. They are wiped when they are freed. Free them with allod_bytes_free.
pub struct AllodBytes;

// With a NUL behind them, for those that are text.
handled!(AllodBytes = 2, Zeroizing<Vec<u8>>);

impl AllodBytes {
    pub(crate) fn give(bytes: &[u8]) -> *mut Self {
        let mut held = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
        held.extend_from_slice(bytes);
        held.push(0);
        give(held)
    }
}

/// The first byte. There is a NUL behind the last, which is not counted: text can be printed as it is. The bytes are there
/// until they are freed, and NULL is returned for those that are not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_bytes_data(bytes: *const AllodBytes) -> *const u8 {
    quietly(core::ptr::null(), || get("bytes", bytes).map_or(core::ptr::null(), |held| held.as_ptr()))
}

/// How many there are; 0 for NULL, and for those that were freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_bytes_len(bytes: *const AllodBytes) -> usize {
    quietly(0, || get("bytes", bytes).map_or(0, |held| held.len().saturating_sub(1)))
}

/// Wipes and frees bytes. Returns whether they were there: false for those that were freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_bytes_free(bytes: *mut AllodBytes) -> bool {
    quietly(false, || free(bytes))
}
