//! The validator against the model, on as many worlds as a quick run can take; `cargo xtask test` decides
//! a hundred thousand in release, and `prove` as many as one likes.

use allod_tests::differential::{Draws, Statistics, case, catalogue, compare, shrink, vector};

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

#[test]
fn what_is_wrong_with_a_world_stays_while_all_else_is_taken_away() {
    let wrong = |case: &allod_tests::differential::Case| case.faults.contains(&"expired");
    let mut made = (0..).map(|seed| {
        let mut draws = Draws::from_seed(seed);
        (case(&mut draws), draws)
    });
    let (large, draws) = made.find(|(case, _)| wrong(case) && case.world.tokens.len() > 2).unwrap();
    assert!(large.faults.len() > 1 || large.world.tokens.len() > 2);
    let small = case(&mut Draws::from_tape(shrink(draws.taken(), wrong)));
    assert_eq!(small.faults, ["expired"]);
    assert!(small.world.tokens.len() <= 1, "{}", small.world.tokens.len());
    let vector = vector("found-here", "made smaller", &small);
    assert!(vector["invocation"].is_string() && vector["expect"]["decision"].is_string(), "{vector}");
}
