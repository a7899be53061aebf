//! Documents from JSON.
//!
//! Which methods count: of the types Multikey, `Ed25519VerificationKey2018` and `2020`,
//! `EcdsaSecp256k1VerificationKey2019`, `X25519KeyAgreementKey2019` and `2020`, `JsonWebKey` and
//! `JsonWebKey2020`; of a key type that is implemented; whose `controller` and `id` are the document's
//! own DID; and without `revoked` or `expires`, for no clock is read here and the stricter reading
//! holds. The others are left out. One of these types that is malformed refuses the whole document.

// Requirements kept here: allod-web-document-id, allod-web-embedded-methods.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use super::{DidDocument, MethodKey, Relationship, VerificationMethod};
use crate::identity::did::{Did, DidError};
use crate::identity::did_key;
use crate::identity::key::{
    AgreementPublicKey, CompressedKey, Jwk, JwkError, JwkKey, KeyError, KeyKind, PublicKey,
};
use crate::wire::value::Ipld;
use crate::wire::{dag_json, multibase};

/// The most bytes of JSON that are read as a document.
pub use crate::limits::MAX_DOCUMENT as MAX_DOCUMENT_LENGTH;

/// The most verification methods a document may have, embedded ones and those left out included.
pub use crate::limits::MAX_METHODS;

/// Why a text is not the document of a DID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Longer than [`MAX_DOCUMENT_LENGTH`].
    #[error("DID document of {length} bytes is too long: at most {MAX_DOCUMENT_LENGTH}")]
    TooLong {
        /// How long it is, in bytes.
        length: usize,
    },
    /// More than [`MAX_METHODS`] verification methods.
    #[error("DID document has more than {MAX_METHODS} verification methods: remove those not in use")]
    TooManyMethods,
    /// Not a JSON object with each member once.
    #[error("DID document is not a JSON object with each member once")]
    Json,
    /// `id` is not the DID that the document should be of.
    #[error("DID document is not that of {}: its `id` is another", .expected.short())]
    WrongId {
        /// The DID that was looked up.
        expected: Did,
    },
    /// A member has the wrong type.
    #[error("DID document member `{member}` has the wrong type: see DID Core, section 5")]
    Member {
        /// The member.
        member: &'static str,
    },
    /// A verification method has no `id`, or one without a fragment.
    #[error("verification method has no id with a fragment: give it one, such as #key-1")]
    MethodId,
    /// Two verification methods have one id.
    #[error("verification method {id} is there twice")]
    DuplicateMethod {
        /// The id.
        id: String,
    },
    /// A verification method of a known type is malformed.
    #[error("verification method {id}: {source}")]
    Method {
        /// The id.
        id: String,
        /// What is wrong.
        source: MethodError,
    },
    /// A relationship names what is not in `verificationMethod`. A method embedded in a relationship
    /// serves that one alone, and nothing refers to it.
    #[error("DID document: {} names a method that is not in `verificationMethod`: list it there", .relationship.name())]
    UnknownReference {
        /// The relationship.
        relationship: Relationship,
    },
}

/// What is wrong with a verification method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MethodError {
    /// Not exactly one key, in the member that the type asks for.
    #[error("expected exactly one key, in the member its type asks for")]
    KeyMember,
    /// The key is not in the encoding that the type asks for.
    #[error("the key is not in the encoding its type asks for")]
    Encoding,
    /// The key is of another type than the method.
    #[error("the key is of another type than the method")]
    OtherKeyType,
    /// The key is not sound.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The JWK is not read.
    #[error(transparent)]
    Jwk(#[from] JwkError),
}

impl DidDocument {
    /// Reads the document of `expected`, as it was received.
    ///
    /// # Errors
    /// [`DocumentError`]. Its `id` must be `expected`, to the letter.
    pub fn parse(text: &str, expected: &Did) -> Result<Self, DocumentError> {
        if text.len() > MAX_DOCUMENT_LENGTH {
            return Err(DocumentError::TooLong { length: text.len() });
        }
        let Ok(Ipld::Map(mut members)) = dag_json::parse(text) else {
            return Err(DocumentError::Json);
        };
        let did = expected.to_string();
        if members.get("id") != Some(&Ipld::String(did.clone())) {
            return Err(DocumentError::WrongId { expected: expected.clone() });
        }
        let mut methods = Methods { did, found: Vec::new(), known: Vec::new() };
        match take(&mut members, "verificationMethod") {
            None => {}
            Some(Ipld::List(list)) => {
                for method in list {
                    let Ipld::Map(method) = method else {
                        return Err(METHODS);
                    };
                    methods.add(method, true)?;
                }
            }
            Some(_) => return Err(METHODS),
        }
        let mut relationships = [const { None }; 5];
        for (relationship, slot) in Relationship::ALL.into_iter().zip(&mut relationships) {
            *slot = match take(&mut members, relationship.name()) {
                None => None,
                Some(Ipld::List(entries)) => Some(methods.related(relationship, entries)?),
                Some(_) => {
                    return Err(DocumentError::Member { member: relationship.name() });
                }
            };
        }
        Ok(Self { id: expected.clone(), methods: methods.found, relationships })
    }
}

const METHODS: DocumentError = DocumentError::Member { member: "verificationMethod" };

type Members = BTreeMap<String, Ipld>;

struct Methods {
    did: String,
    found: Vec<VerificationMethod>,
    /// Every id, so that none is there twice.
    known: Vec<(String, Known)>,
}

/// What an id stands for.
#[derive(Clone, Copy)]
enum Known {
    /// In `verificationMethod`: the index of the method if that counts.
    Listed(Option<usize>),
    /// Embedded in one relationship, and for no other to use (W3C DID Core 1.0, section 5.3).
    Embedded,
}

/// What an `id` or a reference names.
enum Name {
    Own(String),
    /// Something of another DID: its document would have to say.
    Foreign,
}

impl Methods {
    /// Takes a method in; returns its index if it counts.
    fn add(&mut self, mut members: Members, listed: bool) -> Result<Option<usize>, DocumentError> {
        if self.known.len() >= MAX_METHODS {
            return Err(DocumentError::TooManyMethods);
        }
        let id = match members.get("id") {
            Some(Ipld::String(id)) => self.name(id).ok_or(DocumentError::MethodId)?,
            _ => return Err(DocumentError::MethodId),
        };
        let (id, own) = match id {
            Name::Own(id) => (id, true),
            // Counted towards the limit under a name that nothing can refer to.
            Name::Foreign => (format!("{}", self.known.len()), false),
        };
        if self.known(&id).is_some() {
            return Err(DocumentError::DuplicateMethod { id });
        }
        let controlled = members.get("controller") == Some(&Ipld::String(self.did.clone()));
        let current = !members.contains_key("revoked") && !members.contains_key("expires");
        let key = if own && controlled && current {
            read_key(&mut members).map_err(|source| DocumentError::Method { id: id.clone(), source })?
        } else {
            None
        };
        let index = key.map(|_| self.found.len());
        if let Some(key) = key {
            self.found.push(VerificationMethod { id: id.clone(), key, listed });
        }
        self.known.push((id, if listed { Known::Listed(index) } else { Known::Embedded }));
        Ok(index)
    }

    fn related(
        &mut self,
        relationship: Relationship,
        entries: Vec<Ipld>,
    ) -> Result<Vec<usize>, DocumentError> {
        let unknown = DocumentError::UnknownReference { relationship };
        let mut indices = Vec::new();
        for entry in entries {
            let index = match entry {
                Ipld::Map(embedded) => self.add(embedded, false)?,
                Ipld::String(reference) => match self.name(&reference).ok_or_else(|| unknown.clone())? {
                    Name::Own(id) => match self.known(&id) {
                        Some(Known::Listed(index)) => index,
                        Some(Known::Embedded) | None => return Err(unknown),
                    },
                    Name::Foreign => None,
                },
                _ => {
                    return Err(DocumentError::Member { member: relationship.name() });
                }
            };
            indices.extend(index);
        }
        Ok(indices)
    }

    /// What an id stands for, if it is there. There are few: see [`MAX_METHODS`].
    fn known(&self, id: &str) -> Option<Known> {
        self.known.iter().find(|(known, _)| known == id).map(|(_, known)| *known)
    }

    /// Makes a DID URL absolute; `None` if it is none, or has no fragment.
    fn name(&self, url: &str) -> Option<Name> {
        let fragment = url.strip_prefix('#').or_else(|| url.strip_prefix(&self.did)?.strip_prefix('#'));
        match fragment {
            Some(fragment) if is_fragment(fragment) => Some(Name::Own(format!("{}#{fragment}", self.did))),
            None if url.starts_with("did:") && url.contains('#') => Some(Name::Foreign),
            Some(_) | None => None,
        }
    }
}

/// RFC 3986, 3.5, and not empty.
fn is_fragment(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&c))
}

/// The key of a method; `None` if its type, or the type of its key, is not implemented.
fn read_key(members: &mut Members) -> Result<Option<MethodKey>, MethodError> {
    let Some(Ipld::String(method)) = take(members, "type") else {
        return Err(MethodError::KeyMember);
    };
    let kind = match method.as_str() {
        "Multikey" => return multikey(&one(members, "publicKeyMultibase")?),
        "JsonWebKey" | "JsonWebKey2020" => return jwk(one(members, "publicKeyJwk")?),
        "Ed25519VerificationKey2018" | "Ed25519VerificationKey2020" => KeyKind::Ed25519,
        "EcdsaSecp256k1VerificationKey2019" => KeyKind::Secp256k1,
        "X25519KeyAgreementKey2019" | "X25519KeyAgreementKey2020" => KeyKind::X25519,
        _ => return Ok(None),
    };
    let key = if method.ends_with("2020") {
        multikey(&one(members, "publicKeyMultibase")?)?
    } else if kind == KeyKind::Secp256k1 && members.contains_key("publicKeyJwk") {
        // Both members are in use with this type.
        jwk(one(members, "publicKeyJwk")?)?
    } else {
        Some(base58(kind, &one(members, "publicKeyBase58")?)?)
    };
    match key {
        Some(key) if key.kind() == kind => Ok(Some(key)),
        _ => Err(MethodError::OtherKeyType),
    }
}

/// Takes a member out. Its name stays; nothing is taken twice.
fn take(members: &mut Members, name: &str) -> Option<Ipld> {
    members.get_mut(name).map(|member| mem::replace(member, Ipld::Null))
}

/// The member `wanted`, where no other member holds a key.
fn one(members: &mut Members, wanted: &str) -> Result<Ipld, MethodError> {
    let names = ["publicKeyMultibase", "publicKeyBase58", "publicKeyJwk", "publicKeyHex", "publicKeyPem"];
    let others = names.iter().filter(|name| **name != wanted).any(|name| members.contains_key(*name));
    take(members, wanted).filter(|_| !others).ok_or(MethodError::KeyMember)
}

fn multikey(value: &Ipld) -> Result<Option<MethodKey>, MethodError> {
    let Ipld::String(text) = value else {
        return Err(MethodError::KeyMember);
    };
    match did_key::parse(text) {
        Ok(did_key::Parsed::Known(key)) => Ok(Some(decompress(&key)?)),
        Ok(did_key::Parsed::Unknown(_)) => Ok(None),
        Err(DidError::Key(error)) => Err(MethodError::Key(error)),
        Err(_) => Err(MethodError::Encoding),
    }
}

fn base58(kind: KeyKind, value: &Ipld) -> Result<MethodKey, MethodError> {
    let Ipld::String(text) = value else {
        return Err(MethodError::KeyMember);
    };
    let bytes = multibase::base58btc_decode(text, 65).map_err(|_| MethodError::Encoding)?;
    Ok(decompress(&kind.check(&bytes)?)?)
}

fn jwk(value: Ipld) -> Result<Option<MethodKey>, MethodError> {
    let Ipld::Map(mut members) = value else {
        return Err(MethodError::KeyMember);
    };
    match Jwk::from_members(&mut members).and_then(Jwk::into_public) {
        Ok(JwkKey::Signing(key)) => Ok(Some(MethodKey::Signing(key))),
        Ok(JwkKey::Agreement(key)) => Ok(Some(MethodKey::Agreement(key))),
        Ok(JwkKey::NotForSigning) | Err(JwkError::UnsupportedType) => Ok(None),
        Err(error) => Err(MethodError::Jwk(error)),
    }
}

fn decompress(key: &CompressedKey) -> Result<MethodKey, KeyError> {
    match key.kind() {
        KeyKind::X25519 => AgreementPublicKey::decompress(key).map(MethodKey::Agreement),
        _ => PublicKey::decompress(key).map(MethodKey::Signing),
    }
}

impl MethodKey {
    fn kind(&self) -> KeyKind {
        match self {
            Self::Signing(key) => key.algorithm().kind(),
            Self::Agreement(_) => KeyKind::X25519,
        }
    }
}
