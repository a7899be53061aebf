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
        self.0.iter().fold(text.to_owned(), |text, named| replace_whole(&text, &named.text, &named.name))
    }
}

/// Replaces a DID where it stands alone: a longer one that begins with it is somebody else's.
fn replace_whole(text: &str, did: &str, name: &str) -> String {
    let (mut out, mut rest, mut before) = (String::with_capacity(text.len()), text, None);
    while let Some((ahead, behind)) = rest.split_once(did) {
        let alone = !ahead.chars().next_back().or(before).is_some_and(continues) && !goes_on(behind);
        out.push_str(ahead);
        out.push_str(if alone { name } else { did });
        before = did.chars().next_back();
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Whether what follows a DID would make it another one. No DID ends in a colon: such a one is the sentence's.
fn goes_on(behind: &str) -> bool {
    behind.trim_start_matches(':').chars().next().is_some_and(continues)
}

fn continues(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | ':' | '%' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_did_that_stands_alone_is_replaced() {
        let did = "did:key:z6Mk";
        for (text, shown) in [
            ("did:key:z6Mk", "album"),
            ("to did:key:z6Mk, not to did:key:z6Mk", "to album, not to album"),
            ("did:key:z6Mk: no key", "album: no key"),
            ("(did:key:z6Mk)", "(album)"),
            ("\"did:key:z6Mk\"", "\"album\""),
            ("did:key:z6Mk#key-1", "album#key-1"),
        ] {
            assert_eq!(replace_whole(text, did, "album"), shown);
        }
        for text in [
            "did:key:z6Mkab",
            "did:key:z6Mk.ab",
            "did:key:z6Mk.",
            "did:key:z6Mk:ab",
            "did:key:z6Mk::ab",
            "did:key:z6Mk%41",
            "did:key:z6Mk-a",
            "did:key:z6Mk_a",
            "did:key:z6Mké",
            "xdid:key:z6Mk",
            "did:web:did:key:z6Mk",
            "did:key:z6Mkdid:key:z6Mk",
        ] {
            assert_eq!(replace_whole(text, did, "album"), text);
        }
    }
}
