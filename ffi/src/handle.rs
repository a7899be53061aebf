//! Handles: numbers that look like pointers, and are looked up instead of followed.
//!
//! A number is given out once. So whatever is used after it was freed, freed twice, or passed where another type belongs
//! is not found, and an object that one thread frees stays there for another that is using it.

// Requirements kept here: allod-ffi-handles.

use core::any::Any;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use allod_crossing::Fault;

/// What C sees as a type of its own, and what stands behind it here.
pub(crate) trait Handled {
    /// What is looked up.
    type Object: Any + Send + Sync;
    /// Distinct for each type.
    const KIND: usize;
    /// As C writes it.
    const NAME: &'static str;
}

/// A number is odd, so that it is the address of nothing that is aligned, then has its type, then a count.
const KIND_BITS: u32 = 5;
const COUNT_SHIFT: u32 = KIND_BITS + 1;
const SHARDS: usize = 16;

type Shard = RwLock<HashMap<usize, Arc<dyn Any + Send + Sync>>>;

static TABLE: LazyLock<[Shard; SHARDS]> = LazyLock::new(Default::default);
static COUNT: AtomicUsize = AtomicUsize::new(1);

/// Gives an object a handle.
pub(crate) fn give<T: Handled>(object: T::Object) -> *mut T {
    give_shared(Arc::new(object))
}

/// Gives an object that others hold as well a handle.
pub(crate) fn give_shared<T: Handled>(object: Arc<T::Object>) -> *mut T {
    const { assert!(T::KIND < 1 << KIND_BITS) };
    loop {
        // Where an address has 32 bits, this comes round after 67 million handles; those that are alive are passed over. It
        // does not come round where it has 64.
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let number = (count << COUNT_SHIFT) | (T::KIND << 1) | 1;
        let mut shard = shard(number).write().unwrap_or_else(PoisonError::into_inner);
        if let std::collections::hash_map::Entry::Vacant(free) = shard.entry(number) {
            free.insert(object);
            return ptr::without_provenance_mut(number);
        }
    }
}

/// The object of a handle that came in as the argument `name`.
pub(crate) fn get<T: Handled>(name: &str, handle: *const T) -> Result<Arc<T::Object>, Fault> {
    if handle.is_null() {
        return Err(null(name));
    }
    let number = handle.addr();
    if number & ((1 << COUNT_SHIFT) - 1) != (T::KIND << 1) | 1 {
        return Err(Fault::new("HandleError", "wrong-handle", &format_args!("{name} is no {}", T::NAME)));
    }
    let shard = shard(number).read().unwrap_or_else(PoisonError::into_inner);
    let found = shard.get(&number).cloned();
    drop(shard);
    found.and_then(|object| object.downcast().ok()).ok_or_else(|| {
        let said = format_args!("{name}: this {} was freed before, or is none", T::NAME);
        Fault::new("HandleError", "stale-handle", &said)
    })
}

/// As [`get`], for one that may be left out.
pub(crate) fn maybe<T: Handled>(name: &str, handle: *const T) -> Result<Option<Arc<T::Object>>, Fault> {
    if handle.is_null() { Ok(None) } else { get(name, handle).map(Some) }
}

/// Takes a handle back: whether there was such a one. NULL always is.
pub(crate) fn free<T: Handled>(handle: *const T) -> bool {
    if handle.is_null() {
        return true;
    }
    let number = handle.addr();
    if number & ((1 << COUNT_SHIFT) - 1) != (T::KIND << 1) | 1 {
        return false;
    }
    let object = shard(number).write().unwrap_or_else(PoisonError::into_inner).remove(&number);
    // Dropped here, where no lock is held: what it drops may call back.
    object.is_some()
}

/// How many there are.
pub(crate) fn live() -> usize {
    TABLE.iter().map(|shard| shard.read().unwrap_or_else(PoisonError::into_inner).len()).sum()
}

/// What an argument that must not be NULL says when it is.
pub(crate) fn null(name: &str) -> Fault {
    Fault::new("ArgumentError", "null-argument", &format_args!("{name} is NULL"))
}

#[allow(clippy::indexing_slicing, reason = "the remainder is less than the length")]
fn shard(number: usize) -> &'static Shard {
    &TABLE[(number >> COUNT_SHIFT) % SHARDS]
}

/// Declares the types that C sees, each with what stands behind it.
macro_rules! handled {
    ($name:ident = $kind:literal, $object:ty) => {
        impl $crate::handle::Handled for $name {
            type Object = $object;
            const KIND: usize = $kind;
            const NAME: &'static str = stringify!($name);
        }
    };
}
pub(crate) use handled;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Apple;
    struct Pear;
    handled!(Apple = 30, String);
    handled!(Pear = 31, String);

    #[test]
    fn what_was_freed_or_is_another_is_not_found() {
        let apple: *mut Apple = give("red".to_owned());
        assert_eq!(*get("apple", apple).unwrap(), "red");
        assert_eq!(get::<Pear>("pear", apple.cast()).unwrap_err().code(), "wrong-handle");
        assert!(!free::<Pear>(apple.cast()));
        let held = get("apple", apple).unwrap();
        assert!(free(apple));
        assert!(!free(apple));
        assert_eq!(get("apple", apple).unwrap_err().code(), "stale-handle");
        assert_eq!(*held, "red");
        let next: *mut Apple = give("green".to_owned());
        assert_ne!(apple, next);
        assert!(free(next));
        assert!(free::<Apple>(ptr::null()));
        assert_eq!(get::<Apple>("apple", ptr::null()).unwrap_err().code(), "null-argument");
        assert!(maybe::<Apple>("apple", ptr::null()).unwrap().is_none());
    }

    #[test]
    fn numbers_that_were_never_given_out_are_not_found() {
        for number in [1, 2, 3, 61, 0x1000, usize::MAX, usize::MAX - 2] {
            assert!(get::<Apple>("apple", ptr::without_provenance(number)).is_err());
            assert!(!free::<Apple>(ptr::without_provenance(number)));
        }
    }
}
