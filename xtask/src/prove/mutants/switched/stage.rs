//! A part of the tests, and running it with a mutant switched on.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::super::shard::vectors;
use super::super::suite::{LAWS_SEED, SECONDS, SLOW, Suite};
use super::instrumented::Binary;

/// Some tests of a binary.
pub(super) struct Stage {
    /// The place of its binary among all.
    pub(super) binary: usize,
    pub(super) arguments: Vec<String>,
    /// Whether these are the tests that the others are tried before.
    pub(super) slow: bool,
    /// How long they take without a mutant.
    pub(super) took: Duration,
}

/// How a run ended.
pub(super) enum Ended {
    Passed,
    /// The names of the tests that failed, where they could still be told.
    Failed(Vec<String>),
    TooLate,
    /// Somebody else ended it, which says nothing.
    Stopped,
}

impl Stage {
    /// All of them: together, each test that is run against a mutant.
    pub(super) fn all(binaries: &[Binary], suite: &Suite) -> Vec<Self> {
        let mut stages = Vec::new();
        for (binary, _) in binaries.iter().enumerate() {
            for slow in [false, true] {
                let mut arguments = suite.arguments.clone();
                for test in SLOW {
                    arguments.extend((!slow).then(|| "--skip".to_owned()));
                    arguments.push(test.to_owned());
                }
                stages.push(Self { binary, arguments, slow, took: Duration::ZERO });
            }
        }
        stages
    }

    pub(super) fn limit(&self) -> Duration {
        Duration::from_secs(SECONDS[usize::from(self.slow)])
    }
}

impl Binary {
    /// Runs the tests that the arguments name with a mutant switched on, or with none: 0. What they print goes
    /// into a file.
    pub(super) fn run(
        &self,
        arguments: &[String],
        mutant: usize,
        limit: Duration,
        output: &Path,
    ) -> Result<Ended, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", self.path.display());
        let begun = Instant::now();
        let mut command = Command::new(&self.path);
        command
            .args(["-q", "--test-threads=1"])
            .args(arguments)
            .current_dir(&self.folder)
            .env("ALLOD_MUTANT", mutant.to_string())
            .env("RUST_BACKTRACE", "0")
            .env(LAWS_SEED.0, LAWS_SEED.1)
            .stdin(Stdio::null())
            .stdout(File::create(output).map_err(failed)?)
            .stderr(Stdio::null());
        if let Some(vectors) = vectors() {
            command.env("ALLOD_VECTORS", vectors);
        }
        let mut running = command.spawn().map_err(failed)?;
        let status = loop {
            if let Some(status) = running.try_wait().map_err(failed)? {
                break status;
            }
            if begun.elapsed() > limit {
                running.kill().and_then(|()| running.wait()).map_err(failed)?;
                return Ok(Ended::TooLate);
            }
            thread::sleep(Duration::from_millis(5));
        };
        if status.success() {
            return Ok(Ended::Passed);
        }
        if stopped(status) {
            return Ok(Ended::Stopped);
        }
        let text = fs::read(output).map_err(failed)?;
        Ok(Ended::Failed(failures(&String::from_utf8_lossy(&text))))
    }
}

/// Whether it was ended by somebody else, or by the system for want of memory.
#[cfg(unix)]
fn stopped(status: ExitStatus) -> bool {
    const HANGUP: i32 = 1;
    const INTERRUPT: i32 = 2;
    const KILL: i32 = 9;
    const TERMINATE: i32 = 15;
    use std::os::unix::process::ExitStatusExt;
    matches!(status.signal(), Some(HANGUP | INTERRUPT | KILL | TERMINATE))
}

#[cfg(not(unix))]
fn stopped(_: ExitStatus) -> bool {
    false
}

/// The names in the list with which a run of tests ends.
fn failures(text: &str) -> Vec<String> {
    let Some((_, list)) = text.rsplit_once("\nfailures:\n") else { return Vec::new() };
    list.lines().map_while(|line| line.strip_prefix("    ").map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_that_failed_are_told_by_name() {
        let text = "\nrunning 2 tests\nFF\nfailures:\n\n---- a::b stdout ----\n    x\n\n\nfailures:\n    a::b\n    \
                    c\n\ntest result: FAILED. 0 passed\n";
        assert_eq!(failures(text), ["a::b", "c"]);
        assert!(failures("thread 'a' has overflowed its stack").is_empty());
    }

    #[test]
    fn every_test_is_in_one_stage() {
        let text =
            "\nadditional_cargo_args = []\nadditional_cargo_test_args = [\"--\", \"--skip\", \"a::\"]\n";
        let folder = std::env::temp_dir().join(format!("allod-stages-{}", std::process::id()));
        let written = fs::create_dir_all(folder.join(".cargo"))
            .and_then(|()| fs::write(folder.join(".cargo/mutants.toml"), text));
        assert!(written.is_ok());
        let suite = Suite::read(&folder);
        let _gone = fs::remove_dir_all(&folder);
        let binary = Binary { path: "unit".into(), folder: ".".into() };
        let stages = suite.map(|suite| Stage::all(&[binary], &suite)).unwrap_or_default();
        let arguments: Vec<_> = stages.iter().map(|stage| stage.arguments.join(" ")).collect();
        assert_eq!(arguments.len(), 2);
        assert_eq!(arguments[0], format!("--skip a:: --skip {}", SLOW.join(" --skip ")));
        assert_eq!(arguments[1], format!("--skip a:: {}", SLOW.join(" ")));
    }
}
