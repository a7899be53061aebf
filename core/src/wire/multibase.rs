//! Text spellings of bytes. Strict: one spelling per value, no slack bits, no stray padding.

// Requirements kept here: allod-ctn-base64-strict.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use data_encoding::Encoding;
use zeroize::Zeroizing;

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

/// Base58btc without its multibase prefix.
#[must_use]
pub fn base58btc_encode(bytes: &[u8]) -> String {
    bs58::encode(bytes).into_string()
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
    let bytes = bs58::decode(text).into_vec().map_err(|_| MultibaseError::Invalid)?;
    if bytes.len() > max_len {
        return Err(MultibaseError::TooLong);
    }
    Ok(bytes)
}

/// Base64 with the URL alphabet, unpadded (RFC 4648 section 5).
#[must_use]
pub fn base64url_encode(bytes: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(bytes)
}

/// Reads unpadded base64url.
///
/// # Errors
/// On any character outside the alphabet, padding, or slack bits that are not zero.
pub fn base64url_decode(text: &str) -> Result<Vec<u8>, MultibaseError> {
    read(&data_encoding::BASE64URL_NOPAD, text)
}

/// Base64 with the standard alphabet, unpadded: what DAG-JSON writes.
#[must_use]
pub fn base64_encode(bytes: &[u8]) -> String {
    data_encoding::BASE64_NOPAD.encode(bytes)
}

/// Reads unpadded base64 in the standard alphabet.
///
/// # Errors
/// On any character outside the alphabet, padding, or slack bits that are not zero.
pub fn base64_decode(text: &str) -> Result<Vec<u8>, MultibaseError> {
    read(&data_encoding::BASE64_NOPAD, text)
}

/// Base64 with the standard alphabet and its padding.
#[must_use]
pub fn base64_padded_encode(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

/// Reads padded base64 in the standard alphabet.
///
/// # Errors
/// On any character outside the alphabet, wrong padding, or slack bits that are not zero.
pub fn base64_padded_decode(text: &[u8]) -> Result<Vec<u8>, MultibaseError> {
    // The padded decoder also takes several texts in a row, each with padding of its own: another spelling of
    // the same bytes. Without its padding a text has one.
    let bare = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    if !text.len().is_multiple_of(4) {
        return Err(MultibaseError::Invalid);
    }
    data_encoding::BASE64_NOPAD.decode(bare).map_err(|_| MultibaseError::Invalid)
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
    match multibase::decode(text) {
        Ok((multibase::Base::Identity, _)) | Err(multibase::Error::UnknownBase(_)) => {
            Err(MultibaseError::UnknownBase)
        }
        // Bases 16, 32, 36 and 45 are read in either case, and written in one.
        Ok((base, bytes)) if multibase::encode(base, &bytes) == text => Ok(bytes),
        Ok(_) | Err(_) => Err(MultibaseError::Invalid),
    }
}

/// Wipes what was read where the text turns out bad, for it may be most of a secret.
fn read(base: &Encoding, text: &str) -> Result<Vec<u8>, MultibaseError> {
    let length = base.decode_len(text.len()).map_err(|_| MultibaseError::Invalid)?;
    let mut bytes = Zeroizing::new(alloc::vec![0; length]);
    let read = base.decode_mut(text.as_bytes(), &mut bytes).map_err(|_| MultibaseError::Invalid)?;
    bytes.truncate(read);
    Ok(mem::take(&mut *bytes))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_not_looked_at() {
        // `0` is no digit of base58: whoever looks at the text finds it invalid.
        assert_eq!(base58btc_decode(&"0".repeat(8), 5), Err(MultibaseError::TooLong));
        assert_eq!(base58btc_decode(&"0".repeat(7), 5), Err(MultibaseError::Invalid));
    }

    #[test]
    fn slack_bits_and_stray_padding_are_refused() {
        assert_eq!(base64url_decode("QQ"), Ok(b"A".to_vec()));
        assert_eq!(base64url_decode("QR"), Err(MultibaseError::Invalid));
        assert_eq!(base64url_decode("QQ=="), Err(MultibaseError::Invalid));
        assert_eq!(base64_padded_decode(b"QQ"), Err(MultibaseError::Invalid));
        assert_eq!(base64_padded_decode(b"QQ=="), Ok(b"A".to_vec()));
        assert_eq!(base64_padded_decode(b"QQ==\n"), Err(MultibaseError::Invalid));
        for inside in ["QQ==QQ==", "QUI=QQ==", "QQ==QUJD", "QUJDQQ=", "QUJD=", "Q===", "====", "=", "=="] {
            assert_eq!(base64_padded_decode(inside.as_bytes()), Err(MultibaseError::Invalid), "{inside}");
        }
        assert_eq!(base64_padded_decode(b"QUI="), Ok(b"AB".to_vec()));
        assert_eq!(base64_padded_decode(b"QUJD"), Ok(b"ABC".to_vec()));
        assert_eq!(base64_padded_decode(b""), Ok(Vec::new()));
        assert_eq!(base64_any_decode("QQ=="), Ok(b"A".to_vec()));
        assert_eq!(base64_any_decode("QQ"), Ok(b"A".to_vec()));
        assert_eq!(base64_any_decode("QQ="), Err(MultibaseError::Invalid));
        assert_eq!(base64_any_decode("-_8"), Ok(alloc::vec![0xfb, 0xff]));
    }

    #[test]
    fn base58_is_bounded_before_the_quadratic_work() {
        assert_eq!(base58btc_decode(&"z".repeat(100_000), 64), Err(MultibaseError::TooLong));
        assert_eq!(base58btc_decode(&"1".repeat(34), 34), Ok(alloc::vec![0; 34]));
        assert_eq!(base58btc_decode("0", 34), Err(MultibaseError::Invalid));
    }

    #[test]
    fn any_base_is_read() {
        for text in ["zCn8eVZg", "bnbswy3dp", "f68656c6c6f", "uaGVsbG8", "maGVsbG8"] {
            assert_eq!(decode(text), Ok(b"hello".to_vec()), "{text}");
        }
        assert_eq!(decode("?x"), Err(MultibaseError::UnknownBase));
        assert_eq!(decode("\0hello"), Err(MultibaseError::UnknownBase));
        assert!(decode("").is_err());
    }

    #[test]
    fn a_base_spells_bytes_in_one_case() {
        for text in ["bnbswy3dp", "BNBSWY3DP", "f68656c6c6f", "F68656C6C6F"] {
            assert_eq!(decode(text), Ok(b"hello".to_vec()), "{text}");
        }
        for text in ["bnbswy3dP", "bNBSWY3DP", "Bnbswy3dp", "f68656C6C6F", "f68656c6c6F", "F68656c6c6f"] {
            assert_eq!(decode(text), Err(MultibaseError::Invalid), "{text}");
        }
    }

    #[test]
    fn the_length_of_a_text_is_bounded() {
        let digits = "0".repeat(MAX_TEXT - 2);
        assert_eq!(decode(&alloc::format!("f{digits}")).unwrap().len(), MAX_TEXT / 2 - 1);
        assert_eq!(decode(&alloc::format!("0{digits}00")), Err(MultibaseError::TooLong));
    }
}
