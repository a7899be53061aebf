//! Revocations, by what is revoked and with whose authority.

use alloc::vec::Vec;
use core::ops::Bound;

use redb::ReadTransaction;

use super::RedbStore;
use super::commit::{Changes, value};
use super::fault::{damaged, fault};
use super::tables::{self, DIGEST, Ending, META, QUOTAS, REVOCATIONS, REVOKED, meta};
use crate::identity::Did;
use crate::store::{Added, Cursor, KeptRevocation, Page, Quota, RevocationStore, StoreError};
use crate::ucan::time::Timestamp;
use crate::ucan::{Revocation, Token};
use crate::validation::VerifiedRevocation;
use crate::wire::value::encode;
use crate::wire::{Cid, Ipld, View};

/// What is revoked, and with whose authority.
const KEY: usize = DIGEST + DIGEST;

/// What `revoked` says beside the key.
struct Mark {
    /// It counts against the quotas.
    counted: bool,
    /// When the revoked delegation ends, where that is known.
    ends: Option<Timestamp>,
}

impl Mark {
    fn write(&self) -> Vec<u8> {
        let mut bytes = alloc::vec![u8::from(self.counted)];
        bytes.extend(self.ends.map(tables::time).iter().flatten());
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let mark = match bytes {
            [counted @ 0..=1] => Some(Self { counted: *counted == 1, ends: None }),
            [counted @ 0..=1, end @ ..] => {
                tables::to_time(end).map(|end| Self { counted: *counted == 1, ends: Some(end) })
            }
            _ => None,
        };
        mark.ok_or_else(|| damaged("a revocation has no sound mark"))
    }
}

fn key(delegation: &Cid, subject: &Did) -> [u8; KEY] {
    let mut key = [0; KEY];
    let (cid, did) = key.split_at_mut(DIGEST);
    cid.copy_from_slice(delegation.digest());
    did.copy_from_slice(&tables::did(subject));
    key
}

/// The subject's part of a key.
fn subject_of(key: &[u8]) -> Result<&[u8], StoreError> {
    key.get(DIGEST..KEY).ok_or_else(|| damaged("a revocation has no sound key"))
}

impl Changes<'_> {
    fn mark(&self, key: &[u8]) -> Result<Option<Mark>, StoreError> {
        self.value(REVOKED, key)?.map(|bytes| Mark::read(&bytes)).transpose()
    }

    /// One more, or one less, that counts against the quotas.
    fn recount(&mut self, key: &[u8], more: bool) -> Result<(), StoreError> {
        for (table, name) in [(META, meta::COUNTED), (QUOTAS, subject_of(key)?)] {
            let count = self.count(table, name)?;
            let count = if more { count.checked_add(1) } else { count.checked_sub(1) };
            self.set_count(table, name, count.ok_or_else(|| damaged("the quotas were miscounted"))?)?;
        }
        Ok(())
    }

    /// From now on it is known when the revocations of this delegation may be forgotten.
    pub(super) fn revocations_end(&mut self, cid: &Cid, ends: Option<Timestamp>) -> Result<(), StoreError> {
        let Some(until) = tables::after(cid.digest()) else { return Ok(()) };
        for key in self.keys_between(REVOKED, cid.digest(), &until, usize::MAX)? {
            let Some(mark) = self.mark(&key)? else { continue };
            if mark.ends == ends {
                continue;
            }
            if let Some(end) = mark.ends {
                self.ends_not(Ending::Revocation, end, &key)?;
            }
            if let Some(end) = ends {
                self.ends(Ending::Revocation, end, &key)?;
            }
            self.put(REVOKED, &key, &Mark { ends, ..mark }.write())?;
        }
        Ok(())
    }

    fn put_revocation(&mut self, new: &New, quota: Option<Quota>) -> Result<Added, StoreError> {
        if let Some(mark) = self.mark(&new.key)? {
            // Known to be wanted, it counts no longer.
            if mark.counted && quota.is_none() {
                self.put(REVOKED, &new.key, &Mark { counted: false, ..mark }.write())?;
                self.recount(&new.key, false)?;
            }
            return Ok(Added::Known);
        }
        if let Some(quota) = quota {
            let all = self.count(META, meta::COUNTED)?;
            let each = self.count(QUOTAS, subject_of(&new.key)?)?;
            if all >= quota.all || each >= quota.each {
                return Ok(Added::OverQuota);
            }
            self.recount(&new.key, true)?;
        }
        let ends = match new.ends {
            None if !new.with_target => self.delegation(&new.revoked)?.and_then(|token| token.expires()),
            ends => ends,
        };
        if let Some(end) = ends {
            self.ends(Ending::Revocation, end, &new.key)?;
        }
        self.put(REVOKED, &new.key, &Mark { counted: quota.is_some(), ends }.write())?;
        self.put(REVOCATIONS, &new.key, &new.tokens)?;
        Ok(Added::New)
    }
}

/// A revocation about to be kept.
struct New {
    key: [u8; KEY],
    revoked: Cid,
    /// The revoked delegation came along.
    with_target: bool,
    /// When that ends.
    ends: Option<Timestamp>,
    /// The tokens, the revocation first.
    tokens: Vec<u8>,
}

impl RevocationStore for RedbStore {
    fn put_revocation(
        &self,
        revocation: &VerifiedRevocation,
        quota: Option<Quota>,
    ) -> Result<Added, StoreError> {
        let token = |bytes: &[u8]| Ipld::Bytes(bytes.to_vec());
        let first = token(revocation.revocation().token().as_bytes());
        let others = revocation.delegations().map(|delegation| token(delegation.as_bytes()));
        let tokens = encode(&Ipld::List([first].into_iter().chain(others).collect()));
        let new = New {
            key: key(&revocation.revoked(), revocation.subject()),
            revoked: revocation.revoked(),
            with_target: revocation.target().is_some(),
            ends: revocation.target().and_then(|target| target.expires()),
            tokens: tokens.map_err(|error| StoreError::Device(alloc::boxed::Box::new(error)))?,
        };
        self.change(move |changes| changes.put_revocation(&new, quota))
    }

    fn is_revoked(&self, delegation: &Cid, subject: &Did) -> Result<bool, StoreError> {
        self.read(|transaction| {
            let table = transaction.open_table(REVOKED).map_err(fault)?;
            let mark = table.get(&key(delegation, subject)[..]).map_err(fault)?;
            Ok(mark.is_some())
        })
    }

    fn revocations(&self, after: Option<&Cursor>, most: usize) -> Result<Page<KeptRevocation>, StoreError> {
        self.read(|transaction| list(transaction, after, most))
    }

    fn sweep_revocations(&self, time: Timestamp) -> Result<usize, StoreError> {
        self.sweep(Ending::Revocation, time, |changes, key| {
            if changes.mark(key)?.is_some_and(|mark| mark.counted) {
                changes.recount(key, false)?;
            }
            changes.remove(REVOCATIONS, key)?;
            changes.remove(REVOKED, key).map(|_| ())
        })
    }

    fn synced_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|transaction| time(transaction, meta::SYNCED))
    }

    fn set_synced_at(&self, time: Timestamp) -> Result<(), StoreError> {
        self.change(move |changes| changes.put(META, meta::SYNCED, &tables::time(time)))
    }
}

/// A time in `allod.meta`.
pub(super) fn time(transaction: &ReadTransaction, name: &[u8]) -> Result<Option<Timestamp>, StoreError> {
    let table = transaction.open_table(META).map_err(fault)?;
    let bytes = value(&table, name)?;
    bytes.map(|bytes| tables::to_time(&bytes).ok_or_else(|| damaged("a time is none"))).transpose()
}

fn list(
    transaction: &ReadTransaction,
    cursor: Option<&Cursor>,
    most: usize,
) -> Result<Page<KeptRevocation>, StoreError> {
    let from = match cursor {
        None => Bound::Unbounded,
        Some(Cursor(key)) if key.len() == KEY => Bound::Excluded(key.as_slice()),
        Some(_) => return Err(StoreError::Cursor),
    };
    let marks = transaction.open_table(REVOKED).map_err(fault)?;
    let tokens = transaction.open_table(REVOCATIONS).map_err(fault)?;
    let mut page = Page::default();
    let mut last = None;
    for entry in marks.range::<&[u8]>((from, Bound::Unbounded)).map_err(fault)? {
        let (at, _) = entry.map_err(fault)?;
        if page.items.len() == most {
            page.next = last.map(Cursor);
            break;
        }
        let at = at.value().to_vec();
        let bytes = value(&tokens, &at)?;
        let kept = bytes
            .as_deref()
            .and_then(read)
            .filter(|kept| at == key(&kept.revocation.revoked(), kept.revocation.subject()));
        page.items.push(kept.ok_or_else(|| damaged("what is kept as a revocation is none, or another"))?);
        last = Some(at);
    }
    Ok(page)
}

fn read(bytes: &[u8]) -> Option<KeptRevocation> {
    let mut tokens = View::parse(bytes).ok()?.as_list()?;
    let revocation = Revocation::read(Token::parse(tokens.next()?.as_bytes()?).ok()?).ok()?;
    let delegations = tokens.map(|token| Token::parse(token.as_bytes()?).ok());
    Some(KeptRevocation { revocation, delegations: delegations.collect::<Option<_>>()? })
}
