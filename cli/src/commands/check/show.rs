//! A decision, as data and in words.

use allod::validation::{Check, Decision, Denial, Finding, Grant, Ignored, Outcome as Came, Rule};
use allod::{Delegation, Timestamp, Verified};
use serde::Serialize;

use super::request::{Answered, Refusal, Verdict};
use crate::commands::grant::provided;
use crate::failure::{Failure, Outcome};
use crate::names::Names;
use crate::output::{Line, Out, warn};
use crate::time::distance;

/// A decision as data. The same in `check`, in bulk and in the demo.
#[derive(Debug, Serialize)]
#[serde(tag = "decision", rename_all = "lowercase")]
pub(crate) enum DecisionData {
    Allow { chain: Vec<String>, until: Option<i64> },
    Deny { code: &'static str, link: Option<usize>, cid: Option<String>, message: String, remedy: String },
}

impl From<&Decision> for DecisionData {
    fn from(decision: &Decision) -> Self {
        match decision {
            Decision::Allow(grant) => Self::Allow {
                chain: grant.chain().iter().map(|link| link.cid().to_string()).collect(),
                until: grant.until().map(Timestamp::as_seconds),
            },
            Decision::Deny(denial) => Self::from(denial),
        }
    }
}

impl From<&Denial> for DecisionData {
    fn from(denial: &Denial) -> Self {
        Self::Deny {
            code: denial.code().name(),
            link: denial.link(),
            cid: denial.cid().map(|cid| cid.to_string()),
            message: denial.message().to_owned(),
            remedy: denial.remedy().to_owned(),
        }
    }
}

impl From<&Verdict> for DecisionData {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Decided(decision) => Self::from(decision.as_ref()),
            Verdict::Refused(refusal) => Self::from(refusal),
        }
    }
}

impl From<&Refusal> for DecisionData {
    fn from(refusal: &Refusal) -> Self {
        Self::Deny {
            code: refusal.code.name(),
            link: None,
            cid: refusal.cid.map(|cid| cid.to_string()),
            message: refusal.message.clone(),
            remedy: refusal.remedy.clone(),
        }
    }
}

/// A revocation that took nothing back, as data.
#[derive(Debug, Serialize)]
pub(super) struct IgnoredData {
    index: usize,
    cid: Option<String>,
    code: &'static str,
    message: String,
}

impl From<&Ignored> for IgnoredData {
    fn from(ignored: &Ignored) -> Self {
        Self {
            index: ignored.index,
            cid: ignored.cid.map(|cid| cid.to_string()),
            code: ignored.reason.name(),
            message: ignored.reason.to_string(),
        }
    }
}

#[derive(Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    decision: DecisionData,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored: Vec<IgnoredData>,
    warnings: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Why<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Vec<CheckData<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unused: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Why<'a> {
    spec: &'a str,
    expected: Option<&'a str>,
    found: Option<&'a str>,
    selector: Option<&'a str>,
}

#[derive(Serialize)]
struct CheckData<'a> {
    rule: &'static str,
    link: Option<usize>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

pub(super) fn show(
    answered: &Answered,
    warnings: &[String],
    explain: bool,
    now: Timestamp,
    names: &Names,
    out: &mut Out,
) -> Result<Outcome, Failure> {
    let Answered { verdict, sifted, .. } = answered;
    let ignored: Vec<_> = sifted.ignored.iter().map(IgnoredData::from).collect();
    if out.json() {
        let explained = match verdict {
            Verdict::Decided(decision) => explained(decision, warnings, explain),
            Verdict::Refused(refusal) => explained_refusal(refusal, warnings, explain),
        };
        out.data(&Explained { ignored, ..explained })?;
    } else {
        for warning in warnings {
            warn(warning.as_str());
        }
        match verdict {
            Verdict::Decided(decision) => {
                match decision.as_ref() {
                    Decision::Allow(grant) => allowed(grant, now, names, out)?,
                    Decision::Deny(denial) => denied(denial, names, out)?,
                }
                if explain {
                    trace(decision, names, out)?;
                }
            }
            Verdict::Refused(refusal) => refused(refusal, explain, names, out)?,
        }
        for IgnoredData { index, code, message, .. } in &ignored {
            let text = format!("revocation {index} changed nothing: {}", names.rewrite(message));
            out.line(Line::new().dim("  ignored   ").plain(text).dim(format!("  {code}")))?;
        }
    }
    Ok(match verdict {
        Verdict::Decided(decision) if decision.is_allowed() => Outcome::Fine,
        _ => Outcome::Denied,
    })
}

fn explained<'a>(decision: &'a Decision, warnings: &'a [String], explain: bool) -> Explained<'a> {
    let why = decision.denial().map(Denial::finding).map(|finding| Why {
        spec: finding.spec(),
        expected: finding.expected_value(),
        found: finding.found_value(),
        selector: finding.policy().and_then(|failure| failure.selector()),
    });
    let trace = decision.trace();
    Explained {
        decision: decision.into(),
        ignored: Vec::new(),
        warnings,
        why,
        checks: explain.then(|| trace.checks().iter().map(check_data).collect()),
        unused: explain.then(|| trace.unused().map(|cid| cid.to_string()).collect()),
    }
}

/// No other rule was reached.
fn explained_refusal<'a>(refusal: &'a Refusal, warnings: &'a [String], explain: bool) -> Explained<'a> {
    let check = CheckData {
        rule: Rule::InvocationDecodes.name(),
        link: None,
        outcome: "failed",
        code: Some(refusal.code.name()),
        message: Some(&refusal.message),
    };
    Explained {
        decision: refusal.into(),
        ignored: Vec::new(),
        warnings,
        why: Some(Why { spec: refusal.code.spec(), expected: None, found: None, selector: None }),
        checks: explain.then(|| vec![check]),
        unused: explain.then(Vec::new),
    }
}

fn refused(refusal: &Refusal, explain: bool, names: &Names, out: &mut Out) -> Result<(), Failure> {
    let place = refusal.cid.map(|cid| format!("  in the invocation {}", cid.short())).unwrap_or_default();
    out.line(Line::new().bad("DENIED").plain("  ").bold(refusal.code.name()).dim(place))?;
    for (label, text) in
        [("why", refusal.message.as_str()), ("do", refusal.remedy.as_str()), ("rule", refusal.code.spec())]
    {
        out.line(Line::new().dim(format!("  {label:<9} ")).plain(names.rewrite(text)))?;
    }
    if explain {
        out.line(Line::new().dim("every rule, in order"))?;
        let failed = Line::new().bad("  ✗ ").plain(Rule::InvocationDecodes.description());
        out.line(failed.bad(format!("  {}", refusal.code)).plain("; no other rule was reached"))?;
    }
    Ok(())
}

fn check_data(check: &Check) -> CheckData<'_> {
    let (outcome, finding) = match &check.outcome {
        Came::Passed => ("passed", None),
        Came::Failed(finding) => ("failed", Some(finding)),
        Came::NotReached => ("not-reached", None),
    };
    CheckData {
        rule: check.rule.name(),
        link: check.link,
        outcome,
        code: finding.map(|finding| finding.code().name()),
        message: finding.map(Finding::message),
    }
}

fn allowed(grant: &Grant, now: Timestamp, names: &Names, out: &mut Out) -> Result<(), Failure> {
    let end = grant
        .until()
        .map_or_else(|| ", without end".into(), |at| format!(", until {at} ({})", distance(at, now)));
    out.line(Line::new().good("ALLOWED").plain(end))?;
    out.line(format!(
        "{} may use {} on {}, with these arguments.",
        names.of(grant.issuer()),
        grant.command(),
        names.of(grant.subject())
    ))?;
    if grant.chain().is_empty() {
        return out.line("It is the subject itself, and needs no leave.");
    }
    out.line(Line::new().dim("because"))?;
    let numbered = grant.chain().iter().enumerate();
    numbered.map(|(index, link)| hand_over(index, link, names)).try_for_each(|line| out.line(line))
}

/// One link of a chain: who let whom do what.
fn hand_over(index: usize, link: &Verified<Delegation>, names: &Names) -> Line {
    Line::new()
        .dim(format!("  proof {index}  "))
        .plain(format!("{} lets {} use ", names.of(link.issuer()), names.of(link.audience())))
        .bold(link.command().as_str())
        .plain(provided(link.policy()))
        .dim(format!("  {}", link.cid().short()))
}

fn denied(denial: &Denial, names: &Names, out: &mut Out) -> Result<(), Failure> {
    let finding = denial.finding();
    out.line(Line::new().bad("DENIED").plain("  ").bold(denial.code().name()).dim(place(finding)))?;
    let mut field = |label: &str, text: &str| {
        out.line(Line::new().dim(format!("  {label:<9} ")).plain(names.rewrite(text)))
    };
    field("why", finding.message())?;
    // Where the message has both already, they would only stand there twice.
    if let (Some(expected), Some(found)) = (finding.expected_value(), finding.found_value())
        && !(finding.message().contains(expected) && finding.message().contains(found))
    {
        field("expected", expected)?;
        field("found", found)?;
    }
    field("do", finding.remedy())?;
    field("rule", finding.spec())
}

fn place(finding: &Finding) -> String {
    let token = finding.cid().map(|cid| format!(" {}", cid.short())).unwrap_or_default();
    match finding.link() {
        Some(link) => format!("  in proof {link}{token}"),
        None => format!("  in the invocation{token}"),
    }
}

/// In a line: that it is allowed, and why.
pub(crate) fn briefly_allowed(chain: &[Verified<Delegation>], names: &Names) -> Line {
    let links: Vec<_> = chain
        .iter()
        .map(|link| format!("{} lets {}", names.of(link.issuer()), names.of(link.audience())))
        .collect();
    let why = format!("  {}, and the arguments meet every condition", links.join(", "));
    Line::new().good("✓ allowed").plain(why)
}

/// In a few lines: that it is denied, why, and what to do.
pub(crate) fn briefly_denied(denial: &Denial, names: &Names) -> Vec<Line> {
    vec![
        Line::new().bad("✗ denied").plain("  ").bold(denial.code().name()).dim(place(denial.finding())),
        Line::new().dim("  why  ").plain(names.rewrite(denial.message())),
        Line::new().dim("  do   ").plain(names.rewrite(denial.remedy())),
    ]
}

fn trace(decision: &Decision, names: &Names, out: &mut Out) -> Result<(), Failure> {
    out.line(Line::new().dim("every rule, in order"))?;
    for check in decision.trace().checks() {
        let place = check.link.map(|link| format!("proof {link}: ")).unwrap_or_default();
        let text = format!("{place}{}", check.rule.description());
        out.line(match &check.outcome {
            Came::Passed => Line::new().good("  ✓ ").plain(text),
            Came::Failed(finding) => {
                let reason = names.rewrite(finding.message());
                Line::new()
                    .bad("  ✗ ")
                    .plain(text)
                    .bad(format!("  {}", finding.code()))
                    .plain(format!(": {reason}"))
            }
            Came::NotReached => Line::new().dim(format!("  · {text} (not reached)")),
        })?;
    }
    for cid in decision.trace().unused() {
        out.line(Line::new().dim(format!("  unused: {cid}, which nothing refers to")))?;
    }
    Ok(())
}
