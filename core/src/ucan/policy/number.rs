//! Comparing integers and floats by their exact values.

// Requirements kept here: pol-num-agnostic, allod-policy-eq-exact.

use core::cmp::Ordering;

use crate::wire::View;
use crate::wire::cbor::Part;

/// A number of the data model: an integer from −2⁶⁴ to 2⁶⁴ − 1, or a finite 64-bit float.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Integer(i128),
    Float(f64),
}

impl Number {
    /// The number that `view` is; `None` for anything else.
    pub(super) fn of(view: View<'_>) -> Option<Self> {
        Self::of_part(view.part().0)
    }

    /// The number that an item's head says it is.
    pub(super) const fn of_part(part: Part<'_>) -> Option<Self> {
        match part {
            Part::Integer(value) => Some(Self::Integer(value)),
            Part::Float(value) => Some(Self::Float(value)),
            _ => None,
        }
    }

    /// Which is larger, without rounding either (decision 17).
    pub(super) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a.cmp(&b),
            // Floats of the data model are finite, so they are always ordered.
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            (Self::Integer(a), Self::Float(b)) => compare(a, b),
            (Self::Float(a), Self::Integer(b)) => compare(b, a).reverse(),
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "dropping the fraction is meant, and a float beyond i128 saturates on its own side"
)]
#[allow(
    clippy::cast_precision_loss,
    reason = "`whole` came from a float of this size, so it goes back exactly"
)]
fn compare(integer: i128, float: f64) -> Ordering {
    let whole = float as i128;
    integer.cmp(&whole).then_with(|| {
        // Equal up to the fraction, whose sign decides.
        let back = whole as f64;
        back.partial_cmp(&float).unwrap_or(Ordering::Equal)
    })
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss
)]
mod tests {
    use super::super::testing::*;
    use super::*;

    /// The float as `numerator / 2^1074`, and the integer scaled likewise: compared digit by digit.
    fn by_long_arithmetic(integer: i128, float: f64) -> Ordering {
        fn shifted(value: u128, shift: usize) -> Vec<u32> {
            let mut limbs = vec![0_u32; shift / 32];
            let mut carry = 0_u128;
            for index in 0..4 {
                let limb = (value >> (32 * index)) & 0xffff_ffff;
                let wide = (limb << (shift % 32)) | carry;
                limbs.push((wide & 0xffff_ffff) as u32);
                carry = wide >> 32;
            }
            limbs.push(carry as u32);
            while limbs.last() == Some(&0) {
                limbs.pop();
            }
            limbs
        }
        let bits = float.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as usize;
        let mantissa = u128::from(bits & ((1 << 52) - 1)) | u128::from(exponent > 0) << 52;
        let theirs = shifted(mantissa, exponent.max(1) - 1);
        let ours = shifted(integer.unsigned_abs(), 1074);
        let magnitude =
            ours.len().cmp(&theirs.len()).then_with(|| ours.iter().rev().cmp(theirs.iter().rev()));
        match (integer < 0, bits >> 63 == 1 && !theirs.is_empty()) {
            (true, true) => magnitude.reverse(),
            (false, false) => magnitude,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }

    #[test]
    fn integers_and_floats_compare_as_long_arithmetic_says() {
        let mut random = Random::new(7);
        let edges: Vec<i128> = (0..=64)
            .flat_map(|power| [-1, 0, 1].map(|near| (1_i128 << power) + near))
            .flat_map(|value| [value, -value])
            .filter(|value| (-(1 << 64)..1 << 64).contains(value))
            .collect();
        let mut floats = vec![0.0, -0.0, 0.5, -0.5, 5e-324, -5e-324, f64::MAX, f64::MIN, 1.5, 1e-9];
        for &edge in &edges {
            let float = edge as f64;
            floats.extend([
                float,
                f64::from_bits(float.to_bits() + 1),
                f64::from_bits(float.to_bits().saturating_sub(1)),
                float + 0.5,
            ]);
        }
        floats.extend((0..500).map(|_| f64::from_bits(random.next())));
        floats.retain(|float| float.is_finite());
        for &integer in &edges {
            for &float in &floats {
                assert_eq!(
                    compare(integer, float),
                    by_long_arithmetic(integer, float),
                    "{integer} against {float:?}"
                );
            }
        }
    }

    #[test]
    fn no_rounding_and_no_negative_zero() {
        let beyond = Number::Integer((1 << 53) + 1);
        let rounded = Number::Float(9_007_199_254_740_992.0);
        assert_eq!(beyond.compare(rounded), Ordering::Greater);
        assert_eq!(Number::Float(-0.0).compare(Number::Integer(0)), Ordering::Equal);
        assert_eq!(Number::Float(-0.0).compare(Number::Float(0.0)), Ordering::Equal);
        let top = Number::Integer((1 << 64) - 1);
        assert_eq!(top.compare(Number::Float(18_446_744_073_709_551_616.0)), Ordering::Less);
    }
}
