//! What the npm package `allod` calls: bytes in, bytes out.
//!
//! Questions and answers are strict DAG-CBOR, so that one crossing carries a whole question and another its whole answer,
//! and no JavaScript object is walked from here; `allod_crossing` reads and writes them. Nothing stays behind in this memory but keys (`key.rs`), tokens that wait for their signature
//! (`unsigned.rs`) and flows that are under way (`machine.rs`).

#![allow(unreachable_pub, reason = "what is exported to JavaScript is reachable from there alone")]

mod key;
mod machine;
mod unsigned;

use allod_crossing::Input;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

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
pub fn ask(what: &str, question: Vec<u8>) -> Result<Vec<u8>, JsValue> {
    let answer = Input::read(question).and_then(|input| allod_crossing::ask(what, &input));
    answer.map_err(thrown)
}

/// What went wrong, for the glue to make an error of: its class, its code, and what to say, a line each.
#[allow(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn thrown(fault: allod_crossing::Fault) -> JsValue {
    JsValue::from_str(&format!("{}\n{}\n{}", fault.class(), fault.code(), fault.message()))
}
