//! Text spellings of bytes. Strict: one spelling per value, no slack bits, no stray padding.

// Requirements kept here: allod-ctn-base64-strict.

mod alphabet;
mod bits;
mod digits;
mod few;
#[cfg(feature = "tables")]
mod short;
#[cfg(feature = "tables")]
mod written;

use alloc::string::String;
use alloc::vec::Vec;

use bits::Bits;
use digits::Digits;
#[cfg(feature = "tables")]
pub(crate) use short::base58btc_short;
#[cfg(feature = "tables")]
pub(crate) use written::base58btc_written;

/// Why a text is not the bytes it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MultibaseError {
    /// The first character names no base known here.
    #[error("the multibase prefix is unknown")]
    UnknownBase,
    /// A character outside the base's alphabet, wrong padding, or slack bits that are not zero.
    #[error("the text is not valid in its base")]
    Invalid,
    /// Longer than the caller allows.
    #[error("the text is longer than expected")]
    TooLong,
}

/// Longest text that [`decode`] looks at, in bytes. Base58 takes quadratic time, so it is kept short.
pub const MAX_TEXT: usize = 1024;

const BASE16: Bits = Bits::new(4, "0123456789abcdef");
const BASE16_UPPER: Bits = Bits::new(4, "0123456789ABCDEF");
const BASE32: Bits = Bits::new(5, "abcdefghijklmnopqrstuvwxyz234567");
const BASE32_UPPER: Bits = Bits::new(5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
const BASE32HEX: Bits = Bits::new(5, "0123456789abcdefghijklmnopqrstuv");
const BASE32HEX_UPPER: Bits = Bits::new(5, "0123456789ABCDEFGHIJKLMNOPQRSTUV");
const BASE64: Bits = Bits::new(6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const BASE64URL: Bits = Bits::new(6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const BASE58BTC_ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE58BTC: Digits = Digits::new(BASE58BTC_ALPHABET);

/// Base58btc without its multibase prefix.
#[must_use]
pub fn base58btc_encode(bytes: &[u8]) -> String {
    BASE58BTC.encode(bytes)
}

/// Reads base58btc without its multibase prefix; at most `max_len` bytes come out.
///
/// # Errors
/// On characters outside the alphabet, and when the text would decode to more than `max_len` bytes.
pub fn base58btc_decode(text: &str, max_len: usize) -> Result<Vec<u8>, MultibaseError> {
    // A character carries log2(58) ≈ 5.86 bits; a leading `1` carries eight.
    if text.len() > max_len.saturating_mul(138) / 100 + 1 {
        return Err(MultibaseError::TooLong);
    }
    let bytes = BASE58BTC.decode(text)?;
    if bytes.len() > max_len {
        return Err(MultibaseError::TooLong);
    }
    Ok(bytes)
}

/// Base64 with the URL alphabet, unpadded (RFC 4648 section 5).
#[must_use]
pub fn base64url_encode(bytes: &[u8]) -> String {
    BASE64URL.encode(bytes)
}

/// Reads unpadded base64url.
///
/// # Errors
/// On any character outside the alphabet, padding, or slack bits that are not zero.
pub fn base64url_decode(text: &str) -> Result<Vec<u8>, MultibaseError> {
    BASE64URL.decode(text.as_bytes())
}

/// Base64 with the standard alphabet, unpadded: what DAG-JSON writes.
#[must_use]
pub fn base64_encode(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Reads unpadded base64 in the standard alphabet.
///
/// # Errors
/// On any character outside the alphabet, padding, or slack bits that are not zero.
pub fn base64_decode(text: &str) -> Result<Vec<u8>, MultibaseError> {
    BASE64.decode(text.as_bytes())
}

/// Base64 with the standard alphabet and its padding.
#[must_use]
pub fn base64_padded_encode(bytes: &[u8]) -> String {
    BASE64.padded().encode(bytes)
}

/// Reads padded base64 in the standard alphabet.
///
/// # Errors
/// On any character outside the alphabet, wrong padding, or slack bits that are not zero.
pub fn base64_padded_decode(text: &[u8]) -> Result<Vec<u8>, MultibaseError> {
    BASE64.padded().decode(text)
}

/// Base32 in lower case, unpadded, without its multibase prefix: how `CIDv1` is mostly shown.
pub(super) fn base32_encode(bytes: &[u8]) -> String {
    BASE32.encode(bytes)
}

/// Reads base64 as people paste it: either alphabet, padded or not, nothing else loosened.
///
/// # Errors
/// When the text is base64 in none of the four spellings.
pub fn base64_any_decode(text: &str) -> Result<Vec<u8>, MultibaseError> {
    let bare = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    if bare.len() != text.len() && !text.len().is_multiple_of(4) {
        return Err(MultibaseError::Invalid);
    }
    base64_decode(bare).or_else(|_| base64url_decode(bare))
}

/// Reads a text in any multibase, its prefix included. Identity, which is no text, is none of them.
///
/// # Errors
/// On an unknown prefix, a text over [`MAX_TEXT`] bytes, characters the base does not have, or a text
/// that its base would spell in another way.
pub fn decode(text: &str) -> Result<Vec<u8>, MultibaseError> {
    if text.len() > MAX_TEXT {
        return Err(MultibaseError::TooLong);
    }
    let mut rest = text.chars();
    let prefix = rest.next().ok_or(MultibaseError::Invalid)?;
    let rest = rest.as_str();
    let base = match prefix {
        '0' => Bits::new(1, "01"),
        '7' => Bits::new(3, "01234567"),
        'f' => BASE16,
        'F' => BASE16_UPPER,
        'b' => BASE32,
        'B' => BASE32_UPPER,
        'c' => BASE32.padded(),
        'C' => BASE32_UPPER.padded(),
        'v' => BASE32HEX,
        'V' => BASE32HEX_UPPER,
        't' => BASE32HEX.padded(),
        'T' => BASE32HEX_UPPER.padded(),
        'h' => Bits::new(5, "ybndrfg8ejkmcpqxot1uwisza345h769"),
        'm' => BASE64,
        'M' => BASE64.padded(),
        'u' => BASE64URL,
        'U' => BASE64URL.padded(),
        '9' => return Digits::new("0123456789").decode(rest),
        'k' => return Digits::new("0123456789abcdefghijklmnopqrstuvwxyz").decode(rest),
        'K' => return Digits::new("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ").decode(rest),
        'z' => return BASE58BTC.decode(rest),
        'Z' => return Digits::new("123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ").decode(rest),
        'R' => return few::base45_decode(rest),
        '🚀' => return few::emoji_decode(rest),
        _ => return Err(MultibaseError::UnknownBase),
    };
    base.decode(rest.as_bytes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
mod tests;
