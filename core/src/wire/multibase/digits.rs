//! Bases in which the bytes are one large number.

use alloc::string::String;
use alloc::vec::Vec;

use super::MultibaseError;
use super::alphabet::Alphabet;

/// A base, by its alphabet. A leading zero byte is a leading zero digit.
///
/// Several digits at a time go in and out of the number, as many as fit into 32 bits: the time is quadratic all the
/// same, so callers bound the length.
#[derive(Clone, Copy)]
pub(super) struct Digits(Alphabet);

impl Digits {
    pub(super) const fn new(alphabet: &'static str) -> Self {
        Self(Alphabet(alphabet))
    }

    pub(super) fn encode(self, bytes: &[u8]) -> String {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let (digits, power) = self.at_once();
        // The most significant word first. Its upper bytes are zero where the bytes do not fill it.
        let mut words: Vec<u32> = Vec::with_capacity(bytes.len().div_ceil(4));
        words.extend(
            bytes.rchunks(4).rev().map(|part| part.iter().fold(0, |word, byte| word << 8 | u32::from(*byte))),
        );
        // The least significant character first.
        let mut text = Vec::with_capacity(bytes.len() * 2);
        while words.iter().any(|word| *word != 0) {
            let mut rest = divide(&mut words, power);
            for _ in 0..digits {
                text.push(self.0.character(rest % self.0.len()));
                rest /= self.0.len();
            }
        }
        let zero = self.0.character(0);
        while text.last() == Some(&zero) {
            text.pop();
        }
        text.resize(text.len() + zeros, zero);
        text.iter().rev().collect()
    }

    pub(super) fn decode(self, text: &str) -> Result<Vec<u8>, MultibaseError> {
        let values = self.0.values();
        let (digits, _) = self.at_once();
        // The least significant word first.
        let mut words: Vec<u32> = Vec::with_capacity(text.len() / 4 + 1);
        for part in text.as_bytes().chunks(digits) {
            let (mut power, mut sum) = (1, 0);
            for character in part {
                power *= self.0.len();
                sum = sum * self.0.len() + values.of(*character).ok_or(MultibaseError::Invalid)?;
            }
            multiply_add(&mut words, power, sum);
        }
        let zeros = text.bytes().take_while(|character| values.of(*character) == Some(0)).count();
        let mut bytes = Vec::with_capacity(zeros + words.len() * 4);
        bytes.resize(zeros, 0);
        let number = words.iter().rev().flat_map(|word| word.to_be_bytes());
        bytes.extend(number.skip_while(|byte| *byte == 0));
        Ok(bytes)
    }

    /// How many digits fit into 32 bits, and the base to that power.
    fn at_once(self) -> (usize, u32) {
        let (mut digits, mut power) = (1, self.0.len());
        while let Some(next) = power.checked_mul(self.0.len()) {
            (digits, power) = (digits + 1, next);
        }
        (digits, power)
    }
}

/// Divides in place, and returns the remainder.
#[allow(clippy::cast_possible_truncation, reason = "a quotient's word, as the rest is below the divisor")]
fn divide(words: &mut [u32], divisor: u32) -> u32 {
    let mut rest = 0;
    for word in words {
        let value = u64::from(rest) << 32 | u64::from(*word);
        *word = (value / u64::from(divisor)) as u32;
        rest = (value % u64::from(divisor)) as u32;
    }
    rest
}

#[allow(clippy::cast_possible_truncation, reason = "the upper half is carried over")]
fn multiply_add(words: &mut Vec<u32>, factor: u32, summand: u32) {
    let mut carry = summand;
    for word in words.iter_mut() {
        let value = u64::from(*word) * u64::from(factor) + u64::from(carry);
        *word = value as u32;
        carry = (value >> 32) as u32;
    }
    if carry != 0 {
        words.push(carry);
    }
}
