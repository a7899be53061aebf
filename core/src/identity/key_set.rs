//! The keys to check one signature against.

// Requirements kept here: allod-web-key-limit.

use alloc::vec::Vec;
use core::iter;

use super::did::Did;
use super::document::Purpose;
use super::key::{Algorithm, KeyError, PublicKey};

/// One to eight keys that may verify for a DID. Never empty.
///
/// A did:key has one. A document may list any number: the first [`KeySet::MAX_TRIED`] distinct keys of
/// an implemented algorithm are kept, in the document's order, so that a signature costs a bounded
/// number of checks. A key beyond them never verifies: owners of long documents list the keys in use
/// first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    first: PublicKey,
    rest: Vec<PublicKey>,
}

/// Why a DID has no keys for a purpose.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// The DID needs a document and none was supplied.
    #[error("{} is unresolved: supply its DID document", .0.short())]
    Unresolved(Did),
    /// The resolver answered with the document of someone else.
    #[error("the document supplied for {} is that of {}: fix the resolver", .did.short(), .found.short())]
    WrongDocument {
        /// The DID asked for.
        did: Did,
        /// The DID whose document came.
        found: Did,
    },
    /// The DID's method or key type is not implemented.
    #[error("{} is not supported: {source}", .did.short())]
    Unsupported {
        /// The DID.
        did: Did,
        /// What is not supported.
        source: KeyError,
    },
    /// The key in the did:key is weak, not on its curve, or cannot sign.
    #[error("{} has no usable key: {source}", .did.short())]
    Invalid {
        /// The DID.
        did: Did,
        /// What is wrong with its key.
        source: KeyError,
    },
    /// The document gives no key of an implemented algorithm for the purpose.
    #[error("{} lists no usable key for {purpose} in its document: its owner must add one", .did.short())]
    NoKeyForPurpose {
        /// The DID.
        did: Did,
        /// The purpose.
        purpose: Purpose,
    },
}

impl KeySet {
    /// The most keys that one set holds.
    pub const MAX_TRIED: usize = crate::limits::MAX_KEYS;

    /// The first [`MAX_TRIED`](Self::MAX_TRIED) distinct keys; `None` if there is none.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Option<Self> {
        let mut keys = keys.into_iter();
        let mut set = Self::from(keys.next()?);
        for key in keys {
            if set.len() == Self::MAX_TRIED {
                break;
            }
            if !set.iter().any(|known| *known == key) {
                set.rest.push(key);
            }
        }
        Some(set)
    }

    /// The keys, in the order in which they are to be tried.
    pub fn iter(&self) -> impl Iterator<Item = &PublicKey> {
        iter::once(&self.first).chain(&self.rest)
    }

    /// The keys of one algorithm: those that can verify a token whose header names it.
    pub fn with_algorithm(&self, algorithm: Algorithm) -> impl Iterator<Item = &PublicKey> {
        self.iter().filter(move |key| key.algorithm() == algorithm)
    }

    /// How many keys there are: 1 to [`MAX_TRIED`](Self::MAX_TRIED).
    #[allow(clippy::len_without_is_empty, reason = "never empty by type")]
    #[must_use]
    pub fn len(&self) -> usize {
        1 + self.rest.len()
    }
}

impl From<PublicKey> for KeySet {
    fn from(key: PublicKey) -> Self {
        Self { first: key, rest: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::identity::SigningKey;

    fn key(algorithm: Algorithm, seed: u8) -> PublicKey {
        SigningKey::from_seed(algorithm, &[seed; 32]).unwrap().public_key()
    }

    #[test]
    fn the_first_eight_distinct_keys_are_kept_in_order() {
        let keys: Vec<_> = (1..12).map(|seed| key(Algorithm::Ed25519, seed)).collect();
        let doubled = keys.iter().flat_map(|key| [*key, *key]);
        let set = KeySet::new(doubled).unwrap();
        assert_eq!(set.len(), KeySet::MAX_TRIED);
        assert!(set.iter().eq(keys.iter().take(8)));
        assert_eq!(KeySet::new([]), None);
    }

    #[test]
    fn keys_are_picked_by_algorithm() {
        let [one, two] = [key(Algorithm::Ed25519, 1), key(Algorithm::P256, 2)];
        let set = KeySet::new([one, two]).unwrap();
        assert!(set.with_algorithm(Algorithm::P256).eq([&two]));
        assert_eq!(set.with_algorithm(Algorithm::Secp256k1).count(), 0);
    }
}
