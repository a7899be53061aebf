//! Running commands one after the other, or in two rows beside each other, and saying at the end which of them passed,
//! failed or were skipped.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

/// What came of the steps so far.
pub(crate) struct Steps {
    root: PathBuf,
    begun: Instant,
    passed: usize,
    failed: Vec<String>,
    skipped: Vec<(String, String)>,
    /// What a command prints is shown when it has ended, in one piece: another row prints as well.
    in_pieces: bool,
}

impl Steps {
    pub(crate) fn new() -> Self {
        let (failed, skipped) = (Vec::new(), Vec::new());
        Self { root: root(), begun: Instant::now(), passed: 0, failed, skipped, in_pieces: false }
    }

    /// Runs two rows of steps beside each other: much of a build or of a test uses one core, or waits.
    pub(crate) fn beside(
        &mut self,
        one: impl FnOnce(&mut Self) + Send,
        other: impl FnOnce(&mut Self) + Send,
    ) {
        let row = || Self { in_pieces: true, ..Self::new() };
        let (mut first, mut second) = (row(), row());
        std::thread::scope(|scope| {
            scope.spawn(|| one(&mut first));
            other(&mut second);
        });
        for row in [first, second] {
            self.passed += row.passed;
            self.failed.extend(row.failed);
            self.skipped.extend(row.skipped);
        }
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
        let head = format!("\n== {name}\n   {program} {}", arguments.join(" "));
        let begun = Instant::now();
        let mut command = Command::new(program);
        command.args(arguments).envs(environment.iter().copied()).envs(from_nothing().iter().copied());
        command.current_dir(&self.root).stdin(Stdio::null());
        let status =
            if self.in_pieces { in_one_piece(&head, &mut command) } else { as_it_comes(&head, &mut command) };
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

fn as_it_comes(head: &str, command: &mut Command) -> std::io::Result<ExitStatus> {
    println!("{head}");
    command.status()
}

fn in_one_piece(head: &str, command: &mut Command) -> std::io::Result<ExitStatus> {
    let output = command.output()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{head}")?;
    out.write_all(&output.stderr)?;
    out.write_all(&output.stdout)?;
    out.flush()?;
    Ok(output.status)
}

/// What is built once and from nothing is not prepared for being built again, which takes a fifth of the time.
fn from_nothing() -> &'static [(&'static str, &'static str)] {
    static CHOSEN: OnceLock<&[(&str, &str)]> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let told = std::env::var_os("CARGO_INCREMENTAL").is_some();
        if told || program("debug", "allod").exists() { &[] } else { &[("CARGO_INCREMENTAL", "0")] }
    })
}

/// Where cargo puts a program.
pub(crate) fn program(profile: &str, name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    root().join(target).join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
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

/// What `cargo` prints with these arguments, or what it complains of.
pub(crate) fn said(arguments: &[&str], environment: &[(&str, &str)]) -> Result<String, String> {
    output(&cargo(), arguments, environment)
}

/// The same of any program.
pub(crate) fn output(
    program: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<String, String> {
    let mut command = Command::new(program);
    command.args(arguments).envs(environment.iter().copied()).envs(from_nothing().iter().copied());
    command.current_dir(root()).stdin(Stdio::null());
    let output = command.output().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
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
