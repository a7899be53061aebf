//! Selectors (decision 16).

use ipld_core::ipld::Ipld;

use crate::value::is_promise;

/// A selector: its segments from the left, and whether they have a `?`. Without any it is `.`.
pub(crate) type Selector = Vec<(Step, bool)>;

pub(crate) enum Step {
    Field(String),
    Index(i128),
    Slice(i128, i128),
    /// `[]`.
    Values,
}

/// `None` where it is not a selector.
pub(crate) fn parse(value: &Ipld) -> Option<Selector> {
    let Ipld::String(text) = value else { return None };
    if text == "." {
        return Some(vec![]);
    }
    if !text.starts_with('.') {
        return None;
    }
    let mut segments = Vec::new();
    let mut rest: &[char] = &text.chars().collect::<Vec<_>>();
    while !rest.is_empty() {
        let (step, after) = match rest {
            ['.', '[', after @ ..] | ['[', after @ ..] => bracket(after)?,
            ['.', after @ ..] => field(after)?,
            _ => return None,
        };
        let marks = after.iter().take_while(|c| **c == '?').count();
        segments.push((step, marks > 0));
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
        Some(("", "")) => return None,
        Some(("", to)) => Step::Slice(0, number(to)?),
        Some((from, "")) => Step::Slice(number(from)?, i128::MAX),
        Some((from, to)) => Step::Slice(number(from)?, number(to)?),
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
    let size = digits.parse().unwrap_or(i128::MAX);
    let well_formed = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    well_formed.then_some(if digits == text { size } else { -size })
}

/// The value that a selector leads to. `None` where there is none, and where an unresolved promise is on the
/// way (decision 14), which no `?` turns into `null`.
pub(crate) fn select(selector: &Selector, value: &Ipld) -> Option<Ipld> {
    let mut value = value.clone();
    for (step, optional) in selector {
        if is_promise(&value) {
            return None;
        }
        value = match follow(step, &value) {
            None if *optional => Ipld::Null,
            next => next?,
        };
    }
    (!is_promise(&value)).then_some(value)
}

fn follow(step: &Step, value: &Ipld) -> Option<Ipld> {
    match (step, value) {
        (Step::Field(key), Ipld::Map(map)) => map.get(key).cloned(),
        (Step::Index(at), Ipld::List(list)) => item(list, *at),
        (Step::Index(at), Ipld::Bytes(bytes)) => Some(Ipld::Integer(item(bytes, *at)?.into())),
        (Step::Slice(from, to), Ipld::List(list)) => Some(Ipld::List(slice(list, *from, *to))),
        (Step::Slice(from, to), Ipld::Bytes(bytes)) => Some(Ipld::Bytes(slice(bytes, *from, *to))),
        (Step::Values, Ipld::List(_)) => Some(value.clone()),
        (Step::Values, Ipld::Map(map)) => {
            // In the order that keys have in DAG-CBOR: shorter first, then bytewise.
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by_key(|key| (key.len(), key.as_bytes()));
            Some(Ipld::List(keys.into_iter().map(|key| map[key].clone()).collect()))
        }
        _ => None,
    }
}

/// Counted from the end where it is negative.
fn place(at: i128, length: usize) -> i128 {
    if at < 0 { at + length as i128 } else { at }
}

/// `None` beyond the ends.
fn item<T: Clone>(all: &[T], at: i128) -> Option<T> {
    all.get(usize::try_from(place(at, all.len())).ok()?).cloned()
}

/// A slice that ends before it begins is empty.
fn slice<T: Clone>(all: &[T], from: i128, to: i128) -> Vec<T> {
    let clamped = |at| place(at, all.len()).clamp(0, all.len() as i128) as usize;
    all[clamped(from)..clamped(to).max(clamped(from))].to_vec()
}
