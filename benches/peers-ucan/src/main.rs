//! How fast allod is beside the crate `ucan`, in one process and in turns: one JSON object on standard output, `medians`
//! from names to nanoseconds of doing it once, and `notes` on what the peer does not do that allod does.
//!
//! - `ucan create N`, `allod for ucan create N`: N tokens, each signed, to text or bytes; the keys, and what each says, are ready.
//! - `ucan verify N`: from text to a decision, with N signatures checked; beside it `allod for ucan verify N`, a request
//!   of N - 1 delegations and an invocation.

mod allod;
mod key;
mod photos;
mod ucan;

use allod_bench::turns::Turns;

/// How many signatures.
const LENGTHS: [usize; 4] = [1, 2, 5, 10];

/// An expiry that does not come while this is run: the peer looks at the clock.
const LATER: u32 = 4_000_000_000;

fn main() {
    let mut turns = Turns::new();
    allod::add(&mut turns);
    ucan::add(&mut turns);
    let medians = turns.measured(allod_bench::turns::rounds(60));
    println!("{}", allod_bench::report::report(&medians, &[("ucan", ucan::NOTE)]));
}
