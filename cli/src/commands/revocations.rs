//! `allod revocations`: what was taken back, carried from place to place.

use allod::store::{KeptRevocation, Store, export_revocations};
use allod::{ContainerWriter, Did, MemoryResolver, Timestamp};
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::grant::lets;
use super::intake::{self, Terms};
use crate::deliver::Delivery;
use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::names::Names;
use crate::output::{Line, Out, remark};
use crate::state::failed;
use crate::text::count;
use crate::time::{self, distance};
use crate::{documents, input};

pub(crate) const HELP: &str = "\
Example:
  allod revocations export --out revoked.ucan
  allod revocations import revoked.ucan --served album
  allod revocations synced

Revocations are signed, and only ever become more: it does not matter who carries them, how often,
or in which order.";

#[derive(Debug, Subcommand)]
pub(crate) enum RevocationsCommand {
    /// Write all that are known, with what proves and witnesses them
    #[command(after_help = EXPORT)]
    Export(ExportArgs),
    /// Take up those in containers
    #[command(after_help = IMPORT)]
    Import(ImportArgs),
    /// List those that are known
    #[command(after_help = "Example:\n  allod revocations list")]
    List,
    /// Say that all that there are were taken up
    #[command(after_help = SYNCED)]
    Synced(SyncedArgs),
}

const EXPORT: &str = "\
Example:
  allod revocations export --out revoked.ucan
  allod revocations export | ssh album allod revocations import -

Where one container is too small there are several: with --out in revoked.ucan, revoked-2.ucan and
so on, otherwise one a line. Each can be imported alone. Where no revocation is known nothing is
written, and whoever imports that is told that it is empty.";

const IMPORT: &str = "\
Example:
  allod revocations import revoked.ucan
  allod revocations import revoked*.ucan --served album

Those are kept that are about the subjects of your own keys or those of --served, that come with
their path or with the delegation they revoke, or whose delegation is known. Taking them up does not
make the knowledge any newer: `allod revocations synced` says that it is.

Exit codes: 0 all are kept or were known, 1 some were refused, 2 the input cannot be used.";

const SYNCED: &str = "\
Example:
  allod revocations synced
  allod revocations synced --at -5m

Say so after importing from a source that you trust to know of all of them. `allod check
--max-revocation-age` goes by it.";

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    delivery: Delivery,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Containers or revocations, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    file: Vec<String>,
    /// A subject whose word is taken without a witness, besides your own keys: one you act for
    #[arg(long, value_name = "DID")]
    served: Vec<String>,
    /// A DID document, for what a did:web signed
    #[arg(long, value_name = "FILE")]
    document: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SyncedArgs {
    /// As of when, instead of now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
}

impl RevocationsCommand {
    pub(crate) fn run(&self, out: &mut Out) -> Result<Outcome, Failure> {
        match self {
            Self::Export(args) => export(args, out),
            Self::Import(args) => import(args, out),
            Self::List => list(out),
            Self::Synced(args) => synced(args, out),
        }
    }
}

fn export(args: &ExportArgs, out: &mut Out) -> Result<Outcome, Failure> {
    args.delivery.check(out)?;
    let home = Home::open(out)?;
    let (mut containers, mut after) = (Vec::<ContainerWriter>::new(), None);
    loop {
        let page = export_revocations(home.store(), after.as_ref()).map_err(|error| failed(&error))?;
        containers.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let number = kept(home.store())?.len();
    home.close();
    let delivered = args.delivery.deliver_all(&containers, out)?;
    if out.json() {
        let containers: Vec<_> = delivered
            .iter()
            .map(|(text, file)| json!({"file": file.as_deref(), "container": text}))
            .collect();
        out.data(&json!({"revocations": number, "containers": containers}))?;
        return Ok(Outcome::Fine);
    }
    let files: Vec<_> = delivered.iter().filter_map(|(_, file)| file.clone()).collect();
    if containers.is_empty() {
        remark("no revocation is known: there is nothing to export, and nothing was written");
    } else if files.is_empty() {
        remark(Line::new().dim(said(number, containers.len())));
    } else {
        out.line(format!("{}: {}", said(number, containers.len()), files.join(", ")))?;
    }
    Ok(Outcome::Fine)
}

fn said(revocations: usize, containers: usize) -> String {
    format!("{} in {}", count(revocations, "revocation"), count(containers, "container"))
}

fn import(args: &ImportArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let mut known = MemoryResolver::new();
    for document in documents::read(&args.document)? {
        known.insert(document);
    }
    let mut containers = Vec::new();
    for file in &args.file {
        let read = input::containers(file)?;
        if read.iter().all(|container| container.revocation_tokens().next().is_none()) {
            return Err(Failure::new(
                format_args!("there is no revocation in {file}"),
                "give what `allod revoke` or `allod revocations export` wrote; `allod receive` takes in the rest",
            ));
        }
        containers.extend(read);
    }
    let mut home = Home::open(out)?;
    let mut own: Vec<Did> = home.own()?.into_iter().map(|(_, did)| did).collect();
    for served in &args.served {
        own.push(home.did(served)?);
    }
    home.keep(out)?;
    let terms = Terms { own: &own, documents: &known, names: &home.names };
    let mut rows = intake::revocations(home.store(), &containers, &terms)?;
    rows.extend(intake::no_revocations(&containers));
    intake::tell(&rows, &home.close(), out)
}

/// All that are kept.
fn kept(store: &dyn Store) -> Result<Vec<KeptRevocation>, Failure> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.revocations(after.as_ref(), 1024).map_err(|error| failed(&error))?;
        all.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}

#[derive(Serialize)]
struct Row {
    cid: String,
    revoked: String,
    subject: String,
    subject_name: Option<String>,
    issuer: String,
    issuer_name: Option<String>,
    issued_at: Option<i64>,
}

fn list(out: &mut Out) -> Result<Outcome, Failure> {
    let (home, now) = (Home::open(out)?, time::now()?);
    let all = kept(home.store())?;
    let synced = home.store().synced_at().map_err(|error| failed(&error))?;
    let names = home.close();
    if out.json() {
        let rows: Vec<_> = all.iter().map(|kept| row(kept, &names)).collect();
        let synced = synced.map(Timestamp::as_seconds);
        out.data(&json!({"synced_at": synced, "revocations": rows}))?;
        return Ok(Outcome::Fine);
    }
    for kept in &all {
        out.line(line(kept, &names))?;
    }
    if all.is_empty() {
        remark("no revocation is known");
    }
    remark(Line::new().dim(match synced {
        Some(at) => format!("up to date as of {at} ({})", distance(at, now)),
        None => "it was never said to be up to date: see `allod revocations synced`".into(),
    }));
    Ok(Outcome::Fine)
}

fn row(kept: &KeptRevocation, names: &Names) -> Row {
    let revocation = &kept.revocation;
    let (subject, issuer) = (revocation.subject(), revocation.issuer());
    Row {
        cid: revocation.cid().to_string(),
        revoked: revocation.revoked().to_string(),
        subject: subject.to_string(),
        subject_name: names.name(subject).map(str::to_owned),
        issuer: issuer.to_string(),
        issuer_name: names.name(issuer).map(str::to_owned),
        issued_at: revocation.token().issued_at().map(Timestamp::as_seconds),
    }
}

fn line(kept: &KeptRevocation, names: &Names) -> Line {
    let revocation = &kept.revocation;
    let (subject, issuer) = (revocation.subject(), revocation.issuer());
    let by = if subject == issuer { String::new() } else { format!(", by {}", names.of(issuer)) };
    let line = Line::new()
        .dim(format!("{}  ", revocation.cid().short()))
        .plain(format!("{} takes back{by}: ", names.of(subject)));
    let target = kept.delegations.iter().find(|token| token.cid() == revocation.revoked());
    match target {
        Some(token) => line.join(lets(token, names)).dim(format!("  {}", token.cid().short())),
        None => line.plain(revocation.revoked().to_string()),
    }
}

fn synced(args: &SyncedArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let now = time::now()?;
    let at = args.at.as_deref().map_or(Ok(now), |text| time::parse(text, now))?;
    if at > now {
        return Err(Failure::new(
            format_args!("{at} is yet to come: nothing can be up to date as of then"),
            "give --at a time that is over, such as -5m, or leave it out",
        ));
    }
    let mut home = Home::open(out)?;
    home.keep(out)?;
    home.store().set_synced_at(at).map_err(|error| failed(&error))?;
    home.close();
    if out.json() {
        out.data(&json!({"synced_at": at.as_seconds()}))?;
    } else {
        out.line(format!("what is known of revocations is up to date as of {at}"))?;
    }
    Ok(Outcome::Fine)
}
