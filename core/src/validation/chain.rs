//! The rules over a chain of delegations.

// Requirements kept here: core-attenuate, core-cid-unresolved-fails, core-meta-not-authority,
// core-revoked-not-cached, core-revoked-derivatives, dlg-subject-root-or-null, dlg-powerline-substitutes,
// dlg-powerline-others-checked, dlg-powerline-not-root, dlg-irrelevant-not-rejected, dlg-invalid-if-any,
// dlg-time-all-links, dlg-align-aud-iss, dlg-align-to-subject, inv-args-pass-policies,
// inv-policy-failure-rejects, inv-prf-root-first, inv-prf-strict-sequence, inv-prf-complete,
// inv-prf-direct-line, inv-prf-sub-throughout, inv-no-proof-not-default, inv-iat-untrusted,
// allod-prf-leaf-first-option, allod-cmd-each-link-covers, allod-self-invocation, allod-ctn-unreferenced,
// allod-cache-signatures-only, allod-limit-links, allod-limit-signatures, allod-order-proofs-present,
// allod-order-links, allod-order-chain.

use alloc::format;
use alloc::vec::Vec;
use core::fmt::Display;

use super::evidence::{Evidence, Link};
use super::finding::Finding;
use super::revocation::Standing;
use super::trace::{Rule, Trace};
use crate::code::Code;
use crate::identity::Did;
use crate::limits::Limits;
use crate::ucan::delegation::Subject;
use crate::ucan::policy::{Arguments, Budget, PolicyFailure};
use crate::ucan::time::{Position, Timestamp, Window};
use crate::ucan::{Command, Delegation, Verified};
use crate::wire::{Cid, View};

/// What a chain is held against.
pub(super) struct Goal<'a> {
    /// Whom the chain has to be about; `None` where that is asked for and the root does not tell.
    pub(super) subject: Option<&'a Did>,
    /// Who has to hold it; `None` where whoever holds it is asked for.
    pub(super) holder: Option<&'a Did>,
    /// What it has to cover, with which arguments; `None` where that is asked for.
    pub(super) use_of: Option<(&'a Command, View<'a>)>,
    /// The invocation, for findings that are about none of the links.
    pub(super) invocation: Option<Cid>,
}

/// Where a chain has to begin and end, as far as that is known beforehand.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ends<'a> {
    pub(super) subject: Option<&'a Did>,
    pub(super) holder: Option<&'a Did>,
    pub(super) invocation: Option<Cid>,
}

/// The links a chain is made of, root first, as far as each could be established.
pub(super) struct Chain {
    links: Vec<Numbered>,
    /// The links are named leaf first, and that order was not accepted.
    leaf_first: bool,
    limits: Limits,
}

/// In which order proofs may be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    RootFirst,
    EitherEndFirst,
}

struct Numbered {
    /// The position in the invocation's proofs.
    index: usize,
    cid: Cid,
    link: Link,
}

impl Chain {
    /// Checks the length; `None`, with the finding recorded, when it is too long to follow.
    pub(super) fn load(
        proofs: &[Cid],
        ends: &Ends<'_>,
        order: Order,
        limits: Limits,
        link: &mut dyn FnMut(&Cid) -> Link,
        trace: &mut Trace,
    ) -> Option<Self> {
        if proofs.len() > limits.chain {
            let message = format!("{} proofs are named; at most {} are followed", proofs.len(), limits.chain);
            let finding = Finding::new(Code::BudgetExceeded, Rule::ChainLength, message);
            trace.record(Rule::ChainLength, None, Err(finding.on(None, ends.invocation)));
            trace.nothing_after(Rule::ChainLength);
            return None;
        }
        trace.record(Rule::ChainLength, None, Ok(()));
        let mut links: Vec<Numbered> = Vec::with_capacity(proofs.len());
        for (index, cid) in proofs.iter().enumerate() {
            // A token named twice is decoded and verified once.
            let known = links.iter().find(|known| known.cid == *cid).map(|known| known.link.clone());
            links.push(Numbered { index, cid: *cid, link: known.unwrap_or_else(|| link(cid)) });
        }
        // What cannot be told is not held against the links: the rules will say it.
        let mut claims = Vec::with_capacity(links.len());
        claims.extend(links.iter().map_while(|numbered| numbered.link.claims()));
        let backwards = claims.len() == links.len() && run_backwards(&claims, ends);
        let accepted = order == Order::EitherEndFirst;
        if backwards && accepted {
            links.reverse();
        }
        Some(Self { links, leaf_first: backwards && !accepted, limits })
    }

    /// Runs every rule over the links, and records how each came out. `promises` is what is to be recorded of
    /// the arguments' promises, where they have any.
    pub(super) fn check(
        &self,
        goal: &Goal<'_>,
        evidence: &Evidence<'_>,
        promises: Option<Result<(), Finding>>,
        trace: &mut Trace,
    ) {
        self.check_presence(trace);
        self.check_each(Some(evidence), trace);
        // One budget for the whole chain.
        let mut budget = Budget::danger_any_size(self.limits.policy_steps, self.limits.policy_work);
        self.check_whole(goal, promises, &mut budget, trace);
        self.check_revocations(evidence, trace);
    }

    /// The same, but for the rules that come out otherwise as time passes and revocations arrive.
    pub(super) fn check_timeless(&self, goal: &Goal<'_>, budget: &mut Budget, trace: &mut Trace) {
        self.check_presence(trace);
        self.check_each(None, trace);
        self.check_whole(goal, None, budget, trace);
    }

    fn check_whole(
        &self,
        goal: &Goal<'_>,
        promises: Option<Result<(), Finding>>,
        budget: &mut Budget,
        trace: &mut Trace,
    ) {
        self.check_root(goal, trace);
        self.check_alignment(goal, trace);
        if let Some((command, arguments)) = goal.use_of {
            self.check_commands(command, trace);
            if let Some(result) = promises {
                trace.record(Rule::Promises, None, result);
            }
            self.check_policies(arguments, budget, trace);
        }
    }

    /// The links, root first, if every one of them is verified.
    pub(super) fn verified(&self) -> Option<Vec<Verified<Delegation>>> {
        let mut verified = Vec::with_capacity(self.links.len());
        verified.extend(self.links.iter().map_while(|numbered| numbered.link.verified().cloned()));
        Some(verified).filter(|verified| verified.len() == self.links.len())
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// The claims of the first link.
    pub(super) fn root(&self) -> Option<&Delegation> {
        self.links.first()?.link.claims()
    }

    fn check_presence(&self, trace: &mut Trace) {
        for Numbered { index, cid, link } in self.in_written_order() {
            let result = match link {
                Link::Missing => {
                    let message =
                        format!("proof {index} of the invocation, {cid}, is not among the evidence");
                    let finding = Finding::new(Code::ProofMissing, Rule::ProofPresent, message);
                    let remedy = format!("send the delegation {cid} along with the invocation");
                    Err(finding.on(Some(*index), *cid).remedy_is(remedy))
                }
                _ => Ok(()),
            };
            trace.record(Rule::ProofPresent, Some(*index), result);
        }
    }

    /// Each link by itself; without evidence, its window is not held against any time.
    fn check_each(&self, evidence: Option<&Evidence<'_>>, trace: &mut Trace) {
        for Numbered { index, cid, link } in &self.links {
            let (decodes, signature) = match link {
                Link::Missing => (None, None),
                Link::NotDecoded(error) => {
                    let finding =
                        Finding::new(error.code(), Rule::ProofDecodes, format!("proof {index}: {error}"));
                    (Some(Err(finding.on(Some(*index), *cid))), None)
                }
                Link::NotVerified(token, error) => {
                    let finding =
                        Finding::new(error.code(), Rule::ProofSignature, format!("proof {index}: {error}"));
                    let remedy = match error.code() {
                        Code::BadSignature => format!("ask {} to sign the delegation again", token.issuer()),
                        code => code.remedy().into(),
                    };
                    (Some(Ok(())), Some(Err(finding.on(Some(*index), *cid).remedy_is(remedy))))
                }
                Link::Verified(_) => (Some(Ok(())), Some(Ok(()))),
            };
            trace.record_if(Rule::ProofDecodes, Some(*index), decodes);
            trace.record_if(Rule::ProofSignature, Some(*index), signature);
            let Some(evidence) = evidence else { continue };
            let time = link.claims().map(|delegation| {
                let window = Window { not_before: delegation.not_before(), expires: delegation.expires() };
                in_time(&format_args!("proof {index}"), window, evidence, Rule::ProofTime).map_err(
                    |(finding, at)| {
                        let remedy = match finding.code() {
                            Code::Expired => {
                                format!(
                                    "ask {} for a new delegation: this one ended on {at}",
                                    delegation.issuer()
                                )
                            }
                            _ => format!("wait until {at}, or ask {} for one valid now", delegation.issuer()),
                        };
                        finding.on(Some(*index), *cid).remedy_is(remedy)
                    },
                )
            });
            trace.record_if(Rule::ProofTime, Some(*index), time);
        }
    }

    fn check_root(&self, goal: &Goal<'_>, trace: &mut Trace) {
        let Some(Numbered { index, cid, link }) = self.links.first() else {
            let self_issued = goal.holder.is_some() && goal.holder == goal.subject;
            trace.record(Rule::ProofsGiven, None, if self_issued { Ok(()) } else { Err(no_proof(goal)) });
            return;
        };
        trace.record(Rule::ProofsGiven, None, Ok(()));
        let powerline = link.claims().map(|root| match root.subject() {
            Subject::Did(_) => Ok(()),
            Subject::Powerline => {
                let message = "the first proof is a powerline: there is no subject it could speak for";
                let finding = Finding::new(Code::PowerlineRoot, Rule::RootHasSubject, message);
                Err(self.hint(finding.on(Some(*index), *cid)))
            }
        });
        trace.record_if(Rule::RootHasSubject, Some(*index), powerline);
        for numbered in &self.links {
            let about = goal.subject.and_then(|subject| numbered.about(subject));
            trace.record_if(Rule::Subject, Some(numbered.index), about);
        }
        let issued = goal.subject.zip(link.claims()).map(|(subject, root)| {
            if root.issuer() == subject {
                return Ok(());
            }
            let message = format!("the first proof was issued by {}, not by the subject", root.issuer());
            let finding = Finding::new(Code::RootNotSubject, Rule::RootIssuer, message)
                .on(Some(*index), *cid)
                .expected(subject, root.issuer());
            let remedy = format!("start the proofs with a delegation that {subject} itself issued");
            Err(self.hint(finding.remedy_is(remedy)))
        });
        trace.record_if(Rule::RootIssuer, Some(*index), issued);
    }

    fn check_alignment(&self, goal: &Goal<'_>, trace: &mut Trace) {
        let next_issuers = self.links.iter().skip(1).map(|next| next.link.claims().map(Delegation::issuer));
        for (Numbered { index, cid, link }, next) in self.links.iter().zip(next_issuers.chain([goal.holder]))
        {
            // Without a holder to reach, the last link is where the chain ends.
            let open_end = next.is_none() && goal.holder.is_none() && self.is_last(*index);
            let Some((delegation, next)) = link.claims().zip(next) else {
                if !open_end {
                    trace.not_reached(Rule::Alignment, Some(*index));
                }
                continue;
            };
            let result = if delegation.audience() == next {
                Ok(())
            } else {
                let what = if self.is_last(*index) { "the invocation" } else { "the next proof" };
                let audience = delegation.audience();
                let message =
                    format!("proof {index} was given to {audience}, but {what} is issued by {next}");
                let finding = Finding::new(Code::BrokenChain, Rule::Alignment, message)
                    .on(Some(*index), *cid)
                    .expected(next, audience);
                let remedy =
                    format!("ask {audience} to delegate to {next}, and name that delegation after this one");
                Err(self.hint(finding.remedy_is(remedy)))
            };
            trace.record(Rule::Alignment, Some(*index), result);
        }
    }

    fn check_commands(&self, invoked: &Command, trace: &mut Trace) {
        for Numbered { index, cid, link } in &self.links {
            let covered = link.claims().map(|delegation| {
                if delegation.command().covers(invoked) {
                    return Ok(());
                }
                let message =
                    format!("proof {index} is for {}, which does not cover {invoked}", delegation.command());
                let finding = Finding::new(Code::CommandNotCovered, Rule::Command, message)
                    .on(Some(*index), *cid)
                    .expected(invoked, delegation.command());
                let remedy = format!(
                    "ask {} for a delegation of {invoked}, or invoke what {} covers",
                    delegation.issuer(),
                    delegation.command()
                );
                Err(finding.remedy_is(remedy))
            });
            trace.record_if(Rule::Command, Some(*index), covered);
        }
    }

    fn check_policies(&self, arguments: View<'_>, budget: &mut Budget, trace: &mut Trace) {
        let arguments = Arguments::new(arguments);
        for Numbered { index, cid, link } in &self.links {
            let satisfied = link.claims().map(|delegation| {
                let finding = match delegation.policy().first_failure(arguments, budget) {
                    Ok(None) => return Ok(()),
                    Ok(Some(failure)) => policy_finding(*index, delegation, failure),
                    Err(exceeded) => {
                        let message =
                            format!("the policy of proof {index} takes too long to evaluate: {exceeded}");
                        Finding::new(Code::BudgetExceeded, Rule::Policy, message)
                    }
                };
                Err(finding.on(Some(*index), *cid))
            });
            trace.record_if(Rule::Policy, Some(*index), satisfied);
        }
    }

    fn check_revocations(&self, evidence: &Evidence<'_>, trace: &mut Trace) {
        for (position, Numbered { index, cid, link }) in self.links.iter().enumerate() {
            let standing = link.claims().map(|delegation| {
                // Who issued this link or one above it may revoke it; who stands below may not.
                let above =
                    self.links.iter().take(position + 1).filter_map(|numbered| numbered.link.claims());
                let mut unavailable = false;
                let revoker = above.map(Delegation::issuer).find(|issuer| {
                    let standing = evidence.standing(cid, issuer);
                    unavailable |= standing == Standing::Unavailable;
                    standing == Standing::Revoked
                });
                let finding = match revoker {
                    Some(revoker) => {
                        let message = format!("proof {index} was revoked by {revoker}");
                        Finding::new(Code::Revoked, Rule::Revocation, message)
                            .remedy_is(format!("ask {} for a new delegation", delegation.issuer()))
                    }
                    None if unavailable => {
                        let message = format!("whether proof {index} was revoked could not be found out");
                        Finding::new(Code::RevocationStale, Rule::Revocation, message)
                    }
                    None => return Ok(()),
                };
                Err(finding.on(Some(*index), *cid))
            });
            trace.record_if(Rule::Revocation, Some(*index), standing);
        }
    }

    fn is_last(&self, index: usize) -> bool {
        self.links.last().is_some_and(|last| last.index == index)
    }

    fn in_written_order(&self) -> impl Iterator<Item = &Numbered> {
        (0..self.links.len()).filter_map(|index| self.links.iter().find(|numbered| numbered.index == index))
    }

    /// Says so where the only thing wrong is the order.
    fn hint(&self, finding: Finding) -> Finding {
        if self.leaf_first {
            finding.remedy_is("name the proofs root first: they are in the reverse order (or let the authorizer accept leaf-first proofs)")
        } else {
            finding
        }
    }
}

impl Numbered {
    /// Whether the link is about this subject; `None` where it does not tell.
    fn about(&self, invoked: &Did) -> Option<Result<(), Finding>> {
        let Self { index, cid, link } = self;
        let delegation = link.claims()?;
        let Some(subject) = delegation.subject().did().filter(|subject| *subject != invoked) else {
            return Some(Ok(()));
        };
        let message = format!("proof {index} is about {subject}, not about {invoked}");
        let finding = Finding::new(Code::WrongSubject, Rule::Subject, message)
            .on(Some(*index), *cid)
            .expected(invoked, subject)
            .remedy_is(format!("ask {} for a delegation about {invoked}", delegation.issuer()));
        Some(Err(finding))
    }
}

/// Whether links do not lead from the subject to the holder as they stand, and do backwards.
pub(super) fn run_backwards(links: &[&Delegation], ends: &Ends<'_>) -> bool {
    let (Some(subject), Some(holder)) = (ends.subject, ends.holder) else { return false };
    if leads(links, subject, holder) {
        return false;
    }
    let backwards: Vec<_> = links.iter().rev().copied().collect();
    leads(&backwards, subject, holder)
}

fn leads(links: &[&Delegation], subject: &Did, holder: &Did) -> bool {
    let rooted = links.first().is_none_or(|root| root.issuer() == subject && root.subject().did().is_some());
    let next = links.iter().skip(1).map(|delegation| delegation.issuer()).chain([holder]);
    rooted && links.iter().zip(next).all(|(delegation, next)| delegation.audience() == next)
}

/// How the time of the evidence lies to a window; with a failure, the end that was missed.
pub(super) fn in_time(
    what: &dyn Display,
    window: Window,
    evidence: &Evidence<'_>,
    rule: Rule,
) -> Result<(), (Finding, Timestamp)> {
    let (now, tolerance) = (evidence.now(), evidence.tolerance_seconds());
    match window.position(now, tolerance) {
        Position::Within => Ok(()),
        Position::After(end) => {
            let message = format!("{what} ended on {end}; it is {now} (clocks may differ by {tolerance} s)");
            Err((Finding::new(Code::Expired, rule, message).expected(end, now), end))
        }
        Position::Before(start) => {
            let message =
                format!("{what} begins on {start}; it is {now} (clocks may differ by {tolerance} s)");
            Err((Finding::new(Code::NotYetValid, rule, message).expected(start, now), start))
        }
    }
}

fn no_proof(goal: &Goal<'_>) -> Finding {
    let message = match goal.invocation {
        Some(_) => "the invocation names no proofs, and its issuer is not the subject",
        None => "there are no delegations to look at",
    };
    let mut finding = Finding::new(Code::NoProof, Rule::ProofsGiven, message);
    if let Some((holder, subject)) = goal.holder.zip(goal.subject) {
        let remedy = format!("ask {subject} for a delegation to {holder} and name it in the proofs");
        finding = finding.expected(subject, holder).remedy_is(remedy);
    }
    finding.on(None, goal.invocation)
}

fn policy_finding(index: usize, delegation: &Delegation, failure: PolicyFailure) -> Finding {
    let message = format!("the policy of proof {index} is not satisfied: {failure}");
    let remedy = format!(
        "invoke with arguments for which {}, or ask {} for a wider policy",
        failure.words(),
        delegation.issuer()
    );
    Finding::new(Code::PolicyUnsatisfied, Rule::Policy, message)
        .expected(failure.words(), failure.found())
        .remedy_is(remedy)
        .policy_failure(failure)
}
