#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::identity::{KeyError, SigningKey};

const ALICE: &str = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

#[test]
fn a_did_url_is_refused_by_what_makes_it_one() {
    for (suffix, error) in [
        ("#key", DidError::Fragment),
        ("/path", DidError::Path),
        ("?query", DidError::Query),
        ("/a?b#c", DidError::Path),
        ("#", DidError::Fragment),
    ] {
        for did in [ALICE, "did:web:example.com", "did:plc:abc"] {
            assert_eq!(Did::parse(&format!("{did}{suffix}")), Err(error.clone()), "{did}{suffix}");
        }
    }
}

#[test]
fn what_does_not_follow_the_syntax_is_refused() {
    for text in
        ["", "did", "did:", "did:key", "DID:key:z", "did::x", "did:Key:z6Mk", "did:k-y:x", " did:web:a.b"]
    {
        assert_eq!(Did::parse(text), Err(DidError::NotADid), "{text}");
    }
    for text in [
        "did:plc:",
        "did:plc:a:",
        "did:plc:a b",
        "did:plc:ä",
        "did:plc:%",
        "did:plc:%4",
        "did:plc:%4g",
        "did:plc:a\n",
        "did:plc:a~b",
        "did:plc:a;b",
    ] {
        assert_eq!(Did::parse(text), Err(DidError::Identifier), "{text}");
    }
}

#[test]
fn other_methods_are_names_without_keys() {
    for text in ["did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:example::a", "did:3:kjz%20", "did:ion:EiD.-_A:e30"]
    {
        let did = Did::parse(text).unwrap();
        assert_eq!(did.to_string(), text);
        assert_eq!(did.method(), text.split(':').nth(1).unwrap());
        assert_eq!(did.public_key(), Err(KeyError::UnsupportedMethod));
        assert_eq!((did.algorithm(), did.web_url(), did.is_key()), (None, None, false));
    }
}

#[test]
fn the_length_is_bounded() {
    let longest = format!("did:x:{}", "a".repeat(MAX_DID_LENGTH - 6));
    assert!(Did::parse(&longest).is_ok());
    let refused = Did::parse(&format!("{longest}a"));
    assert_eq!(refused, Err(DidError::TooLong { length: 2049, max: 2048 }));
}

#[test]
fn keys_of_each_kind_say_what_they_are_for() {
    let ed25519 = Did::parse(ALICE).unwrap();
    assert_eq!(ed25519.public_key().unwrap().did(), ed25519);
    let x25519 = ed25519.agreement_key().unwrap().did();
    assert!(x25519.to_string().starts_with("did:key:z6LS"));
    assert_eq!(x25519.public_key(), Err(KeyError::NotForSigning));
    assert_eq!((x25519.algorithm(), x25519.is_key()), (None, true));
    assert_eq!(x25519.agreement_key(), ed25519.agreement_key());

    let p256 = SigningKey::from_seed(Algorithm::P256, &[7; 32]).unwrap().did();
    assert_eq!(p256.algorithm(), Some(Algorithm::P256));
    assert_eq!(p256.agreement_key(), Err(KeyError::NotForAgreement { kind: "P-256" }));

    let p384 = "did:key:z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9";
    let p384 = Did::parse(p384).unwrap();
    assert_eq!(p384.public_key(), Err(KeyError::UnsupportedKeyType { multicodec: 0x1201 }));
    assert!(p384.is_key());

    let web = Did::parse("did:web:example.com").unwrap();
    assert_eq!(web.public_key(), Err(KeyError::NeedsDocument));
    assert_eq!(web.agreement_key(), Err(KeyError::NeedsDocument));
}

#[test]
fn a_weak_key_can_be_named_and_not_used() {
    let mut bytes = alloc::vec![0xed, 0x01];
    bytes.extend([0; 32]);
    let did = format!("did:key:z{}", crate::wire::multibase::base58btc_encode(&bytes));
    let did = Did::parse(&did).unwrap();
    assert_eq!(did.public_key(), Err(KeyError::Weak { kind: "Ed25519" }));
    assert_eq!(did.agreement_key(), Err(KeyError::Weak { kind: "Ed25519" }));
}

#[test]
fn a_non_canonical_key_cannot_even_be_named() {
    let mut bytes = alloc::vec![0xed, 0x01];
    bytes.extend([0xff; 32]);
    let did = format!("did:key:z{}", crate::wire::multibase::base58btc_encode(&bytes));
    assert_eq!(Did::parse(&did), Err(DidError::Key(KeyError::NonCanonical { kind: "Ed25519" })));
}

#[test]
fn equal_texts_are_equal_dids() {
    let one = Did::parse(ALICE).unwrap();
    let two: Did = ALICE.parse().unwrap();
    assert_eq!(one, two);
    assert_eq!(one.cmp(&two), core::cmp::Ordering::Equal);
    assert_ne!(one, Did::parse("did:web:example.com").unwrap());
    assert_eq!(Did::try_from(ALICE), Ok(one.clone()));
    assert_eq!(format!("{one:?}"), ALICE);
    assert!(size_of::<Did>() <= 40, "{}", size_of::<Did>());
}

/// That its key was looked at before makes it no other DID.
#[test]
fn a_did_of_a_key_is_the_one_that_is_read() {
    let read = Did::parse(ALICE).unwrap();
    let made = read.public_key().unwrap().did();
    assert!(made.is_of_sound_key() && !read.is_of_sound_key());
    assert_eq!(made, read);
    assert_eq!(made.cmp(&read), core::cmp::Ordering::Equal);
    #[cfg(feature = "std")]
    assert!(std::collections::HashSet::from([made]).contains(&read));
}

#[test]
fn the_short_form_keeps_short_dids_whole() {
    assert_eq!(Did::parse(ALICE).unwrap().short(), "did:key:z6Mk…mDooWp");
    assert_eq!(Did::parse("did:web:example.com").unwrap().short(), "did:web:example.com");
    let long = Did::parse("did:web:photos.example.com:user:alice").unwrap();
    assert_eq!(long.short(), "did:web:phot…:alice");
    // Its method takes most of it: shortened, it would say some of it twice.
    for whole in ["did:8ty888xxxxxxxxxxxxxxxxx8888r:a-dg", "did:abcdefghijklmnopqrstuvwxyz:abcdefghijk"] {
        assert_eq!(Did::parse(whole).unwrap().short(), whole);
    }
    let method = Did::parse("did:abcdefghijklmnopqrstuvwxyz:abcdefghijkl").unwrap();
    assert_eq!(method.short(), "did:abcdefghijklmnopqrstuvwxyz:abcd…ghijkl");
}
