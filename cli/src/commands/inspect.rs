//! `allod inspect`: what tokens say.

use allod::MemoryResolver;
use clap::Args;
use serde::Serialize;

use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::input::{Content, Input};
use crate::names::Names;
use crate::output::{Line, Out, warn};
use crate::report::{DelegationReport, InvocationReport, MalformedReport, Report, SignatureReport};
use crate::text::count;
use crate::tree::Node;
use crate::{documents, time};
use allod::Timestamp;

pub(crate) const HELP: &str = "\
Example:
  allod inspect for-bob.ucan
  pbpaste | allod inspect -

Reads tokens and containers in bytes, base64, base64url or hex, and containers in all six encodings.
White space around text does not matter; inside, only the text of a single token may have some.
Characters that do not show are written as escapes, such as \\u{202e}; look-alike letters are
pointed out, as far as they are known. Nothing is decided here.

Exit codes: 0 no signature is wrong, 1 a signature is wrong, 2 something is no token.";

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The file with tokens, or - for standard input
    file: String,
    /// A DID document, for the signatures of a did:web
    #[arg(long, value_name = "FILE")]
    document: Vec<String>,
}

/// The most delegations that are put in order: it takes the cube of their number.
const MOST_SORTED: usize = 64;

#[derive(Serialize)]
struct Inspection {
    form: &'static str,
    spelling: String,
    tokens: Vec<Report>,
}

pub(crate) fn run(args: &InspectArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let mut documents = MemoryResolver::new();
    for document in documents::read(&args.document)? {
        documents.insert(document);
    }
    let input = Input::read(&args.file)?;
    let form = match input.content {
        Content::Token(_) => "token",
        Content::Container(_) => "container",
    };
    let tokens: Vec<Report> = input.tokens().into_iter().map(|bytes| Report::of(bytes, &documents)).collect();
    let outcome = tokens.iter().map(outcome).max().unwrap_or(Outcome::Fine);
    let inspection = Inspection { form, spelling: input.spelling, tokens: in_reading_order(tokens) };
    if out.json() {
        out.data(&inspection)?;
    } else {
        show(&inspection, out)?;
    }
    Ok(outcome)
}

fn outcome(report: &Report) -> Outcome {
    match report.signature() {
        None => Outcome::Unusable,
        Some(SignatureReport { valid: Some(false), .. }) => Outcome::Denied,
        Some(_) => Outcome::Fine,
    }
}

/// Invocations first, each with the proofs it names, root first; then what nothing names.
fn in_reading_order(tokens: Vec<Report>) -> Vec<Report> {
    let (mut ordered, mut rest): (Vec<_>, Vec<_>) =
        tokens.into_iter().partition(|report| matches!(report, Report::Invocation(_)));
    let named: Vec<String> = ordered
        .iter()
        .flat_map(|report| match report {
            Report::Invocation(report) => report.proofs.clone(),
            _ => Vec::new(),
        })
        .collect();
    for cid in &named {
        if let Some(at) = rest.iter().position(|report| report.cid() == cid) {
            ordered.push(rest.remove(at));
        }
    }
    // Of the rest, who was given something stands below who gave it, as far as that can be told at a glance.
    while rest.len() <= MOST_SORTED
        && let Some(at) = rest.iter().position(|report| !rest.iter().any(|other| gave(other, report)))
    {
        ordered.push(rest.remove(at));
    }
    ordered.append(&mut rest);
    ordered
}

fn gave(above: &Report, below: &Report) -> bool {
    match (above, below) {
        (Report::Delegation(above), Report::Delegation(below)) => {
            above.audience == below.issuer && above.cid != below.cid
        }
        _ => false,
    }
}

fn show(inspection: &Inspection, out: &mut Out) -> Result<(), Failure> {
    let (names, now) = (names(out), time::now()?);
    let view = Viewer { names, now, inspection };
    let number = count(inspection.tokens.len(), "token");
    let mut tree = match inspection.form {
        "container" => {
            Node::new(Line::new().bold("container").plain(format!(", {}: {number}", inspection.spelling)))
        }
        _ => Node::new(Line::new().bold("token").plain(format!(", as {}", inspection.spelling))),
    };
    for token in &inspection.tokens {
        tree.push(match token {
            Report::Delegation(report) => view.delegation(report),
            Report::Invocation(report) => view.invocation(report),
            Report::Malformed(report) => malformed(report),
        });
    }
    tree.print(out)
}

/// The names that are known. A store that cannot be read says nothing about the file that is looked at.
fn names(out: &Out) -> Names {
    match Home::open(out) {
        Ok(home) => home.close(),
        Err(failure) => {
            warn(format!("no petnames are shown: {}", failure.message()));
            Names::of_keys()
        }
    }
}

struct Viewer<'a> {
    names: Names,
    now: Timestamp,
    inspection: &'a Inspection,
}

impl Viewer<'_> {
    fn delegation(&self, report: &DelegationReport) -> Node {
        let mut node = heading("delegation", &report.cid, &report.signature);
        node.field("from", self.names.in_full(&report.issuer));
        node.field("to", self.names.in_full(&report.audience));
        node.field(
            "may",
            match report.command.as_str() {
                "/" => "/ (everything)".into(),
                command => format!("{command} and all below it"),
            },
        );
        match &report.subject {
            Some(subject) if *subject == report.issuer => {
                node.field("on", format!("{}, the issuer itself", self.names.in_full(subject)));
            }
            Some(subject) => node.field("on", self.names.in_full(subject)),
            None => node.field("on", "any subject the issuer is given authority over (powerline)"),
        }
        if report.policy.get() == "[]" {
            node.field("if", "whatever the arguments (no policy)");
        } else {
            node.field("if", report.policy_words.as_str());
            node.field("policy", report.policy.get());
        }
        self.times(&mut node, report.not_before, report.expires);
        if let Some(meta) = &report.meta {
            node.field("meta", meta.get());
        }
        self.last(&mut node, &report.nonce, report.tag, report.size, &report.signature, &report.notes);
        beware(&mut node, &report.lints, &self.names);
        node
    }

    fn invocation(&self, report: &InvocationReport) -> Node {
        let mut node = heading("invocation", &report.cid, &report.signature);
        node.field("from", self.names.in_full(&report.issuer));
        match &report.audience {
            Some(audience) => node.field("to", self.names.in_full(audience)),
            None => node.field("to", "the subject itself"),
        }
        node.field("do", report.command.as_str());
        node.field("on", self.names.in_full(&report.subject));
        node.field("with", report.args.get());
        self.times(&mut node, report.not_before, report.expires);
        if let Some(at) = report.issued_at {
            node.field("issued", self.time(at));
        }
        if report.proofs.is_empty() {
            node.field("proofs", "none");
        }
        for (index, cid) in report.proofs.iter().enumerate() {
            let here = self.inspection.tokens.iter().any(|token| token.cid() == cid);
            node.field(
                &format!("proof {index}"),
                format!("{cid}{}", if here { "" } else { " (not in this input)" }),
            );
        }
        if let Some(cause) = &report.cause {
            node.field("cause", cause.as_str());
        }
        if let Some(meta) = &report.meta {
            node.field("meta", meta.get());
        }
        node.field("task", report.task.as_str());
        self.last(&mut node, &report.nonce, report.tag, report.size, &report.signature, &report.notes);
        beware(&mut node, &report.lints, &self.names);
        node
    }

    fn times(&self, node: &mut Node, not_before: Option<i64>, expires: Option<i64>) {
        if let Some(at) = not_before {
            node.field("valid from", self.time(at));
        }
        node.field("until", expires.map_or_else(|| "for ever: it never expires".into(), |at| self.time(at)));
    }

    fn last(
        &self,
        node: &mut Node,
        nonce: &str,
        tag: &str,
        size: usize,
        signature: &SignatureReport,
        notes: &[String],
    ) {
        node.field("nonce", if nonce.is_empty() { "empty" } else { nonce });
        node.field("form", format!("{tag}, {size} bytes"));
        let algorithm = signature.algorithm.as_deref().unwrap_or("an algorithm not implemented here");
        let mark = |line: Line| Line::new().dim(format!("{:<10} ", "signature")).join(line);
        node.push(Node::new(mark(match (signature.valid, &signature.reason) {
            (Some(true), _) => Line::new().good("valid").plain(format!(" ({algorithm})")),
            (Some(false), reason) => {
                Line::new().bad("NOT VALID").plain(because(reason.as_deref(), &self.names))
            }
            (None, reason) => {
                Line::new().note("cannot be checked").plain(because(reason.as_deref(), &self.names))
            }
        })));
        beware(node, notes, &Names::default());
    }

    fn time(&self, seconds: i64) -> String {
        match Timestamp::from_seconds(seconds) {
            Ok(at) => format!("{at} ({})", time::distance(at, self.now)),
            Err(_) => seconds.to_string(),
        }
    }
}

fn beware(node: &mut Node, remarks: &[String], names: &Names) {
    for remark in remarks {
        node.push(Node::new(Line::new().note("beware     ").plain(names.rewrite(remark))));
    }
}

fn because(reason: Option<&str>, names: &Names) -> String {
    reason.map(|reason| format!(": {}", names.rewrite(reason))).unwrap_or_default()
}

fn heading(kind: &str, cid: &str, signature: &SignatureReport) -> Node {
    let line = Line::new().bold(kind).plain(format!(" {cid}"));
    Node::new(match signature.valid {
        Some(true) => line,
        Some(false) => line.bad("  ✗ not signed by its issuer"),
        None => line.note("  ? signature not checked"),
    })
}

fn malformed(report: &MalformedReport) -> Node {
    let mut node =
        Node::new(Line::new().bold("not a token").plain(format!(" {}", report.cid)).bad("  ✗ malformed"));
    node.field("because", report.reason.as_str());
    node.field("code", report.code);
    node.field("form", format!("{} bytes", report.size));
    node
}
