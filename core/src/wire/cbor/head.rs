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

/// What a refused head or item is made into: the error, or, where nobody asks for more, only that there is one.
pub(super) trait Fault {
    fn of(error: CborError) -> Self;
}

impl Fault for CborError {
    fn of(error: CborError) -> Self {
        error
    }
}

/// That something was refused. It fits into registers with what else is returned, and nothing is worked out for it.
#[cfg(feature = "tables")]
pub(super) struct Refused;

#[cfg(feature = "tables")]
impl Fault for Refused {
    #[inline]
    fn of(_: CborError) -> Self {
        Self
    }
}

/// Reads a head; `at` is only for the error.
// Where size counts, it stands in the program once.
#[cfg_attr(feature = "tables", inline(always))]
#[cfg_attr(
    feature = "tables",
    allow(clippy::inline_always, reason = "most of it is for few heads, and called")
)]
#[cfg_attr(not(feature = "tables"), inline(never))]
pub(super) fn read<E: Fault>(input: &[u8], at: usize) -> Result<Head<'_>, E> {
    let (&first, rest) = input.split_first().ok_or(E::of(CborError::Truncated { at }))?;
    let (major, width) = (first >> 5, first & 0x1f);
    // Most heads are a byte.
    if width < 24 {
        return Ok(Head { major, width, argument: width.into(), rest });
    }
    // And those of most texts and digests one more.
    #[cfg(feature = "tables")]
    if let (24, Some((&argument @ 24.., rest))) = (width, rest.split_first()) {
        return Ok(Head { major, width, argument: argument.into(), rest });
    }
    read_wide(major, width, rest, at)
}

#[cfg_attr(feature = "tables", inline(never))]
fn read_wide<E: Fault>(major: u8, width: u8, rest: &[u8], at: usize) -> Result<Head<'_>, E> {
    let (argument, rest) = match width {
        24 => wide::<1, E>(rest, at)?,
        25 => wide::<2, E>(rest, at)?,
        26 => wide::<4, E>(rest, at)?,
        27 => wide::<8, E>(rest, at)?,
        31 if matches!(major, BYTES..=MAP) || major == SIMPLE => {
            return Err(E::of(CborError::Indefinite { at }));
        }
        _ => return Err(E::of(CborError::NotDagCbor { at })),
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
        return Err(E::of(CborError::NotShortest { at }));
    }
    Ok(Head { major, width, argument, rest })
}

#[inline]
fn wide<const N: usize, E: Fault>(rest: &[u8], at: usize) -> Result<(u64, &[u8]), E> {
    let (bytes, rest) = rest.split_first_chunk::<N>().ok_or(E::of(CborError::Truncated { at }))?;
    let argument = bytes.iter().fold(0, |sum, &byte| sum * 256 + u64::from(byte));
    Ok((argument, rest))
}

/// Reads a head in bytes that were checked before: its argument is not held against shorter spellings anew.
#[cfg(feature = "tables")]
#[inline]
pub(super) fn reread(input: &[u8]) -> Option<Head<'_>> {
    let (&first, rest) = input.split_first()?;
    let (major, width) = (first >> 5, first & 0x1f);
    let (argument, rest) = match width {
        0..24 => (width.into(), rest),
        // mutants: delete match arm 24 in reread: read the same, with a call.
        24 => rest.split_first().map(|(&argument, rest)| (argument.into(), rest))?,
        _ => reread_wide(width, rest)?,
    };
    Some(Head { major, width, argument, rest })
}

#[cfg(feature = "tables")]
#[inline(never)]
fn reread_wide(width: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let (argument, rest) = rest.split_at_checked(1 << (width & 3))?;
    Some((argument.iter().fold(0, |sum, &byte| sum * 256 + u64::from(byte)), rest))
}

/// Where size counts, there is one reader of heads.
#[cfg(not(feature = "tables"))]
pub(super) fn reread(input: &[u8]) -> Option<Head<'_>> {
    read::<CborError>(input, 0).ok()
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn what_was_checked_is_read_again_as_it_was_read() {
        let mut taken = 0;
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                for length in 0..11 {
                    let bytes: Vec<u8> = [first, second].into_iter().chain(3..12).take(length).collect();
                    let Ok(head) = read::<CborError>(&bytes, 0) else { continue };
                    let parts = |head: Head<'_>| (head.major, head.width, head.argument, head.rest.to_vec());
                    assert_eq!(reread(&bytes).map(parts), Some(parts(head)), "{bytes:02x?}");
                    taken += 1;
                }
            }
        }
        assert!(taken > 100_000, "{taken}");
    }
}
