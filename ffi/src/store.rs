//! Stores.

// Requirements kept here: allod-ffi-sweep.

use core::ffi::{c_char, c_void};
use std::sync::Arc;

use allod::store::{
    About, AuditEntry, AuditVerdict, Cursor, End, Page, Query, RedbStore, Store, export_revocations,
};
use allod::{Cid, Did, Ipld, MemoryStore, Token};
use allod_crossing::input::{bytes as field_bytes, count as field_count, did as field_did};
use allod_crossing::{Fault, Fields};

use crate::bytes::AllodBytes;
use crate::container::{AllodContainer, read_back};
use crate::error::AllodError;
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled};
use crate::pointer::{MaybeOut, Out, maybe_bytes, maybe_text, text};
use crate::question::{
    Format, Map, cid, count, did, list, maybe_question, question, seconds, text as word, time,
};
use crate::token::{AllodToken, delegation};

/// How far clocks may differ, and some more, in seconds: no executor has a greater tolerance.
const LONGEST_TOLERANCE: i64 = 3600;

/// Where delegations, revocations, receipts, names, and what was executed are kept: in memory, or in one file. It may be
/// used by many threads, agents and executors. Free it with allod_store_free; a file is closed when nothing uses it any
/// more.
pub struct AllodStore;

handled!(AllodStore = 11, Arc<Place>);

pub(crate) enum Place {
    Memory(Arc<MemoryStore>),
    File(Arc<RedbStore>),
}

impl Place {
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Memory(store) => Arc::clone(store) as Arc<dyn Store>,
            Self::File(store) => Arc::clone(store) as Arc<dyn Store>,
        }
    }
}

/// A store in memory, which is gone when nothing uses it any more.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_memory(out: *mut *mut AllodStore) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        out.write(give(Arc::new(Place::Memory(Arc::new(MemoryStore::new())))));
        Ok(())
    })
}

/// Makes a store in a new file: ALLOD_STORE_ALREADY_THERE where there is one.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_create(
    path: *const c_char,
    path_len: usize,
    out: *mut *mut AllodStore,
) -> *mut AllodError {
    // SAFETY: as the header asks of the caller.
    unsafe { at(path, path_len, out, |path| RedbStore::create(path)) }
}

/// Opens a store in a file, and checks all of it: ALLOD_STORE_NOT_THERE where there is none, ALLOD_STORE_IN_USE while another
/// process has it open.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_open(
    path: *const c_char,
    path_len: usize,
    out: *mut *mut AllodStore,
) -> *mut AllodError {
    // SAFETY: as the header asks of the caller.
    unsafe { at(path, path_len, out, |path| RedbStore::open(path)) }
}

/// Opens a store in a file, or makes it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_open_or_create(
    path: *const c_char,
    path_len: usize,
    out: *mut *mut AllodStore,
) -> *mut AllodError {
    // SAFETY: as the header asks of the caller.
    unsafe { at(path, path_len, out, |path| RedbStore::open_or_create(path)) }
}

/// Writes a copy of a store in a file to a new file, while it is in use. A store in memory has no file: an error.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_backup(
    store: *const AllodStore,
    path: *const c_char,
    path_len: usize,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let path = unsafe { text("path", path, path_len) }?;
        match &**get("store", store)? {
            Place::File(store) => Ok(store.backup(path)?),
            Place::Memory(_) => Err(Fault::argument("store", "one in a file")),
        }
    })
}

/// Keeps a delegation, whose signature is checked. `options` is {documents}, or NULL with the length 0. `is_new`, which may be NULL, says whether
/// it was not known before.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_put_delegation(
    store: *const AllodStore,
    token: *const AllodToken,
    options: *const c_void,
    options_len: usize,
    is_new: *mut bool,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (is_new, options) = unsafe {
            (MaybeOut::at(is_new), maybe_question("options", options, options_len, &["documents"])?)
        };
        let token = delegation("token", &*get("token", token)?)?;
        let verified = token.verify_with(&options.fields().documents()?)?;
        let added = get("store", store)?.store().put_delegations(&[verified])?;
        is_new.write(|| added > 0);
        Ok(())
    })
}

/// The delegation of that CID; NULL where it is not there.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_delegation(
    store: *const AllodStore,
    cid: *const c_char,
    cid_len: usize,
    out: *mut *mut AllodToken,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, cid) = unsafe { (Out::at("out", out)?, text("cid", cid, cid_len)?) };
        let found = get("store", store)?.store().delegation(&cid.parse()?)?;
        out.write(found.map_or(core::ptr::null_mut(), |token| give(allod::AnyToken::Delegation(token))));
        Ok(())
    })
}

/// Delegations, as a map {delegations, next}, of tokens and of where the next part begins, null at the end. The query is {to} or {by}, a DID, with {about: a DID,
/// or "powerlines"}, {after: what `next` said}, and {most}, 256 if absent.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_delegations(
    store: *const AllodStore,
    query: *const c_void,
    query_len: usize,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, asked) = unsafe {
            (
                Out::at("out", out)?,
                question("query", query, query_len, &["to", "by", "about", "after", "most"])?,
            )
        };
        let fields = asked.fields();
        let end = match (fields.optional("to", field_did)?, fields.optional("by", field_did)?) {
            (Some(to), None) => End::To(to),
            (None, Some(by)) => End::By(by),
            _ => return Err(Fault::argument("query", "`to` or `by`, and not both")),
        };
        let about = match fields.optional("about", allod_crossing::input::text)? {
            None => About::Anyone,
            Some("powerlines") => About::Powerlines,
            Some(did) => About::Subject(did.parse()?),
        };
        let (after, most) = part_of(fields)?;
        let page = get("store", store)?.store().delegations(&Query { end, about }, after.as_ref(), most)?;
        let map = Map::default().with(
            "delegations",
            list(&page.items, |token: &Token<_>| Ipld::Bytes(token.as_bytes().to_vec())),
        );
        out.write(Format::of(format)?.give(&next_of(map, &page).done())?);
        Ok(())
    })
}

/// Forgets a delegation. `was_there` may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_remove_delegation(
    store: *const AllodStore,
    cid: *const c_char,
    cid_len: usize,
    was_there: *mut bool,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (was_there, cid) = unsafe { (MaybeOut::at(was_there), text("cid", cid, cid_len)?) };
        let removed = get("store", store)?.store().remove_delegation(&cid.parse()?)?;
        was_there.write(|| removed);
        Ok(())
    })
}

/// Whether that DID is known to have revoked the delegation.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_is_revoked(
    store: *const AllodStore,
    delegation: *const c_char,
    delegation_len: usize,
    by: *const c_char,
    by_len: usize,
    out: *mut bool,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, delegation, by) = unsafe {
            (Out::at("out", out)?, text("delegation", delegation, delegation_len)?, text("by", by, by_len)?)
        };
        let (delegation, by): (Cid, Did) = (delegation.parse()?, by.parse()?);
        out.write(get("store", store)?.store().is_revoked(&delegation, &by)?);
        Ok(())
    })
}

/// The revocations that are kept, with the delegations that prove them, as a container for others to take up: a part of them from `after` on, NULL
/// with the length 0 for the beginning. `out` is NULL where there are none. `next` is where the next part begins, NULL at
/// the end.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_export_revocations(
    store: *const AllodStore,
    after: *const c_void,
    after_len: usize,
    out: *mut *mut AllodContainer,
    next: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, next, after) = unsafe {
            (Out::at("out", out)?, Out::at("next", next)?, maybe_bytes("after", after, after_len)?)
        };
        let after = after.map(|bytes| Cursor(bytes.to_vec()));
        let page = export_revocations(&*get("store", store)?.store(), after.as_ref())?;
        let container = page.items.first().map(read_back).transpose()?;
        out.write(container.map_or(core::ptr::null_mut(), give));
        next.write(page.next.map_or(core::ptr::null_mut(), |cursor| AllodBytes::give(&cursor.0)));
        Ok(())
    })
}

/// When revocations were last brought up to date, in seconds since 1970; `is_known` says whether they ever were.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_synced_at(
    store: *const AllodStore,
    is_known: *mut bool,
    at: *mut i64,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (is_known, at) = unsafe { (Out::at("is_known", is_known)?, Out::at("at", at)?) };
        let synced = get("store", store)?.store().synced_at()?;
        is_known.write(synced.is_some());
        at.write(synced.map_or(0, allod::Timestamp::as_seconds));
        Ok(())
    })
}

/// Says that revocations are up to date as of that time: after a sync with a source that knows of them all.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_set_synced_at(store: *const AllodStore, at: i64) -> *mut AllodError {
    call(|| Ok(get("store", store)?.store().set_synced_at(seconds("at", at)?)?))
}

/// The names that people gave to DIDs, sorted, as a list of maps {name, did}.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_names(
    store: *const AllodStore,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let names = get("store", store)?.store().names()?;
        let names =
            list(names, |(name, whose)| Map::default().with("name", name).with("did", did(&whose)).done());
        out.write(Format::of(format)?.give(&names)?);
        Ok(())
    })
}

/// Calls a DID by a name; NULL with the length 0 forgets the name.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_set_name(
    store: *const AllodStore,
    name: *const c_char,
    name_len: usize,
    did: *const c_char,
    did_len: usize,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (name, did) = unsafe { (text("name", name, name_len)?, maybe_text("did", did, did_len)?) };
        let did = did.map(Did::parse).transpose()?;
        Ok(get("store", store)?.store().set_name(name, did.as_ref())?)
    })
}

/// At most `most` receipts of a task by one issuer, as a list of tokens.
#[must_use]
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "of what, by whom, how many")]
pub unsafe extern "C" fn allod_store_receipts(
    store: *const AllodStore,
    task: *const c_char,
    task_len: usize,
    issuer: *const c_char,
    issuer_len: usize,
    most: usize,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, task, issuer) = unsafe {
            (Out::at("out", out)?, text("task", task, task_len)?, text("issuer", issuer, issuer_len)?)
        };
        let (task, issuer): (Cid, Did) = (task.parse()?, issuer.parse()?);
        let receipts = get("store", store)?.store().receipts_of(&task, &issuer, most)?;
        let receipts = list(&receipts, |receipt| Ipld::Bytes(receipt.token().as_bytes().to_vec()));
        out.write(Format::of(format)?.give(&receipts)?);
        Ok(())
    })
}

/// The log of decisions of executors that keep one, as a map {entries, next}: of each {at, invocation, issuer, subject, command, verdict, code,
/// chain, arguments}, the arguments as a text of DAG-JSON. The query is {after: what `next` said, most}, or NULL with the length 0.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_log(
    store: *const AllodStore,
    query: *const c_void,
    query_len: usize,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, asked) =
            unsafe { (Out::at("out", out)?, maybe_question("query", query, query_len, &["after", "most"])?) };
        let (after, most) = part_of(asked.fields())?;
        let page = get("store", store)?.store().entries(after.as_ref(), most)?;
        let map = Map::default().with("entries", list(&page.items, logged));
        out.write(Format::of(format)?.give(&next_of(map, &page).done())?);
        Ok(())
    })
}

/// Forgets what ended before `time`: delegations and receipts, and the revocations of delegations that ended an hour before that, so
/// that no clock that is a little behind allows what was revoked. A map {delegations, revocations, receipts} says how many. Where
/// executors use the store, allod_executor_sweep goes by the latest time that they saw, and is safe where a clock is set back.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_sweep(
    store: *const AllodStore,
    time: i64,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let (store, time) = (get("store", store)?.store(), seconds("time", time)?);
        let format = Format::of(format)?;
        // Revocations first: they go by when their delegations end.
        let map = Map::default()
            .with("revocations", count(store.sweep_revocations(time.plus(-LONGEST_TOLERANCE))?))
            .with("delegations", count(store.sweep_delegations(time)?))
            .with("receipts", count(store.sweep_receipts(time)?));
        out.write(format.give(&map.done())?);
        Ok(())
    })
}

/// Sets the latest time that executors saw, also back: where the clock was ahead, and everything since has been refused with
/// ALLOD_CLOCK_SET_BACK. What was forgotten while it was ahead can be executed a second time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_danger_set_latest_time(
    store: *const AllodStore,
    time: i64,
) -> *mut AllodError {
    call(|| Ok(get("store", store)?.store().danger_set_latest_time(seconds("time", time)?)?))
}

/// Frees a store. Returns whether it was there: false for one that was freed before. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_store_free(store: *mut AllodStore) -> bool {
    quietly(false, || free(store))
}

unsafe fn at(
    path: *const c_char,
    path_len: usize,
    out: *mut *mut AllodStore,
    open: impl FnOnce(&str) -> Result<RedbStore, allod::StoreError>,
) -> *mut AllodError {
    call(|| {
        // SAFETY: the caller's contract is this function's.
        let (out, path) = unsafe { (Out::at("out", out)?, text("path", path, path_len)?) };
        out.write(give(Arc::new(Place::File(Arc::new(open(path)?)))));
        Ok(())
    })
}

/// From where on, and how many at most.
fn part_of(fields: Fields<'_>) -> Result<(Option<Cursor>, usize), Fault> {
    let after = fields.optional("after", field_bytes)?.map(|bytes| Cursor(bytes.to_vec()));
    let most = fields.optional("most", field_count)?.unwrap_or(256);
    Ok((after, most as usize))
}

fn next_of<T>(map: Map, page: &Page<T>) -> Map {
    map.maybe("next", page.next.as_ref().map(|cursor| cursor.0.clone()))
}

fn logged(entry: &AuditEntry) -> Ipld {
    let (verdict, code) = match entry.verdict {
        AuditVerdict::Executed => ("executed", None),
        AuditVerdict::NotExecuted => ("not-executed", None),
        AuditVerdict::Denied(code) => ("denied", Some(code)),
    };
    Map::default()
        .with("at", time(entry.at))
        .maybe("invocation", entry.invocation.as_ref().map(cid))
        .maybe("issuer", entry.issuer.as_ref().map(did))
        .maybe("subject", entry.subject.as_ref().map(did))
        .maybe("command", entry.command.as_ref().map(word))
        .with("verdict", verdict.to_owned())
        .maybe("code", code.map(|code| code.name().to_owned()))
        .with("chain", list(&entry.chain, cid))
        .maybe("arguments", entry.arguments.clone())
        .done()
}
