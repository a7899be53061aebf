//! Tests of the C ABI in C and C++: built with as many warnings as there are, run by themselves, with sanitizers, and under
//! valgrind.

mod docs;
mod driver;
mod exports;
mod install;
mod shared;
mod vectors;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) use install::describe;

use super::{installed, library};
use crate::steps::{Steps, root, succeeds};

const SOURCES: [&str; 10] = [
    "main.c",
    "check.c",
    "world.c",
    "walk.c",
    "handles.c",
    "ecdsa.c",
    "signers.c",
    "handlers.c",
    "flow.c",
    "threads.c",
];
const PARTS: [&str; 6] = ["walk", "handles", "signers", "handlers", "flow", "threads"];
const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Werror", "-pedantic"];
const C: [&str; 4] = ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-pthread", "-g"];
/// Users may have more warnings than these; a header must not add to theirs.
const CPP: [&str; 5] = ["-std=c++17", "-Wshadow", "-Wconversion", "-pthread", "-g"];
const SANITIZED: [&str; 3] =
    ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

/// Compilers, and a folder for what they make.
struct Compiler {
    c: &'static str,
    cpp: &'static str,
    folder: PathBuf,
}

impl Compiler {
    fn of(&self, language: &str) -> &'static str {
        if language == "c" { self.c } else { self.cpp }
    }
}

pub(crate) fn test(steps: &mut Steps) {
    remove_abandoned(&root().join("target/ffi-c"));
    // Of its own: another run may be under way.
    let folder = root().join(format!("target/ffi-c/{}", std::process::id()));
    all(steps, folder.clone());
    let _is_only_clutter = std::fs::remove_dir_all(folder);
}

fn all(steps: &mut Steps, folder: PathBuf) {
    let mut is_ready = false;
    steps.call("C: table of exports, and all of them in allod.hpp", || {
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let header = exports::header()?;
        std::fs::write(folder.join("exports.h"), exports::table(&header)?)
            .map_err(|error| error.to_string())?;
        exports::wrapped(&header)?;
        is_ready = true;
        Ok(())
    });
    if !is_ready {
        return;
    }
    if !succeeds("gcc", &["--version"]) && !installed(&["gcc", "libc6-dev"]) {
        return steps.skip("C", "gcc is not installed");
    }
    let gcc = Compiler { c: "gcc", cpp: "g++", folder };
    in_c(steps, &gcc);
    in_cpp(steps, &gcc);
    with_vectors(steps, &gcc);
    under_valgrind(steps, &gcc);
    with_clang(steps, &gcc.folder);
    if !succeeds(gcc.cpp, &["--version"]) {
        return steps.skip(
            "C: programs that find the library, and those of the documentation",
            "g++ is not installed",
        );
    }
    install::test(steps, &gcc);
    docs::test(steps, &gcc);
}

fn in_c(steps: &mut Steps, compiler: &Compiler) {
    let (plain, sanitized) = (compiler.folder.join("tests"), compiler.folder.join("tests-sanitized"));
    let mut built = false;
    steps.call("C: compiles without a warning", || {
        compile(
            compiler.c,
            &compiler.folder,
            &plain,
            &SOURCES,
            &[&C[..], &["-O1"]].concat(),
            Library::Shared,
        )?;
        let driver = compiler.folder.join("vectors");
        compile(compiler.c, &compiler.folder, &driver, &["vectors.c"], &C, Library::Shared)?;
        let (old, flags) = (compiler.folder.join("old.o"), ["-std=c99", "-c"]);
        compile(compiler.c, &compiler.folder, &old, &["program/program.c"], &flags, Library::Shared)?;
        built = true;
        Ok(())
    });
    for part in PARTS {
        if built {
            steps.call(&format!("C: {part}"), || run_parts(&plain, &compiler.folder, "fully", &[part], &[]));
        }
    }
    // The archive, so that this is linked as well.
    steps.call("C: all of it, with AddressSanitizer and UndefinedBehaviorSanitizer", || {
        let flags = [&C[..], &SANITIZED].concat();
        compile(compiler.c, &compiler.folder, &sanitized, &SOURCES, &flags, Library::Static)?;
        run_parts(&sanitized, &compiler.folder, "fully", &PARTS, &[])
    });
}

fn in_cpp(steps: &mut Steps, compiler: &Compiler) {
    const NAME: &str = "C++: compiles without a warning, and works";
    if !succeeds(compiler.cpp, &["--version"]) && !installed(&["g++"]) {
        return steps.skip(NAME, "g++ is not installed");
    }
    let (plain, sanitized) = (compiler.folder.join("wrapper"), compiler.folder.join("wrapper-sanitized"));
    let mut built = false;
    steps.call(NAME, || {
        compile(compiler.cpp, &compiler.folder, &plain, &["wrapper.cpp"], &CPP, Library::Shared)?;
        let (newer, flags) =
            (compiler.folder.join("newer.o"), ["-std=c++20", "-Wshadow", "-Wconversion", "-c"]);
        compile(compiler.cpp, &compiler.folder, &newer, &["wrapper.cpp"], &flags, Library::Shared)?;
        built = true;
        run(&plain.display().to_string(), &[new_folder(&compiler.folder)?], &[])
    });
    if built {
        steps.call("C++: the test calls every export", || exports::reached(&plain));
    }
    steps.call("C++: with AddressSanitizer and UndefinedBehaviorSanitizer", || {
        let flags = [&CPP[..], &SANITIZED].concat();
        compile(compiler.cpp, &compiler.folder, &sanitized, &["wrapper.cpp"], &flags, Library::Static)?;
        run(&sanitized.display().to_string(), &[new_folder(&compiler.folder)?], &[])
    });
}

fn with_vectors(steps: &mut Steps, compiler: &Compiler) {
    let driver = compiler.folder.join("vectors").display().to_string();
    steps.call("C: vectors", || vectors::decide_all(&[&driver], 1));
    match shared::folder() {
        Some(folder) => steps.call("C: vectors from elsewhere", || shared::check_all(&[&driver], &folder)),
        None => steps.skip("C: vectors from elsewhere", "../shared/vectors is not there"),
    }
}

fn under_valgrind(steps: &mut Steps, compiler: &Compiler) {
    const NAME: &str = "C and C++: under valgrind";
    if !succeeds("valgrind", &["--version"]) && !installed(&["valgrind"]) {
        return steps.skip(NAME, "valgrind is not installed");
    }
    let suppressed = format!("--suppressions={}", root().join("ffi/tests/c/valgrind.supp").display());
    let valgrind = ["valgrind", "--quiet", "--leak-check=full", "--error-exitcode=9", &suppressed];
    let (tests, wrapper) = (compiler.folder.join("tests"), compiler.folder.join("wrapper"));
    steps.call(NAME, || {
        let parts = |parts: &[&str]| run_parts(&tests, &compiler.folder, "briefly", parts, &valgrind);
        let (walk, rest) = PARTS.split_at(1);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| parts(rest));
            parts(walk)?;
            if wrapper.is_file() {
                let program = [wrapper.display().to_string(), new_folder(&compiler.folder)?];
                let arguments = valgrind[1..].iter().map(|&part| part.to_owned()).chain(program);
                run(valgrind[0], &arguments.collect::<Vec<_>>(), &[])?;
            }
            let driver = compiler.folder.join("vectors").display().to_string();
            vectors::decide_all(&[&valgrind[..], &[&driver]].concat(), 40)?;
            other.join().map_err(|_| "the other half panicked")?
        })
    });
}

fn with_clang(steps: &mut Steps, folder: &Path) {
    const NAME: &str = "C and C++: with clang";
    if !succeeds("clang", &["--version"]) || !succeeds("clang++", &["--version"]) {
        return steps.skip(NAME, "clang is not installed");
    }
    steps.call(NAME, || {
        let (tests, wrapper) = (folder.join("tests-clang"), folder.join("wrapper-clang"));
        compile("clang", folder, &tests, &SOURCES, &C, Library::Shared)?;
        run_parts(&tests, folder, "briefly", &PARTS, &[])?;
        compile("clang++", folder, &wrapper, &["wrapper.cpp"], &CPP, Library::Shared)?;
        run(&wrapper.display().to_string(), &[new_folder(folder)?], &[])
    });
}

#[derive(Clone, Copy)]
enum Library {
    Shared,
    Static,
}

fn compile(
    compiler: &str,
    folder: &Path,
    program: &Path,
    sources: &[&str],
    flags: &[&str],
    which: Library,
) -> Result<(), String> {
    let sources: Vec<_> = sources.iter().map(|source| root().join("ffi/tests/c").join(source)).collect();
    compile_files(compiler, folder, program, &sources, flags, which)
}

fn compile_files(
    compiler: &str,
    folder: &Path,
    program: &Path,
    sources: &[PathBuf],
    flags: &[&str],
    which: Library,
) -> Result<(), String> {
    let library = library().display().to_string();
    let mut arguments: Vec<String> = WARNINGS.iter().chain(flags).map(|&flag| flag.to_owned()).collect();
    arguments
        .extend([format!("-I{}", root().join("ffi/include").display()), format!("-I{}", folder.display())]);
    arguments.extend(sources.iter().map(|source| source.display().to_string()));
    arguments.extend(["-o".into(), program.display().to_string()]);
    // What is not linked needs no libraries, and clang says so.
    if !flags.contains(&"-c") {
        arguments.extend(match which {
            Library::Shared => {
                [format!("-L{library}"), "-lallod_ffi".into(), format!("-Wl,-rpath,{library}")]
            }
            Library::Static => [format!("{library}/liballod_ffi.a"), "-ldl".into(), "-lm".into()],
        });
    }
    run(compiler, &arguments, &[])
}

/// Runs parts of the tests in C, where files may be made.
fn run_parts(
    program: &Path,
    folder: &Path,
    extent: &str,
    parts: &[&str],
    before: &[&str],
) -> Result<(), String> {
    let mut command: Vec<String> = before.iter().map(|&part| part.to_owned()).collect();
    command.extend([program.display().to_string(), new_folder(folder)?, extent.into()]);
    command.extend(parts.iter().map(|&part| part.to_owned()));
    let (program, arguments) = command.split_first().ok_or("no program")?;
    run(program, arguments, &[])
}

/// Removes what runs left that were ended before they could.
fn remove_abandoned(folders: &Path) {
    for entry in std::fs::read_dir(folders).into_iter().flatten().filter_map(Result::ok) {
        let process = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        if process
            .is_some_and(|id| Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{id}")).exists())
        {
            let _is_only_clutter = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// An empty folder.
fn new_folder(folder: &Path) -> Result<String, String> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let made = folder.join(format!("files-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir_all(&made).map_err(|error| error.to_string())?;
    Ok(made.display().to_string())
}

/// Runs a command; what it says is shown where it fails.
fn run(program: &str, arguments: &[String], environment: &[(&str, &Path)]) -> Result<(), String> {
    run_in(&root(), program, arguments, environment)
}

/// The same in another folder than that of the repository.
fn run_in(
    folder: &Path,
    program: &str,
    arguments: &[String],
    environment: &[(&str, &Path)],
) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    println!("{}", String::from_utf8_lossy(&said));
    Err(format!("{program} {}: {}", arguments.first().map_or("", String::as_str), output.status))
}
