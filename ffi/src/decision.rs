//! The two answers.

// Requirements kept here: allod-ffi-decision.

use allod::{Code, ContainerError, Decision};
use allod_crossing::Fault;
use allod_crossing::decide::Verdict;

use crate::bytes::AllodBytes;
use crate::code::{ALLOD_OK, ALLOD_PANIC, Known};
use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, get, handled};
use crate::pointer::Out;
use crate::question::{Format, Map};
use crate::report;

/// A decision. Free it with allod_decision_free.
pub struct AllodDecision;

handled!(AllodDecision = 10, Verdict);

/// Whether it is allowed: false for NULL, and for what was freed before. Nothing else means that it is allowed.
///
/// Arguments may wait for results of other tasks, which no policy has looked at: whoever executes takes them from
/// allod_decision_arguments, which fails then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_decision_is_allowed(decision: *const AllodDecision) -> bool {
    quietly(false, || {
        get("decision", decision).is_ok_and(|verdict| matches!(verdict.decision, Ok(Decision::Allow(_))))
    })
}

/// The code of a denial, of those below 100; ALLOD_OK where it is allowed. ALLOD_NULL_ARGUMENT, ALLOD_STALE_HANDLE or
/// ALLOD_WRONG_HANDLE for what is no decision.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_decision_code(decision: *const AllodDecision) -> u32 {
    quietly(ALLOD_PANIC, || match get("decision", decision) {
        Ok(verdict) => code(&verdict).map_or(ALLOD_OK, |code| code.number().into()),
        Err(fault) => Known::by_name(fault.code()).number,
    })
}

/// The whole decision as a map, for the one who decides. Where it is allowed: {ok: true, issuer, subject, command, arguments, invocation, task,
/// chain, until, awaits, awaitsResults, mismatch, trace, unused, ignored}. Where not: {ok: false, code, rule, message, remedy, spec, link, cid, expected,
/// found, policy, public, trace, unused, ignored}. The trace has every rule, with {rule, link, outcome}, and a finding where
/// it failed. It is for a log: its arguments may wait for results of other tasks, and then no policy has looked at them. What is to be
/// executed is what allod_decision_arguments says.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_decision_write(
    decision: *const AllodDecision,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let verdict = get("decision", decision)?;
        out.write(Format::of(format)?.give(&report::verdict(&verdict))?);
        Ok(())
    })
}

/// What the other side may see of a denial: a map {code, cid, remedy}; the empty map where it is allowed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_decision_public(
    decision: *const AllodDecision,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let public = match &get("decision", decision)?.decision {
            Ok(Decision::Allow(_)) => Map::default().done(),
            Ok(Decision::Deny(denial)) => report::public(&denial.public()),
            Err(error) => report::public_unread(error),
        };
        out.write(Format::of(format)?.give(&public)?);
        Ok(())
    })
}

/// What is wrong, in words for the one who decides; empty where it is allowed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_decision_message(
    decision: *const AllodDecision,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let verdict = get("decision", decision)?;
        out.write(AllodBytes::give(
            match &verdict.decision {
                Ok(decision) => decision.denial().map_or("", allod::Denial::message).as_bytes().to_vec(),
                Err(error) => error.to_string().into_bytes(),
            }
            .as_slice(),
        ));
        Ok(())
    })
}

/// What to do about it, in words; empty where it is allowed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_decision_remedy(
    decision: *const AllodDecision,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let verdict = get("decision", decision)?;
        let remedy = match &verdict.decision {
            Ok(decision) => decision.denial().map_or("", allod::Denial::remedy),
            Err(error) => ContainerError::remedy(error),
        };
        out.write(AllodBytes::give(remedy.as_bytes()));
        Ok(())
    })
}

/// The arguments of what is allowed, with results in the place of promises: ALLOD_BAD_ARGUMENT where it is denied, and
/// ALLOD_AWAITS_RESULTS where a result is missing, is a promise itself, or came out as it was not waited for. No policy has looked at
/// such arguments, and nothing should be done with them.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_decision_arguments(
    decision: *const AllodDecision,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let verdict = get("decision", decision)?;
        let Ok(Decision::Allow(grant)) = &verdict.decision else {
            return Err(Fault::argument("decision", "one that allows"));
        };
        if grant.awaits_results() || grant.mismatch().is_some() {
            let said = "the arguments wait for results of other tasks: decide again with their receipts";
            return Err(Fault::new("DecisionError", "awaits-results", &said));
        }
        out.write(AllodBytes::give(&Format::of(format)?.view(grant.arguments())?));
        Ok(())
    })
}

/// Frees a decision. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_decision_free(decision: *mut AllodDecision) -> bool {
    quietly(false, || free(decision))
}

fn code(verdict: &Verdict) -> Option<Code> {
    match &verdict.decision {
        Ok(decision) => decision.denial().map(allod::Denial::code),
        Err(error) => Some(error.code()),
    }
}
