//! What came of a call.

use core::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use allod::executor::Execution;
use allod::ucan::Results;
use allod::wire::value;
use allod::{AnyToken, Ipld};

use crate::bytes::AllodBytes;
use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled};
use crate::pointer::{Out, bytes};
use crate::question::{Format, Map, item, list, text};
use crate::report;
use crate::token::AllodToken;

/// It was allowed, and executed now: there is a receipt, of success or failure.
pub const ALLOD_OUTCOME_EXECUTED: u32 = 1;

/// It was denied.
pub const ALLOD_OUTCOME_DENIED: u32 = 2;

/// It was executed before: there may be a receipt.
pub const ALLOD_OUTCOME_EXECUTED_BEFORE: u32 = 3;

/// It is being executed right now.
pub const ALLOD_OUTCOME_RUNNING: u32 = 4;

/// It was begun before and not finished: there is a receipt that says so. It is not executed again.
pub const ALLOD_OUTCOME_UNKNOWN: u32 = 5;

/// It was allowed, and its arguments wait for the results of other tasks. It was not executed.
pub const ALLOD_OUTCOME_AWAITS: u32 = 6;

/// It was allowed, and this executor does not do such a thing.
pub const ALLOD_OUTCOME_REFUSED: u32 = 7;

/// What came of a call. Free it with allod_execution_free.
pub struct AllodExecution;

handled!(AllodExecution = 14, Execution);

/// Where a handler says what came of it: there while the handler runs.
pub struct AllodReply;

handled!(AllodReply = 15, Mutex<Option<Results>>);

/// What came of it: one of ALLOD_OUTCOME_EXECUTED to ALLOD_OUTCOME_REFUSED.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_execution_outcome(
    execution: *const AllodExecution,
    out: *mut u32,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(outcome(&*get("execution", execution)?));
        Ok(())
    })
}

/// The receipt for the other side; NULL where there is none to hand out.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_execution_receipt(
    execution: *const AllodExecution,
    out: *mut *mut AllodToken,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let execution = get("execution", execution)?;
        let token = execution.receipt().map(|receipt| AnyToken::Invocation(receipt.token().clone()));
        out.write(token.map_or(core::ptr::null_mut(), give));
        Ok(())
    })
}

/// All that is known of it, as a map {outcome, message} with one of "executed", "denied", "executed-before", "running", "outcome-unknown", "awaits" and
/// "refused", and {receipt, ran, ok or error} where there is a receipt, {denial} as for allod_decision_write where it is one,
/// {awaits} and {refusal}.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_execution_write(
    execution: *const AllodExecution,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let (execution, format) = (get("execution", execution)?, Format::of(format)?);
        let mut map =
            Map::default().with("outcome", name(&execution).to_owned()).with("message", text(&*execution));
        if let Some(receipt) = execution.receipt() {
            let token = receipt.token().as_bytes().to_vec();
            map = crate::token::receipt_claims(map.with("receipt", token), receipt);
        }
        if let Some(denial) = execution.denial() {
            map = map.with("denial", report::denied(denial).done());
        }
        match &*execution {
            Execution::Awaits(promises) => map = map.with("awaits", list(promises, report::awaits)),
            Execution::Refused(refusal) => map = map.with("refusal", refusal.name().to_owned()),
            _ => {}
        }
        out.write(format.give(&map.done())?);
        Ok(())
    })
}

/// Frees it. Returns whether it was there: false for what was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_execution_free(execution: *mut AllodExecution) -> bool {
    quietly(false, || free(execution))
}

/// Says that it went well, with a map or list as the result; NULL with the length 0 for a result that is null. Said more
/// than once, the last counts.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_reply_ok(
    reply: *const AllodReply,
    result: *const c_void,
    result_len: usize,
) -> *mut AllodError {
    // SAFETY: as the header asks of the caller.
    call(|| say(reply, Results::Ok(unsafe { result_of(result, result_len) }?)))
}

/// Says that it did not go well, with a map or list as the reason; NULL with the length 0 for null. Said more than once,
/// the last counts.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_reply_error(
    reply: *const AllodReply,
    reason: *const c_void,
    reason_len: usize,
) -> *mut AllodError {
    // SAFETY: as the header asks of the caller.
    call(|| say(reply, Results::Error(unsafe { result_of(reason, reason_len) }?)))
}

fn say(reply: *const AllodReply, results: Results) -> Result<(), allod_crossing::Fault> {
    *get("reply", reply)?.lock().unwrap_or_else(PoisonError::into_inner) = Some(results);
    Ok(())
}

unsafe fn result_of(data: *const c_void, len: usize) -> Result<Ipld, allod_crossing::Fault> {
    // SAFETY: the caller's contract is this function's.
    let bytes = unsafe { bytes("result", data, len) }?;
    Ok(if bytes.is_empty() { Ipld::Null } else { value::from_view(item(bytes)?.view()) })
}

fn outcome(execution: &Execution) -> u32 {
    match name(execution) {
        "executed" => ALLOD_OUTCOME_EXECUTED,
        "executed-before" => ALLOD_OUTCOME_EXECUTED_BEFORE,
        "running" => ALLOD_OUTCOME_RUNNING,
        "outcome-unknown" => ALLOD_OUTCOME_UNKNOWN,
        "awaits" => ALLOD_OUTCOME_AWAITS,
        "refused" => ALLOD_OUTCOME_REFUSED,
        _ => ALLOD_OUTCOME_DENIED,
    }
}

fn name(execution: &Execution) -> &'static str {
    match execution {
        Execution::Executed(_) => "executed",
        Execution::Replayed { running: true, .. } => "running",
        Execution::Replayed { .. } => "executed-before",
        Execution::OutcomeUnknown(_) => "outcome-unknown",
        Execution::Awaits(_) => "awaits",
        Execution::Refused(_) => "refused",
        _ => "denied",
    }
}
