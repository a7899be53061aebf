//! `cargo xtask prove`: what is run for as long as one likes, and what came out.
//!
//! Each part is given its share of the minutes, resumes where it can what an earlier run left, and answers
//! with figures for `target/prove/report.json` and lines for people.

mod coverage;
mod differential;
mod fuzz;
mod mutants;
pub(crate) mod report;
mod sources;
mod timing;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use self::report::Report;
pub(crate) use self::report::{Outcome, Part};
use crate::steps::root;

/// What a run of a part may use.
pub(crate) struct Context {
    /// How long the part may take. Parts that cannot be cut short say so in their summary.
    pub(crate) time: Duration,
    /// What chance is drawn from: the same seed draws the same cases.
    pub(crate) seed: u64,
    /// `target/prove`, which exists. A part keeps what it resumes from in a folder of its own here.
    pub(crate) folder: PathBuf,
}

/// A part's name, its share of the minutes in percent (0: it takes what it takes), and how it is run.
type PartOf = (&'static str, u32, fn(&Context) -> Part);

/// In the order in which they are run.
const PARTS: &[PartOf] = &[
    ("differential", 20, differential::run),
    ("laws", 5, differential::laws),
    ("fuzz", 35, fuzz::run),
    ("coverage", 0, coverage::run),
    ("timing", 10, timing::run),
    ("mutants", 30, mutants::run),
];

/// What the command line asks for.
pub(crate) struct Asked {
    pub(crate) minutes: u32,
    pub(crate) seed: u64,
    /// Only these parts; all of them where empty.
    pub(crate) only: Vec<String>,
}

impl Default for Asked {
    fn default() -> Self {
        Self { minutes: 30, seed: 1, only: Vec::new() }
    }
}

impl Asked {
    /// Reads `--minutes N`, `--seed N` and `--only PART` (which may be repeated).
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self, String> {
        let mut asked = Self::default();
        let mut arguments = arguments.iter();
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or(format!("{option} needs a value"))?;
            let number = || value.parse::<u64>().map_err(|_| format!("{option} needs a number, not {value}"));
            match *option {
                "--minutes" => {
                    asked.minutes = u32::try_from(number()?).map_err(|_| "too many minutes".to_owned())?;
                }
                "--seed" => asked.seed = number()?,
                "--only" if PARTS.iter().any(|(name, ..)| name == value) => asked.only.push((*value).into()),
                "--only" => {
                    let names: Vec<_> = PARTS.iter().map(|(name, ..)| *name).collect();
                    return Err(format!("there is no part {value}; there are {}", names.join(", ")));
                }
                _ => return Err(format!("unknown option {option}")),
            }
        }
        Ok(asked)
    }
}

pub(crate) fn run(asked: &Asked) -> ExitCode {
    let folder = root().join("target/prove");
    if let Err(error) = std::fs::create_dir_all(&folder) {
        eprintln!("{}: {error}", folder.display());
        return ExitCode::FAILURE;
    }
    let wanted = |name: &str| asked.only.is_empty() || asked.only.iter().any(|only| only == name);
    let chosen: Vec<_> = PARTS.iter().filter(|(name, ..)| wanted(name)).collect();
    let shares: u32 = chosen.iter().map(|(_, share, _)| share).sum();
    let begun = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let mut report = Report::new(folder.clone(), begun, asked.minutes, asked.seed);
    for (name, share, part) in chosen {
        let seconds = u64::from(asked.minutes) * 60 * u64::from(*share) / u64::from(shares.max(1));
        println!("\n== {name}");
        let given = Context { time: Duration::from_secs(seconds), seed: asked.seed, folder: folder.clone() };
        let start = std::time::Instant::now();
        let result = part(&given);
        // Written after each part, so that an interrupted run keeps what it found.
        report.add(name, result, start.elapsed());
    }
    report.finish()
}
