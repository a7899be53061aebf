//! What fuzzers run: one function a target, which takes any bytes and fails where a property does not hold.
//!
//! The binaries of `fuzz/` call these and nothing else, and `tests/tests/corpora.rs` replays the corpora and
//! every past crasher through them. Nothing here behaves otherwise under a fuzzer: signatures are real.

mod calls;
mod container;
mod identity;
mod policy;
pub mod seeds;
mod source;
pub mod strict;
mod tokens;
mod wire;
pub mod world;

/// A target's name and what it runs. The name is that of its file in `fuzz/fuzz_targets`, and of its folders
/// in `fuzz/corpus` and `fuzz/crashes`.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: &[Target] = &[
    ("calls", calls::calls),
    ("cbor", wire::cbor),
    ("check_line", tokens::line),
    ("cid", wire::cid),
    ("command", policy::command),
    ("container", container::container),
    ("dag_json", wire::json),
    ("delegation", tokens::delegation),
    ("did", identity::did),
    ("did_document", identity::document),
    ("glob", policy::glob),
    ("inspect", tokens::inspect),
    ("invocation", tokens::invocation),
    ("jwk", identity::jwk),
    ("multibase", wire::multibase),
    ("pem", identity::pem),
    ("policy", policy::policy),
    ("selector", policy::selector),
    ("signature", identity::signature),
    ("strict", strict::strict),
    ("varsig", tokens::varsig),
    ("world", world::world),
];

/// Runs a target by its name.
///
/// # Panics
/// When there is no such target, and when a property does not hold.
pub fn run(name: &str, data: &[u8]) {
    let (_, body) = ALL.iter().find(|(target, _)| *target == name).expect("a target of that name");
    body(data);
}

/// The bytes as text, where they are.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}
