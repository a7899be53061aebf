//! Every rule a decision went through, in order.

// Requirements kept here: allod-trace-complete, allod-grant-all-passed.

use alloc::vec::Vec;
use core::fmt;

use super::finding::Finding;
use crate::container::Container;
use crate::wire::Cid;

/// A rule of validation. The order of the variants is the order in which faults are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The invocation is a well-formed token.
    InvocationDecodes,
    /// Its signature is its issuer's.
    InvocationSignature,
    /// It is addressed to this executor.
    Audience,
    /// This executor serves its subject.
    SubjectServed,
    /// It is within its window.
    InvocationTime,
    /// It names no more proofs than are followed.
    ChainLength,
    /// A proof is among the evidence.
    ProofPresent,
    /// A proof is a well-formed delegation.
    ProofDecodes,
    /// A proof's signature is its issuer's.
    ProofSignature,
    /// A proof is within its window.
    ProofTime,
    /// There are proofs, or the subject itself invokes.
    ProofsGiven,
    /// The first proof is not a powerline.
    RootHasSubject,
    /// A proof is about the invoked subject.
    Subject,
    /// The first proof was issued by the subject.
    RootIssuer,
    /// A proof's audience is the issuer of what follows it.
    Alignment,
    /// A proof's command covers the invoked one.
    Command,
    /// What the arguments promise could be looked for. Only held against arguments with promises.
    Promises,
    /// A proof's policy is satisfied by the arguments.
    Policy,
    /// A proof is not known to be revoked.
    Revocation,
    /// What is known of revocations is as new as the command asks. Only held against commands that do.
    RevocationAge,
    /// The invocation was not executed before. Only an executor holds it against one.
    Replay,
}

impl Rule {
    /// Every rule, in the order in which faults are reported.
    pub const ALL: [Self; 21] = [
        Self::InvocationDecodes,
        Self::InvocationSignature,
        Self::Audience,
        Self::SubjectServed,
        Self::InvocationTime,
        Self::ChainLength,
        Self::ProofPresent,
        Self::ProofDecodes,
        Self::ProofSignature,
        Self::ProofTime,
        Self::ProofsGiven,
        Self::RootHasSubject,
        Self::Subject,
        Self::RootIssuer,
        Self::Alignment,
        Self::Command,
        Self::Promises,
        Self::Policy,
        Self::Revocation,
        Self::RevocationAge,
        Self::Replay,
    ];

    /// Whether every decision holds it against every invocation with proofs; the others are for some.
    #[must_use]
    pub const fn is_for_all(self) -> bool {
        !matches!(self, Self::Promises | Self::RevocationAge | Self::Replay)
    }

    /// What the rule asks for, in words.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::InvocationDecodes => "the invocation is a well-formed token",
            Self::InvocationSignature => "the invocation is signed by its issuer",
            Self::Audience => "the invocation is addressed to this executor",
            Self::SubjectServed => "this executor serves the subject",
            Self::InvocationTime => "the invocation is within its time",
            Self::ChainLength => "the chain is short enough to follow",
            Self::ProofPresent => "the proof is there",
            Self::ProofDecodes => "the proof is a well-formed delegation",
            Self::ProofSignature => "the proof is signed by its issuer",
            Self::ProofTime => "the proof is within its time",
            Self::ProofsGiven => "there are proofs, or the subject itself invokes",
            Self::RootHasSubject => "the first proof is not a powerline",
            Self::Subject => "the proof is about the invoked subject",
            Self::RootIssuer => "the first proof was issued by the subject",
            Self::Alignment => "the proof was given to the issuer of what follows it",
            Self::Command => "the proof covers the invoked command",
            Self::Promises => "what the arguments promise could be looked for",
            Self::Policy => "the arguments satisfy the proof's policy",
            Self::Revocation => "the proof is not known to be revoked",
            Self::RevocationAge => "what is known of revocations is new enough",
            Self::Replay => "the invocation was not executed before",
        }
    }

    /// A stable kebab-case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvocationDecodes => "invocation-decodes",
            Self::InvocationSignature => "invocation-signature",
            Self::Audience => "audience",
            Self::SubjectServed => "subject-served",
            Self::InvocationTime => "invocation-time",
            Self::ChainLength => "chain-length",
            Self::ProofPresent => "proof-present",
            Self::ProofDecodes => "proof-decodes",
            Self::ProofSignature => "proof-signature",
            Self::ProofTime => "proof-time",
            Self::ProofsGiven => "proofs-given",
            Self::RootHasSubject => "root-has-subject",
            Self::Subject => "subject",
            Self::RootIssuer => "root-issuer",
            Self::Alignment => "alignment",
            Self::Command => "command",
            Self::Promises => "promises",
            Self::Policy => "policy",
            Self::Revocation => "revocation",
            Self::RevocationAge => "revocation-age",
            Self::Replay => "replay",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

/// One rule held against the invocation or one link of its chain.
#[derive(Debug, Clone)]
pub struct Check {
    /// The rule.
    pub rule: Rule,
    /// The link, as an index into the invocation's proofs; `None` for the invocation or the whole chain.
    pub link: Option<usize>,
    /// How it came out.
    pub outcome: Outcome,
}

/// How a rule came out.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not, for this reason.
    Failed(Finding),
    /// It could not be looked at, since something before it failed.
    NotReached,
}

/// Every check of one decision, in the order in which faults are reported.
#[derive(Debug, Clone)]
pub struct Trace {
    checks: Vec<Check>,
    unused: Unused,
}

/// What came along, and what of it was referred to. The difference is only taken when someone asks.
#[derive(Debug, Clone, Default)]
pub(super) struct Unused {
    pub(super) tokens: Vec<Cid>,
    pub(super) containers: Vec<Container>,
    pub(super) used: Vec<Cid>,
}

impl Trace {
    pub(super) fn with_room_for(links: usize) -> Self {
        Self { checks: Vec::with_capacity(10 + 10 * links), unused: Unused::default() }
    }

    /// The checks, in order.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The reasons of the checks that failed, in order. The first is the decision's.
    pub fn failures(&self) -> impl Iterator<Item = &Finding> {
        self.checks.iter().filter_map(|check| match &check.outcome {
            Outcome::Failed(finding) => Some(finding),
            _ => None,
        })
    }

    /// Tokens that came along and that nothing refers to. They were not verified and changed nothing.
    pub fn unused(&self) -> impl Iterator<Item = Cid> {
        let Unused { tokens, containers, used } = &self.unused;
        let all = tokens.iter().copied().chain(containers.iter().flat_map(Container::cids));
        all.filter(|cid| !used.contains(cid))
    }

    pub(super) fn set_unused(&mut self, unused: Unused) {
        self.unused = unused;
    }

    pub(super) fn record(&mut self, rule: Rule, link: Option<usize>, result: Result<(), Finding>) {
        let outcome = match result {
            Ok(()) => Outcome::Passed,
            Err(finding) => Outcome::Failed(finding),
        };
        self.checks.push(Check { rule, link, outcome });
    }

    pub(super) fn not_reached(&mut self, rule: Rule, link: Option<usize>) {
        self.checks.push(Check { rule, link, outcome: Outcome::NotReached });
    }

    /// Every rule after this one could not be looked at.
    pub(super) fn nothing_after(&mut self, last: Rule) {
        let after = |rule: &Rule| *rule > last && rule.is_for_all();
        Rule::ALL.into_iter().filter(after).for_each(|rule| self.not_reached(rule, None));
    }

    /// Records what `result` says, or that the rule was not reached.
    pub(super) fn record_if(&mut self, rule: Rule, link: Option<usize>, result: Option<Result<(), Finding>>) {
        match result {
            Some(result) => self.record(rule, link, result),
            None => self.not_reached(rule, link),
        }
    }

    /// Whether every check was made and passed.
    pub(super) fn is_clean(&self) -> bool {
        self.checks.iter().all(|check| matches!(check.outcome, Outcome::Passed))
    }
}
