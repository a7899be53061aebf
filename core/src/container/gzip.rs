//! Compression, with the size of what comes out held down.

// Requirements kept here: ctn-gzip, allod-ctn-one-gzip-member, allod-limit-container.

use alloc::vec::Vec;

use super::ContainerError;
use super::deflate;
use crate::limits::MAX_CONTAINER;

/// How a member begins (RFC 1952): gzip, DEFLATE.
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
/// What follows it when we write: no flags, no time, the best compression, no system named.
const WRITTEN: [u8; 7] = [0, 0, 0, 0, 0, 2, 255];

// What may stand between the header and the data.
const CHECKSUM: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b111 << 5;

/// Decompresses exactly one gzip member, stopping as soon as it grows past the limit.
pub(super) fn decompress(compressed: &[u8]) -> Result<Vec<u8>, ContainerError> {
    let deflated = after_header(compressed).ok_or(ContainerError::Gzip)?;
    let (bytes, trailer) = deflate::inflate(deflated, MAX_CONTAINER)?;
    // Another member, or anything else, would give the same container another spelling.
    if trailer == trailer_of(&bytes) { Ok(bytes) } else { Err(ContainerError::Gzip) }
}

/// Compresses to one gzip member; the same bytes give the same bytes.
pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut member = [&MAGIC[..], &WRITTEN].concat();
    member.extend(deflate::compress(bytes));
    member.extend(trailer_of(bytes));
    member
}

/// What follows a member's header.
fn after_header(member: &[u8]) -> Option<&[u8]> {
    let (fixed, mut rest) = member.split_at_checked(MAGIC.len() + WRITTEN.len())?;
    let flags = *fixed.strip_prefix(&MAGIC)?.first()?;
    if flags & RESERVED != 0 {
        return None;
    }
    if flags & EXTRA != 0 {
        let (length, after) = rest.split_first_chunk()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & CHECKSUM != 0 {
        let header = member.get(..member.len() - rest.len())?;
        let (sum, after) = rest.split_first_chunk()?;
        let [low, high, ..] = checksum(header).to_le_bytes();
        if *sum != [low, high] {
            return None;
        }
        rest = after;
    }
    Some(rest)
}

/// How a member of these bytes ends: their checksum, and their length modulo 2^32.
#[allow(clippy::cast_possible_truncation, reason = "the format keeps no more of the length")]
fn trailer_of(bytes: &[u8]) -> [u8; 8] {
    (u64::from(bytes.len() as u32) << 32 | u64::from(checksum(bytes))).to_le_bytes()
}

/// CRC-32, by halves of a byte: a table for whole ones would not compress, where this is downloaded.
fn checksum(bytes: &[u8]) -> u32 {
    let half = |sum: u32, half: u8| {
        let at = (sum ^ u32::from(half)) & 15;
        sum >> 4 ^ HALVES.get(at as usize).copied().unwrap_or_default()
    };
    !bytes.iter().fold(!0, |sum, byte| half(half(sum, *byte & 15), *byte >> 4))
}

const HALVES: [u32; 16] = [
    0x0000_0000,
    0x1db7_1064,
    0x3b6e_20c8,
    0x26d9_30ac,
    0x76dc_4190,
    0x6b6b_51f4,
    0x4db2_6158,
    0x5005_713c,
    0xedb8_8320,
    0xf00f_9344,
    0xd6d6_a3e8,
    0xcb61_b38c,
    0x9b64_c2b0,
    0x86d3_d2d4,
    0xa00a_e278,
    0xbdbd_f21c,
];
