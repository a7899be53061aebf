//! Petnames.

use alloc::string::String;
use alloc::vec::Vec;

use redb::ReadableTable;

use super::RedbStore;
use super::fault::{damaged, fault};
use super::tables::NAMES;
use crate::identity::Did;
use crate::store::{NameStore, StoreError};

impl NameStore for RedbStore {
    fn set_name(&self, name: &str, did: Option<&Did>) -> Result<(), StoreError> {
        let (name, did) = (String::from(name), did.map(|did| alloc::format!("{did}")));
        self.change(move |changes| match &did {
            Some(did) => changes.put(NAMES, name.as_bytes(), did.as_bytes()),
            None => changes.remove(NAMES, name.as_bytes()).map(|_| ()),
        })
    }

    fn names(&self) -> Result<Vec<(String, Did)>, StoreError> {
        self.read(|transaction| {
            let table = transaction.open_table(NAMES).map_err(fault)?;
            let mut names = Vec::new();
            for entry in table.iter().map_err(fault)? {
                let (name, did) = entry.map_err(fault)?;
                let name = String::from_utf8(name.value().to_vec()).ok();
                let did = core::str::from_utf8(did.value()).ok().and_then(|did| Did::parse(did).ok());
                names.push(name.zip(did).ok_or_else(|| damaged("a name cannot be read"))?);
            }
            Ok(names)
        })
    }
}
