//! Floats as the shortest decimal numbers that read as them.
//!
//! What `{:?}` writes, in a sixth of its code, for builds without the feature `tables`.

use alloc::format;
use alloc::string::{String, ToString};

use super::big::Big;
use super::float::parse;

/// As many digits as tell any two doubles apart.
const DIGITS: u32 = 17;

pub(super) fn print(value: f64) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let value = value.abs();
    if value == 0.0 {
        return format!("{sign}0.0");
    }
    let (digits, exponent) = shortest(value);
    let text = if (1e-4..1e16).contains(&value) {
        plain(&digits, exponent)
    } else {
        let (first, more) = digits.split_at(1);
        let point = if more.is_empty() { "" } else { "." };
        format!("{first}{point}{more}e{exponent}")
    };
    format!("{sign}{text}")
}

/// Digits with a point after the one of that power of ten, and at least one digit on each side of it.
fn plain(digits: &str, exponent: i64) -> String {
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
    let whole = usize::try_from(exponent + 1).unwrap_or_default();
    match digits.split_at_checked(whole) {
        Some(("", _)) => format!("0.{}{digits}", zeros(-exponent - 1)),
        Some((whole, fraction)) if !fraction.is_empty() => format!("{whole}.{fraction}"),
        _ => format!("{digits}{}.0", "0".repeat(whole - digits.len())),
    }
}

/// The fewest digits that read as this number, those nearest to it, and the power of ten of the first.
fn shortest(value: f64) -> (String, i64) {
    let (long, count, exponent) = long(value);
    for few in 1..=DIGITS {
        let unit = 10_u64.pow(count - few);
        let (below, rest) = (long / unit, long % unit);
        let nearest = if rest >= unit / 2 { [below + 1, below] } else { [below, below + 1] };
        for digits in nearest {
            let last = exponent - i64::from(few) + 1;
            if parse(&format!("{digits}e{last}")).to_bits() == value.to_bits() {
                return trimmed(digits, last);
            }
        }
    }
    trimmed(long, exponent - i64::from(count) + 1)
}

/// Without zeros at the end. The exponent is that of the last digit, and becomes that of the first.
fn trimmed(digits: u64, last: i64) -> (String, i64) {
    let text = digits.to_string();
    let exponent = last + i64::try_from(text.len()).unwrap_or_default() - 1;
    (text.trim_end_matches('0').into(), exponent)
}

/// The first 18 or 19 digits, how many they are, and the power of ten of the first.
fn long(value: f64) -> (u64, u32, i64) {
    let bits = value.to_bits();
    let biased = i64::try_from(bits >> 52).unwrap_or_default();
    let fraction = bits & ((1 << 52) - 1);
    let (significand, power) =
        if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    // By the logarithm of 2: the guess is right, or one too low.
    let highest = power + i64::from(significand.checked_ilog2().unwrap_or_default());
    let guess = (highest * 30_102_999_566).div_euclid(100_000_000_000);
    let scale = 17 - guess;
    let mut number = Big::of(u32::try_from(significand >> 32).unwrap_or_default());
    number.multiply_add(1 << 16, 0);
    number.multiply_add(1 << 16, 0);
    number.multiply_add(1, u32::try_from(significand & 0xffff_ffff).unwrap_or_default());
    let mut divisor = Big::of(1);
    number.shift_left(u32::try_from(power).unwrap_or_default());
    divisor.shift_left(u32::try_from(-power).unwrap_or_default());
    let scaled = if scale < 0 { &mut divisor } else { &mut number };
    for _ in 0..scale.unsigned_abs() {
        scaled.multiply_add(10, 0);
    }
    let (quotient, _) = number.divide(divisor);
    let quotient = u64::try_from(quotient).unwrap_or_default();
    let count = quotient.checked_ilog10().unwrap_or_default() + 1;
    (quotient, count, guess + i64::from(count) - 18)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(float: f64) {
        assert_eq!(print(float), format!("{float:?}"));
    }

    #[test]
    fn edges_are_written_as_the_standard_library_writes_them() {
        for float in [
            0.0,
            1.0,
            1.5,
            10.0,
            100.25,
            0.1,
            0.001,
            1e-4,
            9.999e-5,
            1e15,
            1e16,
            9_999_999_999_999_998.0,
            1e17,
            1.5e300,
            5e-324,
            1e-323,
            f64::MIN_POSITIVE,
            f64::MAX,
            f64::EPSILON,
            123_456_789.125,
            1e22,
            1e23,
            2e-44,
            9.5e-7,
        ] {
            same(float);
            same(-float);
        }
    }

    /// Around a power of two the gap below is half the one above.
    #[test]
    fn powers_of_two_and_their_neighbours_are_written_as_the_standard_library_writes_them() {
        for exponent in 0..2047_u64 {
            for bits in [exponent << 52, (exponent << 52) + 1, (exponent << 52).saturating_sub(1)] {
                same(f64::from_bits(bits));
            }
        }
    }

    #[test]
    fn any_float_is_written_as_the_standard_library_writes_it() {
        let mut bits = 1_u64;
        for _ in 0..2000 {
            bits = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ bits >> 29;
            let float = f64::from_bits(bits);
            if float.is_finite() {
                same(float);
            }
            #[allow(clippy::cast_precision_loss, reason = "any will do")]
            same((bits >> 40) as f64 / 1000.0);
        }
    }
}
