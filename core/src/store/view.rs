//! What a decision sees of a store's revocations.

use super::RevocationStore;
use crate::identity::Did;
use crate::validation::{RevocationView, Standing};
use crate::wire::Cid;

/// A store's revocations as the view of a decision. A store that does not answer is one that nobody can tell
/// anything from: then nothing is allowed on the link in question.
#[derive(Clone, Copy)]
pub struct StoreView<'a, S: ?Sized>(pub &'a S);

impl<S: RevocationStore + ?Sized> RevocationView for StoreView<'_, S> {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        match self.0.is_revoked(delegation, issuer) {
            Ok(true) => Standing::Revoked,
            Ok(false) => Standing::Unrevoked,
            Err(_) => Standing::Unavailable,
        }
    }
}
