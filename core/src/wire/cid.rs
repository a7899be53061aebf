//! Content identifiers: the names that tokens go by.

// Requirements kept here: core-crypto-sha256, core-cid-v1, core-cid-base58btc, core-cid-sha256,
// core-cid-codec, allod-cid-read-any-base, allod-cid-token-links, allod-cid-digest-limit.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use cid::multihash::Multihash;
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

/// The code of SHA-256 among hashes.
const SHA2_256: u64 = 0x12;

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
        // The bytes are a CID by construction; the default is never reached.
        data(&token.to_bytes()).unwrap_or_default()
    }
}

impl TryFrom<&cid::Cid> for Cid {
    type Error = CidError;

    fn try_from(cid: &cid::Cid) -> Result<Self, CidError> {
        Self::from_bytes(&data_bytes(cid))
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
    if bytes.starts_with(&V0_PREFIX) == bare { data(&bytes) } else { None }
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
    data(bytes).is_some()
}

/// The CID of any configuration that these bytes are, where they are [canonical](is_canonical).
pub(crate) fn data(bytes: &[u8]) -> Option<DataCid> {
    if let Some(digest) = bytes.strip_prefix(&V0_PREFIX) {
        let whole = bytes.len() == V0_BYTES;
        return DataCid::new_v0(Multihash::wrap(SHA2_256, digest).ok()?).ok().filter(|_| whole);
    }
    let (version, rest) = varint::read(bytes).ok()?;
    let (codec, rest) = varint::read(rest).ok()?;
    let (hash, rest) = varint::read(rest).ok()?;
    let (length, digest) = varint::read(rest).ok()?;
    if version != 1 || digest.len() > MAX_DATA_DIGEST || length != digest.len() as u64 {
        return None;
    }
    Some(DataCid::new_v1(codec, Multihash::wrap(hash, digest).ok()?))
}

/// The bytes of a CID that may come from anywhere, and need not be canonical. For the bindings.
#[doc(hidden)]
#[must_use]
pub fn data_bytes(cid: &DataCid) -> Vec<u8> {
    let (hash, mut bytes) = (cid.hash(), Vec::new());
    if cid.version() == cid::Version::V1 {
        varint::write(1, &mut bytes);
        varint::write(cid.codec(), &mut bytes);
    }
    varint::write(hash.code(), &mut bytes);
    varint::write(hash.size().into(), &mut bytes);
    bytes.extend_from_slice(hash.digest());
    bytes
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
mod tests {
    use alloc::string::ToString;

    use alloc::vec::Vec;

    use super::*;

    /// What the crate reads and writes, over the numbers in a CID and what goes wrong with them.
    #[test]
    fn any_cid_is_read_and_written_as_the_crate_does() {
        let numbers = [0, 1, 0x12, 0x55, 0x71, 0x7f, 0x80, 1 << 20, (1 << 63) - 1];
        for codec in numbers {
            for (hash, length) in
                numbers.into_iter().flat_map(|hash| [0, 1, 31, 32, 33, 64].map(|of| (hash, of)))
            {
                let cid = DataCid::new_v1(codec, Multihash::wrap(hash, &[7; 64][..length]).unwrap());
                let bytes = cid.to_bytes();
                assert_eq!((data_bytes(&cid), data(&bytes)), (bytes.clone(), Some(cid)));
                assert_eq!(DataCid::try_from(&bytes[..]).ok(), Some(cid));
                assert_eq!(data(&bytes[..bytes.len() - 1]), None);
                assert_eq!(data(&[&bytes[..], &[0]].concat()), None);
            }
        }
        let old = DataCid::new_v0(Multihash::wrap(SHA2_256, &[7; 32]).unwrap()).unwrap();
        assert_eq!((data_bytes(&old), data(&old.to_bytes())), (old.to_bytes(), Some(old)));
        assert_eq!(data(&old.to_bytes()[..33]), None);
        let far = DataCid::new_v1(u64::MAX, Multihash::wrap(1, &[]).unwrap());
        assert_eq!((data_bytes(&far), data(&data_bytes(&far))), (far.to_bytes(), None));
    }

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
