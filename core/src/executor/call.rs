//! What an executor is asked to do, and by whom.

use crate::container::Container;
use crate::identity::{Did, DidDocument, MemoryResolver};
use crate::ucan::time::Timestamp;
use crate::wire::Cid;

/// A container that came in, and what the host knows of how it came.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    pub(super) container: &'a Container,
    pub(super) now: Timestamp,
    pub(super) caller: Option<&'a Did>,
    pub(super) invocation: Option<Cid>,
    pub(super) documents: MemoryResolver,
}

impl<'a> Call<'a> {
    /// A container that came in now. Who sent it is not known.
    #[must_use]
    pub const fn new(container: &'a Container, now: Timestamp) -> Self {
        Self { container, now, caller: None, invocation: None, documents: MemoryResolver::new() }
    }

    /// Who sent it, as the host has made sure of in its own way: over a connection on which the sender has shown
    /// that it holds the key. Whoever has got hold of a container can send it; the receipt of what was executed
    /// before is for the invocation's issuer alone.
    #[must_use]
    pub const fn authenticated_as(mut self, caller: &'a Did) -> Self {
        self.caller = Some(caller);
        self
    }

    /// Which invocation is meant, where the container holds several.
    #[must_use]
    pub const fn invocation(mut self, cid: Cid) -> Self {
        self.invocation = Some(cid);
        self
    }

    /// The document of a DID that needs one, as the host fetched it.
    #[must_use]
    pub fn document(mut self, document: DidDocument) -> Self {
        self.documents.insert(document);
        self
    }
}
