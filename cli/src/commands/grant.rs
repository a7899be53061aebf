//! `allod grant`: authority handed on.

use allod::ucan::Version;
use allod::validation::{Authority, Evidence};
use allod::wire::{Ipld, dag_json};
use allod::{
    Command, ContainerWriter, Delegation, DelegationBuilder, Did, MemoryResolver, Policy, Subject, Timestamp,
    Token, Verified,
};
use clap::Args;
use serde::Serialize;

use super::refusal::refused;
use crate::deliver::Delivery;
use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::lines::{self, Lineage};
use crate::names::Names;
use crate::output::{Line, Out, remark, warn};
use crate::report::Report;
use crate::search::{self, Wanted};
use crate::state::failed;
use crate::{documents, files, input, time};
use allod::identity::DidDocument;

pub(crate) const HELP: &str = "\
Example:
  allod grant --key alice --to bob --command /photos/read --expires 7d \\
    --policy '[[\"like\", \".path\", \"summer/*\"]]' --out for-bob.ucan
  allod grant --key bob --to did:key:z6Mk… --subject album --command /photos/read
  allod grant --key bob --to phone --command /photos/read --proof for-bob.ucan

What is handed on is about the granting key itself, or with --subject about another, of whom the key
holds something: what it rests on is found in the store, or among the files of --proof. The grant
is kept in the store: `allod list` shows it, and `allod revoke` takes it back.

DIDs may be given as names of keys, or as petnames. Without --expires a grant ends after 7 days, or
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
    /// Who receives the authority: a DID or a name
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
    /// Delegations that the granting key holds and hands on from, instead of those in the store:
    /// containers or tokens
    #[arg(long, value_name = "FILE", num_args = 1..)]
    proof: Vec<String>,
    /// A DID document, for proofs that a did:web issued
    #[arg(long, value_name = "FILE")]
    document: Vec<String>,
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
    // What is read comes first: whoever writes it may need the store.
    args.delivery.check(out)?;
    let pool = input::delegations(&args.proof)?;
    let (policy, documents) = (policy(args)?, documents::read(&args.document)?);
    let (command, now) = (parse_command(&args.command)?, time::now()?);
    let mut home = Home::open(out)?;
    let key = home.keys.load(&args.key)?;
    let (issuer, audience) = (key.did(), home.did(&args.to)?);
    let wanted = args.subject.as_deref().map(|subject| home.did(subject)).transpose()?;
    let proofs = if args.proof.is_empty() {
        line_in_store(&home, &issuer, wanted.as_ref(), &command, &documents, now)?
    } else {
        Some(lines::one_to_holder(&pool, &issuer, wanted.as_ref(), &home.names)?)
    };

    let subject = match (&proofs, wanted) {
        _ if args.powerline => Subject::Powerline,
        (_, Some(subject)) => subject.into(),
        (Some(line), None) => line.subject.clone().into(),
        (None, None) => issuer.into(),
    };
    let builder = Delegation::builder(audience, subject, command).policy(policy);
    let builder = built(args, builder, proofs.as_ref(), now)?;
    let mut lints: Vec<_> =
        builder.lints().iter().map(|lint| home.names.rewrite(&lint.to_string())).collect();
    if let Some(line) = &proofs {
        lints.extend(unusable(line, now).map(|reason| home.names.rewrite(&reason)));
    }
    let token = builder.sign(&key).map_err(|error| refused("grant", &error))?;

    let chain = proofs.map(|line| line.links).unwrap_or_default();
    let container = chain.iter().fold(ContainerWriter::new().token(&token), ContainerWriter::token);
    home.keep(out)?;
    keep(&home, &token, &chain, &documents)?;
    let text = args.delivery.deliver(&container, out).inspect_err(|_| {
        // Nobody got it. Where it cannot be forgotten, it is listed and can be taken back.
        let _forgotten = home.store().remove_delegation(&token.cid());
    })?;
    let names = home.close();
    tell(args, &token, &chain, &lints, text, &names, out)?;
    Ok(Outcome::Fine)
}

/// Keeps what was given, with what it rests on as far as that is genuine: whoever takes it back shows the line.
fn keep(
    home: &Home,
    token: &Token<Delegation>,
    chain: &[Token<Delegation>],
    documents: &[DidDocument],
) -> Result<(), Failure> {
    let mut known = MemoryResolver::new();
    for document in documents {
        known.insert(document.clone());
    }
    let tokens = chain.iter().chain([token]);
    let verified: Vec<_> = tokens.filter_map(|token| token.clone().verify_with(&known).ok()).collect();
    home.store().put_delegations(&verified).map(|_| ()).map_err(|error| failed(&error))
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
    let line = lets(token, names);
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

/// Who lets whom do what, on whose behalf, and until when.
pub(super) fn lets(token: &Delegation, names: &Names) -> Line {
    let about = token.subject().did().map_or_else(|| "any subject".into(), |subject| names.of(subject));
    Line::new()
        .plain(format!("{} lets {} use ", names.of(token.issuer()), names.of(token.audience())))
        .bold(token.command().as_str())
        .plain(format!(" on {about}{}{}", provided(token.policy()), until(token.expires())))
}

/// `, provided that …`, or nothing for an empty policy.
pub(crate) fn provided(policy: &Policy) -> String {
    if policy.is_empty() { String::new() } else { format!(", provided that {}", policy.words()) }
}

/// `, until …`.
pub(crate) fn until(expires: Option<Timestamp>) -> String {
    expires.map_or_else(|| ", without end".into(), |at| format!(", until {at}"))
}

/// The line of delegations in the store that the granting key hands on from; `None` for what is its own.
fn line_in_store(
    home: &Home,
    issuer: &Did,
    subject: Option<&Did>,
    command: &Command,
    documents: &[DidDocument],
    now: Timestamp,
) -> Result<Option<Lineage>, Failure> {
    let Some(subject) = subject.filter(|subject| *subject != issuer) else { return Ok(None) };
    let wanted = Wanted { holder: issuer, subject, command, arguments: None, documents };
    let links = search::chain(home, wanted, now)?.into_iter().map(Verified::into_token).collect();
    Ok(Some(Lineage { subject: subject.clone(), links }))
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
