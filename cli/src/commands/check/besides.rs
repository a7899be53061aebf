//! What the store knows besides what came with a request.

use allod::limits::MAX_RECEIPTS;
use allod::store::{Store, StoreView};
use allod::validation::{Authorizer, Evidence, RevocationView, Standing};
use allod::{Cid, Did, Invocation, Promise, RevocationSet, StoreError, Token};

/// The store, or nothing besides what is given.
#[derive(Clone, Copy)]
pub(super) struct Besides<'a>(Option<&'a dyn Store>);

impl<'a> Besides<'a> {
    pub(super) const NOTHING: Self = Self(None);

    pub(super) const fn of(store: &'a dyn Store) -> Self {
        Self(Some(store))
    }

    pub(super) const fn is_there(self) -> bool {
        self.0.is_some()
    }

    /// The evidence with what the invocation refers to and did not come along, and with the age of what is known of
    /// revocations.
    pub(super) fn with_what_is_missing<'e>(
        self,
        authorizer: &Authorizer,
        invocation: &Token<Invocation>,
        mut evidence: Evidence<'e>,
    ) -> Result<Evidence<'e>, StoreError> {
        let Some(store) = self.0 else { return Ok(evidence) };
        if let Some(at) = store.synced_at()? {
            evidence = evidence.revocations_as_of(at);
        }
        for cid in authorizer.needs(invocation, &evidence).proofs {
            if let Some(proof) = store.delegation(&cid)? {
                evidence = evidence.delegation(proof);
            }
        }
        for promise in Promise::all(invocation.arguments()).into_iter().take(MAX_RECEIPTS) {
            // Those that may count: the executor's own, and the subject's, if the task turns out to be about it.
            for issuer in [authorizer.executor(), invocation.subject()] {
                let receipts = store.receipts_of(&promise.task, issuer, MAX_RECEIPTS)?;
                evidence = receipts.into_iter().fold(evidence, Evidence::receipt);
            }
        }
        Ok(evidence)
    }
}

/// Revocations that came along and count, and those of the store: one of either is enough.
pub(super) struct Views<'a> {
    pub(super) given: &'a RevocationSet,
    pub(super) besides: Besides<'a>,
}

impl RevocationView for Views<'_> {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        match (self.given.standing(delegation, issuer), self.besides.0) {
            (Standing::Unrevoked, Some(store)) => StoreView(store).standing(delegation, issuer),
            (standing, _) => standing,
        }
    }
}
