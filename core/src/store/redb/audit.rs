//! The log of decisions: entries by number, each as a map in DAG-CBOR.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use redb::ReadableTable;

use super::RedbStore;
use super::fault::{damaged, fault};
use super::tables::AUDIT;
use crate::code::Code;
use crate::identity::Did;
use crate::store::{AuditEntry, AuditLog, AuditVerdict, Cursor, Page, StoreError};
use crate::ucan::Command;
use crate::ucan::time::Timestamp;
use crate::wire::value::encode;
use crate::wire::{Cid, Ipld, View};

const EXECUTED: &str = "executed";
const NOT_EXECUTED: &str = "not-executed";

fn write(entry: &AuditEntry) -> Result<Vec<u8>, StoreError> {
    let link = |cid: &Cid| Ipld::Link((*cid).into());
    let text = |text: String| Ipld::String(text);
    let mut map = BTreeMap::new();
    let mut set = |name: &str, value: Option<Ipld>| drop(value.map(|value| map.insert(name.into(), value)));
    set("at", Some(Ipld::Integer(entry.at.as_seconds().into())));
    set("inv", entry.invocation.as_ref().map(link));
    set("iss", entry.issuer.as_ref().map(|did| text(alloc::format!("{did}"))));
    set("sub", entry.subject.as_ref().map(|did| text(alloc::format!("{did}"))));
    set("cmd", entry.command.as_ref().map(|command| text(command.as_str().into())));
    let verdict = match entry.verdict {
        AuditVerdict::Executed => EXECUTED,
        AuditVerdict::NotExecuted => NOT_EXECUTED,
        AuditVerdict::Denied(code) => code.name(),
    };
    set("out", Some(text(verdict.into())));
    set("prf", Some(Ipld::List(entry.chain.iter().map(link).collect())));
    set("args", entry.arguments.clone().map(text));
    encode(&Ipld::Map(map)).map_err(|error| StoreError::Device(alloc::boxed::Box::new(error)))
}

/// A field that may be absent; if it is there, it is as it should be.
fn maybe<T>(field: Option<View<'_>>, read: impl FnOnce(View<'_>) -> Option<T>) -> Result<Option<T>, ()> {
    field.map(|value| read(value).ok_or(())).transpose()
}

/// `None` where any part of it is not what is written above.
fn read(bytes: &[u8]) -> Option<AuditEntry> {
    let map = View::parse(bytes).ok()?.as_map()?;
    let field = |name| map.clone().get(name);
    let did = |value: View<'_>| value.as_str().and_then(|text| Did::parse(text).ok());
    let link = |value: View<'_>| value.as_link().and_then(|bytes| Cid::from_bytes(bytes).ok());
    Some(AuditEntry {
        at: Timestamp::from_seconds(i64::try_from(field("at")?.as_integer()?).ok()?).ok()?,
        invocation: maybe(field("inv"), link).ok()?,
        issuer: maybe(field("iss"), did).ok()?,
        subject: maybe(field("sub"), did).ok()?,
        command: maybe(field("cmd"), |value| value.as_str()?.parse::<Command>().ok()).ok()?,
        verdict: match field("out")?.as_str()? {
            EXECUTED => AuditVerdict::Executed,
            NOT_EXECUTED => AuditVerdict::NotExecuted,
            code => AuditVerdict::Denied(Code::from_name(code)?),
        },
        chain: field("prf")?.as_list()?.map(link).collect::<Option<_>>()?,
        arguments: maybe(field("args"), |value| value.as_str().map(String::from)).ok()?,
    })
}

impl AuditLog for RedbStore {
    fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let bytes = write(entry)?;
        self.change(move |changes| {
            changes.any = true;
            let mut table = changes.transaction.open_table(AUDIT).map_err(fault)?;
            let last = table.last().map_err(fault)?.map(|(number, _)| self::number(number.value()));
            let next = last.transpose()?.map_or(Some(0), |last| last.checked_add(1));
            let next = next.ok_or_else(|| damaged("there is no number left for an entry"))?;
            table.insert(&next.to_be_bytes()[..], bytes.as_slice()).map_err(fault)?;
            Ok(())
        })
    }

    fn entries(&self, after: Option<&Cursor>, most: usize) -> Result<Page<AuditEntry>, StoreError> {
        let begin = after.map_or(Ok([0; 8]), |cursor| <[u8; 8]>::try_from(cursor.0.as_slice()));
        let begin = begin.map_err(|_| StoreError::Cursor)?;
        self.read(|transaction| {
            let table = transaction.open_table(AUDIT).map_err(fault)?;
            let mut page = Page::default();
            for entry in table.range::<&[u8]>(&begin[..]..).map_err(fault)? {
                let (number, bytes) = entry.map_err(fault)?;
                if page.items.len() == most {
                    page.next = Some(Cursor(number.value().to_vec()));
                    break;
                }
                page.items.push(
                    read(bytes.value()).ok_or_else(|| damaged("an entry of the audit cannot be read"))?,
                );
            }
            Ok(page)
        })
    }
}

fn number(key: &[u8]) -> Result<u64, StoreError> {
    let bytes = <[u8; 8]>::try_from(key).map_err(|_| damaged("an entry of the audit has no number"))?;
    Ok(u64::from_be_bytes(bytes))
}
