//! `cargo xtask bench`: allod beside the floor and beside its peers, in one go.
//!
//! Each program prints one JSON object of medians in nanoseconds; here they are put together, held against the bars, and
//! written as a report, a table and two pictures below `target/bench`.

mod bars;
mod gate;
mod picture;
mod programs;
mod table;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Map, Value, json};

use crate::steps::root;

pub(crate) use self::gate::run as run_gate;

/// What was measured, and what could not be.
#[derive(Default)]
struct Measured {
    /// Nanoseconds.
    medians: Map<String, Value>,
    /// How often memory is asked for.
    allocations: Map<String, Value>,
    /// Instructions, which repeat exactly.
    instructions: Map<String, Value>,
    /// What a peer does not check.
    notes: Map<String, Value>,
    /// What could not be measured here, and why.
    skipped: Vec<(String, String)>,
    cores: Option<u64>,
}

/// Runs everything; what cannot be run here is named, with the reason, and is no success. A bar that is missed is said,
/// and does not fail: that is for whoever reads the table.
pub(crate) fn run(quick: bool) -> ExitCode {
    let measured = programs::run(quick);
    match report(&measured) {
        Ok(()) if measured.skipped.len() == usize::from(quick) => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn report(measured: &Measured) -> Result<(), String> {
    let rows = bars::rows(measured);
    let folder = folder()?;
    let table = table::markdown(measured, &rows);
    let report = json!({
        "commit": crate::prove::report::commit(),
        "machine": table::machine(),
        "medians": measured.medians,
        "instructions": measured.instructions,
        "allocations": measured.allocations,
        "bars": rows.iter().map(bars::Row::to_json).collect::<Vec<_>>(),
        "notes": measured.notes,
        "skipped": measured.skipped.iter().map(|(what, why)| json!({"what": what, "why": why})).collect::<Vec<_>>(),
    });
    let report = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
    let files = [
        ("report.json", report),
        ("table.md", table.clone()),
        ("by-length.svg", picture::by_length(measured)),
        ("where.svg", picture::places(measured).unwrap_or_default()),
    ];
    for (name, content) in files.into_iter().filter(|(_, content)| !content.is_empty()) {
        let path = folder.join(name);
        fs::write(&path, content).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    println!("\n{table}");
    println!("target/bench: report.json, table.md, by-length.svg, where.svg");
    Ok(())
}

fn folder() -> Result<PathBuf, String> {
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

impl Measured {
    fn median(&self, name: &str) -> Option<f64> {
        self.medians.get(name)?.as_f64()
    }

    fn skip(&mut self, what: &str, why: impl Into<String>) {
        let why = why.into();
        println!("== {what}: skipped: {why}");
        self.skipped.push((what.into(), why));
    }

    /// Takes in what a program printed.
    fn take_in(&mut self, what: &str, printed: &str) {
        // What a tool says before it is not JSON.
        let begin = printed.find('{').unwrap_or_default();
        let Ok(Value::Object(mut object)) = serde_json::from_str(printed.get(begin..).unwrap_or_default())
        else {
            return self.skip(what, "what it printed is no JSON");
        };
        // Time on all threads, where one library does its work on others.
        if let Some(Value::Object(cpu)) = object.remove("cpu") {
            let named = |(name, time)| (format!("{name} (CPU time)"), time);
            self.medians.extend(cpu.into_iter().map(named));
        }
        if let Some(Value::Object(members)) = object.get("medians")
            && let Some(twice) = members.keys().find(|name| self.medians.contains_key(*name))
        {
            return self.skip(what, format!("{twice} was measured before"));
        }
        let targets = [
            ("medians", &mut self.medians),
            ("allocations", &mut self.allocations),
            ("notes", &mut self.notes),
        ];
        for (name, target) in targets {
            if let Some(Value::Object(members)) = object.remove(name) {
                target.extend(members);
            }
        }
        if let Some(cores) = object.get("cores").and_then(Value::as_u64) {
            self.cores = Some(cores);
        }
    }
}
