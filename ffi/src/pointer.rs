//! The only place where memory of the host is read and written.
//!
//! The contract of all functions here, and so of every export: a pointer that is not NULL points to as many bytes as the length
//! beside it says (or to one value of its type), which stay there and are not written by anyone else until the call returns. What
//! can be checked of that is checked: NULL, lengths, UTF-8.

// Requirements kept here: allod-ffi-outputs.

use core::ffi::{c_char, c_void};
use core::ptr::NonNull;
use core::slice;

use allod_crossing::Fault;

use crate::handle::null;

/// Bytes; none where the pointer is NULL and the length 0.
pub(crate) unsafe fn bytes<'a>(name: &str, data: *const c_void, len: usize) -> Result<&'a [u8], Fault> {
    // SAFETY: the caller's contract is this function's.
    Ok(unsafe { maybe_bytes(name, data, len) }?.unwrap_or_default())
}

/// Bytes that may be left out, by NULL with the length 0.
pub(crate) unsafe fn maybe_bytes<'a>(
    name: &str,
    data: *const c_void,
    len: usize,
) -> Result<Option<&'a [u8]>, Fault> {
    if data.is_null() {
        return if len == 0 { Ok(None) } else { Err(null(name)) };
    }
    if isize::try_from(len).is_err() {
        let said = format_args!("{name}: the length {len} is none that anything has");
        return Err(Fault::new("ArgumentError", "bad-argument", &said));
    }
    // SAFETY: it is not NULL, its length is possible, and by contract so many bytes are there.
    Ok(Some(unsafe { slice::from_raw_parts(data.cast(), len) }))
}

/// Text in UTF-8.
pub(crate) unsafe fn text<'a>(name: &str, data: *const c_char, len: usize) -> Result<&'a str, Fault> {
    // SAFETY: the caller's contract is this function's.
    utf8(name, unsafe { bytes(name, data.cast(), len) }?)
}

/// Text that may be left out, by NULL with the length 0.
pub(crate) unsafe fn maybe_text<'a>(
    name: &str,
    data: *const c_char,
    len: usize,
) -> Result<Option<&'a str>, Fault> {
    // SAFETY: the caller's contract is this function's.
    let given = unsafe { maybe_bytes(name, data.cast(), len) }?;
    given.map(|bytes| utf8(name, bytes)).transpose()
}

fn utf8<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Fault> {
    str::from_utf8(bytes).map_err(|error| {
        Fault::new("ArgumentError", "bad-utf8", &format_args!("{name} is not UTF-8: {error}"))
    })
}

/// Handles one after the other.
pub(crate) unsafe fn handles<'a, T>(
    name: &str,
    first: *const *const T,
    count: usize,
) -> Result<&'a [*const T], Fault> {
    if first.is_null() {
        return if count == 0 { Ok(&[]) } else { Err(null(name)) };
    }
    let fits = count.checked_mul(size_of::<usize>()).is_some_and(|len| isize::try_from(len).is_ok());
    if !fits || !first.is_aligned() {
        return Err(Fault::new(
            "ArgumentError",
            "bad-argument",
            &format_args!("{name} is no list of handles"),
        ));
    }
    // SAFETY: it is not NULL, aligned, its length is possible, and by contract so many are there.
    Ok(unsafe { slice::from_raw_parts(first, count) })
}

/// A place for a result, written on success only.
pub(crate) struct Out<T>(NonNull<T>);

impl<T> Out<T> {
    /// The place, which must not be NULL: looked at before anything is done.
    pub(crate) unsafe fn at(name: &str, place: *mut T) -> Result<Self, Fault> {
        NonNull::new(place).map(Self).ok_or_else(|| null(name))
    }

    pub(crate) fn write(self, value: T) {
        // SAFETY: it is not NULL, and by contract one value may be written there; whether it is aligned does not matter.
        unsafe { self.0.as_ptr().write_unaligned(value) }
    }
}

/// As [`Out`], for a result that nobody may want.
pub(crate) struct MaybeOut<T>(Option<Out<T>>);

impl<T> MaybeOut<T> {
    pub(crate) unsafe fn at(place: *mut T) -> Self {
        Self(NonNull::new(place).map(Out))
    }

    /// Writes what is made only if someone wants it.
    pub(crate) fn write(self, value: impl FnOnce() -> T) {
        if let Some(out) = self.0 {
            out.write(value());
        }
    }
}

/// Copies bytes to a place that has room for them.
pub(crate) unsafe fn copy_to(name: &str, place: *mut u8, bytes: &[u8]) -> Result<(), Fault> {
    if place.is_null() {
        return Err(null(name));
    }
    // SAFETY: it is not NULL, by contract there is room, and what is copied is of this library's own making.
    unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    Ok(())
}
