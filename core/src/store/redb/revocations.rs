//! Revocations, by what is revoked and with whose authority.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Bound;

use redb::ReadTransaction;

use super::RedbStore;
use super::commit::{Changes, value};
use super::fault::{damaged, fault};
use super::tables::{self, DIGEST, Ending, META, QUOTAS, REVOCATIONS, REVOKED, WITNESSED, WITNESSES, meta};
use crate::identity::Did;
use crate::store::{Added, Cursor, KeptRevocation, Page, Quota, RevocationStore, StoreError};
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, Revocation, Token};
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
        self.put(REVOCATIONS, &new.key, &new.kept)?;
        for (cid, token) in &new.delegations {
            let count = self.count(WITNESSED, cid.digest())?;
            if count == 0 {
                self.put(WITNESSES, cid.digest(), token)?;
            }
            self.set_count(WITNESSED, cid.digest(), count.saturating_add(1))?;
        }
        Ok(Added::New)
    }

    /// Forgets a revocation, and what no other names of that which proved and witnessed it.
    fn forget_revocation(&mut self, key: &[u8]) -> Result<(), StoreError> {
        if self.mark(key)?.is_some_and(|mark| mark.counted) {
            self.recount(key, false)?;
        }
        let kept = self.value(REVOCATIONS, key)?;
        let kept = kept.as_deref().and_then(read).ok_or_else(|| damaged("a revocation is none"))?;
        for cid in kept.1 {
            let count = self.count(WITNESSED, cid.digest())?;
            let left = count.checked_sub(1).ok_or_else(|| damaged("witnesses were miscounted"))?;
            self.set_count(WITNESSED, cid.digest(), left)?;
            if left == 0 {
                self.remove(WITNESSES, cid.digest())?;
            }
        }
        self.remove(REVOCATIONS, key)?;
        self.remove(REVOKED, key).map(|_| ())
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
    /// The revocation, and the CIDs of the delegations.
    kept: Vec<u8>,
    /// What proves and witnesses it. Kept once, however many revocations name it: a path may be long, and
    /// revocations are short.
    delegations: BTreeMap<Cid, Vec<u8>>,
}

impl RevocationStore for RedbStore {
    fn put_revocation(
        &self,
        revocation: &VerifiedRevocation,
        quota: Option<Quota>,
    ) -> Result<Added, StoreError> {
        let delegations: BTreeMap<_, _> =
            revocation.delegations().map(|token| (token.cid(), token.as_bytes().to_vec())).collect();
        let first = Ipld::Bytes(revocation.revocation().token().as_bytes().to_vec());
        let others = delegations.keys().map(|cid| Ipld::Bytes(cid.digest().to_vec()));
        let kept = encode(&Ipld::List([first].into_iter().chain(others).collect()));
        let new = New {
            key: key(&revocation.revoked(), revocation.subject()),
            revoked: revocation.revoked(),
            with_target: revocation.target().is_some(),
            ends: revocation.target().and_then(|target| target.expires()),
            kept: kept.map_err(|error| StoreError::Device(alloc::boxed::Box::new(error)))?,
            delegations,
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
        #[allow(
            clippy::redundant_closure_for_method_calls,
            reason = "the method is of one lifetime, the closure of any"
        )]
        self.sweep(Ending::Revocation, time, |changes, key| changes.forget_revocation(key))
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
    let witnesses = transaction.open_table(WITNESSES).map_err(fault)?;
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
        let kept = bytes.as_deref().and_then(read);
        let kept = kept.filter(|(kept, _)| at == key(&kept.revoked(), kept.subject()));
        let (revocation, named) =
            kept.ok_or_else(|| damaged("what is kept as a revocation is none, or another"))?;
        let mut delegations = Vec::with_capacity(named.len());
        for cid in named {
            let token =
                value(&witnesses, cid.digest())?.and_then(|bytes| Token::<Delegation>::parse(bytes).ok());
            let token = token.filter(|token| token.cid() == cid);
            delegations
                .push(token.ok_or_else(|| damaged("what witnesses a revocation is missing, or another"))?);
        }
        page.items.push(KeptRevocation { revocation, delegations });
        last = Some(at);
    }
    Ok(page)
}

/// A revocation, and the delegations that it is kept with.
fn read(bytes: &[u8]) -> Option<(Revocation, Vec<Cid>)> {
    let mut parts = View::parse(bytes).ok()?.as_list()?;
    let revocation = Revocation::read(Token::parse(parts.next()?.as_bytes()?).ok()?).ok()?;
    let delegations = parts.map(|cid| tables::cid(cid.as_bytes()?));
    Some((revocation, delegations.collect::<Option<_>>()?))
}
