//! Which lines the fast tests execute, and that of `validation` no line is left out.
//!
//! Lines come from LCOV, where a line has one count, regions from LLVM's JSON, where each function has its own.
//! The tests inside the files are no part of the figures.

mod lines;
mod regions;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{Context, Outcome, Part};
use crate::steps::{cargo, root, succeeds};

/// The room in which no line may go without a test: it says what is allowed.
const WHOLE: &str = "core/src/validation";

/// How much of something was executed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Share {
    executed: usize,
    all: usize,
}

impl Share {
    fn count(&mut self, executed: bool) {
        self.executed += usize::from(executed);
        self.all += 1;
    }

    /// In hundredths of a percent, cut off: 99.99 is not 100.
    fn text(self) -> String {
        let hundredths = (self.executed * 10_000).checked_div(self.all).unwrap_or(10_000);
        format!("{}.{:02} % of {}", hundredths / 100, hundredths % 100, self.all)
    }
}

pub(super) fn run(given: &Context) -> Part {
    if let Err(why) = tools() {
        return Part::skipped(why);
    }
    // Figures of an earlier run would be added to these.
    if let Err(why) = llvm_cov(&["clean", "--workspace"]).and_then(|()| llvm_cov(&TESTS)) {
        return Part::failed(why);
    }
    match read(&given.folder) {
        Ok((lcov, json)) => conclude(
            &lines::read(&lcov, &root()),
            &regions::read(&json, &root()),
            &files(&root().join(WHOLE)),
        ),
        Err(why) => Part::failed(why),
    }
}

const TESTS: [&str; 9] =
    ["--locked", "--no-report", "-p", "allod", "-p", "allod-tests", "--lib", "--test", "all"];

fn tools() -> Result<(), String> {
    if !succeeds(&cargo(), &["llvm-cov", "--version"])
        && !succeeds(&cargo(), &["install", "--locked", "cargo-llvm-cov"])
    {
        return Err("cargo-llvm-cov is not there, and cargo could not install it".into());
    }
    if succeeds("rustup", &["component", "add", "llvm-tools"]) {
        Ok(())
    } else {
        Err("the component llvm-tools is not there, and rustup could not add it".into())
    }
}

fn llvm_cov(arguments: &[&str]) -> Result<(), String> {
    let status = Command::new(cargo())
        .arg("llvm-cov")
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null())
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("cargo llvm-cov {}: {status}", arguments.join(" "))) }
}

fn read(folder: &Path) -> Result<(String, Value), String> {
    let report = |form: &str, name: &str| {
        let path = folder.join(name);
        llvm_cov(&["report", form, "--output-path", &path.to_string_lossy()])?;
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let lcov = report("--lcov", "coverage.lcov")?;
    let json =
        serde_json::from_str(&report("--json", "coverage.json")?).map_err(|error| error.to_string())?;
    Ok((lcov, json))
}

/// The room a file of the core belongs to; a file right below `core/src` is one of its own.
fn room(path: &str) -> Option<&str> {
    let inner = path.strip_prefix("core/src/")?;
    Some(inner.split_once('/').map_or(inner, |(room, _)| room))
}

/// The files of a folder that hold functions, by their paths from the project's folder.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if let Some((inner, _)) = ours(&path.to_string_lossy(), &root())
            && std::fs::read_to_string(&path).is_ok_and(|text| text.contains("fn "))
        {
            files.push(inner);
        }
    }
    files
}

fn conclude(lines: &lines::Files, regions: &BTreeMap<String, Share>, wanted: &[String]) -> Part {
    let mut rooms: BTreeMap<&str, [Share; 2]> = BTreeMap::new();
    for (path, counts) in lines {
        let Some(room) = room(path) else { continue };
        let [lines, of_regions] = rooms.entry(room).or_default();
        for count in counts.values() {
            lines.count(*count > 0);
        }
        let region = regions.get(path).copied().unwrap_or_default();
        of_regions.executed += region.executed;
        of_regions.all += region.all;
    }
    let never = |path: &str| lines.get(path).into_iter().flatten().filter(|(_, count)| **count == 0);
    let left_out: Vec<String> = lines
        .keys()
        .filter(|path| path.starts_with(WHOLE))
        .flat_map(|path| never(path).map(move |(line, _)| format!("{path}:{line}")))
        .collect();
    let elsewhere: BTreeMap<&String, Vec<u32>> = lines
        .keys()
        .map(|path| (path, never(path).map(|(line, _)| *line).collect::<Vec<_>>()))
        .filter(|(path, lines)| room(path).is_some() && !lines.is_empty())
        .collect();
    let mut summary: Vec<String> = rooms
        .iter()
        .map(|(room, [lines, regions])| format!("{room}: lines {}, regions {}", lines.text(), regions.text()))
        .collect();
    summary.extend(left_out.iter().map(|place| format!("never executed: {place}")));
    let per_room: serde_json::Map<String, Value> = rooms
        .iter()
        .map(|(room, [lines, regions])| {
            let share = |share: &Share| json!({ "executed": share.executed, "all": share.all });
            ((*room).to_owned(), json!({ "lines": share(lines), "regions": share(regions) }))
        })
        .collect();
    let figures =
        json!({ "rooms": per_room, "validation_never_executed": left_out, "never_executed": elsewhere });
    let unmeasured: Vec<&str> =
        wanted.iter().filter(|path| !lines.contains_key(*path)).map(String::as_str).collect();
    let outcome = if !unmeasured.is_empty() || !lines.keys().any(|path| path.starts_with(WHOLE)) {
        Outcome::Failed(format!("nothing was measured of {WHOLE}: {}", unmeasured.join(", ")))
    } else if left_out.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("{} lines of {WHOLE} are never executed by a test", left_out.len()))
    };
    Part { outcome, figures, summary }
}

/// The line at which the tests inside a file begin; past its end where there are none.
fn tests_begin(text: &str) -> u32 {
    let lines: Vec<&str> = text.lines().collect();
    let begins = |at: usize| {
        let after = lines.iter().skip(at + 1).find(|line| !line.starts_with("#["));
        lines.get(at).is_some_and(|line| line.starts_with("#[cfg(test)]"))
            && after.is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
    };
    let at = (0..lines.len()).find(|at| begins(*at)).unwrap_or(lines.len());
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

/// A file's path from the project's folder, and where its tests begin; `None` for what is only tests or not ours.
fn ours(path: &str, root: &Path) -> Option<(String, u32)> {
    let inner = Path::new(path).strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/");
    let is_test = ["_tests.rs", "/tests.rs", "/testing.rs"].iter().any(|end| inner.ends_with(end));
    if is_test || !inner.starts_with("core/src/") {
        return None;
    }
    let text = std::fs::read_to_string(path).ok()?;
    Some((inner, tests_begin(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_validation_that_no_test_executes_fails_the_part() {
        let file = |path: &str, counts: &[(u32, u64)]| (path.to_owned(), counts.iter().copied().collect());
        let whole = file("core/src/validation/chain.rs", &[(1, 3), (2, 1)]);
        let elsewhere = file("core/src/wire/cid.rs", &[(7, 0)]);
        let wanted = ["core/src/validation/chain.rs".to_owned()];
        let part = conclude(&[whole.clone(), elsewhere].into(), &BTreeMap::new(), &wanted);
        assert!(matches!(part.outcome, Outcome::Passed));
        let holed = file("core/src/validation/trace.rs", &[(4, 1), (5, 0)]);
        let part = conclude(&[whole, holed.clone()].into(), &BTreeMap::new(), &wanted);
        assert!(matches!(part.outcome, Outcome::Failed(_)));
        assert!(part.summary.contains(&"never executed: core/src/validation/trace.rs:5".to_owned()));
        let unmeasured = conclude(&[holed].into(), &BTreeMap::new(), &wanted);
        assert!(matches!(unmeasured.outcome, Outcome::Failed(why) if why.contains("chain.rs")));
        let nothing = conclude(&lines::Files::new(), &BTreeMap::new(), &[]);
        assert!(matches!(nothing.outcome, Outcome::Failed(_)));
    }

    #[test]
    fn tests_in_a_file_are_told_from_its_code() {
        assert_eq!(tests_begin("fn a() {}\n"), 2);
        assert_eq!(tests_begin("fn a() {}\n\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n}\n"), 3);
        assert_eq!(tests_begin("#[cfg(test)]\n#[path = \"x.rs\"]\nmod tests;\nfn a() {}\n"), 5);
    }

    #[test]
    fn a_share_is_never_rounded_up() {
        assert_eq!(Share { executed: 99_999, all: 100_000 }.text(), "99.99 % of 100000");
        assert_eq!(Share { executed: 3, all: 3 }.text(), "100.00 % of 3");
        assert_eq!(Share::default().text(), "100.00 % of 0");
    }
}
