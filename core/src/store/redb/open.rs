//! Opening and making the file.

// Requirements kept here: allod-store-damaged, allod-store-whole.

use alloc::boxed::Box;
use alloc::format;
use std::collections::hash_map::RandomState;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;
use redb::{Builder, Database, StorageBackend};

use super::RedbStore;
use super::commit::Queue;
use super::fault::{Guarded, damaged, fault, guard};
use super::format;
use super::replays::Running;
use crate::store::StoreError;

/// The memory for pages that were read or written, unless said otherwise: 32 MiB.
const CACHE: usize = 32 * 1024 * 1024;

/// How a file is opened; see [`RedbStore::options`].
#[derive(Debug, Clone)]
pub struct RedbOptions {
    cache: usize,
    check: bool,
}

impl Default for RedbOptions {
    fn default() -> Self {
        Self { cache: CACHE, check: true }
    }
}

impl RedbStore {
    /// Makes a store where there is no file yet. On Unix nobody but its owner may read it. It appears whole or
    /// not at all.
    ///
    /// # Errors
    /// [`StoreError::AlreadyThere`] where there is a file of any kind; [`StoreError::Device`] where it cannot be
    /// written.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::options().create(path)
    }

    /// Opens a store.
    ///
    /// # Errors
    /// [`StoreError::NotThere`] where there is no file, [`StoreError::InUse`] where it is open already,
    /// [`StoreError::Damaged`] where it is no store or holds what was never written there (an empty file as
    /// well), [`StoreError::NewerFormat`] where a newer version wrote it, [`StoreError::Device`] where it cannot
    /// be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::options().open(path)
    }

    /// Opens a store, or makes one where there is no file.
    ///
    /// # Errors
    /// As [`RedbStore::open`] and [`RedbStore::create`].
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::options().open_or_create(path)
    }

    /// Opens a store on storage of the host's own making, or makes one where that is empty.
    ///
    /// Unlike a file, such storage may be left half made by a power cut while a store is first made on it: it is
    /// [`StoreError::Damaged`] then. Afterwards it is as safe as its `sync_data` is true.
    ///
    /// # Errors
    /// As [`RedbStore::open`].
    pub fn on_backend(backend: impl StorageBackend) -> Result<Self, StoreError> {
        Self::options().on_backend(backend)
    }

    /// Other ways to open one: with more memory, or without checking a huge file.
    #[must_use]
    pub fn options() -> RedbOptions {
        RedbOptions::default()
    }

    /// Closes the store and says what went wrong with that, which dropping it does not. What was acknowledged is
    /// on the disk before.
    ///
    /// # Errors
    /// When the device fails.
    pub fn close(self) -> Result<(), StoreError> {
        self.db.close()
    }
}

impl RedbOptions {
    /// The memory in bytes for pages that were read or written: 32 MiB unless said otherwise.
    #[must_use]
    pub const fn cache(mut self, bytes: usize) -> Self {
        self.cache = bytes;
        self
    }

    /// Does not check the file from end to end when opening it. The check reads the whole file, some seconds for each
    /// gigabyte. Without it damage is noticed only where it is met: every answer is still parsed and held
    /// against its CID, but an entry whose page was damaged may be missed, a revocation for example. For huge files on a device
    /// that checks its own data.
    #[must_use]
    pub const fn without_check(mut self) -> Self {
        self.check = false;
        self
    }

    /// As [`RedbStore::create`].
    ///
    /// # Errors
    /// As there.
    pub fn create(&self, path: impl AsRef<Path>) -> Result<RedbStore, StoreError> {
        let path = path.as_ref();
        self.make(path, |_| Ok(()))?;
        self.open(path)
    }

    /// As [`RedbStore::open`].
    ///
    /// # Errors
    /// As there.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<RedbStore, StoreError> {
        let path = path.as_ref();
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(StoreError::NotThere { path: format!("{}", path.display()) });
            }
            Err(error) => return Err(device(error)),
            Ok(file) if file.is_file() && file.len() == 0 => return Err(damaged("the file is empty")),
            Ok(_) => {}
        }
        guard(|| {
            let database = self.builder().open(path).map_err(fault)?;
            format::bring_forward(&database)?;
            Ok(store(database))
        })
    }

    /// As [`RedbStore::open_or_create`].
    ///
    /// # Errors
    /// As there.
    pub fn open_or_create(&self, path: impl AsRef<Path>) -> Result<RedbStore, StoreError> {
        let path = path.as_ref();
        match self.open(path) {
            Err(StoreError::NotThere { .. }) => match self.make(path, |_| Ok(())) {
                // Somebody else was quicker.
                Ok(()) | Err(StoreError::AlreadyThere { .. }) => self.open(path),
                Err(error) => Err(error),
            },
            other => other,
        }
    }

    /// As [`RedbStore::on_backend`].
    ///
    /// # Errors
    /// As there.
    pub fn on_backend(&self, backend: impl StorageBackend) -> Result<RedbStore, StoreError> {
        guard(|| {
            let database = self.builder().create_with_backend(backend).map_err(fault)?;
            // Making it may have been cut short.
            if format::is_blank(&database)? {
                format::lay_out(&database)?;
            }
            format::bring_forward(&database)?;
            Ok(store(database))
        })
    }

    /// Makes a file under another name, has it filled, and moves it to where it belongs once it is whole: whatever
    /// happens meanwhile, there is no half a store at that place.
    pub(super) fn make(
        &self,
        path: &Path,
        contents: impl FnOnce(&Database) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let there = || StoreError::AlreadyThere { path: format!("{}", path.display()) };
        if fs::symlink_metadata(path).is_ok() {
            return Err(there());
        }
        let (file, scratch) = scratch(path)?;
        let scratch = Scratch(scratch);
        let same = file.try_clone().map_err(device)?;
        guard(|| {
            let backend = FileBackend::new(file).map_err(fault)?;
            let database = self.builder().create_with_backend(backend).map_err(fault)?;
            format::lay_out(&database)?;
            contents(&database)?;
            database.close().map_err(fault)
        })?;
        // All of it is on the disk before it has its name.
        same.sync_all().map_err(device)?;
        match place(&scratch.0, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(there()),
            Err(error) => Err(device(error)),
            Ok(()) => sync_folder(path).map_err(device),
        }
    }

    fn builder(&self) -> Builder {
        let mut builder = Database::builder();
        builder.set_cache_size(self.cache).set_check_integrity_on_open(self.check);
        builder
    }
}

fn store(database: Database) -> RedbStore {
    RedbStore { db: Guarded::new(database), queue: Queue::default(), running: Running::default() }
}

fn device(error: io::Error) -> StoreError {
    StoreError::Device(Box::new(error))
}

/// A file that is gone when this is.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _moved = fs::remove_file(&self.0);
    }
}

/// A new file beside `path`, under a name that nobody else has.
fn scratch(path: &Path) -> Result<(File, PathBuf), StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // The hasher of each map begins with another number.
    let chance = RandomState::new().build_hasher().finish();
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{chance:016x}.new"));
    let scratch = path.with_file_name(name);
    let file = options.open(&scratch).map_err(device)?;
    Ok((file, scratch))
}

/// Gives a file its name, unless that is taken.
fn place(scratch: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(scratch, path) {
        // Where a file has one name only, it is moved.
        Err(error) if error.kind() != ErrorKind::AlreadyExists && fs::symlink_metadata(path).is_err() => {
            fs::rename(scratch, path)
        }
        other => other,
    }
}

/// The name is on the disk as well.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
