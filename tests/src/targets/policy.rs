//! The policy language: selectors, patterns, and policies judged on arguments.

use allod::ucan::policy::{Budget, Pattern, ResolveError, Resolved, Selector, Truth, Unresolved};
use allod::wire::{Ipld, View, dag_json, value};
use allod::{Command, Policy};

use super::text;

/// Commands: one spelling, and covering goes by segments.
pub(super) fn command(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (first, second) = text.split_once('\n').unwrap_or((text, "/photos/read"));
    let (first, second) = (first.parse::<Command>(), second.parse::<Command>());
    let Ok(first) = first else { return };
    assert_eq!(first.to_string().parse().as_ref(), Ok(&first));
    let joined: String = first.segments().map(|segment| format!("/{segment}")).collect();
    assert_eq!(if joined.is_empty() { "/" } else { &joined }, first.as_str());
    assert!(first.covers(&first) && Command::top().covers(&first));
    assert_eq!(first.covers(&Command::top()), first.is_top());
    let Ok(second) = second else { return };
    let (of_first, of_second): (Vec<_>, Vec<_>) = (first.segments().collect(), second.segments().collect());
    assert_eq!(first.covers(&second), of_second.starts_with(&of_first));
    assert_eq!(first.covers(&second) && second.covers(&first), first == second);
}

/// Patterns, and texts after a line break, against a matcher by the definition.
pub(super) fn glob(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (pattern, text) = text.split_once('\n').unwrap_or((text, "Alice*, Bob, Carol."));
    // The table takes the product of the two lengths.
    if pattern.len() > 512 || text.len() > 512 {
        return;
    }
    let pieces = pieces(pattern);
    let parsed = Pattern::parse(pattern);
    assert_eq!(parsed.is_ok(), pieces.is_some(), "{pattern:?}");
    let (Ok(parsed), Some(pieces)) = (parsed, pieces) else { return };
    assert_eq!(parsed.as_str(), pattern);
    assert_eq!(parsed.has_wildcard(), pieces.contains(&None));
    assert_eq!(parsed.matches(text), by_table(&pieces, text), "{pattern:?} on {text:?}");
    if parsed.matches_everything() {
        assert!(parsed.matches(text));
    }
    if !pattern.contains(['*', '\\']) {
        assert_eq!(parsed.matches(text), pattern == text);
    }
}

/// A pattern's characters; `None` among them for a wildcard, and instead of them where an escape is wrong.
fn pieces(pattern: &str) -> Option<Vec<Option<char>>> {
    let mut letters = pattern.chars();
    let mut pieces = Vec::new();
    while let Some(letter) = letters.next() {
        pieces.push(match letter {
            '*' => None,
            '\\' => Some(letters.next().filter(|escaped| matches!(escaped, '*' | '\\'))?),
            letter => Some(letter),
        });
    }
    Some(pieces)
}

fn by_table(pieces: &[Option<char>], text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    // Whether the pattern so far matches the first n letters.
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for piece in pieces {
        let before = reached.clone();
        for n in 0..=letters.len() {
            reached[n] = match piece {
                None => before[..=n].contains(&true),
                Some(letter) => n > 0 && before[n - 1] && letters[n - 1] == *letter,
            };
        }
    }
    reached[letters.len()]
}

/// Selectors, and after a line break a value in DAG-JSON to resolve them on.
pub(super) fn selector(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (text, json) = text.split_once('\n').unwrap_or((text, SAMPLE));
    let parsed = Selector::parse(text);
    // The way in through a policy.
    let statement = |selector: &str| {
        let parts = ["==".into(), selector.into(), Ipld::Null].map(|part: Ipld| part);
        Policy::from_ipld(&Ipld::List(vec![Ipld::List(parts.into())]))
    };
    assert_eq!(parsed.is_ok(), statement(text).is_ok(), "{text:?}");
    let Ok(selector) = parsed else { return };
    assert_eq!(selector.to_string(), text);
    assert_eq!(Selector::parse(selector.as_str()), Ok(selector));
    let Ok(sample) =
        dag_json::parse(json).map_err(drop).and_then(|value| value::encode(&value).map_err(drop))
    else {
        return;
    };
    let root = View::parse(&sample).expect("what is written is strict");
    let resolve = |selector: Selector<'_>| match selector.resolve(root, &mut Budget::new()) {
        Ok(found) => Some(Ok(shown(found))),
        Err(ResolveError::Unresolved(why)) => Some(Err(why)),
        Err(ResolveError::Budget(_)) => None,
    };
    let Some(found) = resolve(selector) else { return };
    if selector.is_identity() {
        assert!(found == Ok(dag_json::print(root)) || found == Err(Unresolved::Promise));
    } else {
        // More question marks change nothing, and with one nothing is missing that was there.
        let once = format!("{text}?");
        let (once, twice) = (once.clone(), format!("{once}?"));
        let once = resolve(Selector::parse(&once).expect("a question mark after a segment"));
        let twice = resolve(Selector::parse(&twice).expect("two of them"));
        let (Some(once), Some(twice)) = (once, twice) else { return };
        assert_eq!(once, twice, "{text:?} on {json}");
        match found {
            Ok(_) | Err(Unresolved::Promise) => assert_eq!(found, once, "{text:?} on {json}"),
            // It may be missing before its last segment.
            Err(_) => assert!(once.is_err() || once == Ok("null".into()), "{text:?} on {json}"),
        }
    }
}

const SAMPLE: &str = r#"{"a":[1,{"b":"x"},{"/":{"bytes":"AQID"}}],"to":{"x":1,"y":null},"é":[[]]}"#;

fn shown(found: Resolved<'_>) -> String {
    match found {
        Resolved::Item(view) => dag_json::print(view),
        Resolved::Null => "null".into(),
        other => format!("{other:?}"),
    }
}

/// Policies: a line of DAG-JSON and one of arguments, or both in one DAG-CBOR list.
pub(super) fn policy(data: &[u8]) {
    let given = match text(data).filter(|text| text.starts_with('[')) {
        Some(text) => {
            let (policy, arguments) = text.split_once('\n').unwrap_or((text, "{}"));
            (dag_json::parse(policy), dag_json::parse(arguments))
        }
        None => match value::decode(data) {
            Ok(Ipld::List(mut both)) if both.len() == 2 => {
                let arguments = both.pop().expect("two");
                (Ok(both.pop().expect("two")), Ok(arguments))
            }
            _ => return,
        },
    };
    let (Ok(policy), Ok(arguments)) = given else { return };
    let Ok(arguments) = value::encode(&arguments) else { return };
    let arguments = View::parse(&arguments).expect("what is written is strict");
    let parsed = match Policy::from_ipld(&policy) {
        Ok(parsed) => parsed,
        Err(error) => return drop(error.to_string()),
    };
    // It is its bytes, and reads the same from each form.
    assert_eq!(Policy::from_cbor(parsed.as_cbor()).as_ref(), Ok(&parsed));
    assert_eq!(Policy::from_ipld(&parsed.to_ipld()).as_ref(), Ok(&parsed));
    if dag_json::to_string(&policy).is_ok() {
        assert_eq!(Policy::from_json(&parsed.to_json()).as_ref(), Ok(&parsed));
    }
    drop((parsed.words(), parsed.lints().len()));
    let judged = judge(&parsed, arguments);
    assert_eq!(judge(&parsed, arguments), judged, "twice");
    // With less budget: the same, or none.
    if let Some(truth) = judged {
        let less = parsed.evaluate(arguments, &mut Budget::limited(20, 2_000));
        assert!(less.is_err() || less == Ok(truth));
        let failure = parsed.first_failure(arguments, &mut Budget::new());
        assert!(failure.is_err() || failure.is_ok_and(|failure| failure.is_none() == (truth == Truth::True)));
    }
    // `!=` is `not ==`, and two `not` are none.
    agree(&rewritten(&policy, &not_equal), judged, arguments);
    agree(&rewritten(&policy, &twice_not), judged, arguments);
}

fn judge(policy: &Policy, arguments: View<'_>) -> Option<Truth> {
    policy.evaluate(arguments, &mut Budget::new()).ok()
}

/// Where the other policy can be written and judged within its limits, it says the same.
fn agree(other: &Ipld, judged: Option<Truth>, arguments: View<'_>) {
    let Ok(other) = Policy::from_ipld(other) else { return };
    if let (Some(other), Some(judged)) = (judge(&other, arguments), judged) {
        assert_eq!(other, judged);
    }
}

/// A policy with every statement rewritten.
fn rewritten(policy: &Ipld, each: &dyn Fn(Vec<Ipld>) -> Ipld) -> Ipld {
    let Ipld::List(statements) = policy else { return policy.clone() };
    Ipld::List(statements.iter().map(|statement| rewrite(statement, each)).collect())
}

fn rewrite(statement: &Ipld, each: &dyn Fn(Vec<Ipld>) -> Ipld) -> Ipld {
    let Ipld::List(parts) = statement else { return statement.clone() };
    let mut parts = parts.clone();
    let operator = match parts.first() {
        Some(Ipld::String(operator)) => operator.clone(),
        _ => return statement.clone(),
    };
    let inner = parts.last_mut().expect("an operator at least");
    match operator.as_str() {
        "and" | "or" => *inner = rewritten(inner, each),
        "not" | "all" | "any" => *inner = rewrite(inner, each),
        _ => {}
    }
    each(parts)
}

fn not_equal(parts: Vec<Ipld>) -> Ipld {
    match parts.as_slice() {
        [Ipld::String(operator), selector, value] if operator == "!=" => {
            not(Ipld::List(vec!["==".into(), selector.clone(), value.clone()]))
        }
        _ => Ipld::List(parts),
    }
}

fn twice_not(parts: Vec<Ipld>) -> Ipld {
    not(not(Ipld::List(parts)))
}

fn not(statement: Ipld) -> Ipld {
    Ipld::List(vec!["not".into(), statement])
}
