//! What a token says, as data: the one source of the tree on the screen and of the JSON.

use allod::identity::MemoryResolver;
use allod::ucan::{Lint, Payload, TokenKind};
use allod::wire::{Kind, Slice, View, dag_json};
use allod::{AnyToken, Cid, Delegation, DelegationBuilder, Did, Invocation, Receipt, Revocation, Token};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::lookalike;
use crate::text::hex;

/// A token, as far as it can be read.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Report {
    Delegation(Box<DelegationReport>),
    Invocation(Box<InvocationReport>),
    Malformed(MalformedReport),
}

#[derive(Debug, Serialize)]
pub(crate) struct DelegationReport {
    pub(crate) cid: String,
    pub(crate) tag: &'static str,
    pub(crate) size: usize,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    /// `None` for a powerline.
    pub(crate) subject: Option<String>,
    pub(crate) command: String,
    pub(crate) policy: Box<RawValue>,
    pub(crate) policy_words: String,
    pub(crate) not_before: Option<i64>,
    pub(crate) expires: Option<i64>,
    pub(crate) nonce: String,
    pub(crate) meta: Option<Box<RawValue>>,
    pub(crate) signature: SignatureReport,
    pub(crate) notes: Vec<String>,
    /// What is legal but risky in it.
    pub(crate) lints: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct InvocationReport {
    pub(crate) cid: String,
    pub(crate) tag: &'static str,
    pub(crate) size: usize,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) audience: Option<String>,
    pub(crate) command: String,
    pub(crate) args: Box<RawValue>,
    pub(crate) proofs: Vec<String>,
    pub(crate) not_before: Option<i64>,
    pub(crate) expires: Option<i64>,
    pub(crate) issued_at: Option<i64>,
    pub(crate) cause: Option<String>,
    pub(crate) nonce: String,
    pub(crate) meta: Option<Box<RawValue>>,
    pub(crate) task: String,
    pub(crate) signature: SignatureReport,
    pub(crate) notes: Vec<String>,
    /// What is legal but risky in it.
    pub(crate) lints: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct MalformedReport {
    pub(crate) cid: String,
    pub(crate) size: usize,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

/// Whether a signature is its issuer's: yes, no, or it cannot be told here.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SignatureReport {
    pub(crate) valid: Option<bool>,
    pub(crate) algorithm: Option<String>,
    pub(crate) reason: Option<String>,
}

impl Report {
    /// Reads a token and checks its signature, with these documents for DIDs that need one.
    pub(crate) fn of(bytes: Slice, documents: &MemoryResolver) -> Self {
        let (size, cid) = (bytes.len(), Cid::of(&bytes));
        match AnyToken::parse(bytes) {
            Ok(AnyToken::Delegation(token)) => Self::Delegation(Box::new(delegation(&token, documents))),
            Ok(AnyToken::Invocation(token)) => Self::Invocation(Box::new(invocation(&token, documents))),
            Err(error) => Self::Malformed(MalformedReport {
                cid: cid.to_string(),
                size,
                code: error.code().name(),
                reason: error.to_string(),
            }),
        }
    }

    pub(crate) fn cid(&self) -> &str {
        match self {
            Self::Delegation(report) => &report.cid,
            Self::Invocation(report) => &report.cid,
            Self::Malformed(report) => &report.cid,
        }
    }

    /// `None` for what is no token.
    pub(crate) fn signature(&self) -> Option<&SignatureReport> {
        match self {
            Self::Delegation(report) => Some(&report.signature),
            Self::Invocation(report) => Some(&report.signature),
            Self::Malformed(_) => None,
        }
    }
}

fn delegation(token: &Token<Delegation>, documents: &MemoryResolver) -> DelegationReport {
    let mut notes = Notes::default();
    notes.dids([Some(token.issuer()), Some(token.audience()), token.subject().did()]);
    notes.text(token.command().as_str());
    notes.every_text(token.policy().view());
    token.meta().into_iter().for_each(|meta| notes.keys(meta));
    DelegationReport {
        cid: token.cid().to_string(),
        tag: TokenKind::Delegation.tag(token.version()),
        size: token.as_bytes().len(),
        issuer: token.issuer().to_string(),
        audience: token.audience().to_string(),
        subject: token.subject().did().map(ToString::to_string),
        command: token.command().to_string(),
        policy: data(token.policy().view()),
        policy_words: token.policy().words(),
        not_before: token.not_before().map(allod::Timestamp::as_seconds),
        expires: token.expires().map(allod::Timestamp::as_seconds),
        nonce: hex(token.nonce().as_bytes()),
        meta: token.meta().map(data),
        signature: signature(token, documents),
        notes: notes.0,
        lints: lints(token),
    }
}

fn invocation(token: &Token<Invocation>, documents: &MemoryResolver) -> InvocationReport {
    let mut notes = Notes::default();
    notes.dids([Some(token.issuer()), Some(token.subject()), token.audience()]);
    notes.text(token.command().as_str());
    notes.keys(token.arguments());
    token.meta().into_iter().for_each(|meta| notes.keys(meta));
    // Revocations and receipts hold for ever, as they are meant to, and are not taken back.
    let for_ever = Revocation::read(token.clone()).is_ok() || Receipt::read(token.clone()).is_ok();
    let endless = token.expires().is_none() && !for_ever;
    InvocationReport {
        cid: token.cid().to_string(),
        tag: TokenKind::Invocation.tag(token.version()),
        size: token.as_bytes().len(),
        issuer: token.issuer().to_string(),
        subject: token.subject().to_string(),
        audience: token.audience().map(ToString::to_string),
        command: token.command().to_string(),
        args: data(token.arguments()),
        proofs: token.proofs().iter().map(ToString::to_string).collect(),
        not_before: token.not_before().map(allod::Timestamp::as_seconds),
        expires: token.expires().map(allod::Timestamp::as_seconds),
        issued_at: token.issued_at().map(allod::Timestamp::as_seconds),
        cause: token.cause().map(|cid| cid.to_string()),
        nonce: hex(token.nonce().as_bytes()),
        meta: token.meta().map(data),
        task: token.task().cid().to_string(),
        signature: signature(token, documents),
        notes: notes.0,
        lints: endless.then(|| Lint::NeverExpires.to_string()).into_iter().collect(),
    }
}

/// What a builder would say to it. The proof it builds on is not looked for.
fn lints(token: &Token<Delegation>) -> Vec<String> {
    let (audience, subject) = (token.audience().clone(), token.subject().clone());
    let builder =
        Delegation::builder(audience, subject, token.command().clone()).policy(token.policy().clone());
    let builder = token.expires().into_iter().fold(builder, DelegationBuilder::expires);
    let to_oneself =
        (token.issuer() == token.audience()).then(|| Lint::ToOneself { issuer: token.issuer().clone() });
    builder.lints().into_iter().chain(to_oneself).map(|lint| lint.to_string()).collect()
}

fn signature<P: Payload>(token: &Token<P>, documents: &MemoryResolver) -> SignatureReport {
    use allod::VerifyError as E;
    use allod::ucan::varsig::Header;
    let algorithm = match token.header() {
        Header::Known(algorithm) => Some(algorithm.to_string()),
        Header::Other => None,
    };
    let (valid, reason) = match token.clone().verify_with(documents) {
        Ok(_) => (Some(true), None),
        Err(error @ (E::BadSignature { .. } | E::NoKey { .. })) => (Some(false), Some(error.to_string())),
        // What is not implemented or not resolved can be neither.
        Err(error) => (None, Some(error.to_string())),
    };
    SignatureReport { valid, algorithm, reason }
}

/// A value of a token as JSON (DAG-JSON).
pub(crate) fn data(view: View<'_>) -> Box<RawValue> {
    RawValue::from_string(dag_json::print(view)).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Remarks for the eye, each once.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    fn add(&mut self, note: Option<String>) {
        self.0.extend(note.filter(|note| !self.0.contains(note)));
    }

    fn text(&mut self, text: &str) {
        self.add(lookalike::remark(text));
    }

    fn dids<'a>(&mut self, dids: impl IntoIterator<Item = Option<&'a Did>>) {
        for did in dids.into_iter().flatten() {
            self.add(lookalike::remark_on_did(&did.to_string()));
        }
    }

    /// The keys of maps, at any depth: what programs look values up by.
    fn keys(&mut self, view: View<'_>) {
        match view.kind() {
            Kind::Map(entries) => entries.for_each(|(key, value)| {
                self.text(key);
                self.keys(value);
            }),
            Kind::List(items) => items.for_each(|item| self.keys(item)),
            _ => {}
        }
    }

    /// Keys and values alike: a policy names fields in its texts.
    fn every_text(&mut self, view: View<'_>) {
        match view.kind() {
            Kind::String(text) => self.text(text),
            Kind::Map(entries) => entries.for_each(|(key, value)| {
                self.text(key);
                self.every_text(value);
            }),
            Kind::List(items) => items.for_each(|item| self.every_text(item)),
            _ => {}
        }
    }
}
