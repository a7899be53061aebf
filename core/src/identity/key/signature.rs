//! Signatures: 64 raw bytes, and what hardware hands over before it becomes that.

// Requirements kept here: vsig-ecdsa-raw.

use core::fmt;

use super::algorithm::Algorithm;
use super::{p256, secp256k1};

// The tags of DER (X.690).
const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// A signature as a token carries it: 64 bytes, `R‖s` (Ed25519) or `r‖s` big-endian (ECDSA).
///
/// Nothing about it is checked until [`PublicKey::verify`](super::PublicKey::verify).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature([u8; 64]);

/// Why a signature is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// Not 64 bytes (and, where DER is read, not DER either).
    #[error("signature of {found} bytes: expected 64 raw bytes (r and s, 32 each)")]
    WrongLength {
        /// How many bytes there were.
        found: usize,
    },
    /// Neither 64 raw bytes nor a DER `SEQUENCE` of two unsigned integers in shortest form.
    #[error("signature is neither 64 raw bytes nor valid DER: ask the signer for one of the two")]
    Der,
    /// An ECDSA `r` or `s` is zero or not below the order of the curve.
    #[error("signature has an r or s that is zero or beyond the curve order: sign again")]
    OutOfRange,
    /// An ECDSA `s` is in the upper half of the curve order. The same signature has a second
    /// spelling there, which would give one token two CIDs.
    #[error("signature has a high s: normalise it to the low s before making the token")]
    HighS,
    /// The signature is not by this key over these bytes.
    #[error("signature does not verify: the bytes or the key are not those that were signed")]
    Mismatch,
}

/// Brings a signature as keys in hardware hand it over into the one form a token may carry.
///
/// ECDSA: 64 raw bytes `r‖s`, or DER (X9.62 `SEQUENCE { r, s }`) as Secure Enclave, `StrongBox`
/// and most tokens answer; a high `s` becomes the low one. Ed25519: 64 raw bytes, as they are.
/// Sixty-four bytes are always read as raw. The result still has to be verified: whoever makes a
/// token does so before the token exists.
///
/// # Errors
/// [`SignatureError::WrongLength`] (Ed25519), [`SignatureError::Der`] and
/// [`SignatureError::OutOfRange`] (ECDSA).
///
/// ```
/// use allod::identity::{normalise_signature, Algorithm, SigningKey, Signer};
///
/// let key = SigningKey::from_seed(Algorithm::P256, &[7; 32])?;
/// let signature = key.sign(b"message")?;
/// assert_eq!(normalise_signature(Algorithm::P256, signature.as_bytes())?, signature);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn normalise_signature(algorithm: Algorithm, bytes: &[u8]) -> Result<Signature, SignatureError> {
    match algorithm {
        Algorithm::Ed25519 => Signature::try_from(bytes),
        Algorithm::P256 => p256::low_s(&raw_or_der(bytes)?),
        Algorithm::Secp256k1 => secp256k1::low_s(&raw_or_der(bytes)?),
    }
}

impl Signature {
    /// Takes the 64 raw bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 raw bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Signature {
    type Error = SignatureError;

    fn try_from(bytes: &[u8]) -> Result<Self, SignatureError> {
        let exact = bytes.try_into().map_err(|_| SignatureError::WrongLength { found: bytes.len() })?;
        Ok(Self(exact))
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

fn raw_or_der(bytes: &[u8]) -> Result<Signature, SignatureError> {
    if let Ok(raw) = Signature::try_from(bytes) {
        return Ok(raw);
    }
    let (r, s) = read_der(bytes).ok_or(SignatureError::Der)?;
    let mut raw = [0; 64];
    let (high, low) = raw.split_at_mut(32);
    right_align(high, r)?;
    right_align(low, s)?;
    Ok(Signature(raw))
}

fn read_der(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (numbers, nothing) = element(SEQUENCE, bytes)?;
    let (r, numbers) = unsigned(numbers)?;
    let (s, none) = unsigned(numbers)?;
    (nothing.is_empty() && none.is_empty()).then_some((r, s))
}

/// The digits of a number that is not negative, in as few bytes as it needs, and what follows it.
fn unsigned(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (digits, rest) = element(INTEGER, input)?;
    let digits = match digits {
        [0, more @ ..] if more.first().is_some_and(|first| *first >= 0x80) => more,
        [0] | [1..=0x7f, ..] => digits,
        _ => return None,
    };
    Some((digits, rest))
}

/// What an element of this tag holds, and what follows it. Its length is written in as few bytes as it needs.
fn element(tag: u8, input: &[u8]) -> Option<(&[u8], &[u8])> {
    let ([found, short], rest) = input.split_first_chunk()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(*short), rest),
        // As many bytes as a signature's length could ever need, and two more.
        0x81..=0x83 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
            let length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            let fewest = length >= 0x80 && bytes.first().is_some_and(|first| *first != 0);
            (fewest.then_some(length)?, rest)
        }
        _ => return None,
    };
    if *found == tag { rest.split_at_checked(length) } else { None }
}

fn right_align(target: &mut [u8], digits: &[u8]) -> Result<(), SignatureError> {
    if digits.len() > target.len() {
        return Err(SignatureError::OutOfRange);
    }
    for (slot, digit) in target.iter_mut().rev().zip(digits.iter().rev()) {
        *slot = *digit;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use alloc::vec::Vec;

    use super::*;

    const ECDSA: [Algorithm; 2] = [Algorithm::P256, Algorithm::Secp256k1];

    #[test]
    fn der_with_short_integers_is_padded_to_32_bytes() {
        let der = [0x30, 0x07, 0x02, 0x02, 0x01, 0x02, 0x02, 0x01, 0x05];
        let mut expected = [0; 64];
        *expected.get_mut(30).unwrap() = 1;
        *expected.get_mut(31).unwrap() = 2;
        *expected.get_mut(63).unwrap() = 5;
        for algorithm in ECDSA {
            assert_eq!(normalise_signature(algorithm, &der), Ok(Signature(expected)));
        }
    }

    #[test]
    fn der_that_is_not_in_its_one_form_is_refused() {
        let cases: [&[u8]; 7] = [
            &[],
            &[0x30, 0x00],
            &[0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01], // cut off
            &[0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01, 0x00], // a trailing byte
            &[0x30, 0x07, 0x02, 0x02, 0x00, 0x01, 0x02, 0x01, 0x01], // a padded integer
            &[0x30, 0x06, 0x02, 0x01, 0xff, 0x02, 0x01, 0x01], // a negative integer
            &[0x30, 0x81, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01], // a long length
        ];
        for (case, der) in cases.iter().enumerate() {
            assert_eq!(normalise_signature(Algorithm::P256, der), Err(SignatureError::Der), "case {case}");
        }
    }

    /// No signature is that long; what is must be found too large, not badly written.
    #[test]
    fn a_length_in_der_is_written_in_as_few_bytes_as_it_needs() {
        let read = |head: &[u8], size: usize| {
            let input = [head, &alloc::vec![7; size], &[9]].concat();
            element(SEQUENCE, &input).map(|(inside, rest)| (inside.len(), rest.to_vec()))
        };
        for (head, size) in [
            (&[0x30, 0x7f][..], 0x7f),
            (&[0x30, 0x81, 0x80], 0x80),
            (&[0x30, 0x81, 0xff], 0xff),
            (&[0x30, 0x82, 0x01, 0x02], 0x102),
            (&[0x30, 0x83, 0x01, 0x02, 0x03], 0x1_0203),
        ] {
            assert_eq!(read(head, size), Some((size, Vec::from([9]))), "{head:x?}");
        }
        for (head, size) in [
            (&[0x30, 0x81, 0x7f][..], 0x7f),
            (&[0x30, 0x82, 0x00, 0x80], 0x80),
            (&[0x30, 0x83, 0x00, 0x01, 0x02], 0x102),
            (&[0x30, 0x80], 2),
            (&[0x30, 0x84, 0x01, 0x00, 0x00, 0x00], 2),
            (&[0x31, 0x02], 2),
        ] {
            assert_eq!(read(head, size), None, "{head:x?}");
        }
    }

    #[test]
    fn a_zero_or_overlong_integer_is_out_of_range() {
        let zero = [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x01];
        let mut long = Vec::from([0x30, 0x26, 0x02, 0x21, 0x01]);
        long.extend([0; 32]);
        long.extend([0x02, 0x01, 0x01]);
        for algorithm in ECDSA {
            for der in [zero.as_slice(), &long, &[0; 64], &[0xff; 64]] {
                assert_eq!(normalise_signature(algorithm, der), Err(SignatureError::OutOfRange));
            }
        }
    }

    #[test]
    fn ed25519_is_raw_only() {
        let der = [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01];
        let refused = normalise_signature(Algorithm::Ed25519, &der);
        assert_eq!(refused, Err(SignatureError::WrongLength { found: 8 }));
    }
}
