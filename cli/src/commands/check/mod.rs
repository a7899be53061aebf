//! `allod check`: decisions, one at a time or in bulk.

mod batch;
mod besides;
mod line;
mod may;
mod record;
mod request;
mod show;

use allod::limits::MAX_TOKEN;
use allod::validation::{Authorizer, DEFAULT_TOLERANCE, Evidence, Subjects};
use allod::wire::Slice;
use allod::{AnyToken, Cid, Command, Container, ContainerError, StoreError, Timestamp};
use clap::Args;

pub(crate) use self::line::Decider;
pub(crate) use self::show::{DecisionData, briefly_allowed, briefly_denied};

use self::besides::Besides;
use self::request::{Answered, Asked, Verdict};
use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::input::{Content, Input, Unrecognised};
use crate::output::Out;
use crate::state::failed;
use crate::{documents, time};

pub(crate) const HELP: &str = "\
Examples:
  allod check request.ucan --executor did:key:z6Mk… --subject did:key:z6Mk… --explain
  allod check --invocation request.token --proof bob.token --executor album --at 2026-12-01
  allod check request.ucan --executor album --revoked revocations.ucan
  allod check for-bob.ucan --may                what its holder may do, before anyone asks
  allod check --batch requests.jsonl            one decision a line

DIDs may be given as names of keys, or as petnames. Of revocations those are known that are given
with --revoked, that stand beside the invocation in its container, and that are in the store. Proofs
that did not come along are looked for in the store, where there is one, and the decision is written
into its log (`allod log`); --may minds the store's revocations too. With --no-store the answer
rests on what is given alone, as with --batch always.

A line of --batch is a JSON object:
  {\"id\": any, \"tokens\": [\"<base64>\", …], \"invocation\": \"<base64>\",
   \"at\": 1800000000, \"executor\": \"did:key:…\", \"subjects\": [\"did:key:…\"], \"skew\": 0,
   \"revoked\": [\"<base64>\", …]}

  `id`, `subjects`, `skew` and `revoked` are optional: without `subjects` any subject is served,
  with [] none; the skew is 60 s. Base64 is read in either alphabet, padded or not. Instead of
  `tokens` and `invocation` there may be a `container`: its own text (B…, C…, O…, P…), or base64
  of its bytes. `revoked` holds invocations of /ucan/revoke; the delegations that prove them
  stand among `tokens`, or in the `container`. A container's own revocations are taken up too,
  behind those of `revoked`, in the order of their CIDs.

Each line is answered by one, in order:
  {\"id\": any, \"decision\": \"allow\", \"chain\": [\"<cid>\", …], \"until\": seconds or null}
  {\"id\": any, \"decision\": \"deny\", \"code\": \"expired\", \"link\": 1, \"cid\": \"z…\",
   \"message\": \"…\", \"remedy\": \"…\"}            a `link` of null stands for the invocation
  {\"id\": null, \"decision\": \"error\", \"message\": \"…\"}   the line is not such an object

Revocations that take nothing back from this invocation leave the decision as it is, and are listed
in the answer as `ignored`, which is absent where there are none:
  {\"index\": 0, \"cid\": \"z…\" or null, \"code\": \"bad-signature\", \"message\": \"…\"}
The code is a failure code; or `unrelated`: the invocation does not rest on what is revoked; or
`outsider`: the subject issued neither that nor a delegation above it.

Exit codes: 0 allowed (in bulk: every line), 1 denied (in bulk: at least one line), 2 the input
(in bulk: at least one line) cannot be used.";

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "options of a command line")]
pub(crate) struct CheckArgs {
    /// The container with the invocation and its proofs, or - for standard input; with --may what
    /// holds the delegations, with --batch the lines
    file: Option<String>,
    /// Who is to act on the invocation: a DID or a name
    #[arg(long, value_name = "DID")]
    executor: Option<String>,
    /// A subject the executor acts for; without any, every subject is accepted
    #[arg(long, value_name = "DID")]
    subject: Vec<String>,
    /// The time of the decision, instead of now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// How many seconds clocks may differ
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_TOLERANCE, value_parser = parse_skew, allow_negative_numbers = true)]
    skew: u32,
    /// The invocation: its CID in the container, or a file with the token
    #[arg(long, value_name = "CID|FILE")]
    invocation: Option<String>,
    /// More delegations: containers or tokens
    #[arg(long, value_name = "FILE", num_args = 1..)]
    proof: Vec<String>,
    /// A DID document, for principals of did:web
    #[arg(long, value_name = "FILE")]
    document: Vec<String>,
    /// Revocations: a token, or a container of them and of the delegations that prove them
    #[arg(long, value_name = "FILE")]
    revoked: Vec<String>,
    /// Deny what rests on delegations, unless the store's revocations were brought up to date in the
    /// last SECONDS (`allod revocations synced`)
    #[arg(long, value_name = "SECONDS", value_parser = parse_skew, conflicts_with = "no_store")]
    max_revocation_age: Option<u32>,
    /// Go by what is given alone, and not by the store
    #[arg(long)]
    no_store: bool,
    /// Do not write the decision into the log
    #[arg(long, conflicts_with = "no_store")]
    no_log: bool,
    /// Write the arguments into the log too: they may hold what nobody should read later
    #[arg(long, conflicts_with_all = ["no_store", "no_log"])]
    log_arguments: bool,
    /// Show every rule and how it came out
    #[arg(long)]
    explain: bool,
    /// Say what the holder of the delegations may do with them, and until when
    #[arg(long, conflicts_with_all = ["executor", "subject", "invocation", "revoked", "max_revocation_age", "no_log", "log_arguments", "batch", "explain"])]
    may: bool,
    /// Whose authority --may is asked about, if not everyone's who holds something
    #[arg(long, value_name = "DID")]
    holder: Option<String>,
    /// Decide one JSON object a line, from FILE or standard input
    #[arg(long, conflicts_with_all = ["executor", "subject", "at", "skew", "invocation", "proof", "document", "revoked", "max_revocation_age", "no_store", "no_log", "log_arguments", "explain"])]
    batch: bool,
}

fn parse_skew(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("it is a whole number of seconds, from 0 to {}", u32::MAX))
}

pub(crate) fn run(args: &CheckArgs, out: &mut Out) -> Result<Outcome, Failure> {
    // The parser takes a flag's default for the flag: its `requires` does not object.
    if args.holder.is_some() && !args.may {
        return Err(Failure::new(
            "--holder is given without --may: it changes no decision",
            "add --may to see what the holder may do, or leave --holder out",
        ));
    }
    if args.batch {
        return batch::run(args.file.as_deref().unwrap_or("-"), out);
    }
    if args.may {
        return may::run(args, out);
    }
    let Some(executor) = &args.executor else {
        return Err(Failure::new(
            "nobody is named who would act on the invocation",
            "add --executor with the DID of the service that decides (or use --batch, or --may)",
        ));
    };
    let now = at(args)?;
    // What is read comes first: whoever writes it may need the store.
    let request = read(args, evidence(args, now)?)?;
    let home = if args.no_store { Home::without_store()? } else { Home::open(out)? };
    let subjects = args.subject.iter().map(|subject| home.did(subject)).collect::<Result<Vec<_>, _>>()?;
    let served = if subjects.is_empty() { Subjects::danger_any() } else { Subjects::of(subjects) };
    let executor = home.did(executor)?;
    let mut authorizer = Authorizer::new(executor.clone(), served);
    if let Some(seconds) = args.max_revocation_age {
        authorizer = authorizer.revocations_no_older_than(Command::top(), seconds);
    }
    let besides = if home.is_kept() { Besides::of(home.store()) } else { Besides::NOTHING };
    let answered = decide(request, &authorizer, besides).map_err(|error| failed(&error))?;
    let mut warnings = Vec::new();
    if args.subject.is_empty()
        && let Verdict::Decided(decision) = &answered.verdict
        && let Some(grant) = decision.grant()
        && *grant.subject() != executor
    {
        warnings.push(format!(
            "any subject was accepted; this one is {}: name those the executor acts for with --subject",
            home.names.of(grant.subject())
        ));
    }
    if home.is_kept() && !args.no_log {
        let entry = record::entry(&answered, time::now()?, args.log_arguments);
        if let Err(error) = home.store().record(&entry) {
            warnings.push(format!("the decision could not be written into the log: {error}"));
        }
    }
    let names = home.close();
    show::show(&answered, &warnings, args.explain, now, &names, out)
}

fn at(args: &CheckArgs) -> Result<Timestamp, Failure> {
    let now = time::now()?;
    args.at.as_deref().map_or(Ok(now), |text| time::parse(text, now))
}

/// What the options give to go by, but for tokens.
fn circumstances(args: &CheckArgs, now: Timestamp) -> Result<Evidence<'static>, Failure> {
    let evidence = Evidence::danger_without_revocations(now).tolerance(args.skew);
    Ok(documents::read(&args.document)?.into_iter().fold(evidence, Evidence::document))
}

/// What the options give to go by, but for the invocation.
fn evidence(args: &CheckArgs, now: Timestamp) -> Result<Evidence<'static>, Failure> {
    let mut evidence = circumstances(args, now)?;
    for source in &args.proof {
        evidence = Input::read(source)?.tokens().into_iter().fold(evidence, Evidence::bytes);
    }
    Ok(evidence)
}

/// The revocations that the options name, and the evidence with the delegations that stand beside them.
fn revoked<'e>(args: &CheckArgs, mut evidence: Evidence<'e>) -> Result<(Vec<Slice>, Evidence<'e>), Failure> {
    let mut revoked = Vec::new();
    for source in &args.revoked {
        match Input::read(source)?.content {
            Content::Token(bytes) => revoked.push(bytes),
            Content::Container(container) => {
                for (_, bytes) in container.tokens() {
                    match AnyToken::parse(bytes.clone()) {
                        Ok(AnyToken::Delegation(_)) => evidence = evidence.bytes(bytes),
                        _ => revoked.push(bytes),
                    }
                }
            }
        }
    }
    request::not_too_many(revoked.len())
        .map_err(|error| Failure::new(error, "give fewer: those about the invocation's proofs"))?;
    Ok((revoked, evidence))
}

/// What is to be decided.
enum Request {
    Container(Container),
    /// It announced itself as a container: a request that came to nothing, as in bulk.
    NoContainer(ContainerError),
    Invocation(Slice),
}

/// What is to be decided, and what to go by.
struct Read<'e> {
    request: Request,
    revoked: Vec<Slice>,
    evidence: Evidence<'e>,
}

fn read<'e>(args: &CheckArgs, evidence: Evidence<'e>) -> Result<Read<'e>, Failure> {
    let (mut revoked, mut evidence) = revoked(args, evidence)?;
    let request = match (&args.file, &args.invocation) {
        (None, None) => {
            return Err(Failure::new(
                "there is nothing to decide",
                "name a container, or - for standard input, or a token with --invocation",
            ));
        }
        (Some(file), None) => match Input::read_or_why(file)? {
            Ok(Content::Token(bytes)) => Request::Invocation(bytes),
            Ok(Content::Container(container)) => Request::Container(container),
            Err(Unrecognised::Container(error)) => Request::NoContainer(error),
            Err(error) => return Err(error.at(file)),
        },
        (Some(file), Some(named)) => {
            let input = Input::read(file)?;
            if let Content::Container(container) = &input.content {
                revoked = request::with_those_of(container, revoked);
            }
            for bytes in input.tokens() {
                evidence = evidence.bytes(bytes);
            }
            Request::Invocation(match (named.parse::<Cid>(), input.content) {
                (Ok(cid), Content::Container(container)) => container.get(&cid).ok_or_else(|| {
                    Failure::new(
                        format_args!("{file} does not hold {cid}"),
                        format_args!("`allod inspect {file}` lists what it holds"),
                    )
                })?,
                _ => one_token(named)?,
            })
        }
        (None, Some(named)) => Request::Invocation(one_token(named)?),
    };
    Ok(Read { request, revoked, evidence })
}

fn decide(read: Read<'_>, authorizer: &Authorizer, besides: Besides<'_>) -> Result<Answered, StoreError> {
    let Read { request, revoked, evidence } = read;
    match request {
        Request::Container(container) => {
            request::decide(authorizer, &container, evidence, revoked, besides, Asked::Once)
        }
        Request::NoContainer(error) => Ok(Answered {
            verdict: request::refused(&error, None, Asked::Once),
            sifted: authorizer.sift(revoked, None, &evidence),
            invocation: None,
        }),
        Request::Invocation(bytes) => request::decide_bytes(authorizer, &bytes, evidence, revoked, besides),
    }
}

fn one_token(source: &str) -> Result<Slice, Failure> {
    let input = Input::read(source)?;
    if let Content::Container(container) = &input.content {
        // By the same rule as a container on its own.
        let invocation = container.invocation().map(|token| token.bytes());
        return invocation.map_err(|error| Failure::new(format_args!("{source}: {error}"), error.remedy()));
    }
    let mut tokens = input.tokens();
    if tokens.len() > 1 {
        tokens.retain(|bytes| matches!(AnyToken::parse(bytes.clone()), Ok(AnyToken::Invocation(_))));
    }
    match tokens.pop() {
        Some(token) if tokens.is_empty() => Ok(token),
        _ => Err(Failure::new(
            format_args!("{source} does not hold exactly one invocation"),
            format_args!(
                "name a file with one token of up to {MAX_TOKEN} bytes, or give the container and the invocation's CID"
            ),
        )),
    }
}
