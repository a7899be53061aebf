//! DID documents: which keys speak for a DID, and for what.

// Requirements kept here: allod-web-relationships.

mod parse;
mod write;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use self::parse::{DocumentError, MAX_DOCUMENT_LENGTH, MAX_METHODS, MethodError};
use super::did::Did;
use super::key::{AgreementPublicKey, KeyError, PublicKey};
use super::key_set::{KeySet, KeysError};

/// A DID document (W3C DID Core 1.0, section 5): what is understood of it.
///
/// Verification methods of types, key types or controllers that are not understood are left out; they
/// neither count nor print.
///
/// ```
/// use allod::identity::{Did, DidDocument, Purpose};
///
/// let did = Did::parse("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp")?;
/// let document = DidDocument::for_key(&did)?;
/// assert_eq!(DidDocument::parse(&document.to_json(), &did)?, document);
/// assert_eq!(document.keys(Purpose::Invocation)?.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidDocument {
    id: Did,
    methods: Vec<VerificationMethod>,
    /// By [`Relationship`]: absent, or indices into `methods`.
    relationships: [Option<Vec<usize>>; 5],
}

/// One key of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationMethod {
    id: String,
    key: MethodKey,
    /// In `verificationMethod`, and not embedded in one relationship.
    listed: bool,
}

/// The key of a verification method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MethodKey {
    /// A key that signs.
    Signing(PublicKey),
    /// A key to seal to.
    Agreement(AgreementPublicKey),
}

/// What a document says a key is for (W3C DID Core 1.0, section 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relationship {
    /// `authentication`
    Authentication,
    /// `assertionMethod`
    AssertionMethod,
    /// `capabilityInvocation`
    CapabilityInvocation,
    /// `capabilityDelegation`
    CapabilityDelegation,
    /// `keyAgreement`
    KeyAgreement,
}

/// What a token does, and so which relationship its key must be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// To invoke: `capabilityInvocation`.
    Invocation,
    /// To delegate: `capabilityDelegation`.
    Delegation,
}

impl DidDocument {
    /// The document of a did:key: one Multikey that signs for every purpose and, for Ed25519, the
    /// derived X25519 key for key agreement. An X25519 did:key has key agreement alone.
    ///
    /// # Errors
    /// [`KeyError`] where the DID is no did:key of a supported type, or its key is not sound.
    pub fn for_key(did: &Did) -> Result<Self, KeyError> {
        let signing = match did.public_key() {
            Ok(key) => Some(key),
            Err(KeyError::NotForSigning) => None,
            Err(error) => return Err(error),
        };
        let agreement = match did.agreement_key() {
            Ok(key) => Some(key),
            Err(KeyError::NotForAgreement { .. }) => None,
            Err(error) => return Err(error),
        };
        let keys = signing.map(MethodKey::Signing).into_iter().chain(agreement.map(MethodKey::Agreement));
        let methods: Vec<_> = keys
            .map(|key| VerificationMethod {
                id: alloc::format!("{did}#{}", key.to_multikey()),
                key,
                listed: true,
            })
            .collect();
        let of = |wanted: fn(&MethodKey) -> bool| {
            let indices = methods.iter().enumerate().filter(|(_, method)| wanted(&method.key));
            Some(indices.map(|(index, _)| index).collect::<Vec<_>>()).filter(|found| !found.is_empty())
        };
        let signs = of(|key| matches!(key, MethodKey::Signing(_))).or_else(|| Some(Vec::new()));
        let agrees = of(|key| matches!(key, MethodKey::Agreement(_)));
        let relationships = [signs.clone(), signs.clone(), signs.clone(), signs, agrees];
        Ok(Self { id: did.clone(), methods, relationships })
    }

    /// The DID that the document is of.
    #[must_use]
    pub const fn id(&self) -> &Did {
        &self.id
    }

    /// Every key that is understood, in the document's order.
    #[must_use]
    pub fn methods(&self) -> &[VerificationMethod] {
        &self.methods
    }

    /// The keys in one relationship; `None` where the document does not mention it.
    #[must_use]
    pub fn related(&self, relationship: Relationship) -> Option<impl Iterator<Item = &VerificationMethod>> {
        let indices = self.relationships.get(relationship as usize)?.as_ref()?;
        Some(indices.iter().filter_map(|index| self.methods.get(*index)))
    }

    /// The keys that verify for a purpose.
    ///
    /// Those in the purpose's relationship. Where the document does not mention that relationship, every
    /// signature key in `verificationMethod`; where it is empty, none. Of many, the first
    /// [`KeySet::MAX_TRIED`].
    ///
    /// # Errors
    /// [`KeysError::NoKeyForPurpose`].
    pub fn keys(&self, purpose: Purpose) -> Result<KeySet, KeysError> {
        let set = if let Some(related) = self.related(purpose.relationship()) {
            KeySet::new(related.filter_map(VerificationMethod::signing))
        } else {
            let listed = self.methods.iter().filter(|method| method.listed);
            KeySet::new(listed.filter_map(VerificationMethod::signing))
        };
        set.ok_or_else(|| KeysError::NoKeyForPurpose { did: self.id.clone(), purpose })
    }

    /// The X25519 keys to seal to: those in `keyAgreement`, in the document's order.
    pub fn agreement_keys(&self) -> impl Iterator<Item = AgreementPublicKey> {
        let related = self.related(Relationship::KeyAgreement).into_iter().flatten();
        related.filter_map(|method| match method.key {
            MethodKey::Agreement(key) => Some(key),
            MethodKey::Signing(_) => None,
        })
    }
}

impl VerificationMethod {
    /// The method's id, absolute: the DID, `#`, and a fragment.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &MethodKey {
        &self.key
    }

    fn signing(&self) -> Option<PublicKey> {
        match self.key {
            MethodKey::Signing(key) => Some(key),
            MethodKey::Agreement(_) => None,
        }
    }
}

impl Relationship {
    /// Every relationship, in the order of the enum.
    pub const ALL: [Self; 5] = [
        Self::Authentication,
        Self::AssertionMethod,
        Self::CapabilityInvocation,
        Self::CapabilityDelegation,
        Self::KeyAgreement,
    ];

    /// The name in a document.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::AssertionMethod => "assertionMethod",
            Self::CapabilityInvocation => "capabilityInvocation",
            Self::CapabilityDelegation => "capabilityDelegation",
            Self::KeyAgreement => "keyAgreement",
        }
    }
}

impl Purpose {
    /// The relationship that a key for this purpose must be in.
    #[must_use]
    pub const fn relationship(self) -> Relationship {
        match self {
            Self::Invocation => Relationship::CapabilityInvocation,
            Self::Delegation => Relationship::CapabilityDelegation,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.relationship().name())
    }
}

#[cfg(test)]
mod tests;
