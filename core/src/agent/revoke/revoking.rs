//! Finding out on what grounds a delegation may be taken back.

// Requirements kept here: rev-issuer-or-above, rev-delegated-to-another.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::mem;

use super::path::{Path, Turn};
use super::{AgentError, Grounds};
use crate::identity::{Did, MemoryResolver};
use crate::store::{Answer, Ask, Found, Goal, Misanswered, Search, Step};
use crate::ucan::revocation::REVOKE;
use crate::ucan::time::Timestamp;
use crate::ucan::{BuildError, Command, Delegation, Invocation, Token, Verified};
use crate::validation::DEFAULT_TOLERANCE;
use crate::wire::{Cid, Ipld, Item};

/// What [`Agent::revoke`](super::Agent::revoke) does before anything is signed: finds out whether, and on what
/// grounds, someone may take a delegation back. It reads no store itself: see [`Ask`].
///
/// ```
/// use allod::agent::Revoking;
/// use allod::store::{DelegationStore, MemoryStore, RevocationStore, Step};
/// use allod::{Algorithm, Delegation, Revocation, Signer, SigningKey, Timestamp};
///
/// let alice = SigningKey::from_seed(Algorithm::Ed25519, &[1; 32])?;
/// let bob = SigningKey::from_seed(Algorithm::Ed25519, &[2; 32])?;
/// let now = Timestamp::from_seconds(1_800_000_000)?;
/// let store = MemoryStore::new();
/// let grant = Delegation::builder(bob.did(), alice.did(), "/photos".parse()?).sign(&alice)?;
/// store.put_delegations(&[grant.clone().verify()?])?;
///
/// let mut revoking = Revoking::new(alice.did(), grant.cid(), now);
/// let grounds = loop {
///     match revoking.step() {
///         Step::Done(grounds) => break grounds?,
///         // Or later, from a store that takes its time.
///         Step::Ask(ask) => revoking.answer(ask.answer_from(&store)?)?,
///     }
/// };
/// // The signature may be made elsewhere.
/// let unsigned = grounds.builder(now).to_sign(alice.public_key())?;
/// let signature = alice.sign(unsigned.bytes_to_sign())?;
/// let revocation = Revocation::read(unsigned.attach(signature.as_bytes())?)?;
/// store.put_revocation(&grounds.verify(revocation)?, None)?;
/// assert!(store.is_revoked(&grant.cid(), &alice.did())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Revoking {
    did: Did,
    delegation: Cid,
    now: Timestamp,
    tolerance: u32,
    documents: MemoryResolver,
    phase: Phase,
    /// How far the last search went that was given up. What would be a witness, no more, is looked for as far as may
    /// be: whoever floods the store keeps nobody from taking back their own.
    too_long: Option<u64>,
    /// Whether something was asked that is not answered yet.
    asked: bool,
}

#[derive(Debug)]
enum Phase {
    /// Gets the delegation.
    Fetch,
    /// Looks for what it rests on.
    Above(Token<Delegation>, Search),
    /// Looks for what leads from oneself to its issuer: another chain than the best one may pass through one.
    Path(Case, Path),
    /// Looks for the right to revoke in the name of somebody.
    Right(Case, Did, Search, Others),
    /// Has ended.
    Over(Result<Grounds, Fault>),
}

/// The delegation, and what it rests on, root first.
#[derive(Debug)]
struct Case {
    target: Token<Delegation>,
    above: Vec<Verified<Delegation>>,
}

/// Others who may revoke and may have passed that on to one; and what for.
#[derive(Debug)]
struct Others {
    dids: VecDeque<Did>,
    arguments: Item,
}

/// Why there are no grounds.
#[derive(Debug, Clone)]
enum Fault {
    Unknown,
    NotToRevoke,
    TooLong(u64),
    Build(BuildError),
}

impl Revoking {
    /// Someone would take back the delegation of that CID, at that time.
    #[must_use]
    pub const fn new(did: Did, delegation: Cid, now: Timestamp) -> Self {
        Self {
            did,
            delegation,
            now,
            tolerance: DEFAULT_TOLERANCE,
            documents: MemoryResolver::new(),
            phase: Phase::Fetch,
            too_long: None,
            asked: false,
        }
    }

    /// With these documents for issuers whose keys stand in one.
    #[must_use]
    pub fn documents(mut self, documents: MemoryResolver) -> Self {
        self.documents = documents;
        self
    }

    /// How many seconds clocks may differ: 60 unless said otherwise.
    #[must_use]
    pub const fn tolerance(mut self, seconds: u32) -> Self {
        self.tolerance = seconds;
        self
    }

    /// Goes on until it needs to know something, or has ended. Asks the same again until it is answered.
    ///
    /// It ends with [`AgentError::UnknownDelegation`] where the delegation is not known, with
    /// [`AgentError::NotToRevoke`] where it is not one's own to take back, and with [`AgentError::SearchTooLong`] where
    /// there is too much in the store to tell.
    pub fn step(&mut self) -> Step<Result<Grounds, AgentError>> {
        loop {
            let ask = match &mut self.phase {
                Phase::Over(outcome) => {
                    return Step::Done(outcome.clone().map_err(|fault| self.error(fault)));
                }
                Phase::Fetch => Ask::Tokens([self.delegation].into()),
                Phase::Above(_, search) | Phase::Right(_, _, search, _) => match search.step() {
                    Step::Ask(ask) => ask,
                    Step::Done(found) => {
                        let chain = self.as_far_as_may_be(found);
                        self.found(chain);
                        continue;
                    }
                },
                Phase::Path(_, path) => match path.advance() {
                    Turn::Needs(ask) => ask,
                    Turn::Over(path) => {
                        self.found(Some(path));
                        continue;
                    }
                    Turn::TooLong(steps) => {
                        self.too_long = Some(steps);
                        self.found(None);
                        continue;
                    }
                },
            };
            self.asked = true;
            return Step::Ask(ask);
        }
    }

    /// Takes the answer to what was asked last.
    ///
    /// # Errors
    /// When it answers something else. What was asked still waits.
    pub fn answer(&mut self, answer: Answer) -> Result<(), Misanswered> {
        if !self.asked {
            return Err(Misanswered);
        }
        match (&mut self.phase, answer) {
            (Phase::Above(_, search) | Phase::Right(_, _, search, _), answer) => search.answer(answer)?,
            (Phase::Path(_, path), Answer::Delegations(page)) => path.take_page(page, &self.documents),
            (Phase::Fetch, Answer::Tokens(tokens)) if tokens.len() == 1 => {
                let target = tokens.into_iter().flatten().find(|token| token.cid() == self.delegation);
                self.fetched(target);
            }
            _ => return Err(Misanswered),
        }
        self.asked = false;
        Ok(())
    }

    fn fetched(&mut self, target: Option<Token<Delegation>>) {
        let Some(target) = target else {
            self.phase = Phase::Over(Err(Fault::Unknown));
            return;
        };
        match target.subject().did() {
            // Nobody can tell what a powerline rests on.
            None => self.above(Case { target, above: Vec::new() }),
            Some(subject) => {
                let (issuer, command) = (target.issuer().clone(), target.command().clone());
                let search = self.search(Goal::new(issuer, subject.clone(), command, self.now));
                self.phase = Phase::Above(target, search);
            }
        }
    }

    /// Goes on with what was found; `None` where nothing was.
    fn found(&mut self, chain: Option<Vec<Verified<Delegation>>>) {
        let phase = mem::replace(&mut self.phase, Phase::Over(Err(Fault::NotToRevoke)));
        match (phase, chain) {
            (Phase::Above(target, _), chain) => {
                self.above(Case { target, above: chain.unwrap_or_default() });
            }
            (Phase::Path(mut case, _), chain) => {
                if let Some(path) = chain.filter(|path| !path.is_empty()) {
                    case.above = path;
                }
                self.authority(case);
            }
            (Phase::Right(case, subject, ..), Some(proofs)) => self.allow(case, subject, proofs),
            (Phase::Right(case, _, _, others), None) => self.ask_another(case, others),
            (phase @ (Phase::Fetch | Phase::Over(_)), _) => self.phase = phase,
        }
    }

    fn above(&mut self, case: Case) {
        if case.is_among(&self.did) {
            return self.allow(case, self.did.clone(), Vec::new());
        }
        let path = Path::new(self.did.clone(), &case.target);
        self.phase = Phase::Path(case, path);
    }

    /// One's own where one issued it or one above, or else that of someone who did and passed the right on.
    fn authority(&mut self, case: Case) {
        if case.is_among(&self.did) {
            return self.allow(case, self.did.clone(), Vec::new());
        }
        let arguments = Invocation::builder(self.did.clone(), Command::own(REVOKE))
            .argument("revoke", Ipld::Link(case.target.cid().into()))
            .encoded_arguments();
        match arguments {
            Ok(arguments) => {
                let others = Others { dids: case.issuers(), arguments };
                self.ask_another(case, others);
            }
            Err(error) => self.phase = Phase::Over(Err(Fault::Build(error))),
        }
    }

    fn ask_another(&mut self, case: Case, mut others: Others) {
        let Some(subject) = others.dids.pop_front() else {
            let fault = self.too_long.map_or(Fault::NotToRevoke, Fault::TooLong);
            self.phase = Phase::Over(Err(fault));
            return;
        };
        let goal = Goal::new(self.did.clone(), subject.clone(), Command::own(REVOKE), self.now);
        let search = self.search(goal.arguments(others.arguments.clone()));
        self.phase = Phase::Right(case, subject, search, others);
    }

    fn allow(&mut self, case: Case, subject: Did, proofs: Vec<Verified<Delegation>>) {
        let Case { target: delegation, above } = case;
        let documents = self.documents.clone();
        self.phase = Phase::Over(Ok(Grounds { delegation, subject, proofs, above, documents }));
    }

    fn search(&self, goal: Goal) -> Search {
        Search::new(goal.tolerance(self.tolerance)).documents(self.documents.clone())
    }

    /// Nothing, where a search was given up; how far it went is remembered.
    fn as_far_as_may_be(&mut self, found: Found) -> Option<Vec<Verified<Delegation>>> {
        match found {
            Found::Chain(chain) => Some(chain),
            Found::None(_) => None,
            Found::OutOfBudget { steps } => {
                self.too_long = Some(steps);
                None
            }
        }
    }

    fn error(&self, fault: Fault) -> AgentError {
        let cid = self.delegation;
        match fault {
            Fault::Unknown => AgentError::UnknownDelegation { cid },
            Fault::NotToRevoke => AgentError::NotToRevoke { cid },
            Fault::TooLong(steps) => AgentError::SearchTooLong { steps },
            Fault::Build(error) => AgentError::Build(error),
        }
    }
}

impl Case {
    /// Whether someone issued the delegation, or one above it, or is what it is about.
    fn is_among(&self, did: &Did) -> bool {
        self.issuers().contains(did)
    }

    /// Those who may take it back, each once.
    fn issuers(&self) -> VecDeque<Did> {
        let above = self.above.iter().map(|link| link.issuer()).chain([self.target.issuer()]);
        let mut issuers = VecDeque::new();
        // The subject stands above all that is about it, whatever is known of what lies between.
        for issuer in above.chain(self.target.subject().did()) {
            if !issuers.contains(issuer) {
                issuers.push_back(issuer.clone());
            }
        }
        issuers
    }
}
