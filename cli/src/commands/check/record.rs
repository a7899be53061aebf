//! A decision as the log has it.

use allod::store::{AuditEntry, AuditVerdict};
use allod::{Decision, Timestamp};

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
    AuditEntry::of(now, token, verdict, with_arguments)
}
