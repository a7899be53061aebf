//! What was found out about each mutant, in this run and in earlier ones.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::ROOMS;
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

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Judge {
    /// The build that holds all mutants.
    Switched,
    /// A build with this mutant alone.
    CargoMutants,
}

const VERDICTS: [(Verdict, &str); 4] = [
    (Verdict::Caught, "caught"),
    (Verdict::Timeout, "timeout"),
    (Verdict::Unviable, "unviable"),
    (Verdict::Missed, "missed"),
];

const JUDGES: [(Judge, &str); 2] = [(Judge::Switched, "switched"), (Judge::CargoMutants, "cargo-mutants")];

impl Judge {
    pub(super) fn word(self) -> &'static str {
        word(&JUDGES, self)
    }
}

/// A line each: key, state of the core and its tests, verdict, judge, name. The last line about a key counts.
pub(super) struct Ledger {
    path: PathBuf,
    /// The fingerprint of all that decides whether a mutant is noticed.
    state: String,
    known: HashMap<u64, Known>,
    /// The state in which a mutant was switched on and no test noticed. That is no verdict: where the compiler
    /// computes, the switch is off.
    unnoticed: HashMap<u64, String>,
}

struct Known {
    state: String,
    verdict: Verdict,
    judge: Judge,
}

impl Ledger {
    pub(super) fn open(folder: &Path, state: String) -> Result<Self, String> {
        let path = folder.join("ledger.txt");
        let text = if path.exists() {
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?
        } else {
            String::new()
        };
        let mut ledger = Self { path, state, known: HashMap::new(), unnoticed: HashMap::new() };
        // A line cut short by an interruption is one verdict less.
        for (key, known) in text.lines().filter_map(read) {
            ledger.note(key, known);
        }
        Ok(ledger)
    }

    /// What is known of a mutant, perhaps from before the last change: one that was missed counts as missed
    /// until it is run again.
    pub(super) fn verdict(&self, mutant: &Mutant) -> Option<(Verdict, Judge)> {
        self.known.get(&mutant.key).map(|known| (known.verdict, known.judge))
    }

    /// Whether the verdict was reached on the core and the tests as they are now.
    pub(super) fn is_current(&self, mutant: &Mutant) -> bool {
        self.known.get(&mutant.key).is_some_and(|known| known.state == self.state)
    }

    /// Whether no test noticed it when it was switched on, with the core and the tests as they are now.
    pub(super) fn went_unnoticed(&self, mutant: &Mutant) -> bool {
        self.unnoticed.get(&mutant.key) == Some(&self.state)
    }

    /// What has to be run, the most wanted first: what was missed before, what was never run, and what an
    /// older state caught; within each those where none may survive, in an order drawn from the seed.
    pub(super) fn outstanding<'a>(&self, mutants: &'a [Mutant], seed: u64) -> Vec<&'a Mutant> {
        let mut outstanding: Vec<_> = mutants.iter().filter(|mutant| !self.is_current(mutant)).collect();
        outstanding.sort_by_cached_key(|mutant| {
            let rank = match self.verdict(mutant) {
                Some((Verdict::Missed, _)) => 0,
                None => 1,
                Some(_) => 2,
            };
            let strict = ROOMS.iter().any(|(room, strict)| *strict && mutant.file.starts_with(room));
            (rank, !strict, drawn(seed, mutant))
        });
        outstanding
    }

    /// What was noticed in the build that holds all mutants, and nowhere else so far; in an order drawn from the
    /// seed.
    pub(super) fn unconfirmed<'a>(&self, mutants: &'a [Mutant], seed: u64) -> Vec<&'a Mutant> {
        let switched =
            |mutant: &&Mutant| self.verdict(mutant).is_some_and(|(_, judge)| judge == Judge::Switched);
        let mut unconfirmed: Vec<_> = mutants.iter().filter(switched).collect();
        unconfirmed.sort_by_cached_key(|mutant| drawn(seed, mutant));
        unconfirmed
    }

    pub(super) fn add(&mut self, verdicts: &[(&Mutant, Verdict)], judge: Judge) -> Result<(), String> {
        let mut lines = Vec::new();
        for (mutant, verdict) in verdicts {
            let word = word(&VERDICTS, *verdict);
            let (key, state, judged) = (mutant.key, &self.state, judge.word());
            lines.push(format!("{key:016x} {state} {word} {judged} {}\n", mutant.name));
            self.note(key, Known { state: state.clone(), verdict: *verdict, judge });
        }
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
            .and_then(|mut file| file.write_all(lines.concat().as_bytes()))
            .map_err(|error| format!("{}: {error}", self.path.display()))
    }

    fn note(&mut self, key: u64, known: Known) {
        if (known.verdict, known.judge) == (Verdict::Missed, Judge::Switched) {
            // What an older state caught is in doubt now; what one missed is not forgotten for that.
            if self.known.get(&key).is_some_and(|before| before.verdict != Verdict::Missed) {
                self.known.remove(&key);
            }
            self.unnoticed.insert(key, known.state);
        } else {
            self.known.insert(key, known);
        }
    }
}

fn drawn(seed: u64, mutant: &Mutant) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, mutant.key).hash(&mut hasher);
    hasher.finish()
}

fn word<T: PartialEq + Copy>(words: &[(T, &'static str)], wanted: T) -> &'static str {
    words.iter().find(|(known, _)| *known == wanted).map_or("", |(_, word)| *word)
}

fn read(line: &str) -> Option<(u64, Known)> {
    let mut words = line.splitn(5, ' ');
    let key = u64::from_str_radix(words.next()?, 16).ok()?;
    let state = words.next()?.to_owned();
    let word = words.next()?;
    let (verdict, _) = VERDICTS.iter().find(|(_, known)| *known == word)?;
    // Lines from before there were two judges go on with the name.
    let word = words.next()?;
    let judge = JUDGES.iter().find(|(_, known)| *known == word);
    let judge = judge.map_or(Judge::CargoMutants, |(judge, _)| *judge);
    Some((key, Known { state, verdict: *verdict, judge }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(state: &str, folder: &Path) -> Ledger {
        Ledger::open(folder, state.into()).unwrap_or(Ledger {
            path: PathBuf::new(),
            state: String::new(),
            known: HashMap::new(),
            unnoticed: HashMap::new(),
        })
    }

    fn mutant(key: u64) -> Mutant {
        Mutant {
            id: 1,
            name: "core/src/a.rs:1:1: replace + with -".into(),
            file: "core/src/a.rs".into(),
            key,
        }
    }

    #[test]
    fn what_went_unnoticed_waits_for_the_other_judge() -> Result<(), String> {
        let folder = std::env::temp_dir().join(format!("allod-ledger-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let old = "0000000000000001 old caught core/src/a.rs:1:1: replace + with -\n\
                   0000000000000002 old missed core/src/a.rs:1:1: replace + with -\n000000";
        fs::write(folder.join("ledger.txt"), old).map_err(|error| error.to_string())?;
        let (caught, missed) = (mutant(1), mutant(2));
        let mut before = ledger("old", &folder);
        assert_eq!(before.verdict(&caught), Some((Verdict::Caught, Judge::CargoMutants)));
        assert!(before.is_current(&missed));
        before.path = folder.join("elsewhere.txt");
        before.add(&[(&caught, Verdict::Caught)], Judge::Switched)?;
        assert_eq!(before.unconfirmed(&[caught, missed], 1).len(), 1);

        let (caught, missed) = (mutant(1), mutant(2));
        let mut now = ledger("new", &folder);
        now.path = folder.join("new.txt");
        for mutant in [&caught, &missed] {
            now.add(&[(mutant, Verdict::Missed)], Judge::Switched)?;
            assert!(now.went_unnoticed(mutant) && !now.is_current(mutant));
        }
        assert_eq!(now.verdict(&caught), None);
        assert_eq!(now.verdict(&missed), Some((Verdict::Missed, Judge::CargoMutants)));
        now.add(&[(&missed, Verdict::Caught)], Judge::CargoMutants)?;
        assert!(now.is_current(&missed));

        fs::rename(folder.join("new.txt"), folder.join("ledger.txt")).map_err(|error| error.to_string())?;
        let again = ledger("new", &folder);
        assert_eq!(again.verdict(&missed), Some((Verdict::Caught, Judge::CargoMutants)));
        assert!(again.went_unnoticed(&caught));
        fs::remove_dir_all(&folder).map_err(|error| error.to_string())
    }
}
