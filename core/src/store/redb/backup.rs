//! Copies of the whole, made while the store is in use.

use std::path::Path;

use redb::{Database, ReadTransaction, ReadableTable};

use super::RedbStore;
use super::commit::{CHUNK, durable};
use super::fault::fault;
use super::tables::{ALL, Table};
use crate::store::StoreError;

impl RedbStore {
    /// Writes a copy of the store into a new file: of the state that it has now, whatever is changed meanwhile. The
    /// copy is a store like any other; it appears whole or not at all, and is on the disk when this returns.
    ///
    /// Changes go on while it is written, and take more room in the store's own file until it is finished.
    ///
    /// # Errors
    /// [`StoreError::AlreadyThere`] where there is a file of any kind; [`StoreError::Device`] where it cannot be
    /// written.
    pub fn backup(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        self.read(|state| {
            Self::options()
                .make(path.as_ref(), |copy| ALL.iter().try_for_each(|table| fill(state, copy, *table)))
        })
    }
}

/// Copies a table, some entries at a time. Nobody sees the copy before it is whole.
fn fill(state: &ReadTransaction, copy: &Database, table: Table) -> Result<(), StoreError> {
    let from = state.open_table(table).map_err(fault)?;
    let mut entries = from.iter().map_err(fault)?.peekable();
    while entries.peek().is_some() {
        let transaction = durable(copy.begin_write().map_err(fault)?);
        {
            let mut to = transaction.open_table(table).map_err(fault)?;
            for entry in entries.by_ref().take(CHUNK) {
                let (key, value) = entry.map_err(fault)?;
                to.insert(key.value(), value.value()).map_err(fault)?;
            }
        }
        transaction.commit().map_err(fault)?;
    }
    Ok(())
}
