//! CIDs, commands, and values in DAG-CBOR.

use allod::Cid;
use allod::wire::{View, cid, multibase};

use crate::fault::Fault;
use crate::input::Input;
use crate::output::{bytes_answer, text_answer};

/// The CID of a token's bytes. The question: `{token}`.
pub fn of(input: &Input) -> Result<Vec<u8>, Fault> {
    Ok(bytes_answer(&Cid::of(input.fields().bytes("token")?).to_bytes()))
}

/// Reads the text of a CID of any kind. The question: `{text}`.
pub fn read(input: &Input) -> Result<Vec<u8>, Fault> {
    let malformed = || Fault::new("ValueError", "malformed", &"the text is not a CID in its one spelling");
    let cid = cid::parse_data(input.fields().text("text")?).ok_or_else(malformed)?;
    Ok(bytes_answer(&cid::data_bytes(&cid)))
}

/// A CID as text in base58btc. The question: `{cid}`.
pub fn text(input: &Input) -> Result<Vec<u8>, Fault> {
    let bytes = input.fields().bytes("cid")?;
    if cid::is_canonical(bytes) {
        return Ok(text_answer(&format!("z{}", multibase::base58btc_encode(bytes))));
    }
    Err(Fault::new("ValueError", "malformed", &"the bytes are not a canonical CID"))
}

/// Whether a command covers another. The question: `{command, other}`.
pub fn command_covers(input: &Input) -> Result<Vec<u8>, Fault> {
    let fields = input.fields();
    let covers = fields.command("command")?.covers(&fields.command("other")?);
    Ok(text_answer(if covers { "yes" } else { "no" }))
}

/// Checks a value in DAG-CBOR. The question: `{bytes}`; the answer is the value.
pub fn cbor(input: &Input) -> Result<Vec<u8>, Fault> {
    let bytes = input.fields().bytes("bytes")?;
    View::parse(bytes)?;
    Ok(bytes.to_vec())
}
