//! Bits, the lowest of each byte first.

use alloc::vec::Vec;

/// Reads them.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u32,
    count: u32,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, held: 0, count: 0 }
    }

    /// The next sixteen, with zeros where there are no more.
    pub(super) fn peek(&mut self) -> u32 {
        while self.count < 16
            && let Some(byte) = self.bytes.get(self.at)
        {
            self.held |= u32::from(*byte) << self.count;
            self.count += 8;
            self.at += 1;
        }
        self.held & 0xffff
    }

    /// Goes on by so many of those that were looked at, if they were there.
    pub(super) fn skip(&mut self, count: u32) -> Option<()> {
        self.count = self.count.checked_sub(count)?;
        self.held >>= count;
        Some(())
    }

    /// The next ones, at most fifteen.
    pub(super) fn take(&mut self, count: u32) -> Option<usize> {
        let bits = self.peek() & ((1 << count) - 1);
        self.skip(count)?;
        usize::try_from(bits).ok()
    }

    /// So many whole bytes, from the next on that has not been begun.
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest().split_at_checked(count)?;
        *self = Reader::new(rest);
        Some(bytes)
    }

    /// All bytes that have not been begun.
    pub(super) fn rest(&self) -> &'a [u8] {
        let unread = self.at.saturating_sub(self.count as usize / 8);
        self.bytes.get(unread..).unwrap_or_default()
    }
}

/// Writes them.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Writer {
    /// A writer of what follows this one.
    pub(super) fn after(&self) -> Self {
        Self { bytes: Vec::new(), held: self.held, count: self.count }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() * 8 + self.count as usize
    }

    /// The lowest ones of the value, at most sixteen.
    pub(super) fn write(&mut self, value: usize, count: u32) {
        self.held |= (value as u64) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.next();
        }
    }

    /// Goes on where the other one, made [`after`](Self::after) this one, has come to.
    pub(super) fn go_on(&mut self, other: &Self) {
        self.bytes.extend_from_slice(&other.bytes);
        (self.held, self.count) = (other.held, other.count);
    }

    /// Ends a byte that has been begun.
    pub(super) fn align(&mut self) {
        if self.count > 0 {
            self.next();
            self.count = 0;
        }
    }

    fn next(&mut self) {
        let [byte, ..] = self.held.to_le_bytes();
        self.bytes.push(byte);
        self.held >>= 8;
        self.count = self.count.saturating_sub(8);
    }
}
