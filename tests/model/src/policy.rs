//! Policies: their statements, and what those say of arguments (decisions 14 and 15).

use std::cmp::Ordering;

use ipld_core::ipld::Ipld;

use crate::glob;
use crate::selector::{self, Selector, select};
use crate::value::{compare, equal, has_promise};

pub(crate) enum Statement {
    Leaf(Selector, Test),
    And(Vec<Statement>),
    Or(Vec<Statement>),
    Not(Box<Statement>),
    All(Selector, Box<Statement>),
    Any(Selector, Box<Statement>),
}

/// What a leaf asks of a value.
pub(crate) enum Test {
    /// Whether it is equal or, for `!=`, whether it is not.
    Equals(bool, Ipld),
    /// How it stands to a number.
    Stands(fn(Ordering) -> bool, Ipld),
    Like(Vec<Option<char>>),
}

/// A list of statements; `None` where it is not one.
pub(crate) fn parse(value: &Ipld) -> Option<Vec<Statement>> {
    let Ipld::List(list) = value else { return None };
    list.iter().map(statement).collect()
}

fn statement(value: &Ipld) -> Option<Statement> {
    let Ipld::List(parts) = value else { return None };
    let Ipld::String(operator) = parts.first()? else { return None };
    Some(match (operator.as_str(), &parts[1..]) {
        ("and", [inner]) => Statement::And(parse(inner)?),
        ("or", [inner]) => Statement::Or(parse(inner)?),
        ("not", [inner]) => Statement::Not(Box::new(statement(inner)?)),
        ("all", [selector, inner]) => Statement::All(selector::parse(selector)?, Box::new(statement(inner)?)),
        ("any", [selector, inner]) => Statement::Any(selector::parse(selector)?, Box::new(statement(inner)?)),
        (operator, [selector, argument]) => {
            Statement::Leaf(selector::parse(selector)?, test(operator, argument)?)
        }
        _ => return None,
    })
}

fn test(operator: &str, argument: &Ipld) -> Option<Test> {
    let stands = match (operator, argument) {
        ("==", _) => return Some(Test::Equals(true, argument.clone())),
        ("!=", _) => return Some(Test::Equals(false, argument.clone())),
        ("like", Ipld::String(pattern)) => return Some(Test::Like(glob::parse(pattern)?)),
        ("<", Ipld::Integer(_) | Ipld::Float(_)) => Ordering::is_lt,
        ("<=", Ipld::Integer(_) | Ipld::Float(_)) => Ordering::is_le,
        (">", Ipld::Integer(_) | Ipld::Float(_)) => Ordering::is_gt,
        (">=", Ipld::Integer(_) | Ipld::Float(_)) => Ordering::is_ge,
        _ => return None,
    };
    Some(Test::Stands(stands, argument.clone()))
}

// Kleene's three values, such that `and` is the least of them, `or` the greatest, and `not` the negative.
const TRUE: i8 = 1;
const UNKNOWN: i8 = 0;
const FALSE: i8 = -1;

/// Whether every statement is true of the arguments.
pub(crate) fn satisfied(policy: &[Statement], args: &Ipld) -> bool {
    policy.iter().all(|statement| truth(statement, args) == TRUE)
}

/// Decision 15 says what is true of nothing.
fn truth(statement: &Statement, value: &Ipld) -> i8 {
    match statement {
        Statement::And(inner) => inner.iter().map(|inner| truth(inner, value)).min().unwrap_or(TRUE),
        Statement::Or(inner) => inner.iter().map(|inner| truth(inner, value)).max().unwrap_or(TRUE),
        Statement::Not(inner) => -truth(inner, value),
        Statement::All(selector, inner) => items(selector, value)
            .map_or(UNKNOWN, |items| items.iter().map(|item| truth(inner, item)).min().unwrap_or(TRUE)),
        Statement::Any(selector, inner) => items(selector, value)
            .map_or(UNKNOWN, |items| items.iter().map(|item| truth(inner, item)).max().unwrap_or(UNKNOWN)),
        Statement::Leaf(selector, test) => {
            leaf(selector, test, value).map_or(UNKNOWN, |holds| if holds { TRUE } else { FALSE })
        }
    }
}

/// `None` where there is no such value, where it is to come, wholly or in part, and where the test is not for
/// its type.
fn leaf(selector: &Selector, test: &Test, value: &Ipld) -> Option<bool> {
    let value = select(selector, value).filter(|value| !has_promise(value))?;
    match (test, value) {
        (Test::Equals(sought, literal), value) => Some(equal(&value, literal) == *sought),
        (Test::Stands(stands, number), value) => compare(&value, number).map(stands),
        (Test::Like(pattern), Ipld::String(text)) => Some(glob::matches(pattern, &text)),
        (Test::Like(_), _) => None,
    }
}

/// What a quantifier goes over. It is no leaf: a promise among the items is met by the statement on it, if by
/// any.
fn items(selector: &Selector, value: &Ipld) -> Option<Vec<Ipld>> {
    match select(selector, value)? {
        Ipld::List(list) => Some(list),
        Ipld::Map(map) => Some(map.into_values().collect()),
        _ => None,
    }
}
