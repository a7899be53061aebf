//! The commands, one file each.

mod check;
mod completions;
mod demo;
mod grant;
mod inspect;
mod invoke;
mod key;
mod refusal;

use clap::Subcommand;

pub(crate) use self::check::Decider as BatchDecider;

use crate::failure::{Failure, Outcome};
use crate::output::Out;

/// What allod can be asked to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole story: identities, grants, a request allowed and three denied, each with its reason
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
    /// Show what tokens say, and whether their signatures are genuine
    #[command(after_help = inspect::HELP)]
    Inspect(inspect::InspectArgs),
    /// Decide whether an invocation is allowed, and say why
    #[command(after_help = check::HELP)]
    Check(Box<check::CheckArgs>),
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
            Self::Completions(args) => completions::run(args, out),
        }
    }
}
