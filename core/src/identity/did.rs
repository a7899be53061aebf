//! Decentralized identifiers: the names of people, agents, devices and resources.

// Requirements kept here: dlg-align-no-fragment, allod-did-bare, allod-limit-did.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::key::{AgreementPublicKey, Algorithm, CompressedKey, KeyError, KeyKind, PublicKey};
use super::{did_key, did_web};

/// The most bytes a DID may have.
pub use crate::limits::MAX_DID as MAX_DID_LENGTH;

/// A decentralized identifier (W3C DID Core 1.0, section 3.1), in its one spelling.
///
/// A bare DID: no path, query or fragment. `did:key` (Ed25519, P-256, secp256k1, X25519) and
/// `did:web` are understood; a well-formed DID of another method or key type can be named, compared
/// and printed, but not verified against. Cheap to clone: a did:key of a known type holds its bytes
/// inline, the others share theirs. Equality is equality of the text. The order is total and the
/// same in every run, but not alphabetical.
///
/// Parsing checks that a key's bytes are canonical; whether they are a point of the curve is found by
/// [`public_key`](Self::public_key).
///
/// ```
/// use allod::identity::{Algorithm, Did};
///
/// let did = Did::parse("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp")?;
/// assert_eq!(did.method(), "key");
/// assert_eq!(did.algorithm(), Some(Algorithm::Ed25519));
/// assert_eq!(did.short(), "did:key:z6Mk…mDooWp");
/// assert!(Did::parse("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp#key").is_err());
/// # Ok::<(), allod::identity::DidError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did(Form);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form {
    Key(CompressedKey, Sound),
    /// A did:key of a type that is not implemented, and its multicodec.
    UnknownKey(u64, Arc<str>),
    Web(Arc<str>),
    Other(Arc<str>),
}

/// Whether the key was found to be a sound point before, where that is known. One is as good as the other to compare by.
#[derive(Clone, Copy)]
struct Sound(bool);

impl PartialEq for Sound {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Sound {}

impl PartialOrd for Sound {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sound {
    fn cmp(&self, _other: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl Hash for Sound {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}

/// Why a text is not a DID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DidError {
    /// Longer than [`MAX_DID_LENGTH`], or a did:key longer than any key it could hold.
    #[error("DID of {length} bytes is too long: at most {max}")]
    TooLong {
        /// How long it is, in bytes.
        length: usize,
        /// How long it may be, in bytes.
        max: usize,
    },
    /// Does not start with `did:` and a method name of `a`–`z` and `0`–`9`.
    #[error("not a DID: expected did:<method>:<id>, such as did:key:z6Mk… or did:web:example.com")]
    NotADid,
    /// The part after the method is empty, ends in a colon, or holds a character it must not.
    #[error(
        "DID identifier is empty or holds a character that is not allowed: use A-Z a-z 0-9 . - _ : and %XX"
    )]
    Identifier,
    /// A DID URL with a fragment.
    #[error("DID has a fragment (#…), which names one key of it: leave the fragment out")]
    Fragment,
    /// A DID URL with a path.
    #[error("DID has a path (/…): leave the path out")]
    Path,
    /// A DID URL with a query.
    #[error("DID has a query (?…): leave the query out")]
    Query,
    /// A did:key that is not base58btc (`z…`) of a multicodec in its shortest form and a key.
    #[error("did:key is not z and base58btc of a key type and a key: copy it again from its owner")]
    KeyEncoding,
    /// A did:key whose key is not sound.
    #[error("did:key: {0}")]
    Key(#[from] KeyError),
    /// A did:web whose host is not a domain name in lowercase.
    #[error(
        "did:web host is not a lowercase domain name: no IP addresses, no trailing dot, xn-- for other scripts"
    )]
    WebHost,
    /// A did:web with a port that is not canonical.
    #[error("did:web port is not %3A and 1-65535 without leading zeros (443 is left out)")]
    WebPort,
    /// A did:web with an empty or dotted path segment, or one that is not percent-encoded in its one form.
    #[error(
        "did:web path segment is empty, . or .., or percent-encoded where it need not be or in lowercase"
    )]
    WebPath,
}

impl Did {
    /// Reads a DID.
    ///
    /// # Errors
    /// [`DidError`]. [`DidError::TooLong`] is the size limit; every other variant is a malformed DID.
    pub fn parse(text: &str) -> Result<Self, DidError> {
        if let Some(did) = Self::of_known_key(text.as_bytes()) {
            return Ok(did);
        }
        if text.len() > MAX_DID_LENGTH {
            return Err(DidError::TooLong { length: text.len(), max: MAX_DID_LENGTH });
        }
        let (method, id) =
            text.strip_prefix("did:").and_then(|rest| rest.split_once(':')).ok_or(DidError::NotADid)?;
        if method.is_empty() || !method.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) {
            return Err(DidError::NotADid);
        }
        check_identifier(id)?;
        let form = match method {
            "key" => match did_key::parse(id)? {
                did_key::Parsed::Known(key) => Form::Key(key, Sound(false)),
                did_key::Parsed::Unknown(multicodec) => Form::UnknownKey(multicodec, text.into()),
            },
            "web" => {
                did_web::check(id)?;
                Form::Web(text.into())
            }
            _ => Form::Other(text.into()),
        };
        Ok(Self(form))
    }

    /// A did:key of a known type. `None` says nothing: [`Did::parse`] tells.
    #[cfg(feature = "tables")]
    pub(crate) fn of_known_key(text: &[u8]) -> Option<Self> {
        did_key::known(text.strip_prefix(b"did:key:")?).map(Self::from_key)
    }

    /// Where size counts, there is one way to read a DID.
    #[cfg(not(feature = "tables"))]
    pub(crate) const fn of_known_key(_text: &[u8]) -> Option<Self> {
        None
    }

    /// For a key of which only the bytes were looked at.
    pub(crate) const fn from_key(key: CompressedKey) -> Self {
        Self(Form::Key(key, Sound(false)))
    }

    /// For a key that was decompressed, and found to be neither off its curve nor weak.
    pub(super) fn of_sound_key(key: &PublicKey) -> Self {
        Self(Form::Key(key.to_bytes(), Sound(true)))
    }

    /// Whether this is the name of a key that was found sound before. Where not, nobody knows.
    pub(crate) const fn is_of_sound_key(&self) -> bool {
        matches!(self.0, Form::Key(_, Sound(true)))
    }

    /// Hands on the text, without memory of its own for a did:key of a known type.
    pub(crate) fn with_text<R>(&self, read: impl FnOnce(&str) -> R) -> R {
        match &self.0 {
            Form::Key(key, _) => did_key::with_text(key, read),
            Form::UnknownKey(_, text) | Form::Web(text) | Form::Other(text) => read(text),
        }
    }

    /// The method's name: `key`, `web`, …
    #[must_use]
    pub fn method(&self) -> &str {
        match &self.0 {
            Form::Key(..) | Form::UnknownKey(..) => "key",
            Form::Web(_) => "web",
            Form::Other(text) => text.split(':').nth(1).unwrap_or_default(),
        }
    }

    /// Whether this is a did:key, of whatever key type.
    #[must_use]
    pub const fn is_key(&self) -> bool {
        matches!(self.0, Form::Key(..) | Form::UnknownKey(..))
    }

    /// Whether signatures of this DID can be checked here: a did:key of a signing type, or a did:web.
    #[must_use]
    pub fn can_be_verified(&self) -> bool {
        match &self.0 {
            Form::Key(key, _) => !matches!(key.kind(), KeyKind::X25519),
            Form::Web(_) => true,
            Form::UnknownKey(..) | Form::Other(_) => false,
        }
    }

    /// The algorithm that a did:key signs with; `None` for X25519, unknown types and other methods.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        match &self.0 {
            Form::Key(key, _) => Algorithm::of_kind(key.kind()),
            _ => None,
        }
    }

    /// The key that a did:key names, decompressed and checked: on its curve, not of small order.
    ///
    /// # Errors
    /// [`KeyError::OffCurve`] and [`KeyError::Weak`]; [`KeyError::NotForSigning`] for X25519;
    /// [`KeyError::UnsupportedKeyType`], [`KeyError::UnsupportedMethod`], and
    /// [`KeyError::NeedsDocument`] for a did:web.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::decompress(self.key()?)
    }

    /// The X25519 key to seal to: the did:key's own, or the one derived from its Ed25519 key.
    ///
    /// # Errors
    /// As [`public_key`](Self::public_key), with [`KeyError::NotForAgreement`] for P-256 and secp256k1.
    pub fn agreement_key(&self) -> Result<AgreementPublicKey, KeyError> {
        let key = self.key()?;
        if key.kind() == KeyKind::X25519 {
            return AgreementPublicKey::decompress(key);
        }
        match PublicKey::decompress(key)? {
            PublicKey::Ed25519(key) => Ok(key.to_agreement()),
            PublicKey::P256(_) | PublicKey::Secp256k1(_) => {
                Err(KeyError::NotForAgreement { kind: key.kind().name() })
            }
        }
    }

    /// Where a did:web's document is: an https URL. `None` for other methods.
    ///
    /// ```
    /// use allod::identity::Did;
    ///
    /// let url = |did| Did::parse(did).ok().and_then(|did| did.web_url());
    /// assert_eq!(url("did:web:example.com").as_deref(), Some("https://example.com/.well-known/did.json"));
    /// assert_eq!(
    ///     url("did:web:example.com%3A3000:user:alice").as_deref(),
    ///     Some("https://example.com:3000/user/alice/did.json"),
    /// );
    /// ```
    #[must_use]
    pub fn web_url(&self) -> Option<String> {
        match &self.0 {
            Form::Web(text) => text.strip_prefix("did:web:").map(did_web::url),
            _ => None,
        }
    }

    /// A short form for lists and logs: method, four characters, `…`, and the last six. DIDs of up to
    /// 32 characters stay whole, and so does one that this would not shorten.
    ///
    /// For the eye only. A short form is easy to imitate: compare whole DIDs.
    #[must_use]
    pub fn short(&self) -> String {
        let text = self.to_string();
        let head = "did:".len() + self.method().len() + 1 + 4;
        match (text.get(..head), text.get(text.len().saturating_sub(6)..)) {
            (Some(start), Some(end)) if text.len() > 32.max(head + 7) => format!("{start}…{end}"),
            _ => text,
        }
    }

    /// The bytes of a did:key of a known type.
    pub(crate) fn compressed(&self) -> Option<&CompressedKey> {
        self.key().ok()
    }

    fn key(&self) -> Result<&CompressedKey, KeyError> {
        match &self.0 {
            Form::Key(key, _) => Ok(key),
            Form::UnknownKey(multicodec, _) => Err(KeyError::UnsupportedKeyType { multicodec: *multicodec }),
            Form::Web(_) => Err(KeyError::NeedsDocument),
            Form::Other(_) => Err(KeyError::UnsupportedMethod),
        }
    }
}

/// W3C DID Core, 3.1: `*( *idchar ":" ) 1*idchar`, and what would make it a DID URL named as such.
fn check_identifier(id: &str) -> Result<(), DidError> {
    let bytes = id.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'#' => return Err(DidError::Fragment),
            b'/' => return Err(DidError::Path),
            b'?' => return Err(DidError::Query),
            b'%' if bytes.iter().skip(at + 1).take(2).filter(|digit| digit.is_ascii_hexdigit()).count()
                == 2 => {}
            b':' | b'.' | b'-' | b'_' => {}
            letter if letter.is_ascii_alphanumeric() => {}
            _ => return Err(DidError::Identifier),
        }
    }
    if bytes.is_empty() || bytes.ends_with(b":") { Err(DidError::Identifier) } else { Ok(()) }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.write_str(text))
    }
}

impl fmt::Debug for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Did {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Did {
    type Error = DidError;

    fn try_from(text: &str) -> Result<Self, DidError> {
        Self::parse(text)
    }
}

impl From<&PublicKey> for Did {
    fn from(key: &PublicKey) -> Self {
        key.did()
    }
}

impl Serialize for Did {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Did {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = Did;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a DID")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Did, E> {
                Did::parse(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
#[path = "did_tests.rs"]
mod tests;
