//! A part of the tests, and running it with a mutant switched on.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::super::shard::vectors;
use super::super::suite::{LAWS_SEED, SLOW, Suite};
use super::instrumented::Binary;

/// How much of a processor's time the tests are given, and the slow ones: several times of what they need.
pub(super) const SWITCHED: [Duration; 2] = [Duration::from_secs(30), Duration::from_secs(200)];

/// How much longer than that they may take by the clock, on a machine that others use as well. Tests that wait for
/// what never comes take no time of a processor's.
const PATIENCE: u32 = 20;

/// Some tests of a binary.
pub(super) struct Stage {
    /// The place of its binary among all.
    pub(super) binary: usize,
    pub(super) arguments: Vec<String>,
    /// Whether these are the tests that the others are tried before.
    pub(super) slow: bool,
    /// How much of a processor's time they take without a mutant.
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

    /// How much of a processor's time they are given.
    pub(super) fn limit(&self) -> Duration {
        SWITCHED[usize::from(self.slow)]
    }
}

impl Binary {
    /// Runs the tests that the arguments name with a mutant switched on, or with none: 0. What they print goes
    /// into a file. The time that they took is a processor's, where the system tells it.
    pub(super) fn run(
        &self,
        arguments: &[String],
        mutant: usize,
        limit: Duration,
        output: &Path,
    ) -> Result<(Ended, Duration), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", self.path.display());
        let begun = Instant::now();
        let mut command = Command::new(&self.path);
        command
            .arg("--test-threads=1")
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
        let mut took = Duration::ZERO;
        let status = loop {
            // Before it is asked whether it ended, after which nobody tells any more.
            took = used(running.id()).unwrap_or_else(|| begun.elapsed()).max(took);
            if let Some(status) = running.try_wait().map_err(failed)? {
                break status;
            }
            let late = took > limit || begun.elapsed() > limit * PATIENCE;
            // The first that fails is enough.
            let first = failures(&fs::read_to_string(output).unwrap_or_default());
            if late || !first.is_empty() {
                running.kill().and_then(|()| running.wait()).map_err(failed)?;
                return Ok((if late { Ended::TooLate } else { Ended::Failed(first) }, took));
            }
            thread::sleep(Duration::from_millis(10));
        };
        let ended = if status.success() {
            Ended::Passed
        } else if stopped(status) {
            Ended::Stopped
        } else {
            let text = fs::read(output).map_err(failed)?;
            Ended::Failed(failures(&String::from_utf8_lossy(&text)))
        };
        Ok((ended, took))
    }
}

/// How much of a processor's time a process has used, itself and for it, where there is a `/proc` that says so: in
/// hundredths of a second, the fourteenth and the fifteenth word.
fn used(process: u32) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    hundredths(&text).map(|hundredths| Duration::from_millis(hundredths * 10))
}

fn hundredths(stat: &str) -> Option<u64> {
    // The second word is a name in brackets, with whatever in it.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut words = rest.split_whitespace().skip(11);
    Some(words.next()?.parse::<u64>().ok()? + words.next()?.parse::<u64>().ok()?)
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

/// The names of the tests that failed so far.
fn failures(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_that_failed_are_told_by_name() {
        let text = "\nrunning 3 tests\ntest a::b ... FAILED\ntest x ... ok\ntest c ... FAILED\ntest d ... ";
        assert_eq!(failures(text), ["a::b", "c"]);
        assert!(failures("thread 'a' has overflowed its stack").is_empty());
    }

    #[test]
    fn the_time_of_a_process_is_read_from_behind_its_name() {
        let stat = "77 (a b) 1) R 1 77 77 0 -1 4194560 105 0 3 0 1234 66 0 0 20 0 1 0 99 4096 1\n";
        assert_eq!(hundredths(stat), Some(1300));
        assert_eq!(hundredths("77 (a) R"), None);
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
