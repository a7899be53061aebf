//! What was found out about each mutant, in this run and in earlier ones.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::list::Mutant;

/// What came of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Caught,
    /// The tests did not end in time.
    Timeout,
    /// It does not compile.
    Unviable,
    /// No test noticed.
    Missed,
}

const WORDS: [(Verdict, &str); 4] = [
    (Verdict::Caught, "caught"),
    (Verdict::Timeout, "timeout"),
    (Verdict::Unviable, "unviable"),
    (Verdict::Missed, "missed"),
];

/// A line each: key, state of the core and its tests, verdict, name. The last line about a key counts.
pub(super) struct Ledger {
    path: PathBuf,
    /// The fingerprint of all that decides whether a mutant is noticed.
    state: String,
    verdicts: HashMap<u64, (String, Verdict)>,
}

impl Ledger {
    pub(super) fn open(folder: &Path, state: String) -> Result<Self, String> {
        let path = folder.join("ledger.txt");
        let text = if path.exists() {
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?
        } else {
            String::new()
        };
        // A line cut short by an interruption is one verdict less.
        let verdicts = text.lines().filter_map(read).collect();
        Ok(Self { path, state, verdicts })
    }

    /// What is known of a mutant, perhaps from before the last change: one that was missed counts as missed
    /// until it is run again.
    pub(super) fn verdict(&self, mutant: &Mutant) -> Option<Verdict> {
        self.verdicts.get(&mutant.key).map(|(_, verdict)| *verdict)
    }

    /// Whether the verdict was reached on the core and the tests as they are now.
    pub(super) fn is_current(&self, mutant: &Mutant) -> bool {
        self.verdicts.get(&mutant.key).is_some_and(|(state, _)| *state == self.state)
    }

    /// What has to be run, the most wanted first: what was missed before, what was never run, and what an
    /// older state caught; within each in an order drawn from the seed.
    pub(super) fn outstanding<'a>(&self, mutants: &'a [Mutant], seed: u64) -> Vec<&'a Mutant> {
        let mut outstanding: Vec<_> = mutants.iter().filter(|mutant| !self.is_current(mutant)).collect();
        outstanding.sort_by_cached_key(|mutant| {
            let rank = match self.verdicts.get(&mutant.key) {
                Some((_, Verdict::Missed)) => 0,
                None => 1,
                Some(_) => 2,
            };
            let mut hasher = DefaultHasher::new();
            (seed, mutant.key).hash(&mut hasher);
            (rank, hasher.finish())
        });
        outstanding
    }

    pub(super) fn add(&mut self, verdicts: &[(&Mutant, Verdict)]) -> Result<(), String> {
        let mut lines = Vec::new();
        for (mutant, verdict) in verdicts {
            let word = WORDS.iter().find(|(known, _)| known == verdict).map_or("", |(_, word)| *word);
            lines.push(format!("{:016x} {} {word} {}\n", mutant.key, self.state, mutant.name));
            self.verdicts.insert(mutant.key, (self.state.clone(), *verdict));
        }
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
            .and_then(|mut file| file.write_all(lines.concat().as_bytes()))
            .map_err(|error| format!("{}: {error}", self.path.display()))
    }
}

fn read(line: &str) -> Option<(u64, (String, Verdict))> {
    let mut words = line.splitn(4, ' ');
    let key = u64::from_str_radix(words.next()?, 16).ok()?;
    let state = words.next()?.to_owned();
    let word = words.next()?;
    let (verdict, _) = WORDS.iter().find(|(_, known)| *known == word)?;
    Some((key, (state, *verdict)))
}
