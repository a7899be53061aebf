//! The commands, one file each.

mod backup;
mod check;
mod completions;
mod demo;
mod grant;
mod inspect;
mod intake;
mod invoke;
mod key;
mod link;
mod list;
mod log;
mod name;
mod receive;
mod refusal;
mod revocations;
mod revoke;

use clap::Subcommand;

pub(crate) use self::check::Decider as BatchDecider;

use crate::failure::{Failure, Outcome};
use crate::output::Out;

/// What allod can be asked to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole story: identities, grants, requests executed and denied, and access taken back
    #[command(after_help = demo::HELP)]
    Demo,
    /// Make, list, show, export and import keys: each is an identity
    #[command(subcommand, after_help = key::HELP)]
    Key(key::KeyCommand),
    /// Hand on authority: sign a delegation
    #[command(after_help = grant::HELP)]
    Grant(grant::GrantArgs),
    /// Use authority: sign an invocation, and bundle it with its proofs
    #[command(after_help = invoke::HELP)]
    Invoke(invoke::InvokeArgs),
    /// Take in what others sent: delegations, receipts, revocations
    #[command(after_help = receive::HELP)]
    Receive(receive::ReceiveArgs),
    /// List what your keys hold and what they gave: to whom, until when, and how it stands
    #[command(after_help = list::HELP)]
    List(list::ListArgs),
    /// Take back a delegation
    #[command(after_help = revoke::HELP)]
    Revoke(revoke::RevokeArgs),
    /// Carry revocations from place to place, and say how old the knowledge of them is
    #[command(subcommand, after_help = revocations::HELP)]
    Revocations(revocations::RevocationsCommand),
    /// Let another device of yours use what is given to you
    #[command(after_help = link::HELP)]
    Link(link::LinkArgs),
    /// Give DIDs names of your own
    #[command(after_help = name::HELP)]
    Name(name::NameArgs),
    /// Show what tokens say, and whether their signatures are genuine
    #[command(after_help = inspect::HELP)]
    Inspect(inspect::InspectArgs),
    /// Decide whether an invocation is allowed, and say why
    #[command(after_help = check::HELP)]
    Check(Box<check::CheckArgs>),
    /// Show the decisions that were made here
    #[command(after_help = log::HELP)]
    Log(log::LogArgs),
    /// Copy the store into a file
    #[command(after_help = backup::HELP)]
    Backup(backup::BackupArgs),
    /// Print a script that completes commands and options in a shell
    #[command(after_help = completions::HELP)]
    Completions(completions::CompletionsArgs),
}

impl Command {
    pub(crate) fn run(&self, out: &mut Out) -> Result<Outcome, Failure> {
        match self {
            Self::Demo => demo::run(out),
            Self::Key(command) => command.run(out),
            Self::Grant(args) => grant::run(args, out),
            Self::Invoke(args) => invoke::run(args, out),
            Self::Inspect(args) => inspect::run(args, out),
            Self::Check(args) => check::run(args, out),
            Self::Receive(args) => receive::run(args, out),
            Self::List(args) => list::run(args, out),
            Self::Revoke(args) => revoke::run(args, out),
            Self::Revocations(command) => command.run(out),
            Self::Link(args) => link::run(args, out),
            Self::Name(args) => name::run(args, out),
            Self::Log(args) => log::run(args, out),
            Self::Backup(args) => backup::run(args, out),
            Self::Completions(args) => completions::run(args, out),
        }
    }
}
