//! What is left of a secret on the stack.
//!
//! Keys wipe what they hold. Where libraries have computed with it, or have moved it, copies stay on the stack until something
//! else stands there, and whoever copies a value together with its padding takes them along.

/// Does what handles a secret, and wipes the stack behind it.
#[cfg(feature = "std")]
pub(super) fn wiped<T>(work: impl FnOnce() -> T) -> T {
    let done = apart(work);
    wipe();
    done
}

/// Without an operating system nobody knows how much stack there is.
#[cfg(not(feature = "std"))]
pub(super) fn wiped<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// In a frame of its own, below the caller's.
#[cfg(feature = "std")]
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// The deepest copies that were seen lay 9 KB down. `tests/dropped.rs` sees what is left.
#[cfg(feature = "std")]
#[inline(never)]
fn wipe() {
    core::hint::black_box(&mut [0_u64; 2048]);
}
