//! Names for DIDs, so that people read people.

use allod::Did;

use crate::failure::Failure;
use crate::keystore::{KeyStore, is_name, parse_did};

/// DIDs that have a name here: own keys, petnames, or the characters of the demo.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// What is shown, the first that fits.
    shown: Vec<Named>,
    /// What the owner calls others.
    petnames: Vec<(String, Did)>,
}

#[derive(Debug)]
struct Named {
    did: Did,
    text: String,
    name: String,
}

impl Names {
    /// The names of the keys in the store. A key that cannot be read has none.
    pub(crate) fn of_keys() -> Self {
        KeyStore::open().map(|keys| Self::known(&keys, Vec::new())).unwrap_or_default()
    }

    /// The names of keys, then petnames. A petname that is a key's name too shows nobody: it would take one for the
    /// other.
    pub(crate) fn known(keys: &KeyStore, petnames: Vec<(String, Did)>) -> Self {
        let mut names = Self::default();
        let known = keys.names().unwrap_or_default();
        for name in &known {
            if let Ok(key) = keys.load(name) {
                names.add(key.did(), name);
            }
        }
        for (name, did) in &petnames {
            if !known.contains(name) {
                names.add(did.clone(), name);
            }
        }
        names.petnames = petnames;
        names
    }

    /// A DID: as written, or that of the key or the petname.
    pub(crate) fn did(&self, text: &str, keys: &KeyStore) -> Result<Did, Failure> {
        if text.starts_with("did:") {
            return parse_did(text);
        }
        match (self.petname(text), keys.holds(text)) {
            (Some(did), true) if keys.load(text)?.did() != *did => Err(Failure::new(
                format_args!("{text:?} is the name of a key, and what you call another: {did}"),
                format_args!("give the whole DID, or forget the petname with `allod name --forget {text}`"),
            )),
            (Some(did), _) => Ok(did.clone()),
            (None, true) => Ok(keys.load(text)?.did()),
            (None, false) => Err(self.nobody(text, keys)),
        }
    }

    /// Whom the owner calls so.
    pub(crate) fn petname(&self, name: &str) -> Option<&Did> {
        self.petnames.iter().find(|(known, _)| known == name).map(|(_, did)| did)
    }

    pub(crate) fn petnames(&self) -> &[(String, Did)] {
        &self.petnames
    }

    fn nobody(&self, text: &str, keys: &KeyStore) -> Failure {
        let message = if is_name(text) {
            format!("nobody here is named {text:?}")
        } else {
            format!("{text:?} is neither a DID nor a name that is known here")
        };
        let mut known = keys.names().unwrap_or_default();
        known.extend(self.petnames.iter().map(|(name, _)| name.clone()));
        let known =
            if known.is_empty() { String::new() } else { format!(", or one of: {}", known.join(", ")) };
        Failure::new(
            message,
            format_args!("give a DID such as did:key:z6Mk…{known}; `allod name NAME DID` gives a DID a name"),
        )
    }

    pub(crate) fn add(&mut self, did: Did, name: impl Into<String>) {
        self.shown.push(Named { text: did.to_string(), did, name: name.into() });
    }

    /// The name, if it has one.
    pub(crate) fn name(&self, did: &Did) -> Option<&str> {
        self.shown.iter().find(|named| named.did == *did).map(|named| named.name.as_str())
    }

    /// The name, or the whole DID: short forms are easy to imitate.
    pub(crate) fn of(&self, did: &Did) -> String {
        self.name(did).map_or_else(|| did.to_string(), str::to_owned)
    }

    /// The name and the whole DID, or the whole DID alone.
    pub(crate) fn in_full(&self, did: &str) -> String {
        match self.shown.iter().find(|named| named.text == did) {
            Some(named) => format!("{} ({did})", named.name),
            None => did.to_owned(),
        }
    }

    /// The text with names in place of the DIDs that have one.
    pub(crate) fn rewrite(&self, text: &str) -> String {
        self.shown.iter().fold(text.to_owned(), |text, named| replace_whole(&text, &named.text, &named.name))
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
