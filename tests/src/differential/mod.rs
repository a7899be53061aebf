//! The validator against the model: the same worlds, decided by both.
//!
//! `cargo run --release -p allod-tests --bin differential -- --help` runs as many as one likes.

mod compare;
mod delivery;
mod draft;
mod draws;
mod faults;
mod people;
mod policies;
mod revocations;
mod shrink;
mod statistics;
mod values;
mod world;

pub use self::compare::{Mismatch, Setting, compare, real};
pub use self::delivery::{Delivery, State};
pub use self::draws::Draws;
pub use self::policies::statement;
pub use self::shrink::{shrink, vector};
pub use self::statistics::Statistics;
pub use self::values::value;
pub use self::world::{Case, Twist, case, case_with, catalogue};
