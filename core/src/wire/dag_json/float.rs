//! Decimal numbers to the nearest binary ones.
//!
//! What `str::parse` does, without the ten kilobytes of its table, for builds without the feature `tables`.

use super::big::Big;

/// More digits than tell any number from the middle between two doubles (767).
const MOST_DIGITS: i64 = 800;
/// No number that is this many digits large is finite, and none that is this small differs from zero.
const FAR: i64 = 400;
/// As far as an exponent is read: farther than any text's digits make up for.
const FARTHEST: i64 = 1 << 48;

/// The double nearest to a decimal number: digits, maybe a point and more digits, maybe an exponent. Infinite where none
/// is near. The text has the form of a JSON number; what has not reads as some number.
pub(super) fn parse(text: &str) -> f64 {
    let (text, negative) = text.strip_prefix('-').map_or((text, false), |text| (text, true));
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    let float = magnitude(digits, read_exponent(exponent));
    if negative { -float } else { float }
}

fn read_exponent(text: &str) -> i64 {
    let digits = text.bytes().filter(u8::is_ascii_digit);
    let value = digits.fold(0, |value, digit| (value * 10 + i64::from(digit - b'0')).min(FARTHEST));
    if text.starts_with('-') { -value } else { value }
}

/// The number is brought into the form `number * 10^exponent`.
fn magnitude(text: &str, mut exponent: i64) -> f64 {
    let mut number = Big::of(0);
    let (mut count, mut lost, mut after_point) = (0, false, false);
    for character in text.bytes() {
        let digit = u32::from(character.wrapping_sub(b'0'));
        if digit > 9 {
            after_point = true;
            continue;
        }
        exponent -= i64::from(after_point);
        if count < MOST_DIGITS {
            number.multiply_add(10, digit);
            count += i64::from(count > 0 || digit > 0);
        } else {
            lost |= digit > 0;
            exponent += 1;
        }
    }
    // What was cut off only says on which side of a middle the number is.
    number.multiply_add(10, u32::from(lost));
    exponent -= 1;
    match exponent + count {
        size if count == 0 || size < -FAR => 0.0,
        FAR.. => f64::INFINITY,
        _ => {
            let mut divisor = Big::of(1);
            let power = if exponent < 0 { &mut divisor } else { &mut number };
            for _ in 0..exponent.unsigned_abs() {
                power.multiply_add(10, 0);
            }
            nearest(number, divisor)
        }
    }
}

/// The double nearest to a fraction; of two that are as near, the even one (IEEE 754, roundTiesToEven).
fn nearest(mut number: Big, mut divisor: Big) -> f64 {
    // The quotient gets 64 bits, or 65: eleven more than a double has.
    let (up, down) = (divisor.bits() + 64, number.bits());
    number.shift_left(up.saturating_sub(down));
    divisor.shift_left(down.saturating_sub(up));
    let (mut quotient, rest) = number.divide(divisor);
    let mut exponent = i64::from(down) - i64::from(up);
    // Below the smallest exponent doubles have fewer bits.
    let length = i64::from(u128::BITS - quotient.leading_zeros());
    let dropped = (length - 53).max(-1074 - exponent);
    if dropped > length {
        return 0.0;
    }
    let middle = 1_u128 << (dropped - 1);
    let low = quotient & ((middle << 1) - 1);
    quotient >>= dropped;
    exponent += dropped;
    if low > middle || (low == middle && (rest || quotient & 1 == 1)) {
        quotient += 1;
    }
    encode(quotient, exponent)
}

/// `significand * 2^exponent`, with at most 53 bits, or a 54th that stands alone.
fn encode(significand: u128, exponent: i64) -> f64 {
    let significand = u64::try_from(significand).unwrap_or_default();
    let hidden = 1 << 52;
    // A subnormal number has the exponent of the smallest normal one, written as zero, and no hidden bit. A carry out
    // of the significand is the next exponent with nothing below, which is what the addition makes of it.
    let biased = u64::try_from(exponent + 1075).unwrap_or_default();
    match significand.checked_sub(hidden) {
        Some(_) if biased >= 2047 => f64::INFINITY,
        Some(fraction) => f64::from_bits((biased << 52) + fraction),
        None => f64::from_bits(significand),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(text: &str) {
        let expected: Result<f64, _> = text.parse();
        assert_eq!(Ok(parse(text).to_bits()), expected.map(f64::to_bits), "{text}");
    }

    #[test]
    fn hard_numbers_are_read_as_the_standard_library_reads_them() {
        for text in [
            "0.0",
            "-0.0",
            "0e5",
            "-0e-5",
            "1.0",
            "1e0",
            "1E+2",
            "10.5e-1",
            "0.1",
            "0.2",
            "0.3",
            "1e22",
            "1e23",
            "9007199254740993.0",
            "9007199254740992.5",
            "9007199254740991.5",
            "123456789012345678901234567890.0",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "1e308",
            "1e309",
            "1e400",
            "2.2250738585072014e-308",
            "2.2250738585072011e-308",
            "2.2250738585072009e-308",
            "4.9e-324",
            "5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.4e-324",
            "1e-323",
            "1e-400",
            "1e-99999999999999999999",
            "1e99999999999999999999",
            "0e99999999999999999999",
            "6.9294956446009195e15",
            "8.5e-323",
            "1.5e-323",
        ] {
            same(text);
        }
    }

    #[test]
    fn long_numbers_are_read_as_the_standard_library_reads_them() {
        let zeros = "0".repeat(1000);
        let nines = "9".repeat(1000);
        for text in [
            alloc::format!("0.{zeros}1e1001"),
            alloc::format!("1{zeros}.5e-1000"),
            alloc::format!("{nines}.{nines}e-1000"),
            alloc::format!("9007199254740993.{zeros}"),
            alloc::format!("9007199254740993.{zeros}1"),
            alloc::format!("9007199254740992.9{nines}"),
            alloc::format!("{nines}e-690"),
            alloc::format!("{nines}e-691"),
            alloc::format!("0.{nines}e-323"),
        ] {
            same(&text);
        }
    }

    /// The middle between a double and the next, and what is a little above and below it.
    #[test]
    fn middles_are_read_as_the_standard_library_reads_them() {
        let mut bits = 1_u64;
        for _ in 0..2000 {
            // Any odd factor: the bits only have to be all over the place.
            bits = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ bits >> 29;
            let float = f64::from_bits(bits & !(1 << 63));
            if float.is_finite() {
                same(&alloc::format!("{float:?}"));
                same(&alloc::format!("{float:.20e}"));
                let exact = alloc::format!("{float:.800e}");
                let (digits, exponent) = exact.split_once('e').unwrap_or_default();
                for end in ["", "0001", "5", "4999"] {
                    same(&alloc::format!(
                        "{}{end}e{exponent}",
                        digits.trim_end_matches('0').trim_end_matches('.')
                    ));
                }
            }
        }
        for whole in [1_u64 << 53, (1 << 53) + 2, (1 << 60) - (1 << 7), u64::MAX - 2047] {
            for middle in [whole - 1, whole, whole + 1] {
                for end in ["", "000000000000000000000000000001", "999"] {
                    same(&alloc::format!("{middle}.0{end}"));
                    same(&alloc::format!("{middle}.0{end}e-300"));
                }
            }
        }
        // Halfway between the subnormal numbers, whose exact spelling has 751 digits after its zeros.
        for steps in 1..200_u64 {
            let middle = alloc::format!("{:.1100}", f64::from_bits(steps));
            same(&middle);
            let half = alloc::format!("{:.1100}", f64::from_bits((54 << 52) + steps));
            same(&half);
        }
    }
}
