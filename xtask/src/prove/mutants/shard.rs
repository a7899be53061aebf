//! Running a handful of mutants through cargo-mutants.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::ledger::Verdict;
use super::list::Mutant;
use crate::steps::{cargo, root};

/// What an interruption loses at most.
pub(super) const SIZE: usize = 16;

/// Tests that take most of the time and are rarely the only ones to notice. What the others miss is run
/// again with these.
const SLOW: [&str; 12] = [
    "a_change_of_any_bit_leaves_no_verified_token",
    "a_token_that_is_named_sixteen_times_is_verified_once",
    "agrees_with_kleenes_tables_on_random_trees",
    "agrees_with_the_definition_on_random_patterns",
    "differential::",
    "every_key_of_a_large_map_is_found",
    "every_vector_comes_out_as_expected",
    "integers_and_floats_compare_as_long_arithmetic_says",
    "laws::",
    "long_lists_have_longer_heads",
    "work_is_bounded_where_steps_are_few",
    "wycheproof",
];

/// A test run without a mutant takes a few seconds without the slow tests, and half a minute with them; a mutant
/// that makes it take this long is noticed.
const SECONDS: [&str; 2] = ["60", "300"];

pub(super) struct Shards<'a> {
    folder: &'a Path,
    tree: &'a Path,
    /// Whether the tests were seen to pass without a mutant: those that are not slow, and all.
    sound: [bool; 2],
}

impl<'a> Shards<'a> {
    pub(super) fn new(folder: &'a Path, tree: &'a Path) -> Self {
        Self { folder, tree, sound: [false; 2] }
    }

    pub(super) fn run<'m>(&mut self, shard: &[&'m Mutant]) -> Result<Vec<(&'m Mutant, Verdict)>, String> {
        let mut verdicts = self.judge(shard, &SLOW)?;
        let missed: Vec<&Mutant> = verdicts
            .iter()
            .filter(|(_, verdict)| *verdict == Verdict::Missed)
            .map(|(mutant, _)| *mutant)
            .collect();
        verdicts.retain(|(_, verdict)| *verdict != Verdict::Missed);
        if !missed.is_empty() {
            verdicts.extend(self.judge(&missed, &[])?);
        }
        Ok(verdicts)
    }

    fn judge<'m>(
        &mut self,
        shard: &[&'m Mutant],
        without: &[&str],
    ) -> Result<Vec<(&'m Mutant, Verdict)>, String> {
        let names: Vec<String> = shard.iter().map(|mutant| literal(&mutant.name)).collect();
        let output = self.folder.join("output");
        let set = usize::from(without.is_empty());
        let mut command = Command::new(cargo());
        command
            .args(["mutants", "--in-place", "--no-times", "--package", "allod", "--timeout", SECONDS[set]])
            .args(["--baseline", if self.sound[set] { "skip" } else { "run" }])
            .args(["--re", &format!("^({})$", names.join("|"))])
            .arg("--config")
            .arg(self.config(without)?)
            .arg("--output")
            .arg(&output)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .current_dir(self.tree)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(vectors) = vectors() {
            command.env("ALLOD_VECTORS", vectors);
        }
        let status = command.status().map_err(|error| format!("cargo mutants: {error}"))?;
        // 0: all caught; 2: some missed; 3: some timed out.
        match status.code() {
            Some(0 | 2 | 3) => self.sound[set] = true,
            Some(4) => return Err("the tests fail without a mutant".into()),
            _ => return Err(format!("cargo mutants: {status}")),
        }
        outcomes(&output.join("mutants.out/outcomes.json"), shard)
    }
}

impl Shards<'_> {
    /// The project's configuration, with some tests left out. Arguments given on the command line would come
    /// before its own, and before the `--` that begins those of the tests.
    fn config(&self, without: &[&str]) -> Result<PathBuf, String> {
        let project = self.tree.join(".cargo/mutants.toml");
        let text = fs::read_to_string(&project).map_err(|error| format!("{}: {error}", project.display()))?;
        let begin = "additional_cargo_test_args = [\"--\"";
        let skips =
            without.iter().fold(String::new(), |skips, test| skips + ", \"--skip\", \"" + test + "\"");
        if !text.contains(begin) {
            return Err(format!("{} has no {begin}", project.display()));
        }
        let path = self.folder.join("mutants.toml");
        fs::write(&path, text.replacen(begin, &format!("{begin}{skips}"), 1))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}

fn outcomes<'m>(path: &Path, shard: &[&'m Mutant]) -> Result<Vec<(&'m Mutant, Verdict)>, String> {
    let error = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|why| error(&why))?;
    let outcomes: Value = serde_json::from_str(&text).map_err(|why| error(&why))?;
    let all = outcomes.get("outcomes").and_then(Value::as_array).ok_or_else(|| error(&"no outcomes"))?;
    let mut verdicts = HashMap::new();
    for outcome in all {
        let Some(name) = outcome.pointer("/scenario/Mutant/name").and_then(Value::as_str) else { continue };
        let verdict = match outcome.get("summary").and_then(Value::as_str) {
            Some("CaughtMutant") => Verdict::Caught,
            Some("MissedMutant") => Verdict::Missed,
            Some("Timeout") => Verdict::Timeout,
            Some("Unviable") => Verdict::Unviable,
            other => return Err(error(&format!("{name} came out as {other:?}"))),
        };
        verdicts.insert(name, verdict);
    }
    shard
        .iter()
        .map(|mutant| {
            let verdict =
                verdicts.get(mutant.name.as_str()).ok_or_else(|| error(&format!("no {}", mutant.name)))?;
            Ok((*mutant, *verdict))
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
fn vectors() -> Option<PathBuf> {
    let named = std::env::var_os("ALLOD_VECTORS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| root().join("../shared/vectors"));
    folder.canonicalize().ok()
}
