#![allow(clippy::unwrap_used)]
use alloc::format;
use alloc::string::ToString;

use super::*;
use crate::identity::{Algorithm, JwkError, SigningKey};
use crate::wire::multibase::base58btc_encode;

const SITE: &str = "did:web:example.com";

fn site() -> Did {
    Did::parse(SITE).unwrap()
}

fn key(algorithm: Algorithm, seed: u8) -> PublicKey {
    SigningKey::from_seed(algorithm, &[seed; 32]).unwrap().public_key()
}

fn method(id: &str, kind: &str, member: &str) -> String {
    format!(r#"{{"id":"{id}","type":"{kind}","controller":"{SITE}",{member}}}"#)
}

fn multikey(id: &str, seed: u8) -> String {
    let text = key(Algorithm::Ed25519, seed).to_multikey();
    method(id, "Multikey", &format!(r#""publicKeyMultibase":"{text}""#))
}

fn parse(methods: &str, more: &str) -> Result<DidDocument, DocumentError> {
    DidDocument::parse(&format!(r#"{{"id":"{SITE}","verificationMethod":[{methods}]{more}}}"#), &site())
}

fn keys(document: &DidDocument, purpose: Purpose) -> Vec<PublicKey> {
    document.keys(purpose).map(|set| set.iter().copied().collect()).unwrap_or_default()
}

#[test]
fn the_document_of_a_did_key_lists_its_key_for_every_purpose() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm, 7);
        let did = key.did();
        let document = DidDocument::for_key(&did).unwrap();
        for purpose in [Purpose::Invocation, Purpose::Delegation] {
            assert_eq!(keys(&document, purpose), [key]);
        }
        for relationship in &Relationship::ALL[..4] {
            assert_eq!(document.related(*relationship).unwrap().count(), 1);
        }
        let agreement: Vec<_> = document.agreement_keys().collect();
        assert_eq!(agreement.first().copied(), did.agreement_key().ok());
        assert_eq!(DidDocument::parse(&document.to_json(), &did), Ok(document));
    }
}

#[test]
fn the_document_of_an_x25519_did_key_signs_nothing() {
    let did = key(Algorithm::Ed25519, 7).did().agreement_key().unwrap().did();
    let document = DidDocument::for_key(&did).unwrap();
    assert_eq!(document.agreement_keys().count(), 1);
    assert!(document.keys(Purpose::Invocation).is_err());
    assert_eq!(DidDocument::parse(&document.to_json(), &did), Ok(document));
    assert_eq!(DidDocument::for_key(&site()), Err(KeyError::NeedsDocument));
}

#[test]
fn the_json_of_a_document() {
    let did = Did::parse("did:key:zDnaeucDGfhXHoJVqot3p21RuupNJ2fZrs8Lb1GV83VnSo2jR").unwrap();
    let z = "zDnaeucDGfhXHoJVqot3p21RuupNJ2fZrs8Lb1GV83VnSo2jR";
    let expected = r#"{"@context":["https://www.w3.org/ns/did/v1","https://w3id.org/security/multikey/v1"],"id":"DID","verificationMethod":[{"id":"DID#Z","type":"Multikey","controller":"DID","publicKeyMultibase":"Z"}],"authentication":["DID#Z"],"assertionMethod":["DID#Z"],"capabilityInvocation":["DID#Z"],"capabilityDelegation":["DID#Z"]}"#;
    let expected = expected.replace('Z', z).replace("DID", &did.to_string());
    assert_eq!(DidDocument::for_key(&did).unwrap().to_json(), expected);
}

#[test]
fn each_type_of_method_is_read() {
    let [ed, k1, p] = [Algorithm::Ed25519, Algorithm::Secp256k1, Algorithm::P256].map(|alg| key(alg, 7));
    let base58 = |key: &PublicKey| format!(r#""publicKeyBase58":"{}""#, base58btc_encode(&key.to_bytes()));
    let multi = |key: &PublicKey| format!(r#""publicKeyMultibase":"{}""#, key.to_multikey());
    let jwk = |key: &PublicKey| format!(r#""publicKeyJwk":{}"#, key.to_jwk());
    for (kind, member, expected) in [
        ("Multikey", multi(&ed), ed),
        ("Multikey", multi(&k1), k1),
        ("Multikey", multi(&p), p),
        ("Ed25519VerificationKey2020", multi(&ed), ed),
        ("Ed25519VerificationKey2018", base58(&ed), ed),
        ("EcdsaSecp256k1VerificationKey2019", base58(&k1), k1),
        ("EcdsaSecp256k1VerificationKey2019", jwk(&k1), k1),
        ("JsonWebKey2020", jwk(&p), p),
        ("JsonWebKey", jwk(&ed), ed),
    ] {
        let document = parse(&method("#k", kind, &member), "").unwrap();
        assert_eq!(keys(&document, Purpose::Invocation), [expected], "{kind} {member}");
        assert_eq!(document.methods().first().unwrap().id(), format!("{SITE}#k"));
        assert_eq!(DidDocument::parse(&document.to_json(), &site()), Ok(document));
    }
}

#[test]
fn a_malformed_method_of_a_known_type_refuses_the_document() {
    let [ed, k1] = [Algorithm::Ed25519, Algorithm::Secp256k1].map(|alg| key(alg, 7));
    let jwk = SigningKey::from_seed(Algorithm::P256, &[7; 32]).unwrap().danger_export_jwk();
    let weak = base58btc_encode(&[0; 32]);
    for (kind, member, source) in [
        ("Multikey", String::from(r#""x":1"#), MethodError::KeyMember),
        ("Multikey", String::from(r#""publicKeyMultibase":1"#), MethodError::KeyMember),
        ("Multikey", String::from(r#""publicKeyMultibase":"u7QE""#), MethodError::Encoding),
        (
            "Multikey",
            format!(r#""publicKeyMultibase":"{}","publicKeyHex":"00""#, ed.to_multikey()),
            MethodError::KeyMember,
        ),
        (
            "Ed25519VerificationKey2020",
            format!(r#""publicKeyMultibase":"{}""#, k1.to_multikey()),
            MethodError::OtherKeyType,
        ),
        (
            "EcdsaSecp256k1VerificationKey2019",
            format!(r#""publicKeyJwk":{}"#, ed.to_jwk()),
            MethodError::OtherKeyType,
        ),
        (
            "Ed25519VerificationKey2018",
            format!(r#""publicKeyBase58":"{weak}""#),
            MethodError::Key(KeyError::Weak { kind: "Ed25519" }),
        ),
        ("Ed25519VerificationKey2018", String::from(r#""publicKeyBase58":"0""#), MethodError::Encoding),
        ("JsonWebKey", format!(r#""publicKeyJwk":{}"#, *jwk), MethodError::Jwk(JwkError::Secret)),
        ("JsonWebKey", String::from(r#""publicKeyJwk":"{}""#), MethodError::KeyMember),
    ] {
        let refused = parse(&method("#k", kind, &member), "");
        assert_eq!(
            refused,
            Err(DocumentError::Method { id: format!("{SITE}#k"), source }),
            "{kind} {member}"
        );
    }
}

#[test]
fn what_is_not_understood_does_not_count_and_may_be_referred_to() {
    let own = multikey("#k", 7);
    for other in [
        method("#o", "RsaVerificationKey2018", r#""publicKeyPem":"""#),
        method("#o", "JsonWebKey", r#""publicKeyJwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}"#),
        method(
            "#o",
            "Multikey",
            r#""publicKeyMultibase":"z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9""#,
        ),
        multikey("#o", 8)
            .replace(r#""controller":"did:web:example.com""#, r#""controller":"did:web:evil.example""#),
        multikey("#o", 8).replace(r#""controller":"did:web:example.com","#, ""),
        multikey("#o", 8).replace("\"type\"", "\"revoked\":\"2026-01-01T00:00:00Z\",\"type\""),
        multikey("#o", 8).replace("\"type\"", "\"expires\":\"2026-01-01T00:00:00Z\",\"type\""),
        multikey("did:web:other.example#o", 8),
    ] {
        let reference = if other.contains("other.example") { "did:web:other.example#o" } else { "#o" };
        let more = format!(
            r##","capabilityInvocation":["{reference}","#k"],"capabilityDelegation":["{reference}"]"##
        );
        let document = parse(&format!("{other},{own}"), &more).unwrap();
        assert_eq!(keys(&document, Purpose::Invocation), [key(Algorithm::Ed25519, 7)], "{other}");
        assert!(document.keys(Purpose::Delegation).is_err(), "{other}");
        let document = parse(&format!("{other},{own}"), "").unwrap();
        assert_eq!(keys(&document, Purpose::Invocation), [key(Algorithm::Ed25519, 7)], "{other}");
    }
}

#[test]
fn absent_means_any_listed_key_and_empty_means_none() {
    let methods = format!("{},{}", multikey("#a", 1), multikey("#b", 2));
    let [one, two, three] = [1, 2, 3].map(|seed| key(Algorithm::Ed25519, seed));
    let embedded = multikey("#c", 3);
    for (more, invoke, delegate) in [
        (String::new(), &[one, two][..], &[one, two][..]),
        (String::from(r#","capabilityInvocation":[]"#), &[], &[one, two]),
        (String::from(r##","capabilityInvocation":["#b"]"##), &[two], &[one, two]),
        (format!(r##","capabilityDelegation":["{SITE}#b","#a"]"##), &[one, two], &[two, one]),
        (format!(r#","capabilityInvocation":[{embedded}]"#), &[three], &[one, two]),
        (format!(r#","authentication":[{embedded}]"#), &[one, two], &[one, two]),
    ] {
        let document = parse(&methods, &more).unwrap();
        assert_eq!(keys(&document, Purpose::Invocation), invoke, "{more}");
        assert_eq!(keys(&document, Purpose::Delegation), delegate, "{more}");
        assert_eq!(DidDocument::parse(&document.to_json(), &site()), Ok(document), "{more}");
    }
}

#[test]
fn a_reference_to_nothing_refuses_the_document() {
    for reference in ["#x", "#", "did:web:example.com#x", "did:web:example.com", "k", "", "example.com#k"] {
        let refused = parse(&multikey("#k", 7), &format!(r#","capabilityInvocation":["{reference}"]"#));
        let relationship = Relationship::CapabilityInvocation;
        assert_eq!(refused, Err(DocumentError::UnknownReference { relationship }), "{reference}");
    }
}

#[test]
fn an_embedded_method_serves_one_relationship_and_no_reference() {
    let embedded = multikey("#e", 3);
    for own in Relationship::ALL {
        for other in Relationship::ALL {
            let embeds = format!(r#""{}":[{embedded}]"#, own.name());
            let refers = format!(r##""{}":["#e"]"##, other.name());
            let orders = if own == other {
                [
                    format!(r##""{}":[{embedded},"#e"]"##, own.name()),
                    format!(r##""{}":["#e",{embedded}]"##, own.name()),
                ]
            } else {
                [format!("{embeds},{refers}"), format!("{refers},{embeds}")]
            };
            for more in orders {
                let refused = parse(&multikey("#k", 7), &format!(",{more}"));
                assert_eq!(refused, Err(DocumentError::UnknownReference { relationship: other }), "{more}");
            }
        }
    }
}

#[test]
fn an_embedded_method_has_an_id_of_its_own() {
    let twice = Err(DocumentError::DuplicateMethod { id: format!("{SITE}#k") });
    let (listed, embedded) = (multikey("#k", 7), multikey(&format!("{SITE}#k"), 8));
    // One that does not count keeps its id all the same.
    let other = method("#k", "Other", r#""x":1"#);
    for relationship in Relationship::ALL.map(Relationship::name) {
        for (first, second) in
            [(&listed, &embedded), (&listed, &listed), (&listed, &other), (&other, &listed)]
        {
            assert_eq!(parse(first, &format!(r#","{relationship}":[{second}]"#)), twice, "{relationship}");
            assert_eq!(
                parse("", &format!(r#","{relationship}":[{first},{second}]"#)),
                twice,
                "{relationship}"
            );
            // The members of the object in the other order.
            let text =
                format!(r#"{{"{relationship}":[{second}],"verificationMethod":[{first}],"id":"{SITE}"}}"#);
            assert_eq!(DidDocument::parse(&text, &site()), twice, "{relationship}");
        }
    }
    let more = format!(r#","authentication":[{embedded}],"keyAgreement":[{listed}]"#);
    assert_eq!(parse("", &more), twice);
}

#[test]
fn the_id_must_be_the_did_to_the_letter() {
    for id in ["did:web:Example.com", "did:web:example.com#", "did:web:evil.example", ""] {
        let text = format!(r#"{{"id":"{id}"}}"#);
        assert_eq!(DidDocument::parse(&text, &site()), Err(DocumentError::WrongId { expected: site() }));
    }
    assert_eq!(DidDocument::parse("{}", &site()), Err(DocumentError::WrongId { expected: site() }));
    let empty = DidDocument::parse(&format!(r#"{{"id":"{SITE}"}}"#), &site()).unwrap();
    assert!(empty.keys(Purpose::Invocation).is_err());
}

#[test]
fn the_shape_is_checked() {
    let twice = format!(r#"{{"id":"{SITE}","id":"{SITE}"}}"#);
    for text in ["", "[]", "null", twice.as_str()] {
        assert_eq!(DidDocument::parse(text, &site()), Err(DocumentError::Json), "{text}");
    }
    for (methods, more, error) in [
        ("1", "", DocumentError::Member { member: "verificationMethod" }),
        ("", r#","capabilityInvocation":null"#, DocumentError::Member { member: "capabilityInvocation" }),
        ("", r#","capabilityInvocation":"k""#, DocumentError::Member { member: "capabilityInvocation" }),
        ("", r#","keyAgreement":[1]"#, DocumentError::Member { member: "keyAgreement" }),
        ("{}", "", DocumentError::MethodId),
    ] {
        assert_eq!(parse(methods, more), Err(error), "{methods}{more}");
    }
    for id in ["k", "#", "#a\\\"b", "#ä", SITE, ""] {
        assert_eq!(parse(&multikey(id, 7), ""), Err(DocumentError::MethodId), "{id}");
    }
    let doubled = format!("{},{}", multikey("#k", 7), multikey(&format!("{SITE}#k"), 8));
    assert_eq!(parse(&doubled, ""), Err(DocumentError::DuplicateMethod { id: format!("{SITE}#k") }));
}

#[test]
fn the_size_is_bounded() {
    let many: Vec<_> = (0..=MAX_METHODS).map(|at| method(&format!("#{at}"), "Other", r#""x":1"#)).collect();
    assert!(parse(&many.get(..MAX_METHODS).unwrap().join(","), "").is_ok());
    assert_eq!(parse(&many.join(","), ""), Err(DocumentError::TooManyMethods));
    let long = format!(r#"{{"id":"{SITE}","x":"{}"}}"#, "x".repeat(MAX_DOCUMENT_LENGTH));
    assert_eq!(DidDocument::parse(&long, &site()), Err(DocumentError::TooLong { length: long.len() }));
}
