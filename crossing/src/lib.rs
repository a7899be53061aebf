//! What crosses between allod and other languages: questions and answers, as strict DAG-CBOR.
//!
//! A question is a map of named fields ([`Input`]), read into what the core takes; an answer is written from what the core
//! gives ([`Answer`]). The npm package and the C ABI ask the same questions, so that a delegation is described in the same
//! words in JavaScript, Swift, Kotlin, Python and C. Nothing is decided here, and nothing kept.

#![allow(missing_docs, reason = "for the two crates beside it; what their users see is documented there")]
#![allow(clippy::missing_errors_doc, reason = "a fault says itself what went wrong")]
#![allow(clippy::must_use_candidate, reason = "for the two crates beside it")]

pub mod cid;
pub mod container;
pub mod decide;
pub mod did;
pub mod fault;
pub mod input;
pub mod make;
pub mod output;
pub mod policy;
pub mod token;
// What is not in `allod/lite` is in one place, with another in its stead there.
#[cfg_attr(not(feature = "whole"), path = "absent.rs")]
pub mod whole;

pub use self::fault::Fault;
pub use self::input::{Fields, Input};
pub use self::output::Answer;

/// Answers a question by its name, of those that need nothing but themselves.
pub fn ask(what: &str, input: &Input) -> Result<Vec<u8>, Fault> {
    match what {
        "cbor" => cid::cbor(input),
        "cid" => cid::read(input),
        "cid-of" => cid::of(input),
        "cid-text" => cid::text(input),
        "command" => cid::command_covers(input),
        "container" => container::read(input),
        "container-write" => container::write(input),
        "decide" => decide::decide(input),
        "did" => did::read(input),
        "did-of-key" => did::of_key(input),
        "needs" => decide::needs(input),
        "policy" => policy::evaluate(input),
        "signature" => did::verify(input),
        "token" => token::read(input),
        "token-state" => token::state(input),
        "token-verify" => token::verify(input),
        _ => whole::ask(what, input),
    }
}
