//! Which tests noticed mutants of a file: they are asked first about the next.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many are asked first.
const MOST: usize = 8;

/// A mutant that makes this many tests fail says little about each of them.
const MANY: usize = 12;

/// By test: the number of its binary, and its name.
type Tests = HashMap<(usize, String), u32>;

/// By file, how much each test noticed.
#[derive(Default)]
pub(super) struct Noticed(Mutex<HashMap<String, Tests>>);

impl Noticed {
    pub(super) fn add(&self, file: &str, binary: usize, tests: &[String]) {
        let weight = if tests.len() < MANY { 3 } else { 1 };
        let mut files = self.files();
        let known = files.entry(file.to_owned()).or_default();
        for test in tests {
            *known.entry((binary, test.clone())).or_default() += weight;
        }
    }

    /// Those that noticed most, by their binaries.
    pub(super) fn most(&self, file: &str) -> BTreeMap<usize, Vec<String>> {
        let files = self.files();
        let mut tests: Vec<_> = files.get(file).into_iter().flatten().collect();
        tests.sort_by_key(|(test, noticed)| (std::cmp::Reverse(**noticed), *test));
        let mut most = BTreeMap::<_, Vec<_>>::new();
        for ((binary, test), _) in tests.into_iter().take(MOST) {
            most.entry(*binary).or_default().push(test.clone());
        }
        most
    }

    fn files(&self) -> MutexGuard<'_, HashMap<String, Tests>> {
        // What a worker that panicked left half done is a count that is off by one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_that_noticed_most_are_asked_first() {
        let noticed = Noticed::default();
        let name = |number: usize| format!("tests::{number}");
        noticed.add("a.rs", 0, &(0..20).map(name).collect::<Vec<_>>());
        noticed.add("a.rs", 1, &[name(7)]);
        noticed.add("b.rs", 1, &[name(8)]);
        let most = noticed.most("a.rs");
        assert_eq!(most.get(&1), Some(&vec![name(7)]));
        assert_eq!(most.values().flatten().count(), MOST);
        assert!(noticed.most("c.rs").is_empty());
    }
}
