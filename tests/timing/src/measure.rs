//! What makes the times of two classes comparable.
//!
//! Every input is made before the clock starts, in both classes by the same work, and lies in memory of its
//! own, so that neither class has the warmer cache. Which class comes next is a coin's choice. Inputs are made
//! anew in small batches: what one place in memory costs more than another averages out.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use dudect_bencher::rand::{Rng, RngExt};
use dudect_bencher::{BenchRng, Class, CtRunner};

const SLOTS: usize = 512;

static SAMPLES: AtomicUsize = AtomicUsize::new(0);
static BEGUN: OnceLock<Instant> = OnceLock::new();
static FIRST: OnceLock<Instant> = OnceLock::new();

/// How many samples the bench shall take.
pub(crate) fn take(samples: usize) {
    SAMPLES.store(samples, Ordering::Relaxed);
    BEGUN.get_or_init(Instant::now);
}

/// Seconds until sampling began.
pub(crate) fn waited() -> f64 {
    match (BEGUN.get(), FIRST.get()) {
        (Some(begun), Some(first)) => first.duration_since(*begun).as_secs_f64(),
        _ => 0.0,
    }
}

/// Times `run` on inputs that `make` makes for either class, each input `turns` times.
///
/// More turns than one are for inputs that take long to make: keys.
pub(crate) fn measure<I, T>(
    (runner, rng): (&mut CtRunner, &mut BenchRng),
    turns: usize,
    mut make: impl FnMut(Class, &mut BenchRng) -> I,
    run: impl Fn(&I, usize) -> T,
) {
    FIRST.get_or_init(Instant::now);
    let mut left = SAMPLES.load(Ordering::Relaxed);
    while left > 0 {
        let mut inputs = Vec::with_capacity(SLOTS);
        for _ in 0..SLOTS {
            let class = if rng.random::<bool>() { Class::Left } else { Class::Right };
            inputs.push((class, make(class, rng)));
        }
        for turn in 0..turns {
            for (class, input) in inputs.iter().take(left) {
                runner.run_one(*class, || run(input, turn));
            }
            left = left.saturating_sub(SLOTS);
        }
    }
}

pub(crate) fn random<const N: usize>(rng: &mut BenchRng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// The bytes given for the left class, random ones for the right. Both are drawn, so that both cost the same.
pub(crate) fn fixed_or_random<const N: usize>(class: Class, fixed: [u8; N], rng: &mut BenchRng) -> [u8; N] {
    let random = random(rng);
    match class {
        Class::Left => fixed,
        Class::Right => random,
    }
}
