//! Nonces: what makes each token's CID its own.

// Requirements kept here: core-nonce-random, core-cid-unique, inv-nonce-random.

use core::fmt;

use crate::wire::Slice;

/// Arbitrary bytes that make a token unique (UCAN 1.0 "Nonce"): 12 random bytes by default when
/// issuing, any length when reading. Empty for an idempotent command, so that the task's CID repeats.
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce(Slice);

impl Nonce {
    /// How many random bytes are issued.
    pub const RANDOM_LENGTH: usize = 12;

    /// These bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(Slice::from(bytes))
    }

    /// No bytes: for idempotent commands.
    #[must_use]
    pub fn empty() -> Self {
        Self::from_bytes(&[])
    }

    /// Twelve bytes from the operating system's randomness.
    ///
    /// # Errors
    /// When the platform has none to give; there is no fallback.
    #[cfg(feature = "getrandom")]
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; Self::RANDOM_LENGTH];
        getrandom::fill(&mut bytes)?;
        Ok(Self::from_bytes(&bytes))
    }

    /// Twelve bytes from the caller's randomness.
    pub fn random_with(rng: &mut impl rand_core::CryptoRng) -> Self {
        let mut bytes = [0; Self::RANDOM_LENGTH];
        rng.fill_bytes(&mut bytes);
        Self::from_bytes(&bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) const fn from_slice(slice: Slice) -> Self {
        Self(slice)
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(")?;
        self.0.iter().take(16).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(if self.0.len() > 16 { "…)" } else { ")" })
    }
}
