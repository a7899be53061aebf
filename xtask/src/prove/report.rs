//! `target/prove/report.json`, and the same for people.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

/// What came of a part.
pub(crate) struct Part {
    pub(crate) outcome: Outcome,
    /// For machines: an object.
    pub(crate) figures: Value,
    /// For people: a line each.
    pub(crate) summary: Vec<String>,
}

/// How a part came out.
pub(crate) enum Outcome {
    Passed,
    /// What was found wrong.
    Failed(String),
    /// What is missing: nothing was found wrong as far as it came. It does not count as passed.
    Partial(String),
    /// Why it could not be run here. It does not count as passed.
    Skipped(String),
}

impl Part {
    /// A part that could not be run here, and why.
    pub(crate) fn skipped(why: impl Into<String>) -> Self {
        Self { outcome: Outcome::Skipped(why.into()), figures: json!({}), summary: Vec::new() }
    }

    /// A part that found something wrong, or that broke.
    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self { outcome: Outcome::Failed(why.into()), figures: json!({}), summary: Vec::new() }
    }
}

pub(super) struct Report {
    folder: PathBuf,
    head: Map<String, Value>,
    parts: Map<String, Value>,
    summary: Vec<String>,
    counts: [usize; 4],
}

impl Report {
    pub(super) fn new(folder: PathBuf, begun: u64, minutes: u32, seed: u64) -> Self {
        let mut head = Map::new();
        head.insert("begun".into(), json!(begun));
        head.insert("minutes".into(), json!(minutes));
        head.insert("seed".into(), json!(seed));
        head.insert("commit".into(), json!(commit()));
        Self { folder, head, parts: Map::new(), summary: Vec::new(), counts: [0; 4] }
    }

    pub(super) fn add(&mut self, name: &str, part: Part, took: Duration) {
        let (place, outcome, why) = match part.outcome {
            Outcome::Passed => (0, "passed", None),
            Outcome::Failed(why) => (1, "failed", Some(why)),
            Outcome::Partial(why) => (2, "partial", Some(why)),
            Outcome::Skipped(why) => (3, "skipped", Some(why)),
        };
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
        let because = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        self.summary.push(format!("{name}: {outcome} in {} s{because}", took.as_secs()));
        self.summary.extend(part.summary.iter().map(|line| format!("    {line}")));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let result = json!({
            "outcome": outcome,
            "why": why,
            "commit": commit(),
            "finished": now,
            "seconds": took.as_secs(),
            "figures": part.figures,
        });
        self.parts.insert(name.into(), result);
        self.write();
    }

    pub(super) fn finish(self) -> ExitCode {
        println!("\n{}", self.text());
        let [passed, failed, partial, skipped] = self.counts;
        println!("parts: {passed} passed, {failed} failed, {partial} partial, {skipped} skipped");
        println!("written to {}", self.folder.join("report.json").display());
        // What came to nothing proves nothing.
        if failed == 0 && passed + partial > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn text(&self) -> String {
        self.summary.join("\n") + "\n"
    }

    fn write(&self) {
        // What other runs said of parts that this one leaves out stays, each with its own commit and date. It is
        // read anew each time: another run may be writing beside this one.
        let past = std::fs::read_to_string(self.folder.join("report.json")).ok();
        let past = past.and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let past = past.as_ref().and_then(|past| past.get("parts")?.as_object().cloned());
        let mut parts = past.unwrap_or_default();
        parts.extend(self.parts.clone());
        let mut all = self.head.clone();
        all.insert("parts".into(), Value::Object(parts));
        let files = [("report.json", format!("{:#}\n", Value::Object(all))), ("summary.txt", self.text())];
        for (name, text) in files {
            if let Err(error) = std::fs::write(self.folder.join(name), text) {
                eprintln!("{name}: {error}");
            }
        }
    }
}

/// What was proved: the commit, and whether the tree differed from it.
pub(crate) fn commit() -> String {
    let output = std::process::Command::new("git")
        .args(["describe", "--always", "--dirty", "--abbrev=12"])
        .current_dir(crate::steps::root())
        .output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
