//! One half of a search: from the invoker up, or from the subject down.

// Requirements kept here: allod-gather-flood.

use alloc::collections::{BinaryHeap, VecDeque};
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::edge::{SIGNATURE_STEPS, Terms, spent};
use super::label::{Label, Rank};
use super::miss::Reason;
use super::{Ask, Goal};
use crate::identity::Did;
use crate::limits::MAX_GATHER_PAGE;
use crate::store::{About, Cursor, End, Page, Query};
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, Subject, Token};
use crate::wire::{Cid, Keyed};

/// The size of a listing's first part; each further one is twice as large. Most listings are short.
const FIRST_PAGE: usize = 16;

/// How many links wait at most for what is known of their revocations. Of many that lead to the same DID the first
/// ones are the best, and once those are kept the others need no asking.
const MOST_PENDING: usize = 32;

/// Which way a half goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// From the invoker to whoever gave it something, and so on up.
    Up,
    /// From the subject to those it gave something, and so on down.
    Down,
}

/// What came of a turn.
pub(super) enum Turn {
    /// It goes on.
    Worked,
    /// It has to know something first.
    Needs(Ask),
    /// It has come to an end: with the label that ends the best chain, if there is a chain.
    Over(Option<usize>),
}

/// A search that goes link by link, the best ways first, and keeps of all ways to a DID those that may become the
/// best chain. What falls short weighs something where it is followed at all.
#[derive(Debug)]
pub(super) struct Side {
    way: Way,
    labels: Vec<Label>,
    /// The labels of each DID that nothing dominates.
    at: Keyed<Did, Vec<usize>>,
    /// The best label at the other end of the chain.
    arrived: Option<usize>,
    /// Those that are not looked at yet.
    open: BinaryHeap<(Reverse<Rank>, usize)>,
    walk: Option<Walk>,
    page: VecDeque<Token<Delegation>>,
    /// Links that would be kept, if they were not revoked.
    pending: Vec<Candidate>,
    pub(super) steps: u64,
    /// The first label that nothing led on from.
    dead_end: Option<usize>,
}

/// A label that is being looked at.
#[derive(Debug)]
struct Walk {
    label: usize,
    about: About,
    /// What is listed after it.
    then: Option<About>,
    cursor: Option<Cursor>,
    size: usize,
    listed: bool,
    /// Whether any link was there.
    led_on: bool,
}

/// A link that would be kept.
#[derive(Debug)]
struct Candidate {
    label: Label,
    cid: Cid,
    arrives: bool,
    /// Of whom it has to be known whether they revoked it: its issuer, the subject, and others that matter here.
    asked: Vec<Did>,
}

impl Side {
    pub(super) fn new(way: Way, goal: &Goal) -> Self {
        let node = if way == Way::Up { &goal.invoker } else { &goal.subject };
        let mut at = Keyed::new();
        // What leads down and back to the subject can go on by powerlines, which begin no chain: that is another
        // place than where this half begins.
        if way == Way::Up {
            at.insert(node.clone(), Vec::from([0]));
        }
        Self {
            way,
            labels: Vec::from([Label::first(node.clone())]),
            at,
            arrived: None,
            open: BinaryHeap::from([(Reverse((0, 0)), 0)]),
            walk: None,
            page: VecDeque::new(),
            pending: Vec::new(),
            steps: 0,
            dead_end: None,
        }
    }

    /// Takes a turn: one link, or whatever comes between two.
    pub(super) fn advance(&mut self, terms: &Terms<'_>) -> Turn {
        if self.pending.len() >= MOST_PENDING || (self.page.is_empty() && !self.pending.is_empty()) {
            let pairs = self
                .pending
                .iter()
                .flat_map(|candidate| candidate.asked.iter().map(|did| (candidate.cid, did.clone())));
            return Turn::Needs(Ask::Revoked(pairs.collect()));
        }
        if let Some(token) = self.page.pop_front() {
            self.steps += 1;
            if let Some(candidate) = self.consider(&token, terms) {
                self.pending.push(candidate);
            }
            return Turn::Worked;
        }
        let Some(walk) = &mut self.walk else { return self.choose(terms) };
        if walk.listed {
            if let Some(about) = walk.then.take() {
                (walk.about, walk.cursor, walk.size, walk.listed) = (about, None, FIRST_PAGE, false);
            } else {
                if !walk.led_on && self.dead_end.is_none() {
                    self.dead_end = Some(walk.label);
                }
                self.walk = None;
            }
            return Turn::Worked;
        }
        let Some(label) = self.labels.get(walk.label) else { return Turn::Over(None) };
        let node = label.node.clone();
        let end = if self.way == Way::Up { End::To(node) } else { End::By(node) };
        let query = Query { end, about: walk.about.clone() };
        Turn::Needs(Ask::Delegations { query, after: walk.cursor.clone(), most: walk.size })
    }

    /// Takes the next label to look at.
    fn choose(&mut self, terms: &Terms<'_>) -> Turn {
        let arrived = self.arrived.and_then(|index| Some((index, self.labels.get(index)?.rank)));
        let Some((Reverse(best), _)) = self.open.peek() else { return Turn::Over(self.arrived) };
        // Whatever is still to come falls shorter, or is longer.
        if let Some((index, rank)) = arrived
            && *best >= rank
        {
            return Turn::Over(Some(index));
        }
        // Of those that are as good, the last that was found.
        let next = self.open.pop();
        let Some((index, label)) = next.and_then(|(_, index)| Some((index, self.labels.get(index)?))) else {
            return Turn::Worked;
        };
        if label.dead || (!terms.lessons.lenient && label.rank.1 >= terms.goal.limits.chain) {
            return Turn::Worked;
        }
        let subject = || About::Subject(terms.goal.subject.clone());
        let (about, then) = match self.way {
            Way::Down if label.from.is_none() => (subject(), None),
            // What it issued about itself was looked at in the beginning.
            Way::Down if label.node == terms.goal.subject => (About::Powerlines, None),
            Way::Up | Way::Down => (subject(), Some(About::Powerlines)),
        };
        let (cursor, size) = (None, FIRST_PAGE);
        self.walk = Some(Walk { label: index, about, then, cursor, size, listed: false, led_on: false });
        Turn::Worked
    }

    /// Takes the part of a listing that was asked for.
    pub(super) fn take_page(&mut self, page: Page<Token<Delegation>>) {
        self.steps += 1;
        self.page.extend(page.items);
        if let Some(walk) = &mut self.walk {
            walk.size = walk.size.saturating_mul(2).min(MAX_GATHER_PAGE);
            walk.listed = page.next.is_none();
            walk.cursor = page.next;
        }
    }

    /// Holds a link against everything but revocations; cheap things first.
    fn consider(&mut self, token: &Token<Delegation>, terms: &Terms<'_>) -> Option<Candidate> {
        let walk = self.walk.as_mut()?;
        let from = self.labels.get(walk.label)?;
        let (near, far) = match self.way {
            Way::Up => (token.audience(), token.issuer()),
            Way::Down => (token.issuer(), token.audience()),
        };
        // Whatever else the host answered with.
        let fits = match &walk.about {
            About::Subject(subject) => token.subject().did() == Some(subject),
            About::Powerlines => *token.subject() == Subject::Powerline,
            About::Anyone => false,
        };
        let cid = token.cid();
        if !fits || *near != from.node || terms.lessons.excluded.contains(&cid) {
            return None;
        }
        walk.led_on = true;
        let mut weight = Weight { sum: from.rank.0, terms };
        weight.add(terms.command(token).as_ref())?;
        weight.add(terms.time(token).as_ref())?;
        weight.add(terms.undocumented(token).then_some(&Reason::Unverified))?;
        let own = terms.bit(token.issuer());
        let arrives = match self.way {
            Way::Up if from.revokers & own != 0 => return None,
            Way::Up => far == &terms.goal.subject && token.subject().did().is_some(),
            Way::Down => far == &terms.goal.invoker,
        };
        let revokers = if self.way == Way::Down { from.revokers | own } else { from.revokers };
        let mut label = Label {
            node: far.clone(),
            from: Some((walk.label, cid)),
            rank: (weight.sum, from.rank.1 + 1),
            ends: token.expires().map_or(i64::MAX, Timestamp::as_seconds).min(from.ends),
            revokers,
            spent: from.spent,
            dead: false,
        };
        if !self.wants(&label, arrives, terms) {
            return None;
        }
        let (before, mut budget) = (terms.budget(), terms.budget());
        weight.add(terms.policy(token, &mut budget, &mut self.steps).as_ref())?;
        let (statements, work) = spent(&before, &budget);
        label.spent = (label.spent.0.saturating_add(statements), label.spent.1.saturating_add(work));
        if terms.lessons.wary {
            self.steps += SIGNATURE_STEPS;
            weight.add((!terms.verifies(token)).then_some(&Reason::Unverified))?;
        }
        label.rank.0 = weight.sum;
        if (terms.lessons.thrifty && !terms.affords(label.spent)) || !self.wants(&label, arrives, terms) {
            return None;
        }
        let mut asked = Vec::from([token.issuer().clone()]);
        // Downwards only those above count; upwards it is not known yet who is above.
        let others = terms.lessons.revokers.iter().enumerate();
        let others = others.filter(|(place, _)| self.way == Way::Up || label.revokers & (1 << place) != 0);
        let others = others.map(|(_, other)| other);
        for other in [&terms.goal.subject].into_iter().chain(others) {
            if !asked.contains(other) {
                asked.push(other.clone());
            }
        }
        Some(Candidate { label, cid, arrives, asked })
    }

    /// Takes what is known of revocations of the links that were waiting for it, in the order in which it was asked.
    pub(super) fn take_revoked(&mut self, revoked: &[bool], terms: &Terms<'_>) {
        let mut answers = revoked.iter();
        for Candidate { mut label, arrives, asked, .. } in core::mem::take(&mut self.pending) {
            let mut taken_back = false;
            for (place, did) in asked.iter().enumerate() {
                self.steps += 1;
                // What is not answered counts as revoked.
                if !answers.next().copied().unwrap_or(true) {
                    continue;
                }
                let of_the_way = self.way == Way::Up && place > 0 && *did != terms.goal.subject;
                if of_the_way {
                    label.revokers |= terms.bit(did);
                } else {
                    taken_back = true;
                }
            }
            let mut weight = Weight { sum: label.rank.0, terms };
            let reason = Reason::Revoked { by: terms.goal.subject.clone() };
            if weight.add(taken_back.then_some(&reason)).is_some() {
                label.rank.0 = weight.sum;
                self.keep(label, arrives, terms);
            }
        }
    }

    /// The delegations from the root to where a label is, or from there to the invoker: root first.
    pub(super) fn chain(&self, end: usize) -> Vec<Cid> {
        let mut chain = Vec::new();
        let mut label = self.labels.get(end);
        while let Some((before, cid)) = label.and_then(|label| label.from) {
            chain.push(cid);
            label = self.labels.get(before);
        }
        if self.way == Way::Down {
            chain.reverse();
        }
        chain
    }

    /// Where the search stopped first, for nothing led on from there.
    pub(super) fn dead_end(&self) -> Option<&Did> {
        Some(&self.labels.get(self.dead_end?)?.node)
    }

    /// Whether a way could become part of the best chain.
    fn wants(&self, label: &Label, arrives: bool, terms: &Terms<'_>) -> bool {
        let best = self.arrived.and_then(|index| self.labels.get(index));
        if arrives {
            return best.is_none_or(|best| !best.dominates(&arriving(label), false));
        }
        let known = self.at.get(&label.node).into_iter().flatten();
        best.is_none_or(|best| label.rank < best.rank)
            && !known
                .filter_map(|index| self.labels.get(*index))
                .any(|known| known.dominates(label, terms.lessons.thrifty))
    }

    fn keep(&mut self, label: Label, arrives: bool, terms: &Terms<'_>) {
        if !self.wants(&label, arrives, terms) {
            return;
        }
        let next = self.labels.len();
        if arrives {
            self.labels.push(arriving(&label));
            self.arrived = Some(next);
            return;
        }
        let mut place = None;
        let Some(known) = self.at.get_or_insert(label.node.clone(), Vec::new) else { return };
        known.retain(|index| {
            let Some(known) = self.labels.get_mut(*index) else { return false };
            let dominated = label.dominates(known, terms.lessons.thrifty);
            if dominated && known.rank == label.rank {
                // Nothing goes on from it yet: its place can be had.
                place = Some(*index);
            }
            known.dead |= dominated;
            !dominated
        });
        if let Some((index, old)) = place.and_then(|index| Some((index, self.labels.get_mut(index)?))) {
            *old = label;
            known.push(index);
        } else {
            known.push(next);
            self.open.push((Reverse(label.rank), next));
            self.labels.push(label);
        }
    }
}

/// A label at the far end: from there nothing goes on, so nothing else matters than rank and end.
fn arriving(label: &Label) -> Label {
    Label { revokers: 0, spent: (0, 0), ..label.clone() }
}

/// What falls short so far; it ends the matter, unless that is what is looked for.
struct Weight<'t, 'a> {
    sum: u32,
    terms: &'t Terms<'a>,
}

impl Weight<'_, '_> {
    fn add(&mut self, reason: Option<&Reason>) -> Option<()> {
        match reason {
            None => Some(()),
            Some(reason) if self.terms.lessons.lenient => {
                self.sum = self.sum.saturating_add(reason.weight(&self.terms.goal.command));
                Some(())
            }
            Some(_) => None,
        }
    }
}
