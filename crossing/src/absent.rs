//! What `allod/lite` has in the place of `whole/`: it says what is not there.

use allod::{MemoryResolver, Receipt};

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

/// A receipt by whoever needs no document. Another might contradict one that counts, and nobody would know.
pub fn verifiable(receipt: Receipt) -> Result<Receipt, Fault> {
    if receipt.issuer().algorithm().is_some() { Ok(receipt) } else { Err(absent("receipts")) }
}

/// That something is in the whole alone.
pub fn absent(what: &str) -> Fault {
    let message = format_args!("`allod/lite` has no part for this ({what}): import `allod` in its place");
    Fault::new("AllodError", "not-in-lite", &message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use allod::wire::Writer;

    use super::*;

    fn refused(question: Vec<u8>, what: &str) {
        let fault = crate::ask(what, &Input::read(question).unwrap()).unwrap_err();
        assert_eq!((fault.class(), fault.code()), ("AllodError", "not-in-lite"), "{what}");
    }

    #[test]
    fn documents_are_refused_and_not_passed_over() {
        let question = |documents: u64| {
            let mut writer = Writer::new();
            writer.map_head(1);
            writer.string("documents");
            writer.list_head(documents);
            for _ in 0..documents {
                writer.list_head(2);
                writer.string("did:web:example.com");
                writer.string("{}");
            }
            Input::read(writer.into_bytes()).unwrap()
        };
        assert_eq!(documents(question(0).fields()).map(|all| all.documents().count()).ok(), Some(0));
        assert_eq!(documents(question(1).fields()).map(|_| ()).unwrap_err().code(), "not-in-lite");
    }

    #[test]
    fn what_only_the_whole_answers_is_named() {
        for what in ["delegation-lints", "document", "genuine", "json", "json-print", "policy-words"] {
            refused(vec![0xa0], what);
        }
    }
}
