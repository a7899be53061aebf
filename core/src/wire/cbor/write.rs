//! Writing DAG-CBOR in its one spelling.

use alloc::vec::Vec;
use core::fmt;

use super::View;
use super::check::key_order;
use super::head::{BYTES, LINK_TAG, LIST, MAP, NEGATIVE, SIMPLE, TAG, TEXT, UNSIGNED};

/// Appends DAG-CBOR to a buffer.
///
/// Heads, lengths and numbers come out in their shortest form by themselves; [`Writer::map`] sorts.
/// A list's length is the caller's word, so [`Writer::list`] takes the items instead.
#[derive(Default, Clone)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// An empty buffer.
    #[must_use]
    pub const fn new() -> Self {
        Self { out: Vec::new() }
    }

    /// An empty buffer with room for `bytes` bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        // mutants: replace Writer::with_capacity -> Self with Default::default(): room that is reserved changes
        // nothing of what is written.
        Self { out: Vec::with_capacity(bytes) }
    }

    /// How many bytes were written so far.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// `null`.
    pub fn null(&mut self) {
        self.out.push(0xf6);
    }

    /// `true` or `false`.
    pub fn bool(&mut self, value: bool) {
        self.out.push(if value { 0xf5 } else { 0xf4 });
    }

    /// An integer.
    pub fn integer(&mut self, value: i64) {
        if value < 0 {
            self.head(NEGATIVE, !value.cast_unsigned());
        } else {
            self.head(UNSIGNED, value.cast_unsigned());
        }
    }

    /// An integer of DAG-CBOR's whole range; `false`, and nothing written, outside −2⁶⁴ … 2⁶⁴ − 1.
    #[must_use]
    pub fn wide_integer(&mut self, value: i128) -> bool {
        let (major, argument) =
            if value < 0 { (NEGATIVE, u64::try_from(-1 - value)) } else { (UNSIGNED, u64::try_from(value)) };
        argument.map(|argument| self.head(major, argument)).is_ok()
    }

    /// A 64-bit float; `false`, and nothing written, when it is not finite.
    #[must_use]
    pub fn float(&mut self, value: f64) -> bool {
        if value.is_finite() {
            self.out.push((SIMPLE << 5) + 27);
            self.out.extend(value.to_be_bytes());
        }
        value.is_finite()
    }

    /// A byte string.
    pub fn bytes(&mut self, value: &[u8]) {
        self.head(BYTES, value.len() as u64);
        self.out.extend_from_slice(value);
    }

    /// A text string.
    pub fn string(&mut self, value: &str) {
        self.head(TEXT, value.len() as u64);
        self.out.extend_from_slice(value.as_bytes());
    }

    /// A link to a CID, given by its bytes.
    pub fn link(&mut self, cid: &[u8]) {
        self.head(TAG, LINK_TAG);
        self.head(BYTES, cid.len() as u64 + 1);
        self.out.push(0);
        self.out.extend_from_slice(cid);
    }

    /// A value that was checked before, as it is.
    pub fn view(&mut self, value: View<'_>) {
        self.out.extend_from_slice(value.as_cbor());
    }

    /// A list whose items `each` writes, one call an item.
    pub fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        self.head(LIST, items.len() as u64);
        for item in items {
            each(self, item);
        }
    }

    /// The head of a list of `length` items, which the caller writes next.
    pub fn list_head(&mut self, length: u64) {
        self.head(LIST, length);
    }

    /// The head of a map of `length` entries, which the caller writes next, sorted and unique.
    pub fn map_head(&mut self, length: u64) {
        self.head(MAP, length);
    }

    /// A map: the entries are sorted into DAG-CBOR's order; keys must differ.
    pub fn map<T>(&mut self, entries: &mut [(&str, T)], mut each: impl FnMut(&mut Self, &T)) {
        entries.sort_unstable_by(|(a, _), (b, _)| key_order(a.as_bytes(), b.as_bytes()));
        self.head(MAP, entries.len() as u64);
        for (key, value) in entries {
            self.string(key);
            each(self, value);
        }
    }

    fn head(&mut self, major: u8, argument: u64) {
        let major = major << 5;
        let bytes = argument.to_be_bytes();
        let (width, used) = match argument {
            0..=23 => {
                // Fits the head's own five bits.
                self.out.push(major + bytes.last().copied().unwrap_or_default());
                return;
            }
            24..=0xff => (24, 1),
            0x100..=0xffff => (25, 2),
            0x1_0000..=0xffff_ffff => (26, 4),
            _ => (27, 8),
        };
        self.out.push(major + width);
        self.out.extend_from_slice(bytes.get(8 - used..).unwrap_or_default());
    }
}

impl fmt::Debug for Writer {
    /// Without what was written, which may be arguments.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writer({} bytes)", self.out.len())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::float_cmp, clippy::panic)]
mod tests {
    use super::*;
    use crate::wire::Kind;

    #[test]
    fn numbers_come_out_in_their_shortest_form_and_are_read_back() {
        for value in [
            0,
            1,
            23,
            24,
            255,
            256,
            65_535,
            65_536,
            4_294_967_295,
            4_294_967_296,
            1 << 63,
            -1,
            -24,
            -25,
            -256,
            -257,
            (1 << 64) - 1,
            -(1 << 64),
        ] {
            let mut writer = Writer::new();
            assert!(writer.wide_integer(value));
            let bytes = writer.into_bytes();
            assert_eq!(View::parse(&bytes).unwrap().as_integer(), Some(value));
        }
        let mut writer = Writer::new();
        assert!(!writer.wide_integer(1 << 64));
        assert!(!writer.wide_integer(-(1 << 64) - 1));
        assert!(!writer.float(f64::NAN));
        assert!(writer.into_bytes().is_empty());
    }

    #[test]
    fn maps_are_sorted_shorter_keys_first() {
        let mut writer = Writer::new();
        writer.map(&mut [("bb", 1), ("c", 2), ("aa", 3)], |writer, value| writer.integer(*value));
        let bytes = writer.into_bytes();
        let Kind::Map(map) = View::parse(&bytes).unwrap().kind() else { panic!("a map") };
        let keys: Vec<_> = map.map(|(key, _)| key).collect();
        assert_eq!(keys, ["c", "aa", "bb"]);
    }
}
