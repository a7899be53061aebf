//! Texts from outside, read to the letter: DAG-JSON, multibase, CIDs, documents and keys.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use allod::identity::{
    AgreementSecretKey, Did, DidDocument, DocumentError, JwkError, MAX_DOCUMENT_LENGTH, PublicKey, Signer,
};
use allod::limits::MAX_TOKEN;
use allod::ucan::{AnyToken, TokenError};
use allod::wire::dag_json::{self, DagJsonError};
use allod::wire::{Ipld, Slice, ValueError, cid, multibase, value};
use allod::{Algorithm, Cid, Delegation, Invocation, Signature, Token, Window};
use allod_tests::forge::{Forge, ed};

fn base32(bytes: &[u8]) -> String {
    format!("b{}", data_encoding::BASE32_NOPAD.encode(bytes).to_lowercase())
}

#[test]
fn json_that_is_no_json_is_refused_at_its_place() {
    for (text, at) in [("[1 2]", 3), ("[1}", 2), (r#"{"a":1]"#, 6), ("\"a\u{1}b\"", 2), (r#"{"a" 1}"#, 5)] {
        assert_eq!(dag_json::parse(text), Err(DagJsonError::Syntax { at }), "{text}");
    }
    for text in [r#""\ud800\ue000""#, r#""\ud800\ud7ff""#, r#""\udc00""#, r#""\ud800x""#, r#""\x""#] {
        assert!(matches!(dag_json::parse(text), Err(DagJsonError::Syntax { .. })), "{text}");
    }
    let escapes = dag_json::parse(r#""\"\\\/\b\f\n\r\t\u00e9\ud800\udc00\udbff\udfff""#);
    let expected = "\"\\/\u{8}\u{c}\n\r\té\u{10000}\u{10ffff}";
    assert_eq!(escapes, Ok(Ipld::String(expected.into())));
}

/// A map with the key `/` is a link or bytes, exactly, or it is refused: nothing is dropped from it.
#[test]
fn what_is_reserved_is_spelled_exactly() {
    for text in [
        r#"{"/":{"bytes":"aGk","more":1}}"#,
        r#"{"/":{"bytes":"aGk"},"more":1}"#,
        r#"{"/":{"bytes":1}}"#,
        r#"{"/":{}}"#,
        r#"{"/":"no link"}"#,
        r#"[{"/":null}]"#,
    ] {
        assert!(matches!(dag_json::parse(text), Err(DagJsonError::Reserved { .. })), "{text}");
    }
}

/// Maps nest no deeper than lists, in text and as values.
#[test]
fn maps_nest_as_deep_as_lists() {
    let maps = |levels: usize| format!("{}0{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    let lists = |levels: usize| format!("{}0{}", "[".repeat(levels), "]".repeat(levels));
    for text in [maps(64), lists(64)] {
        let value = dag_json::parse(&text).unwrap();
        assert!(value::encode(&value).is_ok());
        assert_eq!(value::encode(&Ipld::List(vec![value.clone()])), Err(ValueError::TooDeep));
        let wrapped = BTreeMap::from([("a".to_owned(), value)]);
        assert_eq!(value::encode(&Ipld::Map(wrapped)), Err(ValueError::TooDeep));
    }
    for text in [maps(65), lists(65)] {
        assert!(matches!(dag_json::parse(&text), Err(DagJsonError::TooDeep { .. })));
    }
}

#[test]
fn multibase_is_read_up_to_its_bound() {
    assert_eq!(multibase::base58btc_decode("5Q", 1), Ok(vec![0xff]));
    assert!(multibase::base58btc_decode("5Q", 0).is_err());
    let text = |bytes: usize| base32(&vec![7; bytes]);
    assert_eq!((text(639).len(), multibase::decode(&text(639))), (multibase::MAX_TEXT, Ok(vec![7; 639])));
    assert!(multibase::decode(&text(640)).is_err());
}

#[test]
fn links_of_any_length_are_data() {
    // As many characters as a version 0 CID has, and none.
    let identity = [&[1, 0x55, 0, 24][..], &[7; 24]].concat();
    let text = base32(&identity);
    assert_eq!(text.len(), 46);
    assert_eq!(cid::parse_data(&text).unwrap().to_bytes(), identity);
    let own = Cid::of(b"x");
    let text = own.to_string();
    assert_eq!(own.short(), format!("…{}", &text[text.len() - 8..]));
    assert_eq!(format!("{own:?}"), text);
}

#[test]
fn bytes_are_compared_and_not_shown() {
    let (one, other) = (Slice::from(&b"one"[..]), Slice::from(&b"two"[..]));
    assert_eq!(one.as_ref(), b"one");
    assert!(one == Slice::from(b"one".to_vec()) && one != other);
    assert_eq!(format!("{one:?}"), "Slice(3 bytes)");
    let item = allod::wire::Item::parse(vec![0x18, 0x18]).unwrap();
    assert_eq!(format!("{item:?}"), "Item(2 bytes)");
}

#[test]
fn a_token_is_read_up_to_its_bound_whatever_it_is() {
    let over = AnyToken::parse(vec![0; MAX_TOKEN + 1]);
    assert_eq!(over.unwrap_err(), TokenError::TooLarge { size: MAX_TOKEN + 1 });
    assert!(!matches!(AnyToken::parse(vec![0; MAX_TOKEN]), Err(TokenError::TooLarge { .. })));
    let over = AnyToken::parse(vec![0; MAX_TOKEN + 2]);
    assert!(matches!(over, Err(TokenError::TooLarge { .. })));
}

#[test]
fn a_document_is_read_up_to_its_bound() {
    let site = Did::parse("did:web:photos.example").unwrap();
    let document = format!(r#"{{"id":"{site}"}}"#);
    let padded = |length: usize| document.clone() + &" ".repeat(length - document.len());
    assert!(DidDocument::parse(&padded(MAX_DOCUMENT_LENGTH), &site).is_ok());
    let over = DidDocument::parse(&padded(MAX_DOCUMENT_LENGTH + 1), &site);
    assert_eq!(over.unwrap_err(), DocumentError::TooLong { length: MAX_DOCUMENT_LENGTH + 1 });
}

/// Only `key_ops` is a list (RFC 7517, 4.2–4.4).
#[test]
fn what_a_jwk_says_of_its_use_is_heeded_in_its_own_form() {
    let public = ed(1).key().public_key();
    let with = |member: &str| PublicKey::from_jwk(&public.to_jwk().replacen('{', &format!("{{{member},"), 1));
    for member in [r#""use":"sig""#, r#""alg":"EdDSA""#, r#""key_ops":["verify"]"#] {
        assert_eq!(with(member), Ok(public), "{member}");
    }
    for member in [r#""use":["sig"]"#, r#""alg":["EdDSA"]"#, r#""use":"enc""#, r#""key_ops":["encrypt"]"#] {
        assert_eq!(with(member), Err(JwkError::NotForSigning), "{member}");
    }
}

#[test]
fn keys_and_signatures_are_shown_and_told_apart() {
    let hash = |key: &PublicKey| {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        hasher.finish()
    };
    for algorithm in Algorithm::ALL {
        let key = |seed| allod::SigningKey::from_seed(algorithm, &[seed; 32]).unwrap().public_key();
        assert_eq!(hash(&key(1)), hash(&key(1)));
        assert_ne!(hash(&key(1)), hash(&key(2)));
    }
    let signature: Signature = ed(1).key().sign(b"m").unwrap();
    assert_eq!(signature.as_ref(), signature.as_bytes());
    assert_eq!(format!("{signature:?}"), format!("Signature({})", hex::encode(signature.as_bytes())));
    let compressed = ed(1).key().public_key().to_bytes();
    assert_eq!(compressed.as_ref(), &compressed[..]);
    assert_eq!(format!("{compressed:?}"), format!("CompressedKey(Ed25519 {})", hex::encode(&compressed[..])));
    let PublicKey::Ed25519(inner) = ed(1).key().public_key() else { panic!("an Ed25519 key") };
    assert_eq!(format!("{inner:?}"), format!("{compressed:?}"));
    let agreement = AgreementSecretKey::from_bytes(&[7; 32]).public_key();
    assert!(format!("{agreement:?}").starts_with("CompressedKey(X25519 "));
}

#[test]
fn what_is_being_built_shows_no_arguments() {
    let proofs = (0..16_u8).map(|number| Cid::of(&[number]));
    let delegation = Delegation::builder(ed(2).did(), ed(1).did(), "/photos/read".parse().unwrap());
    let debug = format!("{delegation:?}");
    assert!(debug.contains("/photos/read") && debug.contains(&ed(2).text()), "{debug}");
    let builder = Invocation::builder(ed(1).did(), "/photos/read".parse().unwrap())
        .argument("secret", "hunter2")
        .proofs(proofs);
    let debug = format!("{builder:?}");
    assert!(debug.contains("/photos/read") && !debug.contains("hunter2"), "{debug}");
    let unsigned = builder.to_sign(ed(2).key().public_key()).expect("as many proofs as are followed");
    let debug = format!("{unsigned:?}");
    assert!(debug.starts_with("Unsigned") && debug.contains(&ed(2).text()), "{debug}");
    let forge = Forge::delegation(ed(1), &ed(2).text(), None, "/x");
    let token = Token::<Delegation>::parse(forge.bytes()).unwrap();
    let debug = format!("{token:?}");
    assert!(debug.starts_with("Token") && debug.contains(&token.cid().to_string()), "{debug}");
}

#[test]
fn a_window_without_a_beginning_has_none_in_common_with_another() {
    let open = Window::default();
    assert_eq!(open.and(open), open);
}
