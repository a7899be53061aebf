//! The two answers.

// Requirements kept here: dlg-valid-on-receipt, allod-denial-public.

use alloc::vec::Vec;
use core::fmt;

use super::finding::Finding;
use super::promises::Mismatch;
use super::trace::{Rule, Trace};
use crate::code::Code;
use crate::identity::Did;
use crate::ucan::policy::contains_promise;
use crate::ucan::time::Timestamp;
use crate::ucan::{Command, Delegation, Invocation, Promise, Verified};
use crate::wire::{Cid, Item, View};

/// The answer to an invocation.
#[derive(Debug, Clone)]
#[must_use = "a decision that nobody looks at protects nothing"]
#[allow(clippy::large_enum_variant, reason = "made once for each decision; most are grants")]
pub enum Decision {
    /// Allowed; the grant says what exactly.
    Allow(Grant),
    /// Denied; the denial says why. It is a value, not an error.
    Deny(Denial),
}

impl Decision {
    /// Whether it is allowed.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allow(_))
    }

    /// The grant, if allowed.
    #[must_use]
    pub const fn grant(&self) -> Option<&Grant> {
        match self {
            Self::Allow(grant) => Some(grant),
            Self::Deny(_) => None,
        }
    }

    /// The denial, if denied.
    #[must_use]
    pub const fn denial(&self) -> Option<&Denial> {
        match self {
            Self::Allow(_) => None,
            Self::Deny(denial) => Some(denial),
        }
    }

    /// Every check that was made, in order.
    #[must_use]
    pub const fn trace(&self) -> &Trace {
        match self {
            Self::Allow(grant) => &grant.trace,
            Self::Deny(denial) => &denial.trace,
        }
    }
}

/// Leave to do one thing: what a handler takes as proof that the checks were made.
///
/// Only [`super::Authorizer::decide`] makes one. It holds the invocation and the chain, every one of them
/// verified.
#[derive(Debug, Clone)]
pub struct Grant {
    invocation: Verified<Invocation>,
    chain: Vec<Verified<Delegation>>,
    until: Option<Timestamp>,
    /// The arguments with results in the place of promises; `None` where they promise nothing.
    settled: Option<SettledArguments>,
    trace: Trace,
}

/// What became of arguments that hold promises.
#[derive(Debug, Clone)]
pub(super) struct SettledArguments {
    pub(super) arguments: Item,
    pub(super) awaits: Vec<Promise>,
    pub(super) mismatch: Option<Mismatch>,
    /// Until when the receipts that were used are all upheld.
    pub(super) until: Option<Timestamp>,
}

impl Grant {
    /// A grant, from a trace in which every check passed.
    pub(super) fn new(
        invocation: Verified<Invocation>,
        chain: Vec<Verified<Delegation>>,
        until: Option<Timestamp>,
        settled: Option<SettledArguments>,
        trace: Trace,
    ) -> Self {
        Self { invocation, chain, until, settled, trace }
    }

    /// Who asked.
    #[must_use]
    pub fn issuer(&self) -> &Did {
        self.invocation.issuer()
    }

    /// On whose authority.
    #[must_use]
    pub fn subject(&self) -> &Did {
        self.invocation.subject()
    }

    /// What may be done.
    #[must_use]
    pub fn command(&self) -> &Command {
        self.invocation.command()
    }

    /// With which arguments: a map. Where they promised results that receipts tell, the results stand there,
    /// and it is these arguments that satisfied the policies.
    #[must_use]
    pub fn arguments(&self) -> View<'_> {
        self.settled.as_ref().map_or_else(|| self.invocation.arguments(), |settled| settled.arguments.view())
    }

    /// Whether the arguments still wait for the result of another task (`await/ok`, `await/error` or
    /// `await/*`). No policy looked at such a value; nor should a handler.
    #[must_use]
    pub fn awaits_results(&self) -> bool {
        contains_promise(self.arguments())
    }

    /// The promises of which no receipt tells what to put in their place. Arguments may still hold what has the
    /// form of a promise without being listed here, where a result does: see [`Grant::awaits_results`].
    #[must_use]
    pub fn awaits(&self) -> &[Promise] {
        self.settled.as_ref().map_or(&[], |settled| &settled.awaits)
    }

    /// A promise whose task came out otherwise than it waits for, so that it never will be kept.
    #[must_use]
    pub fn mismatch(&self) -> Option<&Mismatch> {
        self.settled.as_ref()?.mismatch.as_ref()
    }

    /// The invocation.
    #[must_use]
    pub const fn invocation(&self) -> &Verified<Invocation> {
        &self.invocation
    }

    /// The delegations it rests on, root first; none where the subject itself invoked.
    #[must_use]
    pub fn chain(&self) -> &[Verified<Delegation>] {
        &self.chain
    }

    /// The last second at which all of it is valid, without tolerance; `None` if nothing in it expires. Receipts
    /// of results that stand in the arguments are part of it.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Every check that was made, in order.
    #[must_use]
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    #[cfg(feature = "std")]
    /// The denial it turns into for an executor that has executed the invocation before.
    pub(crate) fn replayed(mut self) -> Denial {
        let message = "the invocation, or one of the same issuer, task and nonce, was executed before";
        let finding = Finding::new(Code::Replayed, Rule::Replay, message).on(None, self.invocation.cid());
        self.trace.record(Rule::Replay, None, Err(finding));
        Denial::of(self.trace)
    }
}

/// Why something is not allowed.
///
/// It has two faces: everything, for the one who decides, and [`Denial::public`] for the other side.
#[derive(Debug, Clone)]
pub struct Denial {
    first: Finding,
    trace: Trace,
}

impl Denial {
    /// The denial that a trace amounts to: its first failure.
    ///
    /// A trace without one is no grant either (a rule was not reached though nothing failed): that would
    /// be a fault of this crate, and is denied all the same.
    pub(super) fn of(trace: Trace) -> Self {
        let first = trace.failures().next().cloned().unwrap_or_else(|| {
            let message = "a rule was not reached: please report this as a fault of the library";
            Finding::new(Code::Malformed, Rule::InvocationDecodes, message)
        });
        Self { first, trace }
    }

    /// The failure code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.first.code()
    }

    /// The first fault, in the order of the rules.
    #[must_use]
    pub const fn finding(&self) -> &Finding {
        &self.first
    }

    /// The link at fault, as an index into the invocation's proofs; `None` for the invocation itself.
    #[must_use]
    pub fn link(&self) -> Option<usize> {
        self.first.link()
    }

    /// The CID of the token at fault.
    #[must_use]
    pub fn cid(&self) -> Option<Cid> {
        self.first.cid()
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        self.first.message()
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        self.first.remedy()
    }

    /// Every check that was made, in order.
    #[must_use]
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What the caller on the other side may see: the code, the CID they themselves named, and what to do in
    /// general. The rest may speak of tokens that they never sent.
    #[must_use]
    pub fn public(&self) -> PublicDenial {
        PublicDenial { code: self.first.code(), cid: self.first.cid(), remedy: self.first.code().remedy() }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.first, self.first.remedy())
    }
}

/// The part of a denial that may be shown to whoever sent the invocation. It tells nothing of what is in
/// tokens or policies; that a proof is missing, or is not, it does tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicDenial {
    /// The failure code.
    pub code: Code,
    /// The CID of the token at fault.
    pub cid: Option<Cid>,
    /// What to do, in general.
    pub remedy: &'static str,
}

impl fmt::Display for PublicDenial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.code, self.remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A trace that failed nowhere and is whole nowhere would be a fault of this crate.
    #[test]
    fn a_trace_without_a_failure_is_denied_and_says_that_it_is_a_fault() {
        let denial = Denial::of(Trace::with_room_for(0));
        assert_eq!((denial.code(), denial.link(), denial.cid()), (Code::Malformed, None, None));
        assert!(denial.message().contains("fault of the library"));
    }
}
