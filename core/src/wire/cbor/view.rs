//! Reading checked DAG-CBOR in place.

use core::fmt;

use super::head::{self, BYTES, FALSE, Head, LIST, MAP, NEGATIVE, NULL, TAG, TEXT, TRUE, UNSIGNED};
use super::{CborError, check, small};

/// One checked DAG-CBOR item, read where it lies.
///
/// Only [`View::parse`] and views of checked items make one, so reading cannot fail: there is no
/// error to forget. Copying a view copies a reference.
///
/// ```
/// use allod::wire::{Kind, View};
/// let view = View::parse(&[0xa1, 0x61, b'a', 0x01])?;
/// let Kind::Map(map) = view.kind() else { unreachable!() };
/// assert_eq!(map.get("a").and_then(|a| a.as_integer()), Some(1));
/// # Ok::<(), allod::wire::CborError>(())
/// ```
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Begins at the item; what follows it in the buffer may still be there.
    tail: &'a [u8],
}

/// What an item is.
#[derive(Clone)]
pub enum Kind<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer from −2⁶⁴ to 2⁶⁴ − 1.
    Integer(i128),
    /// A finite 64-bit float.
    Float(f64),
    /// Bytes.
    Bytes(&'a [u8]),
    /// UTF-8 text.
    String(&'a str),
    /// A list.
    List(List<'a>),
    /// A map from strings, in DAG-CBOR's key order.
    Map(Map<'a>),
    /// A link: the bytes of a canonical CID.
    Link(&'a [u8]),
}

/// What an item's head says by itself.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part<'a> {
    /// An integer.
    Integer(i128),
    /// A float.
    Float(f64),
    /// Bytes.
    Bytes(&'a [u8]),
    /// The bytes of a text.
    Text(&'a [u8]),
    /// A list of so many items.
    List(u64),
    /// A map of so many entries.
    Map(u64),
    /// `false`, `true` or `null`, by its number; or a link by its tag's, whose bytes come next.
    Simple(u64),
}

/// The items of a list still to come. Cloning it costs nothing, and starts again from the same place.
#[derive(Clone)]
pub struct List<'a> {
    /// Begins at the item handed out last, which is only passed over if another is asked for; before that, at the first.
    tail: &'a [u8],
    left: u64,
    begun: bool,
}

/// The entries of a map still to come, in DAG-CBOR's key order. Cloning it costs nothing.
#[derive(Clone)]
pub struct Map<'a> {
    /// Begins at the value handed out last, which is only passed over if another is asked for; before that, at the first
    /// key.
    tail: &'a [u8],
    left: u64,
    begun: bool,
}

impl<'a> View<'a> {
    /// Checks that `input` is exactly one strict DAG-CBOR item.
    ///
    /// # Errors
    /// The first place, in reading order, where it is not.
    pub fn parse(input: &'a [u8]) -> Result<Self, CborError> {
        // Most bytes are sound; those that are not are looked at again, for what to say of them.
        #[cfg(feature = "tables")]
        if matches!(check::item::<head::Refused>(input, input.len(), 0), Ok([])) {
            return Ok(Self { tail: input });
        }
        let rest = check::item::<CborError>(input, input.len(), 0)?;
        if rest.is_empty() {
            Ok(Self { tail: input })
        } else {
            Err(CborError::Trailing { at: input.len() - rest.len() })
        }
    }

    /// A view of bytes that begin with an item checked before. Only [`super::super::Item`] calls this.
    pub(in crate::wire) const fn of_checked(tail: &'a [u8]) -> Self {
        Self { tail }
    }

    /// What this item is.
    #[must_use]
    #[inline]
    pub fn kind(self) -> Kind<'a> {
        let Some(head) = self.head() else {
            return Kind::Null;
        };
        let Head { argument, rest, .. } = head;
        match head.major {
            UNSIGNED => Kind::Integer(i128::from(argument)),
            NEGATIVE => Kind::Integer(-1 - i128::from(argument)),
            BYTES => Kind::Bytes(front(rest, argument)),
            TEXT => Kind::String(core::str::from_utf8(front(rest, argument)).unwrap_or_default()),
            LIST => Kind::List(List::of(rest, argument)),
            MAP => Kind::Map(Map::of(rest, argument)),
            TAG => Kind::Link(link_bytes(rest)),
            _ => match (head.width, argument) {
                (27, bits) => Kind::Float(f64::from_bits(bits)),
                (_, FALSE) => Kind::Bool(false),
                (_, TRUE) => Kind::Bool(true),
                _ => Kind::Null,
            },
        }
    }

    /// The bytes of this item alone.
    #[must_use]
    pub fn as_cbor(self) -> &'a [u8] {
        self.until(self.after())
    }

    /// What follows this item in the one that it lies in.
    pub(crate) fn after(self) -> Self {
        Self { tail: skip(self.tail) }
    }

    /// The same of an item that holds no other. `None` says nothing.
    #[inline]
    pub(crate) fn after_small(self) -> Option<Self> {
        small::past(self.tail).map(|tail| Self { tail })
    }

    /// The bytes from here to another item that comes later in the same one.
    #[inline]
    pub(crate) fn until(self, later: Self) -> &'a [u8] {
        let length = self.tail.len().saturating_sub(later.tail.len());
        self.tail.get(..length).unwrap_or_default()
    }

    /// The bytes from this item to the end of what was checked: this item's alone where it is the last in everything that
    /// it lies in.
    pub(crate) const fn to_end(self) -> &'a [u8] {
        self.tail
    }

    /// The string, if this is one.
    #[must_use]
    #[inline]
    pub fn as_str(self) -> Option<&'a str> {
        let head = self.head().filter(|head| head.major == TEXT)?;
        core::str::from_utf8(front(head.rest, head.argument)).ok()
    }

    /// The bytes, if this is a byte string.
    #[must_use]
    #[inline]
    pub fn as_bytes(self) -> Option<&'a [u8]> {
        let head = self.head().filter(|head| head.major == BYTES)?;
        Some(front(head.rest, head.argument))
    }

    /// The integer, if this is one.
    #[must_use]
    pub fn as_integer(self) -> Option<i128> {
        match self.part().0 {
            Part::Integer(integer) => Some(integer),
            _ => None,
        }
    }

    /// The list, if this is one.
    #[must_use]
    #[inline]
    pub fn as_list(self) -> Option<List<'a>> {
        let head = self.head().filter(|head| head.major == LIST)?;
        Some(List::of(head.rest, head.argument))
    }

    /// The map, if this is one.
    #[must_use]
    #[inline]
    pub fn as_map(self) -> Option<Map<'a>> {
        let head = self.head().filter(|head| head.major == MAP)?;
        Some(Map::of(head.rest, head.argument))
    }

    /// The bytes of the CID, if this is a link.
    #[must_use]
    pub fn as_link(self) -> Option<&'a [u8]> {
        let head = self.head().filter(|head| head.major == TAG)?;
        Some(link_bytes(head.rest))
    }

    /// Whether this is `null`.
    #[must_use]
    #[inline]
    pub fn is_null(self) -> bool {
        // It has one spelling, so a byte tells.
        self.tail.first() == Some(&0xf6)
    }

    /// The text, if this is a string, as bytes: they were checked to be UTF-8 with the item, and a
    /// comparison need not do it again.
    #[inline]
    pub(crate) fn as_text(self) -> Option<&'a [u8]> {
        self.text().map(|(text, _)| text)
    }

    /// The same, and what follows it.
    #[inline]
    pub(crate) fn text(self) -> Option<(&'a [u8], Self)> {
        let head = self.head().filter(|head| head.major == TEXT)?;
        let (text, tail) = head.rest.split_at_checked(usize::try_from(head.argument).ok()?)?;
        Some((text, Self { tail }))
    }

    /// The bytes, if this is a byte string, and what follows it.
    #[inline]
    pub(crate) fn bytes(self) -> Option<(&'a [u8], Self)> {
        let head = self.head().filter(|head| head.major == BYTES)?;
        let (bytes, tail) = head.rest.split_at_checked(usize::try_from(head.argument).ok()?)?;
        Some((bytes, Self { tail }))
    }

    /// How many items the list has, if this is one, and the first of them.
    #[inline]
    pub(crate) fn list(self) -> Option<(u64, Self)> {
        let head = self.head().filter(|head| head.major == LIST)?;
        Some((head.argument, Self { tail: head.rest }))
    }

    /// How many entries the map has, if this is one, and the first key.
    #[inline]
    pub(crate) fn map(self) -> Option<(u64, Self)> {
        let head = self.head().filter(|head| head.major == MAP)?;
        Some((head.argument, Self { tail: head.rest }))
    }

    /// One head further: how many items this one holds (a map counts keys and values, a link its
    /// bytes), and the item at the next head, which is the first of those or else what follows.
    ///
    /// For walks that count what they pass. The caller knows where the last item ends.
    #[inline]
    pub(crate) fn step(self) -> (u64, Self) {
        if let Some(after) = self.after_small() {
            return (0, after);
        }
        let Some(head) = self.head() else {
            return (0, Self { tail: &[] });
        };
        let (inside, tail) = step(&head);
        (inside, Self { tail })
    }

    /// Whether this is a map of one entry: as lengths have one spelling, a byte tells.
    #[inline]
    pub(crate) fn is_map_of_one(self) -> bool {
        self.tail.first() == Some(&0xa1)
    }

    /// What this item's own head says, read once and without a look at its text, and the same as
    /// [`View::step`] gives.
    #[inline]
    pub(crate) fn part(self) -> (Part<'a>, u64, Self) {
        let Some(head) = self.head() else {
            return (Part::Simple(NULL), 0, Self { tail: &[] });
        };
        let (inside, tail) = step(&head);
        let Head { argument, rest, .. } = head;
        let part = match head.major {
            UNSIGNED => Part::Integer(i128::from(argument)),
            NEGATIVE => Part::Integer(-1 - i128::from(argument)),
            BYTES => Part::Bytes(front(rest, argument)),
            TEXT => Part::Text(front(rest, argument)),
            LIST => Part::List(argument),
            MAP => Part::Map(argument),
            _ if head.width == 27 => Part::Float(f64::from_bits(argument)),
            _ => Part::Simple(argument),
        };
        (part, inside, Self { tail })
    }

    #[inline]
    fn head(self) -> Option<Head<'a>> {
        head::reread(self.tail)
    }
}

impl<'a> List<'a> {
    const fn of(tail: &'a [u8], left: u64) -> Self {
        Self { tail, left, begun: false }
    }

    /// How many items are still to come.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.left
    }

    /// Whether none is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.left == 0
    }
}

impl<'a> Iterator for List<'a> {
    type Item = View<'a>;

    #[inline]
    fn next(&mut self) -> Option<View<'a>> {
        self.left = self.left.checked_sub(1)?;
        if self.begun {
            self.tail = skip(self.tail);
        }
        self.begun = true;
        Some(View { tail: self.tail })
    }
}

impl<'a> Map<'a> {
    const fn of(tail: &'a [u8], left: u64) -> Self {
        Self { tail, left, begun: false }
    }

    /// Where the entries begin, before the first of them was taken.
    pub(crate) const fn start(&self) -> View<'a> {
        debug_assert!(!self.begun);
        View { tail: self.tail }
    }

    /// The next entry, with its key as bytes: they were checked to be UTF-8 with the map, and a comparison need not do it
    /// again.
    #[cfg_attr(feature = "tables", inline)]
    #[cfg_attr(not(feature = "tables"), inline(never))]
    pub(crate) fn advance(&mut self) -> Option<(&'a [u8], View<'a>)> {
        self.left = self.left.checked_sub(1)?;
        if self.begun {
            self.tail = skip(self.tail);
        }
        self.begun = true;
        // A key is always a text.
        let at = View { tail: self.tail };
        let (key, value) = at.text().unwrap_or((&[], at));
        self.tail = value.tail;
        Some((key, value))
    }

    /// How many entries are still to come.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.left
    }

    /// Whether none is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// The value under `key`, if it is among the entries still to come.
    #[must_use]
    pub fn get(mut self, key: &str) -> Option<View<'a>> {
        while let Some((candidate, value)) = self.advance() {
            if candidate == key.as_bytes() {
                return Some(value);
            }
        }
        None
    }
}

impl<'a> Iterator for Map<'a> {
    type Item = (&'a str, View<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.advance()?;
        Some((core::str::from_utf8(key).unwrap_or_default(), value))
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({} bytes)", self.as_cbor().len())
    }
}

impl fmt::Debug for Kind<'_> {
    /// Which kind it is and how large, as for every view: the value itself may be an argument.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Bool(_) => f.write_str("Bool"),
            Self::Integer(_) => f.write_str("Integer"),
            Self::Float(_) => f.write_str("Float"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::String(text) => write!(f, "String({} bytes)", text.len()),
            Self::List(items) => items.fmt(f),
            Self::Map(entries) => entries.fmt(f),
            Self::Link(_) => f.write_str("Link"),
        }
    }
}

impl fmt::Debug for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List({} items)", self.left)
    }
}

impl fmt::Debug for Map<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Map({} entries)", self.left)
    }
}

/// What follows the item at the start of `tail`, which has been checked.
#[cfg_attr(feature = "tables", inline)]
#[cfg_attr(not(feature = "tables"), inline(never))]
fn skip(tail: &[u8]) -> &[u8] {
    if let Some(rest) = small::past(tail) {
        return rest;
    }
    let mut rest = tail;
    // Items still to pass; a list or map adds its own. No recursion, so depth costs no stack.
    let mut items = 1_u64;
    while let Some(left) = items.checked_sub(1) {
        let Some(head) = head::reread(rest) else { return &[] };
        let (inside, after) = step(&head);
        items = left.saturating_add(inside);
        rest = after;
    }
    rest
}

/// How many items begin inside the one with this head, and what follows the head and its own bytes.
#[inline]
fn step<'a>(head: &Head<'a>) -> (u64, &'a [u8]) {
    match head.major {
        BYTES | TEXT => (0, back(head.rest, head.argument)),
        LIST => (head.argument, head.rest),
        MAP => (head.argument.saturating_mul(2), head.rest),
        TAG => (1, head.rest),
        _ => (0, head.rest),
    }
}

#[inline]
fn front(rest: &[u8], length: u64) -> &[u8] {
    usize::try_from(length).ok().and_then(|length| rest.get(..length)).unwrap_or_default()
}

#[inline]
fn back(rest: &[u8], length: u64) -> &[u8] {
    usize::try_from(length).ok().and_then(|length| rest.get(length..)).unwrap_or_default()
}

/// Past the byte string's head and the zero byte that DAG-CBOR puts before a CID.
fn link_bytes(rest: &[u8]) -> &[u8] {
    match head::reread(rest) {
        Some(head) => front(head.rest, head.argument).get(1..).unwrap_or_default(),
        None => &[],
    }
}
