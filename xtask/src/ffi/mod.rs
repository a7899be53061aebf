//! `cargo xtask ffi`: the C ABI, and what stands on it.

mod c;
mod header;
mod jvm;
mod miri;
mod phones;
mod python;
mod swift;

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use crate::steps::{Steps, root, succeeds};

/// `cargo xtask ffi`: the header written again, and the library as it is shipped, with its size.
pub(crate) fn run() -> ExitCode {
    let mut steps = Steps::new();
    steps.call("header", header::write);
    steps.call("library", phones::host);
    steps.finish()
}

/// `cargo xtask ffi --test`: all tests of it, but for Swift.
pub(crate) fn run_tests() -> ExitCode {
    let mut steps = Steps::new();
    all(&mut steps);
    steps.finish()
}

/// `cargo xtask ffi --miri`: what crosses as pointers, under Miri.
pub(crate) fn run_miri() -> ExitCode {
    let mut steps = Steps::new();
    miri::test(&mut steps);
    steps.finish()
}

/// `cargo xtask ffi --phones`: static libraries for phones, with their sizes.
pub(crate) fn run_phones() -> ExitCode {
    let mut steps = Steps::new();
    phones::all(&mut steps);
    steps.finish()
}

/// `cargo xtask ffi --swift`: the tests in Swift, for which a toolchain of three gigabytes may be brought.
pub(crate) fn run_swift() -> ExitCode {
    let mut steps = Steps::new();
    swift::test(&mut steps);
    steps.finish()
}

/// What `cargo xtask test` runs of it.
pub(crate) fn all(steps: &mut Steps) {
    steps.call("header of the C ABI is that of the sources", header::check);
    steps.cargo("library with the C ABI", &["build", "--quiet", "--locked", "-p", "allod-ffi"], &[]);
    c::test(steps);
    python::test(steps);
    jvm::test(steps);
    miri::test(steps);
    swift::follows(steps);
}

/// Where the library for tests lies, as `allod-ffi` is built with the profile `dev`.
fn library() -> PathBuf {
    root().join("target/debug")
}

/// Whether Debian's packages can be installed, and were.
fn installed(packages: &[&str]) -> bool {
    let root_user = said("id", &["-u"]).as_deref() == Some("0");
    if !root_user || !succeeds("apt-get", &["--version"]) {
        return false;
    }
    let _old_lists_may_do = succeeds("apt-get", &["update", "-qq"]);
    let options = ["install", "-y", "-qq", "--no-install-recommends"];
    succeeds("apt-get", &[&options[..], packages].concat())
}

/// What a program prints, where it succeeds.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
