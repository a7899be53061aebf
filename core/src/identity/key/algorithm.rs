//! The signature algorithms that UCAN 1.0 makes mandatory.

use core::fmt;
use core::str::FromStr;

use super::kind::KeyKind;
use super::native;

/// A signature algorithm: the three that the UCAN 1.0 core text requires (section "Cryptosuite").
///
/// ```
/// use allod::identity::Algorithm;
///
/// let algorithm: Algorithm = "p256".parse()?;
/// assert_eq!(algorithm, Algorithm::P256);
/// assert_eq!(algorithm.to_string(), "P-256");
/// # Ok::<(), allod::identity::AlgorithmError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032), verified strictly.
    Ed25519,
    /// ECDSA over P-256 with SHA-256 (ES256), raw r‖s with low s.
    P256,
    /// ECDSA over secp256k1 with SHA-256 (ES256K), raw r‖s with low s.
    Secp256k1,
}

/// A name that is no algorithm of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown signature algorithm: use ed25519, p256 or secp256k1")]
pub struct AlgorithmError;

impl Algorithm {
    /// Every algorithm, in the order of the enum.
    pub const ALL: [Self; 3] = [Self::Ed25519, Self::P256, Self::Secp256k1];

    /// The library that verifies signatures of this algorithm, in this build and on this processor: `ed25519-dalek`,
    /// `p256`, `k256`, `graviola` or `aws-lc-rs`. Which it is never changes what is accepted.
    ///
    /// The last two are there with the features of their names, and verify P-256 alone. graviola needs AVX2, ADX, BMI2 and
    /// AES on `x86_64`, and AES and SHA-2 on `aarch64`; it is passed over on other processors.
    ///
    /// ```
    /// use allod::identity::Algorithm;
    ///
    /// assert_eq!(Algorithm::Secp256k1.verified_by(), "k256");
    /// ```
    #[must_use]
    pub fn verified_by(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519-dalek",
            Self::P256 => native::p256_by().unwrap_or("p256"),
            Self::Secp256k1 => "k256",
        }
    }

    pub(crate) const fn kind(self) -> KeyKind {
        match self {
            Self::Ed25519 => KeyKind::Ed25519,
            Self::P256 => KeyKind::P256,
            Self::Secp256k1 => KeyKind::Secp256k1,
        }
    }

    pub(crate) const fn of_kind(kind: KeyKind) -> Option<Self> {
        match kind {
            KeyKind::Ed25519 => Some(Self::Ed25519),
            KeyKind::P256 => Some(Self::P256),
            KeyKind::Secp256k1 => Some(Self::Secp256k1),
            KeyKind::X25519 => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.kind().name())
    }
}

impl FromStr for Algorithm {
    type Err = AlgorithmError;

    /// Reads `ed25519`, `p256` or `p-256`, `secp256k1`; ASCII case does not matter.
    fn from_str(name: &str) -> Result<Self, AlgorithmError> {
        let names = [
            ("ed25519", Self::Ed25519),
            ("p256", Self::P256),
            ("p-256", Self::P256),
            ("secp256k1", Self::Secp256k1),
        ];
        let found = names.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        found.map(|(_, algorithm)| *algorithm).ok_or(AlgorithmError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.kind().name().parse(), Ok(algorithm));
        }
        assert_eq!("rsa".parse::<Algorithm>(), Err(AlgorithmError));
        assert_eq!("".parse::<Algorithm>(), Err(AlgorithmError));
    }
}
