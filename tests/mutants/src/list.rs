//! What `cargo mutants --list --json` says.

use serde_json::Value;

/// A change to one place.
pub(crate) struct Mutant {
    /// Its place in the list, from one.
    pub(crate) id: usize,
    pub(crate) file: String,
    /// What kind of change it is, by cargo-mutants' word for it.
    pub(crate) genre: String,
    pub(crate) replacement: String,
    /// Where it begins: the line and the column, both from one.
    pub(crate) line: usize,
    pub(crate) column: usize,
}

pub(crate) fn mutants(text: &str) -> Result<Vec<Mutant>, String> {
    let listed: Vec<Value> = serde_json::from_str(text).map_err(|error| format!("the list: {error}"))?;
    listed
        .iter()
        .zip(1..)
        .map(|(value, id)| read(value, id).ok_or_else(|| format!("mutant {id} is not described in full")))
        .collect()
}

fn read(value: &Value, id: usize) -> Option<Mutant> {
    let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
    let number = |pointer: &str| usize::try_from(value.pointer(pointer)?.as_u64()?).ok();
    Some(Mutant {
        id,
        file: text("file")?,
        genre: text("genre")?,
        replacement: text("replacement")?,
        line: number("/span/start/line")?,
        column: number("/span/start/column")?,
    })
}
