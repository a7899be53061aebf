//! Reading a payload's fields: present or absent, typed or refused, never in between.

// Requirements kept here: core-sub-is-did, core-time-seconds, core-exp-null-never, core-nonce-required,
// core-payload-iss, core-payload-nonce, core-payload-exp, core-payload-nbf-typed, core-payload-meta-typed.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::error::TokenError;
use super::policy::Policy;
use super::time::Timestamp;
use crate::identity::{Did, Seen};
use crate::limits::MAX_CHAIN;
use crate::wire::cbor::{Map, Part};
use crate::wire::{Cid, Item, Slice, View};

/// The entries of a payload, each read once, from the first to the last: whoever reads a value moves to the next entry.
pub(super) struct Fields<'s, 'a> {
    source: &'s Item,
    /// The next key, or after it its value.
    at: View<'a>,
    left: u64,
    seen: &'s mut Seen,
}

impl<'s, 'a> Fields<'s, 'a> {
    /// The entries of a payload that lies in `source`.
    pub(super) const fn new(entries: &Map<'a>, source: &'s Item, seen: &'s mut Seen) -> Self {
        Self { source, at: entries.start(), left: entries.len(), seen }
    }

    /// The next key, whose value has to be read next.
    #[inline]
    pub(super) fn key(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        // A key is always a text; were it not, it would be no field's.
        let (key, value) = self.at.text().unwrap_or((&[], self.at));
        self.at = value;
        Some(key)
    }

    /// Whether nothing follows: the payload is the last item of a token, and every value was read to its end.
    pub(super) fn ended(&self) -> bool {
        self.at.to_end().is_empty()
    }

    pub(super) fn did(&mut self, field: &'static str) -> Result<Did, TokenError> {
        let Some((text, after)) = self.at.text() else {
            return Err(TokenError::Type { field, expected: "a DID" });
        };
        self.at = after;
        // Checked to be UTF-8 with the token.
        self.seen.read(text).map_err(|error| TokenError::Did { field, error })
    }

    pub(super) fn time(&mut self, field: &'static str) -> Result<Timestamp, TokenError> {
        let (Part::Integer(seconds), _, after) = self.at.part() else {
            return Err(TokenError::Type { field, expected: "a whole number" });
        };
        self.at = after;
        let seconds = i64::try_from(seconds).map_err(|_| TokenError::Time { field })?;
        Timestamp::from_seconds(seconds).map_err(|_| TokenError::Time { field })
    }

    pub(super) fn time_or_null(&mut self, field: &'static str) -> Result<Option<Timestamp>, TokenError> {
        if self.null() { Ok(None) } else { self.time(field).map(Some) }
    }

    /// Whether the value is `null`, which is then read.
    pub(super) fn null(&mut self) -> bool {
        let is_null = self.at.is_null();
        if is_null {
            self.at = self.at.step().1;
        }
        is_null
    }

    pub(super) fn cid(&mut self, field: &'static str) -> Result<Cid, TokenError> {
        let bytes = self.at.as_link().ok_or(TokenError::Type { field, expected: "a link" })?;
        self.at = self.at.after();
        Cid::from_bytes(bytes).map_err(|error| TokenError::Link { field, error })
    }

    pub(super) fn cids(&mut self, field: &'static str) -> Result<Box<[Cid]>, TokenError> {
        let list = self.at.list().ok_or(TokenError::Type { field, expected: "a list of links" })?;
        let links;
        (links, self.at) = list;
        // So many at once as chains have, and no more on a stranger's word.
        let mut cids = Vec::with_capacity(usize::try_from(links).unwrap_or(MAX_CHAIN).min(MAX_CHAIN));
        for _ in 0..links {
            cids.push(self.cid(field)?);
        }
        Ok(cids.into_boxed_slice())
    }

    pub(super) fn text(&mut self, field: &'static str) -> Result<Slice, TokenError> {
        let part = self.at.text().and_then(|(text, after)| Some((self.source.slice(text)?, after)));
        let Some((text, after)) = part else {
            return Err(TokenError::Type { field, expected: "a string" });
        };
        self.at = after;
        Ok(text)
    }

    pub(super) fn bytes(&mut self, field: &'static str) -> Result<Slice, TokenError> {
        let part = self.at.bytes().and_then(|(bytes, after)| Some((self.source.slice(bytes)?, after)));
        let Some((bytes, after)) = part else {
            return Err(TokenError::Type { field, expected: "bytes" });
        };
        self.at = after;
        Ok(bytes)
    }

    pub(super) fn map(&mut self, field: &'static str) -> Result<Item, TokenError> {
        let after = self.at.after();
        let part = self.at.map().and_then(|_| self.source.part_until(self.at, after));
        self.at = after;
        part.ok_or(TokenError::Type { field, expected: "a map" })
    }

    pub(super) fn policy(&mut self, field: &'static str) -> Result<Policy, TokenError> {
        let list = self.at;
        if list.list().is_some() {
            self.at = Policy::check_in_token(list)?;
            if let Some(policy) = self.source.part_until(list, self.at) {
                return Ok(Policy::of_checked(policy));
            }
        }
        Err(TokenError::Type { field, expected: "a list" })
    }
}

pub(super) fn unknown(key: &[u8]) -> TokenError {
    // Checked to be UTF-8 with the token.
    TokenError::Unknown { field: core::str::from_utf8(key).unwrap_or_default().into() }
}

pub(super) fn required<T>(field: &'static str, value: Option<T>) -> Result<T, TokenError> {
    value.ok_or(TokenError::Missing { field })
}
