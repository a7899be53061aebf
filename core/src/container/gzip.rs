//! Compression, with the size of what comes out held down.

// Requirements kept here: ctn-gzip, allod-ctn-one-gzip-member, allod-limit-container.

use alloc::vec::Vec;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use super::ContainerError;
use crate::limits::MAX_CONTAINER;

/// Decompresses exactly one gzip member, stopping as soon as it grows past the limit.
pub(super) fn decompress(compressed: &[u8]) -> Result<Vec<u8>, ContainerError> {
    let mut decoder = GzDecoder::new(compressed);
    let mut bytes = Vec::new();
    decoder
        .by_ref()
        .take(MAX_CONTAINER as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| ContainerError::Gzip)?;
    if bytes.len() > MAX_CONTAINER {
        return Err(ContainerError::TooLarge);
    }
    // Another member, or anything else, would give the same container another spelling.
    if decoder.into_inner().is_empty() { Ok(bytes) } else { Err(ContainerError::Gzip) }
}

/// Compresses to one gzip member; the same bytes give the same bytes.
pub(super) fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}
