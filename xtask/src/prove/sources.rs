//! Telling whether what was proved is still what is there.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;

use crate::steps::root;

/// A number that changes with any file below these paths.
pub(super) fn fingerprint(paths: &[&str]) -> String {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(&root().join(path), &mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn add(path: &Path, hasher: &mut DefaultHasher) {
    if let Ok(entries) = std::fs::read_dir(path) {
        let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for entry in &entries {
            add(entry, hasher);
        }
    } else if let Ok(bytes) = std::fs::read(path) {
        path.strip_prefix(root()).unwrap_or(path).hash(hasher);
        bytes.hash(hasher);
    }
}
