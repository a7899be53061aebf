//! The room `identity`: DIDs, documents, keys in files, and signatures as hardware hands them over.

use allod::identity::{
    AgreementPublicKey, AgreementSecretKey, Did, DidDocument, Purpose, Relationship, Signature,
    SignatureError, normalise_signature, verification_keys,
};
use allod::limits::MAX_DOCUMENT;
use allod::{Algorithm, MemoryResolver, PublicKey, Signer, SigningKey};

use super::text;

/// DIDs: one spelling, and a key that names the same DID.
pub(super) fn did(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(did) = Did::parse(text) else { return };
    assert_eq!(did.to_string(), text);
    assert_eq!(text.split(':').nth(1), Some(did.method()));
    assert!(did.short().chars().count() <= text.chars().count().max(32));
    assert_eq!(serde_json::from_value::<Did>(serde_json::json!(did)).ok(), Some(did.clone()));
    let key = did.public_key();
    if let Ok(key) = &key {
        assert!(did.can_be_verified());
        assert_eq!((key.did(), Some(key.algorithm())), (did.clone(), did.algorithm()));
        let again = PublicKey::from_bytes(key.algorithm(), &key.to_bytes());
        assert_eq!(again.as_ref(), Ok(key));
    }
    if did.method() != "key" {
        assert!(key.is_err() && did.algorithm().is_none() && did.agreement_key().is_err());
    }
    if let Some(url) = did.web_url() {
        let authority = url.strip_prefix("https://").and_then(|rest| rest.split('/').next());
        let authority = authority.expect("an https URL");
        assert!(url.ends_with("/did.json") && !authority.contains(['@', '%', '\\', '?', '#']), "{url}");
    }
    for purpose in [Purpose::Invocation, Purpose::Delegation] {
        let keys = verification_keys(&did, purpose, &MemoryResolver::new());
        assert_eq!(keys.is_ok(), key.is_ok());
    }
    if let Ok(document) = DidDocument::for_key(&did) {
        assert_eq!(DidDocument::parse(&document.to_json(), &did), Ok(document));
    }
}

/// DID documents: what is understood is written as a document that is understood the same.
pub(super) fn document(data: &[u8]) {
    let Some(text) = text(data) else { return };
    // Under the DID it says it is of, wherever in the text that stands.
    let named = text.split('"').find_map(|part| Did::parse(part).ok());
    let did = named.unwrap_or_else(|| Did::parse("did:web:photos.example").expect("a DID"));
    let Ok(document) = DidDocument::parse(text, &did) else { return };
    assert_eq!(document.id(), &did);
    let written = document.to_json();
    // References grow to their full length.
    if written.len() <= MAX_DOCUMENT {
        let again = DidDocument::parse(&written, &did);
        assert_eq!(again.as_ref(), Ok(&document), "{written}");
    }
    for purpose in [Purpose::Invocation, Purpose::Delegation] {
        if let Ok(keys) = document.keys(purpose) {
            let related = document.related(purpose.relationship());
            assert!(keys.len() > 0 && keys.len() <= allod::limits::MAX_KEYS);
            // An empty relationship means: nobody.
            assert!(related.is_none_or(|mut related| related.next().is_some()));
        }
    }
    for method in document.methods() {
        assert!(method.id().starts_with(&format!("{did}#")));
    }
    for relationship in Relationship::ALL {
        for method in document.related(relationship).into_iter().flatten() {
            assert!(document.methods().contains(method));
        }
    }
}

/// JWKs: a key that is read is written as a JWK that is read as the same key; a secret never as a public one.
pub(super) fn jwk(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(key) = PublicKey::from_jwk(text) {
        assert_eq!(PublicKey::from_jwk(&key.to_jwk()), Ok(key));
        assert_eq!(key.did().public_key(), Ok(key));
        assert!(SigningKey::from_jwk(text).is_err() && AgreementPublicKey::from_jwk(text).is_err());
    }
    if let Ok(key) = SigningKey::from_jwk(text) {
        assert!(PublicKey::from_jwk(text).is_err(), "a secret key is read as a public one");
        same_key(&key, SigningKey::from_jwk(&key.danger_export_jwk()).ok().as_ref());
    }
    if let Ok(key) = AgreementPublicKey::from_jwk(text) {
        assert_eq!(AgreementPublicKey::from_jwk(&key.to_jwk()), Ok(key));
    }
    if let Ok(key) = AgreementSecretKey::from_jwk(text) {
        assert!(AgreementPublicKey::from_jwk(text).is_err(), "a secret key is read as a public one");
        let again = AgreementSecretKey::from_jwk(&key.danger_export_jwk());
        assert_eq!(again.ok().map(|again| again.public_key()), Some(key.public_key()));
    }
}

/// PKCS#8, as DER and as PEM.
pub(super) fn pem(data: &[u8]) {
    if let Some(text) = text(data)
        && let Ok(key) = SigningKey::from_pkcs8_pem(text)
    {
        same_key(&key, SigningKey::from_pkcs8_pem(&key.danger_export_pkcs8_pem()).ok().as_ref());
    }
    if let Ok(key) = SigningKey::from_pkcs8_der(data) {
        same_key(&key, SigningKey::from_pkcs8_der(&key.danger_export_pkcs8_der()).ok().as_ref());
        same_key(&key, SigningKey::from_pkcs8_pem(&key.danger_export_pkcs8_pem()).ok().as_ref());
        assert!(AgreementSecretKey::from_pkcs8_der(data).is_err());
    }
    if let Ok(key) = AgreementSecretKey::from_pkcs8_der(data) {
        let again = AgreementSecretKey::from_pkcs8_der(&key.danger_export_pkcs8_der());
        assert_eq!(again.ok().map(|again| again.public_key()), Some(key.public_key()));
    }
}

fn same_key(key: &SigningKey, again: Option<&SigningKey>) {
    let again = again.expect("a key that was written is read");
    assert_eq!(*key.danger_export_seed(), *again.danger_export_seed());
    let signature = key.sign(b"the same key").expect("a signature");
    assert_eq!(again.public_key().verify(b"the same key", &signature), Ok(()));
}

/// Signatures in DER or raw: brought into one form, which stays as it is; and nothing but a key's own verifies.
pub(super) fn signature(data: &[u8]) {
    for (index, algorithm) in Algorithm::ALL.into_iter().enumerate() {
        if let Ok(signature) = normalise_signature(algorithm, data) {
            assert_eq!(normalise_signature(algorithm, signature.as_bytes()), Ok(signature));
        }
        // Signing takes its time: with one of them each.
        if data.len() % 3 != index {
            continue;
        }
        let key = SigningKey::from_seed(algorithm, &[7; 32]).expect("a seed in range");
        let made = key.sign(data).expect("a signature");
        assert_eq!(normalise_signature(algorithm, made.as_bytes()), Ok(made));
        assert_eq!(key.public_key().verify(data, &made), Ok(()));
        let bit = data.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
        let mut flipped = *made.as_bytes();
        flipped[bit / 8 % 64] ^= 1 << (bit % 8);
        assert!(key.public_key().verify(data, &Signature::from_bytes(flipped)).is_err());
        if algorithm != Algorithm::Ed25519 {
            assert_eq!(normalise_signature(algorithm, &der(&made)), Ok(made));
        } else if data.len() != 64 {
            let refused = Err(SignatureError::WrongLength { found: data.len() });
            assert_eq!(normalise_signature(algorithm, data), refused);
        }
    }
}

/// A signature as X9.62 writes it.
fn der(signature: &Signature) -> Vec<u8> {
    let (r, s) = signature.as_bytes().split_at(32);
    let mut inner = Vec::new();
    for number in [r, s] {
        let first = number.iter().position(|byte| *byte != 0).unwrap_or(31);
        let digits = &number[first..];
        let zero: &[u8] = if digits[0] >= 0x80 { &[0] } else { &[] };
        inner.extend([0x02, u8::try_from(zero.len() + digits.len()).expect("33 at most")]);
        inner.extend([zero, digits].concat());
    }
    [vec![0x30, u8::try_from(inner.len()).expect("70 at most")], inner].concat()
}
