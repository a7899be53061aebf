//! Names for DIDs, so that people read people.

use allod::Did;

use crate::keystore::KeyStore;

/// DIDs that have a name here: keys of the store, or the characters of the demo.
#[derive(Debug, Default)]
pub(crate) struct Names(Vec<Named>);

#[derive(Debug)]
struct Named {
    did: Did,
    text: String,
    name: String,
}

impl Names {
    /// The names of the keys in the store. A key that cannot be read has none.
    pub(crate) fn of_store() -> Self {
        let mut names = Self::default();
        if let Ok(store) = KeyStore::open() {
            for name in store.names().unwrap_or_default() {
                if let Ok(key) = store.load(&name) {
                    names.add(key.did(), name);
                }
            }
        }
        names
    }

    pub(crate) fn add(&mut self, did: Did, name: impl Into<String>) {
        self.0.push(Named { text: did.to_string(), did, name: name.into() });
    }

    /// The name, or the whole DID: short forms are easy to imitate.
    pub(crate) fn of(&self, did: &Did) -> String {
        self.0
            .iter()
            .find(|named| named.did == *did)
            .map_or_else(|| did.to_string(), |named| named.name.clone())
    }

    /// The name and the whole DID, or the whole DID alone.
    pub(crate) fn in_full(&self, did: &str) -> String {
        match self.0.iter().find(|named| named.text == did) {
            Some(named) => format!("{} ({did})", named.name),
            None => did.to_owned(),
        }
    }

    /// The text with names in place of the DIDs that have one.
    pub(crate) fn rewrite(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, named| text.replace(&named.text, &named.name))
    }
}
