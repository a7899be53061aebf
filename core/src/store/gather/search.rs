//! The step machine.

// Requirements kept here: allod-gather-budget.

use alloc::vec::Vec;
use core::mem;

use super::check::{Checked, check};
use super::edge::{Lessons, SIGNATURE_STEPS, Terms};
use super::explain;
use super::goal::Goal;
use super::miss::{Gap, NearestMiss};
use super::side::{Side, Turn, Way};
use super::{Answer, Ask, Found, Misanswered, Step};
use crate::identity::{Did, MemoryResolver};
use crate::limits::MAX_MISS_STEPS;
use crate::ucan::{Delegation, Token};
use crate::wire::Cid;

/// How many who revoke what others gave on are told apart: as many as a mask has bits.
const MOST_REVOKERS: usize = 64;

/// A search for the best chain. It reads nothing itself: see [`Ask`].
///
/// The answers may come from one moment or from several. Whatever they say, a chain that is found is one of
/// delegations that were handed in and verified, each given to the issuer of the next.
///
/// ```
/// use allod::store::{Answer, Ask, DelegationStore, Found, Goal, MemoryStore, RevocationStore, Search, Step};
/// use allod::{Algorithm, Delegation, SigningKey, Timestamp};
///
/// let alice = SigningKey::from_seed(Algorithm::Ed25519, &[1; 32])?;
/// let bob = SigningKey::from_seed(Algorithm::Ed25519, &[2; 32])?;
/// let now = Timestamp::from_seconds(1_800_000_000)?;
/// let store = MemoryStore::new();
/// let grant = Delegation::builder(bob.did(), alice.did(), "/photos".parse()?)
///     .expires(now.plus(3600))
///     .sign(&alice)?;
/// store.put_delegations(&[grant.verify()?])?;
///
/// let mut search = Search::new(Goal::new(bob.did(), alice.did(), "/photos/read".parse()?, now));
/// let found = loop {
///     let ask = match search.step() {
///         Step::Done(found) => break found,
///         Step::Ask(ask) => ask,
///     };
///     search.answer(match ask {
///         Ask::Delegations { query, after, most } => {
///             Answer::Delegations(store.delegations(&query, after.as_ref(), most)?)
///         }
///         Ask::Revoked(pairs) => {
///             let revoked = pairs.iter().map(|(cid, did)| store.is_revoked(cid, did));
///             Answer::Revoked(revoked.collect::<Result<_, _>>()?)
///         }
///         Ask::Tokens(cids) => {
///             Answer::Tokens(cids.iter().map(|cid| store.delegation(cid)).collect::<Result<_, _>>()?)
///         }
///     })?;
/// };
/// assert!(matches!(found, Found::Chain(chain) if chain.len() == 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Search {
    goal: Goal,
    documents: MemoryResolver,
    lessons: Lessons,
    up: Side,
    down: Side,
    /// Nothing more is to be had from the subject down; only what falls short is still looked for.
    down_over: bool,
    phase: Phase,
    /// The steps of earlier tries, and of checks.
    steps: u64,
    /// How many there may be; more once there is no chain, to say what came nearest.
    most: u64,
    asked: Option<(Asker, Ask)>,
}

#[derive(Debug)]
enum Phase {
    /// Looks for a chain.
    Seek,
    /// Has one, and gets its tokens.
    Fetch(Vec<Cid>),
    /// Has its tokens, and asks about their revocations.
    Revocations(Vec<Token<Delegation>>, Vec<(Cid, Did)>),
    /// Has ended.
    Over(Found),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    Up,
    Down,
    Check,
}

enum Sought {
    Needs(Asker, Ask),
    Chain(Vec<Cid>),
    Nothing,
    OutOfBudget,
}

impl Search {
    /// A search that has not begun.
    #[must_use]
    pub fn new(goal: Goal) -> Self {
        // Who acts on their own needs no proof.
        let phase =
            if goal.invoker == goal.subject { Phase::Over(Found::Chain(Vec::new())) } else { Phase::Seek };
        Self {
            up: Side::new(Way::Up, &goal),
            down: Side::new(Way::Down, &goal),
            most: goal.steps,
            goal,
            documents: MemoryResolver::new(),
            lessons: Lessons::default(),
            down_over: false,
            phase,
            steps: 0,
            asked: None,
        }
    }

    /// With these documents for issuers whose keys stand in one. Without its issuer's document, a delegation is
    /// passed over.
    #[must_use]
    pub fn documents(mut self, documents: MemoryResolver) -> Self {
        self.documents = documents;
        self
    }

    /// How many steps were taken.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps.saturating_add(self.up.steps).saturating_add(self.down.steps)
    }

    /// Goes on until it needs to know something, or has ended. Asks the same again until it is answered.
    pub fn step(&mut self) -> Step {
        if let Some((_, ask)) = &self.asked {
            return Step::Ask(ask.clone());
        }
        loop {
            let (asker, ask) = match &self.phase {
                Phase::Over(found) => return Step::Done(found.clone()),
                Phase::Fetch(chain) => (Asker::Check, Ask::Tokens(chain.clone())),
                Phase::Revocations(_, pairs) => (Asker::Check, Ask::Revoked(pairs.clone())),
                Phase::Seek => match self.seek() {
                    Sought::Needs(asker, ask) => (asker, ask),
                    other => {
                        self.sought(other);
                        continue;
                    }
                },
            };
            self.asked = Some((asker, ask.clone()));
            return Step::Ask(ask);
        }
    }

    /// Takes the answer to what was asked last.
    ///
    /// # Errors
    /// When it answers something else. The search goes on waiting.
    pub fn answer(&mut self, answer: Answer) -> Result<(), Misanswered> {
        let (asker, ask) = self.asked.take().ok_or(Misanswered)?;
        let terms = Terms::new(&self.goal, &self.documents, &self.lessons);
        let side = if asker == Asker::Up { &mut self.up } else { &mut self.down };
        match (asker, &ask, answer) {
            (_, Ask::Delegations { .. }, Answer::Delegations(page)) => side.take_page(page),
            (_, Ask::Tokens(cids), Answer::Tokens(tokens)) if tokens.len() == cids.len() => {
                self.take_tokens(&tokens);
            }
            (_, Ask::Revoked(pairs), Answer::Revoked(revoked)) if revoked.len() != pairs.len() => {
                self.asked = Some((asker, ask));
                return Err(Misanswered);
            }
            (Asker::Check, Ask::Revoked(_), Answer::Revoked(revoked)) => self.take_revoked(&revoked),
            (_, Ask::Revoked(_), Answer::Revoked(revoked)) => {
                side.take_revoked(&revoked, &terms);
            }
            _ => {
                self.asked = Some((asker, ask));
                return Err(Misanswered);
            }
        }
        Ok(())
    }

    /// Lets the half that has done less go on, until something comes of it.
    fn seek(&mut self) -> Sought {
        let terms = Terms::new(&self.goal, &self.documents, &self.lessons);
        loop {
            let steps = self.steps.saturating_add(self.up.steps).saturating_add(self.down.steps);
            if steps > self.most {
                return Sought::OutOfBudget;
            }
            let upwards = self.down_over || self.up.steps <= self.down.steps;
            let (asker, side) =
                if upwards { (Asker::Up, &mut self.up) } else { (Asker::Down, &mut self.down) };
            match side.advance(&terms) {
                Turn::Worked => {}
                Turn::Needs(ask) => return Sought::Needs(asker, ask),
                Turn::Over(Some(end)) => return Sought::Chain(side.chain(end)),
                // The one below is asked all the same where the line from the invoker ends.
                Turn::Over(None) if self.lessons.lenient && !upwards => self.down_over = true,
                Turn::Over(None) => return Sought::Nothing,
            }
        }
    }

    fn sought(&mut self, sought: Sought) {
        let lenient = self.lessons.lenient;
        self.phase = match sought {
            Sought::Needs(..) => return,
            Sought::Chain(chain) if lenient && chain.len() > self.goal.limits.chain => {
                self.miss(Gap::TooLong { links: chain.len(), most: self.goal.limits.chain })
            }
            Sought::Chain(chain) => Phase::Fetch(chain),
            Sought::OutOfBudget if lenient => self.miss(Gap::Unsaid),
            Sought::OutOfBudget => Phase::Over(Found::OutOfBudget { steps: self.steps() }),
            Sought::Nothing if lenient => {
                let gap = explain::gap(&self.goal, self.up.dead_end());
                self.miss(gap)
            }
            Sought::Nothing => {
                // What was learnt is of sound chains; unsound ones are taken for what they are.
                let wary = self.lessons.wary;
                self.lessons = Lessons { lenient: true, wary, ..Lessons::default() };
                self.restart();
                self.most = self.steps.saturating_add(MAX_MISS_STEPS);
                return;
            }
        };
    }

    fn miss(&self, gap: Gap) -> Phase {
        Phase::Over(Found::None(NearestMiss::new(&self.goal, gap)))
    }

    /// Looks anew, having learnt something.
    fn restart(&mut self) {
        self.steps = self.steps();
        (self.up, self.down) = (Side::new(Way::Up, &self.goal), Side::new(Way::Down, &self.goal));
        self.down_over = false;
        self.phase = Phase::Seek;
    }

    fn take_tokens(&mut self, tokens: &[Option<Token<Delegation>>]) {
        let Phase::Fetch(chain) = &self.phase else { return };
        let mut all = Vec::with_capacity(chain.len());
        for (cid, token) in chain.iter().zip(tokens) {
            match token.as_ref().filter(|token| token.cid() == *cid) {
                Some(token) => all.push(token.clone()),
                // Forgotten meanwhile.
                None => drop(self.lessons.excluded.add(*cid)),
            }
        }
        if all.len() != chain.len() {
            self.steps += 1;
            return self.restart();
        }
        self.steps += SIGNATURE_STEPS * all.len() as u64;
        let pairs = explain::pairs(&all);
        self.phase = Phase::Revocations(all, pairs);
    }

    fn take_revoked(&mut self, revoked: &[bool]) {
        let Phase::Revocations(tokens, pairs) = mem::replace(&mut self.phase, Phase::Seek) else { return };
        self.steps += pairs.len() as u64;
        let revoked: Vec<_> =
            pairs.into_iter().zip(revoked).filter(|(_, is)| **is).map(|(pair, _)| pair).collect();
        let terms = Terms::new(&self.goal, &self.documents, &self.lessons);
        if self.lessons.lenient {
            let gap = explain::flawed(&tokens, &revoked, &terms);
            self.phase = self.miss(gap);
            return;
        }
        match check(&tokens, &revoked, &terms, &mut self.steps) {
            Checked::Holds(chain) => self.phase = Phase::Over(Found::Chain(chain)),
            Checked::Learnt(lessons) => {
                // Nothing new, and yet it does not hold: the answers contradict each other.
                let stuck = lessons.revokers.len() > MOST_REVOKERS || !lessons.differ(&self.lessons);
                self.lessons = lessons;
                self.restart();
                if stuck {
                    self.phase = Phase::Over(Found::OutOfBudget { steps: self.steps });
                }
            }
        }
    }
}
