//! `allod log`: the decisions that were made here.

use allod::store::{AuditEntry, AuditVerdict};
use clap::Args;
use serde::Serialize;

use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::names::Names;
use crate::output::{Line, Out, remark};
use crate::state::failed;
use crate::text::count;
use crate::time;

pub(crate) const HELP: &str = "\
Example:
  allod log
  allod log --since -1d --denied
  allod log --json | jq -r '.[].code'

The decisions of `allod check`, the newest last: when, how it came out, who asked for what on whose
authority. Arguments are in it only where `allod check --log-arguments` wrote them.";

#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    /// Only from this time on: -1d, -2h, 2026-12-01, Unix seconds
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    /// Only what was denied
    #[arg(long)]
    denied: bool,
}

#[derive(Serialize)]
struct Row {
    at: i64,
    outcome: &'static str,
    code: Option<&'static str>,
    invocation: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    command: Option<String>,
    chain: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arguments: Option<String>,
}

pub(crate) fn run(args: &LogArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let now = time::now()?;
    let since = args.since.as_deref().map(|text| time::parse(text, now)).transpose()?;
    let home = Home::open(out)?;
    let wanted = |entry: &AuditEntry| {
        since.is_none_or(|since| entry.at >= since)
            && (!args.denied || matches!(entry.verdict, AuditVerdict::Denied(_)))
    };
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = home.store().entries(after.as_ref(), 1024).map_err(|error| failed(&error))?;
        entries.extend(page.items.into_iter().filter(wanted));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let names = home.close();
    if out.json() {
        out.data(&entries.iter().map(row).collect::<Vec<_>>())?;
        return Ok(Outcome::Fine);
    }
    for entry in &entries {
        out.line(line(entry, &names))?;
    }
    if entries.is_empty() {
        remark("the log holds no such decision: `allod check` writes one where there is a store");
    }
    Ok(Outcome::Fine)
}

const fn outcome(verdict: AuditVerdict) -> &'static str {
    match verdict {
        AuditVerdict::Executed => "executed",
        AuditVerdict::NotExecuted => "allowed",
        AuditVerdict::Denied(_) => "denied",
    }
}

fn row(entry: &AuditEntry) -> Row {
    let code = match entry.verdict {
        AuditVerdict::Denied(code) => Some(code.name()),
        _ => None,
    };
    Row {
        at: entry.at.as_seconds(),
        outcome: outcome(entry.verdict),
        code,
        invocation: entry.invocation.map(|cid| cid.to_string()),
        issuer: entry.issuer.as_ref().map(ToString::to_string),
        subject: entry.subject.as_ref().map(ToString::to_string),
        command: entry.command.as_ref().map(ToString::to_string),
        chain: entry.chain.iter().map(ToString::to_string).collect(),
        arguments: entry.arguments.clone(),
    }
}

fn line(entry: &AuditEntry, names: &Names) -> Line {
    let line = Line::new().dim(format!("{}  ", entry.at));
    let line = match entry.verdict {
        AuditVerdict::Denied(code) => line.bad("denied").plain("  ").bold(code.name()),
        verdict => line.good(outcome(verdict)),
    };
    let (Some(issuer), Some(subject), Some(command)) = (&entry.issuer, &entry.subject, &entry.command) else {
        return line.plain("  what could not be read");
    };
    let cid = entry.invocation.map(|cid| cid.short()).unwrap_or_default();
    let line = line
        .plain(format!("  {} asked for ", names.of(issuer)))
        .bold(command.as_str())
        .plain(format!(" on {}", names.of(subject)))
        .dim(format!("  {cid}, {}", count(entry.chain.len(), "proof")));
    match &entry.arguments {
        Some(arguments) => line.plain(format!("  with {arguments}")),
        None => line,
    }
}
