//! What one delegation by itself is worth to a search.

use alloc::vec::Vec;
use core::cell::OnceCell;

use super::goal::Goal;
use super::miss::Reason;
use crate::identity::{Did, MemoryResolver};
use crate::ucan::policy::{Arguments, Budget};
use crate::ucan::time::{Position, Window};
use crate::ucan::{Delegation, Token};
use crate::wire::{Cid, Keyed};

/// What the checks of a signature cost, in steps: some tens of microseconds.
pub(super) const SIGNATURE_STEPS: u64 = 32;

/// How much of a policy's work makes a step.
const WORK_PER_STEP: u32 = 64;

/// How many bytes of arguments are looked through in a step.
const BYTES_PER_STEP: usize = 256;

/// What a search has found out about the ways that its first tries took, and what both of its halves go by.
#[derive(Debug, Clone, Default)]
pub(super) struct Lessons {
    /// Issuers who stand in the middle of a chain and revoked a link below their own.
    pub(super) revokers: Vec<Did>,
    /// Delegations that do not verify, or are not there any more.
    pub(super) excluded: Keyed<Cid, ()>,
    /// Signatures are checked at once: some did not hold.
    pub(super) wary: bool,
    /// What policies cost is minded: together they cost too much.
    pub(super) thrifty: bool,
    /// Delegations that fall short are followed too, to say what falls short.
    pub(super) lenient: bool,
}

impl Lessons {
    /// Whether anything was learnt since.
    pub(super) fn differ(&self, before: &Self) -> bool {
        self.revokers.len() != before.revokers.len()
            || self.excluded.len() != before.excluded.len()
            || self.wary != before.wary
            || self.thrifty != before.thrifty
    }
}

/// What links are held against.
pub(super) struct Terms<'a> {
    pub(super) goal: &'a Goal,
    pub(super) documents: &'a MemoryResolver,
    pub(super) lessons: &'a Lessons,
    /// The arguments, looked through once they are needed.
    arguments: OnceCell<Option<Arguments<'a>>>,
}

impl<'a> Terms<'a> {
    pub(super) const fn new(goal: &'a Goal, documents: &'a MemoryResolver, lessons: &'a Lessons) -> Self {
        Self { goal, documents, lessons, arguments: OnceCell::new() }
    }

    /// What is wrong with the command.
    pub(super) fn command(&self, link: &Delegation) -> Option<Reason> {
        let covered = link.command().covers(&self.goal.command);
        (!covered).then(|| Reason::Command { held: link.command().clone() })
    }

    /// What is wrong with the time.
    pub(super) fn time(&self, link: &Delegation) -> Option<Reason> {
        let window = Window { not_before: link.not_before(), expires: link.expires() };
        match window.position(self.goal.at, self.goal.tolerance) {
            Position::Within => None,
            Position::After(at) => Some(Reason::Ended { at }),
            Position::Before(at) => Some(Reason::Begins { at }),
        }
    }

    /// A budget as an executor has it for a whole chain.
    pub(super) fn budget(&self) -> Budget {
        Budget::danger_any_size(self.goal.limits.policy_steps, self.goal.limits.policy_work)
    }

    /// What is wrong with the policy; pays from `budget`, and counts `steps`.
    pub(super) fn policy(&self, link: &Delegation, budget: &mut Budget, steps: &mut u64) -> Option<Reason> {
        let policy = link.policy();
        if policy.is_empty() {
            return None;
        }
        let arguments = *self.arguments.get_or_init(|| {
            let item = self.goal.arguments.as_ref()?;
            *steps += (item.as_cbor().len() / BYTES_PER_STEP) as u64;
            Some(Arguments::new(item.view()))
        });
        let before = budget.clone();
        let result = policy.first_failure(arguments?, budget);
        let (statements, work) = spent(&before, budget);
        *steps += u64::from(statements) + u64::from(work / WORK_PER_STEP);
        match result {
            Ok(None) => None,
            Ok(Some(failure)) => Some(Reason::Policy(failure)),
            Err(exceeded) => Some(Reason::PolicyTooCostly(exceeded)),
        }
    }

    /// Whether the issuer's keys stand in a document that is not at hand: then no signature of theirs holds.
    pub(super) fn undocumented(&self, link: &Delegation) -> bool {
        link.issuer().web_url().is_some() && self.documents.get(link.issuer()).is_none()
    }

    /// Whether the signature holds.
    pub(super) fn verifies(&self, token: &Token<Delegation>) -> bool {
        token.clone().verify_with(self.documents).is_ok()
    }

    /// Whether policies that cost this much together may still go on.
    pub(super) fn affords(&self, spent: (u32, u32)) -> bool {
        spent.0 <= self.goal.limits.policy_steps && spent.1 <= self.goal.limits.policy_work
    }

    /// The bit of a DID among the revokers; none for everybody else.
    pub(super) fn bit(&self, did: &Did) -> u64 {
        let place = self.lessons.revokers.iter().position(|revoker| revoker == did);
        place.map_or(0, |place| 1 << place)
    }
}

/// What was paid from a budget: statements and work.
pub(super) fn spent(before: &Budget, after: &Budget) -> (u32, u32) {
    (before.steps_left() - after.steps_left(), before.work_left() - after.work_left())
}
