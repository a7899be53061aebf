//! The fuzzers, on the minutes of `prove`, going on from what they found before.

use std::time::{Duration, Instant};

use serde_json::{Map, json};

use super::{Context, Outcome, Part};
use crate::fuzz::{self, Plan};

pub(super) fn run(given: &Context) -> Part {
    if let Err(why) = fuzz::tools() {
        return Part::skipped(why);
    }
    let begun = Instant::now();
    let fuzzers = match fuzz::build() {
        Ok(fuzzers) => fuzzers,
        Err(why) => return Part::failed(why),
    };
    let left = given.time.saturating_sub(begun.elapsed());
    let (targets, at_a_time) = (fuzzers.names.len(), fuzzers.at_a_time());
    let seconds = left.as_secs() * at_a_time as u64 / targets.max(1) as u64;
    let plan = Plan {
        folder: given.folder.join("fuzz"),
        time: Duration::from_secs(seconds.max(1)),
        runs: None,
        seed: given.seed,
    };
    let results = fuzzers.run(&plan);
    let mut figures = Map::new();
    for ran in &results {
        let seen = ran.seen;
        let of_one = json!({
            "executions": seen.executions,
            "seconds": ran.seconds,
            "corpus": seen.corpus,
            "features": seen.features,
            "edges": seen.edges,
            "crashes": ran.crashes,
        });
        figures.insert(ran.name.clone(), of_one);
    }
    let executions: u64 = results.iter().map(|ran| ran.seen.executions).sum();
    let mut summary =
        vec![format!("{executions} executions of {targets} targets, {at_a_time} at a time, built before it")];
    summary.extend(results.iter().map(fuzz::Ran::line));
    let outcome = fuzz::broken(&results).map_or(Outcome::Passed, Outcome::Failed);
    Part { outcome, figures: figures.into(), summary }
}
