//! The command line of allod.
//!
//! Every command converts what people type, calls the library, and says what came out. What it decides, the
//! library decides. It is a library itself only so that a test or a fuzzer can reach what reads a stranger's
//! input; nothing here is an interface for other programs.

mod commands;
mod deliver;
mod documents;
mod failure;
mod files;
#[doc(hidden)]
pub mod fuzz;
mod home;
mod input;
mod keystore;
mod lines;
mod lookalike;
mod names;
mod output;
mod report;
mod search;
mod state;
mod text;
mod time;
mod tree;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;
use crate::failure::{Failure, Outcome};
use crate::output::{Out, report};

const HELP: &str = "\
Start here:
  allod demo                                   the whole story, on real cryptography
  allod key new alice                          an identity of your own
  allod grant --key alice --to DID --command /photos/read --out for-bob.ucan
  allod inspect for-bob.ucan                   what a token says, and whether it is genuine
  allod list                                   what you hold and what you gave

Exit codes: 0 allowed or done, 1 denied or refused, 2 the input cannot be used.
Keys, and the store of what was granted, received and taken back, live in $ALLOD_HOME, or in the
platform's folder for data. One command at a time has the store: another waits for it.";

/// Identities people own, and capabilities they hand out, narrow and check: DIDs and UCAN 1.0.
#[derive(Debug, Parser)]
#[command(name = "allod", version, after_help = HELP, propagate_version = true)]
struct Cli {
    /// Answer with data (JSON) instead of words.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// The command `allod`, with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") => {
            report(&usage(&error), true);
            return code(Outcome::Unusable);
        }
        Err(error) if error.use_stderr() => {
            // It repeats what was typed, or what a shell put there: a file's name, say.
            for line in error.render().to_string().lines() {
                eprintln!("{}", text::escape(line));
            }
            return code(Outcome::Unusable);
        }
        Err(error) => {
            // Help and version. Where nobody reads them, so be it.
            let _unheard = error.print();
            return code(Outcome::Fine);
        }
    };
    let mut out = Out::new(cli.json);
    let result = cli.command.run(&mut out).and_then(|outcome| out.flush().map(|()| outcome));
    match result {
        Ok(outcome) => code(outcome),
        Err(failure) => {
            // What was said before the failure is said; a second failure to say it changes nothing.
            let _said: Result<(), Failure> = out.flush();
            report(&failure, cli.json);
            code(Outcome::Unusable)
        }
    }
}

/// What the parser of options says in paragraphs, as a message and a remedy.
fn usage(error: &clap::Error) -> Failure {
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::new("no command is given", "see `allod --help`");
    }
    let text = error.to_string();
    let in_a_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut paragraphs = text.split("\n\n").map(in_a_line);
    let message = paragraphs.next().unwrap_or_default();
    // The last one points to --help.
    let remedies: Vec<_> = paragraphs.map(|text| text.trim_end_matches('.').to_owned()).collect();
    Failure::new(message.strip_prefix("error: ").unwrap_or(&message), remedies.join("; "))
}

fn code(outcome: Outcome) -> ExitCode {
    ExitCode::from(outcome as u8)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed() {
        super::Cli::command().debug_assert();
    }

    /// What is longer is broken at a place of the parser's choosing.
    #[test]
    fn no_line_of_help_is_too_long_for_a_terminal() {
        fn look(command: &clap::Command) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in help.lines() {
                assert!(line.chars().count() <= 100, "{}: {line}", command.get_name());
            }
            command.get_subcommands().for_each(look);
        }
        look(&super::Cli::command());
    }
}
