//! Whether something is allowed, and why.
//!
//! [`Authorizer::decide`] is one pure function: an invocation and [`Evidence`] in, a [`Decision`] out. It
//! reads no clock, no store and no network; the evidence carries what it needs, and what is not in the
//! evidence is not the case. A denial is a value, and explains itself.

mod authority;
mod authorizer;
#[cfg(feature = "rayon")]
mod bulk;
mod chain;
mod decision;
mod evidence;
mod finding;
mod promises;
mod revocation;
mod revoking;
mod sift;
mod trace;

pub use self::authority::Authority;
pub use self::authorizer::{Authorizer, Needs, Subjects};
pub use self::decision::{Decision, Denial, Grant, PublicDenial};
pub use self::evidence::{DEFAULT_TOLERANCE, Evidence};
pub use self::finding::Finding;
pub use self::promises::Mismatch;
pub use self::revocation::{NoRevocations, RevocationSet, RevocationView, Standing};
pub use self::revoking::{Relevance, VerifiedRevocation};
pub use self::sift::{Ignored, IgnoredReason, Sifted};
pub use self::trace::{Check, Outcome, Rule, Trace};
