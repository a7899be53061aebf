//! What is kept on this machine: keys, the store, and the names of both.

use std::sync::Arc;

use allod::identity::DidDocument;
use allod::store::Store;
use allod::{Agent, Did, MemoryStore, SigningKey};

use crate::failure::Failure;
use crate::keystore::KeyStore;
use crate::names::Names;
use crate::output::Out;
use crate::state::{self, failed};

/// Keys, and the store while it is open: other processes wait for it until this is dropped.
pub(crate) struct Home {
    pub(crate) keys: KeyStore,
    pub(crate) names: Names,
    store: Arc<dyn Store>,
    kept: bool,
}

impl Home {
    /// Opens what there is. Where there is no store, it is as if there were an empty one, and none is made.
    pub(crate) fn open(out: &Out) -> Result<Self, Failure> {
        match state::open(out.json())? {
            Some(store) => Self::with(Arc::new(store), true),
            None => Self::without_store(),
        }
    }

    /// Sees to it that what is put into the store from now on is kept: makes the store if there is none.
    pub(crate) fn keep(&mut self, out: &Out) -> Result<(), Failure> {
        if !self.kept {
            self.store = Arc::new(state::open_or_create(out.json())?);
            self.kept = true;
        }
        Ok(())
    }

    /// Keys alone, with a store in memory that is forgotten.
    pub(crate) fn without_store() -> Result<Self, Failure> {
        Self::with(Arc::new(MemoryStore::new()), false)
    }

    fn with(store: Arc<dyn Store>, kept: bool) -> Result<Self, Failure> {
        let keys = KeyStore::open()?;
        let petnames = store.names().map_err(|error| failed(&error))?;
        Ok(Self { names: Names::known(&keys, petnames), keys, store, kept })
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Whether there is a store on the disk.
    pub(crate) const fn is_kept(&self) -> bool {
        self.kept
    }

    /// A DID: as written, or that of the key or the petname.
    pub(crate) fn did(&self, text: &str) -> Result<Did, Failure> {
        self.names.did(text, &self.keys)
    }

    /// Whoever has this key, on what is kept here.
    pub(crate) fn agent(&self, key: SigningKey, documents: &[DidDocument]) -> Agent {
        documents.iter().cloned().fold(Agent::new(key, Arc::clone(&self.store)), Agent::document)
    }

    /// The own DIDs with the names of their keys. A key that cannot be read has none.
    pub(crate) fn own(&self) -> Result<Vec<(String, Did)>, Failure> {
        let names = self.keys.names()?;
        Ok(names
            .into_iter()
            .filter_map(|name| self.keys.load(&name).ok().map(|key| (name, key.did())))
            .collect())
    }

    /// Closes the store, so that nobody waits for it while an answer is written.
    pub(crate) fn close(self) -> Names {
        self.names
    }
}
