//! A search over a store at hand.

use super::{Found, Goal, Search, Step};
use crate::identity::{Did, MemoryResolver};
use crate::store::{DelegationStore, RevocationStore, StoreError};
use crate::ucan::Command;
use crate::ucan::time::Timestamp;
use crate::wire::Item;

/// Looks for the best chain in a store, with documents for the issuers who need one.
///
/// ```
/// use allod::store::{DelegationStore, Found, Goal, find_chain};
/// use allod::{Algorithm, Delegation, MemoryResolver, MemoryStore, SigningKey, Timestamp};
///
/// let album = SigningKey::generate(Algorithm::Ed25519)?;
/// let bob = SigningKey::generate(Algorithm::Ed25519)?;
/// let store = MemoryStore::new();
/// let grant = Delegation::builder(bob.did(), album.did(), "/photos/read".parse()?).sign(&album)?;
/// store.put_delegations(&[grant.verify()?])?;
///
/// let now = Timestamp::from_seconds(1_800_000_000)?;
/// let look_for = |command| find_chain(&store, Goal::new(bob.did(), album.did(), command, now), &MemoryResolver::new());
/// let Found::Chain(chain) = look_for("/photos/read".parse()?)? else { panic!("he holds it") };
/// assert_eq!(chain.len(), 1);
/// let Found::None(miss) = look_for("/photos/delete".parse()?)? else { panic!("he does not") };
/// assert!(miss.to_string().ends_with("has /photos/read without end, not /photos/delete"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the store does not answer. Nothing is known then.
pub fn find_chain<S>(store: &S, goal: Goal, documents: &MemoryResolver) -> Result<Found, StoreError>
where
    S: DelegationStore + RevocationStore + ?Sized,
{
    let mut search = Search::new(goal).documents(documents.clone());
    loop {
        match search.step() {
            Step::Done(found) => return Ok(found),
            // Each kind of question is answered with its own kind.
            Step::Ask(ask) => {
                search.answer(ask.answer_from(store)?).map_err(|_| StoreError::InDoubt)?;
            }
        }
    }
}

/// [`find_chain`] as a method of every store.
pub trait FindChain {
    /// The best chain by which `invoker` may use `command` on `subject` at that time: with these arguments, or without
    /// looking at policies. Goes by the usual tolerance, limits and budget, and without documents: see [`Goal`] and
    /// [`find_chain`] for others.
    ///
    /// # Errors
    /// When the store does not answer.
    fn find_chain(
        &self,
        invoker: &Did,
        subject: &Did,
        command: &Command,
        arguments: Option<&Item>,
        at: Timestamp,
    ) -> Result<Found, StoreError>;
}

impl<S> FindChain for S
where
    S: DelegationStore + RevocationStore + ?Sized,
{
    fn find_chain(
        &self,
        invoker: &Did,
        subject: &Did,
        command: &Command,
        arguments: Option<&Item>,
        at: Timestamp,
    ) -> Result<Found, StoreError> {
        let mut goal = Goal::new(invoker.clone(), subject.clone(), command.clone(), at);
        goal.arguments = arguments.cloned();
        find_chain(self, goal, &MemoryResolver::new())
    }
}
