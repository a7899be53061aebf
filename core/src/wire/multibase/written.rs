//! Few bytes in base58btc, written without memory: every token that is made names a few people.

use super::BASE58BTC_ALPHABET;

/// The most bytes that are written here, and as many digits as they can take, or two more.
const MOST: usize = 35;
const DIGITS: usize = 50;
/// How many digits go into the number at once, and the base to that power. With 32 bits more, 64 hold it.
const AT_ONCE: usize = 5;
const POWER: u64 = 656_356_768;
/// The most characters that go in front.
const PREFIX: usize = 14;

/// A text of its own, in ASCII.
pub(crate) struct Written {
    text: [u8; PREFIX + DIGITS],
    begin: usize,
}

/// The prefix, and behind it the bytes in base58btc. `None` where there are more than 35 bytes, or the first is zero, or
/// the prefix has more than 14 bytes: ask [`base58btc_encode`](super::base58btc_encode).
pub(crate) fn base58btc_written(prefix: &str, bytes: &[u8]) -> Option<Written> {
    if bytes.len() > MOST || prefix.len() > PREFIX || *bytes.first()? == 0 {
        return None;
    }
    let mut text = [0; PREFIX + DIGITS];
    let mut places = text.iter_mut().rev();
    for mut part in parts(bytes) {
        for place in places.by_ref().take(AT_ONCE) {
            *place = character(part % 58);
            part /= 58;
        }
    }
    let zeros = text.iter().skip(PREFIX).take_while(|digit| **digit == character(0)).count();
    let begin = PREFIX + zeros - prefix.len();
    text.iter_mut().skip(begin).zip(prefix.bytes()).for_each(|(place, character)| *place = character);
    Some(Written { text, begin })
}

impl Written {
    pub(crate) fn as_str(&self) -> &str {
        let text = self.text.get(self.begin..).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }
}

/// The number in base 58 to the power of five, the least significant digit first.
fn parts(bytes: &[u8]) -> [u64; DIGITS / AT_ONCE] {
    let mut parts = [0; DIGITS / AT_ONCE];
    for (before, word) in bytes.rchunks(4).rev().enumerate() {
        let mut carry = word.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        // A word takes less than 1.1 parts: up to ten of them fit into one part more than they are.
        for part in parts.iter_mut().take(before + 2) {
            let value = (*part << 32) + carry;
            *part = value % POWER;
            carry = value / POWER;
        }
    }
    parts
}

fn character(digit: u64) -> u8 {
    let digit = usize::try_from(digit).unwrap_or_default();
    BASE58BTC_ALPHABET.as_bytes().get(digit).copied().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::string_slice)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::super::base58btc_encode;
    use super::*;

    #[test]
    fn few_bytes_are_written_as_many_are_but_for_those_with_zeros_in_front() {
        assert_eq!(POWER, 58_u64.pow(5));
        let mut chance = 1_u32;
        for turn in 0..3000 {
            let bytes: Vec<u8> = (0..turn % 38)
                .map(|_| {
                    chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    if turn % 5 == 0 { 0xff } else { (chance >> 24) as u8 }
                })
                .collect();
            let few = !bytes.is_empty() && bytes.len() <= MOST && bytes[0] != 0;
            let prefix = &"did:key:z, long"[..turn % 16];
            let expected =
                (few && prefix.len() <= PREFIX).then(|| prefix.to_string() + &base58btc_encode(&bytes));
            let written = base58btc_written(prefix, &bytes);
            assert_eq!(written.as_ref().map(Written::as_str), expected.as_deref(), "{bytes:?}");
        }
    }
}
