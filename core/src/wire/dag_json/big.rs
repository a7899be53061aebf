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
