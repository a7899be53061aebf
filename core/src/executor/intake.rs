//! What an executor takes up besides requests.

use super::Executor;
use super::execution::ExecutionError;
use crate::container::Container;
use crate::identity::MemoryResolver;
use crate::store::{Intake, TakenUp, import_revocations};

impl Executor {
    /// Takes up the revocations in a container: they take effect at once. Those with the authority of a subject
    /// that is served are taken without a witness, others where they come with their path or with the
    /// delegation they revoke, up to a quota ([`Executor::quota`]).
    ///
    /// # Errors
    /// When the store could not keep them.
    pub fn take_up_revocations(
        &self,
        container: &Container,
        documents: &MemoryResolver,
    ) -> Result<alloc::vec::Vec<TakenUp>, ExecutionError> {
        let own = |subject: &crate::identity::Did| self.subjects.include_by_name(subject, &self.did);
        let intake = Intake { own: &own, quota: self.quota, documents };
        Ok(import_revocations(&*self.store, container, &intake)?)
    }
}
