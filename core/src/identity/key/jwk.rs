//! Keys as JSON: JWK (RFC 7517), OKP keys by RFC 8037, secp256k1 by RFC 8812.
//!
//! Strict where it matters: base64url without padding or slack bits, exactly 32 bytes a member, a
//! point on its curve, and a `d` that belongs to its `x` and `y`. Unknown members are ignored, as
//! RFC 7517 asks; `use`, `alg` and `key_ops` are not, where they forbid verifying.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use core::mem;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use zeroize::Zeroizing;

use super::algorithm::Algorithm;
use super::public::{KeyError, PublicKey};
use super::signing::{SeedError, SigningKey};
use super::x25519::{AgreementPublicKey, AgreementSecretKey};
use super::{p256, secp256k1};
use crate::wire::dag_json;
use crate::wire::value::Ipld;

/// Why a JWK is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwkError {
    /// Not a JSON object, or one with duplicate members.
    #[error("jwk is not a JSON object with each member once")]
    Json,
    /// A member that its key type requires is absent or no string.
    #[error("jwk member `{member}` is missing or not a string")]
    Member {
        /// The name of the member.
        member: &'static str,
    },
    /// A member is not base64url (no padding) of 32 bytes.
    #[error("jwk member `{member}` is not 32 bytes in base64url without padding")]
    Encoding {
        /// The name of the member.
        member: &'static str,
    },
    /// Another key type or curve.
    #[error("jwk key type is not supported: use OKP with Ed25519 (or X25519), or EC with P-256 or secp256k1")]
    UnsupportedType,
    /// `use`, `alg` or `key_ops` say that the key does not sign, or it is an X25519 key.
    #[error("jwk is not a signature key: check its `crv`, `use`, `alg` and `key_ops`")]
    NotForSigning,
    /// An X25519 key is wanted.
    #[error("jwk is not an X25519 key")]
    NotForAgreement,
    /// A secret key was given where a public key belongs.
    #[error("jwk holds the secret `d`: pass its public members only, and consider the key exposed")]
    Secret,
    /// A public key was given where a secret key belongs.
    #[error("jwk has no `d`: it is a public key, a secret key is wanted")]
    NotSecret,
    /// `d` is not the secret of `x` and `y`.
    #[error("jwk member `d` does not belong to its public key: the key is damaged or forged")]
    Mismatch,
    /// The public key is not sound.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The secret is not a key.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

impl PublicKey {
    /// Reads a public signature key.
    ///
    /// # Errors
    /// [`JwkError`]; a JWK with a secret `d` is refused.
    ///
    /// ```
    /// use allod::identity::PublicKey;
    ///
    /// // RFC 8037, appendix A.2
    /// let key = PublicKey::from_jwk(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    /// )?;
    /// assert_eq!(PublicKey::from_jwk(&key.to_jwk())?, key);
    /// # Ok::<(), allod::identity::JwkError>(())
    /// ```
    pub fn from_jwk(text: &str) -> Result<Self, JwkError> {
        Jwk::parse(text)?.into_public()?.signing()
    }

    /// The key as a JWK, its members in the order of an RFC 7638 thumbprint.
    #[must_use]
    pub fn to_jwk(&self) -> String {
        let (crv, kty, x, y) = self.jwk_members();
        format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}"{y}}}"#)
    }

    fn jwk_members(&self) -> (&'static str, &'static str, String, String) {
        let name = self.algorithm().kind().name();
        let (x, y) = match self {
            Self::Ed25519(key) => return (name, "OKP", base64url(&key.to_bytes()), String::new()),
            Self::P256(key) => key.coordinates(),
            Self::Secp256k1(key) => key.coordinates(),
        };
        (name, "EC", base64url(&x), format!(r#","y":"{}""#, base64url(&y)))
    }
}

impl SigningKey {
    /// Reads a secret signature key.
    ///
    /// # Errors
    /// [`JwkError`]; among them a `d` that is not the secret of `x` and `y`.
    pub fn from_jwk(text: &str) -> Result<Self, JwkError> {
        let jwk = Jwk::parse(text)?;
        let public = jwk.key.signing()?;
        let seed = jwk.secret.ok_or(JwkError::NotSecret)?;
        let key = Self::from_seed(public.algorithm(), &seed)?;
        if key.public_key() == public { Ok(key) } else { Err(JwkError::Mismatch) }
    }

    /// The secret key as a JWK. Whoever reads it owns the identity.
    #[must_use]
    pub fn danger_export_jwk(&self) -> Zeroizing<String> {
        let (crv, kty, x, y) = self.public_key().jwk_members();
        let d = Zeroizing::new(base64url(self.danger_export_seed().as_slice()));
        concat(&[r#"{"crv":""#, crv, r#"","d":""#, &d, r#"","kty":""#, kty, r#"","x":""#, &x, "\"", &y, "}"])
    }
}

impl AgreementPublicKey {
    /// Reads a public X25519 key.
    ///
    /// # Errors
    /// [`JwkError`].
    pub fn from_jwk(text: &str) -> Result<Self, JwkError> {
        Jwk::parse(text)?.into_public()?.agreement()
    }

    /// The key as a JWK.
    #[must_use]
    pub fn to_jwk(&self) -> String {
        format!(r#"{{"crv":"X25519","kty":"OKP","x":"{}"}}"#, base64url(self.as_bytes()))
    }
}

impl AgreementSecretKey {
    /// Reads a secret X25519 key.
    ///
    /// # Errors
    /// [`JwkError`].
    pub fn from_jwk(text: &str) -> Result<Self, JwkError> {
        let jwk = Jwk::parse(text)?;
        let public = jwk.key.agreement()?;
        let key = Self::from_bytes(&*jwk.secret.ok_or(JwkError::NotSecret)?);
        if key.public_key() == public { Ok(key) } else { Err(JwkError::Mismatch) }
    }

    /// The secret key as a JWK.
    #[must_use]
    pub fn danger_export_jwk(&self) -> Zeroizing<String> {
        let d = Zeroizing::new(base64url(self.danger_export().as_slice()));
        let x = base64url(self.public_key().as_bytes());
        concat(&[r#"{"crv":"X25519","d":""#, &d, r#"","kty":"OKP","x":""#, &x, r#""}"#])
    }
}

/// A JWK that was understood.
pub(crate) struct Jwk {
    key: JwkKey,
    secret: Option<Zeroizing<[u8; 32]>>,
}

/// The public key of a JWK.
#[derive(Clone, Copy)]
pub(crate) enum JwkKey {
    Signing(PublicKey),
    /// A key of an implemented type that says of itself that it does not sign.
    NotForSigning,
    Agreement(AgreementPublicKey),
}

impl Jwk {
    fn parse(text: &str) -> Result<Self, JwkError> {
        let mut value = dag_json::parse_secret(text).map_err(|_| JwkError::Json)?;
        let jwk = match &mut value {
            Ipld::Map(members) => Self::from_members(members),
            _ => Err(JwkError::Json),
        };
        // All of it: a secret may stand where none belongs, as in a list of keys.
        dag_json::wipe(&mut value);
        jwk
    }

    pub(crate) fn from_members(members: &mut BTreeMap<String, Ipld>) -> Result<Self, JwkError> {
        // The parser's copy of the secret is taken out to be wiped, whatever happens next.
        let d = match members.get_mut("d") {
            Some(Ipld::String(d)) => Some(Zeroizing::new(mem::take(d))),
            Some(_) => return Err(JwkError::Member { member: "d" }),
            None => None,
        };
        let secret = d.map(|d| bytes(&d, "d")).transpose()?;
        let kty = string(members, "kty")?;
        let crv = string(members, "crv");
        let key = match (kty, crv) {
            ("OKP", Ok("Ed25519")) => {
                let x = member(members, "x")?;
                signing(members, PublicKey::from_bytes(Algorithm::Ed25519, x.as_slice())?)
            }
            ("OKP", Ok("X25519")) => {
                JwkKey::Agreement(AgreementPublicKey::from_bytes(member(members, "x")?.as_slice())?)
            }
            ("EC", Ok("P-256")) => {
                let (x, y) = (member(members, "x")?, member(members, "y")?);
                signing(members, PublicKey::P256(p256::PublicKey::from_coordinates(&x, &y)?))
            }
            ("EC", Ok("secp256k1")) => {
                let (x, y) = (member(members, "x")?, member(members, "y")?);
                signing(members, PublicKey::Secp256k1(secp256k1::PublicKey::from_coordinates(&x, &y)?))
            }
            ("OKP" | "EC", Err(missing)) => return Err(missing),
            _ => return Err(JwkError::UnsupportedType),
        };
        Ok(Self { key, secret })
    }

    pub(crate) fn into_public(self) -> Result<JwkKey, JwkError> {
        if self.secret.is_some() { Err(JwkError::Secret) } else { Ok(self.key) }
    }
}

impl JwkKey {
    fn signing(self) -> Result<PublicKey, JwkError> {
        match self {
            Self::Signing(key) => Ok(key),
            Self::NotForSigning | Self::Agreement(_) => Err(JwkError::NotForSigning),
        }
    }

    fn agreement(self) -> Result<AgreementPublicKey, JwkError> {
        match self {
            Self::Agreement(key) => Ok(key),
            Self::Signing(_) | Self::NotForSigning => Err(JwkError::NotForAgreement),
        }
    }
}

/// Heeds what the JWK says of its own use (RFC 7517, 4.2–4.4).
fn signing(members: &BTreeMap<String, Ipld>, key: PublicKey) -> JwkKey {
    let algorithms: &[&str] = match key.algorithm() {
        Algorithm::Ed25519 => &["EdDSA", "Ed25519"],
        Algorithm::P256 => &["ES256"],
        Algorithm::Secp256k1 => &["ES256K"],
    };
    let one_of = |name: &str, allowed: &[&str]| match members.get(name) {
        None => true,
        Some(Ipld::String(value)) => allowed.contains(&value.as_str()),
        Some(Ipld::List(values)) if name == "key_ops" => values
            .iter()
            .any(|value| matches!(value, Ipld::String(value) if allowed.contains(&value.as_str()))),
        Some(_) => false,
    };
    let allowed =
        one_of("use", &["sig"]) && one_of("alg", algorithms) && one_of("key_ops", &["sign", "verify"]);
    if allowed { JwkKey::Signing(key) } else { JwkKey::NotForSigning }
}

fn string<'a>(members: &'a BTreeMap<String, Ipld>, member: &'static str) -> Result<&'a str, JwkError> {
    match members.get(member) {
        Some(Ipld::String(value)) => Ok(value),
        _ => Err(JwkError::Member { member }),
    }
}

fn member(members: &BTreeMap<String, Ipld>, name: &'static str) -> Result<Zeroizing<[u8; 32]>, JwkError> {
    bytes(string(members, name)?, name)
}

fn bytes(text: &str, member: &'static str) -> Result<Zeroizing<[u8; 32]>, JwkError> {
    let mut bytes = Zeroizing::new([0; 32]);
    match Base64UrlUnpadded::decode(text, bytes.as_mut_slice()) {
        Ok(decoded) if decoded.len() == 32 => Ok(bytes),
        Ok(_) | Err(_) => Err(JwkError::Encoding { member }),
    }
}

fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Reserves first: a string that grew would leave an unwiped copy behind.
fn concat(parts: &[&str]) -> Zeroizing<String> {
    let mut whole = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    for part in parts {
        whole.push_str(part);
    }
    whole
}

#[cfg(test)]
#[path = "jwk_tests.rs"]
mod tests;
