//! Receipts, by CID and by task.

use alloc::vec::Vec;

use super::RedbStore;
use super::commit::{Changes, value};
use super::fault::{damaged, fault};
use super::tables::{self, DIGEST, Ending, RECEIPTS, TASKS};
use crate::identity::Did;
use crate::store::{ReceiptStore, StoreError};
use crate::ucan::time::Timestamp;
use crate::ucan::{Receipt, Token, VerifiedReceipt};
use crate::wire::Cid;

fn task(receipt: &Receipt) -> Vec<u8> {
    [&of(&receipt.ran(), receipt.issuer())[..], receipt.cid().digest()].concat()
}

/// Where those of a task by one issuer begin.
fn of(task: &Cid, issuer: &Did) -> Vec<u8> {
    [&task.digest()[..], &tables::did(issuer)].concat()
}

/// A receipt as it was kept: parsed anew, and still the one of that CID.
fn parse(cid: &Cid, bytes: Vec<u8>) -> Result<Receipt, StoreError> {
    match Token::parse(bytes).map(Receipt::read) {
        Ok(Ok(receipt)) if receipt.cid() == *cid => Ok(receipt),
        _ => Err(damaged(alloc::format!("what is kept as the receipt {cid} is another"))),
    }
}

impl Changes<'_> {
    pub(super) fn put_receipt(&mut self, receipt: &VerifiedReceipt) -> Result<bool, StoreError> {
        let cid = receipt.cid();
        if self.value(RECEIPTS, cid.digest())?.is_some() {
            return Ok(false);
        }
        self.put(RECEIPTS, cid.digest(), receipt.token().as_bytes())?;
        self.put(TASKS, &task(receipt), &[])?;
        if let Some(end) = receipt.expires() {
            self.ends(Ending::Receipt, end, cid.digest())?;
        }
        Ok(true)
    }
}

impl ReceiptStore for RedbStore {
    fn put_receipt(&self, receipt: &VerifiedReceipt) -> Result<bool, StoreError> {
        let receipt = receipt.clone();
        self.change(move |changes| changes.put_receipt(&receipt))
    }

    fn receipt(&self, cid: &Cid) -> Result<Option<Receipt>, StoreError> {
        self.read(|transaction| {
            let table = transaction.open_table(RECEIPTS).map_err(fault)?;
            value(&table, cid.digest())?.map(|bytes| parse(cid, bytes)).transpose()
        })
    }

    fn receipts_of(&self, task: &Cid, issuer: &Did, most: usize) -> Result<Vec<Receipt>, StoreError> {
        self.read(|transaction| {
            let tasks = transaction.open_table(TASKS).map_err(fault)?;
            let receipts = transaction.open_table(RECEIPTS).map_err(fault)?;
            let mut found = Vec::new();
            let begin = of(task, issuer);
            for entry in tasks.range::<&[u8]>(begin.as_slice()..).map_err(fault)?.take(most) {
                let (at, _) = entry.map_err(fault)?;
                let Some((ran, digest)) = at.value().split_at_checked(2 * DIGEST) else {
                    return Err(damaged("a task has no sound key"));
                };
                if ran != begin {
                    break;
                }
                let cid = tables::cid(digest).ok_or_else(|| damaged("a task has no sound key"))?;
                let bytes = value(&receipts, digest)?;
                let receipt = parse(&cid, bytes.ok_or_else(|| damaged("a receipt is listed and missing"))?)?;
                if receipt.ran() != *task || receipt.issuer() != issuer {
                    return Err(damaged("a receipt is listed for another task, or another issuer"));
                }
                found.push(receipt);
            }
            Ok(found)
        })
    }

    fn sweep_receipts(&self, time: Timestamp) -> Result<usize, StoreError> {
        self.sweep(Ending::Receipt, time, |changes, digest| {
            let cid = tables::cid(digest).ok_or_else(|| damaged("an end of no receipt"))?;
            let receipt = changes.value(RECEIPTS, digest)?.map(|bytes| parse(&cid, bytes)).transpose()?;
            if let Some(receipt) = receipt {
                changes.remove(TASKS, &task(&receipt))?;
            }
            changes.remove(RECEIPTS, digest).map(|_| ())
        })
    }
}
