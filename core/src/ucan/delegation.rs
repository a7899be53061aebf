//! Delegations: authority handed on.

// Requirements kept here: core-dlg-and-inv, core-cap-sub-cmd-required, dlg-payload-complete, dlg-iss-did,
// dlg-aud-did, dlg-sub-present, dlg-cmd-string, dlg-pol-list, dlg-nonce-bytes, dlg-exp-nullable,
// dlg-nbf-optional, dlg-meta-optional, dlg-capability-form, allod-fields-unknown.

use core::fmt;

use super::command::Command;
use super::envelope::TokenKind;
use super::error::TokenError;
use super::fields::{self, Fields};
use super::nonce::Nonce;
use super::policy::Policy;
use super::time::{Timestamp, Window};
use super::token::Payload;
use crate::identity::{Did, Purpose, Seen};
use crate::wire::cbor::Map;
use crate::wire::{Item, View};

/// Whom a delegation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// This one subject.
    Did(Did),
    /// Whatever subject the link before it is about, now and in future (`sub: null`). Never the root
    /// of a chain.
    Powerline,
}

impl Subject {
    /// The subject, unless this is a powerline.
    #[must_use]
    pub const fn did(&self) -> Option<&Did> {
        match self {
            Self::Did(did) => Some(did),
            Self::Powerline => None,
        }
    }
}

impl From<Did> for Subject {
    fn from(did: Did) -> Self {
        Self::Did(did)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Did(did) => did.fmt(f),
            Self::Powerline => f.write_str("any subject"),
        }
    }
}

/// The claims of a delegation: the issuer lets the audience use a command on a subject, within a policy
/// and a window of time (UCAN Delegation, "Delegation Payload").
#[derive(Debug, Clone)]
pub struct Delegation {
    pub(super) issuer: Did,
    pub(super) audience: Did,
    pub(super) subject: Subject,
    pub(super) command: Command,
    pub(super) policy: Policy,
    pub(super) nonce: Nonce,
    pub(super) meta: Option<Item>,
    pub(super) window: Window,
}

impl Delegation {
    /// Who hands authority on (`iss`).
    #[must_use]
    pub const fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// Who receives it (`aud`).
    #[must_use]
    pub const fn audience(&self) -> &Did {
        &self.audience
    }

    /// Whom it is about (`sub`).
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// What may be done (`cmd`).
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// What an invocation's arguments must satisfy (`pol`).
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What makes the token unique (`nonce`).
    #[must_use]
    pub const fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// Asserted data that grants nothing (`meta`): a map.
    #[must_use]
    pub fn meta(&self) -> Option<View<'_>> {
        self.meta.as_ref().map(Item::view)
    }

    /// The first second of validity (`nbf`).
    #[must_use]
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.window.not_before
    }

    /// The last second of validity (`exp`); `None` for one that never ends.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.window.expires
    }
}

impl Payload for Delegation {
    const KIND: TokenKind = TokenKind::Delegation;

    fn issuer(&self) -> &Did {
        &self.issuer
    }

    fn window(&self) -> Window {
        self.window
    }

    fn purpose() -> Purpose {
        Purpose::Delegation
    }

    fn decode(entries: Map<'_>, source: &Item, seen: &mut Seen) -> Result<Self, TokenError> {
        let mut fields = Fields::new(&entries, source, seen);
        let (mut issuer, mut audience, mut subject, mut command) = (None, None, None, None);
        let (mut policy, mut nonce, mut meta, mut not_before, mut expires) = (None, None, None, None, None);
        while let Some(key) = fields.key() {
            match key {
                b"iss" => issuer = Some(fields.did("iss")?),
                b"aud" => audience = Some(fields.did("aud")?),
                b"sub" if fields.null() => subject = Some(Subject::Powerline),
                b"sub" => subject = Some(Subject::Did(fields.did("sub")?)),
                b"cmd" => command = Some(Command::from_slice(fields.text("cmd")?)?),
                b"pol" => policy = Some(fields.policy("pol")?),
                b"nonce" => nonce = Some(Nonce::from_slice(fields.bytes("nonce")?)),
                b"meta" => meta = Some(fields.map("meta")?),
                b"nbf" => not_before = Some(fields.time("nbf")?),
                b"exp" => expires = Some(fields.time_or_null("exp")?),
                _ => return Err(fields::unknown(key)),
            }
        }
        debug_assert!(fields.ended());
        Ok(Self {
            issuer: fields::required("iss", issuer)?,
            audience: fields::required("aud", audience)?,
            subject: fields::required("sub", subject)?,
            command: fields::required("cmd", command)?,
            policy: fields::required("pol", policy)?,
            nonce: fields::required("nonce", nonce)?,
            meta,
            window: Window { not_before, expires: fields::required("exp", expires)? },
        })
    }
}
