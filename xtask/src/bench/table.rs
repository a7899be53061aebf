//! The table: bars, peers, and all medians.

use std::fmt::Write as _;
use std::fs;

use super::Measured;
use super::bars::{Bar, Row, Unit};

/// What begins the name of a row of ours that stands beside a peer's.
const BESIDE: &str = "allod for ";
/// Rows of a peer and of ours that have names of their own.
const PAIRS: [(&str, &str); 6] = [
    ("jwt encode", "allod sign delegation"),
    ("jwt verify", "allod verify delegation"),
    ("iso-ucan delegate", "allod delegate in Node"),
    ("iso-ucan invoke", "allod invoke in Node"),
    ("iso-ucan verify 1", "allod verify 1 in Node"),
    ("iso-ucan verify 2", "allod verify 2 in Node"),
];

pub(super) fn markdown(measured: &Measured, rows: &[Row]) -> String {
    let mut out = format!("Measured on: {}\n\n| bar | measured | bar | |\n|---|---|---|---|\n", machine());
    for row in rows {
        let bar = match row.bar {
            Bar::AtMost(most) => format!("≤ {}", value(most, row.unit)),
            Bar::AtLeast(least) => format!("≥ {}", value(least, row.unit)),
        };
        let met = match row.is_met() {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "**not measured**",
        };
        let found = row.value.map(|found| value(found, row.unit)).unwrap_or_default();
        line(&mut out, &[&row.what, &found, &bar, met]);
    }
    out.push_str("\n| peer | peer, µs | allod, µs | peer ÷ allod |\n|---|---|---|---|\n");
    for (peer, ours) in pairs(measured) {
        if let Some((theirs, own)) = measured.median(&peer).zip(measured.median(&ours)) {
            line(&mut out, &[&peer, &micro(theirs), &micro(own), &format!("{:.2}", theirs / own)]);
        }
    }
    out.push_str("\n| what | median, µs |\n|---|---|\n");
    for (name, median) in &measured.medians {
        line(&mut out, &[name, &micro(median.as_f64().unwrap_or(f64::NAN))]);
    }
    if !measured.instructions.is_empty() {
        out.push_str("\n| what | instructions |\n|---|---|\n");
        for (name, count) in &measured.instructions {
            line(&mut out, &[name, &count.to_string()]);
        }
    }
    for (peer, note) in &measured.notes {
        let _infallible = write!(out, "\n- {peer}: {}", note.as_str().unwrap_or_default());
    }
    for (what, why) in &measured.skipped {
        let _infallible = write!(out, "\n- skipped: {what}: {why}");
    }
    out.push('\n');
    out
}

/// A peer's row, and ours that stands beside it.
fn pairs(measured: &Measured) -> Vec<(String, String)> {
    let beside = measured.medians.keys().filter_map(|ours| {
        let peer = ours.strip_prefix(BESIDE)?;
        Some((peer.to_owned(), ours.clone()))
    });
    let created = measured.medians.keys().filter_map(|peer| {
        let (name, links) = peer.split_once(" create ")?;
        let apart = measured.medians.contains_key(&format!("{BESIDE}{peer}"));
        (!apart && !name.starts_with("allod")).then(|| (peer.clone(), format!("allod create {links}")))
    });
    let named = PAIRS.map(|(peer, ours)| (peer.to_owned(), ours.to_owned()));
    beside.chain(created).chain(named).collect()
}

fn line(out: &mut String, cells: &[&str]) {
    let _infallible = writeln!(out, "| {} |", cells.join(" | "));
}

fn micro(nanoseconds: f64) -> String {
    if nanoseconds < 10_000.0 {
        format!("{:.2}", nanoseconds / 1e3)
    } else {
        format!("{:.1}", nanoseconds / 1e3)
    }
}

fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Ratio => format!("{value:.2}"),
        Unit::Nanoseconds => format!("{value:.0} ns"),
        Unit::Count => format!("{value:.0}"),
    }
}

/// The processor, how many of it, and the compiler.
pub(super) fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let compiler = std::process::Command::new("rustc").arg("--version").output().ok();
    let compiler = compiler.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!(
        "{}, {cores} cores, {}",
        cpu.unwrap_or_else(|| "an unknown processor".into()),
        compiler.unwrap_or_default()
    )
}
