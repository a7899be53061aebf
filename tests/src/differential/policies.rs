//! Policies that bite: statements over the arguments at hand, most of them true.

use std::fmt::Write;

use allod::wire::Ipld;

use super::draws::Draws;
use super::values::{NAMES, value};

/// A policy of up to three statements about these arguments. Steered towards being satisfied; whether it
/// is, is for others to say.
pub(super) fn policy(draws: &mut Draws, arguments: &Ipld) -> Ipld {
    let statements = draws.pick(&[1, 0, 0, 0, 1, 1, 2, 3]);
    Ipld::List((0..statements).map(|_| statement(draws, arguments, true, 3)).collect())
}

/// A statement about `root`, steered towards `wanted`.
#[must_use]
pub fn statement(draws: &mut Draws, root: &Ipld, wanted: bool, depth: usize) -> Ipld {
    let wanted = wanted != draws.one_in(24);
    match draws.below(if depth == 0 { 12 } else { 16 }) {
        12 => connective(draws, "and", root, [wanted, true], depth),
        13 => connective(draws, "or", root, [wanted, false], depth),
        14 => list(vec![text("not"), statement(draws, root, !wanted, depth - 1)]),
        15 => {
            let (selector, found) = path_to_something(draws, root);
            let items = match &found {
                Some(Ipld::List(items)) => items.clone(),
                Some(Ipld::Map(map)) => map.values().cloned().collect(),
                _ => Vec::new(),
            };
            let item = items.get(draws.below(items.len().max(1))).cloned().unwrap_or(Ipld::Null);
            let quantifier = draws.pick(&["any", "all"]);
            list(vec![text(quantifier), text(&selector), statement(draws, &item, wanted, depth - 1)])
        }
        _ => {
            let (selector, found) = path_to_something(draws, root);
            comparison(draws, &selector, found, wanted)
        }
    }
}

/// The first statement decides as wanted, the others are neutral to the connective for the most part.
fn connective(
    draws: &mut Draws,
    name: &str,
    root: &Ipld,
    [wanted, neutral]: [bool; 2],
    depth: usize,
) -> Ipld {
    let count = draws.pick(&[1, 2, 2, 3, 0]);
    let deciding = draws.below(count.max(1));
    let statements = (0..count).map(|index| {
        let wanted = if index == deciding { wanted } else { neutral };
        statement(draws, root, wanted, depth - 1)
    });
    let statements = statements.collect();
    list(vec![text(name), list(statements)])
}

fn comparison(draws: &mut Draws, selector: &str, found: Option<Ipld>, wanted: bool) -> Ipld {
    let found = found.unwrap_or(Ipld::Null);
    // Now and then an operator that does not fit the value.
    let choice = if draws.one_in(16) {
        draws.below(3)
    } else {
        match &found {
            Ipld::Integer(_) | Ipld::Float(_) => draws.below(2),
            Ipld::String(_) => draws.pick(&[0, 2]),
            _ => 0,
        }
    };
    match choice {
        1 => order(draws, selector, &found, wanted),
        2 => {
            let of = if let Ipld::String(of) = &found { of.as_str() } else { "a" };
            let mut pattern = pattern(draws, of);
            if !wanted {
                pattern.push('!');
            }
            list(vec![text("like"), text(selector), text(&pattern)])
        }
        _ => {
            let same = draws.below(3) != 2;
            let literal = if same == wanted { respelled(draws, found) } else { value(draws, 1) };
            list(vec![text(if same { "==" } else { "!=" }), text(selector), literal])
        }
    }
}

/// The same number in the other type, at times.
fn respelled(draws: &mut Draws, literal: Ipld) -> Ipld {
    match literal {
        #[expect(clippy::cast_precision_loss, reason = "whether it is the same is for others to say")]
        Ipld::Integer(number) if draws.one_in(3) => Ipld::Float(number as f64),
        #[expect(clippy::cast_possible_truncation, reason = "whether it is the same is for others to say")]
        Ipld::Float(number) if number.abs() < 1e18 && draws.one_in(3) => Ipld::Integer(number as i128),
        other => other,
    }
}

fn order(draws: &mut Draws, selector: &str, found: &Ipld, wanted: bool) -> Ipld {
    let operator = draws.pick(&["<=", ">=", "<", ">"]);
    let below = operator.starts_with('<') == wanted;
    // At the edge where the operator takes its edge in.
    let distance = if operator.ends_with('=') == wanted { draws.pick(&[0, 1]) } else { draws.pick(&[1, 0]) };
    let step = if below { distance } else { -distance };
    let literal = match found {
        Ipld::Integer(number) => {
            let bound = (number + step).clamp(-(1 << 64), (1 << 64) - 1);
            respelled(draws, Ipld::Integer(bound))
        }
        #[expect(clippy::cast_precision_loss, reason = "one, none, or minus one")]
        Ipld::Float(number) => respelled(draws, Ipld::Float(number + step as f64)),
        _ => Ipld::Integer(step),
    };
    list(vec![text(operator), text(selector), literal])
}

/// A pattern made from a text: parts of it become `*`, the rest is escaped.
fn pattern(draws: &mut Draws, of: &str) -> String {
    let mut pattern = String::new();
    for letter in of.chars() {
        match draws.below(4) {
            3 => pattern.push('*'),
            2 if draws.one_in(3) => {
                pattern.push('*');
                escaped(&mut pattern, letter);
            }
            _ => escaped(&mut pattern, letter),
        }
    }
    if draws.one_in(4) {
        pattern.push('*');
    }
    pattern
}

fn escaped(pattern: &mut String, letter: char) {
    if matches!(letter, '*' | '\\') {
        pattern.push('\\');
    }
    pattern.push(letter);
}

/// As [`path`], and mostly one at whose end there is something.
fn path_to_something(draws: &mut Draws, root: &Ipld) -> (String, Option<Ipld>) {
    let mut found = path(draws, root);
    for _ in 0..4 {
        if found.1.is_some() || draws.one_in(12) {
            break;
        }
        found = path(draws, root);
    }
    found
}

/// A selector into `root`, and what it is likely to find.
fn path(draws: &mut Draws, root: &Ipld) -> (String, Option<Ipld>) {
    let mut selector = String::new();
    let mut found = Some(root.clone());
    for _ in 0..draws.pick(&[1, 1, 1, 2, 2, 3, 0]) {
        let Some(here) = &found else { break };
        let next = segment(draws, &mut selector, here);
        if draws.one_in(8) {
            selector.push('?');
        }
        found = next;
    }
    if !selector.starts_with('.') {
        selector.insert(0, '.');
    }
    (selector, found)
}

fn segment(draws: &mut Draws, selector: &mut String, here: &Ipld) -> Option<Ipld> {
    match here {
        Ipld::Map(map) => {
            if draws.one_in(8) {
                selector.push_str("[]");
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_by_key(|(key, _)| (key.len(), key.as_bytes().to_vec()));
                return Some(Ipld::List(entries.into_iter().map(|(_, value)| value.clone()).collect()));
            }
            let names: Vec<&str> = map.keys().map(String::as_str).collect();
            let name =
                if names.is_empty() || draws.one_in(12) { draws.pick(&NAMES) } else { draws.pick(&names) };
            let plain = !name.is_empty() && !name.contains([' ', '"', '\\', '/']);
            if plain && draws.below(3) < 2 {
                let _ = write!(selector, ".{name}");
            } else {
                let _ = write!(selector, "[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""));
            }
            map.get(name).cloned()
        }
        Ipld::List(items) => match draws.below(4) {
            0 | 1 => {
                let index = draws.below(items.len() + 1);
                if draws.one_in(2) {
                    let back = items.len() - index;
                    let _ = write!(selector, "[-{}]", back.max(1));
                    return items.get(items.len().checked_sub(back.max(1))?).cloned();
                }
                let _ = write!(selector, "[{index}]");
                items.get(index).cloned()
            }
            2 => {
                selector.push_str("[]");
                Some(here.clone())
            }
            _ => {
                let (from, to) = slice(draws, selector, items.len());
                Some(Ipld::List(items.get(from..to).unwrap_or_default().to_vec()))
            }
        },
        Ipld::Bytes(bytes) if draws.below(2) == 0 => {
            let index = draws.below(bytes.len() + 1);
            let _ = write!(selector, "[{index}]");
            bytes.get(index).map(|byte| Ipld::Integer((*byte).into()))
        }
        Ipld::Bytes(bytes) => {
            let (from, to) = slice(draws, selector, bytes.len());
            Some(Ipld::Bytes(bytes.get(from..to).unwrap_or_default().to_vec()))
        }
        _ => {
            selector.push_str(draws.pick(&[".a", "[0]", "[]", "[0:1]", "[\"a\"]"]));
            None
        }
    }
}

/// A slice of something of this length, and where it likely begins and ends.
fn slice(draws: &mut Draws, selector: &mut String, length: usize) -> (usize, usize) {
    let whole = i64::try_from(length).unwrap_or(0);
    let bound = |draws: &mut Draws| i64::try_from(draws.below(2 * length + 3)).unwrap_or(0) - whole - 1;
    let at = |bound: i64| {
        let bound = if bound < 0 { bound + whole } else { bound };
        usize::try_from(bound.clamp(0, whole)).unwrap_or(0)
    };
    let (from, to) = (bound(draws), bound(draws));
    match draws.below(3) {
        0 => {
            let _ = write!(selector, "[{from}:{to}]");
            (at(from), at(to))
        }
        1 => {
            let _ = write!(selector, "[{from}:]");
            (at(from), length)
        }
        _ => {
            let _ = write!(selector, "[:{to}]");
            (0, at(to))
        }
    }
}

fn list(items: Vec<Ipld>) -> Ipld {
    Ipld::List(items)
}

fn text(text: &str) -> Ipld {
    Ipld::String(text.into())
}
