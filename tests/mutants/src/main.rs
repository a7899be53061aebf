//! All mutants of the core in one build, each asleep until it is called by its number.
//!
//! cargo-mutants builds the project again for each of its mutants, which is what most of its time goes into.
//! Here they are written into the sources side by side: `if switched::on(7) { a - b } else { a + b }`. One build
//! has them all, and the same tests are run once for each, with its number in `ALLOD_MUTANT`.
//!
//! `allod-mutants LIST FROM TO [ID ...]` reads what `cargo mutants --list --json` said of the tree `FROM`, and
//! writes the files that change into the tree `TO`. A mutant's id is its place in the list, from one. Those named
//! last are left out: they do not compile. What is printed says which mutants were placed, and which cannot be
//! written in this way.

mod list;
mod sites;
mod source;
mod switch;
#[cfg(test)]
mod tests;
mod written;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use self::list::Mutant;
use self::source::Source;

/// The crate's root, which holds the switch.
const ROOT: &str = "core/src/lib.rs";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [list, from, to, left_out @ ..] = arguments.as_slice() else {
        eprintln!("allod-mutants LIST FROM TO [ID ...]");
        return ExitCode::from(2);
    };
    match run(list, Path::new(from), Path::new(to), left_out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(list: &str, from: &Path, to: &Path, left_out: &[String]) -> Result<(), String> {
    let text = fs::read_to_string(list).map_err(|error| format!("{list}: {error}"))?;
    let left_out = left_out.iter().map(|id| id.parse().map_err(|_| format!("{id} is no id")));
    let left_out = left_out.collect::<Result<HashSet<usize>, _>>()?;
    let mut files: BTreeMap<String, Vec<Mutant>> = BTreeMap::from([(ROOT.to_owned(), Vec::new())]);
    for mutant in list::mutants(&text)? {
        files.entry(mutant.file.clone()).or_default().push(mutant);
    }
    let (mut placed, mut unplaced) = (Vec::<usize>::new(), Vec::<usize>::new());
    for (file, mutants) in files {
        let path = from.join(&file);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let source = Source::new(text);
        let found = sites::find(&source, mutants).map_err(|error| format!("{file}: {error}"))?;
        placed.extend(found.placed.iter().filter(|id| !left_out.contains(id)));
        unplaced.extend(found.unplaced);
        let mut text = written::write(&source, &found.sites, &left_out);
        if file == ROOT {
            text = switch::added(&text);
        }
        replace(&to.join(&file), &text)?;
    }
    println!("{}", serde_json::json!({ "placed": placed, "unplaced": unplaced }));
    Ok(())
}

/// Left alone where it is the same, so that cargo builds only what changed.
fn replace(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}
