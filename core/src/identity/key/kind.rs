//! The four key types that a DID can carry, and the shape of their bytes.
//!
//! Everything here is a comparison of bytes. No curve arithmetic: that a point is on its curve and
//! not weak is found when the key is decompressed to be used.

use core::fmt;
use core::ops::Deref;

use super::public::KeyError;

/// The type of a public key: the three signature algorithms and X25519.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Ed25519,
    P256,
    Secp256k1,
    X25519,
}

/// A public key's canonical bytes as a did:key carries them: 32 for Ed25519 and X25519, 33 (SEC1
/// compressed) for P-256 and secp256k1.
///
/// The length, the SEC1 prefix and the canonical range of the coordinate have been checked; that
/// the point exists has not. Reads as a `&[u8]`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompressedKey(Bytes);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Bytes {
    Ed25519([u8; 32]),
    P256([u8; 33]),
    Secp256k1([u8; 33]),
    X25519([u8; 32]),
}

impl KeyKind {
    /// The code in the multicodec table (`ed25519-pub`, `p256-pub`, `secp256k1-pub`, `x25519-pub`).
    pub(crate) const fn multicodec(self) -> u64 {
        match self {
            Self::Ed25519 => 0xed,
            Self::X25519 => 0xec,
            Self::Secp256k1 => 0xe7,
            Self::P256 => 0x1200,
        }
    }

    pub(crate) const fn from_multicodec(code: u64) -> Option<Self> {
        match code {
            0xed => Some(Self::Ed25519),
            0xec => Some(Self::X25519),
            0xe7 => Some(Self::Secp256k1),
            0x1200 => Some(Self::P256),
            _ => None,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::P256 => "P-256",
            Self::Secp256k1 => "secp256k1",
            Self::X25519 => "X25519",
        }
    }

    /// Checks the length, the prefix and the range of the coordinate.
    pub(crate) fn check(self, bytes: &[u8]) -> Result<CompressedKey, KeyError> {
        let key = match self {
            Self::Ed25519 => Bytes::Ed25519(self.exactly(bytes)?),
            Self::X25519 => Bytes::X25519(self.exactly(bytes)?),
            Self::P256 => Bytes::P256(self.compressed(bytes)?),
            Self::Secp256k1 => Bytes::Secp256k1(self.compressed(bytes)?),
        };
        let canonical = match &key {
            Bytes::Ed25519(y) => is_canonical_edwards(y),
            Bytes::X25519(u) => below_p25519(u),
            Bytes::P256([_, x @ ..]) => x < &P_P256,
            Bytes::Secp256k1([_, x @ ..]) => x < &P_SECP256K1,
        };
        if canonical { Ok(CompressedKey(key)) } else { Err(KeyError::NonCanonical { kind: self.name() }) }
    }

    fn compressed(self, bytes: &[u8]) -> Result<[u8; 33], KeyError> {
        // The uncompressed (04, 65 bytes) and hybrid (06, 07) forms name the same point a second
        // time; one key has one DID.
        if matches!(bytes.first(), Some(0x04 | 0x06 | 0x07)) {
            return Err(KeyError::NotCompressed { kind: self.name() });
        }
        let key: [u8; 33] = self.exactly(bytes)?;
        match key {
            [0x02 | 0x03, ..] => Ok(key),
            _ => Err(KeyError::NotCompressed { kind: self.name() }),
        }
    }

    fn exactly<const N: usize>(self, bytes: &[u8]) -> Result<[u8; N], KeyError> {
        bytes.try_into().map_err(|_| KeyError::WrongLength {
            kind: self.name(),
            expected: N,
            found: bytes.len(),
        })
    }
}

impl CompressedKey {
    // For bytes that a curve implementation has just written, and which are canonical by that.
    pub(crate) const fn from_ed25519(bytes: [u8; 32]) -> Self {
        Self(Bytes::Ed25519(bytes))
    }

    pub(crate) const fn from_p256(bytes: [u8; 33]) -> Self {
        Self(Bytes::P256(bytes))
    }

    pub(crate) const fn from_secp256k1(bytes: [u8; 33]) -> Self {
        Self(Bytes::Secp256k1(bytes))
    }

    pub(crate) const fn from_x25519(bytes: [u8; 32]) -> Self {
        Self(Bytes::X25519(bytes))
    }

    pub(crate) fn kind(&self) -> KeyKind {
        match self.0 {
            Bytes::Ed25519(_) => KeyKind::Ed25519,
            Bytes::P256(_) => KeyKind::P256,
            Bytes::Secp256k1(_) => KeyKind::Secp256k1,
            Bytes::X25519(_) => KeyKind::X25519,
        }
    }
}

impl Deref for CompressedKey {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Bytes::Ed25519(bytes) | Bytes::X25519(bytes) => bytes,
            Bytes::P256(bytes) | Bytes::Secp256k1(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for CompressedKey {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for CompressedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompressedKey({} ", self.kind().name())?;
        self.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// 2^255 − 19, little-endian.
const P_25519: [u8; 32] = [
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
];
/// 2^256 − 2^224 + 2^192 + 2^96 − 1, big-endian.
const P_P256: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, //
    0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];
/// 2^256 − 2^32 − 977, big-endian.
const P_SECP256K1: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xfc, 0x2f,
];

/// The words of a little-endian integer, the most significant first.
fn words(bytes: &[u8; 32]) -> [u64; 4] {
    let mut words = [0; 4];
    let (parts, _) = bytes.as_chunks();
    for (word, part) in words.iter_mut().rev().zip(parts) {
        *word = u64::from_le_bytes(*part);
    }
    words
}

/// The little-endian integer is below 2^255 − 19 (so its high bit is clear, too).
fn below_p25519(bytes: &[u8; 32]) -> bool {
    words(bytes) < words(&P_25519)
}

/// RFC 8032, 5.1.3: y below p, and no sign bit where x is zero (y = 1 and y = −1).
fn is_canonical_edwards(bytes: &[u8; 32]) -> bool {
    const ONE: [u64; 4] = [0, 0, 0, 1];
    const MINUS_ONE: [u64; 4] = [u64::MAX >> 1, u64::MAX, u64::MAX, u64::MAX - 0x13];
    let mut y = words(bytes);
    let [high, ..] = &mut y;
    let negative = *high >> 63 == 1;
    *high &= u64::MAX >> 1;
    y < words(&P_25519) && !(negative && (y == ONE || y == MINUS_ONE))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_sign_bit_is_refused_for_the_two_points_that_have_no_other_sign_only() {
        let key = |low: u8, middle: u8, high: u8| {
            let mut y = [middle; 32];
            (y[0], y[31]) = (low, high);
            KeyKind::Ed25519.check(&y).is_ok()
        };
        assert!(!key(1, 0, 0x80) && !key(0xec, 0xff, 0xff));
        for (low, middle, high) in [
            (1, 5, 0x83),
            (1, 5, 0x80),
            (1, 0, 0x83),
            (7, 0, 0x80),
            (7, 0, 0x83),
            (0xec, 5, 0x83),
            (0xec, 5, 0xff),
            (0xec, 0xff, 0x83),
            (7, 0xff, 0xff),
            (7, 0xff, 0x83),
        ] {
            assert!(key(low, middle, high), "{low} {middle} {high}");
        }
    }

    /// Held against a comparison byte by byte.
    #[test]
    fn words_compare_as_bytes_do() {
        let below = |bytes: &[u8; 32]| bytes.iter().rev().lt(P_25519.iter().rev());
        let canonical = |bytes: &[u8; 32]| {
            let mut y = *bytes;
            y[31] &= 0x7f;
            let (mut one, mut minus_one) = ([0; 32], P_25519);
            (one[0], minus_one[0]) = (1, 0xec);
            below(&y) && (bytes[31] < 0x80 || (y != one && y != minus_one))
        };
        for fill in [0, 1, 0x7f, 0xfe, 0xff] {
            for at in 0..32 {
                for byte in 0..=u8::MAX {
                    for (low, high) in
                        [(fill, fill), (1, 0x80), (0xec, 0xff), (0xed, 0x7f), (0xec, 0x7f), (1, 0)]
                    {
                        let mut bytes = [fill; 32];
                        (bytes[0], bytes[31]) = (low, high);
                        bytes[at] = byte;
                        assert_eq!(KeyKind::X25519.check(&bytes).is_ok(), below(&bytes), "{bytes:02x?}");
                        assert_eq!(KeyKind::Ed25519.check(&bytes).is_ok(), canonical(&bytes), "{bytes:02x?}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_edwards_y_at_or_above_p_is_refused_with_either_sign() {
        for (low, canonical) in [(0xec_u8, true), (0xed, false), (0xee, false), (0xff, false)] {
            let mut y = P_25519;
            y[0] = low;
            assert_eq!(KeyKind::Ed25519.check(&y).is_ok(), canonical, "{low:02x}");
            y[31] |= 0x80;
            assert!(KeyKind::Ed25519.check(&y).is_err(), "{low:02x} with the sign bit");
        }
    }

    #[test]
    fn a_sign_bit_on_a_zero_x_is_refused() {
        let mut one = [0; 32];
        one[0] = 1;
        assert!(KeyKind::Ed25519.check(&one).is_ok());
        one[31] = 0x80;
        assert_eq!(KeyKind::Ed25519.check(&one), Err(KeyError::NonCanonical { kind: "Ed25519" }));
    }

    #[test]
    fn an_x25519_coordinate_has_a_clear_high_bit_and_lies_below_p() {
        assert!(KeyKind::X25519.check(&[9; 32]).is_ok());
        assert!(KeyKind::X25519.check(&P_25519).is_err());
        assert!(KeyKind::X25519.check(&[0x80; 32]).is_err());
    }

    #[test]
    fn an_x_at_the_field_prime_is_refused() {
        for (kind, prime) in [(KeyKind::P256, P_P256), (KeyKind::Secp256k1, P_SECP256K1)] {
            let mut key = [2; 33];
            key[1..].copy_from_slice(&prime);
            assert_eq!(kind.check(&key), Err(KeyError::NonCanonical { kind: kind.name() }));
            key[32] -= 1;
            assert!(kind.check(&key).is_ok());
        }
    }

    #[test]
    fn only_compressed_points_of_the_right_length_pass() {
        let not_compressed = Err(KeyError::NotCompressed { kind: "P-256" });
        assert_eq!(KeyKind::P256.check(&[4; 65]), not_compressed);
        assert_eq!(KeyKind::P256.check(&[0; 33]), not_compressed);
        assert_eq!(KeyKind::P256.check(&[5; 33]), not_compressed);
        assert_eq!(
            KeyKind::P256.check(&[2; 32]),
            Err(KeyError::WrongLength { kind: "P-256", expected: 33, found: 32 })
        );
        assert!(KeyKind::Ed25519.check(&[2; 33]).is_err());
        assert!(KeyKind::Ed25519.check(&[]).is_err());
    }
}
