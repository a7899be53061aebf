//! What has been there before.

use alloc::vec;
use alloc::vec::Vec;

/// How far back one can point, and how much at once.
const WINDOW: usize = 1 << 15;
const LONGEST: usize = 258;
/// The shortest that is worth it, and how far back a match of that length still is.
const SHORTEST: usize = 3;
const NEAR: usize = 1 << 12;

/// How many places are looked at: bytes can be chosen so that there are thousands.
const PLACES: usize = 128;

/// A byte, or so many from so far back.
pub(super) struct Symbol {
    pub(super) byte: u8,
    pub(super) length: usize,
    pub(super) distance: usize,
}

/// The bytes, those that repeat others replaced; a match waits for a longer one that begins a byte later.
pub(super) fn symbols(bytes: &[u8]) -> Vec<Symbol> {
    let mut places = Places { bytes, heads: vec![0; 1 << BITS], before: vec![0; bytes.len()] };
    let mut symbols = Vec::new();
    let mut at = 0;
    let mut found = (0, 0);
    while let Some(byte) = bytes.get(at) {
        places.add(at);
        let next = places.longest(at + 1);
        let (length, distance) = if found.0 >= SHORTEST && found.0 >= next.0 { found } else { (1, 0) };
        symbols.push(Symbol { byte: *byte, length, distance });
        (at + 1..at + length).for_each(|passed| places.add(passed));
        found = if length == 1 { next } else { places.longest(at + length) };
        at += length;
    }
    symbols
}

/// Where each three bytes have stood, by their hashes.
struct Places<'a> {
    bytes: &'a [u8],
    /// The last place, and the one before each, counted from one.
    heads: Vec<usize>,
    before: Vec<usize>,
}

const BITS: u32 = 13;

impl Places<'_> {
    fn hash(&self, at: usize) -> Option<usize> {
        let three = self.bytes.get(at..)?.first_chunk::<SHORTEST>()?;
        let number = three.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        usize::try_from(number.wrapping_mul(0x9e37_79b1) >> (32 - BITS)).ok()
    }

    fn add(&mut self, at: usize) {
        let head = self.hash(at).and_then(|hash| self.heads.get_mut(hash));
        if let Some((head, before)) = head.zip(self.before.get_mut(at)) {
            *before = core::mem::replace(head, at + 1);
        }
    }

    /// The longest match, the nearest of those, and how far back it is.
    fn longest(&self, at: usize) -> (usize, usize) {
        let here = self.bytes.get(at..).unwrap_or_default();
        let mut best = (0, 0);
        let mut place = self.hash(at).and_then(|hash| self.heads.get(hash)).copied().unwrap_or_default();
        for _ in 0..PLACES {
            let Some(from) = place.checked_sub(1) else { break };
            if at - from > WINDOW {
                break;
            }
            let there = self.bytes.get(from..).unwrap_or_default();
            let length = here.iter().zip(there).take(LONGEST).take_while(|(one, other)| one == other).count();
            if length > best.0 && (length > SHORTEST || at - from <= NEAR) {
                best = (length, at - from);
            }
            place = self.before.get(from).copied().unwrap_or_default();
        }
        best
    }
}
