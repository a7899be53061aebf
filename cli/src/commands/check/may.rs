//! `allod check --may`: what delegations allow, before anyone invokes anything.

use allod::store::StoreView;
use allod::validation::Authority;
use allod::{Delegation, Did, MemoryResolver, Policy, Timestamp, Token};
use serde::Serialize;
use serde_json::value::RawValue;

use super::CheckArgs;
use crate::commands::grant::until;
use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::input;
use crate::lines::{self, Lineage};
use crate::names::Names;
use crate::output::{Line, Out, warn};
use crate::report::data;

#[derive(Serialize)]
struct May {
    holder: String,
    subject: String,
    command: Option<String>,
    policies: Vec<Box<RawValue>>,
    policies_words: Vec<String>,
    not_before: Option<i64>,
    until: Option<i64>,
    chain: Vec<String>,
    usable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

pub(super) fn run(args: &CheckArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let sources: Vec<String> = args.file.iter().chain(&args.proof).cloned().collect();
    let mut pool = input::delegations(&sources)?;
    if pool.is_empty() {
        return Err(Failure::new("no delegations are given", "name files that hold them"));
    }
    // What anyone could have written neither leads anywhere nor hides what does. Where nothing else is
    // there, the answer says what is wrong with it.
    let documents = documents(args)?;
    let sound: Vec<_> =
        pool.iter().filter(|token| (*token).clone().verify_with(&documents).is_ok()).cloned().collect();
    if !sound.is_empty() {
        pool = sound;
    }
    let (home, now) =
        (if args.no_store { Home::without_store()? } else { Home::open(out)? }, super::at(args)?);
    let holders = match &args.holder {
        Some(holder) => vec![home.did(holder)?],
        None => holders(&pool),
    };
    let mut found: Vec<(Did, Lineage)> = Vec::new();
    let mut complete = holders.len() <= MOST_HOLDERS;
    for holder in holders.iter().take(MOST_HOLDERS) {
        let lines = lines::to_holder(&pool, holder, None);
        complete &= lines.complete;
        found.extend(lines.lines.into_iter().map(|line| (holder.clone(), line)));
        if found.len() >= MOST_ANSWERS {
            complete = false;
            break;
        }
    }
    if !complete {
        warn(
            "not every line of delegations was looked at: name the one meant with --holder, or give fewer files",
        );
    }
    if found.is_empty() {
        // This says where the tokens stop fitting together.
        let holder = holders.first().or_else(|| pool.first().map(|token| token.audience()));
        let explained = holder
            .map(|holder| lines::one_to_holder(&pool, holder, None, &home.names).map(|_| Outcome::Denied));
        return explained.unwrap_or(Ok(Outcome::Denied));
    }
    // What the store knows to be revoked is not usable any more.
    let view = StoreView(home.store());
    let circumstances = super::circumstances(args, now)?.with_revocations(&view);
    let authority = |line: &Lineage| {
        let evidence = line.links.iter().cloned().fold(circumstances.clone(), allod::Evidence::delegation);
        Authority::of(&line.cids(), &evidence)
    };
    let found: Vec<_> = found
        .into_iter()
        .map(|(holder, line)| {
            let authority = authority(&line);
            (holder, line, authority)
        })
        .collect();
    let names = home.close();
    let mut outcome = Outcome::Denied;
    let mut answers = Vec::new();
    for (holder, line, authority) in found {
        if authority.is_ok() {
            outcome = Outcome::Fine;
        }
        if out.json() {
            answers.push(answer(&holder, &line, authority));
        } else {
            say(&holder, &line, authority, &names, out)?;
        }
    }
    if out.json() {
        out.data(&answers)?;
    }
    Ok(outcome)
}

/// How many holders are looked at, and how many lines answered: more than a person reads.
const MOST_HOLDERS: usize = 64;
const MOST_ANSWERS: usize = 64;

fn documents(args: &CheckArgs) -> Result<MemoryResolver, Failure> {
    let mut known = MemoryResolver::new();
    for document in crate::documents::read(&args.document)? {
        known.insert(document);
    }
    Ok(known)
}

/// Who was given something that they did not hand on in turn.
fn holders(pool: &[Token<Delegation>]) -> Vec<Did> {
    let mut holders: Vec<Did> = Vec::new();
    for token in pool {
        let handed_on = pool.iter().any(|other| other.issuer() == token.audience());
        if !handed_on && !holders.contains(token.audience()) {
            holders.push(token.audience().clone());
        }
    }
    holders
}

fn answer(holder: &Did, line: &Lineage, authority: Result<Authority, allod::Denial>) -> May {
    let mut may = May {
        holder: holder.to_string(),
        subject: line.subject.to_string(),
        command: None,
        policies: Vec::new(),
        policies_words: Vec::new(),
        not_before: None,
        until: None,
        chain: line.cids().iter().map(ToString::to_string).collect(),
        usable: authority.is_ok(),
        code: None,
        message: None,
        remedy: None,
    };
    match authority {
        Ok(authority) => {
            may.command = Some(authority.command().to_string());
            may.policies = authority.policies().map(|policy| data(policy.view())).collect();
            may.policies_words = authority.policies().map(Policy::words).collect();
            may.not_before = authority.window().not_before.map(Timestamp::as_seconds);
            may.until = authority.window().expires.map(Timestamp::as_seconds);
        }
        Err(denial) => {
            may.code = Some(denial.code().name());
            may.message = Some(denial.message().to_owned());
            may.remedy = Some(denial.remedy().to_owned());
        }
    }
    may
}

fn say(
    holder: &Did,
    line: &Lineage,
    authority: Result<Authority, allod::Denial>,
    names: &Names,
    out: &mut Out,
) -> Result<(), Failure> {
    let chain: Vec<_> = line.links.iter().map(|link| names.of(link.issuer())).collect();
    let chain = format!("  by way of {} → {}", chain.join(" → "), names.of(holder));
    match authority {
        Ok(authority) => {
            let what = if authority.command().is_top() { " (everything)" } else { " and all below it" };
            let conditions: Vec<_> = authority.policies().map(Policy::words).collect();
            let window = authority.window();
            let from = window.not_before.map(|at| format!(", from {at}")).unwrap_or_default();
            out.line(
                Line::new()
                    .good(names.of(authority.holder()))
                    .plain(" may use ")
                    .bold(authority.command().as_str())
                    .plain(format!(
                        "{what} on {}{from}{}",
                        names.of(authority.subject()),
                        until(window.expires)
                    )),
            )?;
            for condition in conditions {
                out.line(Line::new().dim("  if ").plain(condition))?;
            }
        }
        Err(denial) => {
            out.line(
                Line::new()
                    .bad(names.of(holder))
                    .plain(format!(" may do nothing on {}: ", names.of(&line.subject)))
                    .bold(denial.code().name()),
            )?;
            out.line(Line::new().dim("  why ").plain(names.rewrite(denial.message())))?;
            out.line(Line::new().dim("  do  ").plain(names.rewrite(denial.remedy())))?;
        }
    }
    out.line(Line::new().dim(chain))
}
