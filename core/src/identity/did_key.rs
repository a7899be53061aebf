//! did:key (W3C CCG did:key v0.9) and the Multikey text it shares with DID documents.

// Requirements kept here: core-crypto-did-key, allod-did-key-canonical, allod-did-key-compressed,
// allod-multicodec-zero.

use alloc::string::String;
use alloc::vec::Vec;

use super::did::DidError;
use super::key::{CompressedKey, KeyKind};
use crate::wire::multibase::{self, MultibaseError};
use crate::wire::varint;

/// The most bytes of multicodec and key. An RSA key of 4096 bits has 528; reading base58 takes
/// quadratic time, so the bound is kept near that.
const MAX_BYTES: usize = 640;

/// The most characters that so many bytes take in base58, with the `z`.
const MAX_CHARACTERS: usize = 876;

/// A Multikey that is well-formed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    Known(CompressedKey),
    /// A key type that is not implemented, by its multicodec.
    Unknown(u64),
}

/// A key of a known type, from what stands behind `did:key:`. `None` says nothing: [`parse`] tells.
///
/// Every token names a few of them, so they are read without memory. What is read is what `parse` reads.
#[cfg(feature = "tables")]
pub(crate) fn known(multikey: &[u8]) -> Option<CompressedKey> {
    let number = multibase::base58btc_short(multikey.strip_prefix(b"z")?)?;
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let (multicodec, key) = varint::read(number.get(zeros..)?).ok()?;
    KeyKind::from_multicodec(multicodec)?.check(key).ok()
}

/// Reads what stands behind `did:key:`. The result writes back to the very same text.
pub(crate) fn parse(multikey: &str) -> Result<Parsed, DidError> {
    let base58 = multikey.strip_prefix('z').ok_or(DidError::KeyEncoding)?;
    // Each text of the alphabet stands for one string of bytes and the other way round, so a key
    // that has one length and one multicodec has one text.
    let bytes = multibase::base58btc_decode(base58, MAX_BYTES).map_err(|error| match error {
        MultibaseError::TooLong => DidError::TooLong { length: multikey.len(), max: MAX_CHARACTERS },
        _ => DidError::KeyEncoding,
    })?;
    let (multicodec, key) = varint::read(&bytes).map_err(|_| DidError::KeyEncoding)?;
    match KeyKind::from_multicodec(multicodec) {
        Some(kind) => Ok(Parsed::Known(kind.check(key)?)),
        // Multicodec 0 is no type of key, and a leading zero byte would pass for it.
        None if key.is_empty() || multicodec == 0 => Err(DidError::KeyEncoding),
        None => Ok(Parsed::Unknown(multicodec)),
    }
}

/// Writes a key as it stands behind `did:key:`.
pub(crate) fn to_multikey(key: &CompressedKey) -> String {
    let mut bytes = Vec::with_capacity(2 + key.len());
    varint::write(key.kind().multicodec(), &mut bytes);
    bytes.extend_from_slice(key);
    let mut text = multibase::base58btc_encode(&bytes);
    text.insert(0, 'z');
    text
}

/// Hands on a key's DID.
pub(crate) fn with_text<R>(key: &CompressedKey, read: impl FnOnce(&str) -> R) -> R {
    #[cfg(feature = "tables")]
    if let Some(written) =
        multibase::base58btc_written("did:key:z", encoded(key).get(..2 + key.len()).unwrap_or_default())
    {
        return read(written.as_str());
    }
    read(&alloc::format!("did:key:{}", to_multikey(key)))
}

/// Multicodec and key: all four multicodecs have two bytes.
#[cfg(feature = "tables")]
fn encoded(key: &CompressedKey) -> [u8; 35] {
    let mut bytes = [0; 35];
    let multicodec = key.kind().multicodec();
    #[allow(clippy::cast_possible_truncation, reason = "seven bits each")]
    let head = [(multicodec & 0x7f | 0x80) as u8, (multicodec >> 7) as u8];
    bytes.iter_mut().zip(head.iter().chain(&**key)).for_each(|(to, from)| *to = *from);
    bytes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
    use alloc::format;

    use super::*;
    use crate::identity::KeyError;

    fn encode(bytes: &[u8]) -> String {
        format!("z{}", multibase::base58btc_encode(bytes))
    }

    fn of(kind: KeyKind, key: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        varint::write(kind.multicodec(), &mut bytes);
        bytes.extend_from_slice(key);
        bytes
    }

    #[test]
    fn all_four_types_write_back_to_themselves() {
        for (kind, key) in [
            (KeyKind::Ed25519, &[7; 32][..]),
            (KeyKind::X25519, &[7; 32]),
            (KeyKind::P256, &[2; 33]),
            (KeyKind::Secp256k1, &[3; 33]),
        ] {
            let text = encode(&of(kind, key));
            let Parsed::Known(read) = parse(&text).unwrap() else { panic!("{kind:?}") };
            #[cfg(feature = "tables")]
            assert_eq!(
                (known(text.as_bytes()), &encoded(&read)[..2 + key.len()]),
                (Some(read), &of(kind, key)[..])
            );
            assert_eq!((read.kind(), &read[..]), (kind, key));
            assert_eq!(to_multikey(&read), text);
            assert_eq!(with_text(&read, |did| String::from(did)), format!("did:key:{text}"));
        }
    }

    #[test]
    fn the_prefixes_are_the_ones_people_know() {
        for (kind, key, prefix) in [
            (KeyKind::Ed25519, &[7; 32][..], "z6Mk"),
            (KeyKind::X25519, &[7; 32], "z6LS"),
            (KeyKind::P256, &[2; 33], "zDn"),
            (KeyKind::Secp256k1, &[2; 33], "zQ3s"),
        ] {
            assert!(encode(&of(kind, key)).starts_with(prefix), "{kind:?}");
        }
    }

    #[test]
    fn another_length_is_refused() {
        for length in [0, 31, 33, 64] {
            let text = encode(&of(KeyKind::Ed25519, &alloc::vec![7; length]));
            assert!(matches!(parse(&text), Err(DidError::Key(KeyError::WrongLength { .. }))), "{length}");
        }
    }

    #[test]
    fn an_uncompressed_key_is_refused() {
        let mut point = [7; 65];
        point[0] = 4;
        let text = encode(&of(KeyKind::P256, &point));
        assert_eq!(parse(&text), Err(DidError::Key(KeyError::NotCompressed { kind: "P-256" })));
    }

    #[test]
    fn a_multicodec_that_is_not_in_its_shortest_form_is_refused() {
        let mut bytes = Vec::from([0xed, 0x81, 0x00]);
        bytes.extend([7; 32]);
        assert_eq!(parse(&encode(&bytes)), Err(DidError::KeyEncoding));
    }

    #[test]
    fn a_leading_zero_byte_makes_another_multicodec_not_the_same_key() {
        let text = encode(&of(KeyKind::Ed25519, &[7; 32]));
        let padded = text.replacen('z', "z1", 1);
        assert_eq!(parse(&padded), Err(DidError::KeyEncoding));
    }

    #[test]
    fn other_bases_and_alphabets_are_refused() {
        for text in ["", "z", "f00", "uQUJD", "Z6Mk", "z6Mk0", "z6Ml I", "z6Mkiß"] {
            assert_eq!(parse(text), Err(DidError::KeyEncoding), "{text}");
        }
    }

    #[test]
    fn an_unknown_type_is_kept_and_an_endless_one_refused() {
        let p384 = [&[0x81, 0x24][..], &[2; 49]].concat();
        assert_eq!(parse(&encode(&p384)), Ok(Parsed::Unknown(0x1201)));
        let rsa_4096 = [&[0x85, 0x24][..], &[2; 526]].concat();
        assert_eq!(parse(&encode(&rsa_4096)), Ok(Parsed::Unknown(0x1205)));
        let longest = encode(&[[0xff, 0x7f].as_slice(), &[0xff; 638]].concat());
        assert_eq!((longest.len(), parse(&longest)), (MAX_CHARACTERS, Ok(Parsed::Unknown(0x3fff))));
        let error = Err(DidError::TooLong { length: 1366, max: MAX_CHARACTERS });
        assert_eq!(parse(&encode(&[2; 1000])), error);
    }
}
