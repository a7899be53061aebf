//! Content identifiers: the names that tokens go by.

// Requirements kept here: core-crypto-sha256, core-cid-v1, core-cid-base58btc, core-cid-sha256,
// core-cid-codec, allod-cid-read-any-base, allod-cid-token-links, allod-cid-digest-limit.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256};

use super::multibase::{self, MultibaseError};
use super::value::DataCid;
use super::varint;

/// The CID of a token: `CIDv1`, DAG-CBOR, SHA-256 over the bytes as received.
///
/// Only CIDs of this one configuration name tokens (UCAN 1.0, "Content Identifiers"), so this type
/// holds the 32-byte digest alone and two CIDs are equal exactly when their bytes are. Shown in
/// base58btc (`zdpu…`), read in any multibase as long as it is spelled as that base would spell it, and
/// without a `/`.
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

/// How every `CIDv0` begins: sha2-256 (0x12), 32 bytes (0x20).
const V0_PREFIX: [u8; 2] = [0x12, 0x20];
/// How long a `CIDv0` is in bytes, and in base58btc.
const V0_BYTES: usize = 34;
const V0_TEXT: usize = 46;

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

/// Reads the text of a CID of any configuration: a bare `CIDv0` (`Qm…`), or a `CIDv1` in any multibase (CID
/// specification, "Stringified Form").
///
/// One spelling in each base: `None` where the text would be written in another way, as base32 in mixed
/// case would; where it holds a `/`, as paths and URLs do; where it is longer than [`multibase::MAX_TEXT`]
/// bytes; and where its bytes are not canonical (see [`is_canonical`]).
///
/// ```
/// use allod::wire::cid;
/// let raw = cid::parse_data("bafkqabiaaebagba").unwrap();
/// assert_eq!(raw.to_string(), "bafkqabiaaebagba");
/// assert_eq!(cid::parse_data("/ipfs/bafkqabiaaebagba"), None);
/// assert_eq!(cid::parse_data("bAFKQABIAAEBAGBA"), None);
/// ```
#[must_use]
pub fn parse_data(text: &str) -> Option<DataCid> {
    let bare = text.len() == V0_TEXT && text.starts_with("Qm");
    let bytes = if bare {
        multibase::base58btc_decode(text, V0_BYTES).ok()?
    } else {
        multibase::decode(text).ok()?
    };
    if bytes.starts_with(&V0_PREFIX) != bare || !is_canonical(&bytes) {
        return None;
    }
    DataCid::try_from(bytes.as_slice()).ok()
}

/// The text of a canonical CID of any configuration, as it is mostly shown: a `CIDv0` in base58btc without a prefix, a
/// `CIDv1` in base32.
pub(crate) fn text(canonical: &[u8]) -> String {
    if canonical.starts_with(&V0_PREFIX) {
        return multibase::base58btc_encode(canonical);
    }
    alloc::format!("b{}", multibase::base32_encode(canonical))
}

/// Whether `bytes` are a CID of any configuration, in its one spelling: `CIDv0`, or `CIDv1` with minimal
/// varints and a digest of exactly the length it says (at most [`MAX_DATA_DIGEST`] bytes).
#[must_use]
pub fn is_canonical(bytes: &[u8]) -> bool {
    if bytes.starts_with(&V0_PREFIX) {
        return bytes.len() == V0_BYTES;
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
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
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

    /// Texts near a good one (in base32, lower case) that some reader takes for it.
    fn near(good: &str) -> Vec<String> {
        let (prefix, digits) = good.split_at(1);
        let mixed = alloc::format!("{prefix}{}{}", digits[..1].to_uppercase(), &digits[1..]);
        let mut near = alloc::vec![mixed, alloc::format!("{prefix}{}", digits.to_uppercase())];
        for change in
            ["https://x/ipfs/{}", "/ipfs/{}", "ipfs/{}", "ipfs://{}", "{}/", "{}/a", " {}", "{} ", "{}="]
        {
            near.push(change.replace("{}", good));
        }
        near
    }

    #[test]
    fn a_base_spells_a_cid_in_one_way() {
        use ::multibase::{Base, encode};
        let cid = Cid::of(b"x");
        let data = DataCid::from(cid);
        for base in
            [Base::Base32Lower, Base::Base32Upper, Base::Base16Lower, Base::Base16Upper, Base::Base36Lower]
        {
            let good = encode(base, cid.to_bytes());
            assert_eq!(good.parse(), Ok(cid));
            assert_eq!(parse_data(&good), Some(data));
            let swapped = if good[1..].chars().any(char::is_lowercase) {
                good[1..].to_uppercase()
            } else {
                good[1..].to_lowercase()
            };
            for odd in [
                alloc::format!("{}{swapped}", base.code()),
                alloc::format!("{}{}", &good[..9], &swapped[8..]),
            ] {
                assert!(odd.parse::<Cid>().is_err(), "{odd}");
                assert_eq!(parse_data(&odd), None, "{odd}");
            }
        }
        for odd in near(&encode(Base::Base32Lower, cid.to_bytes())) {
            assert!(odd.parse::<Cid>().is_err(), "{odd}");
            assert_eq!(parse_data(&odd), None, "{odd}");
        }
        // A slash is a digit of base64, and no path.
        let cid = Cid::from_digest([0xff; 32]);
        let slashes = encode(Base::Base64, cid.to_bytes());
        assert!(slashes.contains('/'));
        assert_eq!(slashes.parse(), Ok(cid));
        assert_eq!(parse_data(&slashes), Some(DataCid::from(cid)));
    }

    #[test]
    fn a_cid_of_version_0_is_bare() {
        use ::multibase::{Base, encode};
        let bytes = &Cid::of(b"x").to_bytes()[2..];
        let bare = multibase::base58btc_encode(bytes);
        let data = parse_data(&bare).unwrap();
        assert_eq!((data.to_bytes().as_slice(), data.to_string()), (bytes, bare.clone()));
        assert_eq!(text(bytes), bare);
        for base in [Base::Base58Btc, Base::Base32Lower, Base::Base16Lower] {
            assert_eq!(parse_data(&encode(base, bytes)), None);
        }
        for odd in [alloc::format!("/ipfs/{bare}"), alloc::format!("{bare}1"), alloc::format!("1{bare}")] {
            assert_eq!(parse_data(&odd), None, "{odd}");
        }
        assert_eq!(parse_data(&bare[..45]), None);
        assert!(bare.parse::<Cid>().is_err());
        // The same length without the same prefix, and a version 1 without its base.
        assert_eq!(parse_data(&alloc::format!("Qm{}", "z".repeat(44))), None);
        assert_eq!(parse_data(&Cid::of(b"x").to_string()[1..]), None);
    }

    #[test]
    fn the_longest_data_cid_has_a_text_in_every_base() {
        use ::multibase::{Base, encode};
        let most = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f];
        let bytes = [&[1][..], &most, &most, &[64], &[7; 64]].concat();
        let longest = encode(Base::Base2, &bytes);
        assert!(longest.len() <= multibase::MAX_TEXT);
        assert_eq!(parse_data(&longest).unwrap().to_bytes(), bytes);
        assert_eq!(text(&bytes), parse_data(&longest).unwrap().to_string());
        assert_eq!(parse_data(&alloc::format!("0{}", "0".repeat(multibase::MAX_TEXT))), None);
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
