//! `allod demo`: the main job, told in a minute.

mod story;

use allod::store::TakenUp;
use allod::{AnyToken, Invocation, MemoryResolver, Receipt, Revocation, Timestamp, Token};
use serde::Serialize;
use serde_json::value::RawValue;

use self::story::{Came, Cast, Step};
use super::check::{DecisionData, briefly_allowed, briefly_denied};
use crate::failure::{Failure, Outcome};
use crate::names::Names;
use crate::output::{Line, Out};
use crate::report::{Report, data};
use crate::time;

pub(crate) const HELP: &str = "\
Example:
  allod demo
  allod demo --json

Everything is made on the spot and forgotten at the end: no file is written, no network is used.";

#[derive(Serialize)]
struct StoryData {
    principals: Vec<PrincipalData>,
    steps: Vec<StepData>,
}

#[derive(Serialize)]
struct PrincipalData {
    name: &'static str,
    did: String,
    #[serde(rename = "type")]
    algorithm: String,
}

#[derive(Serialize)]
struct StepData {
    step: usize,
    title: &'static str,
    at: i64,
    tokens: Vec<Report>,
    decision: Option<DecisionData>,
    /// `executed`, or the code of a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// The receipt's CID, which stands among the tokens, and what it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Box<RawValue>>,
    /// Revocations that arrived before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    taken_up: Vec<TakenUpData>,
}

#[derive(Serialize)]
struct TakenUpData {
    cid: String,
    revoked: String,
    subject: String,
}

pub(crate) fn run(out: &mut Out) -> Result<Outcome, Failure> {
    let cast = Cast::new()
        .map_err(|error| Failure::new(format_args!("no keys could be made: {error}"), "try again"))?;
    let steps = story::tell(&cast, time::now()?)
        .map_err(|error| Failure::new(format_args!("the story broke off: {error}"), "please report this"))?;
    if out.json() {
        out.data(&as_data(&cast, &steps))?;
    } else {
        as_words(&cast, &steps, out)?;
    }
    match steps.iter().find(|step| step.came_out_otherwise()) {
        Some(step) => Err(Failure::new(
            format_args!("{:?} came out otherwise than it should", step.title),
            "please report this",
        )),
        None => Ok(Outcome::Fine),
    }
}

fn as_data(cast: &Cast, steps: &[Step]) -> StoryData {
    let principals = cast.all().map(|(name, key)| PrincipalData {
        name,
        did: key.did().to_string(),
        algorithm: key.algorithm().to_string(),
    });
    let none = MemoryResolver::new();
    let steps = steps.iter().zip(1..).map(|(told, step)| StepData {
        step,
        title: told.title,
        at: told.at.as_seconds(),
        tokens: told.tokens.iter().map(|token| Report::of(story::bytes(token), &none)).collect(),
        decision: told.came.as_ref().and_then(decision),
        outcome: told.came.as_ref().map(|came| came.name().to_owned()),
        receipt: receipt(told).map(|receipt| receipt.cid().to_string()),
        result: receipt(told).map(|receipt| data(receipt.outcome().value())),
        taken_up: told.taken.iter().map(taken_up).collect(),
    });
    StoryData { principals: principals.into(), steps: steps.collect() }
}

fn decision(came: &Came) -> Option<DecisionData> {
    match came {
        Came::Executed { chain, until, .. } => Some(DecisionData::Allow {
            chain: chain.iter().map(|link| link.cid().to_string()).collect(),
            until: until.map(Timestamp::as_seconds),
        }),
        Came::Denied(denial) => Some(denial.into()),
        Came::Otherwise(_) => None,
    }
}

fn receipt(step: &Step) -> Option<&Receipt> {
    match &step.came {
        Some(Came::Executed { receipt, .. }) => Some(receipt),
        _ => None,
    }
}

fn taken_up(taken: &TakenUp) -> TakenUpData {
    TakenUpData {
        cid: taken.cid.to_string(),
        revoked: taken.revoked.to_string(),
        subject: taken.subject.to_string(),
    }
}

fn as_words(cast: &Cast, steps: &[Step], out: &mut Out) -> Result<(), Failure> {
    let mut names = Names::default();
    for (name, key) in cast.all() {
        names.add(key.did(), name);
    }
    out.line(Line::new().dim(
        "Real keys and signatures, made now and forgotten at the end. No file, no network, no server.",
    ))?;
    let mut said = Said::default();
    for (step, number) in steps.iter().zip(1_usize..) {
        out.line("")?;
        out.line(Line::new().bold(format!("{number}. {}", step.title)))?;
        if number == 1 {
            for (name, key) in cast.all() {
                let line = Line::new().plain(format!("   {name:<6} {}  ", key.did().short()));
                out.line(line.dim(key.algorithm().to_string()))?;
            }
        }
        for taken in &step.taken {
            let text = format!("{} takes back {}", names.of(&taken.subject), taken.revoked.short());
            out.line(Line::new().dim(format!("   revocation {}  ", taken.cid.short())).plain(text))?;
        }
        for token in &step.tokens {
            token_lines(token, &mut said, &names).into_iter().try_for_each(|line| out.line(line))?;
        }
        for line in step.came.as_ref().map(|came| outcome_lines(came, &names)).unwrap_or_default() {
            out.line(line.under("   ".into()))?;
        }
    }
    out.line("")?;
    out.line(
        "Whoever keeps the album decided this alone, from what came with each request and what it knew.",
    )?;
    out.line(
        Line::new()
            .dim("Next: `allod key new NAME` makes an identity of your own; `allod --help` shows the rest."),
    )
}

/// What came of it, in a few lines.
fn outcome_lines(came: &Came, names: &Names) -> Vec<Line> {
    match came {
        Came::Executed { chain, .. } => vec![briefly_allowed(chain, names)],
        Came::Denied(denial) => briefly_denied(denial, names),
        Came::Otherwise(what) => vec![Line::new().bad("✗ ").plain(what.as_str())],
    }
}

/// What was said already: how many proofs, and the arguments of the last request.
#[derive(Default)]
struct Said {
    proofs: usize,
    arguments: String,
}

/// A token in a few lines. Delegations are numbered as the denials do.
fn token_lines(token: &AnyToken, said: &mut Said, names: &Names) -> Vec<Line> {
    match token {
        AnyToken::Delegation(token) => {
            let label = format!("proof {}", said.proofs);
            said.proofs += 1;
            let everything = if token.command().is_top() { " (everything)" } else { "" };
            let first = Line::new()
                .dim(format!("   {label:<10} {}  ", token.cid().short()))
                .plain(format!("{} → {}  ", names.of(token.issuer()), names.of(token.audience())))
                .bold(token.command().as_str())
                .plain(everything);
            let condition = Some(token.policy()).filter(|policy| !policy.is_empty());
            let condition = condition.map(|policy| below(&format!("if {}", policy.words())));
            let end = token.expires().map(|at| below(&format!("until {at}")));
            [Some(first), condition, end].into_iter().flatten().collect()
        }
        AnyToken::Invocation(token) => invocation_lines(token, said, names),
    }
}

fn below(text: &str) -> Line {
    Line::new().plain(format!("{:25}{text}", ""))
}

fn invocation_lines(token: &Token<Invocation>, said: &mut Said, names: &Names) -> Vec<Line> {
    let label = |label: &str| Line::new().dim(format!("   {label:<10} {}  ", token.cid().short()));
    if let Ok(receipt) = Receipt::read(token.clone()) {
        let outcome = receipt.outcome();
        let says = format!("{}: {} ", names.of(receipt.issuer()), outcome.branch());
        return vec![label("receipt").plain(says).plain(data(outcome.value()).get())];
    }
    if let Ok(revocation) = Revocation::read(token.clone()) {
        let says = format!("{} takes back {}", names.of(revocation.subject()), revocation.revoked().short());
        return vec![label("revocation").plain(says)];
    }
    let first = label("invocation")
        .plain(format!("{} → {}  ", names.of(token.issuer()), names.of(token.executor())))
        .bold(token.command().as_str());
    let arguments = data(token.arguments()).get().to_owned();
    if arguments == said.arguments {
        return vec![first];
    }
    said.arguments.clone_from(&arguments);
    vec![first, below(&format!("with {arguments}"))]
}
