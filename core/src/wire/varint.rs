//! Unsigned varints (multiformats' LEB128), in their one minimal spelling.

// Requirements kept here: vsig-algorithm-varints.

use alloc::vec::Vec;

/// Why bytes are not an unsigned varint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VarintError {
    /// The input ends before the number does.
    #[error("the varint is cut short")]
    Truncated,
    /// The number has a longer spelling than it needs.
    #[error("the varint is not in its shortest spelling")]
    NotShortest,
    /// More than nine bytes, or 63 bits: past what multiformats allow.
    #[error("the varint is longer than nine bytes")]
    TooLong,
}

/// The most bytes a varint may take (multiformats/unsigned-varint).
pub const MAX_LENGTH: usize = 9;

/// Reads one varint; returns it and what follows it.
///
/// # Errors
/// When the input is cut short, not in its shortest spelling, or over nine bytes.
pub fn read(input: &[u8]) -> Result<(u64, &[u8]), VarintError> {
    let mut value = 0_u64;
    let mut rest = input;
    for shift in (0..).step_by(7).take(MAX_LENGTH) {
        let (&byte, after) = rest.split_first().ok_or(VarintError::Truncated)?;
        rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            // A last byte of zero adds nothing: the number had a shorter spelling.
            if byte == 0 && shift != 0 {
                return Err(VarintError::NotShortest);
            }
            return Ok((value, rest));
        }
    }
    Err(VarintError::TooLong)
}

/// Appends the shortest spelling of `value`.
pub fn write(mut value: u64, out: &mut Vec<u8>) {
    loop {
        #[allow(clippy::cast_possible_truncation, reason = "masked to seven bits")]
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low + 0x80);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for value in [0, 1, 127, 128, 255, 300, 0x1200, u64::from(u32::MAX), (1 << 63) - 1] {
            let mut bytes = Vec::new();
            write(value, &mut bytes);
            assert_eq!(read(&bytes), Ok((value, &[][..])));
        }
    }

    #[test]
    fn longer_spellings_are_refused() {
        assert_eq!(read(&[0xed, 0x81, 0x00]), Err(VarintError::NotShortest));
        assert_eq!(read(&[0x80, 0x00]), Err(VarintError::NotShortest));
        assert_eq!(read(&[0x80]), Err(VarintError::Truncated));
        assert_eq!(read(&[]), Err(VarintError::Truncated));
        assert_eq!(read(&[0xff; 12]), Err(VarintError::TooLong));
    }
}
