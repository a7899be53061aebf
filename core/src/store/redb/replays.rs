//! What was executed, so that it is not executed twice.

// Requirements kept here: allod-store-once.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use std::sync::{Mutex, PoisonError};

use redb::ReadTransaction;

use super::RedbStore;
use super::commit::{Changes, value};
use super::fault::{damaged, fault};
use super::revocations::time;
use super::tables::{self, DIGEST, Ending, META, REPLAYS, REQUESTS, TIME, meta};
use crate::store::{Begun, ReplayEntry, ReplayStore, StoreError};
use crate::ucan::VerifiedReceipt;
use crate::ucan::time::Timestamp;
use crate::wire::Cid;

/// What this process began and has not finished. It ends with the process, as the executions do.
#[derive(Default)]
pub(super) struct Running(Mutex<BTreeSet<Cid>>);

impl Running {
    // Each of these leaves the set whole, whatever happens to others that hold it.
    fn with<T>(&self, work: impl FnOnce(&mut BTreeSet<Cid>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn insert(&self, invocation: Cid) {
        self.with(|running| running.insert(invocation));
    }

    pub(super) fn remove(&self, invocation: &Cid) {
        self.with(|running| running.remove(invocation));
    }

    fn contains(&self, invocation: &Cid) -> bool {
        self.with(|running| running.contains(invocation))
    }
}

/// What is kept of an execution.
struct Replay {
    request: Cid,
    until: Timestamp,
    receipt: Option<Cid>,
}

impl Replay {
    fn write(&self) -> Vec<u8> {
        let receipt = self.receipt.as_ref().map_or(&[][..], |receipt| &receipt.digest()[..]);
        [&self.request.digest()[..], &tables::time(self.until), receipt].concat()
    }

    fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let read = || {
            let (request, rest) = bytes.split_at_checked(DIGEST)?;
            let (until, receipt) = rest.split_at_checked(TIME)?;
            let receipt = if receipt.is_empty() { None } else { Some(tables::cid(receipt)?) };
            Some(Self { request: tables::cid(request)?, until: tables::to_time(until)?, receipt })
        };
        read().ok_or_else(|| damaged("what is kept of an execution cannot be read"))
    }
}

/// Where it is kept which of an invocation and a request was executed.
trait Lookup {
    fn find(&self, table: tables::Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The execution of this invocation, or of another with the same request.
    fn known(&self, entry: &ReplayEntry) -> Result<Option<(Cid, Replay)>, StoreError> {
        let replay =
            |cid: &Cid| self.find(REPLAYS, cid.digest())?.map(|bytes| Replay::read(&bytes)).transpose();
        if let Some(known) = replay(&entry.invocation)? {
            return Ok(Some((entry.invocation, known)));
        }
        let Some(digest) = self.find(REQUESTS, entry.request.digest())? else { return Ok(None) };
        let invocation = tables::cid(&digest).ok_or_else(|| damaged("a request names no invocation"))?;
        let known = replay(&invocation)?;
        known
            .map(|known| Some((invocation, known)))
            .ok_or_else(|| damaged("a request names what is not there"))
    }
}

impl Lookup for Changes<'_> {
    fn find(&self, table: tables::Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.value(table, key)
    }
}

impl Lookup for ReadTransaction {
    fn find(&self, table: tables::Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        value(&self.open_table(table).map_err(fault)?, key)
    }
}

fn is_set_back(now: Timestamp, margin: u32, latest: Timestamp) -> bool {
    now.plus(i64::from(margin)) < latest
}

impl Changes<'_> {
    fn put_replay(&mut self, cid: &Cid, replay: &Replay) -> Result<(), StoreError> {
        self.put(REPLAYS, cid.digest(), &replay.write())
    }

    fn begin(&mut self, entry: &ReplayEntry, now: Timestamp, margin: u32) -> Result<Begun, StoreError> {
        let latest = self.value(META, meta::LATEST)?;
        let latest = latest.map(|bytes| tables::to_time(&bytes).ok_or_else(|| damaged("a time is none")));
        let latest = latest.transpose()?;
        if let Some(latest) = latest.filter(|latest| is_set_back(now, margin, *latest)) {
            return Ok(Begun::ClockSetBack { latest });
        }
        if latest.is_none_or(|latest| latest < now) {
            self.put(META, meta::LATEST, &tables::time(now))?;
        }
        if let Some((invocation, mut replay)) = self.known(entry)? {
            // One that was signed anew may be allowed for longer.
            if replay.until < entry.until {
                self.ends_not(Ending::Replay, replay.until, invocation.digest())?;
                self.ends(Ending::Replay, entry.until, invocation.digest())?;
                replay.until = entry.until;
                self.put_replay(&invocation, &replay)?;
            }
            let running = replay.receipt.is_none() && self.store.running.contains(&invocation);
            return Ok(Begun::Seen { invocation, receipt: replay.receipt, running });
        }
        let replay = Replay { request: entry.request, until: entry.until, receipt: None };
        self.put_replay(&entry.invocation, &replay)?;
        self.put(REQUESTS, entry.request.digest(), entry.invocation.digest())?;
        self.ends(Ending::Replay, entry.until, entry.invocation.digest())?;
        // Before others can see that it was begun.
        self.store.running.insert(entry.invocation);
        self.began.push(entry.invocation);
        Ok(Begun::Fresh)
    }
}

impl RedbStore {
    /// The answer, where nothing has to be written for it: to most of those who come again.
    fn seen(&self, entry: &ReplayEntry, now: Timestamp, margin: u32) -> Result<Option<Begun>, StoreError> {
        self.read(|transaction| {
            let latest = time(transaction, meta::LATEST)?;
            if latest.is_none_or(|latest| latest < now || is_set_back(now, margin, latest)) {
                return Ok(None);
            }
            let seen = transaction.known(entry)?.filter(|(_, replay)| replay.until >= entry.until);
            Ok(seen.and_then(|(invocation, replay)| {
                let running = replay.receipt.is_none() && self.running.contains(&invocation);
                // Neither finished nor running: it may have been finished a moment ago. Then the order of
                // writing tells.
                let settled = replay.receipt.is_some() || running;
                settled.then_some(Begun::Seen { invocation, receipt: replay.receipt, running })
            }))
        })
    }
}

impl ReplayStore for RedbStore {
    fn begin(&self, entry: &ReplayEntry, now: Timestamp, margin: u32) -> Result<Begun, StoreError> {
        if let Some(seen) = self.seen(entry, now, margin)? {
            return Ok(seen);
        }
        let entry = entry.clone();
        self.change(move |changes| changes.begin(&entry, now, margin))
    }

    fn abandon(&self, invocation: &Cid) -> Result<(), StoreError> {
        self.running.remove(invocation);
        Ok(())
    }

    fn finish(&self, invocation: &Cid, receipt: &VerifiedReceipt) -> Result<(), StoreError> {
        let (invocation, receipt) = (*invocation, receipt.clone());
        self.change(move |changes| {
            changes.put_receipt(&receipt)?;
            if let Some(bytes) = changes.value(REPLAYS, invocation.digest())? {
                let replay = Replay { receipt: Some(receipt.cid()), ..Replay::read(&bytes)? };
                changes.put_replay(&invocation, &replay)?;
            }
            Ok(())
        })?;
        self.running.remove(&invocation);
        Ok(())
    }

    fn danger_set_latest_time(&self, time: Timestamp) -> Result<(), StoreError> {
        self.change(move |changes| changes.put(META, meta::LATEST, &tables::time(time)))
    }

    fn latest_time(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|transaction| time(transaction, meta::LATEST))
    }

    fn sweep_replays(&self, margin: u32) -> Result<usize, StoreError> {
        let Some(latest) = self.latest_time()? else { return Ok(0) };
        self.sweep(Ending::Replay, latest.plus(-i64::from(margin)), |changes, digest| {
            let request = changes.value(REPLAYS, digest)?.map(|bytes| Replay::read(&bytes)).transpose()?;
            if let Some(replay) = request {
                changes.remove(REQUESTS, replay.request.digest())?;
            }
            changes.remove(REPLAYS, digest).map(|_| ())
        })
    }
}
