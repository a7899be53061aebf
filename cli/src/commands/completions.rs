//! `allod completions`: scripts for shells.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::failure::{Failure, Outcome};
use crate::output::Out;

pub(crate) const HELP: &str = "\
Example:
  allod completions bash > ~/.local/share/bash-completion/completions/allod";

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell to write for
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::Cli::command(), "allod", &mut script);
    if out.json() {
        let script = String::from_utf8_lossy(&script);
        out.data(&serde_json::json!({"shell": args.shell.to_string(), "script": script}))?;
    } else {
        out.bytes(&script)?;
    }
    Ok(Outcome::Fine)
}
