//! Miri over what crosses as pointers: it sees what is read or written that should not be.

use crate::steps::{Steps, succeeds};

const TOOLCHAIN: &str = "nightly";

pub(crate) fn test(steps: &mut Steps) {
    let name = "pointers of the C ABI, under Miri";
    let there = || succeeds("rustup", &["run", TOOLCHAIN, "cargo", "miri", "--version"]);
    let add = ["component", "add", "miri", "rust-src", "--toolchain", TOOLCHAIN];
    let install = ["toolchain", "install", TOOLCHAIN, "--profile", "minimal"];
    let _may_be_there =
        succeeds("rustup", &["run", TOOLCHAIN, "rustc", "--version"]) || succeeds("rustup", &install);
    if !(there() || succeeds("rustup", &add) && there()) {
        steps.skip(
            name,
            "the component miri of the nightly toolchain is not there, and rustup could not add it",
        );
        return;
    }
    let test = ["miri", "test", "--quiet", "--locked", "-p", "allod-ffi", "--test", "pointers"];
    let arguments = [&["run", TOOLCHAIN, "cargo"][..], &test, &["--target-dir", "target/miri"]].concat();
    // The operating system's randomness is asked for; nothing else of it is.
    let flags = "-Zmiri-disable-isolation -Zmiri-strict-provenance";
    // The cargo that runs this task hands its own toolchain down to its children.
    let environment =
        [("MIRIFLAGS", flags), ("RUSTUP_TOOLCHAIN", TOOLCHAIN), ("RUSTC", "rustc"), ("CARGO", "cargo")];
    steps.command(name, "rustup", &arguments, &environment);
}
