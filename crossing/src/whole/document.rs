//! Documents of DIDs.

use allod::MemoryResolver;
use allod::identity::DidDocument;
use allod::wire::View;

use crate::fault::Fault;
use crate::input::{Fields, Input, did, pair, text};
use crate::output::text_answer;

/// The document that a did:key amounts to. The question: `{did}`.
pub(super) fn of_key(input: &Input) -> Result<Vec<u8>, Fault> {
    Ok(text_answer(&DidDocument::for_key(&input.fields().did("did")?)?.to_json()))
}

/// Those of DIDs that need one: pairs of a DID and its document's text.
pub fn documents(fields: Fields<'_>) -> Result<MemoryResolver, Fault> {
    let mut documents = MemoryResolver::new();
    for document in fields.each("documents", document)? {
        documents.insert(document);
    }
    Ok(documents)
}

fn document(name: &str, view: View<'_>) -> Result<DidDocument, Fault> {
    let (whose, json) = pair(name, view)?;
    Ok(DidDocument::parse(text(name, json)?, &did(name, whose)?)?)
}
