//! Varsig v1 headers: which algorithm signed, over which encoding.

// Requirements kept here: core-varsig-names-alg, vsig-prefix, vsig-version, vsig-both-parts,
// vsig-segments, vsig-first-segment-decides, vsig-discriminant, vsig-payload-encoding,
// vsig-ed25519-header, vsig-es256-header, vsig-es256k-header.

use crate::identity::Algorithm;
use crate::wire::varint;

const ED25519: &[u8] = &[0x34, 0x01, 0xed, 0x01, 0xed, 0x01, 0x13, 0x71];
const ES256: &[u8] = &[0x34, 0x01, 0xec, 0x01, 0x80, 0x24, 0x12, 0x71];
const ES256K: &[u8] = &[0x34, 0x01, 0xec, 0x01, 0xe7, 0x01, 0x12, 0x71];

/// What a Varsig header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// One of the three algorithms that UCAN makes mandatory, over DAG-CBOR.
    Known(Algorithm),
    /// A well-formed header over DAG-CBOR of an algorithm that is not implemented.
    Other,
}

/// Not a Varsig v1 header for a UCAN: another version, another payload encoding, surplus bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature header is not Varsig v1 over DAG-CBOR")]
pub struct VarsigError;

impl Header {
    /// Reads a header. The three known ones have exactly one spelling each.
    ///
    /// # Errors
    /// When it is not Varsig v1, not over DAG-CBOR, or has surplus bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, VarsigError> {
        match bytes {
            _ if bytes == ED25519 => Ok(Self::Known(Algorithm::Ed25519)),
            _ if bytes == ES256 => Ok(Self::Known(Algorithm::P256)),
            _ if bytes == ES256K => Ok(Self::Known(Algorithm::Secp256k1)),
            _ if is_well_formed(bytes) => Ok(Self::Other),
            _ => Err(VarsigError),
        }
    }

    /// The header's bytes for an algorithm.
    #[must_use]
    pub const fn bytes(algorithm: Algorithm) -> &'static [u8] {
        match algorithm {
            Algorithm::Ed25519 => ED25519,
            Algorithm::P256 => ES256,
            Algorithm::Secp256k1 => ES256K,
        }
    }
}

/// Prefix, version 1, a registered signature algorithm with its two segments, DAG-CBOR, nothing more.
fn is_well_formed(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(&[0x34, 0x01]) else {
        return false;
    };
    let mut segments = [0; 4];
    for segment in &mut segments {
        match varint::read(rest) {
            Ok((value, after)) => (*segment, rest) = (value, after),
            Err(_) => return false,
        }
    }
    let [algorithm, _, _, encoding] = segments;
    rest.is_empty() && matches!(algorithm, 0xb1 | 0xec | 0xed | 0x1205) && encoding == 0x71
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_each() {
        for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1] {
            let good = Header::bytes(algorithm);
            assert_eq!(Header::parse(good), Ok(Header::Known(algorithm)));
            let mut longer = good.to_vec();
            longer.push(0);
            assert_eq!(Header::parse(&longer), Err(VarsigError), "a trailing byte");
            let mut other_codec = good.to_vec();
            *other_codec.last_mut().unwrap() = 0x5f;
            assert_eq!(Header::parse(&other_codec), Err(VarsigError), "another codec");
            for length in 0..good.len() {
                assert_eq!(Header::parse(good.get(..length).unwrap()), Err(VarsigError), "cut at {length}");
            }
        }
        // Varsig v0, as older tokens carry it.
        assert_eq!(Header::parse(&[0x34, 0xed, 0x01, 0x71]), Err(VarsigError));
    }

    #[test]
    fn algorithms_not_implemented_are_told_from_nonsense() {
        // RS256 with a 256-byte key; Ed448.
        assert_eq!(Header::parse(&[0x34, 0x01, 0x85, 0x24, 0x12, 0x80, 0x02, 0x71]), Ok(Header::Other));
        assert_eq!(Header::parse(&[0x34, 0x01, 0xed, 0x01, 0x83, 0x24, 0x19, 0x71]), Ok(Header::Other));
        assert_eq!(Header::parse(&[0x34, 0x01, 0x07, 0x01, 0x01, 0x71]), Err(VarsigError));
    }
}
