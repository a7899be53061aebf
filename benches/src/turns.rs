//! Measuring several things in turns, so that what disturbs the machine for a while meets all of them.

use std::collections::BTreeMap;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// How long one batch of a thing takes, about.
const BATCH: Duration = Duration::from_millis(3);

/// How long this thread has run: what others do on the machine meanwhile does not count.
#[must_use]
pub fn ran() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.try_into().unwrap())
}

/// How many rounds: as the environment variable `ROUNDS` says, or so many.
#[must_use]
pub fn rounds(usually: usize) -> usize {
    std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usually).max(1)
}

/// Things to be measured beside each other.
#[derive(Default)]
pub struct Turns<'a> {
    things: Vec<Thing<'a>>,
}

struct Thing<'a> {
    name: String,
    work: Box<dyn FnMut() + 'a>,
}

/// What each came to: the median of its batches, in nanoseconds of this thread's time for doing it once.
#[derive(Debug, Default)]
pub struct Medians(BTreeMap<String, f64>);

impl<'a> Turns<'a> {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a thing; `work` does it once.
    pub fn add(&mut self, name: impl Into<String>, work: impl FnMut() + 'a) {
        self.things.push(Thing { name: name.into(), work: Box::new(work) });
    }

    /// Measures so many batches of each, in turns.
    #[must_use]
    pub fn measured(mut self, rounds: usize) -> Medians {
        let times: Vec<u32> = self.things.iter_mut().map(Thing::times).collect();
        let mut batches = vec![Vec::with_capacity(rounds); self.things.len()];
        for _ in 0..rounds {
            for ((thing, times), batches) in self.things.iter_mut().zip(&times).zip(&mut batches) {
                let begun = ran();
                (0..*times).for_each(|_| (thing.work)());
                batches.push((ran() - begun).as_secs_f64() * 1e9 / f64::from(*times));
            }
        }
        let median = |mut batches: Vec<f64>| {
            batches.sort_unstable_by(f64::total_cmp);
            batches[batches.len() / 2]
        };
        Medians(
            self.things.into_iter().map(|thing| thing.name).zip(batches.into_iter().map(median)).collect(),
        )
    }
}

impl Thing<'_> {
    /// How often it is done in a batch.
    fn times(&mut self) -> u32 {
        let begun = ran();
        let mut times = 0;
        while ran() - begun < BATCH {
            (self.work)();
            times += 1;
        }
        times
    }
}

impl Medians {
    /// The nanoseconds of one thing.
    ///
    /// # Panics
    /// Where it was not measured.
    #[must_use]
    pub fn of(&self, name: &str) -> f64 {
        *self.0.get(name).unwrap_or_else(|| panic!("{name} was not measured"))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(name, nanoseconds)| (name.as_str(), *nanoseconds))
    }

    /// As a JSON object from names to nanoseconds, for `cargo xtask bench`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let members = self.0.iter().map(|(name, nanoseconds)| format!("  \"{name}\": {nanoseconds:.1}"));
        format!("{{\n{}\n}}", members.collect::<Vec<_>>().join(",\n"))
    }
}
