//! Does the time that keys take tell of them? `tests/timing` measures, this runs it and judges.
//!
//! One run beyond the limit can be chance, or a neighbour on the machine. Three of three are not.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Context, Outcome, Part};
use crate::steps::{cargo, root, succeeds};

/// As many as dudect's authors ask for, where the time reaches.
const SAMPLES: usize = 1_000_000;
/// With fewer, a run says little: it is made all the same, and the figure stands beside it.
const FEWEST: usize = 5_000;
const RUNS: usize = 3;
/// |t| beyond which the means of two classes differ.
const LIMIT: f64 = 5.0;
/// What the time of a run is estimated from.
const TRIAL: usize = 2_000;

/// Has to be caught.
const LEAKS: &str = "control_leaks";
/// Must not be.
const CONSTANT: &str = "control_constant";

pub(super) fn run(given: &Context) -> Part {
    let binary = match build() {
        Ok(binary) => binary,
        Err(why) => return Part::failed(why),
    };
    let bench = Bench::new(binary);
    let names = match bench.names() {
        Ok(names) => names,
        Err(why) => return Part::failed(why),
    };
    match bench.all(&names, given) {
        Ok((samples, results)) => conclude(samples, bench.core.is_some(), &results),
        Err(why) => Part::failed(why),
    }
}

/// Builds the benches in release, and says where they are.
fn build() -> Result<String, String> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| root().join("target").into_os_string());
    let output = Command::new(cargo())
        .args(["build", "--release", "--locked", "--manifest-path", "tests/timing/Cargo.toml"])
        .args(["--message-format", "json-render-diagnostics", "--target-dir"])
        .arg(target)
        .current_dir(root())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let binary =
        messages.filter_map(|message| Some(message.get("executable")?.as_str()?.to_owned())).next_back();
    binary.filter(|_| output.status.success()).ok_or("tests/timing could not be built".into())
}

struct Bench {
    binary: String,
    /// The one core that all samples are taken on, where they can be held to one.
    core: Option<String>,
}

impl Bench {
    fn new(binary: String) -> Self {
        let last = std::thread::available_parallelism().map_or(0, |cores| cores.get() - 1).to_string();
        let core = succeeds("taskset", &["-c", &last, "true"]).then_some(last);
        Self { binary, core }
    }

    fn output(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = match &self.core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.args(["-c", core, &self.binary]);
                command
            }
            None => Command::new(&self.binary),
        };
        let output = command.args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| format!("the benches do not run: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() { Ok(text) } else { Err(format!("{arguments:?}: {}", output.status)) }
    }

    fn names(&self) -> Result<Vec<String>, String> {
        Ok(self.output(&[])?.lines().map(str::to_owned).collect())
    }

    fn measure(&self, name: &str, samples: usize, seed: u64) -> Result<Measured, String> {
        let text = self.output(&[name, &samples.to_string(), &seed.to_string()])?;
        Measured::read(&text).ok_or_else(|| format!("{name} said nothing that is understood: {text}"))
    }

    /// Every bench as often as it takes, in rounds: what disturbs the machine for a while meets one run of
    /// each, not all runs of one.
    fn all(&self, names: &[String], given: &Context) -> Result<(usize, Vec<Measurement>), String> {
        let mut a_round = (0.0, 0.0);
        for name in names {
            let trial = self.measure(name, TRIAL, given.seed)?;
            a_round.0 += trial.waited;
            a_round.1 += trial.sampled;
        }
        let samples = affordable(given.time, a_round);
        println!("   {samples} samples each, {RUNS} runs");
        let mut results: Vec<_> =
            names.iter().map(|name| Measurement { name: name.clone(), t: Vec::new() }).collect();
        for round in 0..RUNS {
            for result in &mut results {
                let seed = given.seed.wrapping_mul(1_000).wrapping_add(round as u64);
                let measured = self.measure(&result.name, samples, seed)?;
                println!("   {}: t = {:+.2}", result.name, measured.t);
                result.t.push(measured.t);
            }
        }
        Ok((samples, results))
    }
}

/// How many samples of each bench the time allows, by what a round of trials took: seconds before the first
/// sample, and seconds of sampling.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, and held within bounds"
)]
fn affordable(time: Duration, (waited, sampled): (f64, f64)) -> usize {
    let round = time.as_secs_f64() / RUNS as f64 - waited;
    let reached = round / (sampled / TRIAL as f64).max(f64::MIN_POSITIVE);
    (reached.max(0.0) as usize).clamp(FEWEST, SAMPLES)
}

/// What one run of one bench came to.
struct Measured {
    /// The largest t of the test on all samples and on those below each of a hundred percentiles.
    t: f64,
    waited: f64,
    sampled: f64,
}

impl Measured {
    fn read(text: &str) -> Option<Self> {
        let number = |after: &str| {
            let (_, rest) = text.split_once(after)?;
            rest.trim_start().split([',', ' ', '\n']).next()?.parse::<f64>().ok().filter(|t| !t.is_nan())
        };
        let (t, took, waited) = (number("max t = ")?, number("took ")?, number(" s, ")?);
        Some(Self { t, waited, sampled: took - waited })
    }
}

struct Measurement {
    name: String,
    t: Vec<f64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    /// No run found a difference.
    Even,
    /// Some did and some did not.
    Unsure,
    /// All did.
    Differs,
}

impl Verdict {
    const fn name(self) -> &'static str {
        match self {
            Self::Even => "no difference found",
            Self::Unsure => "unsure",
            Self::Differs => "differs",
        }
    }
}

impl Measurement {
    fn verdict(&self) -> Verdict {
        match self.t.iter().filter(|t| t.abs() > LIMIT).count() {
            0 => Verdict::Even,
            beyond if beyond == self.t.len() => Verdict::Differs,
            _ => Verdict::Unsure,
        }
    }

    fn median(&self) -> f64 {
        let mut sizes: Vec<f64> = self.t.iter().map(|t| t.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.get(sizes.len() / 2).copied().unwrap_or_default()
    }
}

fn conclude(samples: usize, pinned: bool, results: &[Measurement]) -> Part {
    let benches: serde_json::Map<String, Value> = results
        .iter()
        .map(|result| {
            let figures =
                json!({ "t": result.t, "median": result.median(), "verdict": result.verdict().name() });
            (result.name.clone(), figures)
        })
        .collect();
    let mut summary = vec![format!(
        "{samples} samples each, {RUNS} runs, {}; a difference is |t| > {LIMIT} in all of them",
        if pinned { "on one core" } else { "on any core" }
    )];
    summary.extend(results.iter().map(|result| {
        let runs: Vec<String> = result.t.iter().map(|t| format!("{t:+.2}")).collect();
        format!(
            "{}: median |t| {:.2} ({}): {}",
            result.name,
            result.median(),
            runs.join(", "),
            result.verdict().name()
        )
    }));
    let figures = json!({
        "samples": samples, "runs": RUNS, "limit": LIMIT, "pinned": pinned, "benches": benches,
    });
    let outcome = match wrong(results) {
        None if samples < SAMPLES => Outcome::Partial(format!("{samples} samples each, of {SAMPLES} wanted")),
        None if !doubtful(results).is_empty() => {
            Outcome::Partial(format!("most runs found a difference, to be run again: {}", doubtful(results)))
        }
        None => Outcome::Passed,
        Some(why) => Outcome::Failed(why),
    };
    Part { outcome, figures, summary }
}

/// What is wrong, first of all with the measurement itself.
fn wrong(results: &[Measurement]) -> Option<String> {
    let verdict = |name: &str| results.iter().find(|result| result.name == name).map(Measurement::verdict);
    if verdict(LEAKS) != Some(Verdict::Differs) {
        return Some(format!("{LEAKS} was not caught: nothing can be said of the others"));
    }
    if verdict(CONSTANT) != Some(Verdict::Even) {
        return Some(format!("{CONSTANT} was caught: the measurement is at fault"));
    }
    let differing = results.iter().filter(|result| result.name != LEAKS);
    let names: Vec<&str> = differing
        .filter(|result| result.verdict() == Verdict::Differs)
        .map(|result| result.name.as_str())
        .collect();
    (!names.is_empty()).then(|| format!("the time tells of the secret: {}", names.join(", ")))
}

/// The benches for which most runs found a difference, and not all.
fn doubtful(results: &[Measurement]) -> String {
    let doubtful =
        results.iter().filter(|result| result.verdict() == Verdict::Unsure && result.median() > LIMIT);
    doubtful.map(|result| result.name.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(of: &[(&str, [f64; 3])]) -> Vec<Measurement> {
        of.iter().map(|(name, t)| Measurement { name: (*name).into(), t: t.into() }).collect()
    }

    #[test]
    fn a_run_is_read_from_what_the_bench_prints() {
        let text = "\nrunning 1 bench\nbench x seeded with 0x0000000000000001\nbench x ... : n == +0.018M, \
                    max t = -2.31600, max tau = +0.01728, (5/tau)^2 = 83745\n\ndudect benches complete\n\n\
                    took 0.594386 s, 0.100000 s of it before the first sample\n";
        let read = Measured::read(text).map(|run| (run.t, run.waited, (run.sampled * 1e6).round()));
        assert_eq!(read, Some((-2.316, 0.1, 494_386.0)));
        assert!(Measured::read(&text.replace("-2.31600", "NaN")).is_none());
        assert!(Measured::read("").is_none());
    }

    #[test]
    fn a_difference_counts_when_every_run_finds_it() {
        let good = [(LEAKS, [500.0, -510.0, 490.0]), (CONSTANT, [1.0, 2.0, 1.5])];
        assert_eq!(wrong(&results(&good)), None);
        assert_eq!(wrong(&results(&[&good[..], &[("sign", [6.0, -4.9, 9.0])]].concat())), None);
        let sign = results(&[&good[..], &[("sign", [6.0, -5.1, 9.0])]].concat());
        assert!(wrong(&sign).is_some_and(|why| why.contains("sign")));
    }

    #[test]
    fn without_sound_controls_nothing_passes() {
        assert!(wrong(&[]).is_some());
        assert!(wrong(&results(&[(LEAKS, [500.0, 4.0, 500.0]), (CONSTANT, [1.0; 3])])).is_some());
        assert!(wrong(&results(&[(LEAKS, [500.0; 3])])).is_some());
        let noisy = wrong(&results(&[(LEAKS, [500.0; 3]), (CONSTANT, [6.0; 3])]));
        assert!(noisy.is_some_and(|why| why.contains(CONSTANT)));
        assert!(wrong(&results(&[(LEAKS, [500.0; 3]), (CONSTANT, [6.0, 1.0, 1.0])])).is_some());
    }

    #[test]
    fn what_most_runs_found_is_neither_passed_nor_failed() {
        let run = |t| results(&[(LEAKS, [500.0; 3]), (CONSTANT, [1.0; 3]), ("sign", t)]);
        let [once, twice] = [[6.0, 1.0, 2.0], [6.0, -7.0, 2.0]].map(run);
        assert!(matches!(conclude(SAMPLES, true, &once).outcome, Outcome::Passed));
        assert!(
            matches!(conclude(SAMPLES, true, &twice).outcome, Outcome::Partial(why) if why.contains("sign"))
        );
    }

    #[test]
    fn samples_are_what_the_time_allows() {
        let seconds = Duration::from_secs;
        assert_eq!(affordable(seconds(0), (1.0, 1.0)), FEWEST);
        assert_eq!(affordable(seconds(303), (1.0, 2.0)), 100_000);
        assert_eq!(affordable(seconds(1_000_000), (1.0, 2.0)), SAMPLES);
    }
}
