//! Reading a payload's fields: present or absent, typed or refused, never in between.

// Requirements kept here: core-sub-is-did, core-time-seconds, core-exp-null-never, core-nonce-required,
// core-payload-iss, core-payload-nonce, core-payload-exp, core-payload-nbf-typed, core-payload-meta-typed.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::error::TokenError;
use super::policy::Policy;
use super::time::Timestamp;
use crate::identity::Did;
use crate::wire::cbor::{Map, Part};
use crate::wire::{Cid, Item, Slice, View};

/// The entries of a payload, each read once, from the first to the last: whoever reads a value moves to the next entry.
pub(super) struct Fields<'s, 'a> {
    source: &'s Item,
    /// The next key, or after it its value.
    at: View<'a>,
    left: u64,
}

impl<'s, 'a> Fields<'s, 'a> {
    /// The entries of a payload that lies in `source`.
    pub(super) const fn new(entries: &Map<'a>, source: &'s Item) -> Self {
        Self { source, at: entries.start(), left: entries.len() }
    }

    /// The next key, whose value has to be read next.
    #[inline]
    pub(super) fn key(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        let (key, value) = self.at.text()?;
        self.at = value;
        Some(key)
    }

    pub(super) fn did(&mut self, field: &'static str) -> Result<Did, TokenError> {
        let (text, after) = self.at.text().ok_or(TokenError::Type { field, expected: "a DID" })?;
        self.at = after;
        if let Some(did) = Did::of_known_key(text) {
            return Ok(did);
        }
        // Checked to be UTF-8 with the token.
        let text = core::str::from_utf8(text).unwrap_or_default();
        Did::parse(text).map_err(|error| TokenError::Did { field, error })
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
        (0..links).map(|_| self.cid(field)).collect::<Result<Vec<_>, _>>().map(Vec::into_boxed_slice)
    }

    pub(super) fn text(&mut self, field: &'static str) -> Result<Slice, TokenError> {
        let wrong = TokenError::Type { field, expected: "a string" };
        let Some((text, after)) = self.at.text() else { return Err(wrong) };
        self.at = after;
        self.source.slice(text).ok_or(wrong)
    }

    pub(super) fn bytes(&mut self, field: &'static str) -> Result<Slice, TokenError> {
        let wrong = TokenError::Type { field, expected: "bytes" };
        let Some((bytes, after)) = self.at.bytes() else { return Err(wrong) };
        self.at = after;
        self.source.slice(bytes).ok_or(wrong)
    }

    pub(super) fn map(&mut self, field: &'static str) -> Result<Item, TokenError> {
        let wrong = TokenError::Type { field, expected: "a map" };
        let map = self.at;
        if map.map().is_none() {
            return Err(wrong);
        }
        self.at = map.after();
        self.source.part_until(map, self.at).ok_or(wrong)
    }

    pub(super) fn policy(&mut self, field: &'static str) -> Result<Policy, TokenError> {
        let wrong = TokenError::Type { field, expected: "a list" };
        let list = self.at;
        if list.list().is_none() {
            return Err(wrong);
        }
        self.at = Policy::check_in_token(list)?;
        self.source.part_until(list, self.at).map(Policy::of_checked).ok_or(wrong)
    }
}

pub(super) fn unknown(key: &[u8]) -> TokenError {
    // Checked to be UTF-8 with the token.
    TokenError::Unknown { field: core::str::from_utf8(key).unwrap_or_default().into() }
}

pub(super) fn required<T>(field: &'static str, value: Option<T>) -> Result<T, TokenError> {
    value.ok_or(TokenError::Missing { field })
}
