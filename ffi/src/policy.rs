//! Policies, in words and against arguments.

use core::ffi::c_void;

use allod::Policy;
use allod::ucan::policy::{Budget, Truth};

use crate::bytes::AllodBytes;
use crate::error::AllodError;
use crate::guard::call;
use crate::pointer::{Out, bytes};
use crate::question::{Format, Map, count, item, list, text};

/// A policy in words, and what is legal but risky in it: a map {words, lints}. An error for what is no policy.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_policy_words(
    policy: *const c_void,
    policy_len: usize,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, policy) = unsafe { (Out::at("out", out)?, bytes("policy", policy, policy_len)?) };
        let policy = Policy::from_item(item(policy)?)?;
        let map = Map::default().with("words", policy.words()).with("lints", list(policy.lints(), text));
        out.write(Format::of(format)?.give(&map.done())?);
        Ok(())
    })
}

/// What a policy says of arguments: a map {truth}, which is "true", "false" or "unknown", of which only "true" allows; for the
/// others also {statement, path, words, selector, found}, which tell the first statement that is not satisfied, and why.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_policy_evaluate(
    policy: *const c_void,
    policy_len: usize,
    arguments: *const c_void,
    arguments_len: usize,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, policy, arguments) = unsafe {
            (
                Out::at("out", out)?,
                bytes("policy", policy, policy_len)?,
                bytes("arguments", arguments, arguments_len)?,
            )
        };
        let (policy, arguments) = (Policy::from_item(item(policy)?)?, item(arguments)?);
        let truth = match policy.evaluate(arguments.view(), &mut Budget::new())? {
            Truth::True => "true",
            Truth::False => "false",
            Truth::Unknown => "unknown",
        };
        let mut map = Map::default().with("truth", truth.to_owned());
        if let Some(failure) = policy.first_failure(arguments.view(), &mut Budget::new())? {
            map = map
                .with("statement", count(failure.index()))
                .with("path", text(failure.path()))
                .with("words", failure.words().to_owned())
                .maybe("selector", failure.selector().map(str::to_owned))
                .with("found", failure.found().to_owned());
        }
        out.write(Format::of(format)?.give(&map.done())?);
        Ok(())
    })
}
