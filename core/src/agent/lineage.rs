//! What one holds, and what that rests on.

use alloc::vec::Vec;

use crate::identity::Did;
use crate::limits::{MAX_CONTAINER, MAX_GATHER_PAGE, MAX_MISS_STEPS};
use crate::store::{About, Answer, Ask, Cursor, End, Misanswered, Page, Query, Step};
use crate::ucan::{Delegation, Token};
use crate::wire::Keyed;

/// How many delegations are taken at most.
const MOST: usize = 1024;

/// What someone holds, and what that rests on.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// The delegations, as they are kept: none of them is verified.
    pub delegations: Vec<Token<Delegation>>,
    /// Whether that is all of it: no more is taken than a container has room for, beside what is signed for the
    /// device that it goes to.
    pub complete: bool,
}

/// Looks for what someone holds and what that rests on, for [`Agent::link_device`](super::Agent::link_device). It reads
/// no store itself: see [`Ask`].
///
/// ```
/// use allod::agent::Lineage;
/// use allod::store::{DelegationStore, MemoryStore, Step};
/// use allod::{Algorithm, Delegation, SigningKey};
///
/// let album = SigningKey::generate(Algorithm::Ed25519)?;
/// let alice = SigningKey::generate(Algorithm::Ed25519)?;
/// let store = MemoryStore::new();
/// let grant = Delegation::builder(alice.did(), album.did(), "/photos".parse()?).sign(&album)?;
/// store.put_delegations(&[grant.clone().verify()?])?;
///
/// let mut lineage = Lineage::of(alice.did());
/// let held = loop {
///     match lineage.step() {
///         Step::Done(held) => break held,
///         Step::Ask(ask) => lineage.answer(ask.answer_from(&store)?)?,
///     }
/// };
/// assert!(held.complete && held.delegations == [grant]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Lineage {
    held: Held,
    bytes: usize,
    /// Whose delegations were or will be looked at.
    seen: Keyed<Did, ()>,
    /// Whose will be; the last one's are looked at now, or next.
    waiting: Vec<Did>,
    /// What that one holds is being listed, from here on.
    listing: Option<(Did, Option<Cursor>)>,
    asked: bool,
    looked_at: u64,
}

impl Lineage {
    /// What this one holds is to be found.
    #[must_use]
    pub fn of(holder: Did) -> Self {
        let mut seen = Keyed::new();
        seen.add(holder.clone());
        Self {
            held: Held { delegations: Vec::new(), complete: true },
            bytes: 0,
            seen,
            waiting: Vec::from([holder]),
            listing: None,
            asked: false,
            looked_at: 0,
        }
    }

    /// Goes on until it needs to know something, or has ended. Asks the same again until it is answered.
    pub fn step(&mut self) -> Step<Held> {
        if self.listing.is_none() {
            self.listing = self.waiting.pop().map(|did| (did, None));
        }
        let Some((did, after)) = self.listing.as_ref().filter(|_| self.held.complete) else {
            return Step::Done(self.held.clone());
        };
        let query = Query { end: End::To(did.clone()), about: About::Anyone };
        self.asked = true;
        Step::Ask(Ask::Delegations { query, after: after.clone(), most: MAX_GATHER_PAGE })
    }

    /// Takes the answer to what was asked last.
    ///
    /// # Errors
    /// When it answers something else. What was asked still waits.
    pub fn answer(&mut self, answer: Answer) -> Result<(), Misanswered> {
        let Answer::Delegations(Page { items, next }) = answer else { return Err(Misanswered) };
        let Some((did, _)) = self.listing.take_if(|_| self.asked) else { return Err(Misanswered) };
        self.asked = false;
        self.looked_at += 1;
        for token in items {
            self.looked_at += 1;
            // Whatever else the host answered with.
            if *token.audience() == did {
                self.take(token);
            }
            if !self.held.complete {
                return Ok(());
            }
        }
        // Listings that never end are given up.
        self.held.complete = self.looked_at <= MAX_MISS_STEPS;
        self.listing = next.map(|next| (did, Some(next)));
        Ok(())
    }

    fn take(&mut self, token: Token<Delegation>) {
        self.bytes += token.as_bytes().len() + 8;
        if self.held.delegations.len() == MOST || self.bytes > MAX_CONTAINER / 2 {
            self.held.complete = false;
            return;
        }
        if self.seen.add(token.issuer().clone()) {
            self.waiting.push(token.issuer().clone());
        }
        self.held.delegations.push(token);
    }
}
