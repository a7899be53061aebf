//! Changes: each whole or not at all, on the disk before it is acknowledged, and those of several threads
//! together.
//!
//! Whoever finds nobody at it writes for all: it takes what waits, makes all of it in one transaction and waits for the
//! disk once. Meanwhile others queue up for the next one.

// Requirements kept here: allod-store-durable.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use std::sync::{Condvar, Mutex, MutexGuard};

use redb::{ReadTransaction, ReadableDatabase, ReadableTable, WriteTransaction};

use super::RedbStore;
use super::fault::{again, damaged, fault, guard};
use super::tables::{ENDS, Ending, Table, ended, ending, ending_key};
use crate::store::StoreError;
use crate::ucan::time::Timestamp;

/// What a transaction may grow to before it is written, in entries: what is swept or copied by the million
/// need not fit into memory.
pub(super) const CHUNK: usize = 10_000;

type Job = Box<dyn FnOnce(&mut Changes<'_>) -> Result<(), StoreError> + Send>;

/// The changes that wait to be written.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    written: Condvar,
}

#[derive(Default)]
struct Waiting {
    next: u64,
    jobs: Vec<(u64, Job)>,
    writing: bool,
    results: BTreeMap<u64, Result<(), StoreError>>,
}

impl Queue {
    fn lock(&self) -> Result<MutexGuard<'_, Waiting>, StoreError> {
        self.waiting.lock().map_err(|_| StoreError::InDoubt)
    }
}

impl RedbStore {
    /// Makes a change, and returns once it is on the disk. Others may be made in the same transaction, and fail
    /// with it.
    pub(super) fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Changes<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let answer = Arc::new(Mutex::new(None));
        let job: Job = {
            let answer = Arc::clone(&answer);
            Box::new(move |changes| {
                let value = change(changes)?;
                *answer.lock().map_err(|_| StoreError::InDoubt)? = Some(value);
                Ok(())
            })
        };
        let mut waiting = self.queue.lock()?;
        let number = waiting.next;
        waiting.next = number.wrapping_add(1);
        waiting.jobs.push((number, job));
        let result = loop {
            if let Some(result) = waiting.results.remove(&number) {
                break result;
            }
            if waiting.writing {
                waiting = self.queue.written.wait(waiting).map_err(|_| StoreError::InDoubt)?;
                continue;
            }
            waiting.writing = true;
            let jobs = mem::take(&mut waiting.jobs);
            drop(waiting);
            let results = self.write(jobs);
            waiting = self.queue.lock()?;
            waiting.writing = false;
            waiting.results.extend(results);
            self.queue.written.notify_all();
        };
        drop(waiting);
        result?;
        let answer = answer.lock().map_err(|_| StoreError::InDoubt)?.take();
        answer.ok_or(StoreError::InDoubt)
    }

    /// Makes these changes in one transaction.
    fn write(&self, jobs: Vec<(u64, Job)>) -> Vec<(u64, Result<(), StoreError>)> {
        let numbers: Vec<u64> = jobs.iter().map(|(number, _)| *number).collect();
        let result = self.transaction(|changes| jobs.into_iter().try_for_each(|(_, job)| job(changes)));
        let each = |number| (number, result.as_ref().copied().map_err(again));
        numbers.into_iter().map(each).collect()
    }

    /// One transaction of its own.
    pub(super) fn transaction<T>(
        &self,
        work: impl FnOnce(&mut Changes<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut began = Vec::new();
        let result = guard(|| {
            let transaction = durable(self.db.database()?.begin_write().map_err(fault)?);
            let mut changes =
                Changes { transaction: &transaction, any: false, began: &mut began, store: self };
            let value = work(&mut changes)?;
            if changes.any {
                transaction.commit().map_err(fault)?;
            } else {
                transaction.abort().map_err(fault)?;
            }
            Ok(value)
        });
        if result.is_err() {
            // Whether or not it is on the disk by now: nobody was told to run it.
            for invocation in &began {
                self.running.remove(invocation);
            }
        }
        result
    }

    /// Reads, from one state of the store.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&ReadTransaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        guard(|| work(&self.db.database()?.begin_read().map_err(fault)?))
    }

    /// Removes what ended before a time, some at a time; answers how much.
    pub(super) fn sweep(
        &self,
        kind: Ending,
        before: Timestamp,
        forget: impl Fn(&mut Changes<'_>, &[u8]) -> Result<(), StoreError>,
    ) -> Result<usize, StoreError> {
        let mut count = 0;
        loop {
            let swept = self.transaction(|changes| {
                let gone = changes.keys_between(ENDS, &[kind as u8], &ended(kind, before), CHUNK)?;
                for at in &gone {
                    let key = ending_key(at).ok_or_else(|| damaged("an end of nothing"))?;
                    forget(changes, key)?;
                    changes.remove(ENDS, at)?;
                }
                Ok(gone.len())
            })?;
            count += swept;
            if swept < CHUNK {
                return Ok(count);
            }
        }
    }
}

/// Twice to the disk: first what was written, then that it counts. A page that rots later is then told from
/// a write that was cut off, and never undoes what was acknowledged.
pub(super) fn durable(mut transaction: WriteTransaction) -> WriteTransaction {
    transaction.set_two_phase_commit(true);
    transaction
}

/// A transaction under way.
pub(super) struct Changes<'a> {
    pub(super) transaction: &'a WriteTransaction,
    pub(super) any: bool,
    /// What was begun in it.
    pub(super) began: &'a mut Vec<crate::wire::Cid>,
    pub(super) store: &'a RedbStore,
}

impl Changes<'_> {
    pub(super) fn value(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let table = self.transaction.open_table(table).map_err(fault)?;
        value(&table, key)
    }

    pub(super) fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.any = true;
        let mut table = self.transaction.open_table(table).map_err(fault)?;
        table.insert(key, value).map_err(fault)?;
        Ok(())
    }

    pub(super) fn remove(&mut self, table: Table, key: &[u8]) -> Result<bool, StoreError> {
        self.any = true;
        let mut table = self.transaction.open_table(table).map_err(fault)?;
        let removed = table.remove(key).map_err(fault)?;
        Ok(removed.is_some())
    }

    /// Says when something ends.
    pub(super) fn ends(&mut self, kind: Ending, end: Timestamp, key: &[u8]) -> Result<(), StoreError> {
        self.put(ENDS, &ending(kind, end, key), &[])
    }

    /// Takes that back.
    pub(super) fn ends_not(&mut self, kind: Ending, end: Timestamp, key: &[u8]) -> Result<(), StoreError> {
        self.remove(ENDS, &ending(kind, end, key)).map(|_| ())
    }

    /// A number; none is zero.
    pub(super) fn count(&self, table: Table, key: &[u8]) -> Result<u64, StoreError> {
        let Some(bytes) = self.value(table, key)? else { return Ok(0) };
        let bytes = <[u8; 8]>::try_from(bytes).map_err(|_| damaged("a count is no number"))?;
        Ok(u64::from_be_bytes(bytes))
    }

    pub(super) fn set_count(&mut self, table: Table, key: &[u8], count: u64) -> Result<(), StoreError> {
        if count == 0 {
            return self.remove(table, key).map(|_| ());
        }
        self.put(table, key, &count.to_be_bytes())
    }

    /// The keys from `from` until before `until`, at most so many.
    pub(super) fn keys_between(
        &self,
        table: Table,
        from: &[u8],
        until: &[u8],
        most: usize,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let table = self.transaction.open_table(table).map_err(fault)?;
        let range = table.range::<&[u8]>(from..until).map_err(fault)?;
        range.take(most).map(|entry| Ok(entry.map_err(fault)?.0.value().to_vec())).collect()
    }
}

/// A value, copied out of its page.
pub(super) fn value(
    table: &impl ReadableTable<&'static [u8], &'static [u8]>,
    key: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(table.get(key).map_err(fault)?.map(|guard| guard.value().to_vec()))
}
