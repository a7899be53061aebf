//! Receipts: signed results of what was executed.

// Requirements kept here: allod-rcpt-shape, allod-rcpt-args, allod-rcpt-no-audience, allod-rcpt-verified.

use alloc::collections::BTreeMap;
use alloc::string::String;
use core::fmt;
use core::ops::Deref;

use super::build::{BuildError, InvocationBuilder, Issuer, Unsigned};
use super::command::Command;
use super::envelope::Version;
use super::error::VerifyError;
use super::invocation::Invocation;
use super::nonce::Nonce;
use super::revocation::link;
use super::time::Timestamp;
use super::token::Token;
use crate::identity::{Did, MemoryResolver, Signer};
use crate::wire::{Cid, Ipld, Item, View, value};

/// The command of a receipt.
pub(crate) const RECEIPT: &str = "/ucan/assert/receipt";

/// What an executor says came of a task: an invocation of `/ucan/assert/receipt` on itself, with the task's CID
/// (`ran`) and the result (`out`).
///
/// It says what anyone could have written; [`Receipt::verify`] checks the signature. It counts for a task only
/// where its issuer is the task's subject, or an executor that the host trusts; see
/// [`Evidence::receipt`](crate::Evidence::receipt).
///
/// ```
/// use allod::{Algorithm, Invocation, Receipt, Results, SigningKey};
///
/// let album = SigningKey::generate(Algorithm::Ed25519)?;
/// let request = Invocation::builder(album.did(), "/photos/count".parse()?).sign(&album)?;
/// let receipt = Receipt::builder(request.task().cid(), Results::Ok(12.into())).sign(&album)?;
/// assert_eq!(receipt.ran(), request.task().cid());
/// assert!(receipt.outcome().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    token: Token<Invocation>,
    ran: Cid,
    ok: bool,
    value: Item,
}

/// A receipt whose signature was checked, or that was signed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedReceipt(Receipt);

/// What came of a task, to be written: a value of either branch.
#[derive(Clone, Debug, PartialEq)]
pub enum Results {
    /// It went well.
    Ok(Ipld),
    /// It did not.
    Error(Ipld),
}

/// What came of a task, as a receipt says: a value of either branch, read in place.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// It went well.
    Ok(View<'a>),
    /// It did not.
    Error(View<'a>),
}

/// Why an invocation is not a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// It asks for something else.
    #[error("the invocation is not of {RECEIPT}")]
    OtherCommand,
    /// Its issuer is not its subject, or it names an audience or proofs.
    #[error("a receipt is by its executor alone: its issuer is its subject, without audience and proofs")]
    NotByItself,
    /// There is no `ran`, or it is not the link of a task.
    #[error("the argument `ran` is not a link to a task")]
    Ran,
    /// There is no `out`, or it is not a map of one entry, `ok` or `error`.
    #[error("the argument `out` is not a map of one entry, `ok` or `error`")]
    Out,
    /// Arguments besides `ran` and `out`.
    #[error("a receipt has the arguments `ran` and `out`, and no others")]
    Unknown,
}

impl From<Outcome<'_>> for Results {
    /// The same, to be written: a result that is encoded already, or that another receipt says.
    fn from(outcome: Outcome<'_>) -> Self {
        match outcome {
            Outcome::Ok(value) => Self::Ok(value::from_view(value)),
            Outcome::Error(value) => Self::Error(value::from_view(value)),
        }
    }
}

impl<'a> Outcome<'a> {
    /// Whether it went well.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Ok(_))
    }

    /// The value of whichever branch.
    #[must_use]
    pub const fn value(self) -> View<'a> {
        match self {
            Self::Ok(value) | Self::Error(value) => value,
        }
    }

    /// `ok` or `error`.
    #[must_use]
    pub const fn branch(self) -> &'static str {
        if self.is_ok() { "ok" } else { "error" }
    }
}

impl Receipt {
    /// Takes an invocation for what it says, if that is a receipt.
    ///
    /// # Errors
    /// When it is not one.
    pub fn read(token: Token<Invocation>) -> Result<Self, ReceiptError> {
        if token.command().as_str() != RECEIPT {
            return Err(ReceiptError::OtherCommand);
        }
        if token.issuer() != token.subject() || token.audience().is_some() || !token.proofs().is_empty() {
            return Err(ReceiptError::NotByItself);
        }
        let arguments = token.arguments().as_map().ok_or(ReceiptError::Out)?;
        let ran = arguments.clone().get("ran").and_then(link).ok_or(ReceiptError::Ran)?;
        let out = arguments.clone().get("out").and_then(View::as_map).filter(|out| out.len() == 1);
        if arguments.len() != 2 {
            return Err(ReceiptError::Unknown);
        }
        let (ok, value) = match out.and_then(|mut out| out.next()) {
            Some(("ok", value)) => (true, value),
            Some(("error", value)) => (false, value),
            _ => return Err(ReceiptError::Out),
        };
        let value = token.argument_item(value).ok_or(ReceiptError::Out)?;
        Ok(Self { token, ran, ok, value })
    }

    /// Checks the signature against the issuer's keys, with these documents for the DIDs that need one.
    ///
    /// # Errors
    /// See [`VerifyError`].
    pub fn verify(self, documents: &MemoryResolver) -> Result<VerifiedReceipt, VerifyError> {
        self.token.clone().verify_with(documents).map(|_| VerifiedReceipt(self))
    }

    /// Begins a receipt: what came of the task of this CID.
    #[must_use]
    pub fn builder(ran: Cid, out: Results) -> ReceiptBuilder {
        ReceiptBuilder { ran, out, nonce: None, issued_at: None, expires: None, version: Version::default() }
    }

    /// Who says so.
    #[must_use]
    pub fn issuer(&self) -> &Did {
        self.token.issuer()
    }

    /// The task: see [`Task::cid`](super::Task::cid).
    #[must_use]
    pub const fn ran(&self) -> Cid {
        self.ran
    }

    /// What came of it.
    #[must_use]
    pub fn outcome(&self) -> Outcome<'_> {
        if self.ok { Outcome::Ok(self.value.view()) } else { Outcome::Error(self.value.view()) }
    }

    /// When it was made, as its issuer says.
    #[must_use]
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.token.issued_at()
    }

    /// Until when its issuer upholds it; `None` for ever.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.token.expires()
    }

    /// The invocation that it is.
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

impl Deref for VerifiedReceipt {
    type Target = Receipt;

    fn deref(&self) -> &Receipt {
        &self.0
    }
}

/// A receipt being made; see [`Receipt::builder`]. Without more it is upheld for ever.
#[derive(Clone)]
pub struct ReceiptBuilder {
    ran: Cid,
    out: Results,
    nonce: Option<Nonce>,
    issued_at: Option<Timestamp>,
    expires: Option<Timestamp>,
    version: Version,
}

impl ReceiptBuilder {
    /// When it is made, for the record.
    #[must_use]
    pub const fn issued_at(mut self, at: Timestamp) -> Self {
        self.issued_at = Some(at);
        self
    }

    /// Until when it is upheld: where the result is of something that will be gone.
    #[must_use]
    pub const fn expires(mut self, at: Timestamp) -> Self {
        self.expires = Some(at);
        self
    }

    /// The nonce, instead of 12 random bytes.
    #[must_use]
    pub fn nonce(mut self, nonce: Nonce) -> Self {
        self.nonce = Some(nonce);
        self
    }

    /// The spelling of the payload's tag, instead of `@1.0.0`.
    #[must_use]
    pub const fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Signs it with the executor's key.
    ///
    /// # Errors
    /// When the result has no form in DAG-CBOR, is too large, or the signer fails; see [`BuildError`].
    pub fn sign(self, signer: &(impl Signer + ?Sized)) -> Result<VerifiedReceipt, BuildError> {
        let token = self.invocation(signer.issuer()).sign(signer)?;
        Receipt::read(token).map(VerifiedReceipt).map_err(|_| BuildError::ArgumentsNotMap)
    }

    /// The bytes for a key held elsewhere to sign; [`Unsigned::attach`] finishes the token, and
    /// [`Receipt::read`] takes it.
    ///
    /// # Errors
    /// As [`ReceiptBuilder::sign`].
    #[allow(clippy::wrong_self_convention, reason = "the builder is used up, as by `sign`")]
    pub fn to_sign(self, issuer: impl Into<Issuer>) -> Result<Unsigned<Invocation>, BuildError> {
        let issuer = issuer.into();
        self.invocation(issuer.did().clone()).to_sign(issuer)
    }

    fn invocation(self, executor: Did) -> InvocationBuilder {
        let out = match self.out {
            Results::Ok(value) => [(String::from("ok"), value)],
            Results::Error(value) => [(String::from("error"), value)],
        };
        let mut builder = Invocation::builder(executor, Command::own(RECEIPT))
            .argument("ran", Ipld::Link(self.ran.into()))
            .argument("out", Ipld::Map(BTreeMap::from(out)))
            .version(self.version);
        if let Some(nonce) = self.nonce {
            builder = builder.nonce(nonce);
        }
        if let Some(at) = self.issued_at {
            builder = builder.issued_at(at);
        }
        match self.expires {
            Some(at) => builder.expires(at),
            None => builder,
        }
    }
}

impl fmt::Debug for ReceiptBuilder {
    /// Without the result: a log should not hold it unasked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiptBuilder").field("ran", &self.ran).finish_non_exhaustive()
    }
}
