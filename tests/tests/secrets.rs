//! What is shown holds nothing of a secret key, whatever was done with it and however it failed.

use std::error::Error;
use std::fmt::{Debug, Display};

use allod::identity::{
    AgreementPublicKey, AgreementSecretKey, Algorithm, Did, DidDocument, PublicKey, Signer, SigningKey,
};
use allod::wire::dag_json;
use allod::{Cid, Command, Container, Delegation, Invocation, Policy, Token};
use allod_tests::canary::Canary;
use allod_tests::damaged::{escape_last, unreadable};

/// Printable, so that it also goes where only text does, and a key of each algorithm.
const SECRET: [u8; 32] = *b"kT7#qV2!xW9@zR4$mB6%nC8^pD1&sF3*";

/// In both forms of `Debug`.
fn shown(value: &(impl Debug + ?Sized)) -> String {
    format!("{value:?}\n{value:#?}")
}

/// An error in every form in which it ends up in a log, with what it stems from.
fn said(error: &(impl Error + 'static)) -> String {
    let mut text = format!("{}\n{error}", shown(error));
    let mut source = error.source();
    while let Some(inner) = source {
        text += &format!("\n{inner}\n{}", shown(inner));
        source = inner.source();
    }
    text
}

fn canary() -> Canary {
    Canary::new(&SECRET)
}

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::from_seed(algorithm, &SECRET).unwrap()
}

#[test]
fn a_key_shows_nothing_of_itself_nor_does_what_it_signs() {
    let canary = canary();
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let inner: &dyn Debug = match &key {
            SigningKey::Ed25519(key) => key,
            SigningKey::P256(key) => key,
            SigningKey::Secp256k1(key) => key,
        };
        let site = Did::parse("did:web:photos.example").unwrap();
        let delegation = Delegation::builder(key.did(), key.did(), "/x".parse().unwrap());
        let unsigned = delegation.clone().to_sign(key.public_key()).unwrap();
        let texts = [
            shown(&key),
            shown(inner),
            shown(&(&key).acting_as(site)),
            shown(&Some(Box::new(&key))),
            shown(&key.public_key()),
            shown(&key.sign(&SECRET).unwrap()),
            shown(&key.did()),
            shown(&delegation),
            shown(&unsigned),
            shown(&delegation.sign(&key).unwrap()),
            shown(&key.agreement_key().map_err(|error| said(&error))),
        ];
        texts.iter().for_each(|text| canary.is_not_in(&algorithm.to_string(), text));
    }
}

#[test]
fn an_agreement_shows_nothing_of_either_secret() {
    let (own, canary) = (AgreementSecretKey::from_bytes(&SECRET), canary());
    let shared = own.diffie_hellman(&AgreementSecretKey::from_bytes(&[7; 32]).public_key()).unwrap();
    canary.is_not_in("the key", &(shown(&own) + &shown(&own.public_key())));
    // What is agreed on is not printable, so its numbers are looked for.
    let numbers = shared.as_bytes()[..8].iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    for text in [shown(&shared), shown(&Some(&shared))] {
        assert!(!text.contains(&numbers) && !text.contains(&hex::encode(&shared.as_bytes()[..8])), "{text}");
    }
    assert_eq!(format!("{shared:?}"), "SharedSecret(X25519, secret)");
}

/// Counts what is refused, and looks at each refusal.
struct Refusals {
    canary: Canary,
    seen: usize,
}

impl Refusals {
    fn new() -> Self {
        Self { canary: canary(), seen: 0 }
    }

    #[track_caller]
    fn look<T>(&mut self, what: &str, result: Result<T, impl Error + 'static>) {
        if let Err(error) = result {
            self.seen += 1;
            self.canary.is_not_in(what, &said(&error));
        }
    }
}

#[test]
fn a_jwk_that_is_refused_is_not_quoted() {
    let mut refusals = Refusals::new();
    let mut jwks: Vec<_> =
        Algorithm::ALL.iter().map(|algorithm| key(*algorithm).danger_export_jwk()).collect();
    jwks.push(AgreementSecretKey::from_bytes(&SECRET).danger_export_jwk());
    for jwk in &jwks {
        let mut texts = unreadable(jwk);
        texts.push(("whole", jwk.to_string()));
        texts.push(("escaped", escape_last(jwk)));
        texts.extend((0..jwk.len()).map(|end| ("cut", jwk[..end].to_owned())));
        texts.extend((0..jwk.len()).map(|at| {
            let mut bytes = jwk.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            ("changed", String::from_utf8(bytes).unwrap())
        }));
        for (what, text) in &texts {
            refusals.look(what, SigningKey::from_jwk(text));
            refusals.look(what, AgreementSecretKey::from_jwk(text));
            refusals.look(what, PublicKey::from_jwk(text));
            refusals.look(what, AgreementPublicKey::from_jwk(text));
            refusals.look(what, dag_json::parse(text));
        }
    }
    assert!(refusals.seen > 4_000, "only {} were refused", refusals.seen);
}

#[test]
fn a_key_file_that_is_refused_is_not_quoted() {
    let mut refusals = Refusals::new();
    for algorithm in Algorithm::ALL {
        let (der, pem) = (key(algorithm).danger_export_pkcs8_der(), key(algorithm).danger_export_pkcs8_pem());
        for at in 0..der.len() {
            refusals.look("cut", SigningKey::from_pkcs8_der(&der[..at]));
            let mut changed = der.to_vec();
            changed[at] ^= 1;
            refusals.look("changed", SigningKey::from_pkcs8_der(&changed));
            refusals.look("changed", AgreementSecretKey::from_pkcs8_der(&changed));
        }
        for at in 0..pem.len() {
            refusals.look("cut", SigningKey::from_pkcs8_pem(&pem[..at]));
            let mut changed = pem.as_bytes().to_vec();
            changed[at] = b'!';
            refusals.look("changed", SigningKey::from_pkcs8_pem(&String::from_utf8(changed).unwrap()));
        }
        refusals.look("relabelled", SigningKey::from_pkcs8_pem(&pem.replace("PRIVATE", "PUBLIC")));
    }
    assert!(refusals.seen > 1_500, "only {} were refused", refusals.seen);
}

/// A secret pasted where something else belongs.
#[test]
fn a_secret_in_the_wrong_place_is_not_quoted() {
    let mut refusals = Refusals::new();
    let key = key(Algorithm::Ed25519);
    let did = key.did();
    let (jwk, pem) = (key.danger_export_jwk(), key.danger_export_pkcs8_pem());
    let bare = std::str::from_utf8(&SECRET).unwrap();
    for text in [bare, &hex::encode(SECRET), &jwk, &pem, pem.lines().nth(1).unwrap()] {
        refusals.look("DID", Did::parse(text));
        refusals.look("DID", Did::parse(&format!("did:key:{text}")));
        refusals.look("DID", Did::parse(&format!("did:web:{text}")));
        refusals.look("command", text.parse::<Command>());
        refusals.look("command", format!("/{text}").parse::<Command>());
        refusals.look("CID", text.parse::<Cid>());
        refusals.look("algorithm", text.parse::<Algorithm>());
        refusals.look("policy", Policy::from_json(text));
        refusals.look("container", Container::read(text.as_bytes()));
        refusals.look("token", Token::<Delegation>::parse(text.as_bytes()));
        refusals.look("token", Token::<Invocation>::parse(text.as_bytes()));
        refusals.look("document", DidDocument::parse(text, &did));
        refusals.look("key", PublicKey::from_bytes(Algorithm::P256, text.as_bytes()));
        refusals.look("DER", SigningKey::from_pkcs8_der(text.as_bytes()));
        refusals.look("PEM", SigningKey::from_pkcs8_pem(text));
    }
    let document = format!(
        r#"{{"id":"{did}","verificationMethod":[{{"id":"{did}#1","type":"JsonWebKey2020","controller":"{did}","publicKeyJwk":{}}}]}}"#,
        *jwk
    );
    let before = refusals.seen;
    refusals.look("document", DidDocument::parse(&document, &did));
    assert_eq!(refusals.seen, before + 1, "a document with a secret in it is refused");
    for algorithm in Algorithm::ALL {
        refusals.look("scalar", SigningKey::from_seed(algorithm, &[0xff; 32]));
    }
    assert!(refusals.seen > 70, "only {} were refused", refusals.seen);
}

/// A panic's message is `Debug` of an error: the same as above, by the way it comes about.
#[test]
fn what_is_unwrapped_in_vain_shows_nothing() {
    let jwk = key(Algorithm::P256).danger_export_jwk();
    let panic = std::panic::catch_unwind(|| PublicKey::from_jwk(&jwk).unwrap()).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("Secret"), "{message}");
    canary().is_not_in("the panic", message);
}

/// What is asked for by name is given: that is what `danger_` is for.
#[test]
fn an_export_is_the_secret() {
    let key = key(Algorithm::Ed25519);
    let exports: [&dyn Display; 2] = [&*key.danger_export_jwk(), &*key.danger_export_pkcs8_pem()];
    for export in exports {
        assert!(canary().seen_in(&export.to_string()).is_some(), "{export}");
    }
}
