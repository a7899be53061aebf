//! Writes `tests/vectors` from their fixed seeds, or with `--check` says whether they would come out
//! differently.

use std::process::ExitCode;

use allod_tests::vectors;

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let folder = vectors::folder();
    let mut differ = 0;
    let mut count = 0;
    let mut denied = 0;
    for (name, cases) in vectors::all() {
        count += cases.len();
        denied += cases.iter().filter(|case| matches!(case.expect, vectors::Expect::Deny { .. })).count();
        let path = folder.join(format!("{name}.json"));
        let text = vectors::render(name, &cases);
        if std::fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        differ += 1;
        if check {
            eprintln!("{} would come out differently", path.display());
        } else if let Err(error) = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, text))
        {
            eprintln!("{}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    println!("{count} vectors, {denied} of them denials; {differ} files differ");
    if check && differ > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
