//! Running commands one after the other, and saying at the end which of them passed, failed or were
//! skipped.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// What came of the steps so far.
pub(crate) struct Steps {
    root: PathBuf,
    begun: Instant,
    passed: usize,
    failed: Vec<String>,
    skipped: Vec<(String, String)>,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { root: root(), begun: Instant::now(), passed: 0, failed: Vec::new(), skipped: Vec::new() }
    }

    /// Runs `cargo` with these arguments, after `+toolchain` where one is named.
    pub(crate) fn cargo(&mut self, name: &str, arguments: &[&str], environment: &[(&str, &str)]) {
        self.command(name, &cargo(), arguments, environment);
    }

    /// Runs a command; its failure is remembered, and the next step goes on.
    pub(crate) fn command(
        &mut self,
        name: &str,
        program: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) {
        println!("\n== {name}\n   {program} {}", arguments.join(" "));
        let begun = Instant::now();
        let status = Command::new(program)
            .args(arguments)
            .envs(environment.iter().copied())
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .status();
        let seconds = begun.elapsed().as_secs();
        match status {
            Ok(status) if status.success() => {
                println!("== {name}: passed in {seconds} s");
                self.passed += 1;
            }
            Ok(status) => self.fail(name, &status.to_string()),
            Err(error) => self.fail(name, &error.to_string()),
        }
    }

    /// Runs something other than a command, which answers with what there is to say of it.
    pub(crate) fn call(&mut self, name: &str, run: impl FnOnce() -> Result<(), String>) {
        println!("\n== {name}");
        let begun = Instant::now();
        match run() {
            Ok(()) => {
                println!("== {name}: passed in {} s", begun.elapsed().as_secs());
                self.passed += 1;
            }
            Err(why) => self.fail(name, &why),
        }
    }

    pub(crate) fn fail(&mut self, name: &str, why: &str) {
        println!("== {name}: FAILED ({why})");
        self.failed.push(name.to_owned());
    }

    /// A step that cannot be run here. It does not count as passed.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        println!("\n== {name}: SKIPPED ({why})");
        self.skipped.push((name.to_owned(), why.to_owned()));
    }

    /// The summary, and the exit code it amounts to.
    pub(crate) fn finish(self) -> ExitCode {
        println!();
        for (name, why) in &self.skipped {
            println!("skipped: {name}: {why}");
        }
        for name in &self.failed {
            println!("failed: {name}");
        }
        println!("took {} s", self.begun.elapsed().as_secs());
        println!(
            "steps: {} passed, {} failed, {} skipped",
            self.passed,
            self.failed.len(),
            self.skipped.len()
        );
        if self.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}

/// Runs a command silently; whether it succeeded.
pub(crate) fn succeeds(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
