//! Whole numbers of any size, as far as reading a float needs them.

use alloc::vec::Vec;
use core::iter;

/// The least significant word first, and no zero last.
pub(super) struct Big(Vec<u32>);

impl Big {
    pub(super) fn of(value: u32) -> Self {
        let mut big = Self(Vec::new());
        big.multiply_add(1, value);
        big
    }

    #[allow(clippy::cast_possible_truncation, reason = "the upper half is carried over")]
    pub(super) fn multiply_add(&mut self, factor: u32, summand: u32) {
        let mut carry = summand;
        for word in &mut self.0 {
            let value = u64::from(*word) * u64::from(factor) + u64::from(carry);
            *word = value as u32;
            carry = (value >> 32) as u32;
        }
        if carry != 0 {
            self.0.push(carry);
        }
    }

    /// How many bits it has without leading zeros.
    pub(super) fn bits(&self) -> u32 {
        self.words() * 32 - self.leading_zeros()
    }

    pub(super) fn shift_left(&mut self, bits: u32) {
        let whole = iter::repeat_n(0, bits as usize / 32);
        self.0.splice(..0, whole);
        self.multiply_add(1 << (bits % 32), 0);
    }

    /// The quotient, which the caller knows to fit, and whether something is left. Long division, a word at a time
    /// (Knuth, The Art of Computer Programming, 4.3.1, algorithm D).
    #[allow(clippy::cast_possible_truncation, reason = "a guess is held down to one word")]
    pub(super) fn divide(mut self, mut divisor: Self) -> (u128, bool) {
        // With its highest bit set, the highest word of the divisor guesses right, or at most two too high.
        let shift = divisor.leading_zeros();
        self.shift_left(shift);
        divisor.shift_left(shift);
        let highest = u64::from(divisor.0.last().copied().unwrap_or(1));
        self.0.push(0);
        let mut quotient = 0;
        for at in (0..self.0.len().saturating_sub(divisor.0.len())).rev() {
            let Some(rest) = self.0.get_mut(at..=at + divisor.0.len()) else { break };
            let top = rest.iter().rev().take(2).fold(0, |top, word| top << 32 | u64::from(*word));
            let mut guess = (top / highest).min(u64::from(u32::MAX)) as u32;
            let mut below_zero = subtract(rest, &divisor.0, guess);
            while below_zero {
                guess -= 1;
                below_zero = !add(rest, &divisor.0);
            }
            quotient = quotient << 32 | u128::from(guess);
        }
        (quotient, self.0.iter().any(|word| *word != 0))
    }

    fn words(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    fn leading_zeros(&self) -> u32 {
        self.0.last().map_or(0, |word| word.leading_zeros())
    }
}

/// Subtracts a multiple; whether that went below zero.
#[allow(clippy::cast_possible_truncation, reason = "the upper half is borrowed")]
fn subtract(from: &mut [u32], number: &[u32], factor: u32) -> bool {
    let mut borrow = 0;
    for (word, digit) in from.iter_mut().zip(number.iter().chain(&[0])) {
        let value = u64::from(*digit) * u64::from(factor) + borrow;
        let (low, below) = word.overflowing_sub(value as u32);
        *word = low;
        borrow = (value >> 32) + u64::from(below);
    }
    borrow != 0
}

/// Adds; whether that went over the end.
fn add(to: &mut [u32], number: &[u32]) -> bool {
    let mut carry = false;
    for (word, digit) in to.iter_mut().zip(number.iter().chain(&[0])) {
        let (sum, over) = word.overflowing_add(*digit);
        let (sum, again) = sum.overflowing_add(u32::from(carry));
        (*word, carry) = (sum, over || again);
    }
    carry
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation)]
mod tests {
    use super::*;

    fn of(mut value: u128) -> Big {
        let mut words = Vec::new();
        while value != 0 {
            words.push((value & u128::from(u32::MAX)) as u32);
            value >>= 32;
        }
        Big(words)
    }

    fn read(big: &Big) -> u128 {
        assert_ne!(big.0.last(), Some(&0));
        big.0.iter().rev().fold(0, |value, word| value << 32 | u128::from(*word))
    }

    /// Words at which guesses are wrong, once and twice, and at which there is something to carry.
    const WORDS: [u128; 6] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

    #[test]
    fn quotients_are_those_of_the_compiler() {
        let two = || WORDS.into_iter().flat_map(|high| WORDS.map(|low| high << 32 | low));
        let four = || two().flat_map(|high| two().map(move |low| high << 64 | low));
        for divisor in four().filter(|divisor| *divisor != 0 && divisor >> 96 == 0) {
            for value in four() {
                let expected = (value / divisor, !value.is_multiple_of(divisor));
                assert_eq!(of(value).divide(of(divisor)), expected, "{value:#x} / {divisor:#x}");
            }
        }
    }

    #[test]
    fn products_and_shifts_are_those_of_the_compiler() {
        for high in WORDS {
            for low in WORDS {
                let value = high << 32 | low;
                for (factor, summand) in [(1, 0), (10, 9), (u32::MAX, u32::MAX), (1 << 16, 0)] {
                    let mut big = of(value);
                    big.multiply_add(factor, summand);
                    assert_eq!(read(&big), value * u128::from(factor) + u128::from(summand));
                }
                assert_eq!(of(value).bits(), 128 - value.leading_zeros());
                for bits in 0..=64 {
                    let mut big = of(value);
                    big.shift_left(bits);
                    if value != 0 {
                        assert_eq!((read(&big), big.bits()), (value << bits, of(value).bits() + bits));
                    }
                }
            }
        }
        assert_eq!((read(&Big::of(0)), read(&Big::of(9))), (0, 9));
    }
}
