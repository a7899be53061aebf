//! Making tokens: what a validator would refuse is refused here, what is legal but risky is pointed out.

// Requirements kept here: allod-issue-to-weak-key.

mod delegation;
mod entries;
mod invocation;
mod lint;
mod unsigned;

use alloc::string::String;

use super::error::{TokenError, VerifyError};
use super::nonce::Nonce;
use super::time::Window;
use crate::identity::{Did, KeyError, PublicKey, SignatureError, Signer, SigningError};
use crate::wire::{Ipld, Item, ValueError};

pub use self::delegation::DelegationBuilder;
use self::entries::Entries;
pub use self::invocation::InvocationBuilder;
pub use self::lint::Lint;
pub use self::unsigned::Unsigned;

/// Why a token cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The audience's key is none that anyone could sign with: of small order, or off the curve.
    #[error("{audience} has a weak or invalid key: check the DID with the person it belongs to")]
    WeakAudience {
        /// The audience.
        audience: Did,
    },
    /// The audience's key is for encryption.
    #[error("{audience} is a key for encryption and cannot sign: use the person's signing DID")]
    AudienceCannotSign {
        /// The audience.
        audience: Did,
    },
    /// The subject's key is none that anyone could sign with, so that nobody could ever begin a chain.
    #[error("{subject} cannot issue delegations: its key is weak, invalid, or for encryption")]
    SubjectCannotSign {
        /// The subject.
        subject: Did,
    },
    /// The issuer's DID method or key type is not implemented, so that nobody could check the signature.
    #[error("{issuer} cannot issue: its DID method or key type is not implemented; use did:key or did:web")]
    UnsupportedIssuer {
        /// The issuer.
        issuer: Did,
    },
    /// The window closes before it opens.
    #[error("the token would end before it begins: set the expiry after the first second of validity")]
    EmptyWindow,
    /// There is no source of randomness for the nonce.
    #[error("no randomness for the nonce: set one with `nonce`, or enable the feature `getrandom`")]
    NoRandomness,
    /// `/` can be delegated, never invoked.
    #[error("the command \"/\" can be delegated, never invoked: name the one to perform")]
    TopInvoked,
    /// Arguments are a map.
    #[error("the arguments are not a map from names to values")]
    ArgumentsNotMap,
    /// Metadata is a map.
    #[error("the metadata is not a map from names to values")]
    MetadataNotMap,
    /// A value that DAG-CBOR has no form for.
    #[error("a value cannot be written: {0}")]
    Value(#[from] ValueError),
    /// More proofs than a validator follows.
    #[error("{links} proofs are more than the {most} that a validator follows")]
    TooManyProofs {
        /// How many there are.
        links: usize,
        /// How many are followed.
        most: usize,
    },
    /// The delegation this one builds on was made out to someone else.
    #[error("the delegation built on was given to {audience}, not to {issuer}")]
    NotTheAudience {
        /// Who holds the one built on.
        audience: Did,
        /// Who is issuing.
        issuer: Did,
    },
    /// The delegation this one builds on is about another subject.
    #[error("the delegation built on is about another subject")]
    OtherSubject,
    /// The key given for a `did:key` issuer is not the one in its name.
    #[error("the key is not that of {issuer}")]
    NotTheIssuersKey {
        /// The issuer.
        issuer: Did,
    },
    /// The signer failed.
    #[error("the signer failed: {0}")]
    Signing(#[from] SigningError),
    /// What came back from the signer is not a signature of the issuer's algorithm.
    #[error("the signature cannot be used: {0}")]
    Signature(#[from] SignatureError),
    /// The signature is not the issuer's over the bytes to sign.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The finished token would be refused by every reader.
    #[error("the finished token would be refused: {0}")]
    Token(#[from] TokenError),
}

/// Who signs: a DID and the public key that its signature will be checked with.
///
/// The signature header is taken from the key's algorithm.
#[derive(Debug, Clone)]
pub struct Issuer {
    did: Did,
    key: PublicKey,
}

impl Issuer {
    /// An issuer whose DID may be other than the key's own `did:key` (a `did:web`).
    ///
    /// # Errors
    /// [`BuildError::NotTheIssuersKey`] where the DID is a `did:key` of another key.
    pub fn new(did: Did, key: PublicKey) -> Result<Self, BuildError> {
        if did.is_key() && did != key.did() {
            return Err(BuildError::NotTheIssuersKey { issuer: did });
        }
        if !did.is_key() && did.web_url().is_none() {
            return Err(BuildError::UnsupportedIssuer { issuer: did });
        }
        Ok(Self { did, key })
    }

    /// The issuer that a signer signs for.
    ///
    /// # Errors
    /// As [`Issuer::new`].
    pub fn of(signer: &(impl Signer + ?Sized)) -> Result<Self, BuildError> {
        Self::new(signer.issuer(), signer.public_key())
    }

    /// The DID.
    #[must_use]
    pub const fn did(&self) -> &Did {
        &self.did
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }
}

impl From<PublicKey> for Issuer {
    fn from(key: PublicKey) -> Self {
        Self { did: key.did(), key }
    }
}

/// What both builders share.
#[derive(Clone)]
struct Common {
    window: Window,
    nonce: Option<Nonce>,
    meta: Result<Entries, BuildError>,
    version: super::envelope::Version,
}

impl Default for Common {
    fn default() -> Self {
        let (window, version) = (Window::default(), super::envelope::Version::default());
        Self { window, nonce: None, meta: Ok(Entries::default()), version }
    }
}

impl Common {
    fn nonce(&self) -> Result<Nonce, BuildError> {
        if let Some(nonce) = &self.nonce {
            return Ok(nonce.clone());
        }
        #[cfg(feature = "getrandom")]
        return Nonce::random().map_err(|_| BuildError::NoRandomness);
        #[cfg(not(feature = "getrandom"))]
        Err(BuildError::NoRandomness)
    }

    fn add_meta(&mut self, key: String, value: Ipld) {
        if let Ok(meta) = &mut self.meta {
            meta.insert(key, value);
        }
    }

    fn set_meta(&mut self, meta: Item) {
        self.meta = Entries::encoded(meta).ok_or(BuildError::MetadataNotMap);
    }

    fn meta(&self) -> Result<Option<Item>, BuildError> {
        let meta = self.meta.clone()?;
        if meta.is_empty() { Ok(None) } else { meta.encode().map(Some) }
    }

    fn check_window(&self) -> Result<(), BuildError> {
        if self.window.is_empty() { Err(BuildError::EmptyWindow) } else { Ok(()) }
    }
}

/// Refuses a subject that could never issue the root of a chain, nor invoke on itself.
fn check_subject(subject: &Did, issuer: &Issuer) -> Result<(), BuildError> {
    check_audience(subject, issuer).map_err(|_| BuildError::SubjectCannotSign { subject: subject.clone() })
}

/// Refuses an audience whose key nobody could sign with: its point is computed here, once, so that
/// validation need not do it for principals that sign nothing.
fn check_audience(audience: &Did, issuer: &Issuer) -> Result<(), BuildError> {
    // Whoever issues has a key that was found sound.
    if audience.is_of_sound_key() || audience == issuer.did() {
        return Ok(());
    }
    match audience.public_key() {
        Err(KeyError::NotForSigning) => Err(BuildError::AudienceCannotSign { audience: audience.clone() }),
        Err(_) if audience.algorithm().is_some() => {
            Err(BuildError::WeakAudience { audience: audience.clone() })
        }
        _ => Ok(()),
    }
}
