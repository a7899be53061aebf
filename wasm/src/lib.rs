//! What the npm package `allod` calls: bytes in, bytes out.
//!
//! Questions and answers are strict DAG-CBOR, so that one crossing carries a whole question and another its whole answer,
//! and no JavaScript object is walked from here; `allod_crossing` reads and writes them. Nothing stays behind in this memory but keys (`key.rs`), tokens that wait for their signature
//! (`unsigned.rs`) and flows that are under way (`whole/machine.rs`).

#![allow(unreachable_pub, reason = "what is exported to JavaScript is reachable from there alone")]

mod key;
mod unsigned;
// As in `allod_crossing`.
#[cfg_attr(not(feature = "whole"), path = "absent.rs")]
mod whole;

use allod_crossing::Input;
use allod_crossing::output::text_answer;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers a question. All of them come in by this one door: each further export would cost every page that loads this.
///
/// # Errors
/// What went wrong, for the glue to make an error of.
#[wasm_bindgen]
pub fn ask(question: Vec<u8>) -> Result<Vec<u8>, JsValue> {
    let (what, question) = named(question);
    if what == "version" {
        return Ok(text_answer(env!("CARGO_PKG_VERSION")));
    }
    let answer = Input::read(question).and_then(|input| allod_crossing::ask(&what, &input));
    answer.map_err(thrown)
}

/// What is asked, and the question. The name stands before it, as a short text in CBOR: a text of its own would have to be
/// carried across by code that nothing else needs.
fn named(mut question: Vec<u8>) -> (String, Vec<u8>) {
    let end = question.first().map_or(0, |head| usize::from(head & 31) + 1).min(question.len());
    let name = question.drain(..end).skip(1).collect();
    (String::from_utf8(name).unwrap_or_default(), question)
}

/// What went wrong, for the glue to make an error of: its class, its code, and what to say, a line each.
#[allow(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn thrown(fault: allod_crossing::Fault) -> JsValue {
    JsValue::from_str(&format!("{}\n{}\n{}", fault.class(), fault.code(), fault.message()))
}
