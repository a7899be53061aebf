//! `cargo xtask test`: what has to hold before anything lands.

use std::process::ExitCode;
use std::time::Duration;

use crate::fuzz::{self, Plan};
use crate::steps::{Steps, cargo, said, succeeds};

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
    tidy(&mut steps);
    if !crate::steps::root().join("../shared/vectors").is_dir() && std::env::var_os("ALLOD_VECTORS").is_none()
    {
        // Their tests say `ignored` in the run that follows.
        steps.skip("vectors from elsewhere", "../shared/vectors is not there");
    }
    steps.cargo("tests of the workspace", &["test", "--workspace", "--locked"], &[]);
    if extent == Extent::Everything {
        steps.cargo(
            "tests of tests/mutants",
            &[
                "test",
                "--manifest-path",
                "tests/mutants/Cargo.toml",
                "--target-dir",
                "target/apart",
                "--locked",
            ],
            &[],
        );
        // Before others put programs with other features into their place.
        crate::wasm::programs(&mut steps);
        // With nothing beside it: it looks at the time.
        steps.cargo(
            "hostile input, in release",
            &[
                "test",
                "--release",
                "--locked",
                "-p",
                "allod-tests",
                "--test",
                "hostile",
                "--",
                "--test-threads=1",
            ],
            &[],
        );
        steps.beside(
            |steps| {
                crate::wasm::all(steps);
                crate::ffi::all(steps);
            },
            |steps| {
                features(steps);
                native(steps);
                agreement(steps);
                documentation(steps);
                fuzzers(steps);
                targets(steps);
                oldest(steps);
            },
        );
    }
    steps.finish()
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

fn tidy(steps: &mut Steps) {
    if component(steps, "rustfmt", "fmt") {
        steps.cargo("format", &["fmt", "--all", "--check"], &[]);
        for apart in APART {
            let arguments = ["fmt", "--manifest-path", &format!("{apart}/Cargo.toml"), "--check"];
            steps.cargo(&format!("format of {apart}"), &arguments, &[]);
        }
    }
    if component(steps, "clippy", "clippy") {
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
        let who = [&["run", "-q", "--locked", "--bin", "verified_by"][..], &with].concat();
        match said(&who, &own) {
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
        let chosen = ["--lib", "--test", "all", "--test", "wiped", "--test", "dropped", "--"];
        let named = [
            "identity::",
            "cctv::",
            "wycheproof",
            "vectors::",
            "differential::",
            "given_back",
            "where_a_secret",
        ];
        steps.cargo(
            &name,
            &[&["test", "--locked", "-p", "allod"][..], &with, &chosen, &named].concat(),
            &own,
        );
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

fn agreement(steps: &mut Steps) {
    steps.cargo(
        "validator and model agree on 100,000 worlds",
        &[
            "run",
            "-q",
            "--release",
            "--locked",
            "-p",
            "allod-tests",
            "--bin",
            "differential",
            "--",
            "--cases",
            "100000",
            "--found",
            "target/found",
        ],
        &[],
    );
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
        let folder = crate::steps::root().join("target/fuzz/quick");
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
