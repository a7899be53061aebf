//! DIDs.

use allod::identity::Signature;
use allod::wire::Writer;

use crate::fault::Fault;
use crate::input::{Input, bytes, public_key};
use crate::output::{Answer, or_null, text_answer};
use crate::whole::READS_DOCUMENTS;

/// What a DID says by itself. The question: `{did}`.
pub fn read(input: &Input) -> Result<Vec<u8>, Fault> {
    let did = input.fields().did("did")?;
    let key = did.algorithm().and_then(|_| did.public_key().ok()).map(|key| key.to_bytes());
    let mut answer = Answer::of(6);
    answer.text("method", did.method());
    answer.optional_text("algorithm", did.algorithm().map(|algorithm| algorithm.to_string()).as_deref());
    answer.with("key", |out| or_null(out, key.as_deref(), Writer::bytes));
    answer.optional_text("url", did.web_url().as_deref());
    answer.text("short", &did.short());
    answer.flag("verifiable", did.can_be_verified() && (READS_DOCUMENTS || did.algorithm().is_some()));
    Ok(answer.done())
}

/// The did:key of a public key. The question: `{key}`.
pub fn of_key(input: &Input) -> Result<Vec<u8>, Fault> {
    Ok(text_answer(&input.fields().required("key", public_key)?.did().to_string()))
}

/// Whether this key has made this signature of these bytes, or else it is a fault. The question: `{key, bytes, signature}`.
pub fn verify(input: &Input) -> Result<Vec<u8>, Fault> {
    let key = input.fields().required("key", public_key)?;
    let signature = input.fields().required("signature", bytes)?;
    key.verify(input.fields().required("bytes", bytes)?, &Signature::try_from(signature)?)?;
    Ok(text_answer("yes"))
}
