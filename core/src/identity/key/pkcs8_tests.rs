#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]
use alloc::vec::Vec;

use super::*;
use crate::identity::{Algorithm, Signer};
use crate::wire::multibase::base64_padded_decode;

/// Made by OpenSSL 3.0 (`openssl genpkey`).
const OPENSSL: [(Algorithm, &str); 3] = [
    (Algorithm::Ed25519, "MC4CAQAwBQYDK2VwBCIEIIgSKWUm7bAdmRwq4UQyn/N1e/PpuQhGzFAqx1UOCP2Y"),
    (
        Algorithm::P256,
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTR8+TssUZ15/Lsjy\
         CbQd0WFa4y6MhJcaLq34v/fi9cShRANCAASMhVHZOJvIMwFNnYooUtSCetTFsQ4S\
         RtomBpGgJMhT1DttDj6TR2DiB0UhJKPV02fyekYdX0Du4KMEfF3ObIyB",
    ),
    (
        Algorithm::Secp256k1,
        "MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgSYlj2velJqQvgyeTw7JS\
         tMTMVklSoMmRRZEPwv0sVXahRANCAAQWG9d+s9EBhaSl2sw41RmhS/XkCrun5mKn\
         kL0iWcTQxugta6PRyB00TxviY0NBcmYSNvlJBKYKL10uxKjRdGWE",
    ),
];
const OPENSSL_X25519: &str = "MC4CAQAwBQYDK2VuBCIEICjIsNgkpbM14ZCYL9H6l95OCFXnG+iUOlBtfmUvOmhx";
const OPENSSL_P384: &str = "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAZz1FNdJU+xSW1Liyp\
     Xi0EmOiGNkOjjU4mypv4XoHodbA7b3KqzdZXpuR7KFBSiyWhZANiAARJw+a3A4jv\
     R8EYST0z6d9PCqp/NJ7yP6sAAIK2jPJPAaZ8D23VwKQ3ApyJJZ1dax6UHrzypypY\
     nV5d62OTNYtmh4DsBvDm5AZtzA9A3w376fiJrY8ktRTlPFrS62VyJkE=";

fn der(base64: &str) -> Vec<u8> {
    base64_padded_decode(base64.as_bytes()).unwrap()
}

#[test]
fn what_openssl_writes_is_read_and_written_back_byte_for_byte() {
    for (algorithm, base64) in OPENSSL {
        let key = SigningKey::from_pkcs8_der(&der(base64)).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(*key.danger_export_pkcs8_der(), der(base64), "{algorithm}");
        assert_eq!(key.public_key().verify(b"m", &key.sign(b"m").unwrap()), Ok(()));
    }
    let key = AgreementSecretKey::from_pkcs8_der(&der(OPENSSL_X25519)).unwrap();
    assert_eq!(*key.danger_export_pkcs8_der(), der(OPENSSL_X25519));
}

/// RFC 5915: the curve may be named once more beside the scalar, and has to be the same one.
#[test]
fn a_curve_that_is_named_twice_is_the_same_both_times() {
    let file = der(OPENSSL[1].1);
    let scalar = file[36..68].to_vec();
    let named = |oid: &[u8]| {
        let parameters = [&[0xa0, oid.len() as u8][..], oid].concat();
        let inner = [b"\x02\x01\x01\x04\x20", &scalar[..], &parameters].concat();
        let inner = [&[0x30, inner.len() as u8][..], &inner].concat();
        let head = [&file[3..27], &[0x04, inner.len() as u8]].concat();
        let body = [head, inner].concat();
        SigningKey::from_pkcs8_der(&[&[0x30, body.len() as u8][..], &body].concat())
    };
    let p256 = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    let secp256k1 = b"\x06\x05\x2b\x81\x04\x00\x0a";
    assert_eq!(named(p256).unwrap().algorithm(), Algorithm::P256);
    assert_eq!(named(secp256k1).err(), Some(Pkcs8Error::UnsupportedAlgorithm));
}

#[cfg(feature = "pem")]
#[test]
fn a_secret_in_pem_is_written_without_growing() {
    for (algorithm, _) in OPENSSL {
        let text = SigningKey::from_seed(algorithm, &[7; 32]).unwrap().danger_export_pkcs8_pem();
        assert_eq!(text.capacity(), text.len(), "{algorithm}");
    }
}

#[test]
fn version_2_of_rfc_8410_is_read_and_its_public_key_compared() {
    // RFC 8410, 10.3, without its attributes; the public key is [1] IMPLICIT BIT STRING.
    let seed = [
        0xd4, 0xee, 0x72, 0xdb, 0xf9, 0x13, 0x58, 0x4a, 0xd5, 0xb6, 0xd8, 0xf1, 0xf7, 0x69, 0xf8,
        0xad, //
        0x3a, 0xfe, 0x7c, 0x28, 0xcb, 0xf1, 0xd4, 0xfb, 0xe0, 0x97, 0xa8, 0x8f, 0x44, 0x75, 0x58, 0x42,
    ];
    let public = [
        0x19, 0xbf, 0x44, 0x09, 0x69, 0x84, 0xcd, 0xfe, 0x85, 0x41, 0xba, 0xc1, 0x67, 0xdc, 0x3b,
        0x96, //
        0xc8, 0x50, 0x86, 0xaa, 0x30, 0xb6, 0xb6, 0xcb, 0x0c, 0x5c, 0x38, 0xad, 0x70, 0x31, 0x66, 0xe1,
    ];
    let head = b"\x30\x51\x02\x01\x01\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    let mut file = [&head[..], &seed, b"\x81\x21\x00", &public].concat();
    let key = SigningKey::from_pkcs8_der(&file).unwrap();
    assert_eq!(*key.danger_export_seed(), seed);
    assert_eq!(key.public_key().to_bytes()[..], public);

    *file.last_mut().unwrap() ^= 1;
    assert_eq!(SigningKey::from_pkcs8_der(&file).err(), Some(Pkcs8Error::PublicKeyMismatch));
}

#[test]
fn an_inner_public_key_of_someone_else_is_refused() {
    for (algorithm, base64) in &OPENSSL[1..] {
        let mut file = der(base64);
        *file.last_mut().unwrap() ^= 1;
        let refused = SigningKey::from_pkcs8_der(&file).err();
        assert_eq!(refused, Some(Pkcs8Error::PublicKeyMismatch), "{algorithm}");
    }
}

#[test]
fn another_secret_under_the_same_public_key_is_refused() {
    for (_, base64) in &OPENSSL[1..] {
        let mut file = der(base64);
        let secret = file.len() - 70 - 1;
        file[secret] ^= 1;
        assert_eq!(SigningKey::from_pkcs8_der(&file).err(), Some(Pkcs8Error::PublicKeyMismatch));
    }
}

#[test]
fn other_algorithms_and_curves_are_refused() {
    for base64 in [OPENSSL_X25519, OPENSSL_P384] {
        let refused = SigningKey::from_pkcs8_der(&der(base64)).err();
        assert_eq!(refused, Some(Pkcs8Error::UnsupportedAlgorithm));
    }
    let refused = AgreementSecretKey::from_pkcs8_der(&der(OPENSSL[0].1)).err();
    assert_eq!(refused, Some(Pkcs8Error::UnsupportedAlgorithm));
}

#[test]
fn a_file_cut_short_at_any_place_or_with_a_byte_more_is_refused() {
    for (_, base64) in OPENSSL {
        let file = der(base64);
        for length in 0..file.len() {
            assert!(SigningKey::from_pkcs8_der(&file[..length]).is_err(), "{length} of {}", file.len());
        }
        assert_eq!(
            SigningKey::from_pkcs8_der(&[&file[..], &[0]].concat()).err(),
            Some(Pkcs8Error::Malformed)
        );
    }
}

#[test]
fn a_scalar_of_zero_is_refused() {
    let mut file = der(OPENSSL[1].1);
    let end = file.len() - 70;
    file[end - 32..end].fill(0);
    assert_eq!(SigningKey::from_pkcs8_der(&file).err(), Some(Pkcs8Error::Seed(SeedError::OutOfRange)));
}

#[cfg(feature = "pem")]
#[test]
fn pem_reads_what_openssl_wrote_and_writes_the_same() {
    let text = "-----BEGIN PRIVATE KEY-----\n\
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTR8+TssUZ15/Lsjy\n\
        CbQd0WFa4y6MhJcaLq34v/fi9cShRANCAASMhVHZOJvIMwFNnYooUtSCetTFsQ4S\n\
        RtomBpGgJMhT1DttDj6TR2DiB0UhJKPV02fyekYdX0Du4KMEfF3ObIyB\n\
        -----END PRIVATE KEY-----\n";
    assert_eq!(*SigningKey::from_pkcs8_pem(text).unwrap().danger_export_pkcs8_pem(), text);
    for algorithm in Algorithm::ALL {
        let key = SigningKey::from_seed(algorithm, &[7; 32]).unwrap();
        let again = SigningKey::from_pkcs8_pem(&key.danger_export_pkcs8_pem()).unwrap();
        assert_eq!(again.did(), key.did());
    }
    let sec1 = "-----BEGIN EC PRIVATE KEY-----\n\
        MHcCAQEEIBOF9GUL8b2I/7aLbCAwH6+7QR9BLzUTS3f5EN8ozNiUoAoGCCqGSM49\n\
        AwEHoUQDQgAEWdU26n2TcNjxn8Q5KiXue9WUaVzhLx2vAAXAY+X1Zo7V9LLdOb3j\n\
        peqQgMu4Jkp7E+6K70/KljVlqPukC4G1nw==\n\
        -----END EC PRIVATE KEY-----\n";
    assert_eq!(SigningKey::from_pkcs8_pem(sec1).err(), Some(Pkcs8Error::Label));
    for text in ["", "-----BEGIN PRIVATE KEY-----\n", "MC4CAQAwBQYDK2VwBCIEIIgS"] {
        assert_eq!(SigningKey::from_pkcs8_pem(text).err(), Some(Pkcs8Error::Pem));
    }
}
