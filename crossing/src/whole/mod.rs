//! What the whole has besides what is in `allod/lite`: flows over a store, documents of DIDs, DAG-JSON, receipts that are made,
//! words for policies.

pub mod ask;
mod document;
mod json;
pub mod make;
pub mod miss;
pub mod receive;
mod words;

use allod::Receipt;

pub use self::document::documents;
use crate::fault::Fault;
use crate::input::Input;

/// Whether documents of DIDs are read.
pub const READS_DOCUMENTS: bool = true;

/// A receipt, by whomever: its issuer's document can be handed over.
#[allow(clippy::unnecessary_wraps, reason = "as `allod/lite` refuses some")]
pub fn verifiable(receipt: Receipt) -> Result<Receipt, Fault> {
    Ok(receipt)
}

/// Answers a question by its name, of those that only the whole answers.
pub fn ask(what: &str, input: &Input) -> Result<Vec<u8>, Fault> {
    match what {
        "delegation-lints" => words::of_delegation(input),
        "document" => document::of_key(input),
        "genuine" => receive::genuine(input),
        "json" => json::parse(input),
        "json-print" => json::print(input),
        "policy-words" => words::of_policy(input),
        _ => Err(Fault::argument("what", "a question that is known")),
    }
}
