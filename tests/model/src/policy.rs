//! Policies: their statements, and what those say of arguments (decisions 14 and 15).

use std::cmp::Ordering;

use ipld_core::ipld::Ipld;

use crate::glob::{self, Piece};
use crate::selector::{self, Selector, select};
use crate::value::{compare, equal, has_promise};

pub(crate) enum Statement {
    Equal(Selector, Ipld),
    Unequal(Selector, Ipld),
    /// A number, and which of its orders are taken.
    Ordered(Selector, Ipld, fn(Ordering) -> bool),
    Like(Selector, Vec<Piece>),
    And(Vec<Statement>),
    Or(Vec<Statement>),
    Not(Box<Statement>),
    All(Selector, Box<Statement>),
    Any(Selector, Box<Statement>),
}

/// A list of statements; `None` where it is not one.
pub(crate) fn parse(value: &Ipld) -> Option<Vec<Statement>> {
    let Ipld::List(list) = value else { return None };
    list.iter().map(statement).collect()
}

fn statement(value: &Ipld) -> Option<Statement> {
    let Ipld::List(parts) = value else { return None };
    let Ipld::String(operator) = parts.first()? else { return None };
    match (operator.as_str(), &parts[1..]) {
        ("and", [inner]) => Some(Statement::And(parse(inner)?)),
        ("or", [inner]) => Some(Statement::Or(parse(inner)?)),
        ("not", [inner]) => Some(Statement::Not(Box::new(statement(inner)?))),
        (operator, [Ipld::String(text), argument]) => {
            with_selector(operator, selector::parse(text)?, argument)
        }
        _ => None,
    }
}

fn with_selector(operator: &str, selector: Selector, argument: &Ipld) -> Option<Statement> {
    let is_number = matches!(argument, Ipld::Integer(_) | Ipld::Float(_));
    let ordered = |selector, taken| is_number.then(|| Statement::Ordered(selector, argument.clone(), taken));
    match (operator, argument) {
        ("==", _) => Some(Statement::Equal(selector, argument.clone())),
        ("!=", _) => Some(Statement::Unequal(selector, argument.clone())),
        ("<", _) => ordered(selector, Ordering::is_lt),
        ("<=", _) => ordered(selector, Ordering::is_le),
        (">", _) => ordered(selector, Ordering::is_gt),
        (">=", _) => ordered(selector, Ordering::is_ge),
        ("like", Ipld::String(pattern)) => Some(Statement::Like(selector, glob::parse(pattern)?)),
        ("all", inner) => Some(Statement::All(selector, Box::new(statement(inner)?))),
        ("any", inner) => Some(Statement::Any(selector, Box::new(statement(inner)?))),
        _ => None,
    }
}

/// Whether every statement is true of the arguments.
pub(crate) fn satisfied(policy: &[Statement], args: &Ipld) -> bool {
    policy.iter().all(|statement| truth(statement, args) == Some(true))
}

/// True, false, or `None` for unknown.
fn truth(statement: &Statement, value: &Ipld) -> Option<bool> {
    match statement {
        Statement::Equal(selector, literal) => Some(equal(&leaf(selector, value)?, literal)),
        Statement::Unequal(selector, literal) => Some(!equal(&leaf(selector, value)?, literal)),
        Statement::Ordered(selector, number, taken) => compare(&leaf(selector, value)?, number).map(taken),
        Statement::Like(selector, pattern) => match leaf(selector, value)? {
            Ipld::String(text) => Some(glob::matches(pattern, &text)),
            _ => None,
        },
        Statement::And(inner) => every(inner.iter().map(|inner| truth(inner, value)).collect()),
        // Decision 15: an `or` of nothing is true, `any` of nothing is unknown.
        Statement::Or(inner) if inner.is_empty() => Some(true),
        Statement::Or(inner) => some(inner.iter().map(|inner| truth(inner, value)).collect()),
        Statement::Not(inner) => truth(inner, value).map(|truth| !truth),
        Statement::All(selector, inner) => {
            every(items(selector, value)?.iter().map(|item| truth(inner, item)).collect())
        }
        Statement::Any(selector, inner) => {
            let items = items(selector, value)?;
            if items.is_empty() {
                return None;
            }
            some(items.iter().map(|item| truth(inner, item)).collect())
        }
    }
}

/// The value that a leaf is about, unless it is to come, wholly or in part.
fn leaf(selector: &Selector, value: &Ipld) -> Option<Ipld> {
    select(selector, value).filter(|value| !has_promise(value))
}

/// What a quantifier goes over. It is no leaf: a promise among the items is met by the statement on it, if by
/// any.
fn items(selector: &Selector, value: &Ipld) -> Option<Vec<Ipld>> {
    match select(selector, value)? {
        Ipld::List(list) => Some(list),
        Ipld::Map(map) => Some(selector::values(&map)),
        _ => None,
    }
}

/// Kleene's and.
fn every(truths: Vec<Option<bool>>) -> Option<bool> {
    if truths.contains(&Some(false)) {
        return Some(false);
    }
    if truths.contains(&None) { None } else { Some(true) }
}

/// Kleene's or, of one or more.
fn some(truths: Vec<Option<bool>>) -> Option<bool> {
    every(truths.into_iter().map(|truth| truth.map(|truth| !truth)).collect()).map(|truth| !truth)
}
