//! allod for other languages: a C ABI over the same core.
//!
//! Every object is a handle: a pointer in C's eyes, in truth a number that is looked up, never followed, and never given
//! out twice. What is stale, freed twice, of another type or NULL is found and said; it crashes nothing. What is structured (a
//! delegation to be made, a policy, arguments, a decision) crosses as bytes of DAG-JSON or DAG-CBOR.
//!
//! The header `include/allod.h` is made from this crate, and is what users read: documentation here is in C's terms. The
//! conventions stand at its top (`cbindgen.toml`).

#![allow(unreachable_pub, reason = "what is exported to C is reachable from there alone")]
#![allow(
    clippy::missing_safety_doc,
    reason = "one contract for all, at the top of the header, and of `pointer.rs`"
)]
#![allow(clippy::must_use_candidate, reason = "C has no such thing; the header says what is to be freed")]
#![allow(clippy::missing_errors_doc, reason = "every function returns an error, or says why it cannot fail")]

mod agent;
mod authorizer;
mod bytes;
mod callback;
mod code;
mod container;
mod decision;
mod did;
mod error;
mod evidence;
mod execution;
mod executor;
mod guard;
mod handle;
mod key;
mod make;
mod pointer;
mod policy;
mod question;
mod report;
mod signer;
mod store;
mod token;
mod unsigned;
mod value;
mod version;

pub use self::agent::*;
pub use self::authorizer::*;
pub use self::bytes::*;
pub use self::callback::{
    ALLOD_SIGN_REFUSED, ALLOD_SIGN_UNAVAILABLE, AllodDropFn, AllodHandlerFn, AllodSignFn,
};
pub use self::code::*;
pub use self::container::*;
pub use self::decision::*;
pub use self::did::*;
pub use self::error::*;
pub use self::evidence::*;
pub use self::execution::*;
pub use self::executor::*;
pub use self::key::*;
pub use self::make::*;
pub use self::policy::*;
pub use self::question::{ALLOD_DAG_CBOR, ALLOD_DAG_JSON};
pub use self::signer::*;
pub use self::store::*;
pub use self::token::*;
pub use self::unsigned::*;
pub use self::value::*;
pub use self::version::*;
