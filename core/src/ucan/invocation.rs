//! Invocations: authority used.

// Requirements kept here: core-cmd-in-invocation, inv-roles-persist, inv-iss-present, inv-sub-present,
// inv-aud-defaults-to-sub, inv-aud-typed, inv-cmd-concrete, inv-args-map, inv-nonce-present, inv-prf-cids,
// inv-exp-nullable, inv-iat-typed, inv-meta-typed, inv-cause-link, inv-task-id, allod-inv-nbf-enforced,
// allod-cmd-top-not-invoked.

use alloc::boxed::Box;

use super::command::Command;
use super::envelope::TokenKind;
use super::error::TokenError;
use super::fields::{self, Fields};
use super::nonce::Nonce;
use super::time::{Timestamp, Window};
use super::token::Payload;
use crate::identity::{Did, Purpose, Seen};
use crate::wire::cbor::Map;
use crate::wire::{Cid, Item, View, Writer};

/// The claims of an invocation: the issuer asks for a command to be done on a subject, with these
/// arguments, on the strength of these proofs (UCAN Invocation, "Invocation Payload").
#[derive(Debug, Clone)]
pub struct Invocation {
    pub(super) issuer: Did,
    pub(super) subject: Did,
    pub(super) audience: Option<Did>,
    pub(super) command: Command,
    pub(super) arguments: Item,
    pub(super) proofs: Box<[Cid]>,
    pub(super) nonce: Nonce,
    pub(super) meta: Option<Item>,
    pub(super) window: Window,
    pub(super) issued_at: Option<Timestamp>,
    pub(super) cause: Option<Cid>,
}

impl Invocation {
    /// Who asks (`iss`).
    #[must_use]
    pub const fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// Whose authority is used (`sub`).
    #[must_use]
    pub const fn subject(&self) -> &Did {
        &self.subject
    }

    /// Who is to do it, as written (`aud`); see [`Invocation::executor`].
    #[must_use]
    pub const fn audience(&self) -> Option<&Did> {
        self.audience.as_ref()
    }

    /// Who is to do it: the audience, or without one the subject.
    #[must_use]
    pub fn executor(&self) -> &Did {
        self.audience.as_ref().unwrap_or(&self.subject)
    }

    /// What is to be done (`cmd`); never `/`.
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// With what (`args`): a map.
    #[must_use]
    pub fn arguments(&self) -> View<'_> {
        self.arguments.view()
    }

    /// A part of the arguments that owns its bytes; `None` if `value` is none.
    pub(super) fn argument_item(&self, value: View<'_>) -> Option<Item> {
        self.arguments.part(value)
    }

    /// The arguments, sharing their bytes.
    pub(crate) const fn arguments_item(&self) -> &Item {
        &self.arguments
    }

    /// The delegations it rests on (`prf`), as written: root first by the specification.
    #[must_use]
    pub fn proofs(&self) -> &[Cid] {
        &self.proofs
    }

    /// What makes it unique (`nonce`).
    #[must_use]
    pub const fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// Asserted data (`meta`): a map.
    #[must_use]
    pub fn meta(&self) -> Option<View<'_>> {
        self.meta.as_ref().map(Item::view)
    }

    /// The first second of validity (`nbf`).
    #[must_use]
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.window.not_before
    }

    /// The last second of validity (`exp`); `None` for one that never times out.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.window.expires
    }

    /// When the issuer says it was made (`iat`). A claim; nothing is decided by it.
    #[must_use]
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// The receipt that led to it (`cause`).
    #[must_use]
    pub const fn cause(&self) -> Option<Cid> {
        self.cause
    }

    /// What is to be done, apart from who asks and on what grounds.
    #[must_use]
    pub fn task(&self) -> Task<'_> {
        Task {
            subject: &self.subject,
            command: &self.command,
            arguments: self.arguments(),
            nonce: &self.nonce,
        }
    }
}

/// The part of an invocation that determines the work (UCAN Invocation, "Task").
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// On whom (`sub`).
    pub subject: &'a Did,
    /// What (`cmd`).
    pub command: &'a Command,
    /// With what (`args`): a map.
    pub arguments: View<'a>,
    /// What tells it from the same work asked for again (`nonce`).
    pub nonce: &'a Nonce,
}

impl Task<'_> {
    /// The task's CID: that of the DAG-CBOR map of its four fields. A receipt names it.
    #[must_use]
    pub fn cid(&self) -> Cid {
        let mut writer = Writer::new();
        writer.map_head(4);
        writer.string("cmd");
        writer.string(self.command.as_str());
        writer.string("sub");
        writer.string(&alloc::format!("{}", self.subject));
        writer.string("args");
        writer.view(self.arguments);
        writer.string("nonce");
        writer.bytes(self.nonce.as_bytes());
        Cid::of(&writer.into_bytes())
    }
}

impl Payload for Invocation {
    const KIND: TokenKind = TokenKind::Invocation;

    fn issuer(&self) -> &Did {
        &self.issuer
    }

    fn window(&self) -> Window {
        self.window
    }

    fn purpose() -> Purpose {
        Purpose::Invocation
    }

    fn decode(entries: Map<'_>, source: &Item, seen: &mut Seen) -> Result<Self, TokenError> {
        let mut fields = Fields::new(&entries, source, seen);
        let (mut issuer, mut subject, mut audience, mut command) = (None, None, None, None);
        let (mut arguments, mut proofs, mut nonce, mut meta) = (None, None, None, None);
        let (mut not_before, mut expires, mut issued_at, mut cause) = (None, None, None, None);
        while let Some(key) = fields.key() {
            match key {
                b"iss" => issuer = Some(fields.did("iss")?),
                b"sub" => subject = Some(fields.did("sub")?),
                b"aud" => audience = Some(fields.did("aud")?),
                b"cmd" => command = Some(Command::from_slice(fields.text("cmd")?)?),
                b"args" => arguments = Some(fields.map("args")?),
                b"prf" => proofs = Some(fields.cids("prf")?),
                b"nonce" => nonce = Some(Nonce::from_slice(fields.bytes("nonce")?)),
                b"meta" => meta = Some(fields.map("meta")?),
                b"nbf" => not_before = Some(fields.time("nbf")?),
                b"exp" => expires = Some(fields.time_or_null("exp")?),
                b"iat" => issued_at = Some(fields.time("iat")?),
                b"cause" => cause = Some(fields.cid("cause")?),
                _ => return Err(fields::unknown(key)),
            }
        }
        debug_assert!(fields.ended());
        let command = fields::required("cmd", command)?;
        if command.is_top() {
            return Err(TokenError::TopInvoked);
        }
        Ok(Self {
            issuer: fields::required("iss", issuer)?,
            subject: fields::required("sub", subject)?,
            audience,
            command,
            arguments: fields::required("args", arguments)?,
            proofs: fields::required("prf", proofs)?,
            nonce: fields::required("nonce", nonce)?,
            meta,
            window: Window { not_before, expires: fields::required("exp", expires)? },
            issued_at,
            cause,
        })
    }
}
