//! `cargo xtask wasm`: the npm package `allod`, built in `target/npm`, and its tests.

mod codes;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use self::tools::NODE;
use crate::steps::{Steps, cargo, program, root, succeeds};

/// What the module is compiled for.
const TARGET: &str = "wasm32-unknown-unknown";

/// Of the package: what it is built with, and what it is made of.
const PACKAGE: &str = "wasm/js";

/// The modules that are built: the profile, and where `allod-bindgen` writes what `build.mjs` reads.
const SMALL: (&str, &str) = ("wasm", "target/npm/bindgen");
const FAST: (&str, &str) = ("wasm-fast", "target/npm/bindgen-fast");
const LITE: (&str, &str) = ("wasm", "target/npm/bindgen-lite");

/// Where the programs that its tests run are put.
const OWN_PROGRAMS: &str = "target/npm/programs";

/// `cargo xtask wasm`.
pub(crate) fn run(tested: bool) -> ExitCode {
    let mut steps = Steps::new();
    match tools::find() {
        Ok(()) => {
            steps.call("wasm package", build);
            if tested {
                programs(&mut steps);
                tests(&mut steps);
            }
        }
        Err(why) => steps.fail("wasm package", &why),
    }
    steps.finish()
}

/// What `cargo xtask test` builds of it; its tests are run once the [`programs`] are there as well.
pub(crate) fn package(steps: &mut Steps) {
    match tools::find() {
        Ok(()) => steps.call("wasm package", || codes::check().and_then(|()| build())),
        Err(why) => steps.skip("wasm package", &why),
    }
}

/// What `cargo xtask test` runs of it.
pub(crate) fn package_tests(steps: &mut Steps) {
    match tools::find() {
        Ok(()) => tests(steps),
        Err(why) => {
            for name in ["wasm tests in Node", "wasm tests in Node, small module", "wasm tests in Chromium"] {
                steps.skip(name, &why);
            }
        }
    }
}

/// `cargo xtask demo`: builds, and serves until it is interrupted.
pub(crate) fn demo(port: &str) -> ExitCode {
    if port.parse::<u16>().is_err() {
        eprintln!("--port: a number up to 65535 is expected, and not {port}");
        return ExitCode::from(2);
    }
    ended(tools::find().and_then(|()| build()).and_then(|()| {
        say("serving, until Ctrl-C");
        run_in(&root().join(PACKAGE), NODE, &["demo.mjs", port])
    }))
}

/// `cargo xtask bench wasm`: decisions in Node beside the same ones natively.
pub(crate) fn bench() -> ExitCode {
    let speed = || run_in(&root().join(PACKAGE), NODE, &["test/speed.mjs"]);
    ended(tools::find().and_then(|()| build()).and_then(|()| speed()))
}

/// Builds the package, for whoever measures it.
pub(crate) fn built() -> Result<(), String> {
    tools::find().and_then(|()| build())
}

fn ended(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let root = root();
    let version = same_bindgen(&root)?;
    if !succeeds("rustup", &["target", "add", TARGET]) && !target_there() {
        return Err(format!("the target {TARGET} is not there, and rustup could not add it"));
    }
    codes::write()?;
    // The second of those that are built alike finds what both stand on.
    for (module, compile) in [(LITE, lite as fn(&Path) -> _), (SMALL, small), (FAST, fast)] {
        compile(&root)?;
        bound(&root, module, &version)?;
    }
    tools::install(&root.join(PACKAGE))?;
    run_in(&root.join(PACKAGE), NODE, &["build.mjs"])
}

/// Compiles the module together with a standard library that is built for size as well: the one that comes with the
/// compiler is built for speed, and takes a fifth of what is downloaded. That part of cargo is not stable, so that the
/// stable compiler has to be told to take it.
fn small(root: &Path) -> Result<(), String> {
    say("cargo build, with the standard library");
    compile_small(root, &[])
}

/// The same without what `allod/lite` does not have.
fn lite(root: &Path) -> Result<(), String> {
    say("cargo build, for `allod/lite`");
    compile_small(root, &["--no-default-features"])
}

fn compile_small(root: &Path, more: &[&str]) -> Result<(), String> {
    if !succeeds("rustup", &["component", "add", "rust-src"]) && !library().is_dir() {
        return Err("the component rust-src is not there, and rustup could not add it".into());
    }
    let flags = flags(&[
        "-Zunstable-options",
        // A panic ends it at once: its message would reach nobody.
        "-Cpanic=immediate-abort",
        "-Zlocation-detail=none",
        "-Zfmt-debug=shallow",
        "-Cllvm-args=-inline-threshold=0",
    ]);
    let small = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
    compile(root, SMALL.0, &[&small[..], &["--config", &flags], more].concat(), &[("RUSTC_BOOTSTRAP", "1")])
}

/// Compiles the same for those who do not download it for each page.
fn fast(root: &Path) -> Result<(), String> {
    say("cargo build, for speed");
    compile(root, FAST.0, &["--features", "tables", "--config", &flags(&[])], &[])
}

fn compile(root: &Path, profile: &str, more: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    let module =
        ["build", "--quiet", "--locked", "-p", "allod-wasm", "--profile", profile, "--target", TARGET];
    let mut command = Command::new(cargo());
    command.args([&module[..], more].concat()).envs(environment.iter().copied()).current_dir(root);
    // They would stand in the place of the flags that are given here.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    ended_well(&mut command)
}

/// Runs wasm-bindgen over it.
fn bound(root: &Path, (profile, folder): (&str, &str), version: &str) -> Result<(), String> {
    say(&format!("wasm-bindgen {version}"));
    let built = format!("target/{TARGET}/{profile}/allod_wasm.wasm");
    let manifest = ["--manifest-path", "wasm/bindgen/Cargo.toml", "--target-dir", "target/apart"];
    let bindgen = [&["run", "--quiet", "--locked"][..], &manifest, &["--", &built, folder]].concat();
    run_in(root, &cargo(), &bindgen)
}

/// The programs of the workspace that the tests in Node run, where no other step puts its own in their place.
const PROGRAMS: [(&str, &str); 2] =
    [("allod", "ALLOD_BIN_ALLOD"), ("differential", "ALLOD_BIN_DIFFERENTIAL")];

/// Has them ready: as the tests of the workspace have built them, for of their packages alone all below would be built again.
pub(crate) fn programs(steps: &mut Steps) {
    let built = ["test", "--quiet", "--locked", "--workspace", "--no-run"];
    steps.cargo("programs for the wasm tests in Node", &built, &[]);
    let to = root().join(OWN_PROGRAMS);
    let copied = std::fs::create_dir_all(&to).and_then(|()| {
        PROGRAMS.iter().try_for_each(|(name, _)| {
            let built = program("debug", name);
            std::fs::copy(&built, to.join(built.file_name().unwrap_or_default())).map(drop)
        })
    });
    if let Err(error) = copied {
        steps.fail("programs for the wasm tests in Node", &error.to_string());
    }
}

fn tests(steps: &mut Steps) {
    let all = [test_files("test"), test_files("test/lite")].concat();
    node_tests(steps, "wasm tests in Node", &all, &[]);
    // Node has the fast module; these are about what a module does whatever runs it.
    let small = ["hostile", "memory", "shared", "signer", "vectors", "small/which"];
    let small = small.map(|name| format!("{PACKAGE}/test/{name}.test.mjs"));
    let preload = format!("--import={}", root().join(PACKAGE).join("test/small/preload.mjs").display());
    let environment = [("NODE_OPTIONS", &*preload), ("ALLOD_CYCLES", "20000")];
    node_tests(steps, "wasm tests in Node, small module", &small, &environment);
    let name = "wasm tests in Chromium";
    match tools::chromium() {
        Ok(chromium) => {
            node_tests(steps, name, &test_files("test/browser"), &[("CHROMIUM", chromium.as_str())]);
        }
        Err(why) => steps.skip(name, &why),
    }
}

fn node_tests(steps: &mut Steps, name: &str, files: &[String], environment: &[(&str, &str)]) {
    let programs = PROGRAMS.map(|(program, variable)| {
        let program = format!("{program}{}", std::env::consts::EXE_SUFFIX);
        (variable, root().join(OWN_PROGRAMS).join(program).display().to_string())
    });
    let programs = programs.iter().map(|(variable, program)| (*variable, program.as_str()));
    let environment: Vec<_> = environment.iter().copied().chain(programs).collect();
    if files.is_empty() {
        steps.fail(name, "there are none");
        return;
    }
    let files = files.iter().map(String::as_str);
    // In a browser things are waited for: one file at a time has the machine for itself.
    let at_once = environment.iter().all(|(name, _)| *name != "CHROMIUM").then(tools::at_once).flatten();
    let options = ["--test", "--test-reporter=spec"].into_iter().chain(at_once);
    let arguments: Vec<&str> = options.chain(files).collect();
    steps.command(name, NODE, &arguments, &environment);
}

/// The tests in a folder of the package, by name: Node 20 knows no patterns.
fn test_files(folder: &str) -> Vec<String> {
    let folder = Path::new(PACKAGE).join(folder);
    let entries = std::fs::read_dir(root().join(&folder)).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut files: Vec<String> = names
        .filter(|name| name.ends_with(".test.mjs"))
        .map(|name| folder.join(name).to_string_lossy().into_owned())
        .collect();
    files.sort();
    files
}

/// The version of wasm-bindgen, if the two lock files agree on it: code and tool have to be of one version.
fn same_bindgen(root: &Path) -> Result<String, String> {
    let ours = locked(&root.join("Cargo.lock"), "wasm-bindgen")?;
    let tool = locked(&root.join("wasm/bindgen/Cargo.lock"), "wasm-bindgen-cli-support")?;
    if ours == tool {
        return Ok(ours);
    }
    Err(format!(
        "Cargo.lock has wasm-bindgen {ours}, and wasm/bindgen/Cargo.lock has wasm-bindgen-cli-support {tool}: \
         write ={ours} into wasm/bindgen/Cargo.toml and run `cargo update` in wasm/bindgen"
    ))
}

/// The version of a package in a lock file.
fn locked(file: &Path, name: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut lines = text.lines();
    lines
        .find(|line| *line == format!("name = \"{name}\""))
        .and_then(|_| lines.next()?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned))
        .ok_or_else(|| format!("{} has no {name}", file.display()))
}

/// What the compiler is told, and what keeps the folders of whoever builds out of what is shipped.
fn flags(more: &[&str]) -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default();
    let crates = format!("--remap-path-prefix={}=crates", home.join("registry/src").display());
    let rust = format!("--remap-path-prefix={}=rust", library().display());
    let all = more.iter().copied().chain([&*crates, &*rust]).map(|flag| format!("'{flag}'"));
    format!("target.{TARGET}.rustflags = [{}]", all.collect::<Vec<_>>().join(", "))
}

/// Where the sources of the standard library are installed.
fn library() -> PathBuf {
    let sysroot = rustc(&["--print", "sysroot"]).unwrap_or_default();
    Path::new(&sysroot).join("lib/rustlib/src/rust")
}

/// Where there is no rustup, the compiler may still have the target.
fn target_there() -> bool {
    rustc(&["--print", "target-libdir", "--target", TARGET]).is_some_and(|folder| Path::new(&folder).is_dir())
}

/// What the compiler answers, on one line.
fn rustc(question: &[&str]) -> Option<String> {
    let output = Command::new("rustc").args(question).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn run_in(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    ended_well(Command::new(program).args(arguments).current_dir(folder))
}

fn ended_well(command: &mut Command) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}")) }
}

/// What is being done now.
fn say(what: &str) {
    println!("   {what}");
}
