//! The copies of the project in which mutants are made: one for cargo-mutants, one for the build that holds all
//! mutants.
//!
//! Each has a target folder of its own and is kept between runs: cargo-mutants would otherwise build all
//! dependencies again for every shard.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::root;

/// The copy in a folder, brought up to date but for what somebody else writes there. What an interrupted run left
/// mutated is put right by that as well.
pub(super) fn copied(folder: &Path, written: impl Fn(&str) -> bool) -> Result<PathBuf, String> {
    let tree = folder.join("tree");
    let wanted = files(&root())?;
    for path in wanted.iter().filter(|path| !written(path)) {
        let text = fs::read(root().join(path)).map_err(|error| format!("{path}: {error}"))?;
        let copy = tree.join(path);
        // Left alone where it is the same, so that cargo builds only what changed.
        if fs::read(&copy).ok().as_deref() != Some(&text) {
            let parent = copy.parent().unwrap_or(&tree);
            fs::create_dir_all(parent)
                .and_then(|()| fs::write(&copy, text))
                .map_err(|error| format!("{}: {error}", copy.display()))?;
        }
    }
    let listed = tree.with_extension("files");
    for gone in fs::read_to_string(&listed).unwrap_or_default().lines() {
        if !wanted.contains(gone) {
            // Whether it was there is all the same.
            let _ = fs::remove_file(tree.join(gone));
        }
    }
    let lines: Vec<&str> = wanted.iter().map(String::as_str).collect();
    fs::write(&listed, lines.join("\n")).map_err(|error| format!("{}: {error}", listed.display()))?;
    Ok(tree)
}

/// What git knows of, and what is new and not ignored.
fn files(root: &Path) -> Result<BTreeSet<String>, String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("git: {error}"))?;
    if !output.status.success() {
        return Err("git ls-files failed".into());
    }
    let files = String::from_utf8_lossy(&output.stdout);
    Ok(files.lines().filter(|path| root.join(path).is_file()).map(str::to_owned).collect())
}
