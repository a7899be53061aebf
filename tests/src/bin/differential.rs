//! Decides generated worlds by the validator and by the model, and says where they differ.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use allod_model::{Content, Verdict};
use allod_tests::differential::{Case, Draws, Mismatch, Statistics, case, compare, shrink, vector};
use serde_json::json;

const HELP: &str = "\
differential [options]

  --cases N     how many worlds are decided (100000)
  --seconds N   stop after that long, however many there were
  --seed N      what the worlds are drawn from (1)
  --first N     the number of the first world (0): a later run goes on where an earlier one stopped
  --json FILE   write what was reached
  --found DIR   write each mismatch as a vector into this folder
  --write FILE  decide none: write each world as a vector, one a line, with what the model says of it
";

/// Further mismatches are counted, and most likely the same.
const WRITTEN: usize = 10;

struct Options {
    cases: u64,
    time: Option<Duration>,
    seed: u64,
    first: u64,
    json: Option<PathBuf>,
    found: Option<PathBuf>,
    write: Option<PathBuf>,
}

fn options() -> Result<Options, String> {
    let mut options =
        Options { cases: 100_000, time: None, seed: 1, first: 0, json: None, found: None, write: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} needs a number, not {value}"));
        match name.as_str() {
            "--cases" => options.cases = number()?,
            "--seconds" => options.time = Some(Duration::from_secs(number()?)),
            "--seed" => options.seed = number()?,
            "--first" => options.first = number()?,
            "--json" => options.json = Some(value.into()),
            "--found" => options.found = Some(value.into()),
            "--write" => options.write = Some(value.into()),
            _ => return Err(format!("unknown option {name}")),
        }
    }
    Ok(options)
}

/// The choices of one world: far from those of its neighbours.
const fn draws(seed: u64, number: u64) -> Draws {
    Draws::from_seed(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ number.wrapping_mul(0xff51_afd7_ed55_8ccd))
}

/// What is wrong with a case.
enum Wrong {
    Mismatch(Mismatch),
    Panic,
}

impl Wrong {
    fn of(case: &Case) -> Option<Self> {
        match catch_unwind(AssertUnwindSafe(|| compare(case))) {
            Ok(Ok(_)) => None,
            Ok(Err(mismatch)) => Some(Self::Mismatch(mismatch)),
            Err(_) => Some(Self::Panic),
        }
    }

    /// What both said, links and chains apart: a smaller case that disagrees otherwise is another fault.
    fn kind(&self) -> Option<[&'static str; 2]> {
        let code = |verdict: &Verdict| match verdict {
            Verdict::Allow { .. } => "allow",
            Verdict::Deny { code, .. } => code,
        };
        match self {
            Self::Mismatch(Mismatch { real, model }) => Some([code(real), code(model)]),
            Self::Panic => None,
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(Mismatch { real, model }) => {
                write!(f, "the validator says {real:?}\nthe model says     {model:?}")
            }
            Self::Panic => f.write_str("a panic"),
        }
    }
}

#[derive(Default)]
struct Run {
    statistics: Mutex<Statistics>,
    /// The number of each world that went wrong.
    mismatches: Mutex<Vec<u64>>,
    next: AtomicU64,
    stop: AtomicBool,
    /// A worker died, and what it had decided with it.
    lost: AtomicBool,
}

impl Run {
    fn work(&self, options: &Options, until: Option<Instant>) {
        let mut statistics = Statistics::default();
        // What is taken is decided, so that the worlds of a run are the first so many.
        while !self.stop.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= options.cases {
                break;
            }
            if until.is_some_and(|until| index.is_multiple_of(64) && Instant::now() > until) {
                self.stop.store(true, Ordering::Relaxed);
            }
            let number = options.first + index;
            let made = catch_unwind(|| case(&mut draws(options.seed, number)));
            let verdict = made.as_ref().map(|case| catch_unwind(AssertUnwindSafe(|| compare(case))));
            match (&made, &verdict) {
                (Ok(case), Ok(Ok(Ok(verdict)))) => statistics.add(case, verdict),
                _ => self.mismatches.lock().unwrap_or_else(PoisonError::into_inner).push(number),
            }
        }
        self.statistics.lock().unwrap_or_else(PoisonError::into_inner).merge(statistics);
    }
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            eprint!("{error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    if let Some(file) = &options.write {
        return write(&options, file);
    }
    std::panic::set_hook(Box::new(|_| {}));
    let begun = Instant::now();
    let until = options.time.map(|time| begun + time);
    let run = Run::default();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| progress(&run, &options, &done, begun));
        let workers: Vec<_> = (0..std::thread::available_parallelism().map_or(1, usize::from))
            .map(|_| scope.spawn(|| run.work(&options, until)))
            .collect();
        for worker in workers {
            if worker.join().is_err() {
                run.lost.store(true, Ordering::Relaxed);
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    finish(&options, run, begun.elapsed())
}

fn progress(run: &Run, options: &Options, done: &AtomicBool, begun: Instant) {
    let mut said = Instant::now();
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(100));
        if said.elapsed() > Duration::from_secs(10) {
            said = Instant::now();
            let at = run.next.load(Ordering::Relaxed).min(options.cases);
            eprintln!("{at} of {} worlds in {} s", options.cases, begun.elapsed().as_secs());
        }
    }
}

fn finish(options: &Options, run: Run, took: Duration) -> ExitCode {
    let statistics = run.statistics.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut mismatches = run.mismatches.into_inner().unwrap_or_else(PoisonError::into_inner);
    mismatches.sort_unstable();
    let decided = statistics.cases + mismatches.len() as u64;
    println!(
        "{decided} worlds in {:.1} s: {} % allowed, {} codes and {} faults reached, {} mismatches",
        took.as_secs_f64(),
        statistics.allow_share(),
        statistics.codes.len(),
        statistics.faults.len(),
        mismatches.len()
    );
    let mut short = Vec::new();
    if run.lost.into_inner() {
        short.push("a worker died, and what it had decided with it".to_owned());
    } else if options.time.is_none() && decided != options.cases {
        short.push(format!("{} were to be decided", options.cases));
    }
    // Fewer cannot be expected to reach everything.
    if decided >= 20_000 {
        if statistics.allow_share() < 30 {
            short.push(format!("only {} % were allowed", statistics.allow_share()));
        }
        short.extend(statistics.codes_not_reached().iter().map(|code| format!("{code} was never reached")));
        short.extend(statistics.faults_not_done().iter().map(|fault| format!("{fault} was never done")));
    }
    short.iter().for_each(|line| println!("{line}"));
    if let Some(file) = &options.json {
        let mut json = statistics.json();
        json["decided"] = decided.into();
        json["mismatches"] = mismatches.len().into();
        json["milliseconds"] = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).into();
        json["next"] = (options.first + decided).into();
        if let Err(error) = std::fs::write(file, format!("{json:#}\n")) {
            eprintln!("{}: {error}", file.display());
            return ExitCode::FAILURE;
        }
    }
    // Last, for it takes longest.
    mismatches.iter().take(WRITTEN).for_each(|number| report(options, *number));
    if mismatches.is_empty() && short.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes the worlds as vectors, for other implementations to decide.
fn write(options: &Options, file: &Path) -> ExitCode {
    let line = |number| {
        let id = format!("{}-{number}", options.seed);
        let case = case(&mut draws(options.seed, number)).as_bytes();
        format!("{}\n", vector(&id, &format!("{:?}", case.faults), &case))
    };
    let text: String = (options.first..options.first + options.cases).map(line).collect();
    match std::fs::write(file, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}

/// Says what is wrong with a world, once it is as small as can be.
fn report(options: &Options, number: u64) {
    let mut draws = draws(options.seed, number);
    let Ok(original) = catch_unwind(AssertUnwindSafe(|| case(&mut draws))) else {
        println!("\nworld {number} of seed {}: making it panicked", options.seed);
        return;
    };
    let Some(wrong) = Wrong::of(&original) else {
        println!("\nworld {number} of seed {}: it did not go wrong again", options.seed);
        return;
    };
    let tape =
        shrink(draws.taken(), |case| Wrong::of(case).is_some_and(|smaller| smaller.kind() == wrong.kind()));
    let small = case(&mut Draws::from_tape(tape));
    println!(
        "\nworld {number} of seed {}, faults {:?}, shrunk to {:?}",
        options.seed, original.faults, small.faults
    );
    println!("{}", Wrong::of(&small).unwrap_or(wrong));
    let tokens = small.world.tokens.iter().chain([&small.world.invocation]);
    tokens.for_each(|token| println!("{}", told(token)));
    let Some(folder) = &options.found else { return };
    let id = format!("found-{}-{number}", options.seed);
    // A vector hands over bytes; what went wrong may have had to do with tokens that were decoded or verified.
    let shows = Wrong::of(&small.as_bytes()).is_some();
    let description = if shows {
        "found by the differential run"
    } else {
        "found by the differential run, and not shown by this: some tokens were handed over decoded or verified"
    };
    println!("{description}");
    let vector = catch_unwind(AssertUnwindSafe(|| vector(&id, description, &small)));
    let Ok(vector) = vector else { return };
    let file = folder.join(format!("{id}.json"));
    // As `tests/vectors/found.json` is, where it belongs once it is settled who is right.
    let whole = json!({ "$schema": "../../spec/vectors.schema.json", "topic": "found", "cases": [vector] });
    let text = format!("{whole:#}\n");
    if let Err(error) = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, text)) {
        eprintln!("{}: {error}", file.display());
    } else {
        println!("written to {}", file.display());
    }
}

/// What the model was told of a token, on a few lines.
fn told(token: &allod_model::Token) -> String {
    let claims = match &token.content {
        Content::Unreadable(code) => return format!("{}: unreadable, {code}", token.cid),
        Content::Sound(claims) => claims,
    };
    let payload = allod::Ipld::Map(claims.payload.clone());
    let payload = allod::wire::dag_json::to_string(&payload).unwrap_or_else(|error| error.to_string());
    format!("{}: {:?}, signed by {:?}\n    {payload}", token.cid, claims.header, claims.signed_by)
}
