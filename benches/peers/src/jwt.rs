//! `jsonwebtoken`: one token with the claims of a delegation, and one signature.
//!
//! The key to encode with is PKCS#8, and is read and its public key computed at each encoding: the library has no other
//! way. The key to decode with is given as bytes and decompressed each time, as allod's is, which is in the issuer's DID.
//!
//! For what it does not check, see [`NOTE`].

use std::hint::black_box;

use allod_bench::turns::Turns;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::LATER;

/// What it does not check.
pub const NOTE: &str = "jsonwebtoken 11: one token and no chain. The signature is checked as RFC 8032 asks at least, \
    not strictly: keys and points of small order are not refused. The key that has to have signed is given, and not \
    read from the issuer's name; nothing is hashed for an identifier, and unknown claims are passed over. \
    The nonce is ready, where allod asks the system for one. Equal: one Ed25519 signature, the audience, and the \
    expiry; the command and the conditions are read, and judged by neither side.";

/// What allod's delegation says.
#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    cmd: String,
    pol: Conditions,
    exp: u32,
    jti: String,
}

/// The three that allod's policies have.
#[derive(Clone, Serialize, Deserialize)]
struct Conditions {
    album: String,
    most: u64,
    name: String,
}

pub fn add(turns: &mut Turns<'_>) {
    let (key, claims) = (encoding_key(), claims());
    let service = Service::new(&claims.aud);
    let token = encode(&Header::new(Algorithm::EdDSA), &claims, &key).unwrap();
    check(&service, &token, &key);
    turns.add("jwt verify", move || {
        black_box(service.read(black_box(&token)).unwrap());
    });
    turns.add("jwt encode", move || {
        black_box(encode(&Header::new(Algorithm::EdDSA), black_box(&claims), &key).unwrap());
    });
}

/// That a token is taken, and neither one with another's signature, nor one to others, nor one out of time.
fn check(service: &Service, token: &str, key: &EncodingKey) {
    assert_eq!(service.read(token).unwrap().cmd, "/photos");
    let why = |claims: &Claims| {
        let token = encode(&Header::new(Algorithm::EdDSA), claims, key).unwrap();
        service.read(&token).err().map(jsonwebtoken::errors::Error::into_kind)
    };
    let other = encode(&Header::new(Algorithm::EdDSA), &Claims { jti: "0".into(), ..claims() }, key).unwrap();
    let (signed, _) = token.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    let tampered = service.read(&format!("{signed}.{signature}")).err().map(|error| error.into_kind());
    assert_eq!(tampered, Some(ErrorKind::InvalidSignature));
    assert_eq!(why(&Claims { aud: "others".into(), ..claims() }), Some(ErrorKind::InvalidAudience));
    assert_eq!(why(&Claims { exp: 1_000_000_000, ..claims() }), Some(ErrorKind::ExpiredSignature));
}

fn did(number: usize) -> String {
    allod_bench::chain::key(allod::Algorithm::Ed25519, number).did().to_string()
}

fn claims() -> Claims {
    Claims {
        iss: did(0),
        aud: did(1),
        sub: did(0),
        cmd: "/photos".into(),
        pol: Conditions { album: "summer".into(), most: 5_000_000, name: "*.jpg".into() },
        exp: LATER,
        // Twelve bytes, as allod's.
        jti: "AAECAwQFBgcICQoL".into(),
    }
}

fn encoding_key() -> EncodingKey {
    // What RFC 8410 puts before the seed.
    const HEAD: [u8; 16] = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
    EncodingKey::from_ed_der(&[&HEAD[..], &crate::seed(0)].concat())
}

/// Someone who takes tokens.
struct Service {
    key: DecodingKey,
    validation: Validation,
}

impl Service {
    fn new(audience: &str) -> Self {
        let public = ed25519_dalek::SigningKey::from_bytes(&crate::seed(0)).verifying_key();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "aud"]);
        Self { key: DecodingKey::from_ed_der(public.as_bytes()), validation }
    }

    fn read(&self, token: &str) -> Result<Claims, jsonwebtoken::errors::Error> {
        decode::<Claims>(token, &self.key, &self.validation).map(|token| token.claims)
    }
}
