//! The one function that decides.

// Requirements kept here: core-aud-checked, inv-invoker-authenticated, allod-subject-served,
// allod-executor-required, allod-rev-age, allod-audience-first, allod-order-invocation, allod-ctn-denied.

use alloc::format;
use alloc::vec::Vec;

use super::chain::{Chain, Ends, Goal, Order, in_time};
use super::decision::{Decision, Denial, Grant, SettledArguments};
use super::evidence::Evidence;
use super::finding::Finding;
use super::promises::{Settled, settle};
use super::trace::{Rule, Trace};
use crate::code::Code;
use crate::container::{Container, ContainerError};
use crate::identity::{Did, Seen};
use crate::limits::{Limits, MAX_TOKEN};
use crate::ucan::time::Window;
use crate::ucan::token::Payload;
use crate::ucan::{Command, Invocation, Token, TokenError, Verified, VerifyError};
use crate::wire::{Cid, Keyed};

/// Decides for one executor, which serves certain subjects.
///
/// It holds no secrets and no state, and can be shared between threads.
#[derive(Debug, Clone)]
pub struct Authorizer {
    executor: Did,
    subjects: Subjects,
    order: Order,
    limits: Limits,
    /// How old, in seconds, what is known of revocations may be, for these commands and all below.
    ages: Vec<(Command, u32)>,
}

/// The subjects an executor acts for. Anyone can make up a subject of their own and issue whatever they
/// like about it; only what is about these counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subjects(Served);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Served {
    Executor,
    These(Keyed<Did, ()>),
    Any,
}

/// What a host still has to fetch before a decision can come out well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Delegations that the invocation names and the evidence lacks.
    pub proofs: Vec<Cid>,
    /// DIDs whose keys stand in a document that the evidence lacks.
    pub documents: Vec<Did>,
    /// The delegations whose revocations the decision will ask for: what the view should know about.
    pub revocations: Vec<Cid>,
}

impl Needs {
    /// Whether proofs and documents are all there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.proofs.is_empty() && self.documents.is_empty()
    }
}

impl Subjects {
    /// The executor itself and no other: a service that is its own subject.
    #[must_use]
    pub const fn itself() -> Self {
        Self(Served::Executor)
    }

    /// These subjects. An empty set serves none.
    #[must_use]
    pub fn of(subjects: impl IntoIterator<Item = Did>) -> Self {
        let mut these = Keyed::new();
        for subject in subjects {
            these.add(subject);
        }
        Self(Served::These(these))
    }

    /// Any subject whatever. Whoever makes an identity owns a subject: with this, check
    /// [`Grant::subject`] before acting, or anyone may do anything on a subject of their own making.
    #[must_use]
    pub const fn danger_any() -> Self {
        Self(Served::Any)
    }

    /// Whether it is named: where any subject is served, none but the executor is.
    #[cfg(feature = "std")]
    pub(crate) fn include_by_name(&self, subject: &Did, executor: &Did) -> bool {
        match &self.0 {
            Served::Any => subject == executor,
            _ => self.include(subject, executor),
        }
    }

    fn include(&self, subject: &Did, executor: &Did) -> bool {
        match &self.0 {
            Served::Executor => subject == executor,
            Served::These(subjects) => subjects.contains(subject),
            Served::Any => true,
        }
    }
}

impl Authorizer {
    /// An authorizer for this executor, serving these subjects.
    #[must_use]
    pub const fn new(executor: Did, subjects: Subjects) -> Self {
        Self { executor, subjects, order: Order::RootFirst, limits: Limits::new(), ages: Vec::new() }
    }

    /// Also takes proofs that are named leaf first, as some older writers do.
    #[must_use]
    pub const fn accept_leaf_first(mut self) -> Self {
        self.order = Order::EitherEndFirst;
        self
    }

    /// For this command and all below it, asks for a view of revocations that the host brought up to date in
    /// the last `seconds` ([`Evidence::revocations_as_of`]); where several apply, for the newest. Otherwise
    /// it is denied as `revocation-stale`. Invocations that rest on no delegation have nothing to be revoked.
    #[must_use]
    pub fn revocations_no_older_than(mut self, command: Command, seconds: u32) -> Self {
        self.ages.push((command, seconds));
        self
    }

    /// Other limits than the usual ones.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whom it decides for.
    #[must_use]
    pub const fn executor(&self) -> &Did {
        &self.executor
    }

    pub(super) const fn order(&self) -> Order {
        self.order
    }

    pub(super) const fn most_links(&self) -> usize {
        self.limits.chain
    }

    /// What is still missing for a decision: fetch it, add it to the evidence, ask again.
    ///
    /// Nothing is missing for an invocation that is addressed to another executor, about a subject not served,
    /// out of time, or longer than is followed: it is denied as it is. The documents named are those of DIDs in tokens that nobody has verified yet; a
    /// host that fetches them does so from addresses that a stranger chose, and keeps away from its own
    /// network.
    #[must_use]
    pub fn needs(&self, invocation: &Token<Invocation>, evidence: &Evidence<'_>) -> Needs {
        let mut needs = Needs::default();
        // What is denied in any case is not worth a fetch, least of all from an address that a stranger names.
        if *invocation.executor() != self.executor
            || !self.subjects.include(invocation.subject(), &self.executor)
            || in_time(&"", invocation.window(), evidence, Rule::InvocationTime).is_err()
            || invocation.proofs().len() > self.limits.chain
        {
            return needs;
        }
        let named = invocation.proofs();
        let mut documented = |did: &Did| {
            if did.web_url().is_some()
                && evidence.documents().get(did).is_none()
                && !needs.documents.contains(did)
            {
                needs.documents.push(did.clone());
            }
        };
        documented(invocation.issuer());
        named.iter().filter_map(|cid| evidence.issuer_of(cid)).for_each(|issuer| documented(&issuer));
        for cid in named {
            if !evidence.holds(cid) && !needs.proofs.contains(cid) {
                needs.proofs.push(*cid);
            }
            if !needs.revocations.contains(cid) {
                needs.revocations.push(*cid);
            }
        }
        needs
    }

    /// Whether this invocation is allowed, on this evidence.
    ///
    /// Pure and bounded: the same input gives the same answer, and no input takes longer than the limits
    /// let it. When several faults are present, the first in the order of [`Rule`] is the denial's; the
    /// trace has the rest.
    pub fn decide(&self, invocation: &Token<Invocation>, evidence: &Evidence<'_>) -> Decision {
        self.run(invocation, evidence)
    }

    /// As [`Authorizer::decide`], from bytes: what does not decode is denied.
    pub fn decide_bytes(&self, invocation: &[u8], evidence: &Evidence<'_>) -> Decision {
        // Neither copied nor hashed where there is too much of it.
        if invocation.len() > MAX_TOKEN {
            return refuse(&TokenError::TooLarge { size: invocation.len() }, None);
        }
        match Token::parse(invocation) {
            Ok(token) => self.decide(&token, evidence),
            Err(error) => refuse(&error, Some(Cid::of(invocation))),
        }
    }

    /// As [`Authorizer::decide`], for the one invocation in a container, with its other tokens added to the
    /// evidence. A container without exactly one is denied.
    pub fn decide_container(&self, container: &Container, evidence: &Evidence<'_>) -> Decision {
        let evidence = evidence.clone().container(container);
        match container.invocation() {
            Ok(invocation) => self.decide(&invocation, &evidence),
            Err(error) => self.refuse_container(&error),
        }
    }

    /// The denial of a container that is no request.
    #[allow(clippy::unused_self, reason = "a decision comes from an authorizer")]
    pub(crate) fn refuse_container(&self, error: &ContainerError) -> Decision {
        if let ContainerError::NotAnInvocation { cid, error } = error {
            return refuse(error, Some(*cid));
        }
        let finding = Finding::new(error.code(), Rule::InvocationDecodes, format!("{error}"));
        deny_unread(finding.remedy_is(error.remedy()))
    }

    fn run(&self, token: &Token<Invocation>, evidence: &Evidence<'_>) -> Decision {
        let cid = token.cid();
        let mut trace = Trace::with_room_for(token.proofs().len().min(self.limits.chain));
        trace.record(Rule::InvocationDecodes, None, Ok(()));
        let verified = evidence.check(token.clone());
        self.check_invocation(token, verified.as_ref().err(), evidence, &mut trace);
        let holder = Some(token.issuer());
        let ends = Ends { subject: Some(token.subject()), holder, invocation: Some(cid) };
        let mut seen = Seen::new();
        let mut link = |cid: &Cid| evidence.link(cid, &mut seen);
        let chain = Chain::load(token.proofs(), &ends, self.order, self.limits, &mut link, &mut trace);
        let settled = settle(token, evidence, &self.executor);
        let (settled, promises) = match settled {
            None => (None, None),
            Some(Settled { arguments, awaits, mismatch, until, result }) => {
                let arguments = arguments.unwrap_or_else(|| token.arguments_item().clone());
                (Some(SettledArguments { arguments, awaits, mismatch, until }), Some(result))
            }
        };
        if let Some(chain) = &chain {
            let arguments =
                settled.as_ref().map_or_else(|| token.arguments(), |known| known.arguments.view());
            let goal = Goal {
                subject: Some(token.subject()),
                holder,
                use_of: Some((token.command(), arguments)),
                invocation: Some(cid),
            };
            chain.check(&goal, evidence, promises, &mut trace);
            if !chain.is_empty() {
                self.check_age(token, evidence, &mut trace);
            }
        }
        trace.set_unused(evidence.unused(token.proofs().iter().copied().chain([cid]).collect()));
        conclude(verified.ok(), chain.as_ref().and_then(Chain::verified), settled, trace)
    }

    /// Whether what is known of revocations is as new as the command asks, if it does.
    fn check_age(&self, token: &Token<Invocation>, evidence: &Evidence<'_>, trace: &mut Trace) {
        let asked = self.ages.iter().filter(|(command, _)| command.covers(token.command()));
        let Some(most) = asked.map(|(_, seconds)| *seconds).min() else { return };
        let fail = |message| {
            let finding = Finding::new(Code::RevocationStale, Rule::RevocationAge, message);
            Err(finding.on(None, token.cid()))
        };
        let (now, tolerance) = (evidence.now(), i64::from(evidence.tolerance_seconds()));
        let result = match evidence.synced() {
            None => fail(format!(
                "{} asks for revocations no older than {most} s, and it is not known how old they are",
                token.command()
            )),
            // A clock that was wrong then tells nothing of an age.
            Some(at) if at > now.plus(tolerance) => fail(format!(
                "revocations were brought up to date on {at}, which is yet to come: it is {now}"
            )),
            Some(at) if at.plus(i64::from(most)) < now => fail(format!(
                "{} asks for revocations no older than {most} s; they were brought up to date on {at}, and it is {now}",
                token.command()
            )),
            Some(_) => Ok(()),
        };
        trace.record(Rule::RevocationAge, None, result);
    }

    fn check_invocation(
        &self,
        token: &Token<Invocation>,
        unverified: Option<&VerifyError>,
        evidence: &Evidence<'_>,
        trace: &mut Trace,
    ) {
        let cid = token.cid();
        let fail = |code, rule, message| Finding::new(code, rule, message).on(None, cid);
        let signature = unverified.map_or(Ok(()), |error| {
            Err(fail(error.code(), Rule::InvocationSignature, format!("the invocation: {error}")))
        });
        trace.record(Rule::InvocationSignature, None, signature);
        let audience = if *token.executor() == self.executor {
            Ok(())
        } else {
            let message =
                format!("the invocation is addressed to {}, not to {}", token.executor(), self.executor);
            Err(fail(Code::WrongAudience, Rule::Audience, message)
                .expected(&self.executor, token.executor())
                .remedy_is(format!(
                    "send the invocation to {}, or sign one that names this executor",
                    token.executor()
                )))
        };
        trace.record(Rule::Audience, None, audience);
        let served = if self.subjects.include(token.subject(), &self.executor) {
            Ok(())
        } else {
            let message = format!("this executor does not serve {}", token.subject());
            Err(fail(Code::SubjectNotServed, Rule::SubjectServed, message))
        };
        trace.record(Rule::SubjectServed, None, served);
        let time = in_time(&"the invocation", token.window(), evidence, Rule::InvocationTime).map_err(
            |(finding, at)| {
                let remedy = match finding.code() {
                    Code::Expired => format!("sign the invocation again: this one ended on {at}"),
                    _ => format!("wait until {at}, or sign one that is valid now"),
                };
                finding.on(None, cid).remedy_is(remedy)
            },
        );
        trace.record(Rule::InvocationTime, None, time);
    }
}

/// Allowed if every rule was looked at and held, over tokens every one of which is verified.
fn conclude(
    invocation: Option<Verified<Invocation>>,
    chain: Option<Vec<Verified<crate::ucan::Delegation>>>,
    settled: Option<SettledArguments>,
    trace: Trace,
) -> Decision {
    match (invocation, chain) {
        (Some(invocation), Some(chain)) if trace.is_clean() => {
            let window = chain.iter().fold(invocation.window(), |window, link| window.and(link.window()));
            // A result that its executor no longer upholds is no argument either.
            let upheld = Window { not_before: None, expires: settled.as_ref().and_then(|known| known.until) };
            let Window { expires, .. } = window.and(upheld);
            Decision::Allow(Grant::new(invocation, chain, expires, settled, trace))
        }
        _ => Decision::Deny(Denial::of(trace)),
    }
}

/// The denial of an invocation that does not decode.
fn refuse(error: &TokenError, cid: Option<Cid>) -> Decision {
    let finding = Finding::new(error.code(), Rule::InvocationDecodes, format!("the invocation: {error}"));
    deny_unread(finding.on(None, cid))
}

fn deny_unread(finding: Finding) -> Decision {
    let mut trace = Trace::with_room_for(1);
    trace.record(Rule::InvocationDecodes, None, Err(finding));
    trace.nothing_after(Rule::InvocationDecodes);
    Decision::Deny(Denial::of(trace))
}
