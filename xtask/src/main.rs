//! The project's tasks: `cargo xtask test` runs everything that CI runs.

#![allow(
    clippy::indexing_slicing,
    reason = "a task reads the project's own files and may stop where they are wrong"
)]

mod bench;
mod ffi;
mod fuzz;
mod prove;
mod steps;
mod test;
mod wasm;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <task>

  test             all tests, as CI runs them
  test --quick     format, lints and the workspace's tests only
  prove            all that is run for longer: [--minutes N] [--seed N] [--only PART ...];
                   resumes where it can, and writes target/prove/report.json
  bench            how fast allod is, beside bare checks of signatures and beside its peers: some minutes, on a machine that does nothing
                   else; --quick leaves out the store with a million delegations. Writes target/bench. A bar
                   that is missed is said and is no failure; what could not be measured is one
  bench --gate     fail where something takes over 5 % more instructions than recorded; --record records
  bench store      how fast the store in a file is with a million entries, and how much memory it takes;
                   some minutes, and a few gigabytes below target/
  bench ffi        what the border to C costs a decision
  bench wasm       how long decisions take in Node, beside the same ones natively
  fuzz             each fuzz target for three seconds, as `test` does
  vectors          write tests/vectors again from their fixed seeds
  vectors --check  fail if they would come out differently
  wasm             build the npm package `allod`, in target/npm, and see that it is small enough;
                   needs Node 20 or newer and npm
  wasm --test      and run its tests, in Node and in Chromium
  demo             build the page of wasm/demo and serve it on 127.0.0.1: [--port N], else 8017
  ffi              write the C header again, and build the library with the C ABI, in target/ffi
  ffi --test       and run its tests, in C, C++, Python, Java and Kotlin
  ffi --swift      and those in Swift; where there is no Swift, that brings one of three gigabytes
  ffi --miri       and only what runs under Miri
  ffi --phones     and build the libraries for phones
  help             this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["help" | "--help" | "-h"] | [_, .., "--help" | "-h"] => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        ["test"] => test::run(test::Extent::Everything),
        ["test", "--quick"] => test::run(test::Extent::Quick),
        ["prove", options @ ..] => match prove::Asked::parse(options) {
            Ok(asked) => prove::run(&asked),
            Err(error) => {
                eprintln!("{error}");
                ExitCode::from(2)
            }
        },
        ["bench"] => bench::run(false),
        ["bench", "--quick"] => bench::run(true),
        ["bench", "--gate"] => bench::run_gate(false),
        ["bench", "--record"] => bench::run_gate(true),
        ["bench", "store"] => test::bench_store(),
        ["bench", "ffi"] => test::bench_ffi(),
        ["bench", "wasm"] => wasm::bench(),
        ["fuzz"] => test::fuzz(),
        ["vectors"] => test::vectors(false),
        ["vectors", "--check"] => test::vectors(true),
        ["ffi"] => ffi::run(),
        ["ffi", "--test"] => ffi::run_tests(),
        ["ffi", "--swift"] => ffi::run_swift(),
        ["ffi", "--miri"] => ffi::run_miri(),
        ["ffi", "--phones"] => ffi::run_phones(),
        ["wasm"] => wasm::run(false),
        ["wasm", "--test"] => wasm::run(true),
        ["demo"] => wasm::demo("8017"),
        ["demo", "--port", port] => wasm::demo(port),
        _ => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
    }
}
