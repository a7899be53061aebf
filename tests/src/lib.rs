//! What the conformance tests share, and where the project's own vectors come from.

#![allow(
    clippy::type_complexity,
    reason = "a name for each shape of test helper would say less than the shape"
)]

pub mod canary;
pub mod crash;
pub mod damaged;
pub mod differential;
pub mod forge;
pub mod sources;
pub mod targets;
pub mod types;
pub mod vectors;

use std::path::{Path, PathBuf};

/// The folder of vectors from elsewhere: `ALLOD_VECTORS`, or `../shared/vectors` beside the project.
///
/// Where it is absent, says on stderr that the test `name` is skipped.
pub fn shared_vectors(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let folder = std::env::var_os("ALLOD_VECTORS").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {name}: ../shared/vectors is not there");
    None
}

/// Cases in which this project answers otherwise than a vector says, and why.
pub type Deviations = &'static [(&'static str, &'static [usize])];

/// Compares the cases that did deviate with those listed, both ways.
///
/// # Panics
/// When a case deviates that is not listed, or is listed and does not.
pub fn check_deviations(listed: Deviations, mut found: Vec<usize>) {
    let mut expected: Vec<usize> = listed.iter().flat_map(|(_, cases)| *cases).copied().collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected, "left: cases that deviate; right: cases listed as deviating");
}
