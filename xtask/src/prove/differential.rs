//! The validator against the model, for as long as there is time, and the laws on more worlds than the tests
//! take.

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Context, Outcome, Part};
use crate::steps::{cargo, root};

/// The worlds that `prove` decides in all, however many runs it takes.
const GOAL: u64 = 10_000_000;
/// What decides, and what is decided.
const DECIDE: [&str; 8] = [
    "core/src",
    "core/Cargo.toml",
    "tests/src",
    "tests/Cargo.toml",
    "tests/model/src",
    "tests/model/Cargo.toml",
    "Cargo.toml",
    "Cargo.lock",
];
/// What an interruption loses at most.
const SLICE: Duration = Duration::from_secs(300);

/// Decides worlds, from where the last run with this seed ended.
pub(super) fn run(given: &Context) -> Part {
    let folder = given.folder.join("differential");
    if let Err(error) = std::fs::create_dir_all(&folder) {
        return Part::failed(format!("{}: {error}", folder.display()));
    }
    let ledger = folder.join(format!("seed-{}.json", given.seed));
    let mut past = read(&ledger);
    // What was decided by other code proves nothing of this.
    let sources = match super::sources::fingerprint(&DECIDE) {
        Ok(sources) => sources,
        Err(why) => return Part::failed(why),
    };
    if past["sources"] != json!(sources) {
        // Nor does what was found wrong with it.
        drop(std::fs::remove_dir_all(folder.join("found")));
        past = json!({ "sources": sources, "cases": 0, "allowed": 0, "codes": {}, "faults": {}, "mismatches": 0 });
    }
    let decided = |past: &Value| past["cases"].as_u64().unwrap_or(0);
    let first = decided(&past);
    // Whoever has made ten million already gets the next.
    let until = (first / GOAL + 1) * GOAL;
    let begun = Instant::now();
    let mut status = slice(given, &folder, &mut past, (begun, until));
    // In slices, so that an interruption loses little.
    while matches!(&status, Ok(status) if status.success())
        && decided(&past) < until
        && begun.elapsed() < given.time
    {
        if let Err(why) = write(&ledger, &past) {
            return Part::failed(why);
        }
        if super::sources::fingerprint(&DECIDE).as_ref() != Ok(&sources) {
            return Part::failed(
                "the sources changed meanwhile: what was decided is kept for those it was decided by",
            );
        }
        status = slice(given, &folder, &mut past, (begun, until));
    }
    if let Err(why) = write(&ledger, &past) {
        return Part::failed(why);
    }
    // A mismatch of an earlier run is one still, as long as nothing was changed.
    let mismatches = past["mismatches"].as_u64().unwrap_or(0);
    let outcome = match status {
        Ok(status) if status.success() && mismatches == 0 && decided(&past) >= GOAL => Outcome::Passed,
        Ok(status) if status.success() && mismatches == 0 => {
            Outcome::Partial(format!("{} of {GOAL} worlds so far", decided(&past)))
        }
        Ok(status) => Outcome::Failed(format!(
            "{status}, {mismatches} mismatches in all: see above, and {}",
            folder.join("found").display()
        )),
        Err(why) => Outcome::Failed(why),
    };
    let [cases, allowed] = ["cases", "allowed"].map(|key| past[key].as_u64().unwrap_or(0));
    let reached = past["codes"].as_object().map_or(0, serde_json::Map::len);
    let summary = vec![
        format!("{cases} of {GOAL} worlds decided by both, {} of them in this run", cases - first),
        format!(
            "{} % allowed, {reached} codes reached, {mismatches} mismatches",
            allowed * 100 / cases.max(1)
        ),
    ];
    Part { outcome, figures: past, summary }
}

/// Decides as many worlds as a slice has time for, and adds them to what is known.
fn slice(
    given: &Context,
    folder: &Path,
    past: &mut Value,
    (begun, until): (Instant, u64),
) -> Result<ExitStatus, String> {
    let first = past["cases"].as_u64().unwrap_or(0);
    let seconds = given.time.saturating_sub(begun.elapsed()).min(SLICE).as_secs().max(1);
    let result = folder.join("last.json");
    drop(std::fs::remove_file(&result));
    let status = Command::new(cargo())
        // As shipped: what it takes longer to build, ten million worlds win back.
        .args([
            "run",
            "-q",
            "--profile",
            "dist",
            "--locked",
            "-p",
            "allod-tests",
            "--bin",
            "differential",
            "--",
        ])
        .args(["--cases", &(until - first).to_string(), "--seconds", &seconds.to_string()])
        .args(["--seed", &given.seed.to_string(), "--first", &first.to_string()])
        .args(["--found".as_ref(), folder.join("found").as_os_str()])
        .args(["--json".as_ref(), result.as_os_str()])
        .current_dir(root())
        .status()
        .map_err(|error| error.to_string())?;
    add(past, &read(&result));
    Ok(status)
}

fn write(ledger: &Path, past: &Value) -> Result<(), String> {
    std::fs::write(ledger, format!("{past:#}\n")).map_err(|error| format!("{}: {error}", ledger.display()))
}

/// The laws, on many worlds each.
pub(super) fn laws(given: &Context) -> Part {
    // About what a law's case takes; each law is one test.
    let cases = (given.time.as_secs() * 20).clamp(256, 1_000_000);
    let status = Command::new(cargo())
        .args(["test", "-q", "--release", "--locked", "-p", "allod-tests", "--test", "all", "laws::"])
        .env("PROPTEST_CASES", cases.to_string())
        // Some worlds are none that a law is about, however many there are.
        .env("PROPTEST_MAX_GLOBAL_REJECTS", cases.to_string())
        .env("PROPTEST_RNG_SEED", given.seed.to_string())
        .current_dir(root())
        .status();
    let outcome = match status {
        Ok(status) if status.success() => Outcome::Passed,
        Ok(status) => Outcome::Failed(format!("{status}: see above")),
        Err(error) => Outcome::Failed(error.to_string()),
    };
    Part {
        outcome,
        figures: json!({ "cases_per_law": cases }),
        summary: vec![format!("{cases} cases for each law")],
    }
}

fn read(file: &Path) -> Value {
    std::fs::read_to_string(file)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or(Value::Null)
}

/// Adds what a run reached to what earlier ones did.
fn add(past: &mut Value, last: &Value) {
    for (from, to) in [("decided", "cases"), ("allowed", "allowed"), ("mismatches", "mismatches")] {
        past[to] = (past[to].as_u64().unwrap_or(0) + last[from].as_u64().unwrap_or(0)).into();
    }
    for key in ["codes", "faults"] {
        for (name, count) in last[key].as_object().into_iter().flatten() {
            past[key][name] = (past[key][name].as_u64().unwrap_or(0) + count.as_u64().unwrap_or(0)).into();
        }
    }
}
