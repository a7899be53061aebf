//! Delegations, and the two listings of them.

use alloc::vec::Vec;
use core::ops::Bound;

use redb::{ReadTransaction, ReadableTable};

use super::RedbStore;
use super::commit::{Changes, value};
use super::fault::{damaged, fault};
use super::tables::{self, BY, DELEGATIONS, DIGEST, Ending, TIME, TO, about, after, latest_first};
use crate::store::{About, Cursor, DelegationStore, End, Page, Query, StoreError};
use crate::ucan::time::Timestamp;
use crate::ucan::{Delegation, Token, Verified};
use crate::wire::Cid;

/// Whose, about whom, its end, and which.
const PLACE: usize = DIGEST + DIGEST + TIME + DIGEST;

/// Where a delegation stands in `to` and in `by`.
fn places(token: &Token<Delegation>) -> (Vec<u8>, Vec<u8>) {
    let about = about(token.subject().did());
    let end = latest_first(token.expires());
    let place = |whose| [&tables::did(whose)[..], &about, &end, token.cid().digest()].concat();
    (place(token.audience()), place(token.issuer()))
}

/// A delegation as it was kept: parsed anew, and still the one of that CID.
pub(super) fn parse(cid: &Cid, bytes: Vec<u8>) -> Result<Token<Delegation>, StoreError> {
    match Token::<Delegation>::parse(bytes) {
        Ok(token) if token.cid() == *cid => Ok(token),
        _ => Err(damaged(alloc::format!("what is kept as the delegation {cid} is another"))),
    }
}

impl Changes<'_> {
    pub(super) fn delegation(&self, cid: &Cid) -> Result<Option<Token<Delegation>>, StoreError> {
        self.value(DELEGATIONS, cid.digest())?.map(|bytes| parse(cid, bytes)).transpose()
    }

    fn forget_delegation(&mut self, cid: &Cid) -> Result<bool, StoreError> {
        let Some(token) = self.delegation(cid)? else { return Ok(false) };
        let (to, by) = places(&token);
        self.remove(TO, &to)?;
        self.remove(BY, &by)?;
        if let Some(end) = token.expires() {
            self.ends_not(Ending::Delegation, end, cid.digest())?;
        }
        self.remove(DELEGATIONS, cid.digest())
    }

    /// Those of these that are not known, each once, by CID: in the order of their pages.
    fn unknown<'t>(
        &self,
        tokens: &'t [Verified<Delegation>],
    ) -> Result<Vec<&'t Verified<Delegation>>, StoreError> {
        let table = self.transaction.open_table(DELEGATIONS).map_err(fault)?;
        let mut tokens: Vec<_> = tokens.iter().collect();
        tokens.sort_unstable_by_key(|token| token.cid());
        tokens.dedup_by_key(|token| token.cid());
        let mut new = Vec::new();
        for token in tokens {
            if table.get(&token.cid().digest()[..]).map_err(fault)?.is_none() {
                new.push(token);
            }
        }
        Ok(new)
    }

    /// Each table in one go and in its own order, so that a page is looked for once.
    fn insert_sorted(&mut self, table: tables::Table, mut keys: Vec<Vec<u8>>) -> Result<(), StoreError> {
        keys.sort_unstable();
        let mut table = self.transaction.open_table(table).map_err(fault)?;
        for key in &keys {
            table.insert(key.as_slice(), &[][..]).map_err(fault)?;
        }
        Ok(())
    }
}

impl DelegationStore for RedbStore {
    fn put_delegations(&self, tokens: &[Verified<Delegation>]) -> Result<usize, StoreError> {
        self.transaction(|changes| {
            let new = changes.unknown(tokens)?;
            if new.is_empty() {
                return Ok(0);
            }
            changes.any = true;
            {
                let mut table = changes.transaction.open_table(DELEGATIONS).map_err(fault)?;
                for token in &new {
                    table.insert(&token.cid().digest()[..], token.as_bytes()).map_err(fault)?;
                }
            }
            let (to, by) = new.iter().map(|token| places(token)).unzip();
            changes.insert_sorted(TO, to)?;
            changes.insert_sorted(BY, by)?;
            let end = |token: &&Verified<Delegation>| {
                let end = token.expires()?;
                Some(tables::ending(Ending::Delegation, end, token.cid().digest()))
            };
            changes.insert_sorted(tables::ENDS, new.iter().filter_map(end).collect())?;
            for token in &new {
                changes.revocations_end(&token.cid(), token.expires())?;
            }
            Ok(new.len())
        })
    }

    fn delegation(&self, cid: &Cid) -> Result<Option<Token<Delegation>>, StoreError> {
        self.read(|transaction| {
            let table = transaction.open_table(DELEGATIONS).map_err(fault)?;
            value(&table, cid.digest())?.map(|bytes| parse(cid, bytes)).transpose()
        })
    }

    fn delegations(
        &self,
        query: &Query,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<Token<Delegation>>, StoreError> {
        self.read(|transaction| list(transaction, query, after, most))
    }

    fn remove_delegation(&self, cid: &Cid) -> Result<bool, StoreError> {
        let cid = *cid;
        self.change(move |changes| changes.forget_delegation(&cid))
    }

    fn sweep_delegations(&self, time: Timestamp) -> Result<usize, StoreError> {
        self.sweep(Ending::Delegation, time, |changes, digest| {
            let cid = tables::cid(digest).ok_or_else(|| damaged("an end of no delegation"))?;
            changes.forget_delegation(&cid).map(|_| ())
        })
    }
}

fn list(
    transaction: &ReadTransaction,
    query: &Query,
    cursor: Option<&Cursor>,
    most: usize,
) -> Result<Page<Token<Delegation>>, StoreError> {
    let (table, whose) = match &query.end {
        End::To(did) => (TO, did),
        End::By(did) => (BY, did),
    };
    let mut prefix = tables::did(whose).to_vec();
    match &query.about {
        About::Anyone => {}
        About::Subject(did) => prefix.extend(about(Some(did))),
        About::Powerlines => prefix.extend(about(None)),
    }
    // The place itself, so that it does not matter whether anything is still there.
    let from = match cursor {
        None => Bound::Included(prefix.as_slice()),
        Some(Cursor(place)) if place.len() == PLACE && place.starts_with(&prefix) => {
            Bound::Excluded(place.as_slice())
        }
        Some(_) => return Err(StoreError::Cursor),
    };
    let end = after(&prefix);
    let until = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let listing = transaction.open_table(table).map_err(fault)?;
    let tokens = transaction.open_table(DELEGATIONS).map_err(fault)?;
    let mut page = Page::default();
    let mut last = None;
    for entry in listing.range::<&[u8]>((from, until)).map_err(fault)? {
        let (place, _) = entry.map_err(fault)?;
        if page.items.len() == most {
            page.next = last.map(Cursor);
            break;
        }
        let place = place.value().to_vec();
        let cid = place.get(PLACE - DIGEST..).and_then(tables::cid);
        let cid = cid.ok_or_else(|| damaged("a listing of delegations has an entry of another kind"))?;
        let bytes = value(&tokens, cid.digest())?;
        let token =
            bytes.ok_or_else(|| damaged(alloc::format!("the delegation {cid} is listed and missing")))?;
        let token = parse(&cid, token)?;
        let (to, by) = places(&token);
        if place != (if matches!(query.end, End::To(_)) { to } else { by }) {
            return Err(damaged(alloc::format!("the delegation {cid} is listed at another's place")));
        }
        page.items.push(token);
        last = Some(place);
    }
    Ok(page)
}
