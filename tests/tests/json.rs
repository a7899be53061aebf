//! JSON from outside goes through one strict reader, whatever it is about.

use allod::identity::{Did, DidDocument, PublicKey, SigningKey};
use allod::{Algorithm, Policy};

const SITE: &str = "did:web:photos.example";

/// What two readers would take for two things.
fn ambiguous(sound: &str) -> Vec<String> {
    let inner = sound.strip_prefix('{').unwrap();
    let (first, _) = inner.split_once(',').unwrap();
    vec![
        format!("{{{first},{inner}"),
        format!("{sound} {sound}"),
        format!("{sound}x"),
        sound.replacen('{', "{,", 1),
        sound.replacen("}", ",}", 1),
        format!("// {sound}\n{sound}"),
        format!("\u{feff}{sound}"),
    ]
}

#[test]
fn documents_keys_and_policies_refuse_a_repeated_key_and_loose_json() {
    let key = SigningKey::from_seed(Algorithm::Ed25519, &[7; 32]).unwrap();
    let multikey = key.public_key().to_multikey();
    let document = format!(
        r##"{{"id":"{SITE}","verificationMethod":[{{"id":"#a","type":"Multikey","controller":"{SITE}","publicKeyMultibase":"{multikey}"}}]}}"##
    );
    let site = Did::parse(SITE).unwrap();
    assert!(DidDocument::parse(&document, &site).is_ok());
    for text in ambiguous(&document) {
        assert!(DidDocument::parse(&text, &site).is_err(), "{text}");
    }
    let jwk = key.public_key().to_jwk();
    assert_eq!(PublicKey::from_jwk(&jwk), Ok(key.public_key()));
    for text in ambiguous(&jwk) {
        assert!(PublicKey::from_jwk(&text).is_err(), "{text}");
    }
    let value = r#"{"role":"guest","n":1}"#;
    let policy = |value: &str| Policy::from_json(&format!(r#"[["==",".a",{value}]]"#));
    assert!(policy(value).is_ok());
    for text in ambiguous(value) {
        assert!(policy(&text).is_err(), "{text}");
    }
    assert!(policy(r#"{"role":"guest","role":"admin"}"#).is_err());
    assert!(policy(r#"{"role":"guest","\u0072ole":"admin"}"#).is_err(), "the same key, escaped");
}
