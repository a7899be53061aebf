//! The store: what was granted and received, what was taken back, petnames and the log, in one file.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use allod::StoreError;
use allod::store::RedbStore;
use serde_json::json;

use crate::failure::Failure;
use crate::files;
use crate::keystore::home;
use crate::output::{Line, remark, remark_data};

/// How long another process may have the store before this one gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long nothing is said of that.
const SILENCE: Duration = Duration::from_secs(1);

/// How often it is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// Where the store is, or would be.
pub(crate) fn path() -> Result<PathBuf, Failure> {
    Ok(home()?.join("store.redb"))
}

/// Opens the store; `None` where there is none. Nothing is made.
pub(crate) fn open(json: bool) -> Result<Option<RedbStore>, Failure> {
    let path = path()?;
    match patiently(&path, json, || RedbStore::open(&path)) {
        Err(StoreError::NotThere { .. }) => Ok(None),
        Err(error) => Err(unopened(&error, &path)),
        Ok(store) => Ok(Some(store)),
    }
}

/// Opens the store, or makes it: for its owner's eyes alone.
pub(crate) fn open_or_create(json: bool) -> Result<RedbStore, Failure> {
    let path = path()?;
    if let Some(folder) = path.parent() {
        files::make_private_folder(folder)?;
    }
    patiently(&path, json, || RedbStore::open_or_create(&path)).map_err(|error| unopened(&error, &path))
}

/// Tries again while another process has the store, and says so before long.
fn patiently(
    path: &Path,
    json: bool,
    open: impl Fn() -> Result<RedbStore, StoreError>,
) -> Result<RedbStore, StoreError> {
    let begun = Instant::now();
    let mut said = false;
    loop {
        match open() {
            Err(StoreError::InUse) if begun.elapsed() < PATIENCE => {}
            other => return other,
        }
        if !said && begun.elapsed() >= SILENCE {
            said = true;
            let text = format!("waiting for another allod, which has {} open", path.display());
            if json {
                remark_data(&json!({ "waiting": text }));
            } else {
                remark(Line::new().dim(text));
            }
        }
        thread::sleep(PAUSE);
    }
}

fn unopened(error: &StoreError, path: &Path) -> Failure {
    let path = path.display();
    match error {
        StoreError::InUse => Failure::new(
            format_args!(
                "another process has the store {path} open, and was not done within {} s",
                PATIENCE.as_secs()
            ),
            "wait until it has finished, or end it, and try again",
        ),
        StoreError::Damaged { what } => Failure::new(
            format_args!("the store {path} is damaged: {what}"),
            "restore it from a backup, or move it away and take in again what you have with `allod receive`; \
             nothing in it was changed",
        ),
        StoreError::NewerFormat { found, known } => Failure::new(
            format_args!("the store {path} has format {found}, and this version reads up to {known}"),
            "use a newer version of allod; nothing in it was changed",
        ),
        error => Failure::new(
            format_args!("the store {path} cannot be opened: {error}"),
            "check its owner and permissions and the disk, or set ALLOD_HOME",
        ),
    }
}

/// Why a store that is open did not do what it was asked.
pub(crate) fn failed(error: &StoreError) -> Failure {
    let remedy = match error {
        StoreError::Damaged { .. } => "restore it from a backup, and import again what was revoked since",
        StoreError::Device(_) => "check the disk, then try again: what was acknowledged before is kept",
        _ => "try again",
    };
    Failure::new(error, remedy)
}
