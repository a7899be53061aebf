//! The resource's side.

use core::ffi::{c_char, c_void};
use std::sync::{Arc, Mutex, PoisonError};

use allod::executor::{Call, ExecutionError, Executor, Handler, HandlerError};
use allod::store::{Quota, Store};
use allod::ucan::Results;
use allod::{Cid, Command, Container, Did, Grant, Ipld};
use allod_crossing::decide::{AUTHORIZER, ages, limits, subjects};
use allod_crossing::input::{cid as field_cid, count, did as field_did, pair, text as field_text};
use allod_crossing::{Fault, Input};

use crate::agent::taken_up;
use crate::bytes::AllodBytes;
use crate::callback::{AllodDropFn, AllodHandlerFn, Context, HostHandler};
use crate::container::AllodContainer;
use crate::error::AllodError;
use crate::execution::{AllodExecution, AllodReply};
use crate::guard::{call, quietly};
use crate::handle::{free, get, give, handled, null};
use crate::pointer::{MaybeOut, Out, bytes, text};
use crate::question::{Format, Map, list, maybe_question, seconds};
use crate::report;
use crate::signer::{AllodSigner, Shared};
use crate::store::AllodStore;

/// Executing it twice does no more than executing it once: it takes invocations that never end, or end far off, and executes those each
/// time they come.
pub const ALLOD_IDEMPOTENT: u32 = 1;

/// It also executes the commands below its own that have no handler.
pub const ALLOD_AND_BELOW: u32 = 2;

/// It gives the receipt to whoever sends the invocation again.
pub const ALLOD_RECEIPTS_FOR_ANYONE: u32 = 4;

/// Executes what is allowed, each invocation once, and signs what came of it. It may be used by many threads. Free it with
/// allod_executor_free.
pub struct AllodExecutor;

handled!(AllodExecutor = 13, Plan);

/// What an executor is made of: it is made anew with each handler that is added.
pub(crate) struct Plan {
    signer: Shared,
    store: Arc<dyn Store>,
    options: Input,
    state: Mutex<State>,
}

struct State {
    handlers: Vec<Registered>,
    executor: Arc<Executor>,
}

#[derive(Clone)]
struct Registered {
    command: Command,
    flags: u32,
    format: Format,
    handler: Arc<HostHandler>,
}

/// Those besides [`AUTHORIZER`].
const OPTIONS: [&str; 7] =
    ["trusted", "tolerance", "longestInvocation", "log", "receiptsLast", "quota", "releaseCandidate"];

/// An executor that signs receipts with this, remembers in that, and is addressed by the signer's DID. The signer and the store may be
/// freed. Options are a map, or NULL with the length 0: {subjects, dangerAnySubject, leafFirst, limits, ages} as for allod_authorizer_new;
/// {trusted}, the DIDs of other executors whose receipts count; {tolerance} (3540 at most), {longestInvocation} (how far off an end may be) and {receiptsLast}
/// in seconds; {log}, "decisions" or "arguments" to write every decision into the store's log; {quota}, how many revocations of others
/// are kept, a pair of those of each subject and of all; {releaseCandidate}. All that one executor has executed has to be in its
/// store: two executors with two stores are two places at which an invocation can be executed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_executor_new(
    signer: *const AllodSigner,
    store: *const AllodStore,
    options: *const c_void,
    options_len: usize,
    out: *mut *mut AllodExecutor,
) -> *mut AllodError {
    call(|| {
        let known: Vec<&str> = AUTHORIZER.into_iter().chain(OPTIONS).collect();
        // SAFETY: as the header asks of the caller.
        let (out, options) =
            unsafe { (Out::at("out", out)?, maybe_question("options", options, options_len, &known)?) };
        let signer = Arc::clone(&*get("signer", signer)?);
        let store = get("store", store)?.store();
        let executor = Arc::new(built(&signer, &store, &options, &[])?);
        let state = Mutex::new(State { handlers: Vec::new(), executor });
        out.write(give(Plan { signer, store, options, state }));
        Ok(())
    })
}

/// Registers a function that executes a command. Of several that fit, the one with the longest command does it. `flags` are
/// ALLOD_IDEMPOTENT, ALLOD_AND_BELOW and ALLOD_RECEIPTS_FOR_ANYONE, added; `format` is that of what the function is given. When this
/// succeeds, `drop` is called with the context once nothing uses it any more; when it fails, it is not. Calls that are
/// under way go on with the handlers that there were.
#[must_use]
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a function, its context, and what it is for")]
pub unsafe extern "C" fn allod_executor_handle(
    executor: *const AllodExecutor,
    command: *const c_char,
    command_len: usize,
    flags: u32,
    format: u32,
    handle: AllodHandlerFn,
    context: *mut c_void,
    drop: AllodDropFn,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let command = unsafe { text("command", command, command_len) }?;
        let (command, format) = (command.parse::<Command>()?, Format::of(format)?);
        if flags & !(ALLOD_IDEMPOTENT | ALLOD_AND_BELOW | ALLOD_RECEIPTS_FOR_ANYONE) != 0 {
            return Err(Fault::argument(
                "flags",
                "ALLOD_IDEMPOTENT, ALLOD_AND_BELOW, ALLOD_RECEIPTS_FOR_ANYONE",
            ));
        }
        let handle = handle.ok_or_else(|| null("handle"))?;
        let plan = get("executor", executor)?;
        let mut state = plan.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Tried without the context first, which is the host's until this has succeeded.
        registrable(&plan, &state.handlers, &command, flags)?;
        let handler = Arc::new(HostHandler { handle, context: Context::new(context, drop) });
        state.handlers.push(Registered { command, flags, format, handler });
        state.executor = Arc::new(built(&plan.signer, &plan.store, &plan.options, &state.handlers)?);
        Ok(())
    })
}

/// Whom it is addressed as.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_executor_did(
    executor: *const AllodExecutor,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let out = unsafe { Out::at("out", out) }?;
        let did = get("executor", executor)?.current().did().to_string();
        out.write(AllodBytes::give(did.as_bytes()));
        Ok(())
    })
}

/// Decides on a container in any encoding, as it came, executes what is allowed, and signs what came of it. Options are a map {caller,
/// invocation, documents}, or NULL with the length 0: `caller` is the DID of who sent it, where the host has made sure of that, for whom
/// alone receipts of what was executed before are; `invocation` is the CID of the one that is meant; `documents` are pairs of a DID and its
/// document. What is no container is an error, with the code that says why. Other errors say that nothing can be said of the call, which
/// may be tried again; but ALLOD_RECEIPT_FAILED says that it was executed, and ALLOD_PANIC that it may have been.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_executor_execute(
    executor: *const AllodExecutor,
    container: *const c_void,
    container_len: usize,
    now: i64,
    options: *const c_void,
    options_len: usize,
    out: *mut *mut AllodExecution,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, container, options) = unsafe {
            (
                Out::at("out", out)?,
                bytes("container", container, container_len)?,
                maybe_question("options", options, options_len, &["caller", "invocation", "documents"])?,
            )
        };
        let (container, fields) = (Container::read(container)?, options.fields());
        let mut asked = Call::new(&container, seconds("now", now)?);
        let caller: Option<Did> = fields.optional("caller", field_did)?;
        if let Some(caller) = &caller {
            asked = asked.authenticated_as(caller);
        }
        if let Some(cid) = fields.optional("invocation", field_cid)? {
            let cid: Cid = cid;
            asked = asked.invocation(cid);
        }
        for document in fields.documents()?.documents() {
            asked = asked.document(document.clone());
        }
        let executor = get("executor", executor)?.current();
        out.write(give(executor.execute_call(&asked).map_err(failed)?));
        Ok(())
    })
}

/// Takes up the revocations in a container: they take effect at once. A list says what became of each: {cid, revoked, subject, result, code}. Options
/// are {documents}, or NULL with the length 0. `out` may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_executor_take_up_revocations(
    executor: *const AllodExecutor,
    container: *const AllodContainer,
    options: *const c_void,
    options_len: usize,
    format: u32,
    out: *mut *mut AllodBytes,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let (out, options) =
            unsafe { (MaybeOut::at(out), maybe_question("options", options, options_len, &["documents"])?) };
        let format = Format::of(format)?;
        let (executor, container) = (get("executor", executor)?.current(), get("container", container)?);
        let taken = executor.take_up_revocations(&container, &options.fields().documents()?);
        let report = format.bytes(&list(&taken.map_err(failed)?, taken_up))?;
        out.write(|| AllodBytes::give(&report));
        Ok(())
    })
}

/// Forgets what has ended: what was executed, delegations and receipts, which is also done by itself from time to time, and
/// revocations, which is done here alone. What has ended is told by the latest time at which anything was executed: nothing that
/// is forgotten can be allowed again here, even where the clock is set back. `count`, which may be NULL, says how much it was.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_executor_sweep(
    executor: *const AllodExecutor,
    count: *mut usize,
) -> *mut AllodError {
    call(|| {
        // SAFETY: as the header asks of the caller.
        let count = unsafe { MaybeOut::at(count) };
        let swept = get("executor", executor)?.current().sweep().map_err(failed)?;
        count.write(|| swept);
        Ok(())
    })
}

/// Frees an executor. Returns whether it was there: false for one that was freed before. NULL is allowed. Calls that are
/// under way go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn allod_executor_free(executor: *mut AllodExecutor) -> bool {
    quietly(false, || free(executor))
}

impl Plan {
    fn current(&self) -> Arc<Executor> {
        Arc::clone(&self.state.lock().unwrap_or_else(PoisonError::into_inner).executor)
    }
}

fn built(
    signer: &Shared,
    store: &Arc<dyn Store>,
    options: &Input,
    handlers: &[Registered],
) -> Result<Executor, Fault> {
    let fields = options.fields();
    let mut executor = Executor::new(Arc::clone(signer), subjects(fields)?, Arc::clone(store))
        .limits(limits(fields)?)
        .version(fields.version()?);
    if fields.flag("leafFirst")? {
        executor = executor.accept_leaf_first();
    }
    for (command, seconds) in ages(fields)? {
        executor = executor.revocations_no_older_than(command, seconds);
    }
    for trusted in fields.each("trusted", field_did)? {
        executor = executor.trust_receipts_of(trusted);
    }
    if let Some(seconds) = fields.optional("tolerance", count)? {
        executor = executor.tolerance(seconds);
    }
    if let Some(seconds) = fields.optional("longestInvocation", count)? {
        executor = executor.longest_invocation(seconds);
    }
    if let Some(seconds) = fields.optional("receiptsLast", count)? {
        executor = executor.receipts_last(seconds);
    }
    if let Some((each, all)) = fields.optional("quota", pair)? {
        let quota = |view| count("quota", view).map(u64::from);
        executor = executor.quota(Quota { each: quota(each)?, all: quota(all)? });
    }
    executor = match fields.optional("log", field_text)? {
        None => executor,
        Some("decisions") => executor.audited(),
        Some("arguments") => executor.audited_with_arguments(),
        Some(_) => return Err(Fault::argument("log", "\"decisions\" or \"arguments\"")),
    };
    for Registered { command, flags, format, handler } in handlers {
        let (handler, format) = (Arc::clone(handler), *format);
        let run = move |grant: &Grant, _: Ipld| called(&handler, format, grant);
        executor = executor.handle(command.clone(), flagged(Handler::new(run), *flags)).map_err(refused)?;
    }
    Ok(executor)
}

/// Whether this command can be registered besides those.
fn registrable(plan: &Plan, handlers: &[Registered], command: &Command, flags: u32) -> Result<(), Fault> {
    let nothing = || Handler::new(|_: &Grant, _: Ipld| Ok::<Ipld, Ipld>(Ipld::Null));
    let mut executor = built(&plan.signer, &plan.store, &plan.options, &[])?;
    let known = handlers.iter().map(|known| (&known.command, known.flags));
    for (command, flags) in known.chain([(command, flags)]) {
        executor = executor.handle(command.clone(), flagged(nothing(), flags)).map_err(refused)?;
    }
    Ok(())
}

/// Is gone when the handler has returned, and when it has panicked.
struct Reply(*mut AllodReply);

impl Drop for Reply {
    fn drop(&mut self) {
        free(self.0);
    }
}

/// Has the host execute it.
fn called(handler: &HostHandler, format: Format, grant: &Grant) -> Result<Ipld, Ipld> {
    let said = |reason: &str| Map::default().with("reason", reason.to_owned()).done();
    let grant = format.bytes(&report::allowed(grant).done()).map_err(|_| said("bad-arguments"))?;
    let reply = Reply(give(Mutex::new(None)));
    let went_well = handler.call(&grant, reply.0);
    let replied = get("reply", reply.0)
        .ok()
        .and_then(|replied| replied.lock().unwrap_or_else(PoisonError::into_inner).take());
    drop(reply);
    match replied {
        _ if !went_well => Err(said("handler-failed")),
        Some(Results::Ok(value)) => Ok(value),
        Some(Results::Error(value)) => Err(value),
        _ => Err(said("no-reply")),
    }
}

fn flagged(mut handler: Handler, flags: u32) -> Handler {
    if flags & ALLOD_IDEMPOTENT != 0 {
        handler = handler.idempotent();
    }
    if flags & ALLOD_AND_BELOW != 0 {
        handler = handler.and_below();
    }
    if flags & ALLOD_RECEIPTS_FOR_ANYONE != 0 {
        handler = handler.receipts_for_anyone();
    }
    handler
}

#[allow(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn refused(error: HandlerError) -> Fault {
    let name = match &error {
        HandlerError::Reserved { .. } => "handler-reserved",
        HandlerError::Top => "handler-top",
        HandlerError::Taken { .. } => "handler-taken",
        _ => "unlisted",
    };
    Fault::new("ExecutorError", name, &error)
}

fn failed(error: ExecutionError) -> Fault {
    match error {
        ExecutionError::Store(error) => error.into(),
        ExecutionError::Container(error) => error.into(),
        ExecutionError::ClockSetBack { .. } => Fault::new("ExecutorError", "clock-set-back", &error),
        ExecutionError::Receipt(_) => Fault::new("ExecutorError", "receipt-failed", &error),
        error => Fault::new("ExecutorError", "unlisted", &error),
    }
}
