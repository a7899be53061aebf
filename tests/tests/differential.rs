//! The validator against the model, on as many worlds as a quick run can take; `cargo xtask test` decides
//! a hundred thousand in release, and `prove` as many as one likes.

use allod_tests::differential::{Draws, Statistics, case, catalogue, compare};

#[test]
fn the_validator_and_the_model_agree() {
    let mut statistics = Statistics::default();
    for number in 0..1_000 {
        let case = case(&mut Draws::from_seed(number * 0x9e37_79b9));
        match compare(&case) {
            Ok(verdict) => statistics.add(&case, &verdict),
            Err(mismatch) => panic!("world {number}, faults {:?}: {mismatch:?}", case.faults),
        }
    }
    assert!(statistics.allow_share() >= 30, "{} % are allowed", statistics.allow_share());
    assert!(statistics.codes.len() >= 15, "{:?}", statistics.codes);
}

#[test]
fn the_same_choices_make_the_same_world() {
    for number in 0..50 {
        let mut draws = Draws::from_seed(number);
        let one = case(&mut draws);
        let other = case(&mut Draws::from_tape(draws.taken().to_vec()));
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
}

#[test]
fn the_catalogue_has_forty_faults_and_more_each_by_its_own_name() {
    let mut names = catalogue();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count >= 40, "{count}");
}
