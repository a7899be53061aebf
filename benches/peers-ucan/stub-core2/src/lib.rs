//! `core2` was `std::io` for where there is no standard library. Here there is one.

pub use std::{error, io};
