//! The fuzzers of `fuzz/`: built once, then run, each for its share.

mod log;

use std::collections::VecDeque;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use self::log::Seen;
use crate::steps::{root, succeeds};

const TOOLCHAIN: &str = "nightly";

/// The fuzzers, built.
pub(crate) struct Fuzzers {
    binaries: PathBuf,
    pub(crate) names: Vec<String>,
}

/// How long each of them is run, and from where.
pub(crate) struct Plan {
    /// Where each keeps, in a folder of its own, what it found worth keeping. It goes on from there.
    pub(crate) folder: PathBuf,
    /// The most time for each.
    pub(crate) time: Duration,
    /// The most executions of each, where that comes first.
    pub(crate) runs: Option<u64>,
    pub(crate) seed: u64,
}

/// What came of one.
pub(crate) struct Ran {
    pub(crate) name: String,
    pub(crate) seconds: u64,
    pub(crate) seen: Seen,
    /// What it fell over, copied to `fuzz/crashes`, by the path from the project's folder.
    pub(crate) crashes: Vec<String>,
    /// Why it ended other than well, where it did.
    pub(crate) broke: Option<String>,
}

/// Sees to the compiler and the tool; says why they cannot be had.
pub(crate) fn tools() -> Result<(), String> {
    let there = || succeeds("rustup", &["run", TOOLCHAIN, "rustc", "--version"]);
    if !there() && !succeeds("rustup", &["toolchain", "install", TOOLCHAIN, "--profile", "minimal"]) {
        return Err("there is no nightly toolchain, and rustup could not install it".into());
    }
    let cargo = crate::steps::cargo();
    if !succeeds(&cargo, &["fuzz", "--version"]) && !succeeds(&cargo, &["install", "--locked", "cargo-fuzz"])
    {
        return Err("there is no cargo-fuzz, and cargo could not install it".into());
    }
    Ok(())
}

/// Builds them all. Without a sanitizer: nothing here is `unsafe`, and the checks of debug builds are on
/// in all that is the project's. And without `cfg(fuzzing)`, so that no dependency takes a short cut.
pub(crate) fn build() -> Result<Fuzzers, String> {
    let names = names()?;
    let target = root().join("target/fuzz");
    // cargo-fuzz has no `--locked`.
    let locked = ["fetch", "--locked", "--manifest-path", "fuzz/Cargo.toml"];
    if !succeeds(&crate::steps::cargo(), &locked) {
        return Err("fuzz/Cargo.lock is not up to date: run `cargo update -w` in fuzz/".into());
    }
    let built = Command::new("rustup")
        // `--release`: else the tool turns the checks on in every dependency. `fuzz/Cargo.toml` says where.
        .args(["run", TOOLCHAIN, "cargo", "fuzz", "build", "--release"])
        .args(["--sanitizer", "none", "--no-cfg-fuzzing"])
        .args(["--codegen-units", "16", "--target-dir"])
        .arg(&target)
        .current_dir(root())
        // The cargo that runs this task hands its own toolchain down to its children.
        .env("RUSTUP_TOOLCHAIN", TOOLCHAIN)
        .env_remove("RUSTC")
        // No fuzzer reads those vectors; a folder that is there keeps `tests/build.rs` from asking, and
        // everything from being built, each time.
        .env("ALLOD_VECTORS", root().join("tests/vectors"))
        .stdin(Stdio::null())
        .status();
    if !built.map_err(|error| error.to_string())?.success() {
        return Err("the fuzzers do not build".into());
    }
    let first = names.first().ok_or("there are no fuzzers")?;
    let folders = fs::read_dir(&target).map_err(|error| error.to_string())?;
    let binaries = folders.flatten().map(|entry| entry.path().join("release"));
    let binaries = binaries.into_iter().find(|folder| folder.join(first).is_file());
    Ok(Fuzzers { binaries: binaries.ok_or("the fuzzers were not built where they are looked for")?, names })
}

impl Fuzzers {
    /// How many are run at a time.
    pub(crate) fn at_a_time(&self) -> usize {
        thread::available_parallelism().map_or(1, usize::from).min(self.names.len())
    }

    /// Runs them all; their results in the order of their names.
    pub(crate) fn run(&self, plan: &Plan) -> Vec<Ran> {
        let queue: Mutex<VecDeque<_>> = Mutex::new(self.names.iter().collect());
        let mut results: Vec<Ran> = thread::scope(|scope| {
            let worker = || {
                let mut results = Vec::new();
                while let Some(name) = queue.lock().ok().and_then(|mut queue| queue.pop_front()) {
                    let ran = self.run_one(name, plan);
                    println!("   {}", ran.line());
                    results.push(ran);
                }
                results
            };
            let workers: Vec<_> = (0..self.at_a_time()).map(|_| scope.spawn(worker)).collect();
            workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
        });
        // One whose runner fell over is no success.
        for name in &self.names {
            if results.iter().all(|ran| ran.name != *name) {
                results.push(Ran { broke: Some("it was not run to its end".into()), ..Ran::new(name) });
            }
        }
        results.sort_by(|a, b| a.name.cmp(&b.name));
        results
    }

    fn run_one(&self, name: &str, plan: &Plan) -> Ran {
        let begun = Instant::now();
        let mut ran = Ran::new(name);
        let folder = plan.folder.join(name);
        match self.launch(name, &folder, plan) {
            Ok(log) => ran.seen = Seen::read(&log),
            Err((log, why)) => {
                ran.seen = Seen::read(&log);
                ran.broke = Some(why);
            }
        }
        if ran.seen.executions == 0 && ran.broke.is_none() {
            ran.broke = Some("it executed nothing".into());
        }
        ran.crashes = keep_crashes(name, &folder.join("artifacts"));
        ran.seconds = begun.elapsed().as_secs();
        ran
    }

    /// Its log; and if it ended other than well, how.
    fn launch(&self, name: &str, folder: &Path, plan: &Plan) -> Result<String, (String, String)> {
        let early = |error: std::io::Error| (String::new(), error.to_string());
        let (corpus, artifacts, log) = (folder.join("corpus"), folder.join("artifacts"), folder.join("log"));
        fs::create_dir_all(&corpus).map_err(early)?;
        fs::create_dir_all(&artifacts).map_err(early)?;
        let output = File::create(&log).map_err(early)?;
        // Where several are given, what is found goes to the first.
        let status = Command::new(self.binaries.join(name))
            .arg(&corpus)
            .arg(root().join("fuzz/corpus").join(name))
            .arg(format!("-max_total_time={}", plan.time.as_secs().max(1)))
            .args(plan.runs.map(|runs| format!("-runs={runs}")))
            .arg(format!("-seed={}", seed(plan.seed, name)))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .args(["-rss_limit_mb=2048", "-timeout=10", "-print_final_stats=1"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output)
            .status()
            .map_err(early)?;
        let text = fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(early)?;
        if status.success() { Ok(text) } else { Err((text, format!("{status}; see {}", log.display()))) }
    }
}

impl Ran {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), seconds: 0, seen: Seen::default(), crashes: Vec::new(), broke: None }
    }

    /// The result, for people.
    pub(crate) fn line(&self) -> String {
        let Seen { executions, features, corpus, .. } = self.seen;
        let broke = self.broke.as_ref().map(|why| format!("; BROKE: {why}")).unwrap_or_default();
        let crashes = self.crashes.join(", ");
        let kept = if crashes.is_empty() { "" } else { "; kept " };
        format!(
            "{:<12} {executions:>11} executions in {} s, {features} features, corpus of {corpus}{broke}{kept}{crashes}",
            self.name, self.seconds
        )
    }
}

/// What went wrong among these, in a sentence.
pub(crate) fn broken(results: &[Ran]) -> Option<String> {
    let names: Vec<_> =
        results.iter().filter(|ran| ran.broke.is_some()).map(|ran| ran.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("fell over: {} (what it was is in fuzz/crashes)", names.join(", ")))
}

fn names() -> Result<Vec<String>, String> {
    let folder = fs::read_dir(root().join("fuzz/fuzz_targets")).map_err(|error| error.to_string())?;
    let files = folder.flatten().map(|entry| entry.path());
    let mut names: Vec<_> =
        files.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

/// libFuzzer's seed has 32 bits, and 0 stands for chance.
fn seed(seed: u64, name: &str) -> u64 {
    // FNV-1a.
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash >> 33) | 1
}

/// Copies what a fuzzer fell over to where the tests replay it.
fn keep_crashes(name: &str, artifacts: &Path) -> Vec<String> {
    let mut kept = Vec::new();
    for path in fs::read_dir(artifacts).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // A slow one is no failure.
        let Some((kind @ ("crash" | "timeout" | "oom" | "leak"), hash)) = file.split_once('-') else {
            continue;
        };
        let folder = root().join("fuzz/crashes").join(name);
        let copied =
            fs::create_dir_all(&folder).and_then(|()| fs::copy(&path, folder.join(hash)).map(|_| ()));
        if copied.is_ok() {
            // What is kept there need not be reported again.
            let _stays = fs::remove_file(&path);
            kept.push(format!("{kind} fuzz/crashes/{name}/{hash}"));
        }
    }
    kept.sort();
    kept
}
