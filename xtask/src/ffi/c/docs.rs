//! Programs in the documentation: they compile without a warning, and those that are whole run.

use std::path::Path;

use super::{C, CPP, Compiler, Library, compile_files, new_folder, run_in};
use crate::steps::{Steps, root};

const TEXTS: [&str; 2] = ["ffi/README.md", "ffi/docs/c.md"];
/// What a block that is not whole defines, and the file that calls it.
const CALLED: (&str, &str) = ("\nAnswer answer(", "ffi/tests/c/answer.cpp");

pub(super) fn test(steps: &mut Steps, compiler: &Compiler) {
    steps.call("C and C++: programs of the documentation", || {
        let (mut whole, mut called) = (0, false);
        for text in TEXTS {
            let markdown =
                std::fs::read_to_string(root().join(text)).map_err(|error| format!("{text}: {error}"))?;
            for (at, (language, code)) in blocks(&markdown).into_iter().enumerate() {
                // What is copied from here goes into services.
                if ["revoked\": []", "revoked\\\": []"].into_iter().any(|none| code.contains(none)) {
                    return Err(format!("{text}, block {at}: it decides without a look at revocations"));
                }
                let number = format!("{}-{at}", text.replace('/', "-"));
                let source = compiler.folder.join(format!("{number}.{language}"));
                std::fs::write(&source, &code).map_err(|error| error.to_string())?;
                let program = compiler.folder.join(number);
                let flags: &[&str] = if language == "c" { &C } else { &CPP };
                let mut sources = vec![source];
                if code.contains(CALLED.0) {
                    sources.push(root().join(CALLED.1));
                    called = true;
                }
                let is_whole = code.contains("int main(") || sources.len() > 1;
                let flags = if is_whole { flags.to_vec() } else { [flags, &["-c"]].concat() };
                compile_files(
                    compiler.of(language),
                    &compiler.folder,
                    &program,
                    &sources,
                    &flags,
                    Library::Shared,
                )
                .map_err(|error| format!("{text}, block {at}: {error}"))?;
                if is_whole {
                    // Where the files that they make are in nobody's way.
                    let place = new_folder(&compiler.folder)?;
                    run_in(Path::new(&place), &program.display().to_string(), &[], &[])
                        .map_err(|error| format!("{text}, block {at}: {error}"))?;
                    whole += 1;
                }
            }
        }
        match (whole, called) {
            (4.., true) => Ok(()),
            (_, false) => Err(format!("nothing defines what {} calls", CALLED.1)),
            _ => Err(format!("only {whole} whole programs were found")),
        }
    });
}

/// Blocks of code in C and C++, with their language.
fn blocks(markdown: &str) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    let mut is_inside = false;
    for line in markdown.lines() {
        match line {
            "```c" | "```cpp" => {
                is_inside = true;
                found.push((if line == "```c" { "c" } else { "cpp" }, String::new()));
            }
            "```" => is_inside = false,
            _ => {
                if let Some((_, code)) = found.last_mut().filter(|_| is_inside) {
                    code.push_str(line);
                    code.push('\n');
                }
            }
        }
    }
    found
}
