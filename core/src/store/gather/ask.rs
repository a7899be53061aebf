//! Answers from a store at hand.

use super::{Answer, Ask};
use crate::store::{DelegationStore, RevocationStore, StoreError};

impl Ask {
    /// The answer that a store gives, where one is at hand.
    ///
    /// # Errors
    /// When the store does not answer.
    pub fn answer_from<S>(&self, store: &S) -> Result<Answer, StoreError>
    where
        S: DelegationStore + RevocationStore + ?Sized,
    {
        Ok(match self {
            Self::Delegations { query, after, most } => {
                Answer::Delegations(store.delegations(query, after.as_ref(), *most)?)
            }
            Self::Revoked(pairs) => {
                let revoked = pairs.iter().map(|(cid, did)| store.is_revoked(cid, did));
                Answer::Revoked(revoked.collect::<Result<_, _>>()?)
            }
            Self::Tokens(cids) => {
                Answer::Tokens(cids.iter().map(|cid| store.delegation(cid)).collect::<Result<_, _>>()?)
            }
        })
    }
}
