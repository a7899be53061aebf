//! Selectors (decision 16).

use std::collections::BTreeMap;

use ipld_core::ipld::Ipld;

use crate::value::is_promise;

/// A selector: its segments from the left. Without any it is `.`.
pub(crate) type Selector = Vec<Segment>;

pub(crate) struct Segment {
    step: Step,
    /// With `?`.
    optional: bool,
}

enum Step {
    Field(String),
    Index(i128),
    Slice(Option<i128>, Option<i128>),
    /// `[]`.
    Values,
}

/// `None` where it is not a selector.
pub(crate) fn parse(text: &str) -> Option<Selector> {
    if text == "." {
        return Some(vec![]);
    }
    if !text.starts_with('.') {
        return None;
    }
    let mut segments = Vec::new();
    let mut rest: &[char] = &text.chars().collect::<Vec<_>>();
    while let Some(first) = rest.first() {
        let (step, after) = match (first, rest.get(1)?) {
            ('[', _) => bracket(&rest[1..])?,
            ('.', '[') => bracket(&rest[2..])?,
            ('.', _) => field(&rest[1..])?,
            _ => return None,
        };
        let marks = after.iter().take_while(|c| **c == '?').count();
        segments.push(Segment { step, optional: marks > 0 });
        rest = &after[marks..];
    }
    Some(segments)
}

/// A bare name, and what comes after it.
fn field(rest: &[char]) -> Option<(Step, &[char])> {
    let belongs = |c: &&char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || **c >= '\u{80}';
    let length = rest.iter().take_while(belongs).count();
    let name = rest[..length].iter().collect();
    (length > 0).then_some((Step::Field(name), &rest[length..]))
}

/// What stands behind an opening bracket, and what comes after the closing one.
fn bracket(rest: &[char]) -> Option<(Step, &[char])> {
    if let ['"', quoted @ ..] = rest {
        return key(quoted);
    }
    let length = rest.iter().position(|c| *c == ']')?;
    let inner: String = rest[..length].iter().collect();
    let step = match inner.split_once(':') {
        None if inner.is_empty() => Step::Values,
        None => Step::Index(number(&inner)?),
        // `[:]`
        Some(("", "")) => return None,
        Some((from, "")) => Step::Slice(Some(number(from)?), None),
        Some(("", to)) => Step::Slice(None, Some(number(to)?)),
        Some((from, to)) => Step::Slice(Some(number(from)?), Some(number(to)?)),
    };
    Some((step, &rest[length + 1..]))
}

/// A key up to its closing quote and bracket, and what comes after them.
fn key(mut rest: &[char]) -> Option<(Step, &[char])> {
    let mut key = String::new();
    loop {
        let (c, after) = match rest {
            ['"', ']', after @ ..] => return Some((Step::Field(key), after)),
            ['\\', c @ ('"' | '\\'), after @ ..] => (c, after),
            ['"' | '\\', ..] | [] => return None,
            [c, after @ ..] => (c, after),
        };
        key.push(*c);
        rest = after;
    }
}

/// ASCII digits, perhaps behind a minus. Nothing is said about leading zeros and about how many digits: all
/// are read, and what is beyond every list is held at a number that is.
fn number(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i128::MAX);
    Some(if digits == text { size } else { -size })
}

/// The value that a selector leads to. `None` where there is none, and where an unresolved promise is on the
/// way (decision 14), which no `?` turns into `null`.
pub(crate) fn select(selector: &[Segment], value: &Ipld) -> Option<Ipld> {
    let mut value = value.clone();
    for segment in selector {
        if is_promise(&value) {
            return None;
        }
        value = match step(&segment.step, &value) {
            None if segment.optional => Ipld::Null,
            next => next?,
        };
    }
    (!is_promise(&value)).then_some(value)
}

fn step(step: &Step, value: &Ipld) -> Option<Ipld> {
    match (step, value) {
        (Step::Field(key), Ipld::Map(map)) => map.get(key).cloned(),
        (Step::Index(at), Ipld::List(list)) => Some(list[index(*at, list.len())?].clone()),
        (Step::Index(at), Ipld::Bytes(bytes)) => Some(Ipld::Integer(bytes[index(*at, bytes.len())?].into())),
        (Step::Slice(from, to), Ipld::List(list)) => Some(Ipld::List(slice(list, *from, *to))),
        (Step::Slice(from, to), Ipld::Bytes(bytes)) => Some(Ipld::Bytes(slice(bytes, *from, *to))),
        (Step::Values, Ipld::List(_)) => Some(value.clone()),
        (Step::Values, Ipld::Map(map)) => Some(Ipld::List(values(map))),
        _ => None,
    }
}

fn index(at: i128, length: usize) -> Option<usize> {
    let from_start = if at < 0 { at + length as i128 } else { at };
    usize::try_from(from_start).ok().filter(|at| *at < length)
}

/// Clamped. A slice that ends before it begins is empty.
fn slice<T: Clone>(all: &[T], from: Option<i128>, to: Option<i128>) -> Vec<T> {
    let length = all.len() as i128;
    let place = |at: i128| if at < 0 { at + length } else { at };
    let (from, to) = (from.map_or(0, place), to.map_or(length, place));
    let inside = |(at, _): &(i128, &T)| from <= *at && *at < to;
    (0..).zip(all).filter(inside).map(|(_, item)| item.clone()).collect()
}

/// A map's values in the order that its keys have in DAG-CBOR: shorter first, then bytewise.
pub(crate) fn values(map: &BTreeMap<String, Ipld>) -> Vec<Ipld> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(key, _)| (key.len(), key.as_bytes()));
    entries.into_iter().map(|(_, value)| value.clone()).collect()
}
