//! `allod demo`: the main job, told in a minute.

mod story;

use allod::{AnyToken, Decision, MemoryResolver};
use serde::Serialize;

use self::story::{Cast, Step};
use super::check::{DecisionData, brief};
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
}

pub(crate) fn run(out: &mut Out) -> Result<Outcome, Failure> {
    let cast = Cast::new()
        .map_err(|error| Failure::new(format_args!("no keys could be made: {error}"), "try again"))?;
    let steps = story::tell(&cast, time::now()?).map_err(|error| {
        Failure::new(format_args!("a token could not be made: {error}"), "please report this")
    })?;
    if out.json() {
        out.data(&as_data(&cast, &steps))?;
    } else {
        as_words(&cast, &steps, out)?;
    }
    let surprise = steps.iter().find(|step| step.decision().map(Decision::is_allowed) != step.expected);
    match surprise {
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
        decision: told.decision().map(DecisionData::from),
    });
    StoryData { principals: principals.into(), steps: steps.collect() }
}

fn as_words(cast: &Cast, steps: &[Step], out: &mut Out) -> Result<(), Failure> {
    let mut names = Names::default();
    for (name, key) in cast.all() {
        names.add(key.did(), name);
    }
    out.line(Line::new().dim(
        "Real keys and signatures, made now and forgotten at the end. No file, no network, no server.",
    ))?;
    let mut proofs = 0..;
    for (step, number) in steps.iter().zip(1_usize..) {
        out.line("")?;
        out.line(Line::new().bold(format!("{number}. {}", step.title)))?;
        if number == 1 {
            for (name, key) in cast.all() {
                let line = Line::new().plain(format!("   {name:<6} {}  ", key.did().short()));
                out.line(line.dim(key.algorithm().to_string()))?;
            }
        }
        for token in &step.tokens {
            token_lines(token, &mut proofs, &names).into_iter().try_for_each(|line| out.line(line))?;
        }
        for line in step.decision().map(|decision| brief(decision, &names)).unwrap_or_default() {
            out.line(line.under("   ".into()))?;
        }
    }
    out.line("")?;
    out.line("Whoever holds the album decided this alone, from the tokens that came with each request.")?;
    out.line(
        Line::new()
            .dim("Next: `allod key new NAME` makes an identity of your own; `allod --help` shows the rest."),
    )
}

/// A token in a few lines. Delegations are numbered as the denials do.
fn token_lines(token: &AnyToken, proofs: &mut std::ops::RangeFrom<usize>, names: &Names) -> Vec<Line> {
    let below = |text: String| Line::new().plain(format!("{:25}{text}", ""));
    match token {
        AnyToken::Delegation(token) => {
            let label = proofs.next().map(|number| format!("proof {number}")).unwrap_or_default();
            let everything = if token.command().is_top() { " (everything)" } else { "" };
            let first = Line::new()
                .dim(format!("   {label:<10} {}  ", token.cid().short()))
                .plain(format!("{} → {}  ", names.of(token.issuer()), names.of(token.audience())))
                .bold(token.command().as_str())
                .plain(everything);
            let condition = Some(token.policy()).filter(|policy| !policy.is_empty());
            let condition = condition.map(|policy| below(format!("if {}", policy.words())));
            let end = token.expires().map(|at| below(format!("until {at}")));
            [Some(first), condition, end].into_iter().flatten().collect()
        }
        AnyToken::Invocation(token) => {
            let first = Line::new()
                .dim(format!("   invocation {}  ", token.cid().short()))
                .plain(format!("{} → {}  ", names.of(token.issuer()), names.of(token.executor())))
                .bold(token.command().as_str());
            vec![first, below(format!("with {}", data(token.arguments()).get()))]
        }
    }
}
