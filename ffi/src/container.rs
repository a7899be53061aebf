//! Containers: tokens that travel together.

use core::ffi::c_void;

use allod::{AnyToken, Container, ContainerWriter, Encoding};
use allod_crossing::Fault;

use crate::bytes::AllodBytes;
use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled};
use crate::pointer::{Out, bytes, handles};
use crate::question::{Format, Map};
use crate::token::{AllodToken, contents};

/// Plain bytes.
pub const ALLOD_RAW: u32 = 0;

/// Base64 with padding.
pub const ALLOD_BASE64: u32 = 1;

/// Base64 for URLs, without padding: for texts, links and QR codes.
pub const ALLOD_BASE64URL: u32 = 2;

/// Compressed bytes.
pub const ALLOD_GZIP: u32 = 3;

/// Compressed, in base64 with padding.
pub const ALLOD_GZIP_BASE64: u32 = 4;

/// Compressed, in base64 for URLs.
pub const ALLOD_GZIP_BASE64URL: u32 = 5;

/// Tokens that travel together, each once. Free it with allod_container_free.
pub struct AllodContainer;

handled!(AllodContainer = 7, Container);

/// Reads a container in any of the six encodings.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_container_read(
    container: *const c_void,
    container_len: usize,
    out: *mut *mut AllodContainer,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, container) =
            unsafe { (Out::at("out", out)?, bytes("container", container, container_len)?) };
        out.write(give(Container::read(container)?));
        Ok(())
    })
}

/// A container of these tokens.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_container_of(
    tokens: *const *const AllodToken,
    count: usize,
    out: *mut *mut AllodContainer,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, tokens) = unsafe { (Out::at("out", out)?, handles("tokens", tokens, count)?) };
        let mut writer = ContainerWriter::new();
        for token in tokens {
            writer = writer.bytes(get("tokens", *token)?.as_bytes());
        }
        out.write(give(read_back(&writer)?));
        Ok(())
    })
}

/// Writes it in one of the encodings ALLOD_RAW to ALLOD_GZIP_BASE64URL. Those in base64 are text.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_container_write(
    container: *const AllodContainer,
    encoding: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let container = get("container", container)?;
        let writer = ContainerWriter::new().all(container.tokens().map(|(_, bytes)| bytes));
        out.write(AllodBytes::give(&writer.write(encoding_of(encoding)?)?));
        Ok(())
    })
}

/// How many tokens are in it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_container_len(
    container: *const AllodContainer,
    out: *mut usize,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(get("container", container)?.len());
        Ok(())
    })
}

/// The token at a place, from 0 on: ALLOD_MALFORMED, say, if what is there is none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_container_token(
    container: *const AllodContainer,
    index: usize,
    out: *mut *mut AllodToken,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let container = get("container", container)?;
        let found = container.tokens().nth(index);
        let (_, bytes) = found.ok_or_else(|| Fault::argument("index", "less than the number of tokens"))?;
        out.write(give(AnyToken::parse(bytes)?));
        Ok(())
    })
}

/// What is in it, as a map {encoding, tokens}: of each token its {cid, kind}, and of what cannot be read
/// {cid, kind: "unreadable", code, message}.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_container_contents(
    container: *const AllodContainer,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let (container, format) = (get("container", container)?, Format::of(format)?);
        let map = Map::default()
            .with("encoding", container.encoding().to_string())
            .with("tokens", contents(&container));
        out.write(format.give(&map.done())?);
        Ok(())
    })
}

/// Frees a container. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_container_free(container: *mut AllodContainer) -> bool {
    quietly(false, || free(container))
}

/// A container of what is in a writer.
pub(crate) fn read_back(writer: &ContainerWriter) -> Result<Container, Fault> {
    Ok(Container::read(&writer.write(Encoding::Raw)?)?)
}

pub(crate) fn encoding_of(number: u32) -> Result<Encoding, Fault> {
    match number {
        ALLOD_RAW => Ok(Encoding::Raw),
        ALLOD_BASE64 => Ok(Encoding::Base64),
        ALLOD_BASE64URL => Ok(Encoding::Base64Url),
        ALLOD_GZIP => Ok(Encoding::Gzip),
        ALLOD_GZIP_BASE64 => Ok(Encoding::GzipBase64),
        ALLOD_GZIP_BASE64URL => Ok(Encoding::GzipBase64Url),
        _ => Err(Fault::argument("encoding", "one of ALLOD_RAW to ALLOD_GZIP_BASE64URL")),
    }
}
