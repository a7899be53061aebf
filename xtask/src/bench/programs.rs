//! The programs that measure.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::{Measured, gate};
use crate::steps::{cargo, root, succeeds};

const OURS: [&str; 5] = ["--quiet", "--locked", "--manifest-path", "benches/Cargo.toml", "--target-dir"];
const TARGET: &str = "target/apart";
/// The core that what is measured on one runs on, where the system lets it.
const PINNED: &str = "1";

#[derive(Clone, Copy, PartialEq)]
enum Cores {
    One,
    All,
}

/// Runs all of them one after the other.
pub(super) fn run(quick: bool) -> Measured {
    let mut measured = Measured::default();
    one(&mut measured, "decisions and their parts", &ours("speed"), &[], Cores::One);
    one(&mut measured, "many decisions on all cores", &ours("bulk"), &[], Cores::All);
    for feature in crate::test::NATIVE {
        let name = format!("signatures by {feature}");
        let with = [&ours("native")[..], &["--features", feature]].concat();
        one(&mut measured, &name, &with, &[], Cores::One);
    }
    for peers in ["peers", "peers-ucan"] {
        let manifest = format!("benches/{peers}/Cargo.toml");
        if root().join(&manifest).is_file() {
            let arguments = ["run", "--release", "--quiet", "--locked", "--manifest-path", &manifest];
            one(&mut measured, peers, &[&arguments[..], &["--target-dir", TARGET]].concat(), &[], Cores::One);
        } else {
            measured.skip(peers, "they are not there");
        }
    }
    node(&mut measured);
    if quick {
        measured.skip("chains among a million delegations", "only without --quick");
    } else {
        let environment = [("ALLOD_BENCH_ONLY_CHAINS", "1"), ("MALLOC_ARENA_MAX", "1")];
        one(&mut measured, "chains among a million delegations", &ours("store"), &environment, Cores::One);
    }
    match gate::counts() {
        Ok(counts) => measured.instructions = counts,
        Err(why) => measured.skip("instructions", why),
    }
    measured
}

fn ours(bench: &str) -> Vec<&str> {
    [&["bench"][..], &OURS, &[TARGET, "--bench", bench]].concat()
}

/// Decisions in Node beside native ones, and the peer in Node.
fn node(measured: &mut Measured) {
    if let Err(why) = crate::wasm::built() {
        return measured.skip("Node", why);
    }
    for (what, arguments) in
        [("decisions in Node", &["test/speed.mjs", "--json"][..]), ("iso-ucan in Node", &["test/peers.mjs"])]
    {
        let mut command = Command::new("node");
        command.args(arguments).current_dir(root().join("wasm/js"));
        taken_in(measured, what, command);
    }
}

/// Runs one program of ours, by cargo.
fn one(measured: &mut Measured, what: &str, arguments: &[&str], environment: &[(&str, &str)], cores: Cores) {
    // What is built is built on all cores, and measured on one.
    let mut build = arguments.to_vec();
    match build.first_mut() {
        Some(verb) if *verb == "run" => *verb = "build",
        _ => build.push("--no-run"),
    }
    println!("== {what}: building");
    if !succeeds_in_root(&build) {
        return measured.skip(what, "it does not build");
    }
    let pinned = cores == Cores::One && succeeds("taskset", &["-c", PINNED, "true"]);
    let mut command = if pinned {
        let mut command = Command::new("taskset");
        command.args(["-c", PINNED, &cargo()]);
        command
    } else {
        Command::new(cargo())
    };
    command.args(arguments).envs(environment.iter().copied()).current_dir(root());
    taken_in(measured, what, command);
}

fn succeeds_in_root(arguments: &[&str]) -> bool {
    let mut command = Command::new(cargo());
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn taken_in(measured: &mut Measured, what: &str, mut command: Command) {
    println!("== {what}");
    let begun = Instant::now();
    match command.stdin(Stdio::null()).stderr(Stdio::inherit()).output() {
        Ok(output) if output.status.success() => {
            println!("== {what}: {} s", begun.elapsed().as_secs());
            measured.take_in(what, &String::from_utf8_lossy(&output.stdout));
        }
        Ok(output) => measured.skip(what, format!("it ended with {}", output.status)),
        Err(error) => measured.skip(what, error.to_string()),
    }
}
