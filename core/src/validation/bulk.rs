//! Many decisions at once, on all cores.

use alloc::vec::Vec;

use rayon::prelude::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::authorizer::Authorizer;
use super::decision::Decision;
use super::evidence::Evidence;
use crate::container::Container;

impl Authorizer {
    /// As [`Authorizer::decide_container`] for each of many, on the threads of rayon's current pool: the decisions in
    /// the order of the containers. None of them depends on another. The evidence is copied for each: let the delegations
    /// come with the requests.
    ///
    /// ```
    /// use allod::{Algorithm, Authorizer, Container, ContainerWriter, Encoding, Evidence, Invocation, RevocationSet, SigningKey, Subjects, Timestamp};
    ///
    /// let album = SigningKey::generate(Algorithm::Ed25519)?;
    /// let mut requests = Vec::new();
    /// for number in 0..10 {
    ///     let request = Invocation::builder(album.did(), "/photos/read".parse()?).argument("number", number).sign(&album)?;
    ///     requests.push(Container::read(&ContainerWriter::new().token(&request).write(Encoding::Raw)?)?);
    /// }
    /// let none = RevocationSet::new();
    /// let authorizer = Authorizer::new(album.did(), Subjects::itself());
    /// let decisions = authorizer.decide_containers(&requests, &Evidence::new(Timestamp::EPOCH, &none));
    /// assert!(decisions.iter().all(allod::Decision::is_allowed));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decide_containers(&self, containers: &[Container], evidence: &Evidence<'_>) -> Vec<Decision> {
        containers.par_iter().map(|container| self.decide_container(container, evidence)).collect()
    }
}
