//! Why a command could not do its work, and what to do about it.

use std::fmt::{self, Display};

/// Unusable input, or a file that cannot be read or written. Always exit code 2.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    remedy: String,
}

impl Failure {
    pub(crate) fn new(message: impl Display, remedy: impl Display) -> Self {
        Self { message: message.to_string(), remedy: remedy.to_string() }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.remedy)
    }
}

/// How a command ended, for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Allowed, or done.
    Fine = 0,
    /// Denied.
    Denied = 1,
    /// Something in the input could not be used.
    Unusable = 2,
}
