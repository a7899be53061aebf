//! Counts of instructions, by callgrind: they repeat exactly, so a change that costs is seen at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::{Map, Value, json};

use crate::steps::{cargo, root, succeeds};

/// The counts that were last recorded.
const RECORDED: &str = "benches/instructions.json";
/// By how much a count may be above the recorded one.
const MOST: f64 = 1.05;

/// `cargo xtask bench --gate`: fails where something takes over 5 % more instructions than was recorded; `--record`
/// records what it takes now.
pub(crate) fn run(record: bool) -> ExitCode {
    match gate(record) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn gate(record: bool) -> Result<(), String> {
    let counts = counts()?;
    let path = root().join(RECORDED);
    if record {
        let text = serde_json::to_string_pretty(&counts).map_err(|error| error.to_string())?;
        return fs::write(&path, text + "\n").map_err(|error| format!("{RECORDED}: {error}"));
    }
    let text = fs::read_to_string(&path).map_err(|error| format!("{RECORDED}: {error}"))?;
    let recorded: Map<String, Value> =
        serde_json::from_str(&text).map_err(|error| format!("{RECORDED}: {error}"))?;
    let mut worse = Vec::new();
    for (name, count) in &counts {
        let (now, before) = (count.as_f64().unwrap_or_default(), recorded.get(name).and_then(Value::as_f64));
        let Some(before) = before else {
            worse.push(format!("{name} is not recorded"));
            continue;
        };
        println!("{name}: {now:.0} instructions, {:+.1} % of {before:.0}", (now / before - 1.0) * 100.0);
        if now > before * MOST {
            worse.push(format!("{name} takes {now:.0} instructions; {before:.0} were recorded"));
        }
    }
    let gone = recorded.keys().filter(|name| !counts.contains_key(*name));
    worse.extend(gone.map(|name| format!("{name} is recorded, and not counted")));
    if worse.is_empty() { Ok(()) } else { Err(worse.join("\n")) }
}

/// What each thing takes.
pub(super) fn counts() -> Result<Map<String, Value>, String> {
    if !succeeds("valgrind", &["--version"]) {
        return Err("valgrind is not there: apt-get install valgrind".into());
    }
    let program = built()?;
    let names = printed(Command::new(&program))?;
    let folder = super::folder()?;
    let mut counts = Map::new();
    for name in names.lines() {
        let out = folder.join("callgrind.out");
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=counted"]);
        command.arg(format!("--callgrind-out-file={}", out.display())).arg(&program).arg(name);
        printed(command)?;
        counts.insert(name.into(), json!(total(&out)?));
    }
    Ok(counts)
}

/// The program that does one thing at a time.
fn built() -> Result<PathBuf, String> {
    let mut command = Command::new(cargo());
    command.args(["bench", "--quiet", "--locked", "--no-run", "--message-format=json", "--bench", "counted"]);
    command.args(["--manifest-path", "benches/Cargo.toml", "--target-dir", "target/apart"]);
    let messages = printed(command)?;
    let executable = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        (message["target"]["name"] == "counted").then(|| message["executable"].as_str().map(PathBuf::from))?
    };
    messages.lines().find_map(executable).ok_or_else(|| "cargo built no bench of that name".into())
}

fn printed(mut command: Command) -> Result<String, String> {
    let output = command.current_dir(root()).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into())
    } else {
        Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}

/// The sum that callgrind writes at the end of its file.
fn total(file: &Path) -> Result<u64, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let line = text.lines().find_map(|line| line.strip_prefix("totals:").or(line.strip_prefix("summary:")));
    let count = line.and_then(|line| line.trim().parse().ok()).filter(|count| *count > 0);
    count.ok_or_else(|| "callgrind counted nothing".into())
}
