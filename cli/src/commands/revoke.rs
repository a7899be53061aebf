//! `allod revoke`: access taken back.

use std::path::Path;

use allod::identity::DidDocument;
use allod::{Cid, Delegation, Did, MemoryResolver, Token};
use clap::Args;
use serde::Serialize;

use super::refusal::not_done;
use super::{grant::lets, list};
use crate::deliver::Delivery;
use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::names::Names;
use crate::output::{Line, Out, remark};
use crate::report::Report;
use crate::state::failed;
use crate::{documents, input, time};

pub(crate) const HELP: &str = "\
Example:
  allod revoke …h8KkWq2d --key alice --out revoked.ucan
  allod revoke for-bob.ucan --key alice

What is taken back is named by its CID, whole or as `allod list` shows it, or by a file that holds
it. Its issuer may take it back, those above it in the chain, and those to whom one of them gave the
right (`allod link --may-revoke`).

It takes effect here at once, and elsewhere where the container that is written arrives: send it to
whoever acts for the subject, for `allod revocations import`. There is no way to undo it.

Revoking a delegation lets its issuer issue another. To stop an issuer, revoke the delegation *to*
it.";

#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// The delegation: its CID, its short name in `allod list`, or a file that holds it
    #[arg(value_name = "CID|FILE")]
    delegation: String,
    /// The name of the key that takes it back
    #[arg(long, value_name = "NAME")]
    key: String,
    /// A DID document, for delegations that a did:web issued
    #[arg(long, value_name = "FILE")]
    document: Vec<String>,
    #[command(flatten)]
    delivery: Delivery,
}

/// What is to be taken back, as it was named.
enum Target {
    Cid(Cid),
    Short(String),
    In(Vec<Token<Delegation>>),
}

#[derive(Serialize)]
struct Done<'a> {
    revocation: Report,
    revoked: String,
    subject: String,
    delegation: Option<Report>,
    notes: &'a [String],
    file: Option<&'a str>,
    container: String,
}

pub(crate) fn run(args: &RevokeArgs, out: &mut Out) -> Result<Outcome, Failure> {
    // What is read comes first: whoever writes it may need the store.
    args.delivery.check(out)?;
    let target = read(&args.delegation)?;
    let (documents, now) = (documents::read(&args.document)?, time::now()?);
    let mut home = Home::open(out)?;
    let key = home.keys.load(&args.key)?;
    let cid = match target {
        Target::Cid(cid) => cid,
        Target::Short(short) => list::named(&home, &short, now)?,
        Target::In(tokens) => {
            let cid = meant(&tokens, &key.did(), &args.delegation)?;
            home.keep(out)?;
            take_in(&home, tokens, &documents)?;
            cid
        }
    };
    let agent = home.agent(key, &documents);
    let revoked = agent.revoke(cid, now).map_err(|error| not_done("revocation", &error, &home.names))?;
    let delegation = home.store().delegation(&cid).map_err(|error| failed(&error))?;
    drop(agent);
    let names = home.close();
    let container = args.delivery.deliver(&revoked.container(), out).map_err(|failure| {
        let remedy = failure.remedy();
        Failure::new(
            failure.message(),
            format_args!("{remedy}; it is revoked here: `allod revocations export` hands that out"),
        )
    })?;
    let (revocation, subject) = (revoked.revocation.revocation(), revoked.revocation.subject());
    let notes = notes(delegation.as_ref(), revocation.issuer(), &names);
    if out.json() {
        let report = |bytes| Report::of(bytes, &MemoryResolver::new());
        out.data(&Done {
            revocation: report(revocation.token().bytes()),
            revoked: cid.to_string(),
            subject: subject.to_string(),
            delegation: delegation.map(|token| report(token.bytes())),
            notes: &notes,
            file: args.delivery.out.as_deref(),
            container,
        })?;
        return Ok(Outcome::Fine);
    }
    let by = names.of(revocation.issuer());
    let for_whom =
        if subject == revocation.issuer() { String::new() } else { format!(" for {}", names.of(subject)) };
    let what = delegation.map_or_else(|| Line::from(cid.to_string()), |token| lets(&token, &names));
    let mut lines = vec![Line::new().plain(format!("{by} takes back{for_whom}: ")).join(what)];
    let file = args.delivery.out.as_ref().map(|file| format!(", in {file}")).unwrap_or_default();
    lines.push(Line::new().dim(format!("revocation {}{file}", revocation.cid())));
    lines.extend(notes.into_iter().map(Line::from));
    for line in lines {
        if args.delivery.out.is_some() {
            out.line(line)?;
        } else {
            remark(line);
        }
    }
    Ok(Outcome::Fine)
}

/// What nobody should have to find out by themselves.
fn notes(delegation: Option<&Token<Delegation>>, by: &Did, names: &Names) -> [String; 2] {
    let subject = delegation.and_then(|token| token.subject().did());
    let whom = subject.map_or_else(|| "the subject".to_owned(), |subject| names.of(subject));
    let other = delegation.map(|token| token.issuer()).filter(|issuer| *issuer != by);
    let another = match other.map(|issuer| names.of(issuer)) {
        Some(issuer) => {
            format!("{issuer} can issue another: to stop {issuer}, revoke the delegation to {issuer}.")
        }
        None => "Its issuer can issue another: to stop an issuer, revoke the delegation to it.".to_owned(),
    };
    let effect = format!(
        "It takes effect here now, and elsewhere where it arrives: send it to whoever acts for {whom}, \
         for `allod revocations import`."
    );
    [effect, another]
}

fn read(text: &str) -> Result<Target, Failure> {
    if let Ok(cid) = text.parse() {
        return Ok(Target::Cid(cid));
    }
    if text == "-" || Path::new(text).exists() {
        return Ok(Target::In(input::delegations(&[text.to_owned()])?));
    }
    Ok(Target::Short(text.to_owned()))
}

/// Of the delegations in a file the one that the key issued, or the only one.
fn meant(tokens: &[Token<Delegation>], own: &Did, file: &str) -> Result<Cid, Failure> {
    let issued: Vec<_> = tokens.iter().filter(|token| token.issuer() == own).collect();
    match (issued.as_slice(), tokens) {
        ([token], _) => Ok(token.cid()),
        ([], [token]) => Ok(token.cid()),
        _ => Err(Failure::new(
            format_args!("{file} holds several delegations, and it is not told which one is meant"),
            format_args!(
                "take them in with `allod receive {file}`, and give the CID of one: `allod inspect {file}` shows them"
            ),
        )),
    }
}

/// Keeps what is genuine: the one that is meant, and what it rests on.
fn take_in(home: &Home, tokens: Vec<Token<Delegation>>, documents: &[DidDocument]) -> Result<(), Failure> {
    let mut known = MemoryResolver::new();
    for document in documents {
        known.insert(document.clone());
    }
    let verified: Vec<_> = tokens.into_iter().filter_map(|token| token.verify_with(&known).ok()).collect();
    home.store().put_delegations(&verified).map(|_| ()).map_err(|error| failed(&error))
}
