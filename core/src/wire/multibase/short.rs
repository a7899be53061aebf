//! Short texts in base58btc, of which every token holds a few: read without memory, ten digits at a time.

use super::BASE58BTC_ALPHABET;
use super::alphabet::{Alphabet, Values};

/// The most characters that are read here: in base 58 they are worth less than 2 to the power of 293.
const MOST: usize = 50;
/// How many digits in base 58 fit into 64 bits.
const AT_ONCE: usize = 10;
const POWER: u128 = 430_804_206_899_405_824;

static VALUES: Values = Alphabet(BASE58BTC_ALPHABET).values();

/// The bytes of a short text in base58btc, without its multibase prefix: the last of these forty, from the first that is
/// not zero. What is longer than fifty characters, or begins with zeros, is `None`, as is what is no base58btc: ask
/// [`base58btc_decode`](super::base58btc_decode).
#[allow(clippy::cast_possible_truncation, reason = "the upper half is carried over")]
pub(crate) fn base58btc_short(text: &[u8]) -> Option<[u8; 40]> {
    // A zero in front is a byte of its own.
    if text.len() > MOST || VALUES.of(*text.first()?) == Some(0) {
        return None;
    }
    let (first, rest) = text.split_at_checked(text.len() % AT_ONCE)?;
    let (parts, _) = rest.as_chunks::<AT_ONCE>();
    let mut all = 0;
    let mut sum = |part: &[u8]| {
        part.iter().fold(0_u64, |sum, character| {
            let value = VALUES.or_large(*character);
            all |= value;
            // Of ten values below 256 this is below 2 to the power of 61.
            sum * 58 + u64::from(value)
        })
    };
    // The least significant word first. Each part reaches into one more.
    let mut words = [sum(first), 0, 0, 0, 0];
    for (part, reached) in parts.iter().zip(2..) {
        let mut carry = sum(part);
        for word in words.iter_mut().take(reached) {
            let value = u128::from(*word) * POWER + u128::from(carry);
            *word = value as u64;
            carry = (value >> 64) as u64;
        }
    }
    if all >= 128 {
        return None;
    }
    let mut bytes = [0; 40];
    for (place, word) in bytes.rchunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    Some(bytes)
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use alloc::string::String;

    use super::super::BASE58BTC;
    use super::*;

    #[test]
    fn short_texts_are_read_as_long_ones_are_but_for_those_with_zeros_in_front() {
        assert_eq!(POWER, 58_u128.pow(10));
        let mut chance = 1_u32;
        for turn in 0..3000 {
            let text: String = (0..turn % 53)
                .map(|_| {
                    chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    char::from(BASE58BTC_ALPHABET.as_bytes()[(chance >> 16) as usize % 58])
                })
                .collect();
            let text = if turn % 7 == 0 { "z".repeat(text.len()) } else { text };
            let text = if turn % 50 == 49 { text.replacen(|c: char| c > 'T', "0", 1) } else { text };
            let long = BASE58BTC.decode(&text).ok();
            let expected = long.filter(|_| !text.is_empty() && text.len() <= MOST && !text.starts_with('1'));
            let short = base58btc_short(text.as_bytes());
            let short = short.map(|bytes| bytes.into_iter().skip_while(|byte| *byte == 0).collect());
            assert_eq!(short, expected, "{text}");
        }
    }
}
