//! The one pass that decides whether bytes are strict DAG-CBOR.

use core::cmp::Ordering;

use super::head::{
    self, BYTES, FALSE, Fault, LINK_TAG, LIST, MAP, NEGATIVE, NULL, TAG, TEXT, TRUE, UNSIGNED,
};
use super::{CborError, MAX_DEPTH};
use crate::wire::cid;

/// Checks the item at the start of `input`, which stands so deep; returns what follows it.
// What holds nothing is checked where it stands, without a call.
#[cfg_attr(feature = "tables", inline(always))]
#[cfg_attr(
    feature = "tables",
    allow(clippy::inline_always, reason = "it is large, and called in three places")
)]
pub(super) fn item<E: Fault>(input: &[u8], whole: usize, depth: usize) -> Result<&[u8], E> {
    let at = position(whole, input);
    let head = head::read(input, at)?;
    match head.major {
        UNSIGNED | NEGATIVE => Ok(head.rest),
        BYTES => Ok(take(head.rest, head.argument, at)?.1),
        TEXT => {
            let (text, rest) = take(head.rest, head.argument, at)?;
            utf8(text, at)?;
            Ok(rest)
        }
        LIST => {
            enter(depth, at)?;
            claim(head.argument, head.rest, at)?;
            list(head.rest, head.argument, whole, depth)
        }
        MAP => {
            enter(depth, at)?;
            claim(head.argument, head.rest, at)?;
            map(head.rest, head.argument, whole, depth)
        }
        TAG => link(head.argument, head.rest, at),
        _ => simple(head.width, head.argument, head.rest, at),
    }
}

/// Where `rest` begins in the whole. It lies within it; the subtraction saturates so that it can be left out where
/// nobody asks.
fn position(whole: usize, rest: &[u8]) -> usize {
    whole.saturating_sub(rest.len())
}

fn enter<E: Fault>(depth: usize, at: usize) -> Result<(), E> {
    if depth >= MAX_DEPTH { Err(E::of(CborError::TooDeep { at })) } else { Ok(()) }
}

/// Every entry takes a byte at least: a larger claim need not be walked to be refused.
fn claim<E: Fault>(entries: u64, rest: &[u8], at: usize) -> Result<(), E> {
    if entries > rest.len() as u64 { Err(E::of(CborError::Truncated { at })) } else { Ok(()) }
}

#[cfg_attr(feature = "tables", inline(never))]
fn list<E: Fault>(mut rest: &[u8], items: u64, whole: usize, depth: usize) -> Result<&[u8], E> {
    for _ in 0..items {
        rest = item(rest, whole, depth + 1)?;
    }
    Ok(rest)
}

#[cfg_attr(feature = "tables", inline(never))]
fn map<E: Fault>(mut rest: &[u8], entries: u64, whole: usize, depth: usize) -> Result<&[u8], E> {
    let mut previous: Option<&[u8]> = None;
    for _ in 0..entries {
        let at = position(whole, rest);
        let head = head::read(rest, at)?;
        if head.major != TEXT {
            return Err(E::of(CborError::KeyNotString { at }));
        }
        let (key, after) = take(head.rest, head.argument, at)?;
        utf8(key, at)?;
        match previous.map(|previous| key_order(previous, key)) {
            None | Some(Ordering::Less) => {}
            Some(Ordering::Equal) => return Err(E::of(CborError::DuplicateKey { at })),
            Some(Ordering::Greater) => return Err(E::of(CborError::KeyOrder { at })),
        }
        previous = Some(key);
        rest = item(after, whole, depth + 1)?;
    }
    Ok(rest)
}

/// Most texts are ASCII, which is told faster.
fn utf8<E: Fault>(text: &[u8], at: usize) -> Result<(), E> {
    if (cfg!(feature = "tables") && text.is_ascii()) || core::str::from_utf8(text).is_ok() {
        Ok(())
    } else {
        Err(E::of(CborError::NotUtf8 { at }))
    }
}

/// DAG-CBOR's order of map keys: shorter first, then bytewise.
pub(in crate::wire) fn key_order(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg_attr(feature = "tables", inline(never))]
fn link<E: Fault>(tag: u64, input: &[u8], at: usize) -> Result<&[u8], E> {
    if tag != LINK_TAG {
        return Err(E::of(CborError::NotDagCbor { at }));
    }
    let head = head::read(input, at)?;
    if head.major != BYTES {
        return Err(E::of(CborError::Link { at }));
    }
    let (bytes, rest) = take(head.rest, head.argument, at)?;
    match bytes.split_first() {
        Some((0, cid)) if cid::is_canonical(cid) => Ok(rest),
        _ => Err(E::of(CborError::Link { at })),
    }
}

#[cfg_attr(feature = "tables", inline(never))]
fn simple<E: Fault>(width: u8, argument: u64, rest: &[u8], at: usize) -> Result<&[u8], E> {
    match width {
        27 if f64::from_bits(argument).is_finite() => Ok(rest),
        25..=27 => Err(E::of(CborError::Float { at })),
        0..=23 if matches!(argument, FALSE | TRUE | NULL) => Ok(rest),
        _ => Err(E::of(CborError::NotDagCbor { at })),
    }
}

fn take<E: Fault>(rest: &[u8], length: u64, at: usize) -> Result<(&[u8], &[u8]), E> {
    usize::try_from(length)
        .ok()
        .and_then(|length| rest.split_at_checked(length))
        .ok_or(E::of(CborError::Truncated { at }))
}

#[cfg(all(test, feature = "tables"))]
#[allow(clippy::indexing_slicing)]
mod tests {
    use alloc::vec::Vec;

    use super::super::head::Refused;
    use super::*;

    #[test]
    fn what_is_accepted_without_an_error_at_hand_is_what_is_accepted_with_one() {
        // [{"": -1, "a": h'01', "é": [null, 1.5, 42(bafkqaaa)]}, 1000, {}]
        let sound = b"\x83\xa3\x60\x20\x61a\x41\x01\x62\xc3\xa9\x83\xf6\xfb\x3f\xf8\0\0\0\0\0\0\xd8\x2a\x45\0\x01\x55\0\0\x19\x03\xe8\xa0";
        let (mut chance, mut taken) = (1_u32, 0);
        for turn in 0..200_000 {
            let mut bytes: Vec<u8> = sound.to_vec();
            for _ in 0..turn % 3 {
                chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (chance >> 16) as usize % bytes.len();
                bytes[at] = chance.to_be_bytes()[1];
            }
            let quiet = item::<Refused>(&bytes, bytes.len(), 0).ok();
            assert_eq!(quiet, item::<CborError>(&bytes, bytes.len(), 0).ok(), "{bytes:02x?}");
            taken += usize::from(quiet.is_some());
        }
        assert!((70_000..180_000).contains(&taken), "{taken}");
    }
}
