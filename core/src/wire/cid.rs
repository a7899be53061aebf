//! Content identifiers: the names that tokens go by.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256};

use super::multibase::{self, MultibaseError};
use super::varint;

/// The CID of a token: `CIDv1`, DAG-CBOR, SHA-256 over the bytes as received.
///
/// Only CIDs of this one configuration name tokens (UCAN 1.0, "Content Identifiers"), so this type
/// holds the 32-byte digest alone and two CIDs are equal exactly when their bytes are. Shown in
/// base58btc (`zdpu…`), read in any multibase.
///
/// ```
/// use allod::wire::Cid;
/// let cid = Cid::of(b"some bytes");
/// assert!(cid.to_string().starts_with("zdpu"));
/// assert_eq!(cid.to_string().parse(), Ok(cid));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cid([u8; 32]);

/// Why something is not the CID of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CidError {
    /// The text is not multibase.
    #[error("the CID is not valid multibase text: {0}")]
    Multibase(#[from] MultibaseError),
    /// Not a CID at all, or not in its one canonical spelling.
    #[error("the bytes are not a canonical CID")]
    Malformed,
    /// A CID, but not `CIDv1` with DAG-CBOR and SHA-256.
    #[error("the CID does not name a token: tokens go by CIDv1, dag-cbor, sha2-256")]
    NotAToken,
}

/// How every token CID begins: version 1, dag-cbor (0x71), sha2-256 (0x12), 32 bytes (0x20).
const PREFIX: [u8; 4] = [0x01, 0x71, 0x12, 0x20];

/// The longest digest a CID may carry as data (in arguments, metadata, policy values), in bytes.
pub use crate::limits::MAX_DATA_DIGEST;

impl Cid {
    /// The CID of these bytes. They are hashed as they are.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The CID whose SHA-256 digest this is.
    #[must_use]
    pub const fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The SHA-256 digest.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the 36 bytes of a token's CID.
    ///
    /// # Errors
    /// [`CidError::NotAToken`] for a canonical CID of another configuration, otherwise
    /// [`CidError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CidError> {
        match bytes.strip_prefix(&PREFIX).map(<[u8; 32]>::try_from) {
            Some(Ok(digest)) => Ok(Self(digest)),
            _ if is_canonical(bytes) => Err(CidError::NotAToken),
            _ => Err(CidError::Malformed),
        }
    }

    /// The 36 bytes of this CID.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 36] {
        let mut bytes = [0; 36];
        let (prefix, digest) = bytes.split_at_mut(PREFIX.len());
        prefix.copy_from_slice(&PREFIX);
        digest.copy_from_slice(&self.0);
        bytes
    }

    /// A form short enough to say and compare by eye: the last eight characters after an ellipsis.
    /// Not unique; never look a token up by it.
    #[must_use]
    pub fn short(&self) -> String {
        let text = alloc::format!("{self}");
        let tail = text.get(text.len().saturating_sub(8)..).unwrap_or_default();
        alloc::format!("…{tail}")
    }
}

impl fmt::Display for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "z{}", multibase::base58btc_encode(&self.to_bytes()))
    }
}

impl fmt::Debug for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Cid {
    type Err = CidError;

    fn from_str(text: &str) -> Result<Self, CidError> {
        Self::from_bytes(&multibase::decode(text)?)
    }
}

impl From<Cid> for cid::Cid {
    fn from(token: Cid) -> Self {
        // The wrapped bytes are a CID by construction; the default is never reached.
        Self::try_from(&token.to_bytes()[..]).unwrap_or_default()
    }
}

impl TryFrom<&cid::Cid> for Cid {
    type Error = CidError;

    fn try_from(cid: &cid::Cid) -> Result<Self, CidError> {
        Self::from_bytes(&cid.to_bytes())
    }
}

/// Whether `bytes` are a CID of any configuration, in its one spelling: `CIDv0`, or `CIDv1` with minimal
/// varints and a digest of exactly the length it says (at most [`MAX_DATA_DIGEST`] bytes).
#[must_use]
pub fn is_canonical(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0x12, 0x20]) {
        return bytes.len() == 34;
    }
    let numbers = || -> Option<(u64, u64, &[u8])> {
        let (version, rest) = varint::read(bytes).ok()?;
        let (_codec, rest) = varint::read(rest).ok()?;
        let (_hash, rest) = varint::read(rest).ok()?;
        let (length, digest) = varint::read(rest).ok()?;
        Some((version, length, digest))
    };
    numbers().is_some_and(|(version, length, digest)| {
        version == 1 && digest.len() <= MAX_DATA_DIGEST && length == digest.len() as u64
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn read_in_any_base_and_shown_in_one() {
        let cid = Cid::of(b"x");
        let bytes = cid.to_bytes();
        for base in
            [::multibase::Base::Base32Lower, ::multibase::Base::Base16Lower, ::multibase::Base::Base64Url]
        {
            assert_eq!(::multibase::encode(base, bytes).parse(), Ok(cid));
        }
        assert!(cid.to_string().starts_with("zdpu"));
    }

    #[test]
    fn other_spellings_and_configurations_are_refused() {
        let good = Cid::of(b"x").to_bytes().to_vec();
        let with = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = good.clone();
            change(&mut bytes);
            Cid::from_bytes(&bytes)
        };
        assert_eq!(with(&|b| b.push(0)), Err(CidError::Malformed));
        assert_eq!(with(&|b| b.truncate(35)), Err(CidError::Malformed));
        assert_eq!(with(&|b| b[1] = 0x55), Err(CidError::NotAToken));
        assert_eq!(with(&|b| b[2] = 0x16), Err(CidError::NotAToken));
        // A longer spelling of the same numbers.
        assert_eq!(with(&|b| b.splice(1..2, [0xf1, 0x00]).for_each(drop)), Err(CidError::Malformed));
        assert_eq!(Cid::from_bytes(&good[2..]), Err(CidError::NotAToken), "a CIDv0");
        assert_eq!(Cid::from_bytes(&[]), Err(CidError::Malformed));
    }

    #[test]
    fn data_digests_are_bounded() {
        let mut bytes = alloc::vec![0x01, 0x55, 0x00, 64];
        bytes.extend([7; 64]);
        assert!(is_canonical(&bytes));
        bytes[3] = 65;
        bytes.push(7);
        assert!(!is_canonical(&bytes));
    }
}
