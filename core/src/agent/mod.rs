//! The person's side: grants, receives, invokes and takes back, with a key and a store.
//!
//! [`Agent`] does so over a store at hand, with a signer at hand. Where either takes its time (a browser's database, a
//! key in hardware), the same is done in steps, by what an agent itself goes by: what has to be known is asked for
//! ([`Ask`](crate::store::Ask)), and what is to be signed comes as a builder, of which `to_sign` and `attach` make a token.
//!
//! | what | finds out | what is signed | what is kept |
//! |---|---|---|---|
//! | [grant](Agent::grant) | [`Search`] for [`Goal::to_grant`] | [`DelegationBuilder::resting_on`] the chain | the delegation |
//! | [invoke](Agent::invoke_with) | [`Search`] for [`Goal::to_invoke`] | [`InvocationBuilder::resting_on`] the chain | nothing |
//! | [revoke](Agent::revoke) | [`Revoking`] | [`Grounds::builder`] | what [`Grounds::verify`] takes, without a quota |
//! | [receive](Agent::receive) | [`Genuine::in_container`], [`TakingUp`] | nothing | what is genuine; what it says |
//! | [link](Agent::link_device) | [`Lineage`] | [`DeviceLink::delegations`] | these delegations |
//!
//! [`Search`]: crate::store::Search
//! [`TakingUp`]: crate::store::TakingUp
//! [`DelegationBuilder::resting_on`]: crate::DelegationBuilder::resting_on
//! [`InvocationBuilder::resting_on`]: crate::InvocationBuilder::resting_on

// Requirements kept here: dlg-store-chains, allod-agent-needed-proofs.

mod device;
mod error;
mod grant;
mod holdings;
mod invoke;
mod lineage;
mod receive;
mod revoke;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

pub use self::device::{DeviceLink, Linked};
pub use self::error::AgentError;
pub use self::grant::Granted;
pub use self::holdings::{Holdings, Listed, State};
pub use self::invoke::Asked;
pub use self::lineage::{Held, Lineage};
pub use self::receive::{Genuine, Received};
pub use self::revoke::{Grounds, Revoked, Revoking};

use crate::identity::{Did, DidDocument, MemoryResolver, Signer};
use crate::store::{Found, Goal, Store, StoreError, find_chain};
use crate::ucan::{Delegation, Verified};
use crate::validation::DEFAULT_TOLERANCE;

/// How long an invocation lasts where nothing else is said: five minutes, in seconds.
pub const INVOCATION_LASTS: u32 = 300;

/// Someone with a key, and a store of what was given to and by them.
///
/// ```
/// use std::sync::Arc;
/// use allod::{Agent, Algorithm, Container, Delegation, Encoding, MemoryStore, SigningKey, Timestamp};
///
/// let now = Timestamp::from_seconds(1_800_000_000)?;
/// let alice = Agent::new(SigningKey::generate(Algorithm::Ed25519)?, Arc::new(MemoryStore::new()));
/// let bob = Agent::new(SigningKey::generate(Algorithm::P256)?, Arc::new(MemoryStore::new()));
///
/// let grant = Delegation::builder(bob.did().clone(), alice.did().clone(), "/photos".parse()?);
/// let granted = alice.grant(grant.expires(now.plus(7 * 86_400)), now)?;
/// // By mail, as a file, as a QR code:
/// let sent = granted.container().write(Encoding::Base64Url)?;
/// bob.receive(&Container::read(&sent)?)?;
///
/// let asked = bob.invoke(alice.did().clone(), "/photos/read".parse()?, (), now)?;
/// assert_eq!(asked.invocation.proofs(), [granted.delegation.cid()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Agent {
    signer: Box<dyn Signer + Send + Sync>,
    did: Did,
    store: Arc<dyn Store>,
    documents: MemoryResolver,
    tolerance: u32,
}

impl Agent {
    /// Someone who signs with this key, and keeps what they hold and gave in this store.
    #[must_use]
    pub fn new(signer: impl Signer + Send + Sync + 'static, store: Arc<dyn Store>) -> Self {
        let did = signer.issuer();
        let documents = MemoryResolver::new();
        Self { signer: Box::new(signer), did, store, documents, tolerance: DEFAULT_TOLERANCE }
    }

    /// The document of a DID that needs one: one's own, or that of someone one deals with.
    #[must_use]
    pub fn document(mut self, document: DidDocument) -> Self {
        self.documents.insert(document);
        self
    }

    /// How many seconds clocks may differ: 60 unless said otherwise.
    #[must_use]
    pub const fn tolerance(mut self, seconds: u32) -> Self {
        self.tolerance = seconds;
        self
    }

    /// Who it is.
    #[must_use]
    pub const fn did(&self) -> &Did {
        &self.did
    }

    /// What it keeps things in.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Calls a DID by a name, for people to read; `None` forgets the name.
    ///
    /// # Errors
    /// When the store could not keep it.
    pub fn set_name(&self, name: &str, did: Option<&Did>) -> Result<(), StoreError> {
        self.store.set_name(name, did)
    }

    /// What a DID is called.
    ///
    /// # Errors
    /// When the store does not answer.
    pub fn name_of(&self, did: &Did) -> Result<Option<String>, StoreError> {
        Ok(self.store.names()?.into_iter().find(|(_, known)| known == did).map(|(name, _)| name))
    }

    /// The delegations by which one may do something; none are needed for oneself.
    fn chain(&self, goal: Goal) -> Result<Vec<Verified<Delegation>>, AgentError> {
        match find_chain(&*self.store, goal.tolerance(self.tolerance), &self.documents)? {
            Found::Chain(chain) => Ok(chain),
            Found::None(miss) => Err(AgentError::NoChain(miss.into())),
            Found::OutOfBudget { steps } => Err(AgentError::SearchTooLong { steps }),
        }
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").field("did", &self.did).finish_non_exhaustive()
    }
}
