//! The mutants there are.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::ROOMS;
use crate::steps::cargo;

/// A change to one place.
pub(super) struct Mutant {
    /// Its place in the list, from one.
    pub(super) id: usize,
    /// As cargo-mutants shows it, with line and column.
    pub(super) name: String,
    pub(super) file: String,
    /// The same for as long as the function is: another line, or a change elsewhere in the file, is no other
    /// mutant.
    pub(super) key: u64,
}

/// All of them, in the rooms that are looked at. What cargo-mutants says of them is written to a file as well.
pub(super) fn mutants(tree: &Path, list: &Path) -> Result<Vec<Mutant>, String> {
    let mut command = Command::new(cargo());
    command.args(["mutants", "--list", "--json", "--package", "allod"]);
    for (room, _) in ROOMS {
        command.args(["--file", &if room.ends_with('/') { format!("{room}**") } else { room.to_owned() }]);
    }
    let output = command.current_dir(tree).output().map_err(|error| format!("cargo mutants: {error}"))?;
    let listed: Vec<Value> = serde_json::from_slice(&output.stdout).map_err(|error| {
        format!("cargo mutants --list: {error}: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    fs::write(list, &output.stdout).map_err(|error| format!("{}: {error}", list.display()))?;
    listed.iter().zip(1..).map(|(mutant, id)| read(mutant, id, tree)).collect()
}

fn read(mutant: &Value, id: usize, tree: &Path) -> Result<Mutant, String> {
    let text = |name: &str| {
        mutant.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(format!("a mutant without {name}"))
    };
    let (name, file) = (text("name")?, text("file")?);
    let source = fs::read_to_string(tree.join(&file)).map_err(|error| format!("{file}: {error}"))?;
    let place = |pointer: &str| mutant.pointer(pointer).and_then(Value::as_u64);
    let line = place("/span/start/line").unwrap_or_default();
    // Outside a function it is the line alone.
    let first = place("/function/span/start/line").unwrap_or(line);
    let last = place("/function/span/end/line").unwrap_or(line);
    let mut hasher = DefaultHasher::new();
    (&file, mutant.pointer("/function/function_name").and_then(Value::as_str)).hash(&mut hasher);
    let number = |line: u64| usize::try_from(line).unwrap_or(usize::MAX);
    for line in source.lines().take(number(last)).skip(number(first).saturating_sub(1)) {
        line.hash(&mut hasher);
    }
    (line - first, place("/span/start/column"), place("/span/end/column")).hash(&mut hasher);
    (text("genre")?, text("replacement")?).hash(&mut hasher);
    Ok(Mutant { id, name, file, key: hasher.finish() })
}
