//! What the verdicts amount to.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::{Outcome, Part};
use super::ROOMS;
use super::ledger::{Judge, Ledger, Verdict};
use super::list::Mutant;

/// The score below which the part fails, in percent of the viable mutants covered.
const WANTED: f64 = 95.0;

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

/// The figures, and whether they will do.
pub(super) fn part(mutants: &[Mutant], ledger: &Ledger, judged: usize) -> Part {
    let mut all = Count::default();
    let mut rooms: Vec<_> = ROOMS.iter().map(|(room, strict)| (*room, *strict, Count::default())).collect();
    let mut missed = Vec::new();
    let mut forbidden = 0;
    let mut older = 0;
    let mut unnoticed = 0;
    let mut late = Vec::new();
    let mut by: BTreeMap<Judge, usize> =
        [Judge::Switched, Judge::CargoMutants].into_iter().map(|judge| (judge, 0)).collect();
    for mutant in mutants {
        let known = ledger.verdict(mutant);
        let verdict = known.map(|(verdict, _)| verdict);
        if let Some((_, judge)) = known {
            *by.entry(judge).or_default() += 1;
        }
        all.add(verdict);
        unnoticed += usize::from(ledger.went_unnoticed(mutant) && !ledger.is_current(mutant));
        older += usize::from(verdict.is_some() && !ledger.is_current(mutant));
        if verdict == Some(Verdict::Timeout) {
            late.push(mutant.name.clone());
        }
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
    let verdicts: Vec<_> = by.iter().map(|(judge, count)| format!("{count} by {}", judge.word())).collect();
    let judges_line = format!("verdicts: {}", verdicts.join(", "));
    let mut summary = vec![
        format!(
            "{:.1} % of {} mutants covered so far, {judged} of them in this run",
            percent(all.covered(), all.total),
            all.total
        ),
        format!("{older} of the verdicts are from before the last change to what decides them"),
        judges_line,
        format!("{unnoticed} that no test noticed when they were switched on wait for cargo-mutants"),
        all.line("all"),
    ];
    summary.extend(rooms.iter().map(|(room, _, count)| count.line(room)));
    summary.extend(missed.iter().map(|name| format!("missed: {name}")));
    summary.extend(late.iter().map(|name| format!("timed out: {name}")));
    let by_room: serde_json::Map<_, _> =
        rooms.iter().map(|(room, _, count)| ((*room).to_owned(), count.json())).collect();
    let figures_of: serde_json::Map<_, _> =
        by.iter().map(|(judge, count)| (judge.word().to_owned(), json!(count))).collect();
    let figures = json!({
        "all": all.json(),
        "rooms": by_room,
        "judges": figures_of,
        "unconfirmed": unnoticed,
        "judged_now": judged,
        "older": older,
        "share_covered": percent(all.covered(), all.total),
        "missed": missed,
        "timed_out": late,
    });
    let empty: Vec<&str> =
        rooms.iter().filter(|(.., count)| count.total == 0).map(|(room, ..)| *room).collect();
    let outcome = if !empty.is_empty() {
        Outcome::Failed(format!("there are no mutants in {}: was it moved?", empty.join(", ")))
    } else if forbidden > 0 {
        Outcome::Failed(format!("{forbidden} mutants survive where none may"))
    } else if all.score() < WANTED {
        Outcome::Failed(format!("{:.1} % noticed, {WANTED} wanted", all.score()))
    } else if all.covered() == 0 {
        Outcome::Skipped("the time was up before the first verdict".into())
    } else if all.covered() < all.total {
        let share = percent(all.covered(), all.total);
        Outcome::Partial(format!("{share:.1} % of the mutants were judged so far"))
    } else if older > 0 {
        Outcome::Partial(format!("{older} verdicts are from before the last change"))
    } else {
        Outcome::Passed
    };
    Part { outcome, figures, summary }
}

#[allow(clippy::cast_precision_loss, reason = "there are thousands, not 2^52")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}
