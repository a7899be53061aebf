//! What a decision rests on besides the request.

use core::ffi::c_void;
use std::sync::Arc;

use allod::store::StoreView;
use allod_crossing::Fault;
use allod_crossing::decide::{FACTS, Facts, NoRevocations, Request, Verdict};

use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, give, handled, maybe};
use crate::pointer::Out;
use crate::question::question;
use crate::store::{AllodStore, Place};

/// What a decision rests on besides the request: the time, and what is known of revocations. Free it with
/// allod_evidence_free.
pub struct AllodEvidence;

handled!(AllodEvidence = 8, Known);

/// Facts, and a store that knows of revocations.
pub(crate) struct Known {
    facts: Facts,
    store: Option<Arc<Place>>,
}

/// Facts for decisions: a map {now, tolerance, documents, tokens, revoked, unavailable, revocations, syncedAt, receipts, tasks,
/// trusted, dangerWithoutRevocations}, and a store that knows of revocations, or NULL.
///
/// The time stands still in it: evidence is made for one decision, or a few at the same moment. An evidence that is kept allows
/// what has expired since.
///
/// `now` is in seconds since 1970; `tolerance` is how many seconds clocks may differ, 60 if absent. What is known of revocations
/// has to be said: by a store, or by `revoked` (pairs of a delegation's CID and who revoked it) or `revocations` (tokens), which may be
/// empty lists, or, by `dangerWithoutRevocations: true`, not at all. `unavailable` are pairs of which nobody can tell.
/// `tokens` (delegations), `receipts` and `tasks` (invocations) are lists of tokens, as bytes, besides those that come with the
/// request; `documents` are pairs of a DID and its document; `trusted` are the DIDs whose receipts count. `syncedAt` is when what is
/// known of revocations was last brought up to date, for authorizers that ask how old it is; that of the store, if absent.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_evidence_new(
    facts: *const c_void,
    facts_len: usize,
    store: *const AllodStore,
    out: *mut *mut AllodEvidence,
) -> *mut AllodError {
    const WITHOUT: &str = "dangerWithoutRevocations";
    call(|| {
        let names: Vec<&str> = FACTS.into_iter().chain([WITHOUT]).collect();
        // SAFETY: as the header asks of the caller.
        let (out, asked) = unsafe { (Out::at("out", out)?, question("facts", facts, facts_len, &names)?) };
        let (store, fields) = (maybe("store", store)?, asked.fields());
        let said = ["revoked", "revocations"].into_iter().any(|name| fields.get(name).is_some());
        if (store.is_some() || said) == fields.flag(WITHOUT)? {
            let expected = "either revoked, revocations or a store, or dangerWithoutRevocations: true,";
            return Err(Fault::argument("facts", expected));
        }
        let store = store.map(|place| Arc::clone(&*place));
        out.write(give(Known { facts: Facts::read(&asked)?, store }));
        Ok(())
    })
}

/// Frees evidence. Returns whether it was there: false for what was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_evidence_free(evidence: *mut AllodEvidence) -> bool {
    quietly(false, || free(evidence))
}

impl Known {
    pub(crate) const fn facts(&self) -> &Facts {
        &self.facts
    }

    pub(crate) fn decide(&self, authorizer: &allod::Authorizer, request: &Request) -> Verdict {
        match &self.store {
            Some(place) => {
                let store = place.store();
                // A store that does not say when is one that was never brought up to date.
                let synced = store.synced_at().ok().flatten();
                request.decide_as_of(authorizer, &self.facts, &StoreView(&*store), synced)
            }
            None => request.decide(authorizer, &self.facts, &NoRevocations),
        }
    }
}
