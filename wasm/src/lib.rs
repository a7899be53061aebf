//! What the npm package `allod` calls: bytes in, bytes out.
//!
//! Questions and answers are strict DAG-CBOR, so that one crossing carries a whole question and another its whole answer,
//! and no JavaScript object is walked from here. Each function converts, calls the core once, and converts
//! back. Nothing stays behind in this memory but keys (`key.rs`), tokens that wait for their signature
//! (`unsigned.rs`) and flows that are under way (`machine.rs`).

#![allow(unreachable_pub, reason = "what is exported to JavaScript is reachable from there alone")]

mod ask;
mod cid;
mod container;
mod decide;
mod did;
mod fault;
mod input;
mod key;
mod machine;
mod miss;
mod output;
mod policy;
mod receive;
mod token;
mod unsigned;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::fault::Fault;
use crate::input::Input;

/// The version of the library.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// Answers a question. All of them come in by this one door: each further export would cost every page that loads this.
///
/// # Errors
/// What went wrong, for the glue to make an error of.
#[wasm_bindgen]
pub fn ask(what: &str, question: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let input = Input::read(question)?;
    match what {
        "cbor" => cid::cbor(&input),
        "cid" => cid::read(&input),
        "cid-of" => cid::of(&input),
        "cid-text" => cid::text(&input),
        "command" => cid::command_covers(&input),
        "container" => container::read(&input),
        "container-write" => container::write(&input),
        "decide" => decide::decide(&input),
        "delegation-lints" => unsigned::lints(&input),
        "did" => did::read(&input),
        "did-of-key" => did::of_key(&input),
        "document" => did::document_for(&input),
        "genuine" => receive::genuine(&input),
        "json" => cid::json_parse(&input),
        "json-print" => cid::json_print(&input),
        "needs" => decide::needs(&input),
        "policy" => policy::evaluate(&input),
        "policy-words" => policy::words(&input),
        "token" => token::read(&input),
        "token-state" => token::state(&input),
        "token-verify" => token::verify(&input),
        _ => Err(Fault::argument("what", "a question that is known")),
    }
}
