//! How often memory is asked for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

/// The system's allocator, which counts: a bench declares it as its `#[global_allocator]`.
pub struct Counting;

static TIMES: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call goes on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TIMES.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the rules of `alloc`, which are those of the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: what this allocator gave out, the system's did.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        TIMES.fetch_add(1, Ordering::Relaxed);
        // SAFETY: what this allocator gave out, the system's did.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// How often `work` asks for memory, where [`Counting`] is the allocator and no other thread is at work.
pub fn during(work: impl FnOnce()) -> u64 {
    let before = TIMES.load(Ordering::Relaxed);
    work();
    TIMES.load(Ordering::Relaxed) - before
}
