//! Running a handful of mutants through cargo-mutants.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::ledger::Verdict;
use super::list::Mutant;
use super::suite::{LAWS_SEED, SECONDS, SLOW, Suite};
use crate::steps::{cargo, root};

/// What an interruption loses at most.
pub(super) const SIZE: usize = 8;

/// How many the compiler alone is asked about at a time.
pub(super) const CHECKED: usize = 64;

pub(super) struct Shards<'a> {
    folder: &'a Path,
    tree: &'a Path,
    suite: &'a Suite,
    /// Whether these rounds were seen to pass without a mutant.
    sound: [bool; 3],
}

/// What a shard is put through. The number is its place in `Shards::sound`.
#[derive(Clone, Copy)]
enum Round {
    /// All tests but the slow ones.
    Quick,
    All,
    /// The compiler, and no test.
    Check,
}

impl<'a> Shards<'a> {
    pub(super) fn new(folder: &'a Path, tree: &'a Path, suite: &'a Suite) -> Self {
        Self { folder, tree, suite, sound: [false; 3] }
    }

    /// Runs the tests against each. While that takes its time, `waiting` is called now and then.
    pub(super) fn run<'m>(
        &mut self,
        shard: &[&'m Mutant],
        waiting: &mut dyn FnMut(),
    ) -> Result<Vec<(&'m Mutant, Verdict)>, String> {
        let mut verdicts = self.judged(shard, Round::Quick, waiting)?;
        let missed: Vec<&Mutant> = verdicts
            .iter()
            .filter(|(_, verdict)| *verdict == Verdict::Missed)
            .map(|(mutant, _)| *mutant)
            .collect();
        verdicts.retain(|(_, verdict)| *verdict != Verdict::Missed);
        if !missed.is_empty() {
            verdicts.extend(self.judged(&missed, Round::All, waiting)?);
        }
        Ok(verdicts)
    }

    /// Which of them compile.
    pub(super) fn check<'m>(
        &mut self,
        shard: &[&'m Mutant],
        waiting: &mut dyn FnMut(),
    ) -> Result<(Vec<&'m Mutant>, Vec<&'m Mutant>), String> {
        let outcomes = self.outcomes(shard, Round::Check, waiting)?;
        let mut sorted = (Vec::new(), Vec::new());
        for (mutant, outcome) in outcomes {
            match outcome.as_str() {
                "Success" => sorted.0.push(mutant),
                "Unviable" => sorted.1.push(mutant),
                other => return Err(format!("{} came out as {other}", mutant.name)),
            }
        }
        Ok(sorted)
    }

    fn judged<'m>(
        &mut self,
        shard: &[&'m Mutant],
        round: Round,
        waiting: &mut dyn FnMut(),
    ) -> Result<Vec<(&'m Mutant, Verdict)>, String> {
        let outcomes = self.outcomes(shard, round, waiting)?;
        let verdicts = outcomes.into_iter().map(|(mutant, outcome)| {
            let verdict = match outcome.as_str() {
                "CaughtMutant" => Verdict::Caught,
                "MissedMutant" => Verdict::Missed,
                "Timeout" => Verdict::Timeout,
                "Unviable" => Verdict::Unviable,
                other => return Err(format!("{} came out as {other}", mutant.name)),
            };
            Ok((mutant, verdict))
        });
        verdicts.collect()
    }

    /// What cargo-mutants says of each, in its own words.
    fn outcomes<'m>(
        &mut self,
        shard: &[&'m Mutant],
        round: Round,
        waiting: &mut dyn FnMut(),
    ) -> Result<Vec<(&'m Mutant, String)>, String> {
        let names: Vec<String> = shard.iter().map(|mutant| literal(&mutant.name)).collect();
        let output = self.folder.join("output");
        let sound = self.sound.get(round as usize).copied().unwrap_or_default();
        let mut command = Command::new(cargo());
        command
            .args(["mutants", "--in-place", "--no-times", "--package", "allod"])
            .args(["--baseline", if sound { "skip" } else { "run" }])
            .args(["--re", &format!("^({})$", names.join("|"))])
            .args(match round {
                Round::Quick => vec!["--timeout".to_owned(), SECONDS[0].to_string()],
                Round::All => vec!["--timeout".to_owned(), SECONDS[1].to_string()],
                Round::Check => vec!["--check".to_owned()],
            })
            .arg("--config")
            .arg(self.configuration(round)?)
            .arg("--output")
            .arg(&output)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env(LAWS_SEED.0, LAWS_SEED.1)
            .current_dir(self.tree)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(vectors) = vectors() {
            command.env("ALLOD_VECTORS", vectors);
        }
        let error = |error: std::io::Error| format!("cargo mutants: {error}");
        let mut running = command.spawn().map_err(error)?;
        let status = loop {
            if let Some(status) = running.try_wait().map_err(error)? {
                break status;
            }
            waiting();
            thread::sleep(Duration::from_millis(200));
        };
        // 0: all caught; 2: some missed; 3: some timed out.
        match status.code() {
            Some(0 | 2 | 3) => self.sound[round as usize] = true,
            Some(4) => return Err("the tests fail without a mutant".into()),
            _ => return Err(format!("cargo mutants: {status}")),
        }
        read(&output.join("mutants.out/outcomes.json"), shard)
    }

    fn configuration(&self, round: Round) -> Result<PathBuf, String> {
        let text = match round {
            Round::Quick => self.suite.without(&SLOW),
            Round::All => self.suite.without(&[]),
            Round::Check => self.suite.only_core(),
        };
        let path = self.folder.join("mutants.toml");
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}

fn read<'m>(path: &Path, shard: &[&'m Mutant]) -> Result<Vec<(&'m Mutant, String)>, String> {
    let error = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|why| error(&why))?;
    let outcomes: Value = serde_json::from_str(&text).map_err(|why| error(&why))?;
    let all = outcomes.get("outcomes").and_then(Value::as_array).ok_or_else(|| error(&"no outcomes"))?;
    let known: HashMap<_, _> = all
        .iter()
        .filter_map(|outcome| {
            Some((outcome.pointer("/scenario/Mutant/name")?.as_str()?, outcome.get("summary")?.as_str()?))
        })
        .collect();
    shard
        .iter()
        .map(|mutant| {
            let outcome =
                known.get(mutant.name.as_str()).ok_or_else(|| error(&format!("no {}", mutant.name)))?;
            Ok((*mutant, (*outcome).to_owned()))
        })
        .collect()
}

/// A regular expression for a text and nothing else. Only what means something is escaped: a backslash gives
/// a meaning to some of the rest.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal
}

/// The vectors from elsewhere: beside the project they are found without a word, but not from its copy.
pub(super) fn vectors() -> Option<PathBuf> {
    let named = std::env::var_os("ALLOD_VECTORS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| root().join("../shared/vectors"));
    folder.canonicalize().ok()
}
