//! Every base against the crate `multibase`.

use allod::wire::multibase::{
    MAX_TEXT, MultibaseError, base58btc_decode, base58btc_encode, base64_encode, base64_padded_encode,
    base64url_encode, decode,
};
use multibase::Base;
use proptest::prelude::*;

/// The bases of the specification that are text.
const BASES: [Base; 24] = [
    Base::Base2,
    Base::Base8,
    Base::Base10,
    Base::Base16Lower,
    Base::Base16Upper,
    Base::Base32Lower,
    Base::Base32Upper,
    Base::Base32PadLower,
    Base::Base32PadUpper,
    Base::Base32HexLower,
    Base::Base32HexUpper,
    Base::Base32HexPadLower,
    Base::Base32HexPadUpper,
    Base::Base32Z,
    Base::Base36Lower,
    Base::Base36Upper,
    Base::Base45,
    Base::Base58Flickr,
    Base::Base58Btc,
    Base::Base64,
    Base::Base64Pad,
    Base::Base64Url,
    Base::Base64UrlPad,
    Base::Base256Emoji,
];

/// What the crate `multibase` reads, where it would write the text in the same way.
fn peer(text: &str) -> Result<Vec<u8>, MultibaseError> {
    match multibase::decode(text) {
        Ok((Base::Identity, _)) | Err(multibase::Error::UnknownBase(_)) => Err(MultibaseError::UnknownBase),
        Ok((base, bytes)) if multibase::encode(base, &bytes) == text => Ok(bytes),
        Ok(_) | Err(_) => Err(MultibaseError::Invalid),
    }
}

/// Every text of up to three characters after the prefix: those of the alphabets, and some that are in none.
#[test]
fn every_short_text_is_read_as_the_peer_reads_it() {
    let characters: Vec<char> = (' '..='\u{7f}').chain(['é', '\n']).collect();
    for base in BASES {
        let mut texts = vec![base.code().to_string()];
        for length in 0..3 {
            let mut longer = Vec::new();
            for text in &texts {
                assert_eq!(decode(text), peer(text), "{text:?}");
                // Three characters of every kind are a million texts in each base: two, and a third of a few.
                let few = characters.iter().step_by(if length == 2 { 11 } else { 1 });
                longer.extend(few.map(|character| format!("{text}{character}")));
            }
            texts = longer;
        }
        for text in &texts {
            assert_eq!(decode(text), peer(text), "{text:?}");
        }
    }
}

#[test]
fn every_prefix_is_known_or_not_as_the_peer_knows_it() {
    for prefix in (0..=0x1_ffff).filter_map(char::from_u32) {
        let text = prefix.to_string();
        assert_eq!(decode(&text), peer(&text), "{text:?}");
    }
}

#[test]
fn every_single_byte_and_pair_is_read_in_every_base() {
    for base in BASES {
        for pair in 0..=u16::MAX {
            let bytes = pair.to_be_bytes();
            let bytes = if pair < 256 { &bytes[1..] } else { &bytes[..] };
            assert_eq!(decode(&multibase::encode(base, bytes)).as_deref(), Ok(bytes));
        }
    }
}

proptest! {
    #[test]
    fn bytes_are_spelled_as_the_peer_spells_them(bytes in prop::collection::vec(any::<u8>(), 0..200), zeros in 0..6_usize) {
        let bytes = [&vec![0; zeros][..], &bytes].concat();
        for base in BASES {
            let text = multibase::encode(base, &bytes);
            let expected = if text.len() > MAX_TEXT { Err(MultibaseError::TooLong) } else { Ok(bytes.clone()) };
            prop_assert_eq!(decode(&text), expected);
        }
        let text = |base: Base| base.encode(&bytes);
        prop_assert_eq!(base58btc_encode(&bytes), text(Base::Base58Btc));
        prop_assert_eq!(base64_encode(&bytes), text(Base::Base64));
        prop_assert_eq!(base64_padded_encode(&bytes), text(Base::Base64Pad));
        prop_assert_eq!(base64url_encode(&bytes), text(Base::Base64Url));
        prop_assert_eq!(base58btc_decode(&text(Base::Base58Btc), bytes.len()), Ok(bytes.clone()));
    }

    /// One character of a good text is another one, is left out, or is there twice.
    #[test]
    fn texts_nearby_are_read_as_the_peer_reads_them(
        bytes in prop::collection::vec(any::<u8>(), 1..24), base in prop::sample::select(&BASES[..]),
        at in any::<prop::sample::Index>(), other in prop::char::range(' ', '~'), change in 0..3,
    ) {
        let mut text: Vec<char> = multibase::encode(base, &bytes).chars().collect();
        let at = 1 + at.index(text.len() - 1);
        match change {
            0 => text[at] = other,
            1 => drop(text.remove(at)),
            _ => text.insert(at, text[at]),
        }
        let text: String = text.into_iter().collect();
        prop_assert_eq!(decode(&text), peer(&text));
    }
}
