//! Revocations: authority taken back.

// Requirements kept here: rev-shape, rev-args, rev-nonce-empty, rev-immutable, allod-rev-written-without-end,
// allod-rev-more-arguments.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::build::{BuildError, InvocationBuilder, Issuer, Unsigned};
use super::command::Command;
use super::envelope::Version;
use super::invocation::Invocation;
use super::nonce::Nonce;
use super::time::Timestamp;
use super::token::Token;
use crate::code::Code;
use crate::identity::{Did, Signer};
use crate::limits::MAX_CHAIN;
use crate::wire::{Cid, Ipld, Item, View};

/// The command of a revocation.
pub(crate) const REVOKE: &str = "/ucan/revoke";

/// An invocation of `/ucan/revoke`: its issuer takes back a delegation, with the authority of its subject
/// (UCAN Revocation, "Invoking Revocation").
///
/// It says what anyone could have written. [`Revocation::verify`] checks the signature and that the issuer may
/// speak for the subject; whether the subject may take back *that* delegation is decided with each chain: it
/// may where it issued the delegation or one above it.
///
/// Revoking a delegation lets its issuer issue another. To stop an issuer, revoke the delegation *to* it.
///
/// ```
/// use allod::{Algorithm, Delegation, Evidence, Revocation, SigningKey, Timestamp};
///
/// let album = SigningKey::generate(Algorithm::Ed25519)?;
/// let bob = SigningKey::generate(Algorithm::P256)?;
/// let grant = Delegation::builder(bob.did(), album.did(), "/photos/read".parse()?).sign(&album)?;
/// let revocation = Revocation::builder(grant.cid(), album.did()).sign(&album)?;
/// assert_eq!(revocation.revoked(), grant.cid());
/// let evidence = Evidence::danger_without_revocations(Timestamp::EPOCH);
/// assert!(revocation.verify(&evidence).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    token: Token<Invocation>,
    revoked: Cid,
    path: Box<[Cid]>,
}

/// Why an invocation is not a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationError {
    /// It asks for something else.
    #[error("the invocation is not of {REVOKE}")]
    OtherCommand,
    /// There is no `revoke`, or it is not the link of a token.
    #[error("the argument `revoke` is not a link to a delegation")]
    Revoke,
    /// `path` is there, and is not a list of links of tokens.
    #[error("the argument `path` is not a list of links to delegations")]
    Path,
}

impl RevocationError {
    /// The failure code this amounts to.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::OtherCommand => Code::CommandNotCovered,
            Self::Revoke | Self::Path => Code::Malformed,
        }
    }
}

impl Revocation {
    /// Takes an invocation for what it says, if that is a revocation. Arguments besides `revoke` and `path` are
    /// left to policies: what else it says makes it no less of a revocation.
    ///
    /// # Errors
    /// When it is not one.
    pub fn read(token: Token<Invocation>) -> Result<Self, RevocationError> {
        if token.command().as_str() != REVOKE {
            return Err(RevocationError::OtherCommand);
        }
        let argument = |name| token.arguments().as_map().and_then(|arguments| arguments.get(name));
        let revoked = argument("revoke").and_then(link).ok_or(RevocationError::Revoke)?;
        let path = match argument("path") {
            None => Box::default(),
            Some(path) => path
                .as_list()
                .and_then(|links| links.map(link).collect::<Option<Vec<_>>>())
                .ok_or(RevocationError::Path)?
                .into_boxed_slice(),
        };
        Ok(Self { token, revoked, path })
    }

    /// Begins a revocation of `delegation`, with the authority of `subject`: the one who signs, or someone
    /// who delegated `/ucan/revoke` to whoever signs.
    #[must_use]
    pub fn builder(delegation: Cid, subject: Did) -> RevocationBuilder {
        let builder = Invocation::builder(subject, Command::own(REVOKE))
            .argument("revoke", Ipld::Link(delegation.into()));
        RevocationBuilder(builder.nonce(Nonce::empty()))
    }

    /// Which delegation is taken back.
    #[must_use]
    pub const fn revoked(&self) -> Cid {
        self.revoked
    }

    /// With whose authority (`sub`).
    #[must_use]
    pub fn subject(&self) -> &Did {
        self.token.subject()
    }

    /// Who says so (`iss`).
    #[must_use]
    pub fn issuer(&self) -> &Did {
        self.token.issuer()
    }

    /// Delegations from the subject down to the revoked one, for whoever does not know it. They show that the
    /// revocation is relevant, and limit nothing.
    #[must_use]
    pub fn path(&self) -> &[Cid] {
        &self.path
    }

    /// The invocation.
    #[must_use]
    pub const fn token(&self) -> &Token<Invocation> {
        &self.token
    }

    /// The CID, computed from the bytes as received.
    #[must_use]
    pub fn cid(&self) -> Cid {
        self.token.cid()
    }
}

/// A revocation being made; see [`Revocation::builder`]. It never ends, and its nonce is empty: the same
/// revocation by the same key has the same CID.
#[derive(Clone)]
pub struct RevocationBuilder(InvocationBuilder);

impl RevocationBuilder {
    /// Delegations from the subject down to the revoked one: whoever does not know that one can then tell that
    /// the revocation is no idle talk.
    #[must_use]
    pub fn path(self, path: impl IntoIterator<Item = Cid>) -> Self {
        let path: Vec<_> = path.into_iter().take(MAX_CHAIN).map(|cid| Ipld::Link(cid.into())).collect();
        Self(self.0.argument("path", Ipld::List(path)))
    }

    /// The delegations of `/ucan/revoke` from the subject to whoever signs, root first. None are needed where
    /// the subject itself signs.
    #[must_use]
    pub fn proofs(self, proofs: impl IntoIterator<Item = Cid>) -> Self {
        Self(self.0.proofs(proofs))
    }

    /// Data asserted along with it: a reason, say.
    #[must_use]
    pub fn meta(self, key: impl Into<String>, value: impl Into<Ipld>) -> Self {
        Self(self.0.meta(key, value))
    }

    /// All of that data, encoded already: a map. Replaces what was set before; an empty one is none.
    #[must_use]
    pub fn with_encoded_meta(self, meta: Item) -> Self {
        Self(self.0.with_encoded_meta(meta))
    }

    /// When it is made, for the record.
    #[must_use]
    pub fn issued_at(self, at: Timestamp) -> Self {
        Self(self.0.issued_at(at))
    }

    /// The spelling of the payload's tag, instead of `@1.0.0`.
    #[must_use]
    pub fn version(self, version: Version) -> Self {
        Self(self.0.version(version))
    }

    /// Signs it with a key at hand.
    ///
    /// # Errors
    /// When the signer fails, or the subject is none that could ever have delegated; see [`BuildError`].
    pub fn sign(self, signer: &(impl Signer + ?Sized)) -> Result<Revocation, BuildError> {
        Revocation::read(self.0.sign(signer)?).map_err(|_| BuildError::ArgumentsNotMap)
    }

    /// The bytes for a key held elsewhere to sign; [`Unsigned::attach`] finishes the token, and
    /// [`Revocation::read`] takes it.
    ///
    /// # Errors
    /// As [`RevocationBuilder::sign`].
    #[allow(clippy::wrong_self_convention, reason = "the builder is used up, as by `sign`")]
    pub fn to_sign(self, issuer: impl Into<Issuer>) -> Result<Unsigned<Invocation>, BuildError> {
        self.0.to_sign(issuer)
    }
}

impl fmt::Debug for RevocationBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RevocationBuilder").field(&self.0).finish()
    }
}

/// The CID of a token in a link; no other CID is one.
pub(super) fn link(value: View<'_>) -> Option<Cid> {
    value.as_link().and_then(|bytes| Cid::from_bytes(bytes).ok())
}
