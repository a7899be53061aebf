//! What fuzzers and their corpora reach of this crate: a line of a batch, and the report on a token.

use allod::identity::MemoryResolver;
use allod::wire::Slice;

use crate::commands::BatchDecider;
use crate::report::Report;

/// A batch of `allod check`, line by line.
#[derive(Default)]
pub struct Batch(BatchDecider);

impl Batch {
    /// What the line is answered with, as JSON; or why it is no line to decide.
    ///
    /// # Errors
    /// The reason, as `allod check --batch` says it.
    pub fn answer(&mut self, line: &[u8]) -> Result<String, String> {
        let answer = self.0.decide(line)?;
        serde_json::to_string(&answer).map_err(|error| error.to_string())
    }
}

/// What `allod inspect --json` says of a token.
#[must_use]
pub fn inspect(token: &[u8]) -> String {
    let report = Report::of(Slice::from(token), &MemoryResolver::new());
    serde_json::to_string(&report).unwrap_or_default()
}
