//! What is legal in a policy, but risky.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::Policy;
use super::error::StatementPath;
use super::selector::Selector;
use super::short::ShortText;
use super::statement::{StatementView, Statements};
use super::words;

/// How many findings are listed at most: more help nobody.
const MOST: usize = 100;

/// A statement that may not do what its author wants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyLint {
    /// `!=` of a value that may be missing.
    NotEqualMayBeMissing {
        /// Which statement.
        path: StatementPath,
        /// Its selector, cut where it is long.
        selector: String,
    },
    /// A value that may be missing, under `not`.
    NotMayBeMissing {
        /// Which statement.
        path: StatementPath,
        /// Its selector, cut where it is long.
        selector: String,
    },
    /// `any` under `not`, of a collection that may be empty.
    AnyMayBeEmpty {
        /// Which statement.
        path: StatementPath,
        /// Its selector, cut where it is long.
        selector: String,
    },
    /// `or` without statements, which is true.
    EmptyOr {
        /// Which statement.
        path: StatementPath,
    },
    /// `like` with a pattern that has no wildcard.
    LikeWithoutWildcard {
        /// Which statement.
        path: StatementPath,
    },
    /// `like` with a pattern that any string matches.
    LikeAnything {
        /// Which statement.
        path: StatementPath,
    },
    /// A statement that can never be true.
    NeverTrue {
        /// Which statement.
        path: StatementPath,
    },
}

impl PolicyLint {
    /// Which statement it is about.
    #[must_use]
    pub const fn path(&self) -> &StatementPath {
        match self {
            Self::NotEqualMayBeMissing { path, .. }
            | Self::NotMayBeMissing { path, .. }
            | Self::AnyMayBeEmpty { path, .. }
            | Self::EmptyOr { path }
            | Self::LikeWithoutWildcard { path }
            | Self::LikeAnything { path }
            | Self::NeverTrue { path } => path,
        }
    }
}

impl fmt::Display for PolicyLint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}: ", self.path())?;
        match self {
            Self::NotEqualMayBeMissing { selector, .. } => write!(
                f,
                "`{selector}` may be missing: this library then denies, others may let it through; \
                 say which values are allowed instead of which is not"
            ),
            Self::NotMayBeMissing { selector, .. } => write!(
                f,
                "`{selector}` stands under `not` and may be missing: this library then denies, others may let \
                 it through; say what is allowed instead of what is not"
            ),
            Self::AnyMayBeEmpty { selector, .. } => write!(
                f,
                "`any` stands under `not` and `{selector}` may be empty: this library then denies, others may let \
                 it through; write `all` with `not` inside it"
            ),
            Self::EmptyOr { .. } => f.write_str(
                "an `or` without statements is true by the specification: leave it out, or list the alternatives",
            ),
            Self::LikeWithoutWildcard { .. } => {
                f.write_str("the pattern has no wildcard: use `==`, or put a `*` where anything may stand")
            }
            Self::LikeAnything { .. } => {
                f.write_str("any string matches the pattern: it asks only that the value be a string")
            }
            Self::NeverTrue { .. } => {
                f.write_str("this can never be true, so nothing is allowed: leave out the `not`, or grant nothing")
            }
        }
    }
}

impl Policy {
    /// What is legal in this policy, but risky; at most a hundred findings, in reading order.
    ///
    /// ```
    /// use allod::ucan::policy::Policy;
    /// let lints = Policy::from_json(r#"[["!=", ".role", "guest"]]"#)?.lints();
    /// assert!(lints[0].to_string().starts_with("statement [0]: `.role` may be missing"));
    /// # Ok::<(), allod::ucan::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn lints(&self) -> Vec<PolicyLint> {
        let mut linter = Linter::default();
        linter.statements(self.statements(), false);
        linter.found
    }
}

#[derive(Default)]
struct Linter {
    path: StatementPath,
    found: Vec<PolicyLint>,
}

impl Linter {
    fn statements(&mut self, statements: Statements<'_>, under_not: bool) {
        for (index, statement) in (0..).zip(statements) {
            self.inside(index, statement, under_not);
        }
    }

    fn inside(&mut self, index: u32, statement: StatementView<'_>, under_not: bool) {
        if self.found.len() < MOST {
            self.path.push(index);
            self.statement(statement, under_not);
            self.path.pop();
        }
    }

    fn statement(&mut self, statement: StatementView<'_>, under_not: bool) {
        let path = self.path.clone();
        let missing = words::selector(&statement).filter(|selector| selector.may_be_missing());
        match (missing.map(shown), under_not) {
            (Some(selector), true) => {
                self.found.push(PolicyLint::NotMayBeMissing { path: path.clone(), selector });
            }
            (Some(selector), false) if matches!(statement, StatementView::NotEqual { .. }) => {
                self.found.push(PolicyLint::NotEqualMayBeMissing { path: path.clone(), selector });
            }
            _ => {}
        }
        match statement {
            StatementView::Like { pattern, .. } if pattern.matches_everything() => {
                self.found.push(PolicyLint::LikeAnything { path });
            }
            StatementView::Like { pattern, .. } if !pattern.has_wildcard() => {
                self.found.push(PolicyLint::LikeWithoutWildcard { path });
            }
            StatementView::Not(inner) => {
                let inner = inner.statement();
                if always_true(&inner) {
                    self.found.push(PolicyLint::NeverTrue { path });
                } else {
                    self.inside(0, inner, true);
                }
            }
            StatementView::Or(statements) if statements.is_empty() => {
                self.found.push(PolicyLint::EmptyOr { path });
            }
            StatementView::And(statements) | StatementView::Or(statements) => {
                self.statements(statements, under_not);
            }
            StatementView::All { each, .. } => self.inside(0, each.statement(), under_not),
            StatementView::Any { selector, each } => {
                if under_not {
                    self.found.push(PolicyLint::AnyMayBeEmpty { path, selector: shown(selector) });
                }
                self.inside(0, each.statement(), under_not);
            }
            _ => {}
        }
    }
}

/// Whether a statement is true of everything by its form alone.
fn always_true(statement: &StatementView<'_>) -> bool {
    match statement {
        StatementView::And(statements) | StatementView::Or(statements) => statements.is_empty(),
        _ => false,
    }
}

fn shown(selector: Selector<'_>) -> String {
    ShortText(selector.as_str()).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn lints(json: &str) -> Vec<String> {
        let lints = Policy::from_json(json).unwrap().lints();
        lints.iter().map(|lint| format!("{lint:?}").split(' ').next().unwrap().into()).collect()
    }

    #[test]
    fn risky_statements_are_pointed_out() {
        for (json, expected) in [
            (r#"[["!=",".a",1]]"#, vec!["NotEqualMayBeMissing"]),
            (r#"[["not",["==",".a",1]]]"#, vec!["NotMayBeMissing"]),
            (r#"[["not",["or",[["==",".a",1],["like",".b","x*"]]]]]"#, vec!["NotMayBeMissing"; 2]),
            (r#"[["not",["any",".a?",["==",".",1]]]]"#, vec!["AnyMayBeEmpty"]),
            (r#"[["or",[]]]"#, vec!["EmptyOr"]),
            (r#"[["like",".a","x"]]"#, vec!["LikeWithoutWildcard"]),
            (r#"[["like",".a","\\*"]]"#, vec!["LikeWithoutWildcard"]),
            (r#"[["like",".a","**"]]"#, vec!["LikeAnything"]),
            (r#"[["not",["or",[]]],["and",[["not",["and",[]]]]]]"#, vec!["NeverTrue"; 2]),
            (r#"[["all",".l",["!=",".x",1]]]"#, vec!["NotEqualMayBeMissing"]),
        ] {
            assert_eq!(lints(json), expected, "{json}");
        }
        let lint = &Policy::from_json(r#"[["and",[]],["not",["==",".a",1]]]"#).unwrap().lints()[0];
        assert!(lint.to_string().starts_with("statement [1][0]: `.a` stands under `not`"), "{lint}");
    }

    #[test]
    fn ordinary_statements_are_not() {
        for json in [
            "[]",
            r#"[["and",[]]]"#,
            r#"[["==",".a",1],["<",".b",2],["like",".c","*@x"],["any",".d",["==",".",1]],["all",".d",["==",".x",1]]]"#,
            r#"[["!=",".a?",1],["not",["==",".a?.b?",1]],["all",".l",["!=",".",1]]]"#,
        ] {
            assert_eq!(lints(json), Vec::<String>::new(), "{json}");
        }
    }

    #[test]
    fn a_hundred_are_enough() {
        let policy = Policy::from_statements((0..500).map(|_| super::super::Statement::not_equal(".a", 1)));
        assert_eq!(policy.unwrap().lints().len(), MOST);
    }
}
