//! `cargo xtask test`: what has to hold before anything lands.

use std::process::ExitCode;
use std::time::Duration;

use crate::fuzz::{self, Plan};
use crate::steps::{Steps, cargo, output, program, root, said, succeeds};

/// How much of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What CI runs.
    Everything,
    /// What is worth running before every commit.
    Quick,
}

/// The targets that the core builds for, with its default features.
const TARGETS: [&str; 3] = ["wasm32-unknown-unknown", "aarch64-apple-ios", "aarch64-linux-android"];

/// The target without an operating system that it builds for without default features.
const BARE_TARGET: &str = "thumbv7em-none-eabihf";

/// The features of the core, each built alone as well. Tests of the workspace have all of these.
pub(crate) const FEATURES: [&str; 8] =
    ["std", "tables", "cache", "rayon", "gzip", "getrandom", "pem", "redb"];

/// The features that bring other implementations of signatures. What they answer is held against the pure ones, and they
/// are in no other test.
pub(crate) const NATIVE: [&str; 2] = ["graviola", "aws-lc-rs"];

/// As `rust-version` in `Cargo.toml` says.
const MSRV: &str = "1.90.0";

/// The crates that are workspaces of their own, for what they need no one else has to build.
const APART: [&str; 8] = [
    "benches",
    "benches/peers",
    "benches/peers-ucan",
    "ffi/header",
    "fuzz",
    "tests/mutants",
    "tests/timing",
    "wasm/bindgen",
];

/// How long each fuzz target is run, or how often, whichever comes first.
const FUZZ: Duration = Duration::from_secs(3);
const FUZZ_RUNS: u64 = 20_000;

pub(crate) fn run(extent: Extent) -> ExitCode {
    let mut steps = Steps::new();
    let tools = Tidy::find(&mut steps);
    if !root().join("../shared/vectors").is_dir() && std::env::var_os("ALLOD_VECTORS").is_none() {
        // Their tests say `ignored` in the run that follows.
        steps.skip("vectors from elsewhere", "../shared/vectors is not there");
    }
    match extent {
        Extent::Quick => {
            tidy(&mut steps, tools);
            workspace(&mut steps);
        }
        Extent::Everything => everything(&mut steps, tools),
    }
    steps.finish()
}

fn everything(steps: &mut Steps, tools: Tidy) {
    // What is built in the second row is for other targets and profiles; where both want one folder, cargo has one of them wait.
    steps.beside(
        |steps| {
            tidy(steps, tools);
            workspace(steps);
            mutants(steps);
            // Before others put programs with other features into their place.
            crate::wasm::programs(steps);
        },
        |steps| {
            fuzzers(steps);
            crate::wasm::package(steps);
            // One of before is not to stand for what is built now.
            let _absent = std::fs::remove_file(program("release", "differential"));
            steps.cargo("build in release", &[&HOSTILE[..], &["--no-run"]].concat(), &[]);
            targets(steps);
            oldest(steps);
        },
    );
    // With nothing beside it: it looks at the time.
    let hostile = [&HOSTILE[..], &["--", "--test-threads=1"]].concat();
    steps.cargo("hostile input, in release", &hostile, &[]);
    steps.beside(
        |steps| {
            crate::wasm::package_tests(steps);
            crate::ffi::all(steps);
        },
        |steps| {
            agreement(steps);
            features(steps);
            native(steps);
            documentation(steps);
        },
    );
}

/// The tests in release; the programs of that crate are built along with them.
const HOSTILE: [&str; 7] = ["test", "--release", "--locked", "-p", "allod-tests", "--test", "hostile"];

fn workspace(steps: &mut Steps) {
    steps.cargo("tests of the workspace", &["test", "--workspace", "--locked"], &[]);
}

fn mutants(steps: &mut Steps) {
    let manifest = ["--manifest-path", "tests/mutants/Cargo.toml", "--target-dir", "target/apart"];
    steps.cargo("tests of tests/mutants", &[&["test", "--locked"][..], &manifest].concat(), &[]);
}

pub(crate) fn vectors(check: bool) -> ExitCode {
    let mut steps = Steps::new();
    let mut arguments = vec!["run", "-q", "--locked", "-p", "allod-tests", "--bin", "vectors"];
    if check {
        arguments.extend(["--", "--check"]);
    }
    steps.cargo("vectors", &arguments, &[]);
    steps.finish()
}

/// The benches of stores: see `benches/benches/store.rs`.
pub(crate) fn bench_store() -> ExitCode {
    let mut steps = Steps::new();
    let manifest = ["--manifest-path", "benches/Cargo.toml", "--target-dir", "target/apart", "--locked"];
    // So that memory is that of the store, and not of the threads: see there.
    let arguments = [&["bench", "--bench", "store"][..], &manifest].concat();
    steps.cargo("bench of stores", &arguments, &[("MALLOC_ARENA_MAX", "1")]);
    steps.finish()
}

/// What the border to C costs: see `benches/benches/ffi.rs`.
pub(crate) fn bench_ffi() -> ExitCode {
    let mut steps = Steps::new();
    let manifest = ["--manifest-path", "benches/Cargo.toml", "--target-dir", "target/apart", "--locked"];
    steps.cargo("bench of the border to C", &[&["bench", "--bench", "ffi"][..], &manifest].concat(), &[]);
    steps.finish()
}

pub(crate) fn fuzz() -> ExitCode {
    let mut steps = Steps::new();
    fuzzers(&mut steps);
    steps.finish()
}

/// What of the tools that look at sources is there.
#[derive(Clone, Copy)]
struct Tidy {
    format: bool,
    lints: bool,
}

impl Tidy {
    /// Before anything runs beside it, which might install something as well.
    fn find(steps: &mut Steps) -> Self {
        Self { format: component(steps, "rustfmt", "fmt"), lints: component(steps, "clippy", "clippy") }
    }
}

fn tidy(steps: &mut Steps, there: Tidy) {
    if there.format {
        steps.cargo("format", &["fmt", "--all", "--check"], &[]);
        for apart in APART {
            let arguments = ["fmt", "--manifest-path", &format!("{apart}/Cargo.toml"), "--check"];
            steps.cargo(&format!("format of {apart}"), &arguments, &[]);
        }
    }
    if there.lints {
        let arguments =
            ["clippy", "--workspace", "--all-targets", "--all-features", "--locked", "--", "-D", "warnings"];
        steps.cargo("lints", &arguments, &[]);
        let lite =
            ["clippy", "-p", "allod-crossing", "-p", "allod-wasm", "--no-default-features", "--all-targets"];
        steps.cargo("lints of allod/lite", &[&lite[..], &["--locked", "--", "-D", "warnings"]].concat(), &[]);
        // The fuzz targets are three lines each, and need a compiler of C++.
        for apart in APART.into_iter().filter(|apart| *apart != "fuzz") {
            let manifest = format!("{apart}/Cargo.toml");
            let (target, all) = (["--target-dir", "target/apart"], ["--all-targets", "--locked"]);
            let arguments =
                [&["clippy", "--manifest-path", &manifest][..], &target, &all, &["--", "-D", "warnings"]];
            steps.cargo(&format!("lints of {apart}"), &arguments.concat(), &[]);
        }
    }
}

/// Tested with the fewest features and with all of them; built with each alone, as a feature that needs another without
/// saying so is found by.
fn features(steps: &mut Steps) {
    let core = ["--locked", "-p", "allod", "--lib", "--no-default-features"];
    steps.cargo("core without features", &[&["test"][..], &core].concat(), &[]);
    let lite = ["test", "--locked", "-p", "allod-crossing", "--no-default-features"];
    steps.cargo("what `allod/lite` has no part for", &lite, &[]);
    for feature in FEATURES {
        let arguments = [&["check"][..], &core, &["--features", feature]].concat();
        steps.cargo(&format!("core with only {feature}"), &arguments, &[]);
    }
}

/// What is about signatures, with each of the other implementations.
fn native(steps: &mut Steps) {
    // The one that comes with the crate, and not one of the system.
    let own = [("AWS_LC_SYS_USE_SYSTEM", "0")];
    for feature in NATIVE {
        let name = format!("signatures by {feature}");
        let with = ["-p", "allod-tests", "--features", &format!("allod/{feature}")];
        let chosen = ["--lib", "--test", "all", "--test", "wiped", "--test", "dropped"];
        let test = [&["test", "--locked", "-p", "allod"][..], &with, &chosen].concat();
        // The program that says who verifies is built along; one of before says nothing.
        let program = program("debug", "verified_by");
        let _absent = std::fs::remove_file(&program);
        let who = said(&[&test[..], &["--quiet", "--no-run"]].concat(), &own)
            .and_then(|_| output(&program.display().to_string(), &[], &[]));
        match who {
            Ok(by) if by.trim() == feature => {}
            Ok(_) => {
                steps.skip(&name, "it cannot be used on this processor");
                continue;
            }
            Err(why) => {
                steps.fail(&name, &why);
                continue;
            }
        }
        let named = [
            "identity::",
            "cctv::",
            "wycheproof",
            "vectors::",
            "differential::",
            "given_back",
            "where_a_secret",
        ];
        steps.cargo(&name, &[&test[..], &["--"], &named].concat(), &own);
    }
    // Where they cannot be, the features are there and do nothing.
    let both = ["check", "--locked", "-p", "allod", "--features", "graviola,aws-lc-rs", "--target"];
    let (name, wasm) = ("core for browsers, asked for other implementations", "wasm32-unknown-unknown");
    if target_installed(steps, name, wasm) {
        steps.cargo(name, &[&both[..], &[wasm]].concat(), &[]);
    }
    let (name, target) = ("core with graviola, for aarch64", "aarch64-linux-android");
    if target_installed(steps, name, target) {
        let only = ["check", "--locked", "-p", "allod", "--features", "graviola", "--target", target];
        steps.cargo(name, &only, &[]);
    }
}

/// The program is there since the tests in release were built.
fn agreement(steps: &mut Steps) {
    let program = program("release", "differential").display().to_string();
    let options = ["--cases", "100000", "--found", "target/found"];
    steps.command("validator and model agree on 100,000 worlds", &program, &options, &[]);
}

fn documentation(steps: &mut Steps) {
    steps.cargo(
        "documentation",
        &["doc", "--workspace", "--all-features", "--no-deps", "--locked"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    );
}

/// Long enough to see that each of them works; `prove` is for finding things.
fn fuzzers(steps: &mut Steps) {
    let name = format!("fuzz targets, {} s each", FUZZ.as_secs());
    if let Err(why) = fuzz::tools() {
        steps.skip(&name, &why);
        return;
    }
    steps.call(&name, || {
        let fuzzers = fuzz::build()?;
        let folder = root().join("target/fuzz/quick");
        // From the same beginning each time; where there is nothing yet, nothing is removed.
        let _absent = std::fs::remove_dir_all(&folder);
        let plan = Plan { folder, time: FUZZ, runs: Some(FUZZ_RUNS), seed: 1 };
        fuzz::broken(&fuzzers.run(&plan)).map_or(Ok(()), Err)
    });
}

fn targets(steps: &mut Steps) {
    for target in TARGETS {
        let name = format!("core for {target}");
        // Machine code for browsers is in the package for npm, and for one kind of arm it is made here.
        let how = if target == "aarch64-linux-android" { "build" } else { "check" };
        if target_installed(steps, &name, target) {
            steps.cargo(&name, &[how, "--locked", "-p", "allod", "--target", target], &[]);
        }
    }
    let name = format!("core without operating system, for {BARE_TARGET}");
    if target_installed(steps, &name, BARE_TARGET) {
        let bare = ["build", "--locked", "-p", "allod", "--target", BARE_TARGET, "--no-default-features"];
        steps.cargo(&name, &bare, &[]);
    }
}

/// Builds with the oldest compiler promised, in a folder of its own so that the two do not undo each
/// other's work.
fn oldest(steps: &mut Steps) {
    let name = format!("core and CLI with Rust {MSRV}");
    if !succeeds("rustup", &["run", MSRV, "rustc", "--version"])
        && !succeeds("rustup", &["toolchain", "install", MSRV, "--profile", "minimal"])
    {
        steps.skip(&name, "that toolchain is not there, and rustup could not install it");
        return;
    }
    let arguments = [
        "run",
        MSRV,
        "cargo",
        "check",
        "--locked",
        "-p",
        "allod",
        "-p",
        "allod-cli",
        "--features",
        "allod/graviola",
        "--target-dir",
        "target/msrv",
    ];
    // The cargo that runs this task hands its own toolchain down to its children.
    steps.command(&name, "rustup", &arguments, &[("RUSTUP_TOOLCHAIN", MSRV), ("RUSTC", "rustc")]);
}

fn component(steps: &mut Steps, component: &str, command: &str) -> bool {
    let there =
        succeeds(&cargo(), &[command, "--version"]) || succeeds("rustup", &["component", "add", component]);
    if !there {
        steps.skip(component, "the component is not there, and rustup could not add it");
    }
    there
}

fn target_installed(steps: &mut Steps, name: &str, target: &str) -> bool {
    let there = succeeds("rustup", &["target", "add", target]);
    if !there {
        steps.skip(name, "rustup could not add the target");
    }
    there
}
