//! The one pass that decides whether data is a policy.

// Requirements kept here: pol-statement-triple, pol-connective-pair.

use super::MAX_POLICY_DEPTH;
use super::error::{PolicyError, StatementPath};
use super::glob::Pattern;
use super::number::Number;
use super::selector::Selector;
use super::statement::Operator;
use crate::wire::View;
use crate::wire::cbor::Part;

/// Checks a whole policy.
pub(super) fn policy(view: View<'_>) -> Result<(), PolicyError> {
    let Some((statements, first)) = view.list() else { return Err(PolicyError::NotAList) };
    depth(view, MAX_POLICY_DEPTH)?;
    list(first, statements)?;
    Ok(())
}

/// Checks the policy of a token, whose nesting is bounded already; gives what follows the policy.
pub(super) fn in_token(view: View<'_>) -> Result<View<'_>, PolicyError> {
    // That bound leaves the policy as many levels as any policy has.
    let Some((statements, first)) = view.list() else { return Err(PolicyError::NotAList) };
    list(first, statements)
}

/// Checks one statement by itself.
pub(super) fn single(view: View<'_>) -> Result<(), PolicyError> {
    // One level is the policy's own.
    depth(view, MAX_POLICY_DEPTH - 1)?;
    statement(view)?;
    Ok(())
}

/// Whether lists and maps nest no deeper than `levels`; gives what follows the item.
fn depth(item: View<'_>, levels: usize) -> Result<View<'_>, PolicyError> {
    let (part, inside, mut at) = item.part();
    let levels = match part {
        Part::List(_) | Part::Map(_) => levels.checked_sub(1).ok_or(PolicyError::TooDeep)?,
        // A link holds its bytes, and they nothing.
        _ => levels,
    };
    for _ in 0..inside {
        at = depth(at, levels)?;
    }
    Ok(at)
}

/// Checks so many statements in a row; gives what follows them.
fn list(first: View<'_>, statements: u64) -> Result<View<'_>, PolicyError> {
    let mut at = first;
    for index in 0..statements {
        at = statement(at).map_err(|error| error.inside(u32::try_from(index).unwrap_or(u32::MAX)))?;
    }
    Ok(at)
}

/// Checks a statement, whose depth is bounded; gives what follows it.
fn statement(view: View<'_>) -> Result<View<'_>, PolicyError> {
    let path = StatementPath::default;
    let (items, name) = match view.list() {
        None | Some((0, _)) => return Err(PolicyError::NotAStatement { path: path() }),
        Some(list) => list,
    };
    let Some((name, argument)) = name.text() else {
        return Err(PolicyError::NotAStatement { path: path() });
    };
    let Some(operator) = Operator::from_name(name) else {
        // Checked to be UTF-8 with the policy.
        let name = core::str::from_utf8(name).unwrap_or_default().chars().take(20).collect();
        return Err(PolicyError::UnknownOperator { path: path(), name });
    };
    let expected = if operator.has_selector() { 3 } else { 2 };
    if items != expected {
        return Err(PolicyError::Arity { path: path(), operator: operator.name(), expected });
    }
    if !operator.has_selector() {
        return operand(operator, argument);
    }
    let Some((selector, argument)) = argument.text() else {
        return Err(PolicyError::SelectorNotString { path: path() });
    };
    match Selector::check(selector) {
        Ok(()) => operand(operator, argument),
        Err(source) => Err(PolicyError::Selector { path: path(), source }),
    }
}

/// Checks what an operator is applied to; gives what follows it.
fn operand(operator: Operator, argument: View<'_>) -> Result<View<'_>, PolicyError> {
    let path = StatementPath::default;
    match operator {
        Operator::Equal | Operator::NotEqual => Ok(argument.after()),
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            let (part, _, after) = argument.part();
            match Number::of_part(part) {
                Some(_) => Ok(after),
                None => Err(PolicyError::NotANumber { path: path(), operator: operator.name() }),
            }
        }
        Operator::Like => {
            let Some((pattern, after)) = argument.text() else {
                return Err(PolicyError::PatternNotString { path: path() });
            };
            match Pattern::check(pattern) {
                Ok(()) => Ok(after),
                Err(source) => Err(PolicyError::Pattern { path: path(), source }),
            }
        }
        Operator::Not | Operator::All | Operator::Any => statement(argument).map_err(|error| error.inside(0)),
        Operator::And | Operator::Or => match argument.list() {
            Some((statements, first)) => list(first, statements),
            None => Err(PolicyError::NotStatements { path: path(), operator: operator.name() }),
        },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn refused(json: &str) -> String {
        let bytes = cbor(json);
        policy(View::parse(&bytes).unwrap()).unwrap_err().to_string()
    }

    #[test]
    fn every_fault_names_its_statement_and_a_remedy() {
        for (json, message) in [
            (r#"{"a":1}"#, "a policy is a list"),
            ("null", "a policy is a list"),
            ("[1]", "statement [0]: a statement is a list"),
            (r#"["==",".a",1]"#, "statement [0]: a statement is a list"),
            (r#"[["and",[]],[]]"#, "statement [1]: a statement is a list"),
            ("[[1]]", "statement [0]: a statement is a list"),
            (r#"[["=",".a",1]]"#, "statement [0]: unknown operator \"=\""),
            (r#"[["AND",[]]]"#, "unknown operator \"AND\""),
            (r#"[["==",".a"]]"#, "statement [0]: == takes 3 items"),
            (r#"[["==",".a",1,2]]"#, "== takes 3 items"),
            (r#"[["not"]]"#, "not takes 2 items"),
            (r#"[["and",[],[]]]"#, "and takes 2 items"),
            (r#"[["all",".a"]]"#, "all takes 3 items"),
            (r#"[["==","a",1]]"#, "statement [0]: a selector begins with a dot"),
            (r#"[["==",1,1]]"#, "statement [0]: the selector must be a string"),
            (r#"[["any",[],["and",[]]]]"#, "the selector must be a string"),
            (r#"[["<",".a","1"]]"#, "statement [0]: < compares with an integer or a float"),
            (r#"[[">=",".a",null]]"#, ">= compares with an integer or a float"),
            (r#"[["like",".a",1]]"#, "statement [0]: like compares with a string"),
            (r#"[["like",".a","\\d"]]"#, "statement [0]: the backslash at byte 0 escapes nothing"),
            (r#"[["and",["==",".a",1]]]"#, "statement [0][0]: a statement is a list"),
            (r#"[["or",{}]]"#, "statement [0]: or takes a list of statements"),
            (r#"[["not",[["==",".a",1]]]]"#, "statement [0][0]: a statement is a list"),
            (
                r#"[["and",[]],["and",[]],["or",[["and",[]],["not",["like",".a..b","x"]]]]]"#,
                "statement [2][1][0]: two dots in a row at byte 3",
            ),
            (r#"[["all",".a",["any",".",["<",".",true]]]]"#, "statement [0][0][0]: < compares"),
        ] {
            let said = refused(json);
            assert!(said.contains(message), "{json}: {said}");
        }
        let long = refused(&format!(r#"[["{}",".a",1]]"#, "é".repeat(999)));
        assert!(long.len() < 200, "{long}");
    }

    #[test]
    fn what_follows_each_operand_is_found() {
        for inner in [
            r#"["==",".a",{"x":[1,{"/":"bafkqabiaaebagba"},"s",{"/":{"bytes":"aGk"}}],"yy":null}]"#,
            r#"["!=",".a",1.5]"#,
            r#"["<",".a",-300]"#,
            r#"["<=",".a",1.5]"#,
            r#"[">",".a",70000]"#,
            r#"[">=",".a",0]"#,
            r#"["like",".a","*"]"#,
            r#"["not",["and",[]]]"#,
            r#"["or",[["and",[]],["==",".",[]]]]"#,
            r#"["all",".a",["or",[]]]"#,
            r#"["any",".a",["or",[]]]"#,
        ] {
            let good = cbor(&format!("[{inner},{inner}]"));
            assert_eq!(policy(View::parse(&good).unwrap()), Ok(()), "{inner}");
            // Were its end misjudged, the fault behind it would be missed or misplaced.
            assert!(refused(&format!("[{inner},[\"?\"]]")).contains("statement [1]: unknown"), "{inner}");
        }
    }

    /// Where a token can hold a policy, it is nested as deep as policies may be, and no deeper.
    #[test]
    fn the_bound_on_a_token_is_that_on_its_policy() {
        let value = |levels| format!("[[\"==\",\".\",{}{}]]", "[".repeat(levels), "]".repeat(levels));
        let inner = |levels| format!("[{}[\"and\",[]]{}]", "[\"not\",".repeat(levels), "]".repeat(levels));
        for levels in MAX_POLICY_DEPTH - 2..=MAX_POLICY_DEPTH + 3 {
            for policy in [value(levels - 2), inner(levels - 3)] {
                let policy = cbor(&policy);
                // [0, {"p": {"pol": policy}}]
                let token = [b"\x82\0\xa1\x61p\xa1\x63pol", &policy[..]].concat();
                let alone = super::super::Policy::from_cbor(&policy[..]);
                assert_eq!(alone.is_ok(), levels <= MAX_POLICY_DEPTH);
                assert_eq!(View::parse(&token).is_ok(), alone.is_ok(), "{levels}");
                let Ok(alone) = alone else { continue };
                assert!(super::in_token(alone.view()).unwrap().to_end().is_empty());
            }
        }
    }

    #[test]
    fn depth_is_bounded_in_statements_and_values() {
        let nested = |levels: usize| {
            let json = format!("[{}[\"and\",[]]{}]", "[\"not\",".repeat(levels), "]".repeat(levels));
            policy(View::parse(&cbor(&json)).unwrap())
        };
        // The policy's list, the nots, and two lists of the `and`.
        assert_eq!(nested(MAX_POLICY_DEPTH - 3), Ok(()));
        assert_eq!(nested(MAX_POLICY_DEPTH - 2), Err(PolicyError::TooDeep));
        let value = |levels: usize| {
            let json = format!("[[\"==\",\".\",{}{}]]", "[".repeat(levels), "]".repeat(levels));
            policy(View::parse(&cbor(&json)).unwrap())
        };
        assert_eq!(value(MAX_POLICY_DEPTH - 2), Ok(()));
        assert_eq!(value(MAX_POLICY_DEPTH - 1), Err(PolicyError::TooDeep));
    }
}
