//! What an invocation's arguments promise, as far as receipts tell.

// Requirements kept here: prm-result-from-receipt, allod-prm-receipt-counts, allod-prm-disagreement,
// allod-prm-map, allod-rcpt-window, allod-limit-receipts.

use alloc::format;
use alloc::vec::Vec;

use super::evidence::Evidence;
use super::finding::Finding;
use super::trace::Rule;
use crate::code::Code;
use crate::identity::Did;
use crate::limits::MAX_RECEIPTS;
use crate::ucan::promise::{self, Promise};
use crate::ucan::time::{Position, Timestamp};
use crate::ucan::token::Payload;
use crate::ucan::{Branch, Invocation, Outcome, Receipt, Token};
use crate::wire::{Cid, Item, Keyed};

/// A promise whose task came out otherwise than it waits for (UCAN Promise, "Branch Mismatch").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What was waited for.
    pub expected: Branch,
    /// What came: `ok` or `error`.
    pub got: &'static str,
    /// The receipt that says so.
    pub receipt: Cid,
    /// The task.
    pub task: Cid,
}

/// The arguments with what is known of their promises put in.
pub(super) struct Settled {
    /// The arguments; `None` where they are as they were.
    pub(super) arguments: Option<Item>,
    pub(super) awaits: Vec<Promise>,
    pub(super) mismatch: Option<Mismatch>,
    /// Until when the receipts that were used are all upheld.
    pub(super) until: Option<Timestamp>,
    pub(super) result: Result<(), Finding>,
}

/// Puts results in the place of promises; `None` where the arguments hold none.
pub(super) fn settle(token: &Token<Invocation>, evidence: &Evidence<'_>, executor: &Did) -> Option<Settled> {
    let promises = Promise::all(token.arguments());
    if promises.is_empty() {
        return None;
    }
    let mut settled =
        Settled { arguments: None, awaits: Vec::new(), mismatch: None, until: None, result: Ok(()) };
    let mut tasks = Keyed::new();
    for promise in &promises {
        tasks.add(promise.task);
    }
    let receipts = match counting(&tasks, evidence, executor) {
        Ok(receipts) => receipts,
        Err(finding) => {
            settled.result = Err(finding.on(None, token.cid()));
            settled.awaits = promises;
            return Some(settled);
        }
    };
    let outcome = |promise: Promise| -> Option<Outcome<'_>> {
        let outcome = receipts.get(&promise.task)?.outcome();
        promise.branch.takes(outcome).then_some(outcome)
    };
    let fault = |code, message: &str| Err(Finding::new(code, Rule::Promises, message).on(None, token.cid()));
    match promise::substitute(token.arguments(), &outcome) {
        // Only where they are promised whole.
        Some(arguments) if arguments.view().as_map().is_none() => {
            settled.result =
                fault(Code::Malformed, "the result that is promised as the arguments is not a map");
            settled.awaits.clone_from(&promises);
        }
        Some(arguments) => {
            let (kept, open) = promises.iter().partition::<Vec<_>, _>(|promise| outcome(**promise).is_some());
            settled.awaits = open;
            let used = kept.iter().filter_map(|promise| receipts.get(&promise.task));
            settled.until = used.filter_map(Receipt::expires).min();
            settled.arguments = Some(arguments);
        }
        None => {
            settled.result = fault(
                Code::TooLarge,
                "with the results in the place of promises, the arguments are larger or deeper than a token may be",
            );
            settled.awaits.clone_from(&promises);
        }
    }
    settled.mismatch = promises.iter().find_map(|promise| {
        let receipt = receipts.get(&promise.task)?;
        let outcome = receipt.outcome();
        (!promise.branch.takes(outcome)).then(|| Mismatch {
            expected: promise.branch,
            got: outcome.branch(),
            receipt: receipt.cid(),
            task: promise.task,
        })
    });
    Some(settled)
}

/// For each task the receipt that counts. Where those that count disagree, none does.
fn counting(
    tasks: &Keyed<Cid, ()>,
    evidence: &Evidence<'_>,
    executor: &Did,
) -> Result<Keyed<Cid, Receipt>, Finding> {
    let (mut counting, mut checked) = (Keyed::<Cid, Option<Receipt>>::new(), 0);
    let receipts = evidence.receipts_of(tasks);
    let subjects = if receipts.is_empty() { Keyed::new() } else { evidence.subjects_of(tasks) };
    let same = |one: &Receipt, other: &Receipt| {
        let (one, other) = (one.outcome(), other.outcome());
        one.is_ok() == other.is_ok() && one.value().as_cbor() == other.value().as_cbor()
    };
    for receipt in receipts {
        // Without tolerance: a result that may be gone is not known.
        let upheld = receipt.token().window().position(evidence.now(), 0) == Position::Within;
        let issuer = receipt.issuer();
        let by_whom_it_should = issuer == executor
            || evidence.trusts(issuer)
            || subjects.get(&receipt.ran()).is_some_and(|subject| subject == issuer);
        if !upheld || !by_whom_it_should {
            continue;
        }
        // What says nothing new need not be checked.
        match counting.get(&receipt.ran()) {
            Some(None) => continue,
            Some(Some(known)) if same(known, &receipt) => continue,
            _ => {}
        }
        checked += 1;
        if checked > MAX_RECEIPTS {
            let message = format!("more than {MAX_RECEIPTS} receipts would have to be checked");
            return Err(Finding::new(Code::BudgetExceeded, Rule::Promises, message));
        }
        let Ok(receipt) = receipt.verify(evidence.documents()) else { continue };
        if let Some(known) = counting.get_or_insert(receipt.ran(), || Some(Receipt::clone(&receipt)))
            && known.as_ref().is_some_and(|known| !same(known, &receipt))
        {
            *known = None;
        }
    }
    let mut receipts = Keyed::new();
    for (task, receipt) in counting.iter() {
        if let Some(receipt) = receipt {
            receipts.insert(*task, receipt.clone());
        }
    }
    Ok(receipts)
}
