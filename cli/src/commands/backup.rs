//! `allod backup`: the store once more, in a file of its own.

use allod::StoreError;
use clap::Args;
use serde_json::json;

use crate::failure::{Failure, Outcome};
use crate::output::{Line, Out};
use crate::state::{self, failed};

pub(crate) const HELP: &str = "\
Example:
  allod backup /media/stick/allod-2026-12-01.redb

The copy is whole or not there at all, and holds what was granted, received, taken back, named and
logged; no keys. To go back to it, put it in the place of store.redb, and import again what was
revoked since: an old copy knows nothing of that.";

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// Where the copy goes: a file that is not there yet
    file: String,
}

pub(crate) fn run(args: &BackupArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let Some(store) = state::open(out.json())? else {
        return Err(Failure::new(
            "there is no store yet, and so nothing to copy",
            "`allod grant` and `allod receive` make one",
        ));
    };
    store.backup(&args.file).map_err(|error| match error {
        StoreError::AlreadyThere { .. } => Failure::new(
            format_args!("there is a file at {} already", args.file),
            "name another: a backup never replaces anything",
        ),
        error => failed(&error),
    })?;
    drop(store);
    if out.json() {
        out.data(&json!({ "file": args.file }))?;
    } else {
        out.line(Line::new().plain("the store was copied to ").bold(args.file.as_str()))?;
    }
    Ok(Outcome::Fine)
}
