//! The log of decisions.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Cursor, Page, StoreError};
use crate::code::Code;
use crate::identity::Did;
use crate::ucan::time::Timestamp;
use crate::ucan::{Command, Invocation, Token};
use crate::wire::{Cid, dag_json};

/// One decision, for the record: who, what, when, and how it came out. No arguments unless the executor was
/// asked to write them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When it was decided.
    pub at: Timestamp,
    /// The invocation, where it could be read.
    pub invocation: Option<Cid>,
    /// Who asked.
    pub issuer: Option<Did>,
    /// On whose authority.
    pub subject: Option<Did>,
    /// For what.
    pub command: Option<Command>,
    /// How it came out.
    pub verdict: AuditVerdict,
    /// The delegations it rested on, as named.
    pub chain: Vec<Cid>,
    /// The arguments as DAG-JSON, where the executor was asked to write them.
    pub arguments: Option<String>,
}

impl AuditEntry {
    /// What there is to say of a decision on this invocation, if it could be read; its arguments where asked.
    #[must_use]
    pub fn of(
        at: Timestamp,
        invocation: Option<&Token<Invocation>>,
        verdict: AuditVerdict,
        with_arguments: bool,
    ) -> Self {
        let arguments = |token: &Token<Invocation>| dag_json::print(token.arguments());
        Self {
            at,
            invocation: invocation.map(Token::cid),
            issuer: invocation.map(|token| token.issuer().clone()),
            subject: invocation.map(|token| token.subject().clone()),
            command: invocation.map(|token| token.command().clone()),
            verdict,
            chain: invocation.map_or_else(Vec::new, |token| token.proofs().to_vec()),
            arguments: invocation.filter(|_| with_arguments).map(arguments),
        }
    }
}

/// How a decision came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditVerdict {
    /// It was allowed, and its execution begins: the entry is written before the handler is called. What came
    /// of it is in the receipt.
    Executed,
    /// It was allowed, and not executed: it was refused (there is no handler for it, or it ends too far off), its
    /// arguments wait for results, it was begun before and nobody knows what came of it, or it was only decided on.
    NotExecuted,
    /// It was denied.
    Denied(Code),
}

/// A log to which entries are added, and from which none is taken.
pub trait AuditLog: Send + Sync {
    /// Adds an entry.
    ///
    /// # Errors
    /// When it could not be kept.
    fn record(&self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// The entries in order, in parts of at most `most`.
    ///
    /// # Errors
    /// When the store does not answer, or the cursor is none of its own.
    fn entries(&self, after: Option<&Cursor>, most: usize) -> Result<Page<AuditEntry>, StoreError>;
}
