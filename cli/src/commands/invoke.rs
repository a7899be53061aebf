//! `allod invoke`: authority used.

use allod::identity::DidDocument;
use allod::ucan::Version;
use allod::validation::{Authorizer, Decision, Evidence, Subjects};
use allod::wire::{Ipld, dag_json};
use allod::{ContainerWriter, Delegation, Invocation, InvocationBuilder, Nonce, Timestamp, Token, Verified};
use clap::Args;
use serde::Serialize;

use super::grant::{parse_command, until};
use super::refusal::refused;
use crate::deliver::Delivery;
use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::lines;
use crate::names::Names;
use crate::output::{Line, Out, remark, warn};
use crate::report::Report;
use crate::search::{self, Wanted};
use crate::text::unhex;
use crate::{documents, files, input, time};

pub(crate) const HELP: &str = "\
Example:
  allod invoke --key phone --subject album --command /photos/read \\
    --args '{\"path\": \"summer/beach.jpg\"}' --out request.ucan
  allod invoke --key phone --subject album --command /photos/read --proof for-phone.ucan

The delegations that lead from the subject to the key are found in the store: the fewest that allow
the command with these arguments, and of those the ones that last longest. With --proof they are
found among its files alone, whatever their order; the invocation is then written even where it
would be denied as it stands, and a warning says why. DIDs may be given as names of keys, or as
petnames.";

/// How long an invocation lasts where nothing is said.
const DEFAULT_LIFE: &str = "5m";

/// The largest file of arguments; they have to fit into a token.
const MAX_ARGUMENTS: usize = 128 * 1024;

#[derive(Debug, Args)]
pub(crate) struct InvokeArgs {
    /// The name of the key that invokes
    #[arg(long, value_name = "NAME")]
    key: String,
    /// On whose authority: a DID or a name
    #[arg(long, value_name = "DID")]
    subject: String,
    /// What is to be done
    #[arg(long)]
    command: String,
    /// With what: a map, as JSON
    #[arg(long, value_name = "JSON", conflicts_with = "args_file")]
    args: Option<String>,
    /// The same, from a file
    #[arg(long, value_name = "FILE")]
    args_file: Option<String>,
    /// Delegations from the subject to the key, instead of those in the store: containers or tokens
    #[arg(long, value_name = "FILE", num_args = 1..)]
    proof: Vec<String>,
    /// A DID document, for proofs that a did:web issued
    #[arg(long, value_name = "FILE")]
    document: Vec<String>,
    /// Who is to do it, if not the subject itself
    #[arg(long, value_name = "DID")]
    audience: Option<String>,
    /// When it ends: a time, or `never`
    #[arg(long, value_name = "TIME", default_value = DEFAULT_LIFE, allow_hyphen_values = true)]
    expires: String,
    /// What makes it unique: `empty` for an idempotent command, or bytes in hex [default: 12 random bytes]
    #[arg(long, value_name = "empty|HEX")]
    nonce: Option<String>,
    /// Write the tag of 1.0.0-rc.1, for peers that read nothing else
    #[arg(long)]
    rc1: bool,
    #[command(flatten)]
    delivery: Delivery,
}

#[derive(Serialize)]
struct Invoked<'a> {
    invocation: Report,
    proofs: Vec<String>,
    lints: &'a [String],
    file: Option<&'a str>,
    container: String,
}

pub(crate) fn run(args: &InvokeArgs, out: &mut Out) -> Result<Outcome, Failure> {
    // What is read comes first: whoever writes it may need the store.
    args.delivery.check(out)?;
    let (pool, documents) = (input::delegations(&args.proof)?, documents::read(&args.document)?);
    let (arguments, command, now) = (arguments(args)?, parse_command(&args.command)?, time::now()?);
    let home = Home::open(out)?;
    let key = home.keys.load(&args.key)?;
    let (holder, subject) = (key.did(), home.did(&args.subject)?);

    let mut builder = Invocation::builder(subject.clone(), command.clone()).issued_at(now);
    for (name, value) in arguments {
        builder = builder.argument(name, value);
    }
    if let Some(audience) = &args.audience {
        builder = builder.audience(home.did(audience)?);
    }
    let builder = finished(args, builder, now)?;
    let chain = if args.proof.is_empty() {
        let arguments = builder.encoded_arguments().map_err(|error| refused("invocation", &error))?;
        let (holder, subject, command) = (&holder, &subject, &command);
        let wanted = Wanted { holder, subject, command, arguments: Some(arguments), documents: &documents };
        search::chain(&home, wanted, now)?.into_iter().map(Verified::into_token).collect()
    } else {
        lines::one_to_holder(&pool, &holder, Some(&subject), &home.names)?.links
    };
    let names = home.close();

    let builder = builder.proofs(chain.iter().map(Token::cid));
    let mut lints: Vec<String> = builder.lints().iter().map(ToString::to_string).collect();
    if command.is_reserved() {
        lints.push(format!(
            "{command} is for revocations and receipts, which executors take up and do not handle: \
             `allod revoke` makes a revocation that counts"
        ));
    }
    let token = builder.sign(&key).map_err(|error| refused("invocation", &error))?;
    lints.extend(would_be_denied(&token, &chain, &documents, now).map(|reason| names.rewrite(&reason)));

    let container = chain.iter().fold(ContainerWriter::new().token(&token), ContainerWriter::token);
    let text = args.delivery.deliver(&container, out)?;
    tell(args, &token, &chain, &lints, text, &names, out)?;
    Ok(Outcome::Fine)
}

fn tell(
    args: &InvokeArgs,
    token: &Token<Invocation>,
    chain: &[Token<Delegation>],
    lints: &[String],
    container: String,
    names: &Names,
    out: &mut Out,
) -> Result<(), Failure> {
    if out.json() {
        let invocation = Report::of(token.bytes(), &allod::MemoryResolver::new());
        let proofs = chain.iter().map(|link| link.cid().to_string()).collect();
        return out.data(&Invoked {
            invocation,
            proofs,
            lints,
            file: args.delivery.out.as_deref(),
            container,
        });
    }
    for lint in lints {
        warn(lint.as_str());
    }
    let line = Line::new()
        .plain(format!("{} asks {} for ", names.of(token.issuer()), names.of(token.executor())))
        .bold(token.command().as_str())
        .plain(format!(" on {}{}", names.of(token.subject()), until(token.expires())));
    let at = format!(
        "invocation {}{}",
        token.cid(),
        args.delivery.out.as_ref().map(|file| format!(", in {file}")).unwrap_or_default()
    );
    if args.delivery.out.is_some() {
        out.line(line)?;
        out.line(Line::new().dim(at))
    } else {
        remark(line);
        remark(Line::new().dim(at));
        Ok(())
    }
}

fn finished(
    args: &InvokeArgs,
    mut builder: InvocationBuilder,
    now: Timestamp,
) -> Result<InvocationBuilder, Failure> {
    if let Some(at) = time::parse_end(&args.expires, now)? {
        builder = builder.expires(at);
    }
    if let Some(text) = &args.nonce {
        let bytes = if text == "empty" { Some(Vec::new()) } else { unhex(text) };
        let bytes = bytes.ok_or_else(|| {
            Failure::new(format_args!("{text:?} is not a nonce"), "say `empty`, or give bytes in hex")
        })?;
        builder = builder.nonce(Nonce::from_bytes(&bytes));
    }
    Ok(if args.rc1 { builder.version(Version::Rc1) } else { builder })
}

fn arguments(args: &InvokeArgs) -> Result<Vec<(String, Ipld)>, Failure> {
    let text = match (&args.args, &args.args_file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => files::read_text(file, MAX_ARGUMENTS)?.to_string(),
        (None, None) => return Ok(Vec::new()),
    };
    let remedy = r#"write a map, such as {"path": "summer/beach.jpg"}"#;
    match dag_json::parse(text.trim()) {
        Ok(Ipld::Map(arguments)) => Ok(arguments.into_iter().collect()),
        Ok(_) => Err(Failure::new("the arguments are not a map", remedy)),
        Err(error) => Err(Failure::new(format_args!("the arguments are refused: {error}"), remedy)),
    }
}

/// What its executor would say to it right now, if that is no.
fn would_be_denied(
    token: &Token<Invocation>,
    links: &[Token<Delegation>],
    documents: &[DidDocument],
    now: Timestamp,
) -> Option<String> {
    let evidence = Evidence::danger_without_revocations(now);
    let evidence = documents.iter().cloned().fold(evidence, Evidence::document);
    let evidence = links.iter().cloned().fold(evidence, Evidence::delegation);
    let executor = Authorizer::new(token.executor().clone(), Subjects::of([token.subject().clone()]));
    match executor.decide(token, &evidence) {
        Decision::Allow(_) => None,
        Decision::Deny(denial) => Some(format!("as it stands, it would be denied: {denial}")),
    }
}
