#![allow(clippy::unwrap_used)]
use alloc::string::ToString;

use super::*;
use crate::identity::key::Signer;

/// RFC 8037, appendix A.1.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// RFC 7517, appendix A.2.
const P256: &str = r#"{"kty":"EC","crv":"P-256",
    "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
    "kid":"1"}"#;

#[test]
fn the_examples_of_the_rfcs_are_read() {
    for (text, algorithm) in [(ED25519, Algorithm::Ed25519), (P256, Algorithm::P256)] {
        let key = SigningKey::from_jwk(text).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.public_key().verify(b"m", &key.sign(b"m").unwrap()), Ok(()));
        assert_eq!(PublicKey::from_jwk(text), Err(JwkError::Secret));
    }
}

#[test]
fn keys_survive_the_way_out_and_in() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::from_seed(algorithm, &[7; 32]).unwrap();
        let text = key.danger_export_jwk();
        let again = SigningKey::from_jwk(&text).unwrap();
        assert_eq!(again.danger_export_seed(), key.danger_export_seed());
        assert_eq!(again.danger_export_jwk(), text);
        let public = key.public_key();
        assert_eq!(PublicKey::from_jwk(&public.to_jwk()), Ok(public));
        assert_eq!(SigningKey::from_jwk(&public.to_jwk()).err(), Some(JwkError::NotSecret));
    }
    let key = SigningKey::from_jwk(ED25519).unwrap().agreement_key().unwrap();
    let again = AgreementSecretKey::from_jwk(&key.danger_export_jwk()).unwrap();
    assert_eq!(again.danger_export(), key.danger_export());
    let public = key.public_key();
    assert_eq!(AgreementPublicKey::from_jwk(&public.to_jwk()), Ok(public));
    assert_eq!(PublicKey::from_jwk(&public.to_jwk()), Err(JwkError::NotForSigning));
    assert_eq!(AgreementSecretKey::from_jwk(ED25519).err(), Some(JwkError::NotForAgreement));
}

#[test]
fn a_secret_under_another_public_key_is_refused() {
    for algorithm in Algorithm::ALL {
        let [one, two] = [7, 8].map(|seed| SigningKey::from_seed(algorithm, &[seed; 32]).unwrap());
        let secret = base64url(one.danger_export_seed().as_slice());
        let mixed = two.danger_export_jwk().replace(&base64url(two.danger_export_seed().as_slice()), &secret);
        assert_eq!(SigningKey::from_jwk(&mixed).err(), Some(JwkError::Mismatch), "{algorithm}");
    }
}

#[test]
fn a_point_off_its_curve_is_refused() {
    let text = P256.replace("\"4Etl", "\"4Etm").replace("\"d\"", "\"_\"");
    assert_eq!(PublicKey::from_jwk(&text), Err(JwkError::Key(KeyError::OffCurve { kind: "P-256" })));
    let other = text.replace("P-256", "secp256k1");
    assert_eq!(PublicKey::from_jwk(&other), Err(JwkError::Key(KeyError::OffCurve { kind: "secp256k1" })));
}

#[test]
fn each_value_has_one_spelling() {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    for wrong in [
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=", // padding
        "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo",  // the other alphabet
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp",  // slack bits
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ",   // 31 bytes
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURoA", // 33 bytes
        "",
    ] {
        let refused = SigningKey::from_jwk(&ED25519.replace(x, wrong)).err();
        assert_eq!(refused, Some(JwkError::Encoding { member: "x" }), "{wrong}");
    }
}

#[test]
fn members_are_there_once_and_strings() {
    let twice = ED25519.replace(r#""kty":"OKP","#, r#""kty":"OKP","kty":"OKP","#);
    assert_eq!(SigningKey::from_jwk(&twice).err(), Some(JwkError::Json));
    for text in ["", "[]", "\"x\"", "{", "{} {}"] {
        assert_eq!(SigningKey::from_jwk(text).err(), Some(JwkError::Json), "{text}");
    }
    for (text, error) in [
        (ED25519.replace("\"kty\"", "\"k\""), JwkError::Member { member: "kty" }),
        (ED25519.replace("\"crv\"", "\"c\""), JwkError::Member { member: "crv" }),
        (ED25519.replace("\"x\"", "\"z\""), JwkError::Member { member: "x" }),
        (P256.replace("\"y\"", "\"z\""), JwkError::Member { member: "y" }),
        (
            ED25519.replace("\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"", "\"d\":1"),
            JwkError::Member { member: "d" },
        ),
        (P256.replace("P-256", "P-384"), JwkError::UnsupportedType),
        (ED25519.replace("OKP", "oct"), JwkError::UnsupportedType),
        (ED25519.replace("OKP", "EC"), JwkError::UnsupportedType),
    ] {
        assert_eq!(SigningKey::from_jwk(&text).err(), Some(error), "{text}");
    }
}

#[test]
fn a_key_that_says_it_does_not_sign_does_not() {
    let with = |member: &str| {
        let public = SigningKey::from_jwk(P256).unwrap().public_key().to_jwk();
        PublicKey::from_jwk(&public.replacen('{', &alloc::format!("{{{member},"), 1)).map(|_| ())
    };
    for member in [r#""use":"sig""#, r#""alg":"ES256""#, r#""key_ops":["verify"]"#, r#""ext":true"#] {
        assert_eq!(with(member), Ok(()), "{member}");
    }
    for member in [
        r#""use":"enc""#,
        r#""alg":"ECDH-ES""#,
        r#""alg":"EdDSA""#,
        r#""key_ops":["deriveBits"]"#,
        r#""key_ops":[]"#,
        r#""use":null"#,
    ] {
        assert_eq!(with(member), Err(JwkError::NotForSigning), "{member}");
    }
}

#[test]
fn an_error_holds_nothing_of_the_secret() {
    let wrong = ED25519.replace("nWGx", "nWG*");
    let error = SigningKey::from_jwk(&wrong).unwrap_err();
    assert_eq!(error.to_string(), "jwk member `d` is not 32 bytes in base64url without padding");
}
