//! How fast allod is, beside bare checks of signatures: `cargo xtask bench`. It prints one JSON object, with the
//! median nanoseconds of everything and how often memory is asked for. See `benches/README.md` for what stands against what.

mod decisions;
mod parts;

use allod_bench::allocations::Counting;
use allod_bench::turns::{Turns, rounds};

#[global_allocator]
static COUNTING: Counting = Counting;

fn main() {
    let worlds = decisions::Worlds::new();
    let materials = parts::Materials::new();
    let mut turns = Turns::new();
    worlds.add(&mut turns);
    materials.add(&mut turns);
    let medians = turns.measured(rounds(100)).to_json();
    println!("{{\"medians\": {medians},\n\"allocations\": {}}}", materials.allocations());
}
