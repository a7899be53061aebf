//! The project's own files, for the tests that hold them to its rules.

use std::fs;
use std::path::{Path, PathBuf};

/// The project's folder.
#[must_use]
pub fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// A file's text, by its path from the project's folder.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Rust files below a folder, with their paths from the project's folder, sorted. None where the
/// folder is absent.
#[must_use]
pub fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    walk(&root().join(folder), &mut files);
    let mut files: Vec<_> = files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).expect("below the root");
            let name = name.to_string_lossy().replace('\\', "/");
            let text = read(&name);
            (name, text)
        })
        .collect();
    files.sort();
    files
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.expect("a folder that can be read").path()) {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                walk(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The text without its comments, line by line. Comments are told by `//`, wherever that stands: a `//`
/// within a string ends the line too early, which hides code only from tests that look for words.
#[must_use]
pub fn without_comments(text: &str) -> String {
    let code = |line: &str| match line.find("//") {
        Some(at) => line[..at].to_owned(),
        None => line.to_owned(),
    };
    text.lines().map(code).collect::<Vec<_>>().join("\n")
}

/// What stands before the tests of a file: before the first module that is there for tests only and is
/// written out in the file.
#[must_use]
pub fn before_tests(text: &str) -> &str {
    let written_out = |after: &str| {
        let line = after.lines().skip(1).find(|line| !line.starts_with("#["));
        line.is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
    };
    text.match_indices("#[cfg(test)]")
        .find(|(at, _)| written_out(&text[*at..]))
        .map_or(text, |(at, _)| &text[..at])
}

/// The words of a text: runs of letters, digits and `_`.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Whether the text has a test of that name that is run: a `fn` right below its attributes, `#[test]`
/// among them and `#[ignore]` not.
#[must_use]
pub fn has_test(text: &str, name: &str) -> bool {
    above(text, name).is_some_and(|lines| {
        lines.contains(&"#[test]") && !lines.iter().any(|line| line.starts_with("#[ignore"))
    })
}

/// Whether such a test is run wherever the project is: not only where data from elsewhere was found.
#[must_use]
pub fn has_test_everywhere(text: &str, name: &str) -> bool {
    let asleep = |line: &&str| line.starts_with("#[cfg") && line.contains("ignore");
    has_test(text, name) && above(text, name).is_some_and(|lines| !lines.iter().any(asleep))
}

/// Whether the text has an item of that name whose documentation holds what does not compile.
#[must_use]
pub fn has_refusal(text: &str, name: &str) -> bool {
    above(text, name).is_some_and(|lines| lines.iter().any(|line| line.starts_with("/// ```compile_fail")))
}

/// The attributes and comments right above a function.
fn above<'a>(text: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let function = format!("fn {name}(");
    let at = lines.iter().position(|line| line.trim_start_matches("pub ").starts_with(&function))?;
    let belongs = |line: &&&str| line.starts_with("#[") || line.starts_with("//");
    Some(lines[..at].iter().rev().take_while(belongs).copied().collect())
}
