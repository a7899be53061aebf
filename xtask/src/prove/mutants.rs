//! Mutation testing: the core is changed in one place, and a test has to notice.
//!
//! cargo-mutants makes the changes and judges them. What is added here is memory: a ledger of verdicts that
//! outlives a run, so that the thousands of builds this takes can be spread over as many runs as one likes.

mod ledger;
mod list;
mod shard;
mod tree;

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Value, json};

use self::ledger::{Ledger, Verdict};
use self::list::Mutant;
use self::shard::Shards;
use super::sources::fingerprint;
use super::{Context, Outcome, Part};
use crate::steps::{cargo, succeeds};

/// The rooms that are mutated, the narrower before the wider, and whether a survivor there is a failure.
const ROOMS: [(&str, bool); 7] = [
    ("core/src/validation/", true),
    ("core/src/ucan/policy/", true),
    ("core/src/wire/cbor/", true),
    ("core/src/identity/did_key.rs", true),
    ("core/src/ucan/", false),
    ("core/src/wire/", false),
    ("core/src/identity/", false),
];

/// What decides whether a mutant is noticed.
const DECIDE: [&str; 7] =
    ["core", "tests", "fuzz/corpus", "fuzz/crashes", "Cargo.toml", "Cargo.lock", ".cargo/mutants.toml"];

/// The score below which the part fails, in percent of the viable mutants covered.
const WANTED: f64 = 95.0;

pub(super) fn run(given: &Context) -> Part {
    let begun = Instant::now();
    if !succeeds(&cargo(), &["mutants", "--version"])
        && !succeeds(&cargo(), &["install", "--locked", "cargo-mutants"])
    {
        return Part::skipped("cargo-mutants is not there, and cargo could not install it");
    }
    match judge(given, begun) {
        Ok(part) => part,
        Err(error) => Part::failed(error),
    }
}

fn judge(given: &Context, begun: Instant) -> Result<Part, String> {
    let folder = given.folder.join("mutants");
    let tree = tree::copied(&folder)?;
    let mutants = list::mutants(&tree)?;
    let mut ledger = Ledger::open(&folder, fingerprint(&DECIDE))?;
    let mut shards = Shards::new(&folder, &tree);
    let mut judged = 0;
    for shard in ledger.outstanding(&mutants, given.seed).chunks(shard::SIZE) {
        if begun.elapsed() >= given.time {
            break;
        }
        let verdicts = shards.run(shard)?;
        judged += verdicts.len();
        ledger.add(&verdicts)?;
        println!("   {judged} judged in {} s", begun.elapsed().as_secs());
    }
    Ok(part(&mutants, &ledger, judged))
}

/// What is known of the mutants of a room.
#[derive(Default)]
struct Count {
    total: usize,
    verdicts: BTreeMap<Verdict, usize>,
}

impl Count {
    fn of(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }

    fn covered(&self) -> usize {
        self.verdicts.values().sum()
    }

    fn add(&mut self, verdict: Option<Verdict>) {
        self.total += 1;
        if let Some(verdict) = verdict {
            *self.verdicts.entry(verdict).or_default() += 1;
        }
    }

    /// The share of the viable mutants covered that a test noticed; a test that never ends is noticed.
    fn score(&self) -> f64 {
        let noticed = self.of(Verdict::Caught) + self.of(Verdict::Timeout);
        percent(noticed, noticed + self.of(Verdict::Missed))
    }

    fn json(&self) -> Value {
        json!({
            "total": self.total,
            "covered": self.covered(),
            "caught": self.of(Verdict::Caught),
            "timeouts": self.of(Verdict::Timeout),
            "unviable": self.of(Verdict::Unviable),
            "missed": self.of(Verdict::Missed),
            "score": self.score(),
        })
    }

    fn line(&self, name: &str) -> String {
        format!(
            "{name}: {} of {} covered: {} caught, {} timed out, {} unviable, {} missed; {:.1} % noticed",
            self.covered(),
            self.total,
            self.of(Verdict::Caught),
            self.of(Verdict::Timeout),
            self.of(Verdict::Unviable),
            self.of(Verdict::Missed),
            self.score()
        )
    }
}

fn part(mutants: &[Mutant], ledger: &Ledger, judged: usize) -> Part {
    let mut all = Count::default();
    let mut rooms: Vec<_> = ROOMS.iter().map(|(room, strict)| (*room, *strict, Count::default())).collect();
    let mut missed = Vec::new();
    let mut forbidden = 0;
    let mut older = 0;
    for mutant in mutants {
        let verdict = ledger.verdict(mutant);
        all.add(verdict);
        older += usize::from(verdict.is_some() && !ledger.is_current(mutant));
        let Some((_, strict, room)) = rooms.iter_mut().find(|(room, ..)| mutant.file.starts_with(room))
        else {
            continue;
        };
        room.add(verdict);
        if verdict == Some(Verdict::Missed) {
            forbidden += usize::from(*strict);
            missed.push(mutant.name.clone());
        }
    }
    let mut summary = vec![
        format!(
            "{:.1} % of {} mutants covered so far, {judged} of them in this run",
            percent(all.covered(), all.total),
            all.total
        ),
        format!("{older} of the verdicts are from before the last change to the core or its tests"),
        all.line("all"),
    ];
    summary.extend(rooms.iter().map(|(room, _, count)| count.line(room)));
    summary.extend(missed.iter().map(|name| format!("missed: {name}")));
    let by_room: serde_json::Map<_, _> =
        rooms.iter().map(|(room, _, count)| ((*room).to_owned(), count.json())).collect();
    let figures = json!({
        "all": all.json(),
        "rooms": by_room,
        "judged_now": judged,
        "older": older,
        "share_covered": percent(all.covered(), all.total),
        "missed": missed,
    });
    let outcome = if forbidden > 0 {
        Outcome::Failed(format!("{forbidden} mutants survive where none may"))
    } else if all.score() < WANTED {
        Outcome::Failed(format!("{:.1} % noticed, {WANTED} wanted", all.score()))
    } else if all.covered() == 0 {
        Outcome::Skipped("the time was up before the first shard".into())
    } else {
        Outcome::Passed
    };
    Part { outcome, figures, summary }
}

#[allow(clippy::cast_precision_loss, reason = "there are thousands, not 2^52")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}
