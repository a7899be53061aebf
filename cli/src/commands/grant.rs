//! `allod grant`: authority handed on.

use allod::ucan::Version;
use allod::validation::{Authority, Evidence};
use allod::wire::{Ipld, dag_json};
use allod::{
    Command, ContainerWriter, Delegation, DelegationBuilder, Did, Policy, Subject, Timestamp, Token,
};
use clap::Args;
use serde::Serialize;

use super::refusal::refused;
use crate::deliver::Delivery;
use crate::failure::{Failure, Outcome};
use crate::keystore::KeyStore;
use crate::lines::{self, Lineage};
use crate::names::Names;
use crate::output::{Line, Out, remark, warn};
use crate::report::Report;
use crate::{files, input, time};

pub(crate) const HELP: &str = "\
Example:
  allod grant --key alice --to bob --command /photos/read --expires 7d \\
    --policy '[[\"like\", \".path\", \"summer/*\"]]' --out for-bob.ucan
  allod grant --key bob --to did:key:z6Mk… --command /photos/read --proof for-bob.ucan

DIDs may be given as names of keys in the store. Without --expires a grant ends after 7 days, or
earlier with the proof it rests on. Times: 7d, 12h, 30m (from now), 2026-12-01 (00:00 UTC),
2026-12-01T10:00:00Z, Unix seconds; --expires also takes `never`.";

/// How long a grant lasts where nothing is said.
const DEFAULT_LIFE: i64 = 7 * 86_400;

/// The largest policy or metadata file.
const MAX_TEXT: usize = 64 * 1024;

#[derive(Debug, Args)]
pub(crate) struct GrantArgs {
    /// The name of the key that grants
    #[arg(long, value_name = "NAME")]
    key: String,
    /// Who receives the authority: a DID, or a key's name
    #[arg(long, value_name = "DID")]
    to: String,
    /// What may be done: this command and all below it
    #[arg(long)]
    command: String,
    /// Whom it is about; without it the subject of --proof, or else the granting key itself
    #[arg(long, value_name = "DID", conflicts_with = "powerline")]
    subject: Option<String>,
    /// About whatever subject the granting key is ever given authority over (for one's own devices)
    #[arg(long)]
    powerline: bool,
    /// What the arguments must satisfy: a list of statements, as JSON
    #[arg(long, value_name = "JSON", conflicts_with = "policy_file")]
    policy: Option<String>,
    /// The same, from a file
    #[arg(long, value_name = "FILE")]
    policy_file: Option<String>,
    /// When it ends [default: 7d]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    expires: Option<String>,
    /// When it begins
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    not_before: Option<String>,
    /// Delegations that the granting key holds and hands on from: containers or tokens
    #[arg(long, value_name = "FILE", num_args = 1..)]
    proof: Vec<String>,
    /// Data that grants nothing; the value is JSON, or else plain text that does not begin with {, [ or "
    #[arg(long, value_name = "KEY=VALUE")]
    meta: Vec<String>,
    /// Write the tag of 1.0.0-rc.1, for peers that read nothing else
    #[arg(long)]
    rc1: bool,
    #[command(flatten)]
    delivery: Delivery,
}

#[derive(Serialize)]
struct Granted<'a> {
    delegation: Report,
    proofs: Vec<String>,
    lints: &'a [String],
    file: Option<&'a str>,
    container: String,
}

pub(crate) fn run(args: &GrantArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let store = KeyStore::open()?;
    let names = Names::of_store();
    let key = store.load(&args.key)?;
    let (issuer, audience, now) = (key.did(), store.did(&args.to)?, time::now()?);
    let command = parse_command(&args.command)?;
    let wanted = args.subject.as_deref().map(|subject| store.did(subject)).transpose()?;
    let proofs = line_of_proofs(args, &issuer, wanted.as_ref(), &names)?;

    let subject = match (&proofs, wanted) {
        _ if args.powerline => Subject::Powerline,
        (_, Some(subject)) => subject.into(),
        (Some(line), None) => line.subject.clone().into(),
        (None, None) => issuer.clone().into(),
    };
    let mut lints = Vec::new();
    if proofs.is_none() && subject.did().is_some_and(|subject| *subject != issuer) {
        lints.push(format!(
            "the grant is about {}, and no --proof says that {} may hand that on: who receives it needs the proof too",
            names.rewrite(&subject.to_string()),
            args.key
        ));
    }
    let builder = Delegation::builder(audience, subject, command).policy(policy(args)?);
    let builder = built(args, builder, proofs.as_ref(), now)?;
    lints.extend(builder.lints().iter().map(|lint| names.rewrite(&lint.to_string())));
    if let Some(line) = &proofs {
        lints.extend(unusable(line, now).map(|reason| names.rewrite(&reason)));
    }
    let token = builder.sign(&key).map_err(|error| refused("grant", &error))?;

    let chain = proofs.map(|line| line.links).unwrap_or_default();
    let container = chain.iter().fold(ContainerWriter::new().token(&token), ContainerWriter::token);
    let text = args.delivery.deliver(&container, out)?;
    tell(args, &token, &chain, &lints, text, &names, out)?;
    Ok(Outcome::Fine)
}

fn tell(
    args: &GrantArgs,
    token: &Token<Delegation>,
    chain: &[Token<Delegation>],
    lints: &[String],
    container: String,
    names: &Names,
    out: &mut Out,
) -> Result<(), Failure> {
    if out.json() {
        let delegation = Report::of(token.bytes(), &allod::MemoryResolver::new());
        let proofs = chain.iter().map(|link| link.cid().to_string()).collect();
        return out.data(&Granted {
            delegation,
            proofs,
            lints,
            file: args.delivery.out.as_deref(),
            container,
        });
    }
    for lint in lints {
        warn(lint.as_str());
    }
    let about = token.subject().did().map_or_else(|| "any subject".into(), |subject| names.of(subject));
    let line = Line::new()
        .plain(format!("{} lets {} use ", names.of(token.issuer()), names.of(token.audience())))
        .bold(token.command().as_str())
        .plain(format!(" on {about}{}{}", provided(token.policy()), until(token.expires())));
    let at = format!(
        "delegation {}{}",
        token.cid(),
        args.delivery.out.as_ref().map(|file| format!(", in {file}")).unwrap_or_default()
    );
    if args.delivery.out.is_some() {
        out.line(line)?;
        out.line(Line::new().dim(at))
    } else {
        // The container itself is the answer; what it says goes beside it.
        remark(line);
        remark(Line::new().dim(at));
        Ok(())
    }
}

/// `, provided that …`, or nothing for an empty policy.
pub(crate) fn provided(policy: &Policy) -> String {
    if policy.is_empty() { String::new() } else { format!(", provided that {}", policy.words()) }
}

/// `, until …`.
pub(crate) fn until(expires: Option<Timestamp>) -> String {
    expires.map_or_else(|| ", without end".into(), |at| format!(", until {at}"))
}

/// The line of delegations that the granting key hands on from; `None` without `--proof`.
fn line_of_proofs(
    args: &GrantArgs,
    issuer: &Did,
    wanted: Option<&Did>,
    names: &Names,
) -> Result<Option<Lineage>, Failure> {
    if args.proof.is_empty() {
        return Ok(None);
    }
    let pool = input::delegations(&args.proof)?;
    lines::one_to_holder(&pool, issuer, wanted, names).map(Some)
}

/// Why the proofs would be refused right now, if they would.
fn unusable(line: &Lineage, now: Timestamp) -> Option<String> {
    let evidence = Evidence::danger_without_revocations(now);
    let evidence = line.links.iter().cloned().fold(evidence, Evidence::delegation);
    let denial = Authority::of(&line.cids(), &evidence).err()?;
    Some(format!("as they stand, the proofs would be refused: {denial}"))
}

fn built(
    args: &GrantArgs,
    mut builder: DelegationBuilder,
    proofs: Option<&Lineage>,
    now: Timestamp,
) -> Result<DelegationBuilder, Failure> {
    let ends = proofs.and_then(|line| line.links.iter().filter_map(|link| link.expires()).min());
    let expires = match &args.expires {
        Some(text) => time::parse_end(text, now)?,
        None if ends.is_some_and(|end| end <= now) => {
            return Err(Failure::new(
                format_args!(
                    "a proof ended on {}: the grant would have expired already",
                    ends.map(|end| end.to_string()).unwrap_or_default()
                ),
                "ask the proof's issuer for a new one, or give --expires to sign all the same",
            ));
        }
        // Longer than the proof would gain nothing.
        None => Some(ends.map_or(now.plus(DEFAULT_LIFE), |end| end.min(now.plus(DEFAULT_LIFE)))),
    };
    if let Some(at) = expires {
        builder = builder.expires(at);
    }
    if let Some(text) = &args.not_before {
        builder = builder.not_before(time::parse(text, now)?);
    }
    if let Some(proof) = proofs.and_then(|line| line.links.last()) {
        builder = builder.under(proof);
    }
    let mut seen = Vec::new();
    for entry in &args.meta {
        let (key, value) = meta(entry)?;
        if seen.contains(&key) {
            return Err(Failure::new(
                format_args!("--meta {key} is given twice"),
                "give each key once; a list of values is written --meta 'tags=[1, 2]'",
            ));
        }
        seen.push(key);
        builder = builder.meta(key, value);
    }
    Ok(if args.rc1 { builder.version(Version::Rc1) } else { builder })
}

fn policy(args: &GrantArgs) -> Result<Policy, Failure> {
    let text = match (&args.policy, &args.policy_file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => files::read_text(file, MAX_TEXT)?.to_string(),
        (None, None) => return Ok(Policy::empty()),
    };
    Policy::from_json(&text).map_err(|error| {
        Failure::new(
            format_args!("the policy is refused: {error}"),
            r#"write a list of statements, such as [["==", ".album", "summer"], ["<=", ".width", 2048]]"#,
        )
    })
}

/// A key and its value: JSON if it is JSON, or else the text as it stands. What begins like JSON and is none, and
/// JSON that a token cannot hold, was meant otherwise.
fn meta(entry: &str) -> Result<(&str, Ipld), Failure> {
    let (key, value) = entry.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
        Failure::new(format_args!("{entry:?} is not KEY=VALUE"), "write --meta note=holiday")
    })?;
    match dag_json::parse(value) {
        Ok(value) => Ok((key, value)),
        Err(error)
            if value.trim_start().starts_with(['{', '[', '"'])
                || serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok() =>
        {
            Err(Failure::new(
                format_args!("the value of --meta {key} is refused: {error}"),
                format_args!("write valid JSON, or text in quotes: --meta '{key}=\"text\"'"),
            ))
        }
        Err(_) => Ok((key, Ipld::String(value.into()))),
    }
}

pub(crate) fn parse_command(text: &str) -> Result<Command, Failure> {
    text.parse().map_err(|error| {
        Failure::new(
            format_args!("the command {text:?} is refused: {error}"),
            "write it as /photos/read: lowercase, with slashes between",
        )
    })
}
