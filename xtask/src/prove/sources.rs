//! Telling whether what was proved is still what is there.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::process::Command;

use crate::steps::root;

/// A number that changes with any file at or below these paths, and with the compiler.
///
/// # Errors
/// When one of them is not there: a list that names it would no longer tell what it claims to.
pub(super) fn fingerprint(paths: &[&str]) -> Result<String, String> {
    let mut hasher = DefaultHasher::new();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let compiler = Command::new(&rustc).arg("-vV").current_dir(root()).output();
    compiler.map_err(|error| format!("{rustc}: {error}"))?.stdout.hash(&mut hasher);
    for path in paths {
        add(&root().join(path), &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if path.is_dir() {
        let entries = fs::read_dir(path).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let mut entries: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
        entries.sort();
        return entries.iter().try_for_each(|entry| add(entry, hasher));
    }
    path.strip_prefix(root()).unwrap_or(path).hash(hasher);
    fs::read(path).map_err(failed)?.hash(hasher);
    Ok(())
}
