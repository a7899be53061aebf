//! Wiping what was read, where it may hold a secret.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
use core::ops::{Deref, DerefMut};

use zeroize::Zeroize;

use crate::wire::value::Ipld;

/// Something half read: wiped if it is dropped, unless it was released or is no secret.
pub(super) struct Held<T: Wipe> {
    value: T,
    secret: bool,
}

impl<T: Wipe> Held<T> {
    pub(super) const fn new(value: T, secret: bool) -> Self {
        Self { value, secret }
    }

    pub(super) fn release(mut self) -> T {
        mem::take(&mut self.value)
    }
}

impl<T: Wipe> Drop for Held<T> {
    fn drop(&mut self) {
        if self.secret {
            self.value.wipe();
        }
    }
}

impl<T: Wipe> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Wipe> DerefMut for Held<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

pub(super) trait Wipe: Default {
    fn wipe(&mut self);
}

impl Wipe for String {
    fn wipe(&mut self) {
        self.zeroize();
    }
}

impl Wipe for Vec<Ipld> {
    fn wipe(&mut self) {
        self.iter_mut().for_each(wipe);
    }
}

impl Wipe for BTreeMap<String, Ipld> {
    fn wipe(&mut self) {
        // Taken apart, since a map lends its keys for reading only.
        for (mut key, mut value) in mem::take(self) {
            key.zeroize();
            wipe(&mut value);
        }
    }
}

/// Wipes every string and all bytes of a value, the keys of its maps included.
pub(crate) fn wipe(value: &mut Ipld) {
    match value {
        Ipld::String(text) => text.zeroize(),
        Ipld::Bytes(bytes) => bytes.zeroize(),
        Ipld::List(items) => items.wipe(),
        Ipld::Map(entries) => entries.wipe(),
        Ipld::Null | Ipld::Bool(_) | Ipld::Integer(_) | Ipld::Float(_) | Ipld::Link(_) => {}
    }
}
