//! The build that holds all mutants.
//!
//! Those that do not compile would keep the others from being built: what the compiler complains of is left out,
//! until it complains no more.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::super::list::Mutant;
use super::super::suite::Suite;
use super::super::tree;
use crate::steps::{cargo, root};

/// A test binary, and the folder that its tests expect to be run in.
pub(super) struct Binary {
    pub(super) path: PathBuf,
    pub(super) folder: PathBuf,
}

/// The crate's root, into which the switch is written.
const ROOT: &str = "core/src/lib.rs";

/// The test binaries, and the mutants that are in them.
pub(super) fn build(
    folder: &Path,
    from: &Path,
    list: &Path,
    suite: &Suite,
    mutants: &[Mutant],
) -> Result<(Vec<Binary>, HashSet<usize>), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let target = folder.join("target");
    let program = program(&target)?;
    let files: HashSet<&str> =
        mutants.iter().map(|mutant| mutant.file.as_str()).chain(std::iter::once(ROOT)).collect();
    let to = tree::copied(folder, |path| files.contains(path))?;
    let mut unviable = Unviable::open(folder, mutants);
    loop {
        let placed = write(&program, list, from, &to, &unviable.ids)?;
        let (built, messages) = compile(&to, &target, suite)?;
        if built {
            return Ok((binaries(&messages)?, placed));
        }
        let found = culprits(&messages, &to)?;
        println!("   {} mutants do not compile beside the others, and are left out", found.len());
        unviable.add(&found, mutants)?;
    }
}

/// The program that writes the mutants into the sources.
fn program(target: &Path) -> Result<PathBuf, String> {
    let output = Command::new(cargo())
        .args(["build", "--locked", "--manifest-path", "tests/mutants/Cargo.toml"])
        .args(["--message-format", "json-render-diagnostics"])
        .args([OsStr::new("--target-dir"), target.as_os_str()])
        .current_dir(root())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    let messages = messages(&output.stdout);
    let path = messages.iter().filter_map(|message| message.get("executable")?.as_str()).next_back();
    path.filter(|_| output.status.success())
        .map(PathBuf::from)
        .ok_or_else(|| "tests/mutants could not be built".into())
}

/// Writes the sources with all mutants but those, and says which are in them.
fn write(
    program: &Path,
    list: &Path,
    from: &Path,
    to: &Path,
    left_out: &BTreeSet<usize>,
) -> Result<HashSet<usize>, String> {
    let output = Command::new(program)
        .args([list, from, to])
        .args(left_out.iter().map(usize::to_string))
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let said = serde_json::from_slice::<Value>(&output.stdout).ok().filter(|_| output.status.success());
    let placed = said.as_ref().and_then(|said| said.get("placed")?.as_array());
    let placed = placed.ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    Ok(placed.iter().filter_map(|id| usize::try_from(id.as_u64()?).ok()).collect())
}

/// Whether it could be built, and what cargo said.
fn compile(tree: &Path, target: &Path, suite: &Suite) -> Result<(bool, Vec<Value>), String> {
    let output = Command::new(cargo())
        .args(["test", "--no-run", "--locked", "--profile", "mutants", "-p", "allod"])
        .args(["--features", &crate::test::FEATURES.join(",")])
        // Built once and run thousands of times: other than a build for one mutant, it is worth a little care.
        .args(["--config", "profile.mutants.package.allod.opt-level=1"])
        .args(["--message-format", "json"])
        .args(&suite.binaries)
        // The switch is an intrinsic of the compiler's, in this one crate.
        .env("RUSTC_BOOTSTRAP", "allod")
        .env("CARGO_TARGET_DIR", target)
        .current_dir(tree)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo test: {error}"))?;
    Ok((output.status.success(), messages(&output.stdout)))
}

fn messages(output: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(output);
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn binaries(messages: &[Value]) -> Result<Vec<Binary>, String> {
    let read = |message: &Value| {
        let path = message.get("executable")?.as_str()?.into();
        let folder = Path::new(message.get("manifest_path")?.as_str()?).parent()?.to_owned();
        (message.pointer("/profile/test")? == true).then_some(Binary { path, folder })
    };
    let binaries: Vec<_> = messages.iter().filter_map(read).collect();
    if binaries.is_empty() { Err("cargo built no tests".into()) } else { Ok(binaries) }
}

/// The mutants that the compiler complains of. Where it complains of something else, that is an error.
fn culprits(messages: &[Value], tree: &Path) -> Result<BTreeSet<usize>, String> {
    let mut files = HashMap::new();
    let mut found = BTreeSet::new();
    let mut others = Vec::new();
    for message in messages.iter().filter_map(|message| message.get("message")) {
        let spans = message.get("spans").and_then(Value::as_array).filter(|spans| !spans.is_empty());
        if message.get("level").and_then(Value::as_str) != Some("error") {
            continue;
        }
        let Some(spans) = spans else { continue };
        let (primary, secondary): (Vec<_>, Vec<_>) =
            spans.iter().partition(|span| span.get("is_primary") == Some(&Value::Bool(true)));
        let culprit = primary.into_iter().chain(secondary).flat_map(with_expansions).find_map(|span| {
            let file = span.get("file_name")?.as_str()?;
            let at = usize::try_from(span.get("byte_start")?.as_u64()?).ok()?;
            let marked = files
                .entry(file.to_owned())
                .or_insert_with(|| marked(&fs::read_to_string(tree.join(file)).unwrap_or_default()));
            marked.iter().find(|(_, place)| place.contains(&at)).map(|(id, _)| *id)
        });
        match culprit {
            Some(id) => drop(found.insert(id)),
            None => others.extend(message.get("rendered").and_then(Value::as_str)),
        }
    }
    if found.is_empty() {
        return Err(format!("the build that holds all mutants fails:\n{}", others.concat()));
    }
    Ok(found)
}

/// A span, and where the macros it comes from are called.
fn with_expansions(span: &Value) -> impl Iterator<Item = &Value> {
    std::iter::successors(Some(span), |span| span.pointer("/expansion/span"))
}

/// Where the text of each mutant is: between `/*<7*/` and `/*7>*/`.
fn marked(text: &str) -> Vec<(usize, RangeInclusive<usize>)> {
    let marks = text.match_indices("/*<").filter_map(|(start, _)| {
        let (id, rest) = text.get(start + 3..)?.split_once("*/")?;
        let id = id.parse().ok()?;
        let length = rest.find(&format!("/*{id}>*/"))?;
        Some((id, start..=text.len() - rest.len() + length))
    });
    marks.collect()
}

/// The mutants that do not compile beside the others, kept from run to run: to find them takes several builds.
struct Unviable {
    path: PathBuf,
    keys: BTreeSet<u64>,
    ids: BTreeSet<usize>,
}

impl Unviable {
    fn open(folder: &Path, mutants: &[Mutant]) -> Self {
        let path = folder.join("unviable.txt");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let keys: BTreeSet<u64> =
            text.lines().filter_map(|line| u64::from_str_radix(line, 16).ok()).collect();
        let ids =
            mutants.iter().filter(|mutant| keys.contains(&mutant.key)).map(|mutant| mutant.id).collect();
        Self { path, keys, ids }
    }

    fn add(&mut self, ids: &BTreeSet<usize>, mutants: &[Mutant]) -> Result<(), String> {
        self.ids.extend(ids);
        self.keys.extend(mutants.iter().filter(|mutant| ids.contains(&mutant.id)).map(|mutant| mutant.key));
        let lines: Vec<_> = self.keys.iter().map(|key| format!("{key:016x}\n")).collect();
        fs::write(&self.path, lines.concat()).map_err(|error| format!("{}: {error}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_laid_to_the_mutant_it_points_at() {
        let text = "a (if on(12) {/*<12*/b - c/*12>*/} else { b + c }) /*<3*/d/*3>*/";
        let marked = marked(text);
        let at = |needle: &str| {
            let at = text.find(needle).unwrap_or_default();
            marked.iter().find(|(_, place)| place.contains(&at)).map(|(id, _)| *id)
        };
        assert_eq!(
            [at("b -"), at("c/*"), at("b +"), at("d/*"), at("a")],
            [Some(12), Some(12), None, Some(3), None]
        );
    }
}
