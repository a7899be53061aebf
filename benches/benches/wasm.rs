//! Decisions natively, for whoever measures the same in WebAssembly: `wasm/js/test/speed.mjs`, which
//! `cargo xtask bench wasm` runs.
//!
//! Of each line of standard input, `CONTAINER EXECUTOR TIME` (base64, a DID, seconds), it decides the request again and
//! again, and answers with the nanoseconds that one decision takes.

use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::time::Instant;

use allod::wire::multibase::base64_any_decode;
use allod::{Authorizer, Container, Did, Evidence, Subjects, Timestamp};

/// How long one batch takes, in nanoseconds, and how many there are: the middle one counts.
const BATCH: u128 = 60_000_000;
const BATCHES: usize = 9;

/// The nanoseconds that this thread has run, where the system tells: others on the machine do not count then.
fn clock(begun: Instant) -> u128 {
    let ran = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = ran.and_then(|text| text.split_whitespace().next()?.parse().ok());
    ran.unwrap_or_else(|| begun.elapsed().as_nanos())
}

fn main() -> ExitCode {
    for line in io::stdin().lock().lines() {
        let answer = line.map_err(|error| error.to_string()).and_then(|line| measured(&line));
        match answer {
            Ok(nanoseconds) => println!("{nanoseconds}"),
            Err(why) => {
                eprintln!("{why}");
                return ExitCode::FAILURE;
            }
        }
        let _reader_gone = io::stdout().flush();
    }
    ExitCode::SUCCESS
}

fn measured(line: &str) -> Result<u128, String> {
    let words: Vec<_> = line.split_whitespace().collect();
    let [container, executor, at] = words[..] else { return Err(format!("not a request: {line}")) };
    let container = base64_any_decode(container).map_err(|error| error.to_string())?;
    let executor: Did = executor.parse().map_err(|error| format!("{executor}: {error}"))?;
    let at = at.parse().ok().and_then(|at| Timestamp::from_seconds(at).ok()).ok_or("not a time")?;
    let authorizer = Authorizer::new(executor, Subjects::itself());
    let decide = || {
        let container = Container::read(&container).ok()?;
        let evidence = Evidence::danger_without_revocations(at);
        let evidence = evidence.container(&container);
        Some(authorizer.decide_container(&container, &evidence).is_allowed())
    };
    if decide() != Some(true) {
        return Err("the request is not allowed".into());
    }
    // How many fill a batch.
    let start = Instant::now();
    let (begun, mut times) = (clock(start), 0_u32);
    while clock(start) - begun < BATCH {
        black_box(decide());
        times += 1;
    }
    let mut batches: Vec<u128> = (0..BATCHES)
        .map(|_| {
            let begun = clock(start);
            for _ in 0..times {
                black_box(decide());
            }
            (clock(start) - begun) / u128::from(times)
        })
        .collect();
    batches.sort_unstable();
    Ok(batches[BATCHES / 2])
}
