//! Two comparisons of 32 bytes, one that has to be caught and one that must not be: they tell whether the
//! measurement itself is any good here and today.

use std::hint::black_box;

use dudect_bencher::{BenchRng, Class, CtRunner};

use crate::measure::{measure, random};

/// Stops at the first difference.
pub(crate) fn leaks(runner: &mut CtRunner, rng: &mut BenchRng) {
    compare(runner, rng, |one, two| {
        for (one, two) in one.iter().zip(two) {
            if black_box(one) != black_box(two) {
                return false;
            }
        }
        true
    });
}

/// Goes through all of it.
pub(crate) fn constant(runner: &mut CtRunner, rng: &mut BenchRng) {
    compare(runner, rng, |one, two| {
        let difference = one.iter().zip(two).fold(0, |all, (one, two)| black_box(all | (one ^ two)));
        difference == 0
    });
}

/// The left class is equal, the right differs in its first byte.
fn compare(runner: &mut CtRunner, rng: &mut BenchRng, equal: fn(&[u8; 32], &[u8; 32]) -> bool) {
    measure(
        (runner, rng),
        1,
        |class, rng| {
            let one: [u8; 32] = random(rng);
            let mut two = one;
            two[0] ^= match class {
                Class::Left => 0,
                Class::Right => 1,
            };
            (one, two)
        },
        |(one, two), _| equal(one, two),
    );
}
