//! A store in one file, that survives restarts and power cuts.

mod audit;
mod backup;
mod commit;
mod delegations;
mod fault;
mod format;
mod names;
mod open;
mod receipts;
mod replays;
mod revocations;
mod tables;

use core::fmt;

use self::commit::Queue;
use self::fault::Guarded;
use self::replays::Running;

pub use self::open::RedbOptions;

/// Keeps everything in one file, by [redb](https://docs.rs/redb). Shared between threads by reference; one
/// process at a time has the file open.
///
/// Every change is on the disk before the call that makes it returns, and each happens whole or not at all. Changes that
/// several threads make at a time are written together, so that they wait for the disk once.
///
/// The file is checked from end to end when it is opened; see [`RedbOptions::without_check`]. What is read back
/// is parsed anew, and its CID held against the one it was kept under. After a fault of the device the store
/// answers [`StoreError::InDoubt`](super::StoreError::InDoubt) until it is opened again: what was acknowledged
/// by then is there.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use allod::store::{About, DelegationStore, End, Query, RedbStore};
/// use allod::{Algorithm, Delegation, SigningKey};
///
/// # let folder = std::env::temp_dir().join(format!("allod-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let file = folder.join("state.allod");
/// # let _absent = std::fs::remove_file(&file);
/// let album = SigningKey::generate(Algorithm::Ed25519)?;
/// let bob = SigningKey::generate(Algorithm::Ed25519)?;
/// let grant = Delegation::builder(bob.did(), album.did(), "/photos/read".parse()?).sign(&album)?;
///
/// let store = RedbStore::create(&file)?;
/// store.put_delegations(&[grant.clone()])?;
/// drop(store);
///
/// let store = RedbStore::open(&file)?;
/// let to_bob = Query { end: End::To(bob.did()), about: About::Subject(album.did()) };
/// assert_eq!(store.delegations(&to_bob, None, 10)?.items, [grant.token().clone()]);
/// # drop(store);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok(())
/// # }
/// ```
pub struct RedbStore {
    db: Guarded,
    queue: Queue,
    running: Running,
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore").finish_non_exhaustive()
    }
}
