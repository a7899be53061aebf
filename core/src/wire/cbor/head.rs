//! The first bytes of an item: its major type and its argument.

use super::CborError;

pub(super) const UNSIGNED: u8 = 0;
pub(super) const NEGATIVE: u8 = 1;
pub(super) const BYTES: u8 = 2;
pub(super) const TEXT: u8 = 3;
pub(super) const LIST: u8 = 4;
pub(super) const MAP: u8 = 5;
pub(super) const TAG: u8 = 6;
pub(super) const SIMPLE: u8 = 7;

pub(super) const FALSE: u64 = 20;
pub(super) const TRUE: u64 = 21;
pub(super) const NULL: u64 = 22;
pub(super) const LINK_TAG: u64 = 42;

/// Major type, width code (the low five bits), argument, and what follows the head.
pub(super) struct Head<'a> {
    pub(super) major: u8,
    pub(super) width: u8,
    pub(super) argument: u64,
    pub(super) rest: &'a [u8],
}

/// Reads a head; `at` is only for the error.
// Where size counts, it stands in the program once.
#[cfg_attr(feature = "tables", inline)]
#[cfg_attr(not(feature = "tables"), inline(never))]
pub(super) fn read(input: &[u8], at: usize) -> Result<Head<'_>, CborError> {
    let (&first, rest) = input.split_first().ok_or(CborError::Truncated { at })?;
    let (major, width) = (first >> 5, first & 0x1f);
    // Most heads are a byte.
    if width < 24 {
        return Ok(Head { major, width, argument: width.into(), rest });
    }
    read_wide(major, width, rest, at)
}

fn read_wide(major: u8, width: u8, rest: &[u8], at: usize) -> Result<Head<'_>, CborError> {
    let (argument, rest) = match width {
        24 => wide::<1>(rest, at)?,
        25 => wide::<2>(rest, at)?,
        26 => wide::<4>(rest, at)?,
        27 => wide::<8>(rest, at)?,
        31 if matches!(major, BYTES..=MAP) || major == SIMPLE => return Err(CborError::Indefinite { at }),
        _ => return Err(CborError::NotDagCbor { at }),
    };
    let shortest = match width {
        24 => argument > 23,
        25 => argument > 0xff,
        26 => argument > 0xffff,
        _ => argument > 0xffff_ffff,
    };
    // In major type 7 the wide arguments are the bits of floats, not numbers.
    let float_bits = major == SIMPLE && width > 24;
    if !shortest && !float_bits {
        return Err(CborError::NotShortest { at });
    }
    Ok(Head { major, width, argument, rest })
}

#[inline]
fn wide<const N: usize>(rest: &[u8], at: usize) -> Result<(u64, &[u8]), CborError> {
    let (bytes, rest) = rest.split_first_chunk::<N>().ok_or(CborError::Truncated { at })?;
    let argument = bytes.iter().fold(0, |sum, &byte| sum * 256 + u64::from(byte));
    Ok((argument, rest))
}
