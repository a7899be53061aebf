//! What goes wrong, on its way into another language.

use allod::agent::AgentError;
use allod::container::{ContainerError, ContainerWriteError};
use allod::identity::{
    AlgorithmError, DidError, DocumentError, GenerateError, JwkError, KeyError, SeedError, SignatureError,
    SigningError,
};
use allod::store::StoreError;
use allod::ucan::policy::{BudgetExceeded, PolicyError};
use allod::ucan::{BuildError, CommandError, ReceiptError, RevocationError, TokenError, VerifyError};
use allod::validation::Denial;
use allod::wire::dag_json::DagJsonError;
use allod::wire::{CborError, CidError, ValueError};

/// Which kind of error it is, its code, and what to say.
#[derive(Debug)]
pub struct Fault(Box<Parts>);

// Behind a pointer: it is handed on after every call, and its words would be moved each time.
#[derive(Debug)]
struct Parts {
    class: &'static str,
    code: &'static str,
    message: String,
}

impl Fault {
    // Not inlined: there are two dozen kinds of errors.
    #[inline(never)]
    pub fn new(class: &'static str, code: &'static str, message: &dyn core::fmt::Display) -> Self {
        Self(Box::new(Parts { class, code, message: message.to_string() }))
    }

    /// The kind of error: the name of its class in JavaScript.
    pub fn class(&self) -> &'static str {
        self.0.class
    }

    /// Its stable kebab-case name.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What went wrong, and where it can be said what to do about it.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// An argument that is not what it has to be: the glue in front of this crate lets none through.
    pub fn argument(name: &str, expected: &str) -> Self {
        Self::new("ArgumentError", "bad-argument", &format_args!("{name}: {expected} is expected"))
    }
}

/// One line for each error of the core: which class it is, and by which code it goes.
macro_rules! faults {
    ($($error:ty => $class:literal, $code:expr;)+) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Self {
                #[allow(clippy::redundant_closure_call, reason = "a code may be read off the error")]
                let code = ($code)(&error);
                Self::new($class, code, &error)
            }
        }
    )+};
}

faults! {
    AlgorithmError => "KeyError", |_: &_| "unsupported-algorithm";
    BudgetExceeded => "PolicyError", |_: &_| "budget-exceeded";
    BuildError => "BuildError", build;
    CborError => "ValueError", |_: &_| "malformed";
    CidError => "ValueError", |_: &_| "malformed";
    CommandError => "CommandError", |_: &_| "malformed";
    ContainerError => "ContainerError", |error: &ContainerError| error.code().name();
    ContainerWriteError => "ContainerError", |_: &_| "too-large";
    DagJsonError => "ValueError", |_: &_| "malformed";
    DidError => "DidError", |error: &DidError| match error { DidError::TooLong { .. } => "too-large", _ => "malformed" };
    DocumentError => "DocumentError", |_: &_| "malformed";
    GenerateError => "KeyError", |_: &_| "no-randomness";
    JwkError => "KeyError", |_: &_| "malformed";
    KeyError => "KeyError", key;
    PolicyError => "PolicyError", |_: &_| "malformed";
    ReceiptError => "TokenError", |_: &_| "malformed";
    RevocationError => "TokenError", |error: &RevocationError| error.code().name();
    SeedError => "KeyError", |_: &_| "malformed";
    SignatureError => "SigningError", |_: &_| "bad-signature";
    SigningError => "SigningError", |_: &_| "signing-failed";
    TokenError => "TokenError", |error: &TokenError| error.code().name();
    ValueError => "ValueError", |_: &_| "malformed";
    VerifyError => "TokenError", |error: &VerifyError| error.code().name();
}

fn key(error: &KeyError) -> &'static str {
    match error {
        KeyError::UnsupportedKeyType { .. } | KeyError::UnsupportedMethod => "unsupported-algorithm",
        KeyError::NeedsDocument => "unresolved-did",
        _ => "malformed",
    }
}

fn build(error: &BuildError) -> &'static str {
    match error {
        BuildError::WeakAudience { .. } => "weak-audience",
        BuildError::AudienceCannotSign { .. } => "audience-cannot-sign",
        BuildError::SubjectCannotSign { .. } => "subject-cannot-sign",
        BuildError::UnsupportedIssuer { .. } => "unsupported-algorithm",
        BuildError::EmptyWindow => "empty-window",
        BuildError::TopInvoked => "top-invoked",
        BuildError::ArgumentsNotMap | BuildError::MetadataNotMap | BuildError::Value(_) => "bad-value",
        BuildError::TooManyProofs { .. } => "too-many-proofs",
        BuildError::NotTheAudience { .. } => "not-the-audience",
        BuildError::OtherSubject => "wrong-subject",
        BuildError::NotTheIssuersKey { .. } => "not-the-issuers-key",
        BuildError::Signing(SigningError::Unavailable) => "signer-unavailable",
        BuildError::Signing(SigningError::Refused) => "signing-refused",
        BuildError::Signing(_) => "signing-failed",
        BuildError::Signature(_) | BuildError::Verify(_) => "bad-signature",
        BuildError::Token(error) => error.code().name(),
        BuildError::NoRandomness => "no-randomness",
        _ => "unlisted",
    }
}

impl From<Denial> for Fault {
    fn from(denial: Denial) -> Self {
        Self::new("TokenError", denial.code().name(), &denial.message())
    }
}

impl From<AgentError> for Fault {
    fn from(error: AgentError) -> Self {
        match error {
            AgentError::Build(error) => error.into(),
            AgentError::Own(error) => error.into(),
            AgentError::Refused(denial) => (*denial).into(),
            AgentError::SearchTooLong { .. } => Self::new("StoreError", "budget-exceeded", &error),
            AgentError::UnknownDelegation { .. } => Self::new("RevokeError", "unknown-delegation", &error),
            AgentError::NotToRevoke { .. } => Self::new("RevokeError", "not-to-revoke", &error),
            error => Self::new("StoreError", "store-failed", &error),
        }
    }
}

impl Fault {
    /// As from an [`AgentError`], for where a store and a search are within the library: told apart in more detail.
    pub fn of_agent(error: AgentError) -> Self {
        match error {
            AgentError::NoChain(_) => Self::new("AgentError", "no-chain", &error),
            AgentError::Store(error) => error.into(),
            error => error.into(),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::NotThere { .. } => "store-not-there",
            StoreError::AlreadyThere { .. } => "store-already-there",
            StoreError::InUse => "store-in-use",
            StoreError::Damaged { .. } => "store-damaged",
            StoreError::NewerFormat { .. } => "store-newer-format",
            StoreError::OlderStorage { .. } => "store-older-storage",
            StoreError::Cursor => "bad-cursor",
            _ => "store-failed",
        };
        Self::new("StoreError", code, &error)
    }
}
