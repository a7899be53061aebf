//! Documents from the host, and the one way from a DID to the keys that verify for it.

// Requirements kept here: inv-iss-key.

use super::Cache;
use super::did::Did;
use super::document::{DidDocument, DocumentError, Purpose};
use super::key::{KeyError, PublicKey};
use super::key_set::{KeySet, KeysError};
use crate::wire::Keyed;

/// Where DID documents come from. Object-safe and synchronous: fetching is the host's, done before
/// anything is decided, and the answer is what it fetched.
pub trait Resolver {
    /// The document of `did`.
    ///
    /// # Errors
    /// [`ResolveError::NotFound`] where there is none; the others as the host finds them.
    fn resolve(&self, did: &Did) -> Result<DidDocument, ResolveError>;
}

/// Why a resolver has no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// None is known for this DID, or it was deactivated.
    #[error("no document for {}: fetch it, or check that the DID still exists", .0.short())]
    NotFound(Did),
    /// The place where it lives did not answer.
    #[error("the document of {} could not be fetched: try again", .0.short())]
    Unreachable(Did),
    /// What was fetched is not the document of the DID.
    #[error("the document of {} is refused: {source}", .did.short())]
    Document {
        /// The DID.
        did: Did,
        /// What is wrong with the document.
        source: DocumentError,
    },
}

/// Documents held in memory: what the host fetched, for one decision or for many.
///
/// ```
/// use allod::identity::{verification_keys, Did, DidDocument, MemoryResolver, Purpose};
///
/// let did = Did::parse("did:web:example.com")?;
/// let document = DidDocument::parse(
///     r##"{
///         "id": "did:web:example.com",
///         "verificationMethod": [{
///             "id": "#key",
///             "type": "Multikey",
///             "controller": "did:web:example.com",
///             "publicKeyMultibase": "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
///         }]
///     }"##,
///     &did,
/// )?;
/// let mut documents = MemoryResolver::new();
/// documents.insert(document);
/// assert_eq!(verification_keys(&did, Purpose::Invocation, &documents)?.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryResolver {
    documents: Keyed<Did, DidDocument>,
}

impl MemoryResolver {
    /// Holds no document yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { documents: Keyed::new() }
    }

    /// Adds a document under the DID it is of; returns the one that was there.
    pub fn insert(&mut self, document: DidDocument) -> Option<DidDocument> {
        self.documents.insert(document.id().clone(), document)
    }

    /// Takes a document out.
    pub fn remove(&mut self, did: &Did) -> Option<DidDocument> {
        self.documents.remove(did)
    }

    /// All documents.
    pub fn documents(&self) -> impl Iterator<Item = &DidDocument> {
        self.documents.iter().map(|(_, document)| document)
    }

    /// The document of `did`, borrowed.
    #[must_use]
    pub fn get(&self, did: &Did) -> Option<&DidDocument> {
        self.documents.get(did)
    }
}

impl Resolver for MemoryResolver {
    fn resolve(&self, did: &Did) -> Result<DidDocument, ResolveError> {
        self.get(did).cloned().ok_or_else(|| ResolveError::NotFound(did.clone()))
    }
}

/// The keys that may verify for `did`.
///
/// A did:key answers for itself, whatever documents there are. A did:web is answered from its document.
/// Other methods are not supported, even where a document was supplied: nobody has checked that the
/// method's rules lead to it.
///
/// # Errors
/// [`KeysError`].
pub fn verification_keys(did: &Did, purpose: Purpose, documents: &dyn Resolver) -> Result<KeySet, KeysError> {
    verification_keys_knowing(did, purpose, documents, None)
}

/// The same, where a did:key may be known.
pub(crate) fn verification_keys_knowing(
    did: &Did,
    purpose: Purpose,
    documents: &dyn Resolver,
    cache: Option<&Cache>,
) -> Result<KeySet, KeysError> {
    match public_key(did, cache) {
        Ok(key) => Ok(KeySet::from(key)),
        Err(KeyError::NeedsDocument) => {
            let document = documents.resolve(did).map_err(|_| KeysError::Unresolved(did.clone()))?;
            if document.id() != did {
                return Err(KeysError::WrongDocument { did: did.clone(), found: document.id().clone() });
            }
            document.keys(purpose)
        }
        Err(source @ (KeyError::UnsupportedMethod | KeyError::UnsupportedKeyType { .. })) => {
            Err(KeysError::Unsupported { did: did.clone(), source })
        }
        Err(source) => Err(KeysError::Invalid { did: did.clone(), source }),
    }
}

fn public_key(did: &Did, cache: Option<&Cache>) -> Result<PublicKey, KeyError> {
    let Some(cache) = cache else { return did.public_key() };
    if let Some(key) = did.compressed().and_then(|key| cache.key(key)) {
        return Ok(key);
    }
    let key = did.public_key()?;
    cache.learn_key(key);
    Ok(key)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use alloc::format;

    use super::*;
    use crate::identity::{Algorithm, SigningKey};

    const WEB: &str = "did:web:example.com";

    fn document(id: &str, more: &str) -> DidDocument {
        let key = SigningKey::from_seed(Algorithm::P256, &[7; 32]).unwrap().public_key();
        let method = format!(
            r##"{{"id":"#k","type":"Multikey","controller":"{id}","publicKeyMultibase":"{}"}}"##,
            key.to_multikey()
        );
        let text = format!(r#"{{"id":"{id}","verificationMethod":[{method}]{more}}}"#);
        DidDocument::parse(&text, &Did::parse(id).unwrap()).unwrap()
    }

    fn keys(did: &str, documents: &dyn Resolver) -> Result<KeySet, KeysError> {
        verification_keys(&Did::parse(did).unwrap(), Purpose::Invocation, documents)
    }

    #[test]
    fn a_did_key_answers_for_itself() {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::from_seed(algorithm, &[9; 32]).unwrap();
            let found = verification_keys(&key.did(), Purpose::Delegation, &MemoryResolver::new());
            assert_eq!(found, Ok(KeySet::from(key.public_key())));
        }
    }

    #[test]
    fn a_did_web_answers_from_its_document_only() {
        let mut documents = MemoryResolver::new();
        let did = Did::parse(WEB).unwrap();
        assert_eq!(keys(WEB, &documents), Err(KeysError::Unresolved(did.clone())));
        documents.insert(document(WEB, ""));
        assert_eq!(keys(WEB, &documents).unwrap().len(), 1);
        documents.insert(document(WEB, r#","capabilityInvocation":[]"#));
        let purpose = Purpose::Invocation;
        assert_eq!(keys(WEB, &documents), Err(KeysError::NoKeyForPurpose { did: did.clone(), purpose }));
        assert!(documents.remove(&did).is_some());
        assert!(documents.get(&did).is_none());
    }

    #[test]
    fn another_document_than_the_one_asked_for_is_refused() {
        struct Confused(DidDocument);
        impl Resolver for Confused {
            fn resolve(&self, _: &Did) -> Result<DidDocument, ResolveError> {
                Ok(self.0.clone())
            }
        }
        let refused = keys(WEB, &Confused(document("did:web:evil.example", "")));
        assert!(matches!(refused, Err(KeysError::WrongDocument { .. })), "{refused:?}");
    }

    #[test]
    fn another_method_is_unsupported_even_with_a_document() {
        let mut documents = MemoryResolver::new();
        documents.insert(document("did:plc:abc", ""));
        let refused = keys("did:plc:abc", &documents);
        assert!(matches!(refused, Err(KeysError::Unsupported { .. })), "{refused:?}");
    }

    #[test]
    fn a_key_that_cannot_sign_is_invalid() {
        let key = SigningKey::from_seed(Algorithm::Ed25519, &[9; 32]).unwrap();
        let x25519 = key.agreement_key().unwrap().public_key().did();
        let refused = verification_keys(&x25519, Purpose::Invocation, &MemoryResolver::new());
        assert_eq!(refused, Err(KeysError::Invalid { did: x25519, source: KeyError::NotForSigning }));
    }
}
