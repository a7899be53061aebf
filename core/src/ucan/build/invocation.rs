//! Making invocations.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;

use super::delegation::{write_did, write_meta, write_time_or_null};
use super::entries::Entries;
use super::{BuildError, Common, Issuer, Lint, Unsigned, check_audience, check_subject};
use crate::identity::{Did, Signer};
use crate::limits::MAX_CHAIN;
use crate::ucan::command::Command;
use crate::ucan::envelope::Version;
use crate::ucan::invocation::Invocation;
use crate::ucan::nonce::Nonce;
use crate::ucan::time::Timestamp;
use crate::ucan::token::Token;
use crate::wire::{Cid, Ipld, Item, value};

impl Invocation {
    /// Begins an invocation: `command` on `subject`. Without more it goes to the subject itself, with no
    /// arguments, no proofs and no end.
    #[must_use]
    pub fn builder(subject: Did, command: Command) -> InvocationBuilder {
        InvocationBuilder {
            subject,
            command,
            audience: None,
            arguments: Ok(Entries::default()),
            proofs: Vec::new(),
            issued_at: None,
            cause: None,
            common: Common::default(),
        }
    }
}

/// An invocation being made; see [`Invocation::builder`].
#[derive(Clone)]
pub struct InvocationBuilder {
    subject: Did,
    command: Command,
    audience: Option<Did>,
    arguments: Result<Entries, BuildError>,
    proofs: Vec<Cid>,
    issued_at: Option<Timestamp>,
    cause: Option<Cid>,
    common: Common,
}

impl InvocationBuilder {
    /// Who is to do it, if not the subject itself.
    #[must_use]
    pub fn audience(mut self, executor: Did) -> Self {
        self.audience = Some(executor);
        self
    }

    /// One argument.
    #[must_use]
    pub fn argument(mut self, name: impl Into<String>, value: impl Into<Ipld>) -> Self {
        if let Ok(arguments) = &mut self.arguments {
            arguments.insert(name.into(), value.into());
        }
        self
    }

    /// All arguments, from a type that serde writes as a map. Replaces those set before.
    #[must_use]
    pub fn arguments(mut self, arguments: impl Serialize) -> Self {
        self.arguments = match value::to_ipld(arguments) {
            Ok(Ipld::Map(arguments)) => Ok(Entries::Made(arguments)),
            Ok(_) => Err(BuildError::ArgumentsNotMap),
            Err(error) => Err(error.into()),
        };
        self
    }

    /// All arguments, encoded already: a map. Replaces those set before.
    ///
    /// ```
    /// use allod::wire::{Item, Writer};
    /// use allod::{Algorithm, Invocation, SigningKey};
    ///
    /// let album = SigningKey::generate(Algorithm::Ed25519)?;
    /// let mut arguments = Writer::new();
    /// arguments.map(&mut [("year", 2027), ("month", 1)], |out, number| out.integer(*number));
    /// let arguments = Item::parse(arguments.into_bytes())?;
    /// let builder = Invocation::builder(album.did(), "/photos/count".parse()?);
    /// let token = builder.with_encoded_arguments(arguments).sign(&album)?;
    /// assert_eq!(token.arguments().as_map().map(|arguments| arguments.len()), Some(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_encoded_arguments(mut self, arguments: Item) -> Self {
        self.arguments = Entries::encoded(arguments).ok_or(BuildError::ArgumentsNotMap);
        self
    }

    /// The delegations it rests on, root first.
    #[must_use]
    pub fn proofs(mut self, proofs: impl IntoIterator<Item = Cid>) -> Self {
        self.proofs = proofs.into_iter().collect();
        self
    }

    /// The last second of validity. A few minutes ahead is recommended.
    #[must_use]
    pub fn expires(mut self, at: Timestamp) -> Self {
        self.common.window.expires = Some(at);
        self
    }

    /// The first second of validity.
    #[must_use]
    pub fn not_before(mut self, at: Timestamp) -> Self {
        self.common.window.not_before = Some(at);
        self
    }

    /// When it is made, for the record.
    #[must_use]
    pub fn issued_at(mut self, at: Timestamp) -> Self {
        self.issued_at = Some(at);
        self
    }

    /// The receipt that led to it.
    #[must_use]
    pub fn cause(mut self, receipt: Cid) -> Self {
        self.cause = Some(receipt);
        self
    }

    /// Data asserted along with it.
    #[must_use]
    pub fn meta(mut self, key: impl Into<String>, value: impl Into<Ipld>) -> Self {
        self.common.add_meta(key.into(), value.into());
        self
    }

    /// All of that data, encoded already: a map. Replaces what was set before; an empty one is none.
    #[must_use]
    pub fn with_encoded_meta(mut self, meta: Item) -> Self {
        self.common.set_meta(meta);
        self
    }

    /// The nonce, instead of 12 random bytes; [`Nonce::empty`] for an idempotent command.
    #[must_use]
    pub fn nonce(mut self, nonce: Nonce) -> Self {
        self.common.nonce = Some(nonce);
        self
    }

    /// The spelling of the payload's tag, instead of `@1.0.0`.
    #[must_use]
    pub fn version(mut self, version: Version) -> Self {
        self.common.version = version;
        self
    }

    /// Whom it is about.
    #[must_use]
    pub const fn subject(&self) -> &Did {
        &self.subject
    }

    /// What it asks for.
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// The last second of validity, if one was set.
    #[must_use]
    pub const fn ends(&self) -> Option<Timestamp> {
        self.common.window.expires
    }

    /// The arguments, as they will be written: a map in DAG-CBOR.
    ///
    /// # Errors
    /// When a value has no form there.
    pub fn encoded_arguments(&self) -> Result<Item, BuildError> {
        self.arguments.clone()?.encode()
    }

    /// What is legal but risky in it.
    #[must_use]
    pub fn lints(&self) -> Vec<Lint> {
        if self.common.window.expires.is_none() { [Lint::NeverExpires].into() } else { Vec::new() }
    }

    /// Signs it with a key at hand.
    ///
    /// # Errors
    /// When a validator would refuse it, or the signer fails; see [`BuildError`].
    pub fn sign(self, signer: &(impl Signer + ?Sized)) -> Result<Token<Invocation>, BuildError> {
        self.to_sign(Issuer::of(signer)?)?.sign(signer)
    }

    /// The bytes for a key held elsewhere to sign; [`Unsigned::attach`] finishes the token.
    ///
    /// # Errors
    /// When a validator would refuse it; see [`BuildError`].
    #[allow(clippy::wrong_self_convention, reason = "the builder is used up, as by `sign`")]
    pub fn to_sign(self, issuer: impl Into<Issuer>) -> Result<Unsigned<Invocation>, BuildError> {
        let issuer = issuer.into();
        if self.command.is_top() {
            return Err(BuildError::TopInvoked);
        }
        if self.proofs.len() > MAX_CHAIN {
            return Err(BuildError::TooManyProofs { links: self.proofs.len(), most: MAX_CHAIN });
        }
        check_subject(&self.subject, &issuer)?;
        self.audience.as_ref().map_or(Ok(()), |audience| check_audience(audience, &issuer))?;
        self.common.check_window()?;
        let nonce = self.common.nonce()?;
        let meta = self.common.meta()?;
        let arguments = self.arguments?.encode()?;
        let Common { window, version, .. } = self.common;
        let from = issuer.did().clone();
        Ok(Unsigned::new(issuer, version, |out| {
            // DAG-CBOR's key order: shorter first, then bytewise.
            let optional = [
                self.audience.is_some(),
                self.issued_at.is_some(),
                window.not_before.is_some(),
                meta.is_some(),
                self.cause.is_some(),
            ];
            out.map_head(7 + optional.into_iter().filter(|there| *there).count() as u64);
            if let Some(audience) = &self.audience {
                out.string("aud");
                write_did(out, audience);
            }
            out.string("cmd");
            out.string(self.command.as_str());
            out.string("exp");
            write_time_or_null(out, window.expires);
            if let Some(at) = self.issued_at {
                out.string("iat");
                out.integer(at.as_seconds());
            }
            out.string("iss");
            write_did(out, &from);
            if let Some(at) = window.not_before {
                out.string("nbf");
                out.integer(at.as_seconds());
            }
            out.string("prf");
            out.list(self.proofs.iter(), |out, cid| out.link(&cid.to_bytes()));
            out.string("sub");
            write_did(out, &self.subject);
            out.string("args");
            out.view(arguments.view());
            write_meta(out, meta.as_ref());
            if let Some(cause) = self.cause {
                out.string("cause");
                out.link(&cause.to_bytes());
            }
            out.string("nonce");
            out.bytes(nonce.as_bytes());
        }))
    }
}

impl fmt::Debug for InvocationBuilder {
    /// Without the arguments: a log should not hold them unasked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvocationBuilder")
            .field("subject", &self.subject)
            .field("command", &self.command)
            .field("audience", &self.audience)
            .field("proofs", &self.proofs)
            .finish_non_exhaustive()
    }
}
