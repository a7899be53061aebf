//! DID documents that people fetched and saved.

use allod::identity::{DidDocument, MAX_DOCUMENT_LENGTH};

use crate::failure::Failure;
use crate::files;
use crate::keystore::parse_did;

/// Reads the documents in these files, each under the DID it says it is of.
pub(crate) fn read(sources: &[String]) -> Result<Vec<DidDocument>, Failure> {
    sources.iter().map(|source| read_one(source)).collect()
}

fn read_one(source: &str) -> Result<DidDocument, Failure> {
    #[derive(serde::Deserialize)]
    struct Named {
        id: String,
    }
    let text = files::read_text(source, MAX_DOCUMENT_LENGTH)?;
    let refused = |error: &dyn std::fmt::Display| {
        Failure::new(
            format_args!("{source} is not a DID document: {error}"),
            "fetch it again from the place that the DID names",
        )
    };
    let named: Named = serde_json::from_str(&text).map_err(|error| refused(&error))?;
    DidDocument::parse(&text, &parse_did(&named.id)?).map_err(|error| refused(&error))
}
