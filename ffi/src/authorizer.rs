//! The one who decides.

use core::ffi::{c_char, c_void};

use allod::{Authorizer, Cid};
use allod_crossing::decide::{AUTHORIZER, Request, authorizer_of};

use crate::bytes::AllodBytes;
use crate::decision::AllodDecision;
use crate::error::AllodError;
use crate::evidence::AllodEvidence;
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled};
use crate::pointer::{Out, bytes, maybe_text, text};
use crate::question::{Format, Map, cid, did, list, maybe_question};

/// Decides, for an executor. Free it with allod_authorizer_free.
pub struct AllodAuthorizer;

handled!(AllodAuthorizer = 9, Authorizer);

/// Decides for the executor of this DID. Options are a map {subjects, dangerAnySubject, leafFirst, limits, ages}, or NULL with the
/// length 0: `subjects` are the DIDs that the executor acts for, itself alone if absent; `dangerAnySubject: true` is dangerous: anyone can
/// invoke on a subject of their own making. `leafFirst: true` also takes proofs named leaf first. `limits` is {chain, policySteps,
/// policyWork}. `ages` are pairs of a command and how many seconds old what is known of revocations may be for it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_authorizer_new(
    executor: *const c_char,
    executor_len: usize,
    options: *const c_void,
    options_len: usize,
    out: *mut *mut AllodAuthorizer,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, executor, options) = unsafe {
            (
                Out::at("out", out)?,
                text("executor", executor, executor_len)?,
                maybe_question("options", options, options_len, &AUTHORIZER)?,
            )
        };
        out.write(give(authorizer_of(executor.parse()?, options.fields())?));
        Ok(())
    })
}

/// Decides on a container in any encoding, as it came. `named` is the CID of the invocation that is meant, or NULL with the
/// length 0 where there is one. What is no container is denied, like whatever else is wrong: an error only says that
/// nothing could be decided.
#[must_use]
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "what is decided on, and by what")]
pub unsafe extern "C" fn allod_authorizer_decide(
    authorizer: *const AllodAuthorizer,
    container: *const c_void,
    container_len: usize,
    named: *const c_char,
    named_len: usize,
    evidence: *const AllodEvidence,
    out: *mut *mut AllodDecision,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, container, named) = unsafe {
            (
                Out::at("out", out)?,
                bytes("container", container, container_len)?,
                maybe_text("named", named, named_len)?,
            )
        };
        let request = Request::container(container, named.map(str::parse::<Cid>).transpose()?);
        let (authorizer, evidence) = (get("authorizer", authorizer)?, get("evidence", evidence)?);
        out.write(give(evidence.decide(&authorizer, &request)));
        Ok(())
    })
}

/// Decides on an invocation by itself: its bytes. The delegations it rests on are among the evidence.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_authorizer_decide_invocation(
    authorizer: *const AllodAuthorizer,
    invocation: *const c_void,
    invocation_len: usize,
    evidence: *const AllodEvidence,
    out: *mut *mut AllodDecision,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, invocation) =
            unsafe { (Out::at("out", out)?, bytes("invocation", invocation, invocation_len)?) };
        let request = Request::Invocation(invocation.to_vec(), None);
        let (authorizer, evidence) = (get("authorizer", authorizer)?, get("evidence", evidence)?);
        out.write(give(evidence.decide(&authorizer, &request)));
        Ok(())
    })
}

/// What a decision lacks: a map {proofs, documents, revocations}, of CIDs of delegations, of DIDs whose documents are needed, and of
/// pairs of a delegation's CID and a DID of which it has to be known whether the one was revoked by the other.
#[must_use]
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "those of allod_authorizer_decide, and the format")]
pub unsafe extern "C" fn allod_authorizer_needs(
    authorizer: *const AllodAuthorizer,
    container: *const c_void,
    container_len: usize,
    named: *const c_char,
    named_len: usize,
    evidence: *const AllodEvidence,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, container, named) = unsafe {
            (
                Out::at("out", out)?,
                bytes("container", container, container_len)?,
                maybe_text("named", named, named_len)?,
            )
        };
        let request = Request::container(container, named.map(str::parse::<Cid>).transpose()?);
        let (authorizer, evidence) = (get("authorizer", authorizer)?, get("evidence", evidence)?);
        let needed = request.needs(&authorizer, evidence.facts());
        let map = Map::default()
            .with("proofs", list(&needed.proofs, cid))
            .with("documents", list(&needed.documents, did))
            .with("revocations", list(&needed.revocations, |(at, by)| list([cid(at), did(by)], |it| it)));
        out.write(Format::of(format)?.give(&map.done())?);
        Ok(())
    })
}

/// Frees it. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_authorizer_free(authorizer: *mut AllodAuthorizer) -> bool {
    quietly(false, || free(authorizer))
}
