//! Looking for delegations that lead from oneself to somebody.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::identity::{Did, MemoryResolver};
use crate::limits::{MAX_CHAIN, MAX_GATHER_PAGE, MAX_MISS_STEPS};
use crate::store::{About, Ask, Cursor, End, Page, Query};
use crate::ucan::{Delegation, Subject, Token, Verified};
use crate::wire::Keyed;

/// What came of a turn.
pub(super) enum Turn {
    /// It has to know this part of a listing first.
    Needs(Ask),
    /// The delegations that lead there, root first; none if nothing does.
    Over(Vec<Verified<Delegation>>),
    /// There is too much to look through.
    TooLong(u64),
}

/// A walk from one DID down, in as few links as can be, to another. What the links are for does not matter.
#[derive(Debug)]
pub(super) struct Path {
    from: Did,
    to: Did,
    abouts: Vec<About>,
    /// To each DID the delegation by which it was reached.
    reached: Keyed<Did, Verified<Delegation>>,
    /// Listings of this round that are to be read, and how far the first one was.
    listings: VecDeque<Query>,
    after: Option<Cursor>,
    /// Who was reached in this round.
    edge: Vec<Did>,
    rounds: usize,
    looked_at: u64,
}

impl Path {
    /// A walk from someone to whoever issued the target, along what is about the same.
    pub(super) fn new(from: Did, target: &Token<Delegation>) -> Self {
        let abouts = match target.subject().did() {
            Some(subject) => Vec::from([About::Subject(subject.clone()), About::Powerlines]),
            None => Vec::from([About::Anyone]),
        };
        Self {
            edge: Vec::from([from.clone()]),
            from,
            to: target.issuer().clone(),
            abouts,
            reached: Keyed::new(),
            listings: VecDeque::new(),
            after: None,
            rounds: 0,
            looked_at: 0,
        }
    }

    /// Goes on until it has to know something, or has ended.
    pub(super) fn advance(&mut self) -> Turn {
        if self.looked_at > MAX_MISS_STEPS {
            return Turn::TooLong(self.looked_at);
        }
        if self.listings.is_empty() {
            if self.reached.contains(&self.to) {
                return Turn::Over(self.chain());
            }
            if self.rounds == MAX_CHAIN {
                return Turn::Over(Vec::new());
            }
            self.rounds += 1;
            for issuer in core::mem::take(&mut self.edge) {
                let queries = self.abouts.iter().map(|about| (End::By(issuer.clone()), about.clone()));
                self.listings.extend(queries.map(|(end, about)| Query { end, about }));
            }
        }
        match self.listings.front() {
            Some(query) => {
                let (query, after) = (query.clone(), self.after.clone());
                Turn::Needs(Ask::Delegations { query, after, most: MAX_GATHER_PAGE })
            }
            None => Turn::Over(Vec::new()),
        }
    }

    /// Takes the part of a listing that was asked for.
    pub(super) fn take_page(&mut self, page: Page<Token<Delegation>>, documents: &MemoryResolver) {
        // Also one without anything in it is a step.
        self.looked_at += 1;
        let Some(query) = self.listings.front() else { return };
        for token in page.items {
            self.looked_at += 1;
            let to = token.audience().clone();
            if to == self.from || self.reached.contains(&to) || !answers(query, &token) {
                continue;
            }
            if let Ok(verified) = token.verify_with(documents) {
                self.reached.insert(to.clone(), verified);
                self.edge.push(to);
            }
        }
        self.after = page.next;
        if self.after.is_none() {
            self.listings.pop_front();
        }
    }

    fn chain(&self) -> Vec<Verified<Delegation>> {
        let (mut chain, mut at) = (Vec::new(), &self.to);
        // Each was reached from one that was reached in an earlier round.
        while *at != self.from
            && let Some(link) = self.reached.get(at)
        {
            at = link.issuer();
            chain.push(link.clone());
        }
        chain.reverse();
        chain
    }
}

/// Whether a delegation is one of those that were asked for, and not whatever else the host answered with.
fn answers(query: &Query, token: &Token<Delegation>) -> bool {
    let end = match &query.end {
        End::By(issuer) => token.issuer() == issuer,
        End::To(audience) => token.audience() == audience,
    };
    end && match &query.about {
        About::Anyone => true,
        About::Subject(subject) => token.subject().did() == Some(subject),
        About::Powerlines => *token.subject() == Subject::Powerline,
    }
}
