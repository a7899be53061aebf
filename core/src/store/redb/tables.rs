//! What the file holds: the tables, and how their keys are made.
//!
//! Keys have a fixed size each, and sort as the listings do. A DID stands in them as the SHA-256 of its text, a
//! CID as its digest, and a number with its most significant byte first.
//!
//! | table | key | value |
//! |---|---|---|
//! | `allod.meta` | a name | a number |
//! | `delegations` | CID | the token |
//! | `to`, `by` | DID, subject's DID, end (latest first), CID | |
//! | `revoked` | revoked CID, subject's DID | whether it counts, end of the revoked |
//! | `revocations` | as in `revoked` | the token, and the CIDs of what proves and witnesses it |
//! | `witnesses` | CID | the token |
//! | `witnessed` | CID | how many revocations name it |
//! | `quotas` | subject's DID | how many count |
//! | `replays` | CID | request, until, receipt |
//! | `requests` | request | CID |
//! | `receipts` | CID | the token |
//! | `tasks` | task, issuer's DID, receipt's CID | |
//! | `ends` | kind, end (earliest first), the key there | |
//! | `names` | a name | a DID |
//! | `audit` | number | the entry |

use alloc::vec::Vec;

use redb::TableDefinition;

use crate::identity::Did;
use crate::ucan::time::Timestamp;
use crate::wire::Cid;

/// All tables map bytes to bytes: what they mean is told here, not by the types of a library.
pub(super) type Table = TableDefinition<'static, &'static [u8], &'static [u8]>;

pub(super) const META: Table = Table::new("allod.meta");
pub(super) const DELEGATIONS: Table = Table::new("delegations");
pub(super) const TO: Table = Table::new("to");
pub(super) const BY: Table = Table::new("by");
pub(super) const REVOKED: Table = Table::new("revoked");
pub(super) const REVOCATIONS: Table = Table::new("revocations");
pub(super) const WITNESSES: Table = Table::new("witnesses");
pub(super) const WITNESSED: Table = Table::new("witnessed");
pub(super) const QUOTAS: Table = Table::new("quotas");
pub(super) const REPLAYS: Table = Table::new("replays");
pub(super) const REQUESTS: Table = Table::new("requests");
pub(super) const RECEIPTS: Table = Table::new("receipts");
pub(super) const TASKS: Table = Table::new("tasks");
pub(super) const ENDS: Table = Table::new("ends");
pub(super) const NAMES: Table = Table::new("names");
pub(super) const AUDIT: Table = Table::new("audit");

/// All of them. A backup copies these, and a new file begins with them.
pub(super) const ALL: [Table; 16] = [
    META,
    DELEGATIONS,
    TO,
    BY,
    REVOKED,
    REVOCATIONS,
    WITNESSES,
    WITNESSED,
    QUOTAS,
    REPLAYS,
    REQUESTS,
    RECEIPTS,
    TASKS,
    ENDS,
    NAMES,
    AUDIT,
];

/// The names in `allod.meta`.
pub(super) mod meta {
    /// The version of this layout.
    pub(in super::super) const FORMAT: &[u8] = b"format";
    /// When revocations were last brought up to date.
    pub(in super::super) const SYNCED: &[u8] = b"synced";
    /// The latest time that was seen.
    pub(in super::super) const LATEST: &[u8] = b"latest";
    /// How many revocations count against the quota of all.
    pub(in super::super) const COUNTED: &[u8] = b"counted";
}

/// The kinds of things that `ends` sweeps.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    Delegation = 1,
    Revocation = 2,
    Replay = 3,
    Receipt = 4,
}

/// The bytes of a digest or of the hash of a DID.
pub(super) const DIGEST: usize = 32;
/// The bytes of a time.
pub(super) const TIME: usize = 8;

/// A DID of any length, in 32 bytes.
pub(super) fn did(did: &Did) -> [u8; DIGEST] {
    *Cid::of(alloc::format!("{did}").as_bytes()).digest()
}

/// About whom: powerlines, which are about nobody, come first.
pub(super) fn about(subject: Option<&Did>) -> [u8; DIGEST] {
    subject.map_or([0; DIGEST], did)
}

/// A time, such that earlier ones sort first.
pub(super) fn time(time: Timestamp) -> [u8; TIME] {
    (time.as_seconds().cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

/// The other way.
pub(super) fn to_time(bytes: &[u8]) -> Option<Timestamp> {
    let sorted = u64::from_be_bytes(bytes.try_into().ok()?);
    Timestamp::from_seconds((sorted ^ (1 << 63)).cast_signed()).ok()
}

/// An end, such that later ones sort first and "never" before all.
pub(super) fn latest_first(end: Option<Timestamp>) -> [u8; TIME] {
    end.map_or([0; TIME], |end| time(end).map(|byte| !byte))
}

/// Where something that ends stands in `ends`.
pub(super) fn ending(kind: Ending, end: Timestamp, key: &[u8]) -> Vec<u8> {
    [&[kind as u8], &time(end)[..], key].concat()
}

/// Where those of a kind that ended before `time` stop.
pub(super) fn ended(kind: Ending, before: Timestamp) -> Vec<u8> {
    ending(kind, before, &[])
}

/// The key that `ending` was made of.
pub(super) fn ending_key(ending: &[u8]) -> Option<&[u8]> {
    ending.get(1 + TIME..)
}

/// A CID from its digest.
pub(super) fn cid(digest: &[u8]) -> Option<Cid> {
    <[u8; DIGEST]>::try_from(digest).ok().map(Cid::from_digest)
}

/// The first key after all that begin with `prefix`, if there is any.
pub(super) fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times_sort_as_they_should() {
        let times = [Timestamp::MIN, Timestamp::from_seconds(-1).unwrap(), Timestamp::EPOCH, Timestamp::MAX];
        for (one, next) in times.iter().zip(times.iter().skip(1)) {
            assert!(time(*one) < time(*next));
            assert!(latest_first(Some(*one)) > latest_first(Some(*next)));
            assert!(latest_first(None) < latest_first(Some(*next)));
            assert_eq!(to_time(&time(*one)), Some(*one));
        }
    }

    #[test]
    fn what_comes_after_a_prefix() {
        assert_eq!(after(&[1, 2]), Some([1, 3].into()));
        assert_eq!(after(&[1, 255]), Some([2].into()));
        assert_eq!(after(&[255, 255]), None);
    }
}
