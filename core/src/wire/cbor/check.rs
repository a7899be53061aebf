//! The one pass that decides whether bytes are strict DAG-CBOR.

use core::cmp::Ordering;

use super::head::{self, BYTES, FALSE, LINK_TAG, LIST, MAP, NEGATIVE, NULL, TAG, TEXT, TRUE, UNSIGNED};
use super::{CborError, MAX_DEPTH};
use crate::wire::cid;

/// Checks the item at the start of `input`, which stands at offset `base`; returns what follows it.
pub(super) fn item(input: &[u8], whole: usize, depth: usize) -> Result<&[u8], CborError> {
    let at = whole - input.len();
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
            let mut rest = head.rest;
            for _ in 0..head.argument {
                rest = item(rest, whole, depth + 1)?;
            }
            Ok(rest)
        }
        MAP => {
            enter(depth, at)?;
            claim(head.argument, head.rest, at)?;
            map(head.rest, head.argument, whole, depth)
        }
        TAG => link(head.argument, head.rest, at),
        _ => simple(&head, at),
    }
}

fn enter(depth: usize, at: usize) -> Result<(), CborError> {
    if depth >= MAX_DEPTH { Err(CborError::TooDeep { at }) } else { Ok(()) }
}

/// Every entry takes a byte at least: a larger claim need not be walked to be refused.
fn claim(entries: u64, rest: &[u8], at: usize) -> Result<(), CborError> {
    if entries > rest.len() as u64 { Err(CborError::Truncated { at }) } else { Ok(()) }
}

fn map(mut rest: &[u8], entries: u64, whole: usize, depth: usize) -> Result<&[u8], CborError> {
    let mut previous: Option<&[u8]> = None;
    for _ in 0..entries {
        let at = whole - rest.len();
        let head = head::read(rest, at)?;
        if head.major != TEXT {
            return Err(CborError::KeyNotString { at });
        }
        let (key, after) = take(head.rest, head.argument, at)?;
        utf8(key, at)?;
        match previous.map(|previous| key_order(previous, key)) {
            None | Some(Ordering::Less) => {}
            Some(Ordering::Equal) => return Err(CborError::DuplicateKey { at }),
            Some(Ordering::Greater) => return Err(CborError::KeyOrder { at }),
        }
        previous = Some(key);
        rest = item(after, whole, depth + 1)?;
    }
    Ok(rest)
}

/// Most texts are ASCII, which is told faster.
fn utf8(text: &[u8], at: usize) -> Result<(), CborError> {
    if (cfg!(feature = "tables") && text.is_ascii()) || core::str::from_utf8(text).is_ok() {
        Ok(())
    } else {
        Err(CborError::NotUtf8 { at })
    }
}

/// DAG-CBOR's order of map keys: shorter first, then bytewise.
pub(in crate::wire) fn key_order(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn link(tag: u64, input: &[u8], at: usize) -> Result<&[u8], CborError> {
    if tag != LINK_TAG {
        return Err(CborError::NotDagCbor { at });
    }
    let head = head::read(input, at)?;
    if head.major != BYTES {
        return Err(CborError::Link { at });
    }
    let (bytes, rest) = take(head.rest, head.argument, at)?;
    match bytes.split_first() {
        Some((0, cid)) if cid::is_canonical(cid) => Ok(rest),
        _ => Err(CborError::Link { at }),
    }
}

fn simple<'a>(head: &head::Head<'a>, at: usize) -> Result<&'a [u8], CborError> {
    match head.width {
        27 if f64::from_bits(head.argument).is_finite() => Ok(head.rest),
        25..=27 => Err(CborError::Float { at }),
        0..=23 if matches!(head.argument, FALSE | TRUE | NULL) => Ok(head.rest),
        _ => Err(CborError::NotDagCbor { at }),
    }
}

fn take(rest: &[u8], length: u64, at: usize) -> Result<(&[u8], &[u8]), CborError> {
    usize::try_from(length)
        .ok()
        .and_then(|length| rest.split_at_checked(length))
        .ok_or(CborError::Truncated { at })
}
