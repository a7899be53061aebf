//! How fast allod is beside its peers, in one process and in turns: one JSON object on standard output, `medians` from
//! names to nanoseconds of doing it once, and `notes` on what each peer does not do that allod does.
//!
//! - `… create N`: N links or blocks, each signed, to bytes; the keys, and what each says, are ready.
//! - `… verify N`: from bytes to a decision, with N signatures checked; beside each peer's the row `allod for … verify N`,
//!   a request of N - 1 delegations and an invocation, which arrives as the peer's does: in one piece or in several.
//! - `jwt …` and `allod … delegation`: one token of one signature.
//!
//! All sign with Ed25519. Conditions are the three of [`allod_bench::chain::policy`]. What is ready beforehand favours
//! the peers: keys that biscuit would make for each block, and conditions that it would parse.

mod allod;
mod biscuit;
mod jwt;
mod rcan;

use allod_bench::turns::Turns;

/// How many links, blocks or signatures.
const LENGTHS: [usize; 4] = [1, 2, 5, 10];

/// An expiry that does not come while this is run: the peers look at the clock.
const LATER: u32 = 4_000_000_000;

fn main() {
    let mut turns = Turns::new();
    allod::add(&mut turns);
    biscuit::add(&mut turns);
    rcan::add(&mut turns);
    jwt::add(&mut turns);
    let medians = turns.measured(allod_bench::turns::rounds(60));
    let notes = [("biscuit", biscuit::NOTE), ("jwt", jwt::NOTE), ("rcan", rcan::NOTE)];
    println!("{}", allod_bench::report::report(&medians, &notes));
}

/// The secret of the key of one of the people; the same in every run.
fn seed(number: usize) -> [u8; 32] {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
    seed
}

/// The same with one bit the other way.
fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}
