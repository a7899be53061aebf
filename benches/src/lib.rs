//! What the benches of allod share: requests of a given length, ways to measure in turns and to report, and a count of
//! allocations.

pub mod allocations;
pub mod chain;
pub mod floor;
pub mod report;
pub mod turns;
