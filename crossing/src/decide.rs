//! The decision.

use allod::limits::{Limits, MAX_CHAIN};
use allod::ucan::Invocation;
use allod::validation::{
    Check, DEFAULT_TOLERANCE, Finding, Ignored, Outcome, RevocationView, Sifted, Standing, Trace,
};
use allod::wire::{Slice, Writer};
use allod::{
    Authorizer, Cid, Command, Container, ContainerError, Decision, Denial, Did, Evidence, Grant,
    MemoryResolver, Receipt, Revocation, Subjects, Timestamp, Token,
};

use crate::fault::Fault;
use crate::input::{Fields, Input, bytes, cid, count, did, pair, text};
use crate::output::{Answer, or_null};
use crate::whole::{READS_DOCUMENTS, verifiable};

/// Decides. The question has the authorizer ([`authorizer`]) and the facts ([`Facts::read`]), with an `invocation`, or with a
/// `container` that holds one, of which `named` says which.
pub fn decide(input: &Input) -> Result<Vec<u8>, Fault> {
    let (authorizer, facts) = (authorizer(input.fields())?, Facts::read(input)?);
    let verdict = Request::read(input.fields())?.decide(&authorizer, &facts, &NoRevocations);
    Ok(verdict.answer())
}

/// What is missing for a decision, and of which pairs of a delegation and an issuer it has to be known whether the one
/// was revoked by the other. The question is that of [`decide`].
pub fn needs(input: &Input) -> Result<Vec<u8>, Fault> {
    let (authorizer, facts) = (authorizer(input.fields())?, Facts::read(input)?);
    let needed = Request::read(input.fields())?.needs(&authorizer, &facts);
    let mut answer = Answer::of(3);
    answer.list("proofs", &needed.proofs, |out, cid| out.bytes(&cid.to_bytes()));
    answer.list("documents", &needed.documents, |out, did| out.string(&did.to_string()));
    answer.list("revocations", &needed.revocations, |out, (cid, did)| {
        out.list_head(2);
        out.bytes(&cid.to_bytes());
        out.string(&did.to_string());
    });
    Ok(answer.done())
}

/// The fields of [`authorizer`], without `executor`.
pub const AUTHORIZER: [&str; 5] = ["subjects", "dangerAnySubject", "leafFirst", "limits", "ages"];

/// The fields of [`limits`].
pub const LIMITS: [&str; 3] = ["chain", "policySteps", "policyWork"];

/// The fields of [`Facts::read`].
pub const FACTS: [&str; 11] = [
    "now",
    "tolerance",
    "documents",
    "tokens",
    "revoked",
    "unavailable",
    "revocations",
    "syncedAt",
    "receipts",
    "tasks",
    "trusted",
];

/// The one who decides: `{executor, subjects or dangerAnySubject, leafFirst, limits, ages}`.
pub fn authorizer(fields: Fields<'_>) -> Result<Authorizer, Fault> {
    authorizer_of(fields.did("executor")?, fields)
}

/// As [`authorizer`], for an executor that stands elsewhere.
pub fn authorizer_of(executor: Did, fields: Fields<'_>) -> Result<Authorizer, Fault> {
    let mut authorizer = Authorizer::new(executor, subjects(fields)?);
    if fields.flag("leafFirst")? {
        authorizer = authorizer.accept_leaf_first();
    }
    let authorizer = authorizer.limits(limits(fields)?);
    Ok(ages(fields)?.into_iter().fold(authorizer, |authorizer, (command, seconds)| {
        authorizer.revocations_no_older_than(command, seconds)
    }))
}

/// Whom one acts for: oneself unless `subjects` or `dangerAnySubject` says otherwise.
pub fn subjects(fields: Fields<'_>) -> Result<Subjects, Fault> {
    Ok(match (fields.flag("dangerAnySubject")?, fields.get("subjects")) {
        (true, None) => Subjects::danger_any(),
        (true, Some(_)) => {
            let expected = "either these, or dangerAnySubject,";
            return Err(Fault::argument("subjects", expected));
        }
        (false, Some(_)) => Subjects::of(fields.each("subjects", did)?),
        (false, None) => Subjects::itself(),
    })
}

/// `limits: {chain, policySteps, policyWork}`, each as ever where it is absent.
pub fn limits(fields: Fields<'_>) -> Result<Limits, Fault> {
    let mut limits = Limits::new();
    if let Some(given) = fields.get("limits").map(Fields::of) {
        let limit = |name| given.optional(name, count);
        limits = limit("chain")?.into_iter().fold(limits, |limits, most| limits.chain(most as usize));
        limits = limit("policySteps")?.into_iter().fold(limits, Limits::policy_steps);
        limits = limit("policyWork")?.into_iter().fold(limits, Limits::policy_work);
    }
    Ok(limits)
}

/// `ages`: pairs of a command and how old, in seconds, what is known of revocations may be for it.
pub fn ages(fields: Fields<'_>) -> Result<Vec<(Command, u32)>, Fault> {
    fields.each("ages", |name, view| {
        let (command, seconds) = pair(name, view)?;
        Ok((text(name, command)?.parse()?, count(name, seconds)?))
    })
}

/// What is decided on.
pub enum Request {
    Container(Result<Container, ContainerError>, Option<Cid>),
    Invocation(Vec<u8>, Option<Cid>),
}

/// What a decision lacks.
#[derive(Default)]
pub struct Needed {
    pub proofs: Vec<Cid>,
    pub documents: Vec<Did>,
    pub revocations: Vec<(Cid, Did)>,
}

/// What came of it. A container that is none, or holds nothing to decide on, is denied as well.
pub struct Verdict {
    pub decision: Result<Decision, ContainerError>,
    pub ignored: Vec<Ignored>,
}

impl Request {
    fn read(fields: Fields<'_>) -> Result<Self, Fault> {
        let named = fields.optional("named", cid)?;
        Ok(match fields.optional("container", bytes)? {
            Some(container) => Self::container(container, named),
            None => Self::Invocation(fields.bytes("invocation")?.to_vec(), named),
        })
    }

    /// A container in any encoding; of several invocations the one that is named.
    pub fn container(bytes: &[u8], named: Option<Cid>) -> Self {
        Self::Container(Container::read(bytes), named)
    }

    fn held(&self) -> Option<&Container> {
        match self {
            Self::Container(container, _) => container.as_ref().ok(),
            Self::Invocation(..) => None,
        }
    }

    /// The invocation, as far as it can be read.
    fn invocation(&self) -> Option<Token<Invocation>> {
        match self {
            Self::Container(container, Some(cid)) => container.as_ref().ok()?.invocation_named(*cid).ok(),
            Self::Container(container, None) => container.as_ref().ok()?.invocation().ok(),
            Self::Invocation(bytes, _) => Token::parse(bytes.as_slice()).ok(),
        }
    }

    /// Decides, with what the facts say of revocations and what this view says besides.
    pub fn decide(&self, authorizer: &Authorizer, facts: &Facts, view: &dyn RevocationView) -> Verdict {
        self.decide_as_of(authorizer, facts, view, None)
    }

    /// As [`Request::decide`], with a view that was brought up to date then, where the facts do not say when.
    pub fn decide_as_of(
        &self,
        authorizer: &Authorizer,
        facts: &Facts,
        view: &dyn RevocationView,
        synced: Option<Timestamp>,
    ) -> Verdict {
        let mut evidence = facts.evidence(self.held(), &NoRevocations);
        if let (None, Some(at)) = (facts.synced, synced) {
            evidence = evidence.revocations_as_of(at);
        }
        let known = Known { facts, sifted: self.sifted(authorizer, facts, &evidence), view };
        let evidence = evidence.with_revocations(&known);
        let decision = match self {
            Self::Container(Err(error), _) => Err(error.clone()),
            Self::Container(Ok(container), None) => Ok(authorizer.decide_container(container, &evidence)),
            Self::Container(Ok(container), Some(cid)) => {
                container.invocation_named(*cid).map(|token| authorizer.decide(&token, &evidence))
            }
            Self::Invocation(bytes, named) => match named.filter(|cid| *cid != Cid::of(bytes)) {
                None => Ok(authorizer.decide_bytes(bytes, &evidence)),
                Some(cid) => Err(ContainerError::NotThere { cid }),
            },
        };
        Verdict { decision, ignored: known.sifted.ignored }
    }

    /// The revocations that came along, told apart by whether they count.
    fn sifted(&self, authorizer: &Authorizer, facts: &Facts, evidence: &Evidence<'_>) -> Sifted {
        let mut revocations = facts.revocations.clone();
        if let Some(container) = self.held() {
            revocations.extend(container.revocation_tokens().map(|(_, bytes)| bytes));
        }
        if revocations.is_empty() {
            return Sifted::default();
        }
        authorizer.sift(revocations, self.invocation().as_ref(), evidence)
    }

    /// What a decision lacks.
    pub fn needs(&self, authorizer: &Authorizer, facts: &Facts) -> Needed {
        let Some(invocation) = self.invocation() else { return Needed::default() };
        let evidence = facts.evidence(self.held(), &NoRevocations);
        let mut needs = authorizer.needs(&invocation, &evidence);
        // Of what is denied as it is, nothing more is worth a fetch.
        if READS_DOCUMENTS && !needs.revocations.is_empty() {
            let known =
                Known { facts, sifted: self.sifted(authorizer, facts, &evidence), view: &NoRevocations };
            let unresolved = &known.sifted.unresolved;
            if !unresolved.is_empty()
                && authorizer.decide(&invocation, &evidence.with_revocations(&known)).is_allowed()
            {
                for (_, did) in unresolved {
                    if needs.documents.len() < MAX_CHAIN && !needs.documents.contains(did) {
                        needs.documents.push(did.clone());
                    }
                }
            }
        }
        let mut issuers: Vec<Did> = Vec::new();
        for issuer in needs.revocations.iter().filter_map(|cid| self.issuer(facts, cid)) {
            if !issuers.contains(&issuer) {
                issuers.push(issuer);
            }
        }
        let pairs =
            needs.revocations.iter().flat_map(|cid| issuers.iter().map(|issuer| (*cid, issuer.clone())));
        Needed { revocations: pairs.collect(), proofs: needs.proofs, documents: needs.documents }
    }

    /// Who issued a delegation that came along, as it says.
    fn issuer(&self, facts: &Facts, cid: &Cid) -> Option<Did> {
        let bundled = self.held().and_then(|held| held.get(cid));
        let bytes = bundled.or_else(|| facts.tokens.iter().find(|bytes| Cid::of(bytes) == *cid).cloned())?;
        Some(Token::<allod::Delegation>::parse(bytes).ok()?.issuer().clone())
    }
}

/// What a decision rests on besides the request.
pub struct Facts {
    now: Timestamp,
    tolerance: u32,
    synced: Option<Timestamp>,
    documents: MemoryResolver,
    tokens: Vec<Slice>,
    revocations: Vec<Slice>,
    receipts: Vec<Receipt>,
    tasks: Vec<Token<Invocation>>,
    trusted: Vec<Did>,
    revoked: Vec<(Cid, Did)>,
    unavailable: Vec<(Cid, Did)>,
}

impl Facts {
    /// The question: `{now, tolerance, documents, tokens, revoked, unavailable, revocations, syncedAt, receipts, tasks,
    /// trusted}`.
    pub fn read(input: &Input) -> Result<Self, Fault> {
        let fields = input.fields();
        let slices = |name: &str| fields.each(name, |name, view| input.slice(bytes(name, view)?));
        let pairs = |name: &str| {
            fields.each(name, |name, view| {
                let (delegation, by) = pair(name, view)?;
                Ok((cid(name, delegation)?, did(name, by)?))
            })
        };
        let receipts = slices("receipts")?.into_iter();
        let receipts = receipts.map(|bytes| verifiable(Receipt::read(Token::parse(bytes)?)?));
        let tasks = slices("tasks")?.into_iter().map(|bytes| Ok(Token::parse(bytes)?));
        Ok(Self {
            now: fields.time("now")?,
            tolerance: fields.optional("tolerance", count)?.unwrap_or(DEFAULT_TOLERANCE),
            synced: fields.optional("syncedAt", crate::input::time)?,
            documents: fields.documents()?,
            tokens: slices("tokens")?,
            revocations: slices("revocations")?,
            receipts: receipts.collect::<Result<_, Fault>>()?,
            tasks: tasks.collect::<Result<_, Fault>>()?,
            trusted: fields.each("trusted", did)?,
            revoked: pairs("revoked")?,
            unavailable: pairs("unavailable")?,
        })
    }

    fn evidence<'v>(&self, container: Option<&Container>, view: &'v dyn RevocationView) -> Evidence<'v> {
        let mut evidence = Evidence::new(self.now, view).tolerance(self.tolerance);
        if let Some(at) = self.synced {
            evidence = evidence.revocations_as_of(at);
        }
        for document in self.documents.documents() {
            evidence = evidence.document(document.clone());
        }
        if let Some(container) = container {
            evidence = evidence.container(container);
        }
        evidence = self.tokens.iter().cloned().fold(evidence, Evidence::bytes);
        evidence = self.receipts.iter().cloned().fold(evidence, Evidence::receipt);
        for task in &self.tasks {
            evidence = evidence.task(&task.task());
        }
        self.trusted.iter().cloned().fold(evidence, Evidence::trust_receipts_of)
    }
}

/// What the host knows of revocations.
struct Known<'a> {
    facts: &'a Facts,
    sifted: Sifted,
    view: &'a dyn RevocationView,
}

impl RevocationView for Known<'_> {
    fn standing(&self, delegation: &Cid, issuer: &Did) -> Standing {
        let has = |list: &[(Cid, Did)]| list.iter().any(|(cid, did)| cid == delegation && did == issuer);
        if has(&self.facts.revoked) || self.sifted.counting.standing(delegation, issuer) == Standing::Revoked
        {
            Standing::Revoked
        } else if has(&self.facts.unavailable) || self.cannot_be_told(delegation, issuer) {
            Standing::Unavailable
        } else {
            self.view.standing(delegation, issuer)
        }
    }
}

impl Known<'_> {
    /// Where nobody could supply the missing document, what might be revoked is not allowed.
    fn cannot_be_told(&self, delegation: &Cid, issuer: &Did) -> bool {
        let named = |one: &Revocation| one.revoked() == *delegation && one.subject() == issuer;
        !READS_DOCUMENTS && self.sifted.unresolved.iter().any(|(revocation, _)| named(revocation))
    }
}

/// Nothing besides what the facts say.
pub struct NoRevocations;

impl RevocationView for NoRevocations {
    fn standing(&self, _delegation: &Cid, _issuer: &Did) -> Standing {
        Standing::Unrevoked
    }
}

impl Verdict {
    fn answer(&self) -> Vec<u8> {
        match &self.decision {
            Ok(Decision::Allow(grant)) => allowed(grant, &self.ignored),
            Ok(Decision::Deny(denial)) => denied(denial, &self.ignored),
            Err(error) => unread(error, &self.ignored),
        }
    }
}

fn allowed(grant: &Grant, ignored: &[Ignored]) -> Vec<u8> {
    let mut answer = Answer::of(7);
    answer.flag("ok", true);
    let invocation = grant.invocation();
    answer.with("invocation", |out| {
        out.list_head(3);
        out.bytes(invocation.as_bytes());
        out.bytes(&invocation.cid().to_bytes());
        out.bytes(&invocation.task().cid().to_bytes());
    });
    answer.list("chain", grant.chain(), |out, link| {
        out.list_head(2);
        out.bytes(link.as_bytes());
        out.bytes(&link.cid().to_bytes());
    });
    answer.time("until", grant.until());
    answer.value("arguments", Some(grant.arguments()));
    answer.list("awaits", grant.awaits(), |out, promise| {
        out.list_head(2);
        out.bytes(&promise.task.to_bytes());
        out.string(promise.branch.name());
    });
    write_account(&mut answer, Some(grant.trace()), ignored);
    answer.done()
}

fn denied(denial: &Denial, ignored: &[Ignored]) -> Vec<u8> {
    let mut answer = Answer::of(4);
    answer.flag("ok", false);
    answer.with("finding", |out| write_finding(out, denial.finding()));
    answer.text("public", denial.public().remedy);
    write_account(&mut answer, Some(denial.trace()), ignored);
    answer.done()
}

/// A container that is none, or holds nothing to decide on: a denial as well.
fn unread(error: &ContainerError, ignored: &[Ignored]) -> Vec<u8> {
    let code = error.code();
    let mut answer = Answer::of(4);
    answer.flag("ok", false);
    answer.with("finding", |out| {
        let texts = [code.name(), "invocation-decodes", &error.to_string(), error.remedy(), code.spec()];
        write_parts(out, texts, None, None, [None; 2], None);
    });
    answer.text("public", code.remedy());
    write_account(&mut answer, None, ignored);
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

/// The checks, what nothing refers to, and the revocations that take nothing back: as bytes, for they take longer to read than
/// the rest of the answer, and few ask for them.
fn write_account(answer: &mut Answer, trace: Option<&Trace>, ignored: &[Ignored]) {
    let mut out = Writer::new();
    out.list_head(3);
    out.list(trace.map_or(&[][..], Trace::checks).iter(), write_check);
    let unused: Vec<_> = trace.into_iter().flat_map(Trace::unused).collect();
    out.list(unused.iter(), |out, cid| out.bytes(&cid.to_bytes()));
    write_ignored(&mut out, ignored);
    answer.bytes("account", &out.into_bytes());
}

/// The rule, the link, and `true`, `null` where it was not reached, or what failed.
fn write_check(out: &mut Writer, check: &Check) {
    out.list_head(3);
    out.string(check.rule.name());
    write_link(out, check.link);
    match &check.outcome {
        Outcome::Passed => out.bool(true),
        Outcome::NotReached => out.null(),
        Outcome::Failed(finding) => write_finding(out, finding),
    }
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
