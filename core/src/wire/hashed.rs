//! Bytes with the CID computed from them, and with no other.

use alloc::vec::Vec;

use super::cid::Cid;
use super::slice::Slice;

/// Bytes, and the CID computed from them.
#[derive(Debug, Clone)]
pub(crate) struct Hashed {
    bytes: Slice,
    cid: Cid,
}

/// Parts of some bytes, each with the CID computed from it, in the order of the CIDs and without duplicates.
#[derive(Debug)]
pub(crate) struct HashedParts {
    whole: Slice,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    cid: Cid,
    start: u32,
    end: u32,
}

impl Hashed {
    pub(crate) fn of(bytes: impl Into<Slice>) -> Self {
        let bytes = bytes.into();
        Self { cid: Cid::of(&bytes), bytes }
    }

    pub(crate) const fn bytes(&self) -> &Slice {
        &self.bytes
    }

    pub(crate) const fn cid(&self) -> Cid {
        self.cid
    }
}

impl Part {
    fn of(whole: &Slice, part: &[u8]) -> Option<Self> {
        let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
        let end = start.checked_add(part.len()).filter(|end| *end <= whole.len())?;
        let (start, end) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
        Some(Self { cid: Cid::of(part), start, end })
    }
}

impl HashedParts {
    /// The first of the parts that is an error, or else all of them. `None` where one is not borrowed from the whole, or lies beyond
    /// its first 4 GiB.
    pub(crate) fn of<'a, E>(
        whole: &'a Slice,
        most: usize,
        parts: impl Iterator<Item = Result<&'a [u8], E>>,
    ) -> Result<Option<Self>, E> {
        let mut hashed = Vec::with_capacity(most);
        for part in parts {
            let Some(part) = Part::of(whole, part?) else { return Ok(None) };
            hashed.push(part);
        }
        hashed.sort_unstable_by_key(|part| part.cid);
        hashed.dedup_by_key(|part| part.cid);
        Ok(Some(Self { whole: whole.clone(), parts: hashed }))
    }

    pub(crate) const fn len(&self) -> usize {
        self.parts.len()
    }

    pub(crate) fn get(&self, cid: &Cid) -> Option<Hashed> {
        let place = self.parts.binary_search_by_key(cid, |part| part.cid).ok()?;
        self.parts.get(place).and_then(|part| self.part(part))
    }

    pub(crate) fn contains(&self, cid: &Cid) -> bool {
        self.parts.binary_search_by_key(cid, |part| part.cid).is_ok()
    }

    pub(crate) fn cids(&self) -> impl Iterator<Item = Cid> {
        self.parts.iter().map(|part| part.cid)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Hashed> {
        self.parts.iter().filter_map(|part| self.part(part))
    }

    fn part(&self, part: &Part) -> Option<Hashed> {
        let bytes = self.whole.part(part.start as usize..part.end as usize)?;
        Some(Hashed { bytes, cid: part.cid })
    }
}
