//! Making delegations.

// Requirements kept here: allod-cmd-wider-linted.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{BuildError, Common, Issuer, Lint, Unsigned, check_audience, check_subject};
use crate::identity::{Did, Signer};
use crate::ucan::command::Command;
use crate::ucan::delegation::{Delegation, Subject};
use crate::ucan::envelope::Version;
use crate::ucan::nonce::Nonce;
use crate::ucan::policy::Policy;
use crate::ucan::time::Timestamp;
use crate::ucan::token::Token;
use crate::wire::{Ipld, Item, Writer};

impl Delegation {
    /// Begins a delegation: to `audience`, about `subject` (a DID, or [`Subject::Powerline`]), of
    /// `command` and all below it. Without more it has no policy and never expires.
    #[must_use]
    pub fn builder(audience: Did, subject: impl Into<Subject>, command: Command) -> DelegationBuilder {
        DelegationBuilder {
            audience,
            subject: subject.into(),
            command,
            policy: Policy::empty(),
            proof: None,
            common: Common::default(),
        }
    }
}

/// A delegation being made; see [`Delegation::builder`].
#[derive(Clone)]
pub struct DelegationBuilder {
    audience: Did,
    subject: Subject,
    command: Command,
    policy: Policy,
    proof: Option<Delegation>,
    common: Common,
}

impl DelegationBuilder {
    /// What an invocation's arguments must satisfy; all of it, and all that stands above it in the chain.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The last second of validity.
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

    /// Data asserted along with it, which grants nothing.
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

    /// The nonce, instead of 12 random bytes.
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

    /// The delegation that this one hands on, so that a mismatch is refused and a widening pointed out.
    #[must_use]
    pub fn under(mut self, proof: &Delegation) -> Self {
        self.proof = Some(proof.clone());
        self
    }

    /// To whom it goes.
    #[must_use]
    pub const fn audience(&self) -> &Did {
        &self.audience
    }

    /// Whom it is about.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// What it is for.
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// What is legal but risky in it.
    #[must_use]
    pub fn lints(&self) -> Vec<Lint> {
        let powerline = self.subject == Subject::Powerline;
        let mut lints = Vec::new();
        if powerline {
            lints.push(Lint::Powerline);
        }
        if self.command.is_top() {
            lints.push(Lint::EverythingDelegated);
        }
        let expires = self.common.window.expires;
        if expires.is_none() {
            lints.push(Lint::NeverExpires);
        }
        if let Some(proof) = &self.proof {
            if !proof.command().covers(&self.command) {
                let proof = proof.command().clone();
                match (self.command.covers(&proof), powerline) {
                    (true, false) => lints.push(Lint::WiderThanProof { proof }),
                    // A powerline waits for other delegations too.
                    (_, true) => {}
                    (false, false) => lints.push(Lint::ApartFromProof { proof }),
                }
            }
            if let Some(end) = proof.expires().filter(|end| expires.is_some_and(|expires| expires > *end)) {
                lints.push(Lint::OutlastsProof { proof: end });
            }
            if *proof.audience() == self.audience {
                lints.push(Lint::ToOneself { issuer: self.audience.clone() });
            }
        }
        if let Some(subject) = self.subject.did().filter(|subject| !subject.can_be_verified()) {
            lints.push(Lint::SubjectNotSupported { subject: subject.clone() });
        }
        if !self.audience.can_be_verified() {
            lints.push(Lint::AudienceNotSupported { audience: self.audience.clone() });
        }
        lints.extend(self.policy.lints().into_iter().map(Lint::Policy));
        lints
    }

    /// Signs it with a key at hand.
    ///
    /// ```
    /// use allod::{Algorithm, Delegation, SigningKey};
    ///
    /// let alice = SigningKey::generate(Algorithm::Ed25519)?;
    /// let bob = SigningKey::generate(Algorithm::P256)?;
    /// let token = Delegation::builder(bob.did(), alice.did(), "/photos/read".parse()?).sign(&alice)?;
    /// assert!(token.verify().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When a validator would refuse it, or the signer fails; see [`BuildError`].
    pub fn sign(self, signer: &(impl Signer + ?Sized)) -> Result<Token<Delegation>, BuildError> {
        self.to_sign(Issuer::of(signer)?)?.sign(signer)
    }

    /// The bytes for a key held elsewhere to sign; [`Unsigned::attach`] finishes the token.
    ///
    /// # Errors
    /// When a validator would refuse it; see [`BuildError`].
    #[allow(clippy::wrong_self_convention, reason = "the builder is used up, as by `sign`")]
    pub fn to_sign(self, issuer: impl Into<Issuer>) -> Result<Unsigned<Delegation>, BuildError> {
        let issuer = issuer.into();
        check_audience(&self.audience, &issuer)?;
        self.subject.did().map_or(Ok(()), |subject| check_subject(subject, &issuer))?;
        self.common.check_window()?;
        self.check_proof(&issuer)?;
        let nonce = self.common.nonce()?;
        let meta = self.common.meta()?;
        let Common { window, version, .. } = self.common;
        let own = issuer.did().clone();
        Ok(Unsigned::new(issuer, version, |out| {
            own.with_text(|from| {
                // DAG-CBOR's key order: shorter first, then bytewise.
                let optional =
                    [window.not_before.is_some(), meta.is_some()].into_iter().filter(|there| *there).count();
                out.map_head(7 + optional as u64);
                out.string("aud");
                write_did(out, &self.audience);
                out.string("cmd");
                out.string(self.command.as_str());
                out.string("exp");
                write_time_or_null(out, window.expires);
                out.string("iss");
                out.string(from);
                if let Some(at) = window.not_before {
                    out.string("nbf");
                    out.integer(at.as_seconds());
                }
                out.string("pol");
                out.view(self.policy.view());
                out.string("sub");
                match &self.subject {
                    Subject::Did(did) if did == &own => out.string(from),
                    Subject::Did(did) => write_did(out, did),
                    Subject::Powerline => out.null(),
                }
                write_meta(out, meta.as_ref());
                out.string("nonce");
                out.bytes(nonce.as_bytes());
            });
        }))
    }

    fn check_proof(&self, issuer: &Issuer) -> Result<(), BuildError> {
        let Some(proof) = &self.proof else { return Ok(()) };
        if proof.audience() != issuer.did() {
            let audience = proof.audience().clone();
            return Err(BuildError::NotTheAudience { audience, issuer: issuer.did().clone() });
        }
        match (proof.subject(), &self.subject) {
            (Subject::Did(proof), Subject::Did(own)) if proof != own => Err(BuildError::OtherSubject),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for DelegationBuilder {
    /// Without the metadata: a log should not hold it unasked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DelegationBuilder")
            .field("audience", &self.audience)
            .field("subject", &self.subject)
            .field("command", &self.command)
            .field("policy", &self.policy)
            .field("window", &self.common.window)
            .finish_non_exhaustive()
    }
}

pub(super) fn write_did(out: &mut Writer, did: &Did) {
    did.with_text(|text| out.string(text));
}

pub(super) fn write_time_or_null(out: &mut Writer, time: Option<Timestamp>) {
    match time {
        Some(at) => out.integer(at.as_seconds()),
        None => out.null(),
    }
}

pub(super) fn write_meta(out: &mut Writer, meta: Option<&Item>) {
    if let Some(meta) = meta {
        out.string("meta");
        out.view(meta.view());
    }
}
