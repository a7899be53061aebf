//! Decisions as data.

use allod::Ipld;
use allod::ucan::policy::PolicyFailure;
use allod::validation::{Finding, Ignored, Mismatch, Outcome, PublicDenial, Trace};
use allod::{ContainerError, Decision, Denial, Grant};
use allod_crossing::decide::Verdict;

use crate::question::{Map, cid, count, did, list, text, time};

/// All that is known of a decision, for the one who decides.
pub(crate) fn verdict(verdict: &Verdict) -> Ipld {
    let map = match &verdict.decision {
        Ok(Decision::Allow(grant)) => traced(allowed(grant).with("ok", true), grant.trace()),
        Ok(Decision::Deny(denial)) => denied(denial),
        Err(error) => unread(error),
    };
    map.with("ignored", list(&verdict.ignored, ignored)).done()
}

/// What a denial says, as for [`verdict`].
pub(crate) fn denied(denial: &Denial) -> Map {
    let map = finding(Map::default().with("ok", false), denial.finding());
    traced(map.with("public", public(&denial.public())), denial.trace())
}

/// What the other side may see of a denial.
pub(crate) fn public(denial: &PublicDenial) -> Ipld {
    let map = Map::default().with("code", denial.code.name().to_owned());
    map.maybe("cid", denial.cid.as_ref().map(cid)).with("remedy", denial.remedy.to_owned()).done()
}

/// As [`public`], of what is no container.
pub(crate) fn public_unread(error: &ContainerError) -> Ipld {
    let code = error.code();
    let map = Map::default().with("code", code.name().to_owned());
    map.maybe::<Ipld>("cid", None).with("remedy", code.remedy().to_owned()).done()
}

/// What a grant grants.
pub(crate) fn allowed(grant: &Grant) -> Map {
    Map::default()
        .with("issuer", did(grant.issuer()))
        .with("subject", did(grant.subject()))
        .with("command", text(grant.command()))
        .with("arguments", allod::wire::value::from_view(grant.arguments()))
        .with("invocation", cid(&grant.invocation().cid()))
        .with("task", cid(&grant.invocation().task().cid()))
        .with("chain", list(grant.chain(), |link| cid(&link.cid())))
        .maybe("until", grant.until().map(time))
        .with("awaits", list(grant.awaits(), awaits))
        .with("awaitsResults", grant.awaits_results())
        .maybe("mismatch", grant.mismatch().map(mismatch))
}

/// A result that came out as it was not waited for: {expected, got, receipt}.
fn mismatch(mismatch: &Mismatch) -> Ipld {
    Map::default()
        .with("expected", mismatch.expected.name().to_owned())
        .with("got", mismatch.got.to_owned())
        .with("receipt", cid(&mismatch.receipt))
        .done()
}

/// A promise, as {task, branch}.
pub(crate) fn awaits(promise: &allod::Promise) -> Ipld {
    Map::default().with("task", cid(&promise.task)).with("branch", promise.branch.name().to_owned()).done()
}

fn traced(map: Map, trace: &Trace) -> Map {
    map.with(
        "trace",
        list(trace.checks(), |check| {
            let map = Map::default()
                .with("rule", check.rule.name().to_owned())
                .maybe("link", check.link.map(count));
            match &check.outcome {
                Outcome::Passed => map.with("outcome", "passed".to_owned()).done(),
                Outcome::NotReached => map.with("outcome", "not-reached".to_owned()).done(),
                Outcome::Failed(found) => {
                    let found = finding(Map::default(), found).done();
                    map.with("outcome", "failed".to_owned()).with("finding", found).done()
                }
            }
        }),
    )
    .with("unused", list(trace.unused(), |unused| cid(&unused)))
}

fn finding(map: Map, finding: &Finding) -> Map {
    map.with("code", finding.code().name().to_owned())
        .with("rule", finding.rule().name().to_owned())
        .with("message", finding.message().to_owned())
        .with("remedy", finding.remedy().to_owned())
        .with("spec", finding.spec().to_owned())
        .maybe("link", finding.link().map(count))
        .maybe("cid", finding.cid().as_ref().map(cid))
        .maybe("expected", finding.expected_value().map(str::to_owned))
        .maybe("found", finding.found_value().map(str::to_owned))
        .maybe("policy", finding.policy().map(policy))
}

fn policy(failure: &PolicyFailure) -> Ipld {
    Map::default()
        .with("path", text(failure.path()))
        .with("words", failure.words().to_owned())
        .maybe("selector", failure.selector().map(str::to_owned))
        .with("found", failure.found().to_owned())
        .done()
}

/// A container that is none, or holds nothing to decide on.
fn unread(error: &ContainerError) -> Map {
    let code = error.code();
    let nothing = || list(core::iter::empty::<Ipld>(), |it| it);
    Map::default()
        .with("ok", false)
        .with("code", code.name().to_owned())
        .with("rule", "invocation-decodes".to_owned())
        .with("message", error.to_string())
        .with("remedy", error.remedy().to_owned())
        .with("spec", code.spec().to_owned())
        .maybe::<Ipld>("link", None)
        .maybe::<Ipld>("cid", None)
        .maybe::<Ipld>("expected", None)
        .maybe::<Ipld>("found", None)
        .maybe::<Ipld>("policy", None)
        .with("public", public_unread(error))
        .with("trace", nothing())
        .with("unused", nothing())
}

fn ignored(ignored: &Ignored) -> Ipld {
    Map::default()
        .with("index", count(ignored.index))
        .maybe("cid", ignored.cid.as_ref().map(cid))
        .with("reason", ignored.reason.name().to_owned())
        .with("message", ignored.reason.to_string())
        .done()
}
