//! The version of the layout: what a file says of itself, and how older ones are brought forward.

// Requirements kept here: allod-store-format.

use redb::{Database, ReadTransaction, ReadableDatabase, TableError, WriteTransaction};

use super::commit::{durable, value};
use super::fault::{damaged, fault};
use super::tables::{ALL, META, meta};
use crate::store::StoreError;

/// Brings a file from one format to the next.
type Step = fn(&WriteTransaction) -> Result<(), StoreError>;

/// The steps that there are: the first from format 1 to 2, and so on. A new layout adds one, and removes none.
const STEPS: [Step; 0] = [];

/// Makes the tables of a new store.
pub(super) fn lay_out(database: &Database) -> Result<(), StoreError> {
    let transaction = durable(database.begin_write().map_err(fault)?);
    for table in ALL {
        transaction.open_table(table).map_err(fault)?;
    }
    set_format(&transaction, newest(&STEPS))?;
    transaction.commit().map_err(fault)
}

/// Whether nothing was ever laid out in it.
pub(super) fn is_blank(database: &Database) -> Result<bool, StoreError> {
    let transaction = database.begin_read().map_err(fault)?;
    let tables = transaction.list_tables().map_err(fault)?.count();
    let others = transaction.list_multimap_tables().map_err(fault)?.count();
    Ok(tables == 0 && others == 0)
}

/// Sees to it that a file has the newest format.
pub(super) fn bring_forward(database: &Database) -> Result<(), StoreError> {
    bring_forward_by(database, &STEPS)?;
    let transaction = database.begin_read().map_err(fault)?;
    for table in ALL {
        transaction.open_table(table).map_err(fault)?;
    }
    Ok(())
}

fn bring_forward_by(database: &Database, steps: &[Step]) -> Result<(), StoreError> {
    let known = newest(steps);
    let found = format(&database.begin_read().map_err(fault)?)?;
    if found > known {
        return Err(StoreError::NewerFormat { found, known });
    }
    if found == known {
        return Ok(());
    }
    // All steps at once: a power cut leaves the old format or the newest, and nothing between.
    let transaction = durable(database.begin_write().map_err(fault)?);
    let done = usize::try_from(found).unwrap_or(usize::MAX).saturating_sub(1);
    for step in steps.iter().skip(done) {
        step(&transaction)?;
    }
    set_format(&transaction, known)?;
    transaction.commit().map_err(fault)
}

fn newest(steps: &[Step]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX).saturating_add(1)
}

fn format(transaction: &ReadTransaction) -> Result<u32, StoreError> {
    let table = match transaction.open_table(META) {
        Ok(table) => table,
        Err(TableError::Storage(error)) => return Err(fault(error)),
        Err(_) => return Err(damaged("it is a file of redb, but no store of allod")),
    };
    let bytes = value(&table, meta::FORMAT)?;
    let format = bytes.and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()).map(u32::from_be_bytes);
    format.filter(|format| *format > 0).ok_or_else(|| damaged("it does not say which format it has"))
}

fn set_format(transaction: &WriteTransaction, format: u32) -> Result<(), StoreError> {
    let mut table = transaction.open_table(META).map_err(fault)?;
    table.insert(meta::FORMAT, &format.to_be_bytes()[..]).map_err(fault)?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use redb::backends::InMemoryBackend;

    use super::super::tables::NAMES;
    use super::*;

    fn database() -> Database {
        let database = Database::builder().create_with_backend(InMemoryBackend::new()).unwrap();
        lay_out(&database).unwrap();
        database
    }

    fn names(database: &Database) -> Option<alloc::vec::Vec<u8>> {
        value(&database.begin_read().unwrap().open_table(NAMES).unwrap(), b"carol").unwrap()
    }

    fn first(transaction: &WriteTransaction) -> Result<(), StoreError> {
        let mut table = transaction.open_table(NAMES).map_err(fault)?;
        table.insert(&b"carol"[..], &b"first"[..]).map_err(fault)?;
        Ok(())
    }

    fn second(transaction: &WriteTransaction) -> Result<(), StoreError> {
        let mut table = transaction.open_table(NAMES).map_err(fault)?;
        // Fails unless the first came before it.
        let was = table.insert(&b"carol"[..], &b"second"[..]).map_err(fault)?.map(|was| was.value().to_vec());
        if was.as_deref() == Some(b"first") { Ok(()) } else { Err(damaged("the steps came out of order")) }
    }

    fn fails(transaction: &WriteTransaction) -> Result<(), StoreError> {
        first(transaction)?;
        Err(damaged("a step that fails"))
    }

    #[test]
    fn an_older_format_is_brought_forward_step_by_step() {
        let database = database();
        bring_forward_by(&database, &[first, second]).unwrap();
        assert_eq!(format(&database.begin_read().unwrap()).unwrap(), 3);
        assert_eq!(names(&database).as_deref(), Some(&b"second"[..]));
        // It is not done twice, and goes on from where it was.
        bring_forward_by(&database, &[fails, fails]).unwrap();
        bring_forward_by(&database, &[fails, fails, first]).unwrap();
        assert_eq!(names(&database).as_deref(), Some(&b"first"[..]));
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let database = database();
        bring_forward_by(&database, &[first, fails]).unwrap_err();
        assert_eq!(format(&database.begin_read().unwrap()).unwrap(), 1);
        assert_eq!(names(&database), None);
    }

    #[test]
    fn a_newer_format_is_refused_by_name() {
        let database = database();
        bring_forward_by(&database, &[first]).unwrap();
        let error = bring_forward(&database).unwrap_err();
        assert!(matches!(error, StoreError::NewerFormat { found: 2, known: 1 }), "{error}");
        assert!(alloc::format!("{error}").contains("format 2"), "{error}");
    }
}
