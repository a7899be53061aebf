//! What `allod/lite` has in the place of `whole/`: it says what is not there.

use allod::MemoryResolver;

use crate::fault::Fault;
use crate::input::{Fields, Input};

/// Whether documents of DIDs are read.
pub const READS_DOCUMENTS: bool = false;

/// Answers none of the questions that only the whole answers.
pub fn ask(what: &str, _input: &Input) -> Result<Vec<u8>, Fault> {
    Err(absent(what))
}

/// None, where none are handed over: keys that only a document names are keys that nobody knows here.
pub fn documents(fields: Fields<'_>) -> Result<MemoryResolver, Fault> {
    fields.each("documents", |name, _| Err::<(), _>(absent(name)))?;
    Ok(MemoryResolver::new())
}

/// That something is in the whole alone.
pub fn absent(what: &str) -> Fault {
    let message = format_args!("`allod/lite` has no part for this ({what}): import `allod` in its place");
    Fault::new("NotReadyError", "not-in-lite", &message)
}
