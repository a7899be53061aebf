//! The executor: each invocation once, and what comes of it signed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use allod::executor::{Call, Execution, ExecutionError, Executor, Handler, HandlerError, Refusal};
use allod::store::{AuditLog as _, ReceiptStore as _, RevocationStore as _, TakeUp};
use allod::store::{AuditVerdict, Begun, ReplayStore as _, Store};
use allod::ucan::Outcome;
use allod::{
    Algorithm, Code, Command, Container, ContainerWriter, Delegation, Did, Encoding, Invocation, MemoryStore,
    Receipt, Results, Revocation, Signer, SigningKey, Subjects, Timestamp, Token,
};
use serde::Deserialize;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap()
}

fn album() -> SigningKey {
    key(1)
}

fn bob() -> SigningKey {
    SigningKey::from_seed(Algorithm::P256, &[2; 32]).unwrap()
}

fn command(text: &str) -> Command {
    text.parse().unwrap()
}

fn sent(tokens: &[&Token<Invocation>], proofs: &[&Token<Delegation>]) -> Container {
    let writer = tokens.iter().fold(ContainerWriter::new(), |writer, token| writer.token(token));
    let writer = proofs.iter().fold(writer, |writer, token| writer.token(token));
    Container::read(&writer.write(Encoding::Raw).unwrap()).unwrap()
}

fn asking(text: &str, nonce: u8) -> Token<Invocation> {
    let nonce = allod::Nonce::from_bytes(&[nonce]);
    let builder = Invocation::builder(album().did(), command(text)).nonce(nonce).argument("n", 7);
    builder.expires(at(300)).sign(&album()).unwrap()
}

#[derive(Deserialize)]
struct Count {
    n: i64,
}

/// An executor that counts how often it did something.
struct Counting {
    executor: Executor,
    ran: Arc<AtomicUsize>,
    store: Arc<MemoryStore>,
}

impl Counting {
    fn new() -> Self {
        Self::with(|executor| executor)
    }

    fn with(change: impl FnOnce(Executor) -> Executor) -> Self {
        let (ran, store) = (Arc::new(AtomicUsize::new(0)), Arc::new(MemoryStore::new()));
        let executor = Executor::new(album(), Subjects::itself(), Arc::clone(&store) as Arc<dyn Store>);
        let count = |ran: &Arc<AtomicUsize>| {
            let ran = Arc::clone(ran);
            Handler::new(move |_, count: Count| {
                ran.fetch_add(1, Ordering::SeqCst);
                Ok::<_, ()>(count.n + 1)
            })
        };
        let executor = change(executor)
            .handle(command("/count"), count(&ran))
            .unwrap()
            .handle(command("/idempotent"), count(&ran).idempotent())
            .unwrap()
            .handle(command("/open"), count(&ran).receipts_for_anyone())
            .unwrap()
            .handle(command("/tree"), count(&ran).and_below())
            .unwrap()
            .handle(
                command("/panics"),
                Handler::new(|_, _: Count| -> Result<(), ()> { panic!("on purpose") }),
            )
            .unwrap()
            .handle(command("/fails"), Handler::new(|_, _: Count| Err::<(), _>("no such thing")))
            .unwrap()
            .handle(command("/nan"), Handler::new(|_, _: Count| Ok::<_, ()>(f64::NAN)))
            .unwrap()
            .handle(command("/large"), Handler::new(|_, _: Count| Ok::<_, ()>("x".repeat(70_000))))
            .unwrap();
        Self { executor, ran, store }
    }

    fn execute(&self, token: &Token<Invocation>, now: Timestamp) -> Execution {
        self.executor.execute(&sent(&[token], &[]), now).unwrap()
    }

    fn ran(&self) -> usize {
        self.ran.load(Ordering::SeqCst)
    }
}

fn error_of(execution: &Execution) -> String {
    match execution.receipt().expect("a receipt").outcome() {
        Outcome::Error(value) => allod::wire::dag_json::print(value),
        Outcome::Ok(_) => panic!("it went well"),
    }
}

#[test]
fn what_is_allowed_is_executed_once_and_its_receipt_is_the_executors() {
    let counting = Counting::new();
    let token = asking("/count", 1);
    let Execution::Executed(receipt) = counting.execute(&token, at(0)) else { panic!("it is allowed") };
    assert_eq!(receipt.ran(), token.task().cid());
    assert_eq!(*receipt.issuer(), album().did());
    assert_eq!(receipt.outcome().value().as_integer(), Some(8));
    assert_eq!((receipt.expires(), receipt.issued_at()), (None, Some(at(0))));
    // It is verified like any token.
    assert!(Receipt::clone(&receipt).verify(&allod::MemoryResolver::new()).is_ok());
    assert_eq!(counting.store.receipts_of(&receipt.ran(), &album().did(), 8).unwrap().len(), 1);

    let again = counting.execute(&token, at(1));
    assert_eq!(again.denial().map(|denial| denial.code()), Some(Code::Replayed));
    assert!(again.receipt().is_none(), "whoever holds the invocation is not its issuer");
    assert_eq!(counting.ran(), 1);
}

#[test]
fn the_receipt_is_for_the_issuer_or_where_the_handler_says_so() {
    let counting = Counting::new();
    let token = asking("/count", 1);
    counting.execute(&token, at(0));
    let container = sent(&[&token], &[]);
    for (caller, given) in [(album().did(), true), (bob().did(), false)] {
        let call = Call::new(&container, at(1)).authenticated_as(&caller);
        let again = counting.executor.execute_call(&call).unwrap();
        assert_eq!(again.receipt().is_some(), given);
        assert!(matches!(again, Execution::Replayed { running: false, .. }));
    }
    let open = asking("/open", 2);
    counting.execute(&open, at(0));
    assert!(counting.execute(&open, at(1)).receipt().is_some());
}

#[test]
fn the_same_request_signed_anew_is_the_same() {
    let counting = Counting::new();
    let ask = |nonce: u8, until: i64| {
        let builder = Invocation::builder(album().did(), command("/count")).argument("n", 1);
        builder.nonce(allod::Nonce::from_bytes(&[nonce])).expires(at(until)).sign(&album()).unwrap()
    };
    let (one, other) = (ask(1, 300), ask(1, 301));
    assert_ne!(one.cid(), other.cid());
    assert!(matches!(counting.execute(&one, at(0)), Execution::Executed(_)));
    assert!(matches!(counting.execute(&other, at(0)), Execution::Replayed { .. }));
    assert!(matches!(counting.execute(&ask(2, 300), at(0)), Execution::Executed(_)));
    assert_eq!(counting.ran(), 2);
}

#[test]
fn a_denial_is_no_execution_and_leaves_no_trace_in_the_replay_store() {
    let counting = Counting::new();
    let token = asking("/count", 1);
    let late = counting.execute(&token, at(1_000));
    assert_eq!(late.denial().map(|denial| denial.code()), Some(Code::Expired));
    // It was denied, not executed: at the right time it still is.
    assert!(matches!(counting.execute(&token, at(0)), Execution::Executed(_)));
    assert_eq!(counting.ran(), 1);
    // Executed before, and expired since: it is decided again in full, and time comes first.
    assert_eq!(counting.execute(&token, at(1_000)).denial().map(|denial| denial.code()), Some(Code::Expired));
}

#[test]
fn what_never_ends_or_ends_far_off_is_for_idempotent_handlers() {
    let counting = Counting::new();
    let ask = |text: &str, until: Option<i64>| {
        let builder = Invocation::builder(album().did(), command(text)).argument("n", 1);
        let builder = until.into_iter().fold(builder, |builder, until| builder.expires(at(until)));
        builder.sign(&album()).unwrap()
    };
    let day = 24 * 3600;
    let refused = |execution| match execution {
        Execution::Refused(refusal) => Some(refusal),
        _ => None,
    };
    let never = refused(counting.execute(&ask("/count", None), at(0)));
    assert!(matches!(never, Some(Refusal::NoEnd { most: 86_400 })), "{never:?}");
    let far = refused(counting.execute(&ask("/count", Some(day + 1)), at(0)));
    assert!(matches!(far, Some(Refusal::EndTooFarOff { .. })), "{far:?}");
    assert_eq!(counting.ran(), 0);
    assert!(refused(counting.execute(&ask("/count", Some(day)), at(0))).is_none());
    for until in [None, Some(day + 1)] {
        let token = ask("/idempotent", until);
        assert!(matches!(counting.execute(&token, at(0)), Execution::Executed(_)));
        assert!(matches!(counting.execute(&token, at(1)), Execution::Executed(_)), "as often as it comes");
    }
    let short = Counting::with(|executor| executor.longest_invocation(60));
    assert!(matches!(short.execute(&asking("/count", 1), at(0)), Execution::Refused(_)));
}

#[test]
fn handlers_that_panic_fail_or_answer_with_nonsense_give_error_receipts() {
    let counting = Counting::new();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let panicked = counting.execute(&asking("/panics", 1), at(0));
    std::panic::set_hook(hook);
    assert_eq!(error_of(&panicked), r#"{"reason":"handler-panicked"}"#);
    assert_eq!(error_of(&counting.execute(&asking("/fails", 1), at(0))), r#""no such thing""#);
    assert_eq!(error_of(&counting.execute(&asking("/nan", 1), at(0))), r#"{"reason":"bad-result"}"#);
    assert_eq!(error_of(&counting.execute(&asking("/large", 1), at(0))), r#"{"reason":"bad-result"}"#);
    let wrong = Invocation::builder(album().did(), command("/count")).argument("n", "seven");
    let wrong = wrong.expires(at(300)).sign(&album()).unwrap();
    assert_eq!(error_of(&counting.execute(&wrong, at(0))), r#"{"reason":"bad-arguments"}"#);
    // The store is whole.
    assert!(matches!(counting.execute(&asking("/count", 9), at(0)), Execution::Executed(_)));
    assert!(matches!(counting.execute(&asking("/panics", 1), at(0)), Execution::Replayed { .. }));
}

#[test]
fn handlers_are_found_by_exact_command_or_by_the_longest_prefix_and_never_for_reserved_ones() {
    let counting = Counting::new();
    for (text, executed) in [
        ("/count", true),
        ("/count/more", false),
        ("/tree", true),
        ("/tree/a/b", true),
        ("/treehouse", false),
        ("/nothing", false),
    ] {
        let execution = counting.execute(&asking(text, 1), at(0));
        assert_eq!(matches!(execution, Execution::Executed(_)), executed, "{text}: {execution}");
    }
    let executor = || Executor::new(album(), Subjects::itself(), Arc::new(MemoryStore::new()));
    let handler = || Handler::new(|_, _: Count| Ok::<_, ()>(())).and_below();
    for reserved in ["/ucan/revoke", "/ucan/assert", "/ucan/assert/receipt"] {
        let refused = executor().handle(command(reserved), handler()).unwrap_err();
        assert!(matches!(refused, HandlerError::Reserved { .. }), "{reserved}");
    }
    let top = Handler::new(|_, _: Count| Ok::<_, ()>(()));
    assert_eq!(executor().handle(Command::top(), top).unwrap_err(), HandlerError::Top);
    let all = executor().handle(Command::top(), handler()).unwrap();
    assert!(all.handle(Command::top(), handler()).is_err());
    // Not even a handler for everything gets to see one.
    let all = executor().handle(Command::top(), handler()).unwrap();
    for reserved in ["/ucan/revoke", "/ucan/assert/receipt"] {
        let token = asking(reserved, 1);
        let container = sent(&[&token], &[]);
        let call = Call::new(&container, at(0)).invocation(token.cid());
        let execution = all.execute_call(&call).unwrap();
        assert!(matches!(execution, Execution::Refused(Refusal::Reserved { .. })), "{execution}");
    }
}

#[test]
fn a_clock_that_was_set_back_is_refused_and_sweeping_goes_by_the_latest_time() {
    let counting = Counting::new();
    let early = asking("/count", 1);
    assert!(matches!(counting.execute(&early, at(0)), Execution::Executed(_)));
    let later = Invocation::builder(album().did(), command("/count")).argument("n", 1);
    let later = later.expires(at(90_000)).sign(&album()).unwrap();
    assert!(matches!(counting.execute(&later, at(10_000)), Execution::Executed(_)));
    // The first is over, and by now forgotten.
    let entry = |seed: &[u8]| allod::store::ReplayEntry {
        invocation: early.cid(),
        request: allod::Cid::of(seed),
        until: at(20_000),
    };
    assert_eq!(counting.store.begin(&entry(b"other"), at(10_000), 60).unwrap(), Begun::Fresh);
    let back = counting.executor.execute(&sent(&[&early], &[]), at(0));
    assert!(matches!(back, Err(ExecutionError::ClockSetBack { .. })), "{back:?}");
    assert_eq!(counting.ran(), 2, "a clock set back brings nothing back");
    // A host that knows that the clock was ahead says so, and what is left of the past is still known.
    counting.store.danger_set_latest_time(at(0)).unwrap();
    let again = counting.executor.execute(&sent(&[&early], &[]), at(0)).unwrap();
    assert!(matches!(again, Execution::Replayed { .. }), "{again}");
    counting.store.danger_set_latest_time(at(10_000)).unwrap();
    // Within the tolerance it may jump.
    let token = asking_until("/count", 5, 90_000);
    assert!(matches!(counting.execute(&token, at(9_950)), Execution::Executed(_)));
}

fn asking_until(text: &str, nonce: u8, until: i64) -> Token<Invocation> {
    let nonce = allod::Nonce::from_bytes(&[nonce]);
    let builder = Invocation::builder(album().did(), command(text)).nonce(nonce).argument("n", 7);
    builder.expires(at(until)).sign(&album()).unwrap()
}

#[test]
fn an_execution_that_was_cut_short_is_never_run_again_and_says_so() {
    let counting = Counting::new();
    let token = asking("/count", 1);
    // What a process leaves behind that dies between the entry and the receipt.
    let entry = allod::store::ReplayEntry {
        invocation: token.cid(),
        request: allod::Cid::of(b"whatever"),
        until: at(360),
    };
    assert_eq!(counting.store.begin(&entry, at(0), 60).unwrap(), Begun::Fresh);
    assert!(matches!(counting.execute(&token, at(1)), Execution::Replayed { running: true, .. }));
    counting.store.abandon(&token.cid()).unwrap();
    let unknown = counting.execute(&token, at(2));
    assert!(matches!(unknown, Execution::OutcomeUnknown(_)), "{unknown}");
    assert_eq!(error_of(&unknown), r#"{"reason":"outcome-unknown"}"#);
    assert!(matches!(counting.execute(&token, at(3)), Execution::Replayed { running: false, .. }));
    assert_eq!(counting.ran(), 0);
}

#[test]
fn a_clock_that_was_ahead_brings_no_revoked_delegation_back() {
    let counting = Counting::new();
    let grant = Delegation::builder(bob().did(), album().did(), command("/idempotent"));
    let grant = grant.expires(at(1_000_000)).sign(&album()).unwrap();
    let ask = Invocation::builder(album().did(), command("/idempotent")).argument("n", 1);
    // Without an end: executed as often as it comes, and not remembered.
    let sent_by_bob = sent(&[&ask.proofs([grant.cid()]).sign(&bob()).unwrap()], &[&grant]);
    let execute = |now| counting.executor.execute(&sent_by_bob, now);
    assert!(matches!(execute(at(0)), Ok(Execution::Executed(_))));
    let revocation = Revocation::builder(grant.cid(), album().did()).sign(&album()).unwrap();
    let none = allod::MemoryResolver::new();
    counting.executor.take_up_revocations(&sent(&[revocation.token()], &[&grant]), &none).unwrap();
    assert_eq!(execute(at(1)).unwrap().denial().map(|denial| denial.code()), Some(Code::Revoked));

    // For one request the clock is ahead. By itself that sweeps no revocation; whoever asks for it then does.
    let later = Invocation::builder(album().did(), command("/count")).argument("n", 1);
    let later = later.expires(at(2_000_100)).sign(&album()).unwrap();
    assert!(matches!(counting.execute(&later, at(2_000_000)), Execution::Executed(_)));
    assert!(counting.store.is_revoked(&grant.cid(), &album().did()).unwrap());
    counting.executor.sweep().unwrap();
    assert!(!counting.store.is_revoked(&grant.cid(), &album().did()).unwrap());
    let again = execute(at(2));
    assert!(matches!(again, Err(ExecutionError::ClockSetBack { .. })), "{again:?}");
    assert_eq!(counting.ran(), 2);
}

#[test]
fn what_one_executor_swept_another_with_more_tolerance_does_not_execute_again() {
    let early = sent(&[&asking("/count", 1)], &[]);
    for seconds in (3800..8000).step_by(60) {
        let store = Arc::new(MemoryStore::new());
        let executor = |tolerance| {
            Executor::new(album(), Subjects::itself(), Arc::clone(&store) as Arc<dyn Store>)
                .tolerance(tolerance)
                .handle(command("/count"), Handler::new(|_, count: Count| Ok::<_, ()>(count.n)))
                .unwrap()
        };
        let (strict, lax) = (executor(0), executor(u32::MAX));
        assert!(matches!(strict.execute(&early, at(300)).unwrap(), Execution::Executed(_)));
        // As time passes, it is forgotten.
        let later = Invocation::builder(album().did(), command("/count")).argument("n", 1);
        let later = later.expires(at(seconds)).sign(&album()).unwrap();
        assert!(matches!(
            strict.execute(&sent(&[&later], &[]), at(seconds)).unwrap(),
            Execution::Executed(_)
        ));
        strict.sweep().unwrap();
        let again = lax.execute(&early, at(seconds - 60)).unwrap();
        assert!(!matches!(again, Execution::Executed(_)), "{seconds}: {again}");
    }
}

#[test]
fn proofs_come_from_the_store_and_revocations_take_effect_at_once() {
    let counting = Counting::new();
    let grant = Delegation::builder(bob().did(), album().did(), command("/count")).sign(&album()).unwrap();
    let ask = |nonce: u8| {
        let builder = Invocation::builder(album().did(), command("/count")).argument("n", 1);
        let builder = builder.nonce(allod::Nonce::from_bytes(&[nonce])).proofs([grant.cid()]);
        builder.expires(at(300)).sign(&bob()).unwrap()
    };
    let missing = counting.execute(&ask(1), at(0));
    assert_eq!(missing.denial().map(|denial| denial.code()), Some(Code::ProofMissing));
    let verified = grant.clone().verify().unwrap();
    allod::store::DelegationStore::put_delegations(&*counting.store, &[verified]).unwrap();
    assert!(matches!(counting.execute(&ask(1), at(0)), Execution::Executed(_)));

    // By somebody who may not, and by the album.
    let none = allod::MemoryResolver::new();
    let outsider = Revocation::builder(grant.cid(), key(9).did()).sign(&key(9)).unwrap();
    let taken = counting.executor.take_up_revocations(&sent(&[outsider.token()], &[]), &none).unwrap();
    assert!(matches!(taken[0].result, TakeUp::Irrelevant), "{taken:?}");
    assert!(matches!(counting.execute(&ask(2), at(0)), Execution::Executed(_)));
    let revocation = Revocation::builder(grant.cid(), album().did()).sign(&album()).unwrap();
    let carried = sent(&[revocation.token()], &[]);
    let taken = counting.executor.take_up_revocations(&carried, &none).unwrap();
    assert!(matches!(taken[0].result, TakeUp::New), "{taken:?}");
    let denied = counting.execute(&ask(3), at(0));
    assert_eq!(denied.denial().map(|denial| denial.code()), Some(Code::Revoked));
    assert!(matches!(
        counting.executor.take_up_revocations(&carried, &none).unwrap()[0].result,
        TakeUp::Known
    ));
}

#[test]
fn a_command_may_ask_for_revocations_of_a_certain_age() {
    let counting = Counting::with(|executor| executor.revocations_no_older_than(command("/count"), 100));
    let grant = Delegation::builder(bob().did(), album().did(), command("/count")).sign(&album()).unwrap();
    let ask = |nonce: u8| {
        let builder = Invocation::builder(album().did(), command("/count")).argument("n", 1);
        let builder = builder.nonce(allod::Nonce::from_bytes(&[nonce])).proofs([grant.cid()]);
        builder.expires(at(300)).sign(&bob()).unwrap()
    };
    let code = |nonce: u8, now| {
        let container = sent(&[&ask(nonce)], &[&grant]);
        counting.executor.execute(&container, now).unwrap().denial().map(|denial| denial.code())
    };
    assert_eq!(code(1, at(0)), Some(Code::RevocationStale), "nobody said how old they are");
    counting.store.set_synced_at(at(0)).unwrap();
    assert_eq!(code(2, at(100)), None);
    assert_eq!(code(3, at(101)), Some(Code::RevocationStale));
    // Importing is no syncing.
    let revocation = Revocation::builder(allod::Cid::of(b"another"), album().did()).sign(&album()).unwrap();
    let carried = sent(&[revocation.token()], &[]);
    counting.executor.take_up_revocations(&carried, &allod::MemoryResolver::new()).unwrap();
    assert_eq!(code(4, at(101)), Some(Code::RevocationStale));
}

#[test]
fn promises_are_kept_from_receipts_and_handlers_never_see_one() {
    let counting = Counting::new();
    let first = asking("/count", 1);
    let awaiting = |key: &str, nonce: u8| {
        let promise = allod::Ipld::Map([(key.into(), allod::Ipld::Link(first.task().cid().into()))].into());
        let builder = Invocation::builder(album().did(), command("/count")).argument("n", promise);
        builder.nonce(allod::Nonce::from_bytes(&[nonce])).expires(at(300)).sign(&album()).unwrap()
    };
    let Execution::Awaits(promises) = counting.execute(&awaiting("await/ok", 2), at(0)) else {
        panic!("nothing is known yet")
    };
    assert_eq!(promises[0].task, first.task().cid());
    assert_eq!(counting.ran(), 0);
    counting.execute(&first, at(0));
    let Execution::Executed(receipt) = counting.execute(&awaiting("await/ok", 2), at(0)) else {
        panic!("the executor's own receipt counts")
    };
    assert_eq!(receipt.outcome().value().as_integer(), Some(9));
    let mismatch = counting.execute(&awaiting("await/error", 3), at(0));
    let text = error_of(&mismatch);
    assert!(text.contains(r#""reason":"branch mismatch""#) && text.contains(r#""got":"ok""#), "{text}");
    assert_eq!(counting.ran(), 2);
    // A result that is a promise itself is one that nobody keeps.
    let other = allod::Cid::of(b"task");
    let inner = allod::Ipld::Map([("await/ok".into(), allod::Ipld::Link(other.into()))].into());
    let receipt = Receipt::builder(other, Results::Ok(inner)).sign(&album()).unwrap();
    counting.store.put_receipt(&receipt).unwrap();
    let promise = allod::Ipld::Map([("await/ok".into(), allod::Ipld::Link(other.into()))].into());
    let token = Invocation::builder(album().did(), command("/count")).argument("n", promise);
    let token = token.expires(at(300)).sign(&album()).unwrap();
    assert!(matches!(counting.execute(&token, at(0)), Execution::Refused(Refusal::PromiseInResult)));
}

#[test]
fn receipts_of_strangers_stand_in_nobody_s_way() {
    let counting = Counting::new();
    let first = asking("/count", 1);
    counting.execute(&first, at(0));
    let stranger = key(66);
    for n in 0..300_u32 {
        let forged = Receipt::builder(first.task().cid(), Results::Ok(i128::from(n).into()));
        let forged = forged.nonce(allod::Nonce::from_bytes(&n.to_be_bytes())).sign(&stranger).unwrap();
        counting.store.put_receipt(&forged).unwrap();
    }
    let promise = allod::ucan::Promise { task: first.task().cid(), branch: allod::ucan::Branch::Ok };
    let token = Invocation::builder(album().did(), command("/count")).argument("n", promise);
    let token = token.expires(at(300)).sign(&album()).unwrap();
    let Execution::Executed(receipt) = counting.execute(&token, at(0)) else { panic!("it is kept") };
    assert_eq!(receipt.outcome().value().as_integer(), Some(9));
}

#[test]
fn the_subject_s_own_receipt_counts_where_the_task_comes_along() {
    let counting = Counting::new();
    let camera = bob();
    let photo = Invocation::builder(camera.did(), command("/take")).expires(at(300)).sign(&camera).unwrap();
    let receipt = Receipt::builder(photo.task().cid(), Results::Ok(41.into())).sign(&camera).unwrap();
    counting.store.put_receipt(&receipt).unwrap();
    let promise = allod::ucan::Promise { task: photo.task().cid(), branch: allod::ucan::Branch::Ok };
    let token = Invocation::builder(album().did(), command("/count")).argument("n", promise);
    let token = token.expires(at(300)).sign(&album()).unwrap();
    assert!(
        matches!(counting.execute(&token, at(0)), Execution::Awaits(_)),
        "whose task it is, nobody knows"
    );
    let container = sent(&[&token, &photo], &[]);
    let call = Call::new(&container, at(0)).invocation(token.cid());
    let Execution::Executed(receipt) = counting.executor.execute_call(&call).unwrap() else { panic!("kept") };
    assert_eq!(receipt.outcome().value().as_integer(), Some(42));
}

#[test]
fn what_is_done_over_and_over_leaves_one_receipt_and_receipts_may_end() {
    let counting = Counting::with(|executor| executor.receipts_last(1_000));
    let token = Invocation::builder(album().did(), command("/idempotent")).argument("n", 1);
    let token = token.sign(&album()).unwrap();
    let of_task = || counting.store.receipts_of(&token.task().cid(), &album().did(), 99).unwrap().len();
    for _ in 0..20 {
        assert!(matches!(counting.execute(&token, at(0)), Execution::Executed(_)));
    }
    assert_eq!((counting.ran(), of_task()), (20, 1));
    // Long after, with something executed that moves the time.
    let later = asking_until("/count", 7, 100_300);
    assert!(matches!(counting.execute(&later, at(100_000)), Execution::Executed(_)));
    counting.executor.sweep().unwrap();
    assert_eq!(of_task(), 0);
}

#[test]
fn every_decision_goes_into_the_log_without_arguments_unless_asked() {
    let counting = Counting::with(Executor::audited);
    counting.execute(&asking("/count", 1), at(0));
    counting.execute(&asking("/count", 1), at(1));
    counting.execute(&asking("/nothing", 1), at(2));
    counting.execute(&asking("/count", 2), at(1_000));
    counting.executor.execute(&sent(&[], &[]), at(3)).unwrap();
    let entries = counting.store.entries(None, 100).unwrap().items;
    let verdicts: Vec<_> = entries.iter().map(|entry| entry.verdict).collect();
    assert_eq!(
        verdicts,
        [
            AuditVerdict::Executed,
            AuditVerdict::Denied(Code::Replayed),
            AuditVerdict::NotExecuted,
            AuditVerdict::Denied(Code::Expired),
            AuditVerdict::Denied(Code::Malformed),
        ]
    );
    assert!(entries.iter().all(|entry| entry.arguments.is_none()));
    assert_eq!(entries[0].issuer, Some(album().did()));
    let telling = Counting::with(Executor::audited_with_arguments);
    telling.execute(&asking("/count", 1), at(0));
    let entries = telling.store.entries(None, 100).unwrap().items;
    assert_eq!(entries[0].arguments.as_deref(), Some(r#"{"n":7}"#));
}

#[test]
fn sixteen_threads_execute_each_of_ten_thousand_invocations_once() {
    const INVOCATIONS: usize = 10_000;
    // In a file: what keeps them apart is on the disk before a handler is called.
    let folder = std::env::temp_dir().join(format!("allod-executing-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let store = Arc::new(allod::store::RedbStore::create(folder.join("store.redb")).unwrap());
    let runs: Arc<Vec<AtomicUsize>> = Arc::new((0..INVOCATIONS).map(|_| AtomicUsize::new(0)).collect());
    let counted = Arc::clone(&runs);
    let handler = Handler::new(move |_, count: Count| {
        counted[usize::try_from(count.n).unwrap()].fetch_add(1, Ordering::SeqCst);
        Ok::<_, ()>(())
    });
    let executor = Executor::new(album(), Subjects::itself(), store).handle(command("/count"), handler);
    let executor = executor.unwrap();
    let containers: Vec<Container> = (0..INVOCATIONS)
        .map(|n| {
            let builder = Invocation::builder(album().did(), command("/count"));
            let builder = builder.argument("n", i128::try_from(n).unwrap()).expires(at(300));
            sent(&[&builder.sign(&album()).unwrap()], &[])
        })
        .collect();
    let executed = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let (executor, containers, executed) = (&executor, &containers, &executed);
            scope.spawn(move || {
                // Each begins elsewhere, so that they meet in many places.
                for n in 0..INVOCATIONS {
                    let container = &containers[(n + thread * 7) % INVOCATIONS];
                    match executor.execute(container, at(0)).unwrap() {
                        Execution::Executed(_) => drop(executed.fetch_add(1, Ordering::SeqCst)),
                        Execution::Replayed { .. } => {}
                        other => panic!("{other}"),
                    }
                }
            });
        }
    });
    assert_eq!(executed.load(Ordering::SeqCst), INVOCATIONS);
    assert!(runs.iter().all(|runs| runs.load(Ordering::SeqCst) == 1));
    drop(executor);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_executor_is_addressed_by_its_signer() {
    let site = Did::parse("did:web:photos.example").unwrap();
    let executor = Executor::new(
        album().acting_as(site.clone()),
        Subjects::of([bob().did()]),
        Arc::new(MemoryStore::new()),
    );
    assert_eq!(*executor.did(), site);
    executor.store().set_name("bob", Some(&bob().did())).unwrap();
    assert_eq!(executor.store().names().unwrap(), [("bob".to_owned(), bob().did())]);
}
