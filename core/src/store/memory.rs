//! A store in memory, for tests, for browsers, and for whoever needs nothing to last.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Bound;
use std::sync::{Mutex, MutexGuard};

use super::{
    About, Added, AuditEntry, AuditLog, Begun, Cursor, DelegationStore, End, KeptRevocation, NameStore, Page,
    Query, Quota, ReceiptStore, ReplayEntry, ReplayStore, RevocationStore, StoreError,
};
use crate::identity::Did;
use crate::ucan::time::Timestamp;
use crate::ucan::token::Payload;
use crate::ucan::{Delegation, Receipt, Revocation, Token, Verified, VerifiedReceipt};
use crate::validation::VerifiedRevocation;
use crate::wire::Cid;

/// Keeps everything in memory, and nothing longer than it lives. Shared between threads by reference.
#[derive(Debug, Default)]
pub struct MemoryStore {
    kept: Mutex<Kept>,
}

/// Where a delegation stands in the listings: whose, about whom, the latest end first, and which.
type Place = (Did, Option<Did>, i64, Cid);

#[derive(Debug, Default)]
struct Kept {
    delegations: BTreeMap<Cid, Token<Delegation>>,
    to: BTreeMap<Place, Cid>,
    by: BTreeMap<Place, Cid>,
    revocations: BTreeMap<Cid, BTreeMap<Did, Held>>,
    /// Delegations that revocations name, and how many do.
    witnesses: BTreeMap<Cid, (u64, Token<Delegation>)>,
    /// How many count against the quotas: of each subject, and of all.
    counted: BTreeMap<Did, u64>,
    counted_all: u64,
    synced: Option<Timestamp>,
    replays: BTreeMap<Cid, Replay>,
    requests: BTreeMap<Cid, Cid>,
    latest: Option<Timestamp>,
    receipts: BTreeMap<Cid, Receipt>,
    by_task: BTreeSet<(Cid, Did, Cid)>,
    names: BTreeMap<String, Did>,
    audit: Vec<AuditEntry>,
}

#[derive(Debug)]
struct Held {
    revocation: Revocation,
    /// What proves and witnesses it, in `witnesses`.
    delegations: BTreeSet<Cid>,
    counted: bool,
    ends: Option<Timestamp>,
}

#[derive(Debug)]
struct Replay {
    request: Cid,
    until: Timestamp,
    receipt: Option<Cid>,
    running: bool,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> Result<MutexGuard<'_, Kept>, StoreError> {
        // Whoever panicked while it held the lock may have left half of a change behind.
        self.kept.lock().map_err(|_| StoreError::InDoubt)
    }
}

/// A token with bytes of its own: one that came in a container would keep the whole of it in memory.
fn own<P: Payload>(token: &Token<P>) -> Token<P> {
    Token::parse(token.as_bytes()).unwrap_or_else(|_| token.clone())
}

fn places(token: &Delegation, cid: Cid) -> (Place, Place) {
    let about = token.subject().did().cloned();
    // The latest end first; unending ones before all.
    let order = token.expires().map_or(i64::MIN, |end| -end.as_seconds());
    ((token.audience().clone(), about.clone(), order, cid), (token.issuer().clone(), about, order, cid))
}

impl Kept {
    fn forget(&mut self, cid: &Cid) -> bool {
        let Some(token) = self.delegations.remove(cid) else { return false };
        let (to, by) = places(&token, *cid);
        self.to.remove(&to);
        self.by.remove(&by);
        true
    }

    fn put_receipt(&mut self, receipt: &VerifiedReceipt) -> bool {
        self.by_task.insert((receipt.ran(), receipt.issuer().clone(), receipt.cid()));
        let kept = Receipt::read(own(receipt.token())).unwrap_or_else(|_| Receipt::clone(receipt));
        self.receipts.insert(receipt.cid(), kept).is_none()
    }

    /// One less that counts against the quotas.
    fn uncount(&mut self, subject: &Did) {
        self.counted_all = self.counted_all.saturating_sub(1);
        if let Some(count) = self.counted.get_mut(subject) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.counted.remove(subject);
            }
        }
    }
}

/// A DID in a cursor.
fn to_did(text: &[u8]) -> Option<Did> {
    core::str::from_utf8(text).ok().and_then(|did| Did::parse(did).ok())
}

/// Where a place stands in a listing, without whose it is: so that it does not matter whether anything is still
/// there.
fn cursor((_, about, order, cid): &Place) -> Cursor {
    let about = about.as_ref().map(|did| alloc::format!("{did}")).unwrap_or_default();
    Cursor([&cid.to_bytes()[..], &order.to_be_bytes(), about.as_bytes()].concat())
}

fn place(whose: &Did, cursor: &Cursor) -> Option<Place> {
    let (cid, rest) = cursor.0.split_at_checked(36)?;
    let (order, about) = rest.split_at_checked(8)?;
    let about = if about.is_empty() { None } else { Some(to_did(about)?) };
    let order = i64::from_be_bytes(order.try_into().ok()?);
    Some((whose.clone(), about, order, Cid::from_bytes(cid).ok()?))
}

impl DelegationStore for MemoryStore {
    fn put_delegations(&self, tokens: &[Verified<Delegation>]) -> Result<usize, StoreError> {
        let mut kept = self.kept()?;
        let mut new = 0;
        for token in tokens {
            let cid = token.cid();
            if kept.delegations.contains_key(&cid) {
                continue;
            }
            new += 1;
            let (to, by) = places(token, cid);
            kept.to.insert(to, cid);
            kept.by.insert(by, cid);
            kept.delegations.insert(cid, own(token));
            // From now on it is known when its revocations may be forgotten.
            for held in kept.revocations.get_mut(&cid).into_iter().flat_map(BTreeMap::values_mut) {
                held.ends = token.expires();
            }
        }
        Ok(new)
    }

    fn delegation(&self, cid: &Cid) -> Result<Option<Token<Delegation>>, StoreError> {
        Ok(self.kept()?.delegations.get(cid).cloned())
    }

    fn delegations(
        &self,
        query: &Query,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<Token<Delegation>>, StoreError> {
        let kept = self.kept()?;
        let (index, whose) = match &query.end {
            End::To(did) => (&kept.to, did),
            End::By(did) => (&kept.by, did),
        };
        let about = match &query.about {
            About::Anyone => None,
            About::Subject(did) => Some(Some(did.clone())),
            About::Powerlines => Some(None),
        };
        let lowest = Cid::from_digest([0; 32]);
        let begin = match after {
            None => Bound::Included((whose.clone(), about.clone().unwrap_or_default(), i64::MIN, lowest)),
            Some(cursor) => {
                let place = place(whose, cursor).ok_or(StoreError::Cursor)?;
                if about.as_ref().is_some_and(|about| *about != place.1) {
                    return Err(StoreError::Cursor);
                }
                Bound::Excluded(place)
            }
        };
        let mut matching = index
            .range((begin, Bound::Unbounded))
            .take_while(|((end, subject, ..), _)| {
                end == whose && about.as_ref().is_none_or(|about| about == subject)
            })
            .filter_map(|(place, cid)| Some((place, kept.delegations.get(cid)?)));
        let items: Vec<_> = matching.by_ref().take(most).collect();
        let next = matching.next().and(items.last()).map(|(place, _)| cursor(place));
        Ok(Page { items: items.into_iter().map(|(_, token)| token.clone()).collect(), next })
    }

    fn remove_delegation(&self, cid: &Cid) -> Result<bool, StoreError> {
        Ok(self.kept()?.forget(cid))
    }

    fn sweep_delegations(&self, time: Timestamp) -> Result<usize, StoreError> {
        let mut kept = self.kept()?;
        let ended = |token: &Token<Delegation>| ended(token.expires(), time);
        let gone: Vec<Cid> =
            kept.delegations.iter().filter(|(_, token)| ended(token)).map(|(cid, _)| *cid).collect();
        for cid in &gone {
            kept.forget(cid);
        }
        Ok(gone.len())
    }
}

// By itself: woven into a loop, the compiler looks at the time before it looks whether there is one, which is harmless,
// and which what watches memory complains of.
#[inline(never)]
fn ended(end: Option<Timestamp>, time: Timestamp) -> bool {
    end.is_some_and(|end| end < time)
}

impl RevocationStore for MemoryStore {
    fn put_revocation(
        &self,
        revocation: &VerifiedRevocation,
        quota: Option<Quota>,
    ) -> Result<Added, StoreError> {
        let mut kept = self.kept()?;
        let (cid, subject) = (revocation.revoked(), revocation.subject());
        if let Some(held) = kept.revocations.get_mut(&cid).and_then(|held| held.get_mut(subject)) {
            // Known to be wanted, it counts no longer.
            if held.counted && quota.is_none() {
                held.counted = false;
                kept.uncount(subject);
            }
            return Ok(Added::Known);
        }
        if let Some(quota) = quota {
            let each = kept.counted.get(subject).copied().unwrap_or_default();
            if kept.counted_all >= quota.all || each >= quota.each {
                return Ok(Added::OverQuota);
            }
            kept.counted_all += 1;
            *kept.counted.entry(subject.clone()).or_default() += 1;
        }
        let target = revocation.target().map(|token| token.expires());
        let target = target.or_else(|| kept.delegations.get(&cid).map(|token| token.expires()));
        let held = Held {
            revocation: Revocation::read(own(revocation.revocation().token()))
                .unwrap_or_else(|_| revocation.revocation().clone()),
            delegations: revocation.delegations().map(|token| token.cid()).collect::<BTreeSet<_>>(),
            counted: quota.is_some(),
            ends: target.flatten(),
        };
        let mut named = held.delegations.clone();
        kept.revocations.entry(cid).or_default().insert(subject.clone(), held);
        for token in revocation.delegations().filter(|token| named.remove(&token.cid())) {
            kept.witnesses.entry(token.cid()).or_insert_with(|| (0, own(token))).0 += 1;
        }
        Ok(Added::New)
    }

    fn is_revoked(&self, delegation: &Cid, subject: &Did) -> Result<bool, StoreError> {
        Ok(self.kept()?.revocations.get(delegation).is_some_and(|held| held.contains_key(subject)))
    }

    fn revocations(&self, after: Option<&Cursor>, most: usize) -> Result<Page<KeptRevocation>, StoreError> {
        let kept = self.kept()?;
        let (cid, did) = match after {
            None => (Cid::from_digest([0; 32]), None),
            Some(cursor) => {
                let (cid, did) = cursor.0.split_at_checked(36).ok_or(StoreError::Cursor)?;
                let cid = Cid::from_bytes(cid).map_err(|_| StoreError::Cursor)?;
                (cid, Some(to_did(did).ok_or(StoreError::Cursor)?))
            }
        };
        // The rest of those of one delegation, then those of the others.
        let before =
            |other: &Cid, subject: &Did| *other == cid && did.as_ref().is_some_and(|did| subject <= did);
        let mut rest = kept
            .revocations
            .range(cid..)
            .flat_map(|(cid, held)| held.iter().map(move |(did, held)| (cid, did, held)))
            .skip_while(|(cid, did, _)| before(cid, did));
        let taken: Vec<_> = rest.by_ref().take(most).collect();
        let next = rest
            .next()
            .and(taken.last())
            .map(|(cid, did, _)| Cursor([&cid.to_bytes()[..], alloc::format!("{did}").as_bytes()].concat()));
        let items = taken.into_iter().map(|(_, _, held)| KeptRevocation {
            revocation: held.revocation.clone(),
            delegations: held
                .delegations
                .iter()
                .filter_map(|cid| kept.witnesses.get(cid).map(|(_, token)| token.clone()))
                .collect(),
        });
        Ok(Page { items: items.collect(), next })
    }

    fn sweep_revocations(&self, time: Timestamp) -> Result<usize, StoreError> {
        let mut kept = self.kept()?;
        let (mut gone, mut counted, mut named) = (0, Vec::new(), Vec::new());
        kept.revocations.retain(|_, of_one| {
            of_one.retain(|subject, held| {
                let ended = held.ends.is_some_and(|end| end < time);
                if ended {
                    gone += 1;
                    counted.extend(held.counted.then(|| subject.clone()));
                    named.extend(held.delegations.iter().copied());
                }
                !ended
            });
            !of_one.is_empty()
        });
        for subject in &counted {
            kept.uncount(subject);
        }
        for cid in &named {
            if let Some((count, _)) = kept.witnesses.get_mut(cid) {
                *count = count.saturating_sub(1);
            }
        }
        kept.witnesses.retain(|_, (count, _)| *count > 0);
        Ok(gone)
    }

    fn synced_at(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.kept()?.synced)
    }

    fn set_synced_at(&self, time: Timestamp) -> Result<(), StoreError> {
        self.kept()?.synced = Some(time);
        Ok(())
    }
}

impl ReplayStore for MemoryStore {
    fn begin(&self, entry: &ReplayEntry, now: Timestamp, margin: u32) -> Result<Begun, StoreError> {
        let mut kept = self.kept()?;
        if let Some(latest) = kept.latest.filter(|latest| now.plus(i64::from(margin)) < *latest) {
            return Ok(Begun::ClockSetBack { latest });
        }
        kept.latest = kept.latest.max(Some(now));
        let known = if kept.replays.contains_key(&entry.invocation) {
            Some(entry.invocation)
        } else {
            kept.requests.get(&entry.request).copied()
        };
        if let Some(invocation) = known {
            let Some(replay) = kept.replays.get_mut(&invocation) else { return Err(StoreError::InDoubt) };
            // One that was signed anew may be allowed for longer.
            replay.until = replay.until.max(entry.until);
            return Ok(Begun::Seen { invocation, receipt: replay.receipt, running: replay.running });
        }
        let replay = Replay { request: entry.request, until: entry.until, receipt: None, running: true };
        kept.replays.insert(entry.invocation, replay);
        kept.requests.insert(entry.request, entry.invocation);
        Ok(Begun::Fresh)
    }

    fn abandon(&self, invocation: &Cid) -> Result<(), StoreError> {
        if let Some(replay) = self.kept()?.replays.get_mut(invocation) {
            replay.running = false;
        }
        Ok(())
    }

    fn finish(&self, invocation: &Cid, receipt: &VerifiedReceipt) -> Result<(), StoreError> {
        let mut kept = self.kept()?;
        kept.put_receipt(receipt);
        if let Some(replay) = kept.replays.get_mut(invocation) {
            replay.receipt = Some(receipt.cid());
            replay.running = false;
        }
        Ok(())
    }

    fn danger_set_latest_time(&self, time: Timestamp) -> Result<(), StoreError> {
        self.kept()?.latest = Some(time);
        Ok(())
    }

    fn latest_time(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.kept()?.latest)
    }

    fn sweep_replays(&self, margin: u32) -> Result<usize, StoreError> {
        let mut kept = self.kept()?;
        let Some(latest) = kept.latest else { return Ok(0) };
        let gone: Vec<(Cid, Cid)> = kept
            .replays
            .iter()
            .filter(|(_, replay)| replay.until.plus(i64::from(margin)) < latest)
            .map(|(cid, replay)| (*cid, replay.request))
            .collect();
        for (cid, request) in &gone {
            kept.replays.remove(cid);
            kept.requests.remove(request);
        }
        Ok(gone.len())
    }
}

impl ReceiptStore for MemoryStore {
    fn put_receipt(&self, receipt: &VerifiedReceipt) -> Result<bool, StoreError> {
        Ok(self.kept()?.put_receipt(receipt))
    }

    fn receipt(&self, cid: &Cid) -> Result<Option<Receipt>, StoreError> {
        Ok(self.kept()?.receipts.get(cid).cloned())
    }

    fn receipts_of(&self, task: &Cid, issuer: &Did, most: usize) -> Result<Vec<Receipt>, StoreError> {
        let kept = self.kept()?;
        let from = kept.by_task.range((*task, issuer.clone(), Cid::from_digest([0; 32]))..);
        let of_task = from.take_while(|(ran, by, _)| ran == task && by == issuer).take(most);
        Ok(of_task.filter_map(|(.., cid)| kept.receipts.get(cid).cloned()).collect())
    }

    fn sweep_receipts(&self, time: Timestamp) -> Result<usize, StoreError> {
        let mut kept = self.kept()?;
        let before = kept.receipts.len();
        let Kept { receipts, by_task, .. } = &mut *kept;
        receipts.retain(|_, receipt| receipt.expires().is_none_or(|end| end >= time));
        by_task.retain(|(.., cid)| receipts.contains_key(cid));
        Ok(before - receipts.len())
    }
}

impl NameStore for MemoryStore {
    fn set_name(&self, name: &str, did: Option<&Did>) -> Result<(), StoreError> {
        let mut kept = self.kept()?;
        match did {
            Some(did) => drop(kept.names.insert(name.into(), did.clone())),
            None => drop(kept.names.remove(name)),
        }
        Ok(())
    }

    fn names(&self) -> Result<Vec<(String, Did)>, StoreError> {
        Ok(self.kept()?.names.iter().map(|(name, did)| (name.clone(), did.clone())).collect())
    }
}

impl AuditLog for MemoryStore {
    fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.kept()?.audit.push(entry.clone());
        Ok(())
    }

    fn entries(&self, after: Option<&Cursor>, most: usize) -> Result<Page<AuditEntry>, StoreError> {
        let kept = self.kept()?;
        let begin = match after {
            None => 0,
            Some(cursor) => {
                let bytes = <[u8; 8]>::try_from(cursor.0.as_slice()).map_err(|_| StoreError::Cursor)?;
                usize::try_from(u64::from_be_bytes(bytes)).map_err(|_| StoreError::Cursor)?
            }
        };
        let items: Vec<_> = kept.audit.iter().skip(begin).take(most).cloned().collect();
        let end = begin.saturating_add(items.len());
        let next = (end < kept.audit.len()).then(|| Cursor((end as u64).to_be_bytes().to_vec()));
        Ok(Page { items, next })
    }
}
