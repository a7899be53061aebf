//! The decision.

use allod::limits::Limits;
use allod::ucan::Invocation;
use allod::validation::{Finding, Ignored, Outcome, RevocationView, Standing, Trace};
use allod::wire::{Slice, Writer};
use allod::{
    Authorizer, Cid, Container, ContainerError, Decision, Denial, Did, Evidence, Grant, Receipt,
    RevocationSet, Subjects, Token,
};

use crate::fault::Fault;
use crate::input::{Fields, Input, bytes, cid, count, did, pair, text};
use crate::output::{Answer, or_null};

/// Decides. The question has the authorizer (`executor`, `subjects`, `leafFirst`, `limits`, `ages`) and the evidence
/// (`now`, `tolerance`, `documents`, `tokens`, `revoked`, `unavailable`, `revocations`, `syncedAt`, `receipts`,
/// `trusted`), with an `invocation`, or with a `container` that holds one.
pub(crate) fn decide(input: &Input) -> Result<Vec<u8>, Fault> {
    let asked = Asked::read(input)?;
    let known = Known::read(input.fields())?;
    let evidence = asked.evidence(&known)?;
    let authorizer = asked.authorizer()?;
    let mut revocations = asked.slices("revocations")?;
    if let Ok(Some(container)) = &asked.container {
        revocations.extend(container.revocation_tokens().map(|(_, bytes)| bytes));
    }
    let invocation = asked.invocation();
    let sifted = authorizer.sift(revocations, invocation.as_ref(), &evidence);
    let view = Known { counting: sifted.counting, ..known.clone() };
    let evidence = evidence.with_revocations(&view);
    let decision = match (&asked.container, asked.named()?) {
        (Err(error), _) => return Ok(unread(error, &sifted.ignored)),
        (Ok(Some(container)), None) => authorizer.decide_container(container, &evidence),
        (Ok(Some(container)), Some(cid)) => match container.invocation_named(cid) {
            Ok(token) => authorizer.decide(&token, &evidence),
            Err(error) => return Ok(unread(&error, &sifted.ignored)),
        },
        (Ok(None), named) => {
            let bytes = asked.fields.bytes("invocation")?;
            match named.filter(|cid| *cid != Cid::of(bytes)) {
                None => authorizer.decide_bytes(bytes, &evidence),
                Some(cid) => return Ok(unread(&ContainerError::NotThere { cid }, &sifted.ignored)),
            }
        }
    };
    Ok(match &decision {
        Decision::Allow(grant) => allowed(grant, &sifted.ignored),
        Decision::Deny(denial) => denied(denial, &sifted.ignored),
    })
}

/// What is missing for a decision, and of which pairs of a delegation and an issuer it has to be known whether the one
/// was revoked by the other. The question is that of [`decide`].
pub(crate) fn needs(input: &Input) -> Result<Vec<u8>, Fault> {
    let asked = Asked::read(input)?;
    let known = Known::read(input.fields())?;
    let evidence = asked.evidence(&known)?;
    let authorizer = asked.authorizer()?;
    let mut answer = Answer::of(3);
    let (mut proofs, mut documents, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(invocation) = asked.invocation() {
        let needs = authorizer.needs(&invocation, &evidence);
        let mut issuers: Vec<Did> = Vec::new();
        for issuer in needs.revocations.iter().filter_map(|cid| asked.issuer(cid)) {
            if !issuers.contains(&issuer) {
                issuers.push(issuer);
            }
        }
        for delegation in &needs.revocations {
            pairs.extend(issuers.iter().map(|issuer| (*delegation, issuer.clone())));
        }
        (proofs, documents) = (needs.proofs, needs.documents);
    }
    answer.list("proofs", &proofs, |out, cid| out.bytes(&cid.to_bytes()));
    answer.list("documents", &documents, |out, did| out.string(&did.to_string()));
    answer.list("revocations", &pairs, |out, (cid, did)| {
        out.list_head(2);
        out.bytes(&cid.to_bytes());
        out.string(&did.to_string());
    });
    Ok(answer.done())
}

/// What the question is about.
struct Asked<'a> {
    input: &'a Input,
    fields: Fields<'a>,
    container: Result<Option<Container>, ContainerError>,
}

impl<'a> Asked<'a> {
    fn read(input: &'a Input) -> Result<Self, Fault> {
        let fields = input.fields();
        let container = fields.optional("container", bytes)?.map(Container::read).transpose();
        Ok(Self { input, fields, container })
    }

    fn authorizer(&self) -> Result<Authorizer, Fault> {
        let fields = self.fields;
        let subjects = match (fields.flag("anySubject"), fields.get("subjects")) {
            (true, _) => Subjects::danger_any(),
            (false, Some(_)) => Subjects::of(fields.each("subjects", did)?),
            (false, None) => Subjects::itself(),
        };
        let mut authorizer = Authorizer::new(fields.did("executor")?, subjects);
        if fields.flag("leafFirst") {
            authorizer = authorizer.accept_leaf_first();
        }
        let (mut limits, given) = (Limits::new(), fields.get("limits").map(Fields::of));
        if let Some(given) = given {
            let limit = |name| given.optional(name, count);
            limits = limit("chain")?.into_iter().fold(limits, |limits, most| limits.chain(most as usize));
            limits = limit("policySteps")?.into_iter().fold(limits, Limits::policy_steps);
            limits = limit("policyWork")?.into_iter().fold(limits, Limits::policy_work);
        }
        let ages = fields.each("ages", |name, view| {
            let (command, seconds) = pair(name, view)?;
            Ok((text(name, command)?.parse()?, count(name, seconds)?))
        })?;
        let authorizer = authorizer.limits(limits);
        Ok(ages.into_iter().fold(authorizer, |authorizer, (command, seconds)| {
            authorizer.revocations_no_older_than(command, seconds)
        }))
    }

    fn evidence<'k>(&self, known: &'k Known) -> Result<Evidence<'k>, Fault> {
        let fields = self.fields;
        let mut evidence = Evidence::new(fields.time("now")?, known);
        if let Some(seconds) = fields.optional("tolerance", count)? {
            evidence = evidence.tolerance(seconds);
        }
        if let Some(at) = fields.optional("syncedAt", crate::input::time)? {
            evidence = evidence.revocations_as_of(at);
        }
        for document in fields.documents()?.documents() {
            evidence = evidence.document(document.clone());
        }
        if let Ok(Some(container)) = &self.container {
            evidence = evidence.container(container);
        }
        evidence = self.slices("tokens")?.into_iter().fold(evidence, Evidence::bytes);
        for receipt in self.slices("receipts")? {
            evidence = evidence.receipt(Receipt::read(Token::parse(receipt)?)?);
        }
        for task in self.slices("tasks")? {
            evidence = evidence.task(&Token::<Invocation>::parse(task)?.task());
        }
        Ok(fields.each("trusted", did)?.into_iter().fold(evidence, Evidence::trust_receipts_of))
    }

    fn slices(&self, name: &str) -> Result<Vec<Slice>, Fault> {
        self.fields.each(name, |name, view| self.input.slice(bytes(name, view)?))
    }

    fn named(&self) -> Result<Option<Cid>, Fault> {
        self.fields.optional("named", cid)
    }

    /// The invocation, as far as it can be read.
    fn invocation(&self) -> Option<Token<Invocation>> {
        match &self.container {
            Ok(Some(container)) => match self.named() {
                Ok(Some(cid)) => container.invocation_named(cid).ok(),
                _ => container.invocation().ok(),
            },
            _ => Token::parse(self.fields.bytes("invocation").ok()?).ok(),
        }
    }

    /// Who issued a delegation that came along, as it says.
    fn issuer(&self, cid: &Cid) -> Option<Did> {
        let bundled = self.container.as_ref().ok().and_then(Option::as_ref).and_then(|held| held.get(cid));
        let bytes = bundled
            .or_else(|| self.slices("tokens").ok()?.into_iter().find(|bytes| Cid::of(bytes) == *cid))?;
        Some(Token::<allod::Delegation>::parse(bytes).ok()?.issuer().clone())
    }
}

/// What the host knows of revocations.
#[derive(Clone, Default)]
struct Known {
    revoked: Vec<(Cid, Did)>,
    unavailable: Vec<(Cid, Did)>,
    counting: RevocationSet,
}

impl Known {
    fn read(fields: Fields<'_>) -> Result<Self, Fault> {
        let known = |name: &str, view| {
            let (delegation, by) = pair(name, view)?;
            Ok((cid(name, delegation)?, did(name, by)?))
        };
        let (revoked, unavailable) = (fields.each("revoked", known)?, fields.each("unavailable", known)?);
        Ok(Self { revoked, unavailable, ..Self::default() })
    }
}

impl RevocationView for Known {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        let has = |list: &[(Cid, Did)]| list.iter().any(|(cid, did)| cid == delegation && did == issuer);
        if has(&self.revoked) || self.counting.standing(delegation, issuer) == Standing::Revoked {
            Standing::Revoked
        } else if has(&self.unavailable) {
            Standing::Unavailable
        } else {
            Standing::Unrevoked
        }
    }
}

fn allowed(grant: &Grant, ignored: &[Ignored]) -> Vec<u8> {
    let mut answer = Answer::of(9);
    answer.flag("ok", true);
    answer.bytes("invocation", grant.invocation().as_bytes());
    answer.list("chain", grant.chain(), |out, link| out.bytes(link.as_bytes()));
    answer.time("until", grant.until());
    answer.value("arguments", Some(grant.arguments()));
    answer.list("awaits", grant.awaits(), |out, promise| {
        out.list_head(2);
        out.bytes(&promise.task.to_bytes());
        out.string(promise.branch.name());
    });
    answer.with("trace", |out| write_trace(out, grant.trace()));
    write_unused(&mut answer, grant.trace());
    answer.with("ignored", |out| write_ignored(out, ignored));
    answer.done()
}

fn denied(denial: &Denial, ignored: &[Ignored]) -> Vec<u8> {
    let mut answer = Answer::of(6);
    answer.flag("ok", false);
    answer.with("finding", |out| write_finding(out, denial.finding()));
    answer.text("public", denial.public().remedy);
    answer.with("trace", |out| write_trace(out, denial.trace()));
    write_unused(&mut answer, denial.trace());
    answer.with("ignored", |out| write_ignored(out, ignored));
    answer.done()
}

/// A container that is none, or holds nothing to decide on: a denial as well.
fn unread(error: &ContainerError, ignored: &[Ignored]) -> Vec<u8> {
    let code = error.code();
    let mut answer = Answer::of(6);
    answer.flag("ok", false);
    answer.with("finding", |out| {
        let texts = [code.name(), "invocation-decodes", &error.to_string(), error.remedy(), code.spec()];
        write_parts(out, texts, None, None, [None; 2], None);
    });
    answer.text("public", code.remedy());
    answer.with("trace", |out| out.list_head(0));
    answer.with("unused", |out| out.list_head(0));
    answer.with("ignored", |out| write_ignored(out, ignored));
    answer.done()
}

fn write_finding(out: &mut Writer, finding: &Finding) {
    let texts =
        [finding.code().name(), finding.rule().name(), finding.message(), finding.remedy(), finding.spec()];
    let sides = [finding.expected_value(), finding.found_value()];
    write_parts(out, texts, finding.link(), finding.cid(), sides, finding.policy());
}

fn write_parts(
    out: &mut Writer,
    texts: [&str; 5],
    link: Option<usize>,
    cid: Option<Cid>,
    sides: [Option<&str>; 2],
    policy: Option<&allod::ucan::policy::PolicyFailure>,
) {
    out.list_head(10);
    for text in texts {
        out.string(text);
    }
    write_link(out, link);
    or_null(out, cid, |out, cid| out.bytes(&cid.to_bytes()));
    for side in sides {
        or_null(out, side, Writer::string);
    }
    match policy {
        None => out.null(),
        Some(failure) => {
            out.list_head(4);
            out.string(&failure.path().to_string());
            out.string(failure.words());
            or_null(out, failure.selector(), Writer::string);
            out.string(failure.found());
        }
    }
}

fn write_link(out: &mut Writer, link: Option<usize>) {
    match link.and_then(|link| i64::try_from(link).ok()) {
        Some(link) => out.integer(link),
        None => out.null(),
    }
}

/// For each check the rule, the link, and `true`, `null` where it was not reached, or what failed.
fn write_trace(out: &mut Writer, trace: &Trace) {
    out.list(trace.checks().iter(), |out, check| {
        out.list_head(3);
        out.string(check.rule.name());
        write_link(out, check.link);
        match &check.outcome {
            Outcome::Passed => out.bool(true),
            Outcome::NotReached => out.null(),
            Outcome::Failed(finding) => write_finding(out, finding),
        }
    });
}

/// What came along and nothing refers to.
fn write_unused(answer: &mut Answer, trace: &Trace) {
    let unused: Vec<_> = trace.unused().collect();
    answer.list("unused", &unused, |out, cid| out.bytes(&cid.to_bytes()));
}

fn write_ignored(out: &mut Writer, ignored: &[Ignored]) {
    out.list(ignored.iter(), |out, ignored| {
        out.list_head(4);
        write_link(out, Some(ignored.index));
        or_null(out, ignored.cid, |out, cid| out.bytes(&cid.to_bytes()));
        out.string(ignored.reason.name());
        out.string(&ignored.reason.to_string());
    });
}
