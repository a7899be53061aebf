//! What a decision rests on besides the invocation.

// Requirements kept here: core-validate-at-execution, allod-evidence-explicit.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::revocation::{NoRevocations, RevocationView, Standing};
use super::trace::Unused;
use crate::container::Container;
use crate::identity::{Cache, Did, DidDocument, MemoryResolver, Seen};
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, Payload, Receipt, Task, Token, TokenError, Verified, VerifyError};
use crate::wire::{Cid, Hashed, Keyed, Slice};

/// How many seconds clocks may differ at both ends of a window, unless said otherwise.
pub const DEFAULT_TOLERANCE: u32 = 60;

/// The facts a decision may use: the time, what is known of revocations, the tokens that came along, and
/// documents of DIDs that need one.
///
/// The time and the view of revocations are required. Tokens may be given in any state: as bytes, decoded,
/// or verified; whatever was not verified yet is verified when it is used, and tokens nobody refers to are
/// never verified.
#[derive(Clone)]
pub struct Evidence<'a> {
    now: Timestamp,
    tolerance: u32,
    revocations: &'a dyn RevocationView,
    tokens: Keyed<Cid, Candidate>,
    containers: Vec<Container>,
    documents: MemoryResolver,
    /// When the view of revocations was last brought up to date, as the host says.
    synced: Option<Timestamp>,
    receipts: Vec<Receipt>,
    /// The subjects of tasks, by the tasks' CIDs.
    tasks: Keyed<Cid, Did>,
    trusted: Keyed<Did, ()>,
    cache: Option<Cache>,
}

/// A token that may be referred to, as far as it is known.
#[derive(Clone)]
enum Candidate {
    Bytes(Hashed),
    Token(Box<Token<Delegation>>),
    Verified(Box<Verified<Delegation>>),
}

/// A link of a chain, as far as it could be established.
#[derive(Clone)]
pub(super) enum Link {
    Missing,
    NotDecoded(Arc<TokenError>),
    NotVerified(Token<Delegation>, Arc<VerifyError>),
    Verified(Verified<Delegation>),
}

impl<'a> Evidence<'a> {
    /// Evidence for a decision at `now`, with what is known of revocations.
    #[must_use]
    pub const fn new(now: Timestamp, revocations: &'a dyn RevocationView) -> Self {
        Self {
            now,
            tolerance: DEFAULT_TOLERANCE,
            revocations,
            tokens: Keyed::new(),
            containers: Vec::new(),
            documents: MemoryResolver::new(),
            synced: None,
            receipts: Vec::new(),
            tasks: Keyed::new(),
            trusted: Keyed::new(),
            cache: None,
        }
    }

    /// The same with another view of revocations.
    #[must_use]
    pub fn with_revocations(self, revocations: &dyn RevocationView) -> Evidence<'_> {
        // Named one by one, since the lifetime changes.
        let Self {
            now,
            tolerance,
            tokens,
            containers,
            documents,
            synced,
            receipts,
            tasks,
            trusted,
            cache,
            ..
        } = self;
        Evidence {
            now,
            tolerance,
            revocations,
            tokens,
            containers,
            documents,
            synced,
            receipts,
            tasks,
            trusted,
            cache,
        }
    }

    /// Lets decisions on this evidence remember the signatures and keys that they check, and know those that were
    /// checked before.
    #[cfg(feature = "cache")]
    #[must_use]
    pub fn cache(mut self, cache: &Cache) -> Self {
        self.cache = Some(cache.clone());
        self
    }

    /// When the host last brought the view of revocations up to date, with a source that it trusts to know of
    /// them all. Commands for which an authorizer asks for a view of a certain age are denied without it
    /// ([`Authorizer::revocations_no_older_than`](super::Authorizer::revocations_no_older_than)).
    #[must_use]
    pub const fn revocations_as_of(mut self, at: Timestamp) -> Self {
        self.synced = Some(at);
        self
    }

    /// Adds a receipt, for arguments that promise the result of its task. Its signature is checked when it is
    /// used. It counts where its issuer is the executor that decides, an executor that is trusted
    /// ([`Evidence::trust_receipts_of`]), or the task's subject, which is known where the task came along
    /// ([`Evidence::task`], or in a container). Where receipts that count disagree, none does.
    #[must_use]
    pub fn receipt(mut self, receipt: Receipt) -> Self {
        self.receipts.push(receipt);
        self
    }

    /// Adds a task that arguments may promise the result of: its CID tells that these are its fields.
    #[must_use]
    pub fn task(mut self, task: &Task<'_>) -> Self {
        self.tasks.insert(task.cid(), task.subject.clone());
        self
    }

    /// Takes this executor's word for the result of any task.
    #[must_use]
    pub fn trust_receipts_of(mut self, executor: Did) -> Self {
        self.trusted.add(executor);
        self
    }

    /// The seconds that clocks may differ at both ends of a window: 60 unless said otherwise; 0 is allowed.
    #[must_use]
    pub const fn tolerance(mut self, seconds: u32) -> Self {
        self.tolerance = seconds;
        self
    }

    /// Adds a token's bytes, under the CID computed from them.
    #[must_use]
    pub fn bytes(mut self, bytes: impl Into<Slice>) -> Self {
        let hashed = Hashed::of(bytes);
        self.tokens.get_or_insert(hashed.cid(), || Candidate::Bytes(hashed));
        self
    }

    /// Adds all tokens of a container.
    #[must_use]
    pub fn container(mut self, container: &Container) -> Self {
        self.containers.push(container.clone());
        self
    }

    /// Adds a decoded delegation; its signature is checked when it is used.
    #[must_use]
    pub fn delegation(mut self, token: Token<Delegation>) -> Self {
        let verified = matches!(self.tokens.get(&token.cid()), Some(Candidate::Verified(_)));
        if !verified {
            self.tokens.insert(token.cid(), Candidate::Token(Box::new(token)));
        }
        self
    }

    /// Adds a delegation whose signature was checked before, and is not checked again: the key of a `did:key`
    /// is in its name for ever. What a `did:web` issued is checked against the document at hand all the same.
    #[must_use]
    pub fn verified(mut self, token: Verified<Delegation>) -> Self {
        self.tokens.insert(token.cid(), Candidate::Verified(Box::new(token)));
        self
    }

    /// Adds the document of a DID that needs one, as the host fetched it.
    #[must_use]
    pub fn document(mut self, document: DidDocument) -> Self {
        self.documents.insert(document);
        self
    }

    /// The time of the decision.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) const fn tolerance_seconds(&self) -> u32 {
        self.tolerance
    }

    pub(super) const fn synced(&self) -> Option<Timestamp> {
        self.synced
    }

    pub(super) fn trusts(&self, executor: &Did) -> bool {
        self.trusted.contains(executor)
    }

    /// The receipts that came along and say what came of one of these tasks.
    pub(super) fn receipts_of(&self, tasks: &Keyed<Cid, ()>) -> Vec<Receipt> {
        let mut found: Keyed<Cid, Receipt> = Keyed::new();
        let bundled = self.containers.iter().flat_map(Container::receipts);
        for receipt in self.receipts.iter().cloned().chain(bundled) {
            if tasks.contains(&receipt.ran()) {
                found.insert(receipt.cid(), receipt);
            }
        }
        found.iter().map(|(_, receipt)| receipt.clone()).collect()
    }

    /// Whom these tasks are about, as far as they came along.
    pub(super) fn subjects_of(&self, tasks: &Keyed<Cid, ()>) -> Keyed<Cid, Did> {
        let mut found = Keyed::new();
        for task in tasks.keys() {
            if let Some(subject) = self.tasks.get(task) {
                found.insert(*task, subject.clone());
            }
        }
        let bundled = self.containers.iter().flat_map(|container| {
            container.invocations().filter_map(|cid| container.invocation_named(cid).ok())
        });
        for token in bundled {
            let task = token.task().cid();
            if tasks.contains(&task) {
                found.insert(task, token.subject().clone());
            }
        }
        found
    }

    pub(super) const fn documents(&self) -> &MemoryResolver {
        &self.documents
    }

    pub(super) fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        self.revocations.standing(delegation, issuer)
    }

    pub(super) fn holds(&self, cid: &Cid) -> bool {
        self.tokens.contains(cid) || self.containers.iter().any(|container| container.contains(cid))
    }

    /// What came along besides the tokens of `used`.
    pub(super) fn unused(&self, used: Vec<Cid>) -> Unused {
        Unused { tokens: self.tokens.keys().copied().collect(), containers: self.containers.clone(), used }
    }

    fn in_containers(&self, cid: &Cid) -> Option<Hashed> {
        self.containers.iter().find_map(|container| container.hashed(cid))
    }

    /// The issuer of a delegation that came along and decodes.
    pub(super) fn issuer_of(&self, cid: &Cid) -> Option<Did> {
        self.decoded(cid).map(|token| token.issuer().clone())
    }

    /// A delegation that came along and decodes. What it says may be anyone's.
    pub(super) fn decoded(&self, cid: &Cid) -> Option<Token<Delegation>> {
        match self.tokens.get(cid) {
            None => Token::parse_hashed(self.in_containers(cid)?, &mut Seen::new()).ok(),
            Some(Candidate::Bytes(bytes)) => Token::parse_hashed(bytes.clone(), &mut Seen::new()).ok(),
            Some(Candidate::Token(token)) => Some(Token::clone(token)),
            Some(Candidate::Verified(token)) => Some(Verified::clone(token).into_token()),
        }
    }

    /// Decodes and verifies what `cid` refers to; those of a chain name the same DIDs.
    pub(super) fn link(&self, cid: &Cid, seen: &mut Seen) -> Link {
        let bytes = match self.tokens.get(cid) {
            // The key of a DID with a document can have changed since: it is looked up again.
            Some(Candidate::Verified(token)) if token.issuer().web_url().is_some() => {
                return self.verify(Verified::clone(token).into_token());
            }
            Some(Candidate::Verified(token)) => return Link::Verified(Verified::clone(token)),
            Some(Candidate::Token(token)) => return self.verify(Token::clone(token)),
            Some(Candidate::Bytes(bytes)) => Some(bytes.clone()),
            None => self.in_containers(cid),
        };
        match bytes.map(|bytes| Token::parse_hashed(bytes, seen)) {
            None => Link::Missing,
            Some(Err(error)) => Link::NotDecoded(Arc::new(error)),
            Some(Ok(token)) => self.verify(token),
        }
    }

    /// Checks a token's signature, or knows that it was checked.
    pub(super) fn check<P: Payload>(&self, token: Token<P>) -> Result<Verified<P>, VerifyError> {
        token.verify_knowing(&self.documents, self.cache.as_ref())
    }

    fn verify(&self, token: Token<Delegation>) -> Link {
        match self.check(token.clone()) {
            Ok(verified) => Link::Verified(verified),
            Err(error) => Link::NotVerified(token, Arc::new(error)),
        }
    }
}

impl Evidence<'static> {
    /// Evidence without any knowledge of revocations: a delegation once signed is good until it expires.
    /// For tools that look at tokens, and for subjects that never revoke; not for services.
    #[must_use]
    pub const fn danger_without_revocations(now: Timestamp) -> Self {
        Self::new(now, &NoRevocations)
    }
}

impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence")
            .field("now", &self.now)
            .field("tolerance", &self.tolerance)
            .field("tokens", &self.tokens.len())
            .finish_non_exhaustive()
    }
}

impl Link {
    /// The claims, if it decodes. They may be anyone's.
    pub(super) fn claims(&self) -> Option<&Delegation> {
        match self {
            Self::Missing | Self::NotDecoded(_) => None,
            Self::NotVerified(token, _) => Some(token),
            Self::Verified(token) => Some(token),
        }
    }

    pub(super) fn verified(&self) -> Option<&Verified<Delegation>> {
        match self {
            Self::Verified(token) => Some(token),
            _ => None,
        }
    }
}
