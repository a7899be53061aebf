//! Reading a payload's fields: present or absent, typed or refused, never in between.

// Requirements kept here: core-sub-is-did, core-time-seconds, core-exp-null-never, core-nonce-required,
// core-payload-iss, core-payload-nonce, core-payload-exp, core-payload-nbf-typed, core-payload-meta-typed.

use super::error::TokenError;
use super::time::Timestamp;
use crate::identity::Did;
use crate::wire::{Cid, Item, Slice, View};

pub(super) fn did(field: &'static str, value: View<'_>) -> Result<Did, TokenError> {
    let text = value.as_text().ok_or(TokenError::Type { field, expected: "a DID" })?;
    if let Some(did) = Did::of_known_key(text) {
        return Ok(did);
    }
    // Checked to be UTF-8 with the token.
    let text = core::str::from_utf8(text).unwrap_or_default();
    Did::parse(text).map_err(|error| TokenError::Did { field, error })
}

pub(super) fn time(field: &'static str, value: View<'_>) -> Result<Timestamp, TokenError> {
    let seconds = value.as_integer().ok_or(TokenError::Type { field, expected: "a whole number" })?;
    let seconds = i64::try_from(seconds).map_err(|_| TokenError::Time { field })?;
    Timestamp::from_seconds(seconds).map_err(|_| TokenError::Time { field })
}

pub(super) fn time_or_null(field: &'static str, value: View<'_>) -> Result<Option<Timestamp>, TokenError> {
    if value.is_null() { Ok(None) } else { time(field, value).map(Some) }
}

pub(super) fn cid(field: &'static str, value: View<'_>) -> Result<Cid, TokenError> {
    let bytes = value.as_link().ok_or(TokenError::Type { field, expected: "a link" })?;
    Cid::from_bytes(bytes).map_err(|error| TokenError::Link { field, error })
}

pub(super) fn text(field: &'static str, value: View<'_>, source: &Item) -> Result<Slice, TokenError> {
    let wrong = TokenError::Type { field, expected: "a string" };
    value.as_text().and_then(|text| source.slice(text)).ok_or(wrong)
}

pub(super) fn bytes(field: &'static str, value: View<'_>, source: &Item) -> Result<Slice, TokenError> {
    let wrong = TokenError::Type { field, expected: "bytes" };
    value.as_bytes().and_then(|bytes| source.slice(bytes)).ok_or(wrong)
}

pub(super) fn map(field: &'static str, value: View<'_>, source: &Item) -> Result<Item, TokenError> {
    let wrong = TokenError::Type { field, expected: "a map" };
    value.as_map().and_then(|_| source.part(value)).ok_or(wrong)
}

pub(super) fn list(field: &'static str, value: View<'_>, source: &Item) -> Result<Item, TokenError> {
    let wrong = TokenError::Type { field, expected: "a list" };
    value.as_list().and_then(|_| source.part(value)).ok_or(wrong)
}

pub(super) fn unknown(key: &[u8]) -> TokenError {
    // Checked to be UTF-8 with the token.
    TokenError::Unknown { field: core::str::from_utf8(key).unwrap_or_default().into() }
}

pub(super) fn required<T>(field: &'static str, value: Option<T>) -> Result<T, TokenError> {
    value.ok_or(TokenError::Missing { field })
}
