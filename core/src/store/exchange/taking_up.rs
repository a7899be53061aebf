//! Taking up revocations, step by step.

// Requirements kept here: rev-out-of-order.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;

use super::judge::{Judge, Judgement};
use super::{TakeUp, TakenUp};
use crate::container::Container;
use crate::identity::{Did, MemoryResolver};
use crate::store::{Added, Answer, Ask, Misanswered, Quota};
use crate::ucan::{Delegation, Revocation, Token};
use crate::validation::VerifiedRevocation;
use crate::wire::{Cid, Keyed};

/// The taking up of the revocations in a container. It neither reads nor writes a store itself: it says what it has to
/// know, and what is to be kept. Over a store at hand, [`import_revocations`](super::import_revocations) does it.
///
/// It asks at most twice: once whether the revocations are known, and once for the delegations that prove and
/// witness them and did not come along: at most as many as a container has room to name.
/// Then it has them kept one by one, as what became of one tells what is known of the next.
///
/// ```
/// use allod::store::{MemoryStore, RevocationStore, TakeUp, TakingUp, TakingUpStep};
/// use allod::{Algorithm, Cid, Container, ContainerWriter, Did, Encoding, Revocation, SigningKey};
///
/// let alice = SigningKey::generate(Algorithm::Ed25519)?;
/// let revocation = Revocation::builder(Cid::of(b"a delegation"), alice.did()).sign(&alice)?;
/// let sent = ContainerWriter::new().token(revocation.token()).write(Encoding::Base64Url)?;
///
/// let (store, oneself) = (MemoryStore::new(), alice.did());
/// let mut taking_up = TakingUp::new(&Container::read(&sent)?, move |did: &Did| *did == oneself);
/// let taken_up = loop {
///     match taking_up.step() {
///         TakingUpStep::Done(taken_up) => break taken_up,
///         TakingUpStep::Ask(ask) => taking_up.answer(ask.answer_from(&store)?)?,
///         TakingUpStep::Put(revocation, quota) => {
///             taking_up.added(store.put_revocation(&revocation, quota)?)?;
///         }
///     }
/// };
/// assert!(matches!(taken_up[0].result, TakeUp::New));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TakingUp<F> {
    own: F,
    judge: Judge,
    /// Those that are still to be looked at.
    waiting: VecDeque<Waiting>,
    /// What was kept or known in the meantime.
    kept: Keyed<Cid, Keyed<Did, ()>>,
    taken_up: Vec<TakenUp>,
    phase: Phase,
    /// Whether something was said that is not answered yet.
    asked: bool,
}

/// How the taking up of revocations goes on.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "one at a time")]
pub enum TakingUpStep {
    /// It has to know this: give it the answer, then take the next step.
    Ask(Ask),
    /// This one is to be kept, with that quota: see
    /// [`RevocationStore::put_revocation`](crate::store::RevocationStore::put_revocation). Say what became of it, then
    /// take the next step.
    Put(VerifiedRevocation, Option<Quota>),
    /// It has ended: what became of each, in the order of the container.
    Done(Vec<TakenUp>),
}

struct Waiting {
    revocation: Revocation,
    /// Whether it is with the authority of someone one acts for.
    own: bool,
    known: bool,
}

#[derive(Debug)]
enum Phase {
    /// Asks which of those with others' authority are known.
    Known(Vec<(Cid, Did)>),
    /// Asks for delegations that did not come along.
    Absent(Vec<Cid>),
    /// Looks at the next one.
    Judge,
    /// Has one kept.
    Put(Box<VerifiedRevocation>, Option<Quota>),
}

impl<F: Fn(&Did) -> bool> TakingUp<F> {
    /// The revocations in a container are to be taken up. `own` tells the subjects whose word is taken without a
    /// witness: those one acts for.
    #[must_use]
    pub fn new(container: &Container, own: F) -> Self {
        let waiting: VecDeque<_> = container
            .revocations()
            .map(|revocation| Waiting { own: own(revocation.subject()), known: false, revocation })
            .collect();
        // What is one's own is kept in any case: then it counts against no quota.
        let pairs = waiting.iter().filter(|waiting| !waiting.own);
        let pairs = pairs.map(|waiting| pair(&waiting.revocation)).collect();
        Self {
            own,
            judge: Judge::new(container),
            waiting,
            kept: Keyed::new(),
            taken_up: Vec::new(),
            phase: Phase::Known(pairs),
            asked: false,
        }
    }

    /// How many are kept of those with others' authority: [`Quota::USUAL`] unless said otherwise.
    #[must_use]
    pub fn quota(mut self, quota: Quota) -> Self {
        self.judge.quota = quota;
        self
    }

    /// With these documents for issuers whose keys stand in one.
    #[must_use]
    pub fn documents(mut self, documents: MemoryResolver) -> Self {
        self.judge.documents = documents;
        self
    }

    /// Goes on until it has to know something, has one to be kept, or has ended. Says the same again until it is
    /// answered.
    pub fn step(&mut self) -> TakingUpStep {
        loop {
            let step = match &self.phase {
                Phase::Known(pairs) if pairs.is_empty() => {
                    self.phase = self.absent();
                    continue;
                }
                Phase::Absent(cids) if cids.is_empty() => {
                    self.phase = Phase::Judge;
                    continue;
                }
                Phase::Known(pairs) => TakingUpStep::Ask(Ask::Revoked(pairs.clone())),
                Phase::Absent(cids) => TakingUpStep::Ask(Ask::Tokens(cids.clone())),
                Phase::Put(revocation, quota) => {
                    TakingUpStep::Put(VerifiedRevocation::clone(revocation), *quota)
                }
                Phase::Judge => match self.waiting.pop_front() {
                    None => return TakingUpStep::Done(self.taken_up.clone()),
                    Some(next) => {
                        self.judge(next);
                        continue;
                    }
                },
            };
            self.asked = true;
            return step;
        }
    }

    /// Takes the answer to what was asked last.
    ///
    /// # Errors
    /// When it answers something else. What was asked still waits.
    pub fn answer(&mut self, answer: Answer) -> Result<(), Misanswered> {
        let next = match (&self.phase, answer) {
            _ if !self.asked => return Err(Misanswered),
            (Phase::Known(pairs), Answer::Revoked(revoked)) if revoked.len() == pairs.len() => {
                let others = self.waiting.iter_mut().filter(|waiting| !waiting.own);
                others.zip(revoked).for_each(|(waiting, known)| waiting.known = known);
                self.absent()
            }
            (Phase::Absent(cids), Answer::Tokens(tokens)) if tokens.len() == cids.len() => {
                let asked_for = |(cid, token): (&Cid, Option<Token<Delegation>>)| {
                    token.filter(|token| token.cid() == *cid)
                };
                self.judge.fetched(cids.iter().zip(tokens).filter_map(asked_for));
                Phase::Judge
            }
            _ => return Err(Misanswered),
        };
        self.phase = next;
        self.asked = false;
        Ok(())
    }

    /// Takes what became of the one that was to be kept.
    ///
    /// # Errors
    /// When none was to be. What was asked still waits.
    pub fn added(&mut self, added: Added) -> Result<(), Misanswered> {
        let Phase::Put(verified, _) = &self.phase else { return Err(Misanswered) };
        if !self.asked {
            return Err(Misanswered);
        }
        let revocation = verified.revocation().clone();
        let result = match added {
            Added::New => TakeUp::New,
            Added::Known => TakeUp::Known,
            Added::OverQuota => TakeUp::OverQuota,
        };
        if added != Added::OverQuota {
            let (revoked, subject) = pair(&revocation);
            self.kept.get_or_insert(revoked, Keyed::new).map(|kept| kept.add(subject));
        }
        self.tell(&revocation, result);
        self.phase = Phase::Judge;
        self.asked = false;
        Ok(())
    }

    /// Asks for what did not come along of what is not known.
    fn absent(&self) -> Phase {
        let mut absent = Keyed::new();
        for waiting in self.waiting.iter().filter(|waiting| !waiting.known) {
            self.judge.absent(&waiting.revocation, &mut absent);
        }
        Phase::Absent(absent.keys().copied().collect())
    }

    fn judge(&mut self, next: Waiting) {
        let Waiting { revocation, own, known } = next;
        // What is known as well as it can be known is not verified again.
        if !own && (known || self.is_kept(&revocation)) {
            return self.tell(&revocation, TakeUp::Known);
        }
        match self.judge.judge(revocation.clone(), &self.own) {
            Judgement::Final(result) => self.tell(&revocation, result),
            Judgement::Put(verified, quota) => self.phase = Phase::Put(Box::new(verified), quota),
        }
    }

    fn is_kept(&self, revocation: &Revocation) -> bool {
        let kept = self.kept.get(&revocation.revoked());
        kept.is_some_and(|kept| kept.contains(revocation.subject()))
    }

    fn tell(&mut self, revocation: &Revocation, result: TakeUp) {
        let (cid, (revoked, subject)) = (revocation.cid(), pair(revocation));
        self.taken_up.push(TakenUp { cid, revoked, subject, result });
    }
}

/// What a revocation is known by: others of the same pair say nothing new.
fn pair(revocation: &Revocation) -> (Cid, Did) {
    (revocation.revoked(), revocation.subject().clone())
}

impl<F> fmt::Debug for TakingUp<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TakingUp").field("phase", &self.phase).finish_non_exhaustive()
    }
}
