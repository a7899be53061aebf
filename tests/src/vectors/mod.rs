//! The project's own vectors: what goes in, and what has to come out, in any language.
//!
//! What is expected is written down here by hand, from `spec/`; nothing of it is computed by the
//! validator that the vectors are for.

mod allow;
mod arguments;
mod case;
mod claims;
mod commands;
mod containers;
mod dids;
mod fields;
mod forms;
mod framings;
mod limits;
mod order;
mod policies;
mod powerlines;
mod promises;
mod proofs;
mod revocations;
mod served;
mod signatures;
mod time;
mod wire;
mod world;

use std::path::PathBuf;

pub use self::case::{Case, Expect, Input};
pub(crate) use self::wire::spellings;
pub(crate) use self::world::dag_json;

/// The files of `tests/vectors`, by their names, with their cases.
#[must_use]
pub fn all() -> Vec<(&'static str, Vec<Case>)> {
    vec![
        ("allow", allow::cases()),
        ("arguments", arguments::cases()),
        ("claims", claims::cases()),
        ("commands", commands::cases()),
        ("containers", containers::cases()),
        ("dids", dids::cases()),
        ("fields", fields::cases()),
        ("forms", forms::cases()),
        ("framings", framings::cases()),
        ("limits", limits::cases()),
        ("order", order::cases()),
        ("policies", policies::cases()),
        ("powerlines", powerlines::cases()),
        ("promises", promises::cases()),
        ("proofs", proofs::cases()),
        ("revocations", revocations::cases()),
        ("served", served::cases()),
        ("signatures", signatures::cases()),
        ("time", time::cases()),
        ("wire", wire::cases()),
    ]
}

/// Where the files are.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// One file, as it is written.
#[must_use]
pub fn render(name: &str, cases: &[Case]) -> String {
    let cases: Vec<_> = cases.iter().map(Case::json).collect();
    let file =
        serde_json::json!({ "$schema": "../../spec/vectors.schema.json", "topic": name, "cases": cases });
    serde_json::to_string_pretty(&file).expect("JSON") + "\n"
}
