//! Whether the vectors from elsewhere are there: tests that need them are ignored by name where they are not.

use std::path::{Path, PathBuf};

fn main() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let folder = std::env::var_os("ALLOD_VECTORS").map_or_else(beside, PathBuf::from);
    println!("cargo::rustc-check-cfg=cfg(shared_vectors)");
    println!("cargo::rerun-if-env-changed=ALLOD_VECTORS");
    if folder.is_dir() {
        println!("cargo::rustc-cfg=shared_vectors");
        println!("cargo::rerun-if-changed={}", folder.display());
    } else {
        // A path that is never there makes cargo ask again each time, so that the folder is noticed when it
        // comes, however old it is.
        println!("cargo::rerun-if-changed=never-there");
    }
}
