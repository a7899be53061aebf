//! The envelope every token travels in: a signature, and what was signed.

// Requirements kept here: core-envelope-shape, core-envelope-sigpayload, core-envelope-tag, dlg-tag,
// inv-tag, inv-envelope-required, vsig-signed-over, allod-tag-written.

use alloc::vec::Vec;
use core::ops::Range;

use super::error::TokenError;
use crate::wire::cbor::{Map, Peek};
use crate::wire::{View, Writer};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Hands authority on.
    Delegation,
    /// Uses it.
    Invocation,
}

/// Which spelling of the payload's tag a token carries. Both are read and mean the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// `@1.0.0`: written by default.
    #[default]
    V1,
    /// `@1.0.0-rc.1`: written on request, for peers that read nothing else.
    Rc1,
}

impl TokenKind {
    /// The payload's tag (UCAN 1.0 "Envelope").
    #[must_use]
    pub const fn tag(self, version: Version) -> &'static str {
        match (self, version) {
            (Self::Delegation, Version::V1) => "ucan/dlg@1.0.0",
            (Self::Delegation, Version::Rc1) => "ucan/dlg@1.0.0-rc.1",
            (Self::Invocation, Version::V1) => "ucan/inv@1.0.0",
            (Self::Invocation, Version::Rc1) => "ucan/inv@1.0.0-rc.1",
        }
    }

    /// What a tag stands for; `None` for tags that are not read.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<(Self, Version)> {
        Self::of_tag(tag.as_bytes())
    }

    fn of_tag(tag: &[u8]) -> Option<(Self, Version)> {
        [Self::Delegation, Self::Invocation]
            .into_iter()
            .flat_map(|kind| [(kind, Version::V1), (kind, Version::Rc1)])
            .find(|(kind, version)| kind.tag(*version).as_bytes() == tag)
    }

    /// `delegation` or `invocation`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delegation => "delegation",
            Self::Invocation => "invocation",
        }
    }
}

/// An envelope's parts, where they lie.
pub(super) struct Opened<'a> {
    pub(super) signature: &'a [u8],
    pub(super) header: &'a [u8],
    /// The bytes that the signature is over, as received.
    pub(super) signed: &'a [u8],
    pub(super) kind: TokenKind,
    pub(super) version: Version,
    pub(super) payload: Map<'a>,
}

/// Takes the envelope that a whole item is apart: `[signature, {"h": header, "<tag>": payload}]` and nothing else.
pub(super) fn open(token: View<'_>) -> Result<Opened<'_>, TokenError> {
    let shape = |what| TokenError::Envelope { what };
    let Some((2, first)) = token.list() else { return Err(shape("a list of two")) };
    let Some((signature, signed)) = first.bytes() else { return Err(shape("a signature of bytes")) };
    let Some((2, first)) = signed.map() else { return Err(shape("a signed map of two entries")) };
    // DAG-CBOR's key order puts the one-letter key first.
    let Some((b"h", header)) = first.text() else {
        return Err(shape("a signature header under \"h\""));
    };
    let Some((header, tag)) = header.bytes() else { return Err(shape("a signature header of bytes")) };
    // The payload is the last thing in the signed part, and that in the token.
    let Some((tag, payload)) = tag.text() else { return Err(shape("a tagged payload")) };
    let Some((kind, version)) = TokenKind::of_tag(tag) else {
        // Checked to be UTF-8 with the token.
        let tag = core::str::from_utf8(tag).unwrap_or_default().into();
        return Err(TokenError::UnknownTag { tag });
    };
    let Some(payload) = payload.as_map() else { return Err(shape("a payload that is a map")) };
    Ok(Opened { signature, header, signed: signed.to_end(), kind, version, payload })
}

/// What bytes claim to be, by their first few items, and the command they claim if it stands where a sound
/// payload has it. For telling the tokens of a bundle apart; it proves nothing.
pub(crate) fn peek(token: &[u8]) -> Option<(TokenKind, Option<&str>)> {
    let mut front = Peek::new(token);
    front.list()?;
    front.bytes()?;
    front.map()?;
    front.text()?;
    front.bytes()?;
    let (kind, _) = TokenKind::from_tag(front.text()?)?;
    // In DAG-CBOR's key order only `aud` comes before `cmd`.
    let command = front.map().and_then(|_| {
        let mut key = front.text()?;
        if key == "aud" {
            front.text()?;
            key = front.text()?;
        }
        if key == "cmd" { front.text() } else { None }
    });
    Some((kind, command))
}

/// Where the signature stands, and where what is signed begins: behind two heads, of three bytes together.
const SIGNATURE: Range<usize> = 3..67;

/// A token without its signature, `[zeros, {"h": header, "<tag>": payload}]`: there is room for it.
pub(super) fn unsealed(header: &[u8], tag: &str, payload: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::with_capacity(512);
    writer.list_head(2);
    writer.bytes(&[0; SIGNATURE.end - SIGNATURE.start]);
    writer.map_head(2);
    writer.string("h");
    writer.bytes(header);
    writer.string(tag);
    payload(&mut writer);
    writer.into_bytes()
}

/// The part of it that is signed.
pub(super) fn signed_part(unsealed: &[u8]) -> &[u8] {
    unsealed.get(SIGNATURE.end..).unwrap_or_default()
}

/// The whole token.
pub(super) fn seal(mut unsealed: Vec<u8>, signature: &[u8; 64]) -> Vec<u8> {
    if let Some(place) = unsealed.get_mut(SIGNATURE) {
        place.copy_from_slice(signature);
    }
    unsealed
}
