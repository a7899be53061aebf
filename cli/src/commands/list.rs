//! `allod list`: what one holds, and what one gave.

use std::collections::BTreeSet;

use allod::agent::{Holdings, Listed, State};
use allod::store::{Found, Goal, find_chain};
use allod::{Cid, Delegation, Did, MemoryResolver, Timestamp, Token};
use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;

use super::grant::{provided, until};
use crate::documents;
use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::names::Names;
use crate::output::{Line, Out, Paint, remark};
use crate::report::data;
use crate::state::failed;
use crate::text::count;
use crate::time::{self, distance};

pub(crate) const HELP: &str = "\
Example:
  allod list
  allod list --key alice --all

For each of your keys: the delegations it holds and those it gave, with their names (the last
letters of their CIDs, as `allod revoke` takes them), and how each stands: valid, not yet, ended, or
revoked and by whom. A `but` below says where what a delegation rests on is missing or does not
hold.";

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only of the key of this name
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// Also what has ended or was revoked
    #[arg(long)]
    all: bool,
    /// A DID document, for delegations that a did:web issued
    #[arg(long, value_name = "FILE")]
    document: Vec<String>,
}

#[derive(Serialize)]
struct KeyRow {
    key: String,
    did: String,
    held: Vec<Row>,
    given: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    cid: String,
    short: String,
    issuer: String,
    issuer_name: Option<String>,
    audience: String,
    audience_name: Option<String>,
    subject: Option<String>,
    subject_name: Option<String>,
    command: String,
    policy: Box<RawValue>,
    policy_words: String,
    not_before: Option<i64>,
    expires: Option<i64>,
    state: &'static str,
    revoked_by: Option<String>,
    /// What is wrong with what it rests on.
    but: Option<String>,
    #[serde(skip)]
    line: Line,
}

pub(crate) fn run(args: &ListArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let mut documents = MemoryResolver::new();
    for document in documents::read(&args.document)? {
        documents.insert(document);
    }
    let (home, now) = (Home::open(out)?, time::now()?);
    let mut keys = Vec::new();
    let mut hidden = BTreeSet::new();
    for (key, did, holdings) in holdings(&home, args.key.as_deref(), now)? {
        let mut rows = |listed: Vec<Listed>, held: bool| -> Result<Vec<Row>, Failure> {
            let (shown, others): (Vec<_>, Vec<_>) =
                listed.into_iter().partition(|listed| args.all || is_current(listed));
            hidden.extend(others.iter().map(|listed| listed.delegation.cid()));
            shown.iter().map(|listed| row(listed, held, &home, &documents, now)).collect()
        };
        let (held, given) = (rows(holdings.held, true)?, rows(holdings.given, false)?);
        keys.push(KeyRow { key, did: did.to_string(), held, given });
    }
    home.close();
    if out.json() {
        out.data(&keys)?;
        return Ok(Outcome::Fine);
    }
    for key in &keys {
        out.line(Line::new().bold(key.key.as_str()).dim(format!("  {}", key.did)))?;
        for (title, rows) in [("holds", &key.held), ("gave", &key.given)] {
            if rows.is_empty() {
                out.line(Line::new().dim(format!("  {title} nothing")))?;
                continue;
            }
            out.line(format!("  {title}"))?;
            for row in rows {
                out.line(row.line.clone().under("    ".into()))?;
                if let Some(but) = &row.but {
                    out.line(Line::new().note("               but ").plain(but.as_str()))?;
                }
            }
        }
    }
    if keys.is_empty() {
        remark("there are no keys yet: make one with `allod key new NAME`");
    }
    if !hidden.is_empty() {
        remark(
            Line::new()
                .dim(format!("not shown because they ended or were revoked: {}; see --all", hidden.len())),
        );
    }
    Ok(Outcome::Fine)
}

/// What the key of that name, or each key, holds and gave.
fn holdings(home: &Home, key: Option<&str>, now: Timestamp) -> Result<Vec<(String, Did, Holdings)>, Failure> {
    let names = match key {
        Some(name) => vec![name.to_owned()],
        None => home.own()?.into_iter().map(|(name, _)| name).collect(),
    };
    let mut all = Vec::new();
    for name in names {
        let agent = home.agent(home.keys.load(&name)?, &[]);
        let holdings = agent.delegations(now).map_err(|error| failed(&error))?;
        all.push((name, agent.did().clone(), holdings));
    }
    Ok(all)
}

/// The delegation that a list shows under this short name: the one whose CID ends so.
pub(super) fn named(home: &Home, short: &str, now: Timestamp) -> Result<Cid, Failure> {
    /// Fewer letters are too easily somebody else's.
    const FEWEST: usize = 6;
    let letters = short.trim_start_matches('…').trim_start_matches("...");
    let remedy =
        "give the CID as `allod list --all` shows it, the whole CID, or a file that holds the delegation";
    if letters.len() < FEWEST || !letters.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Failure::new(format_args!("{short:?} is neither a CID nor a file"), remedy));
    }
    let mut found: Vec<Cid> = Vec::new();
    for (_, _, Holdings { held, given }) in holdings(home, None, now)? {
        for listed in held.iter().chain(&given) {
            let cid = listed.delegation.cid();
            if cid.to_string().ends_with(letters) && !found.contains(&cid) {
                found.push(cid);
            }
        }
    }
    match found.as_slice() {
        [cid] => Ok(*cid),
        [] => Err(Failure::new(
            format_args!("no delegation that is listed here has a CID that ends in {letters:?}"),
            remedy,
        )),
        several => {
            let cids: Vec<_> = several.iter().map(ToString::to_string).collect();
            Err(Failure::new(
                format_args!("{} have a CID that ends in {letters:?}", count(several.len(), "delegation")),
                format_args!("give the whole CID: {}", cids.join(", ")),
            ))
        }
    }
}

const fn is_current(listed: &Listed) -> bool {
    matches!(listed.state, State::Valid | State::NotYet(_))
}

fn row(
    listed: &Listed,
    held: bool,
    home: &Home,
    documents: &MemoryResolver,
    now: Timestamp,
) -> Result<Row, Failure> {
    let (token, names) = (&listed.delegation, &home.names);
    let (state, revoked_by) = match &listed.state {
        State::Valid => ("valid", None),
        State::NotYet(_) => ("not-yet", None),
        State::Ended(_) => ("ended", None),
        State::Revoked { by } => ("revoked", Some(by)),
    };
    let but = if is_current(listed) { foundation(token, home, documents, now)? } else { None };
    let name = |did: &Did| names.name(did).map(str::to_owned);
    Ok(Row {
        cid: token.cid().to_string(),
        short: token.cid().short(),
        issuer: token.issuer().to_string(),
        issuer_name: name(token.issuer()),
        audience: token.audience().to_string(),
        audience_name: name(token.audience()),
        subject: token.subject().did().map(ToString::to_string),
        subject_name: token.subject().did().and_then(name),
        command: token.command().to_string(),
        policy: data(token.policy().view()),
        policy_words: token.policy().words(),
        not_before: token.not_before().map(Timestamp::as_seconds),
        expires: token.expires().map(Timestamp::as_seconds),
        state,
        revoked_by: revoked_by.map(ToString::to_string),
        but,
        line: line(listed, held, names, now),
    })
}

fn line(listed: &Listed, held: bool, names: &Names, now: Timestamp) -> Line {
    let token = &listed.delegation;
    let (paint, state) = match &listed.state {
        State::Valid => (Paint::Good, "valid".into()),
        State::NotYet(at) => (Paint::Note, format!("not yet: begins {}", distance(*at, now))),
        State::Ended(at) => (Paint::Dim, format!("ended {}", distance(*at, now))),
        State::Revoked { by } => (Paint::Bad, format!("revoked by {}", names.of(by))),
    };
    let (who, other) = if held { ("from", token.issuer()) } else { ("to", token.audience()) };
    let about = token.subject().did().map_or_else(|| "any subject".into(), |subject| names.of(subject));
    let end = token.expires().map(|at| format!(" ({})", distance(at, now))).unwrap_or_default();
    Line::new()
        .dim(format!("{}  ", token.cid().short()))
        .plain(format!("{who} {}: ", names.of(other)))
        .bold(token.command().as_str())
        .plain(format!(" on {about}{}{}{end}  ", provided(token.policy()), until(token.expires())))
        .paint(paint, state)
}

/// What is wrong with what a delegation rests on, as far as it is known here.
fn foundation(
    token: &Token<Delegation>,
    home: &Home,
    documents: &MemoryResolver,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let Some(subject) = token.subject().did() else { return Ok(None) };
    let goal = Goal::new(token.issuer().clone(), subject.clone(), token.command().clone(), now);
    let found = find_chain(home.store(), goal, documents).map_err(|error| failed(&error))?;
    Ok(match found {
        Found::None(miss) => Some(home.names.rewrite(&miss.words(|did| home.names.of(did)))),
        Found::Chain(_) | Found::OutOfBudget { .. } => None,
    })
}
