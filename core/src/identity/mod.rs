//! Who: keys, the DIDs that name them, and the documents that list them.
//!
//! [`SigningKey`] is an identity held in memory, [`Did`] its name, [`PublicKey`] what verifies it.
//! A did:key answers for itself; a did:web through a [`DidDocument`] that the host fetches. Either way
//! [`verification_keys`] gives the [`KeySet`] to try, and nothing else does.

#[cfg(feature = "cache")]
mod cache;
mod did;
mod did_key;
mod did_web;
mod document;
mod key;
mod key_set;
#[cfg(not(feature = "cache"))]
mod no_cache;
#[cfg(not(feature = "tables"))]
mod no_seen;
mod resolver;
#[cfg(feature = "tables")]
mod seen;

#[cfg(feature = "cache")]
pub use self::cache::Cache;
pub use self::did::{Did, DidError, MAX_DID_LENGTH};
pub use self::document::{
    DidDocument, DocumentError, MAX_DOCUMENT_LENGTH, MAX_METHODS, MethodError, MethodKey, Purpose,
    Relationship, VerificationMethod,
};
pub(crate) use self::key::AskedByLibrary;
pub use self::key::{
    ActingAs, AgreementError, AgreementPublicKey, AgreementSecretKey, Algorithm, AlgorithmError,
    CompressedKey, GenerateError, JwkError, KeyError, Pkcs8Error, PublicKey, SeedError, SharedSecret,
    Signature, SignatureError, Signer, SigningError, SigningKey, normalise_signature,
};
pub use self::key::{ed25519, p256, secp256k1};
pub use self::key_set::{KeySet, KeysError};
#[cfg(not(feature = "cache"))]
pub(crate) use self::no_cache::Cache;
#[cfg(not(feature = "tables"))]
pub(crate) use self::no_seen::Seen;
pub(crate) use self::resolver::verification_keys_knowing;
pub use self::resolver::{MemoryResolver, ResolveError, Resolver, verification_keys};
#[cfg(feature = "tables")]
pub(crate) use self::seen::Seen;
