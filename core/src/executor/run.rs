//! From a container to a receipt.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::sync::atomic::Ordering;

use super::call::Call;
use super::execution::{Execution, ExecutionError, Refusal};
use super::handler::{Handler, reason};
use super::{Audit, CLOCK_MARGIN, Executor, REPLAY_MARGIN, SWEPT_EVERY, once};
use crate::container::{Container, ContainerError};
use crate::limits::MAX_RECEIPTS;
use crate::store::{AuditEntry, AuditVerdict, Begun, StoreView};
use crate::ucan::time::Timestamp;
use crate::ucan::{Invocation, Nonce, Promise, Receipt, Results, Token, VerifiedReceipt};
use crate::validation::{Decision, Evidence, Grant, Mismatch};
use crate::wire::Ipld;

impl Executor {
    /// Decides on the one invocation in the container, and executes it if it is allowed and was not executed
    /// before. Proofs that did not come along are looked for in the store.
    ///
    /// # Errors
    /// [`ExecutionError`]: when nothing can be said of it. A denial is not an error.
    pub fn execute(&self, container: &Container, now: Timestamp) -> Result<Execution, ExecutionError> {
        self.execute_call(&Call::new(container, now))
    }

    /// As [`Executor::execute`], with what the host knows besides.
    ///
    /// # Errors
    /// As [`Executor::execute`].
    pub fn execute_call(&self, call: &Call<'_>) -> Result<Execution, ExecutionError> {
        let token = match call.invocation {
            None => call.container.invocation(),
            Some(cid) => call.container.invocation_named(cid),
        };
        let view = StoreView(&*self.store);
        let mut evidence = self.circumstances(call, &view)?.container(call.container);
        let token = match token {
            Ok(token) => token,
            Err(error @ ContainerError::NotThere { .. }) => return Err(error.into()),
            // It is no request, which is a denial with a code like any other.
            Err(error) => return self.denied(call, None, self.authorizer.refuse_container(&error)),
        };
        for cid in self.authorizer.needs(&token, &evidence).proofs {
            if let Some(proof) = self.store.delegation(&cid)? {
                evidence = evidence.delegation(proof);
            }
        }
        evidence = self.with_receipts(call, &token, evidence)?;
        match self.authorizer.decide(&token, &evidence) {
            decision @ Decision::Deny(_) => self.denied(call, Some(&token), decision),
            Decision::Allow(grant) => self.allowed(call, grant),
        }
    }

    /// What a decision rests on besides tokens.
    fn circumstances<'a>(
        &self,
        call: &Call<'_>,
        view: &'a StoreView<'_, dyn crate::store::Store>,
    ) -> Result<Evidence<'a>, ExecutionError> {
        let mut evidence = Evidence::new(call.now, view).tolerance(self.tolerance);
        if let Some(at) = self.store.synced_at()? {
            evidence = evidence.revocations_as_of(at);
        }
        for document in call.documents.documents() {
            evidence = evidence.document(document.clone());
        }
        Ok(self.trusted.iter().cloned().fold(evidence, Evidence::trust_receipts_of))
    }

    /// The receipts of the store that may count for what the arguments promise: the executor's own, those of
    /// executors that are trusted, and of the awaited tasks' own subjects, where the tasks came along.
    fn with_receipts<'a>(
        &self,
        call: &Call<'_>,
        token: &Token<Invocation>,
        mut evidence: Evidence<'a>,
    ) -> Result<Evidence<'a>, ExecutionError> {
        let mut tasks: Vec<_> = Promise::all(token.arguments()).iter().map(|promise| promise.task).collect();
        tasks.dedup();
        tasks.truncate(MAX_RECEIPTS);
        if tasks.is_empty() {
            return Ok(evidence);
        }
        let came = call.container.invocations().filter_map(|cid| call.container.invocation_named(cid).ok());
        let subjects: BTreeMap<_, _> =
            came.map(|token| (token.task().cid(), token.subject().clone())).collect();
        for task in &tasks {
            for issuer in self.trusted.iter().chain([&self.did]).chain(subjects.get(task)) {
                let receipts = self.store.receipts_of(task, issuer, MAX_RECEIPTS)?;
                evidence = receipts.into_iter().fold(evidence, Evidence::receipt);
            }
        }
        Ok(evidence)
    }

    fn denied(
        &self,
        call: &Call<'_>,
        token: Option<&Token<Invocation>>,
        decision: Decision,
    ) -> Result<Execution, ExecutionError> {
        let Decision::Deny(denial) = decision else { return Err(ContainerError::NoInvocation.into()) };
        self.record(call, token, AuditVerdict::Denied(denial.code()))?;
        Ok(Execution::Denied(denial))
    }

    fn allowed(&self, call: &Call<'_>, grant: Grant) -> Result<Execution, ExecutionError> {
        let handler = match self.who_executes(call, &grant) {
            Ok(handler) => handler,
            Err(execution) => {
                self.record(call, Some(grant.invocation()), AuditVerdict::NotExecuted)?;
                return Ok(execution);
            }
        };
        let invocation = grant.invocation().cid();
        // Without an end near enough, it is one that may be executed as often as it comes.
        let Some(until) = self.remembered_until(call, &grant) else {
            // Of what ended before the latest time, revocations may be swept: it could look allowed once more.
            if let Some(latest) = self.store.latest_time()?.filter(|latest| is_set_back(call.now, *latest)) {
                self.record(call, Some(grant.invocation()), AuditVerdict::NotExecuted)?;
                return Err(ExecutionError::ClockSetBack { now: call.now, latest });
            }
            self.record(call, Some(grant.invocation()), AuditVerdict::Executed)?;
            // Undated: the same result of the same invocation is the same receipt, however often it is asked for.
            let receipt = self.sign(&grant, outcome(handler, &grant), None, call.now)?;
            self.store.put_receipt(&receipt)?;
            self.sweep_now_and_then(call.now);
            return Ok(Execution::Executed(receipt));
        };
        let entry = once::entry(grant.invocation(), until);
        match self.store.begin(&entry, call.now, CLOCK_MARGIN)? {
            Begun::ClockSetBack { latest } => {
                self.record(call, Some(grant.invocation()), AuditVerdict::NotExecuted)?;
                Err(ExecutionError::ClockSetBack { now: call.now, latest })
            }
            Begun::Fresh => {
                let begun = once::Begun::new(self, invocation);
                self.record(call, Some(grant.invocation()), AuditVerdict::Executed)?;
                let receipt = self.sign(&grant, outcome(handler, &grant), Some(call.now), call.now)?;
                begun.finish(&receipt)?;
                self.sweep_now_and_then(call.now);
                Ok(Execution::Executed(receipt))
            }
            Begun::Seen { invocation, receipt: None, running: false } => {
                let receipt = self.sign(&grant, reason("outcome-unknown"), Some(call.now), call.now)?;
                self.store.finish(&invocation, &receipt)?;
                self.record(call, Some(grant.invocation()), AuditVerdict::NotExecuted)?;
                Ok(Execution::OutcomeUnknown(receipt))
            }
            Begun::Seen { receipt, running, .. } => {
                let theirs = call.caller == Some(grant.issuer()) || handler.repeats_receipts();
                let receipt = match receipt.filter(|_| theirs) {
                    Some(cid) => self.store.receipt(&cid)?,
                    None => None,
                };
                let code = crate::code::Code::Replayed;
                self.record(call, Some(grant.invocation()), AuditVerdict::Denied(code))?;
                Ok(Execution::Replayed { denial: grant.replayed(), receipt, running })
            }
        }
    }

    /// The handler, or what comes of it without one being called.
    #[allow(clippy::result_large_err, reason = "looked at once for each call")]
    fn who_executes(&self, call: &Call<'_>, grant: &Grant) -> Result<&Handler, Execution> {
        let command = grant.command();
        if command.is_reserved() {
            return Err(Execution::Refused(Refusal::Reserved { command: command.clone() }));
        }
        let Some(handler) = self.handler(command) else {
            return Err(Execution::Refused(Refusal::NoHandler { command: command.clone() }));
        };
        // What never can be kept is an error of its own; what is not kept yet can wait.
        if grant.mismatch().is_none() && grant.awaits_results() {
            return Err(match grant.awaits() {
                [] => Execution::Refused(Refusal::PromiseInResult),
                awaits => Execution::Awaits(awaits.to_vec()),
            });
        }
        if !handler.is_idempotent() && self.remembered_until(call, grant).is_none() {
            let most = self.longest;
            return Err(Execution::Refused(match grant.invocation().expires() {
                None => Refusal::NoEnd { most },
                Some(end) => Refusal::EndTooFarOff { end, most },
            }));
        }
        Ok(handler)
    }

    /// Until when the invocation could be allowed; `None` where that is too long to remember it.
    fn remembered_until(&self, call: &Call<'_>, grant: &Grant) -> Option<Timestamp> {
        let end = grant.invocation().expires()?;
        (end <= call.now.plus(i64::from(self.longest))).then(|| end.plus(i64::from(self.tolerance)))
    }

    fn sign(
        &self,
        grant: &Grant,
        out: Results,
        issued_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<VerifiedReceipt, ExecutionError> {
        let ran = grant.invocation().task().cid();
        // One invocation, one receipt: it needs no chance to be told from others.
        let cid = grant.invocation().cid();
        let (nonce, _) = cid.digest().split_at(Nonce::RANDOM_LENGTH);
        let nonce = Nonce::from_bytes(nonce);
        let write = |out| {
            let mut receipt = Receipt::builder(ran, out).nonce(nonce.clone()).version(self.version);
            if let Some(at) = issued_at {
                receipt = receipt.issued_at(at);
            }
            if let Some(seconds) = self.receipts_last {
                receipt = receipt.expires(now.plus(i64::from(seconds)));
            }
            receipt.sign(&*self.signer)
        };
        // A result that makes a receipt too large is said to be one: the rest of the world cannot read it.
        write(out).or_else(|_| write(reason("bad-result"))).map_err(ExecutionError::Receipt)
    }

    fn record(
        &self,
        call: &Call<'_>,
        token: Option<&Token<Invocation>>,
        verdict: AuditVerdict,
    ) -> Result<(), ExecutionError> {
        if self.audit == Audit::Nothing {
            return Ok(());
        }
        let entry = AuditEntry::of(call.now, token, verdict, self.audit == Audit::WithArguments);
        Ok(self.store.record(&entry)?)
    }

    fn sweep_now_and_then(&self, now: Timestamp) {
        let last = self.swept.load(Ordering::Relaxed);
        let due = now.as_seconds().saturating_sub(last) >= SWEPT_EVERY;
        let exchange =
            |last, now| self.swept.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed);
        if due && exchange(last, now.as_seconds()).is_ok() {
            // What was executed was executed, whether or not there is room made for more.
            let _unheard = self.sweep_what_expired();
        }
    }

    /// Forgets what has ended: what was executed, delegations and receipts, which is also done by itself every ten
    /// minutes in which something is executed, and revocations, which is done here alone. What has ended is told by
    /// the latest time at which anything was executed: nothing that is forgotten can be allowed again here, even
    /// where the clock is set back. Call it when the clock is known to be right: others who look into the
    /// store do not know of that time.
    ///
    /// # Errors
    /// When the store does not answer.
    pub fn sweep(&self) -> Result<usize, ExecutionError> {
        let Some(before) = self.ended_before()? else { return Ok(0) };
        Ok(self.sweep_what_expired()? + self.store.sweep_revocations(before)?)
    }

    fn sweep_what_expired(&self) -> Result<usize, ExecutionError> {
        let Some(before) = self.ended_before()? else { return Ok(0) };
        Ok(self.store.sweep_replays(REPLAY_MARGIN)?
            + self.store.sweep_delegations(before)?
            + self.store.sweep_receipts(before)?)
    }

    fn ended_before(&self) -> Result<Option<Timestamp>, ExecutionError> {
        let longest = i64::from(self.tolerance) + i64::from(REPLAY_MARGIN);
        Ok(self.store.latest_time()?.map(|latest| latest.plus(-longest)))
    }
}

/// As a store says of what it begins.
fn is_set_back(now: Timestamp, latest: Timestamp) -> bool {
    now.plus(i64::from(CLOCK_MARGIN)) < latest
}

fn outcome(handler: &Handler, grant: &Grant) -> Results {
    match grant.mismatch() {
        Some(mismatch) => branch_mismatch(mismatch),
        None => handler.run(grant),
    }
}

/// What the text asks for where a result is of the other branch (UCAN Promise, "Branch Mismatch").
fn branch_mismatch(mismatch: &Mismatch) -> Results {
    let text = |text: &str| Ipld::String(text.to_string());
    let entries: [(String, Ipld); 4] = [
        ("reason".into(), text("branch mismatch")),
        ("expected".into(), text(mismatch.expected.name())),
        ("got".into(), text(mismatch.got)),
        ("from".into(), Ipld::Link(mismatch.receipt.into())),
    ];
    Results::Error(Ipld::Map(BTreeMap::from(entries)))
}
