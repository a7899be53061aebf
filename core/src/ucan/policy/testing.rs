//! What this room's tests share.
#![allow(clippy::cast_possible_truncation)]

// For the tests without `std`, whose prelude lacks them.
pub(super) use alloc::string::{String, ToString};
pub(super) use alloc::vec::Vec;
pub(super) use alloc::{format, vec};

use crate::wire::{dag_json, value};

/// The DAG-CBOR of a DAG-JSON text.
pub(super) fn cbor(json: &str) -> Vec<u8> {
    #[allow(clippy::unwrap_used, reason = "a test's own text")]
    value::encode(&dag_json::parse(json).unwrap()).unwrap()
}

/// Numbers that look random and are the same in every run (`SplitMix64`).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(super) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        #[allow(clippy::indexing_slicing, reason = "below its length")]
        &from[self.below(from.len())]
    }
}
