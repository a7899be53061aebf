//! `include/allod.h`: made of the sources, and kept beside them for those who only read C.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::steps::{cargo, root};

const HEADER: &str = "ffi/include/allod.h";

/// Writes it.
pub(crate) fn write() -> Result<(), String> {
    make(&root().join(HEADER))
}

/// Fails where it would come out differently.
pub(crate) fn check() -> Result<(), String> {
    let made = root().join("target/ffi-header.h");
    make(&made)?;
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    if read(&made)? == read(&root().join(HEADER))? {
        return Ok(());
    }
    Err(format!("{HEADER} is not what the sources say: run `cargo xtask ffi`, and look at what changed"))
}

fn make(path: &Path) -> Result<(), String> {
    let manifest = ["--manifest-path", "ffi/header/Cargo.toml", "--target-dir", "target/apart"];
    let status = Command::new(cargo())
        .args(["run", "--quiet", "--locked"])
        .args(manifest)
        .arg("--")
        .arg(path)
        .current_dir(root())
        .stdin(Stdio::null())
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err("the header could not be made".into()) }
}
