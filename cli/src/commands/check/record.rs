//! A decision as the log has it.

use allod::store::{AuditEntry, AuditVerdict};
use allod::wire::dag_json;
use allod::{Decision, Timestamp, Token};

use super::request::{Answered, Verdict};

/// Who, what, when, and how it came out; the arguments where they are wanted.
pub(super) fn entry(answered: &Answered, now: Timestamp, with_arguments: bool) -> AuditEntry {
    let (verdict, decided) = match &answered.verdict {
        Verdict::Decided(decision) => match decision.as_ref() {
            Decision::Allow(grant) => (AuditVerdict::NotExecuted, Some(&**grant.invocation())),
            Decision::Deny(denial) => (AuditVerdict::Denied(denial.code()), None),
        },
        Verdict::Refused(refusal) => (AuditVerdict::Denied(refusal.code), None),
    };
    let token = decided.or(answered.invocation.as_ref());
    AuditEntry {
        at: now,
        invocation: token.map(Token::cid),
        issuer: token.map(|token| token.issuer().clone()),
        subject: token.map(|token| token.subject().clone()),
        command: token.map(|token| token.command().clone()),
        verdict,
        chain: token.map_or_else(Vec::new, |token| token.proofs().to_vec()),
        arguments: token.filter(|_| with_arguments).map(|token| dag_json::print(token.arguments())),
    }
}
