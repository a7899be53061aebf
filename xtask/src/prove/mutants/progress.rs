//! What was judged so far in this run, told now and then.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::ledger::{Judge, Verdict};

/// How often it is told.
const EVERY: Duration = Duration::from_secs(20);

pub(super) struct Progress {
    begun: Instant,
    told: Instant,
    doing: String,
    counts: BTreeMap<(Judge, Verdict), usize>,
}

impl Progress {
    pub(super) fn new(begun: Instant) -> Self {
        Self { begun, told: Instant::now(), doing: String::new(), counts: BTreeMap::new() }
    }

    /// What is done from now on.
    pub(super) fn doing(&mut self, what: String) {
        println!("   {what}");
        self.doing = what;
        self.told = Instant::now();
    }

    pub(super) fn add(&mut self, judge: Judge, verdict: Verdict) {
        *self.counts.entry((judge, verdict)).or_default() += 1;
        self.tell();
    }

    /// Tells where it stands, unless that was told just now.
    pub(super) fn tell(&mut self) {
        if self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            println!("   {}: {} after {} s", self.doing, self.line(), self.begun.elapsed().as_secs());
        }
    }

    /// How many verdicts were reached.
    pub(super) fn judged(&self) -> usize {
        let verdict =
            |(judge, verdict): &(Judge, Verdict)| (*judge, *verdict) != (Judge::Switched, Verdict::Missed);
        self.counts.iter().filter(|(key, _)| verdict(key)).map(|(_, count)| count).sum()
    }

    fn line(&self) -> String {
        let of = |wanted: Verdict, judge: Option<Judge>| -> usize {
            let matches = |(by, verdict): &(Judge, Verdict)| {
                *verdict == wanted && judge.is_none_or(|judge| judge == *by)
            };
            self.counts.iter().filter(|(key, _)| matches(key)).map(|(_, count)| count).sum()
        };
        format!(
            "{} judged, {} caught, {} timed out, {} unviable, {} missed, {} went unnoticed and are run again",
            self.judged(),
            of(Verdict::Caught, None),
            of(Verdict::Timeout, None),
            of(Verdict::Unviable, None),
            of(Verdict::Missed, Some(Judge::CargoMutants)),
            of(Verdict::Missed, Some(Judge::Switched)),
        )
    }
}
