//! Programs in the documentation: they compile without a warning, and those that are whole run.

use super::{C, CPP, Compiler, Library, compile_files, run};
use crate::steps::{Steps, root};

const TEXTS: [&str; 2] = ["ffi/README.md", "ffi/docs/c.md"];

pub(super) fn test(steps: &mut Steps, compiler: &Compiler) {
    steps.call("C and C++: programs of the documentation", || {
        let mut whole = 0;
        for text in TEXTS {
            let markdown =
                std::fs::read_to_string(root().join(text)).map_err(|error| format!("{text}: {error}"))?;
            for (at, (language, code)) in blocks(&markdown).into_iter().enumerate() {
                let number = format!("{}-{at}", text.replace('/', "-"));
                let source = compiler.folder.join(format!("{number}.{language}"));
                std::fs::write(&source, &code).map_err(|error| error.to_string())?;
                let program = compiler.folder.join(number);
                let flags: &[&str] = if language == "c" { &C } else { &CPP };
                let is_whole = code.contains("int main(");
                let flags = if is_whole { flags.to_vec() } else { [flags, &["-c"]].concat() };
                compile_files(
                    compiler.of(language),
                    &compiler.folder,
                    &program,
                    &[source],
                    &flags,
                    Library::Shared,
                )
                .map_err(|error| format!("{text}, block {at}: {error}"))?;
                if is_whole {
                    run(&program.display().to_string(), &[], &[])?;
                    whole += 1;
                }
            }
        }
        if whole >= 3 { Ok(()) } else { Err(format!("only {whole} whole programs were found")) }
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
