//! Secret keys in files: PKCS#8 (RFC 5958), as DER and as PEM (RFC 7468).
//!
//! Read: version 1 and 2; Ed25519 and X25519 by RFC 8410, P-256 and secp256k1 by RFC 5915 inside.
//! A public key that stands beside the secret must be the secret's. Written: version 1, the bytes
//! that OpenSSL writes.

use alloc::vec::Vec;

use pkcs8::der::asn1::{BitStringRef, OctetStringRef};
use pkcs8::der::{self, Decode, Reader, SliceReader, TagMode, TagNumber};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::signing::{SeedError, SigningKey};
use super::x25519::AgreementSecretKey;
use super::{ed25519, p256, secp256k1};

/// Why a PKCS#8 key is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs8Error {
    /// Not one well-formed PKCS#8 `PrivateKeyInfo` in DER.
    #[error("not a PKCS#8 private key in DER: convert it with `openssl pkcs8 -topk8 -nocrypt`")]
    Malformed,
    /// Not one well-formed PEM block.
    #[error("not a PEM file: expected -----BEGIN PRIVATE KEY----- and base64 lines")]
    Pem,
    /// PEM of something else.
    #[error(
        "PEM block is not an unencrypted PKCS#8 key (PRIVATE KEY): convert it with `openssl pkcs8 -topk8 -nocrypt`"
    )]
    Label,
    /// The key is of another algorithm or curve, or has parameters that its algorithm forbids.
    #[error(
        "private key is of another algorithm: expected Ed25519, P-256 or secp256k1 (X25519 for agreement)"
    )]
    UnsupportedAlgorithm,
    /// The public key in the file is not the secret key's.
    #[error("the public key in the file does not belong to the secret key: the file is damaged or forged")]
    PublicKeyMismatch,
    /// The secret is not a key.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const X25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const SECP256K1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.10");

impl SigningKey {
    /// Reads a secret key from PKCS#8 DER, version 1 or 2.
    ///
    /// # Errors
    /// [`Pkcs8Error`], among them a public key that is not the secret's.
    pub fn from_pkcs8_der(bytes: &[u8]) -> Result<Self, Pkcs8Error> {
        let info = PrivateKeyInfoRef::try_from(bytes).map_err(|_| Pkcs8Error::Malformed)?;
        match Kind::of(&info)? {
            Kind::Ed25519 => {
                let key = ed25519::SigningKey::from_seed(&*octets(&info)?);
                belongs(info.public_key.as_ref(), &[&key.public_key().to_bytes()])?;
                Ok(Self::Ed25519(key))
            }
            Kind::P256 => {
                let inner = EcPrivateKey::read(&info, P256)?;
                let key = p256::SigningKey::from_seed(&inner.scalar)?;
                let spellings = spellings(key.public_key().coordinates());
                inner.belongs(&spellings)?;
                Ok(Self::P256(key))
            }
            Kind::Secp256k1 => {
                let inner = EcPrivateKey::read(&info, SECP256K1)?;
                let key = secp256k1::SigningKey::from_seed(&inner.scalar)?;
                let spellings = spellings(key.public_key().coordinates());
                inner.belongs(&spellings)?;
                Ok(Self::Secp256k1(key))
            }
            Kind::X25519 => Err(Pkcs8Error::UnsupportedAlgorithm),
        }
    }

    /// The secret key as PKCS#8 DER, version 1. Whoever reads it owns the identity.
    #[must_use]
    pub fn danger_export_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        let seed = self.danger_export_seed();
        match self {
            Self::Ed25519(_) => concat(&[ED25519_PREFIX, seed.as_slice()]),
            Self::P256(key) => {
                let (x, y) = key.public_key().coordinates();
                concat(&[P256_PREFIX, seed.as_slice(), EC_PUBLIC_PREFIX, &x, &y])
            }
            Self::Secp256k1(key) => {
                let (x, y) = key.public_key().coordinates();
                concat(&[SECP256K1_PREFIX, seed.as_slice(), EC_PUBLIC_PREFIX, &x, &y])
            }
        }
    }

    /// Reads a secret key from a PEM file with one `PRIVATE KEY` block.
    ///
    /// # Errors
    /// [`Pkcs8Error::Pem`], [`Pkcs8Error::Label`], and what
    /// [`from_pkcs8_der`](Self::from_pkcs8_der) returns.
    ///
    /// ```
    /// use allod::identity::{Algorithm, SigningKey};
    ///
    /// let key = SigningKey::from_seed(Algorithm::Secp256k1, &[7; 32])?;
    /// let file = key.danger_export_pkcs8_pem();
    /// assert!(file.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    /// assert_eq!(SigningKey::from_pkcs8_pem(&file)?.did(), key.did());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "pem")]
    pub fn from_pkcs8_pem(text: &str) -> Result<Self, Pkcs8Error> {
        Self::from_pkcs8_der(&pem::read(text)?)
    }

    /// The secret key as a PEM file, lines ending in LF. Whoever reads it owns the identity.
    #[cfg(feature = "pem")]
    #[must_use]
    pub fn danger_export_pkcs8_pem(&self) -> Zeroizing<alloc::string::String> {
        pem::write(&self.danger_export_pkcs8_der())
    }
}

impl AgreementSecretKey {
    /// Reads an X25519 secret key from PKCS#8 DER (RFC 8410), version 1 or 2.
    ///
    /// # Errors
    /// [`Pkcs8Error`].
    pub fn from_pkcs8_der(bytes: &[u8]) -> Result<Self, Pkcs8Error> {
        let info = PrivateKeyInfoRef::try_from(bytes).map_err(|_| Pkcs8Error::Malformed)?;
        if !matches!(Kind::of(&info)?, Kind::X25519) {
            return Err(Pkcs8Error::UnsupportedAlgorithm);
        }
        let key = Self::from_bytes(&*octets(&info)?);
        belongs(info.public_key.as_ref(), &[key.public_key().as_bytes()])?;
        Ok(key)
    }

    /// The secret key as PKCS#8 DER, version 1.
    #[must_use]
    pub fn danger_export_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        concat(&[X25519_PREFIX, self.danger_export().as_slice()])
    }
}

enum Kind {
    Ed25519,
    P256,
    Secp256k1,
    X25519,
}

impl Kind {
    fn of(info: &PrivateKeyInfoRef<'_>) -> Result<Self, Pkcs8Error> {
        let parameters = info.algorithm.parameters;
        let kind = match (info.algorithm.oid, parameters) {
            (ED25519, None) => Self::Ed25519,
            (X25519, None) => Self::X25519,
            (EC_PUBLIC_KEY, Some(curve)) => match curve.decode_as::<ObjectIdentifier>() {
                Ok(P256) => Self::P256,
                Ok(SECP256K1) => Self::Secp256k1,
                _ => return Err(Pkcs8Error::UnsupportedAlgorithm),
            },
            _ => return Err(Pkcs8Error::UnsupportedAlgorithm),
        };
        Ok(kind)
    }
}

/// RFC 8410: the private key is an OCTET STRING of 32 bytes inside the OCTET STRING.
fn octets(info: &PrivateKeyInfoRef<'_>) -> Result<Zeroizing<[u8; 32]>, Pkcs8Error> {
    let inner = <&OctetStringRef>::from_der(info.private_key.as_bytes());
    let inner = inner.map_err(|_| Pkcs8Error::Malformed)?;
    secret(inner.as_bytes())
}

fn secret(bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>, Pkcs8Error> {
    bytes.try_into().map(Zeroizing::new).map_err(|_| Pkcs8Error::Malformed)
}

/// A public key in the file, if any, is one of the spellings of the secret's own.
fn belongs(public: Option<&BitStringRef<'_>>, own: &[&[u8]]) -> Result<(), Pkcs8Error> {
    let Some(public) = public else { return Ok(()) };
    let bytes = public.as_bytes().ok_or(Pkcs8Error::Malformed)?;
    if own.contains(&bytes) { Ok(()) } else { Err(Pkcs8Error::PublicKeyMismatch) }
}

/// SEC1 uncompressed and compressed.
fn spellings((x, y): ([u8; 32], [u8; 32])) -> [Vec<u8>; 2] {
    let sign = if matches!(y, [.., low] if low & 1 == 1) { 3 } else { 2 };
    [[&[4], x.as_slice(), &y].concat(), [&[sign], x.as_slice()].concat()]
}

/// RFC 5915.
struct EcPrivateKey<'a> {
    scalar: Zeroizing<[u8; 32]>,
    public: [Option<BitStringRef<'a>>; 2],
}

impl<'a> EcPrivateKey<'a> {
    fn read(info: &PrivateKeyInfoRef<'a>, curve: ObjectIdentifier) -> Result<Self, Pkcs8Error> {
        let read = || -> der::Result<_> {
            let mut reader = SliceReader::new(info.private_key.as_bytes())?;
            let fields = reader.sequence(|inner| {
                let version = u8::decode(inner)?;
                let scalar = <&OctetStringRef>::decode(inner)?;
                let named = inner.context_specific::<ObjectIdentifier>(TagNumber(0), TagMode::Explicit)?;
                let public = inner.context_specific::<BitStringRef<'a>>(TagNumber(1), TagMode::Explicit)?;
                Ok::<_, der::Error>((version, scalar, named, public))
            })?;
            reader.finish()?;
            Ok(fields)
        };
        let (version, scalar, named, public) = read().map_err(|_| Pkcs8Error::Malformed)?;
        if version != 1 {
            return Err(Pkcs8Error::Malformed);
        }
        if named.is_some_and(|named| named != curve) {
            return Err(Pkcs8Error::UnsupportedAlgorithm);
        }
        // One public key may stand in the inner structure, another in version 2 of the outer.
        Ok(Self { scalar: secret(scalar.as_bytes())?, public: [public, info.public_key] })
    }

    fn belongs(&self, spellings: &[Vec<u8>; 2]) -> Result<(), Pkcs8Error> {
        let own = spellings.each_ref().map(Vec::as_slice);
        self.public.iter().try_for_each(|public| belongs(public.as_ref(), &own))
    }
}

// All lengths are constants, so the structures are, too: what comes before the secret, and between
// it and the public point.
const ED25519_PREFIX: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
const X25519_PREFIX: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x6e\x04\x22\x04\x20";
const P256_PREFIX: &[u8] = b"\x30\x81\x87\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
    \x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x6d\x30\x6b\x02\x01\x01\x04\x20";
const SECP256K1_PREFIX: &[u8] = b"\x30\x81\x84\x02\x01\x00\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
    \x06\x05\x2b\x81\x04\x00\x0a\x04\x6d\x30\x6b\x02\x01\x01\x04\x20";
const EC_PUBLIC_PREFIX: &[u8] = b"\xa1\x44\x03\x42\x00\x04";

/// Reserves first: a vector that grew would leave an unwiped copy behind.
fn concat(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let mut whole = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
    for part in parts {
        whole.extend_from_slice(part);
    }
    whole
}

#[cfg(feature = "pem")]
mod pem {
    use alloc::string::String;
    use alloc::vec::Vec;

    use base64ct::{Base64, Encoding as _};
    use pkcs8::SecretDocument;
    use zeroize::Zeroizing;

    use super::Pkcs8Error;

    const LABEL: &str = "PRIVATE KEY";
    const BEGIN: &str = "-----BEGIN PRIVATE KEY-----\n";
    const END: &str = "-----END PRIVATE KEY-----\n";
    const LINE: usize = 64;

    pub(super) fn read(text: &str) -> Result<Zeroizing<Vec<u8>>, Pkcs8Error> {
        let (label, document) = SecretDocument::from_pem(text).map_err(|_| Pkcs8Error::Pem)?;
        if label == LABEL { Ok(document.to_bytes()) } else { Err(Pkcs8Error::Label) }
    }

    pub(super) fn write(der: &[u8]) -> Zeroizing<String> {
        let base64 = Zeroizing::new(Base64::encode_string(der));
        // Text that grew would leave an unwiped copy behind.
        let lines = base64.len().div_ceil(LINE);
        let length = BEGIN.len() + base64.len() + lines + END.len();
        let mut text = Zeroizing::new(String::with_capacity(length));
        text.push_str(BEGIN);
        for (at, digit) in base64.chars().enumerate() {
            if at > 0 && at % LINE == 0 {
                text.push('\n');
            }
            text.push(digit);
        }
        text.push('\n');
        text.push_str(END);
        text
    }
}

#[cfg(test)]
#[path = "pkcs8_tests.rs"]
mod tests;
