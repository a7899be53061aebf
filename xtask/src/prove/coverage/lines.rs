//! How often each line was executed, from LCOV.

use std::collections::BTreeMap;
use std::path::Path;

/// By path from the project's folder: each line that has code, and its count.
pub(super) type Files = BTreeMap<String, BTreeMap<u32, u64>>;

pub(super) fn read(lcov: &str, root: &Path) -> Files {
    let mut files = Files::new();
    let mut current = None;
    for line in lcov.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            current = super::ours(path, root);
        } else if let (Some((path, tests)), Some(data)) = (&current, line.strip_prefix("DA:")) {
            let mut numbers = data.split(',');
            let number = numbers.next().and_then(|number| number.parse::<u32>().ok());
            let count = numbers.next().and_then(|count| count.parse::<u64>().ok());
            if let (Some(number), Some(count)) = (number.filter(|number| number < tests), count) {
                *files.entry(path.clone()).or_default().entry(number).or_default() += count;
            }
        }
    }
    files
}
