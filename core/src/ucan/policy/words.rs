//! Policies in plain words, for people.

use alloc::string::String;
use core::fmt::{self, Write};

use super::Policy;
use super::selector::Selector;
use super::short::{Short, ShortText};
use super::statement::{StatementView, Statements};

/// How long the words of one statement get, in bytes, before the rest is left out.
const LONGEST: usize = 2000;

impl Policy {
    /// The policy in one sentence of plain words; long values, and long policies, are cut.
    ///
    /// ```
    /// use allod::ucan::policy::{Policy, Statement};
    /// let policy = Policy::builder()
    ///     .equal(".album", "summer")
    ///     .any(".to", Statement::like(".", "*@example.com"))
    ///     .build()?;
    /// assert_eq!(
    ///     policy.words(),
    ///     "`.album` is \"summer\", and `.to` has at least one item that matches \"*@example.com\""
    /// );
    /// # Ok::<(), allod::ucan::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn words(&self) -> String {
        if self.is_empty() {
            return "anything".into();
        }
        let mut out = Bounded::default();
        // It stops itself where it gets too long.
        let _stopped = joined(&mut out, self.statements(), ", and ", false);
        out.text
    }
}

impl fmt::Display for StatementView<'_> {
    /// The statement in plain words; long values are cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&statement(self.clone()))
    }
}

/// One statement in words.
pub(super) fn statement(statement: StatementView<'_>) -> String {
    let mut out = Bounded::default();
    // It stops itself where it gets too long.
    let _stopped = write(&mut out, statement, false);
    out.text
}

/// `inside` a quantifier, `.` is the item.
fn write(out: &mut Bounded, statement: StatementView<'_>, inside: bool) -> fmt::Result {
    match statement {
        StatementView::Not(inner) => {
            out.write_str("not (")?;
            write(out, inner.statement(), inside)?;
            out.write_char(')')
        }
        StatementView::And(statements) => group(out, statements, " and ", inside),
        StatementView::Or(statements) => group(out, statements, " or ", inside),
        StatementView::All { selector, each } => {
            out.write_str("each item of ")?;
            subject(out, selector, inside)?;
            out.write_char(' ')?;
            item(out, each.statement(), "", "is one ")
        }
        leaf => {
            subject(out, selector(&leaf).unwrap_or(Selector::checked(b".")), inside)?;
            out.write_char(' ')?;
            predicate(out, &leaf)
        }
    }
}

fn subject(out: &mut Bounded, selector: Selector<'_>, inside: bool) -> fmt::Result {
    match (selector.is_identity(), inside) {
        (false, _) => write!(out, "`{}`", ShortText(selector.as_str())),
        (true, true) => out.write_str("it"),
        (true, false) => out.write_str("the whole of the arguments"),
    }
}

/// What is said of the selected value.
fn predicate(out: &mut Bounded, statement: &StatementView<'_>) -> fmt::Result {
    match statement {
        StatementView::Equal { value, .. } => write!(out, "is {}", Short(*value)),
        StatementView::NotEqual { value, .. } => write!(out, "is there and is not {}", Short(*value)),
        StatementView::Less { value, .. } => write!(out, "is less than {}", Short(*value)),
        StatementView::LessOrEqual { value, .. } => write!(out, "is at most {}", Short(*value)),
        StatementView::Greater { value, .. } => write!(out, "is more than {}", Short(*value)),
        StatementView::GreaterOrEqual { value, .. } => write!(out, "is at least {}", Short(*value)),
        StatementView::Like { pattern, .. } => write!(out, "matches \"{}\"", ShortText(pattern.as_str())),
        StatementView::Any { each, .. } => {
            out.write_str("has at least one item ")?;
            item(out, each.statement(), "that ", "")
        }
        // These say nothing of one value, or name it otherwise.
        StatementView::All { .. } | StatementView::Not(_) | StatementView::And(_) | StatementView::Or(_) => {
            Ok(())
        }
    }
}

/// What is said of an item: "is 1" after `plain`, or "where `.a` is 1" after `other`.
fn item(out: &mut Bounded, each: StatementView<'_>, plain: &str, other: &str) -> fmt::Result {
    let is_plain = !matches!(each, StatementView::All { .. });
    if is_plain && selector(&each).is_some_and(Selector::is_identity) {
        out.write_str(plain)?;
        predicate(out, &each)
    } else {
        out.write_str(other)?;
        out.write_str("where ")?;
        write(out, each, true)
    }
}

fn group(out: &mut Bounded, statements: Statements<'_>, between: &str, inside: bool) -> fmt::Result {
    if statements.is_empty() {
        return out.write_str("anything");
    }
    let several = statements.len() > 1;
    if several {
        out.write_char('(')?;
    }
    joined(out, statements, between, inside)?;
    if several { out.write_char(')') } else { Ok(()) }
}

fn joined(out: &mut Bounded, statements: Statements<'_>, between: &str, inside: bool) -> fmt::Result {
    for (index, statement) in statements.enumerate() {
        if index > 0 {
            out.write_str(between)?;
        }
        write(out, statement, inside)?;
    }
    Ok(())
}

/// The selector of a statement that has one.
pub(super) fn selector<'a>(statement: &StatementView<'a>) -> Option<Selector<'a>> {
    match statement {
        StatementView::Not(_) | StatementView::And(_) | StatementView::Or(_) => None,
        StatementView::Equal { selector, .. }
        | StatementView::NotEqual { selector, .. }
        | StatementView::Less { selector, .. }
        | StatementView::LessOrEqual { selector, .. }
        | StatementView::Greater { selector, .. }
        | StatementView::GreaterOrEqual { selector, .. }
        | StatementView::Like { selector, .. }
        | StatementView::All { selector, .. }
        | StatementView::Any { selector, .. } => Some(*selector),
    }
}

/// Text that refuses more once it is long.
#[derive(Default)]
struct Bounded {
    text: String,
    full: bool,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.full {
            return Err(fmt::Error);
        }
        self.text.push_str(text);
        if self.text.len() > LONGEST {
            self.full = true;
            self.text.push('…');
            return Err(fmt::Error);
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn policies_read_like_sentences() {
        for (json, words) in [
            ("[]", "anything"),
            (r#"[["==",".a",{"b":[1.5,null]}]]"#, r#"`.a` is {"b":[1.5,null]}"#),
            (r#"[["!=",".a","x"],["<",".n",1]]"#, r#"`.a` is there and is not "x", and `.n` is less than 1"#),
            (
                r#"[["<=",".n",1],[">",".n",2],[">=",".n",3]]"#,
                "`.n` is at most 1, and `.n` is more than 2, and `.n` is at least 3",
            ),
            (r#"[["not",["like",".a","*.jpg"]]]"#, "not (`.a` matches \"*.jpg\")"),
            (
                r#"[["or",[["==",".a",1],["and",[["==",".b",2],["==",".c",3]]]]]]"#,
                "(`.a` is 1 or (`.b` is 2 and `.c` is 3))",
            ),
            (r#"[["and",[["or",[]]]]]"#, "anything"),
            (r#"[["all",".to",["like",".","*@x"]]]"#, "each item of `.to` matches \"*@x\""),
            (
                r#"[["any",".to",["==",".name","Bob"]]]"#,
                "`.to` has at least one item where `.name` is \"Bob\"",
            ),
            (
                r#"[["any",".l",["any",".",["==",".",1]]]]"#,
                "`.l` has at least one item that has at least one item that is 1",
            ),
            (r#"[["all",".l",["not",["==",".",1]]]]"#, "each item of `.l` is one where not (it is 1)"),
            (
                r#"[["any",".l",["all",".",["==",".a",1]]]]"#,
                "`.l` has at least one item where each item of it is one where `.a` is 1",
            ),
            (r#"[["==",".",{}]]"#, "the whole of the arguments is {}"),
        ] {
            let policy = Policy::from_json(json).unwrap();
            assert_eq!(policy.words(), words, "{json}");
            let statements: Vec<_> = policy.statements().map(|statement| statement.to_string()).collect();
            assert_eq!(statements.join(", and "), if json == "[]" { "" } else { words }, "{json}");
        }
    }

    #[test]
    fn a_long_policy_is_cut() {
        let policy =
            Policy::from_statements((0..5000).map(|n| super::super::Statement::equal(".a", n))).unwrap();
        assert!(policy.words().len() < LONGEST + 100);
        let exactly = |length: usize| {
            let of = |letters: usize| {
                let statements = (0..20).map(|_| "a".repeat(80)).chain(["b".repeat(letters)]);
                let statements =
                    statements.map(|name| super::super::Statement::equal(&format!(".{name}"), 1));
                Policy::from_statements(statements).unwrap().words()
            };
            of(1 + length - of(1).len())
        };
        let longest = exactly(LONGEST);
        assert_eq!((longest.len(), longest.ends_with("` is 1")), (LONGEST, true));
        assert!(exactly(LONGEST + 1).ends_with('…'));
        let value = "x".repeat(5000);
        let policy = Policy::builder().equal(".a", value.as_str()).build().unwrap();
        assert!(policy.words().len() < 200, "{}", policy.words());
    }
}
