//! `allod receive`: what others sent.

use allod::MemoryResolver;
use clap::Args;

use super::intake::{self, Terms};
use crate::failure::{Failure, Outcome};
use crate::home::Home;
use crate::output::Out;
use crate::{documents, input};

pub(crate) const HELP: &str = "\
Example:
  allod receive for-bob.ucan
  pbpaste | allod receive -

Takes in delegations, receipts and revocations: what is genuine is kept in the store, whatever it is
good for. Of revocations those are kept that are about the subjects of your own keys, that come with
their path or the delegation they revoke, or whose delegation is known. Invocations are for
executors, and passed over.

Exit codes: 0 all of it is kept or was known, 1 something was refused, 2 the input cannot be used.";

#[derive(Debug, Args)]
pub(crate) struct ReceiveArgs {
    /// Containers or tokens, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    file: Vec<String>,
    /// A DID document, for what a did:web signed
    #[arg(long, value_name = "FILE")]
    document: Vec<String>,
}

pub(crate) fn run(args: &ReceiveArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let mut known = MemoryResolver::new();
    for document in documents::read(&args.document)? {
        known.insert(document);
    }
    let mut containers = Vec::new();
    for file in &args.file {
        containers.extend(input::containers(file)?);
    }
    let mut home = Home::open(out)?;
    home.keep(out)?;
    let own: Vec<_> = home.own()?.into_iter().map(|(_, did)| did).collect();
    let terms = Terms { own: &own, documents: &known, names: &home.names };
    let rows = intake::everything(home.store(), &containers, &terms)?;
    intake::tell(&rows, &home.close(), out)
}
