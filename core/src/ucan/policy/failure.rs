//! Which statement is not satisfied, and what it found.

use alloc::string::{String, ToString};
use core::fmt;

use super::Policy;
use super::budget::{Budget, BudgetExceeded};
use super::error::StatementPath;
use super::evaluate::{Evaluation, Truth, Verdict};
use super::promise::Arguments;
use super::resolve::{ResolveError, Unresolved};
use super::selector::Selector;
use super::short::ShortText;
use super::statement::{Operator, Parts, read};
use super::walk::{pass, past};
use super::words;
use crate::wire::View;

/// The first statement of a policy that is not true of some arguments, and the leaf in it that decided.
///
/// Its `Display` speaks of the policy only; [`PolicyFailure::found`] tells of the arguments.
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyFailure {
    index: usize,
    truth: Truth,
    path: StatementPath,
    words: String,
    selector: Option<String>,
    found: String,
}

impl PolicyFailure {
    /// The statement's number in the policy, from 0.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// False or unknown.
    #[must_use]
    pub const fn truth(&self) -> Truth {
        self.truth
    }

    /// Where the leaf that decided stands.
    #[must_use]
    pub const fn path(&self) -> &StatementPath {
        &self.path
    }

    /// What has to hold, in words: the statement, or the part of it if it is an `and` of several.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The selector of the leaf that decided, cut where it is long; `None` for an empty `and` or `or`.
    #[must_use]
    pub fn selector(&self) -> Option<&str> {
        self.selector.as_deref()
    }

    /// What that selector selects, as DAG-JSON cut where it is long, or why it selects nothing.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }
}

impl fmt::Debug for PolicyFailure {
    /// Without what was found in the arguments: that is for whoever asks for it by name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PolicyFailure({self})")
    }
}

impl fmt::Display for PolicyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = match self.truth {
            Truth::Unknown => "cannot be told to be true",
            Truth::False | Truth::True => "is not true",
        };
        write!(f, "statement {} {not}: {}", self.path, self.words)
    }
}

impl Policy {
    /// Explains why [`Policy::evaluate`] does not say [`Truth::True`]: the first statement that is not true.
    /// `None` when all are.
    ///
    /// # Errors
    /// When the budget ends before that statement is known. Give it a budget of its own: what it costs
    /// shall not count towards the decision.
    pub fn first_failure<'a>(
        &self,
        arguments: impl Into<Arguments<'a>>,
        budget: &mut Budget,
    ) -> Result<Option<PolicyFailure>, BudgetExceeded> {
        let arguments = arguments.into();
        let mut at = self.view().step().1;
        for index in 0..self.len() {
            let verdict = Evaluation::new(&arguments, budget).statement(at, arguments.view())?;
            if verdict.truth != Truth::True {
                return Ok(Some(explain(index, at, &verdict)));
            }
            at = pass(at, budget)?;
        }
        Ok(None)
    }
}

fn explain(index: usize, statement: View<'_>, verdict: &Verdict<'_, '_>) -> PolicyFailure {
    let mut path = StatementPath::default();
    path.push(u32::try_from(index).unwrap_or(u32::MAX));
    let mut wanted = Wanted { leaf: verdict.leaf, in_force: statement, path };
    wanted.seek(statement, true);
    let parts = Parts::of(verdict.leaf).filter(|parts| parts.operator.has_selector());
    let found = parts.map_or_else(|| "nothing to compare".into(), |parts| found(parts.selector, verdict.on));
    PolicyFailure {
        index,
        truth: verdict.truth,
        words: words::statement(read(wanted.in_force)),
        selector: parts.map(|parts| ShortText(parts.selector.as_str()).to_string()),
        found,
        path: wanted.path,
    }
}

/// What a selector selects, in words. It was followed once within the budget, so it costs no more.
fn found(selector: Selector<'_>, on: View<'_>) -> String {
    match selector.resolve(on, &mut Budget::new()) {
        Ok(found) => found.to_string(),
        Err(ResolveError::Unresolved(
            why @ (Unresolved::Missing | Unresolved::WrongKind | Unresolved::Promise),
        )) => why.to_string(),
        Err(ResolveError::Budget(exceeded)) => exceeded.to_string(),
    }
}

/// Looks for a leaf in a statement.
struct Wanted<'p> {
    leaf: View<'p>,
    /// The innermost statement on the way that has to be true itself, reached through `and`s only.
    in_force: View<'p>,
    path: StatementPath,
}

impl<'p> Wanted<'p> {
    /// `None` when the leaf was found, and `path` leads to it; else what follows `statement`.
    fn seek(&mut self, statement: View<'p>, in_force: bool) -> Option<View<'p>> {
        let before = self.in_force;
        if in_force {
            self.in_force = statement;
        }
        if same_place(statement, self.leaf) {
            return None;
        }
        let Some(parts) = Parts::of(statement) else {
            return Some(past(statement));
        };
        let (mut at, inner) = match parts.operator {
            Operator::Not | Operator::All | Operator::Any => (parts.argument, 1),
            Operator::And | Operator::Or => {
                let items = parts.argument.as_list().map_or(0, |items| items.len());
                (parts.argument.step().1, items)
            }
            _ => (past(parts.argument), 0),
        };
        let in_force = in_force && parts.operator == Operator::And;
        for index in 0..inner {
            self.path.push(u32::try_from(index).unwrap_or(u32::MAX));
            at = self.seek(at, in_force)?;
            self.path.pop();
        }
        self.in_force = before;
        Some(at)
    }
}

/// Whether two statements are the same one: their operators lie at the same address.
fn same_place(a: View<'_>, b: View<'_>) -> bool {
    let operator = |statement: View<'_>| statement.step().1.as_text().map(<[u8]>::as_ptr);
    operator(a) == operator(b)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn failure(policy: &str, args: &str) -> PolicyFailure {
        let args = cbor(args);
        let policy = Policy::from_json(policy).unwrap();
        let failure = policy.first_failure(View::parse(&args).unwrap(), &mut Budget::new());
        failure.unwrap().unwrap()
    }

    #[track_caller]
    fn explained(policy: &str, args: &str, path: &str, truth: Truth, selector: &str, found: &str) {
        let failure = failure(policy, args);
        assert_eq!(
            (failure.path().to_string().as_str(), failure.truth(), failure.selector(), failure.found()),
            (path, truth, Some(selector), found)
        );
    }

    #[test]
    fn a_failure_leads_to_the_leaf_that_decided() {
        use Truth::{False, Unknown};
        explained(r#"[["==",".a",1],["==",".b",2]]"#, r#"{"a":1,"b":3}"#, "[1]", False, ".b", "3");
        explained(r#"[["==",".a",1],["==",".b",2]]"#, r#"{"b":3}"#, "[0]", Unknown, ".a", "nothing there");
        explained(
            r#"[["and",[["==",".a",1],["not",["like",".b","x*"]]]]]"#,
            r#"{"a":1,"b":"xy"}"#,
            "[0][1][0]",
            False,
            ".b",
            r#""xy""#,
        );
        explained(r#"[["or",[["==",".a",1],["<",".b",1]]]]"#, r#"{"a":2,"b":2}"#, "[0][0]", False, ".a", "2");
        explained(
            r#"[["or",[["==",".a",1],["<",".b",1]]]]"#,
            r#"{"a":2}"#,
            "[0][1]",
            Unknown,
            ".b",
            "nothing there",
        );
        explained(r#"[["all",".l",["<",".",5]]]"#, r#"{"l":[1,9,2]}"#, "[0][0]", False, ".", "9");
        explained(
            r#"[["all",".l",["<",".n",5]]]"#,
            r#"{"l":{"x":{"n":1},"y":{}}}"#,
            "[0][0]",
            Unknown,
            ".n",
            "nothing there",
        );
        explained(r#"[["any",".l",["<",".",5]]]"#, r#"{"l":[7,9]}"#, "[0]", False, ".l", "[7,9]");
        explained(r#"[["any",".l",["<",".",5]]]"#, r#"{"l":[]}"#, "[0]", Unknown, ".l", "[]");
        explained(r#"[["not",["any",".l",["<",".",5]]]]"#, r#"{"l":[7,3]}"#, "[0][0][0]", False, ".", "3");
        explained(r#"[["all",".l",["or",[]]]]"#, r#"{"l":1}"#, "[0]", Unknown, ".l", "1");
        explained(
            r#"[["==",".a",1]]"#,
            r#"{"a":{"await/ok":{"/":"bafkqabiaaebagba"}}}"#,
            "[0]",
            Unknown,
            ".a",
            "a promise that is not resolved yet",
        );
    }

    #[test]
    fn words_say_what_has_to_hold_and_nothing_of_the_arguments() {
        let denied = failure(
            r#"[["and",[["==",".a",1],["not",["==",".secret","s3cret"]]]]]"#,
            r#"{"a":1,"secret":"s3cret"}"#,
        );
        assert_eq!(denied.words(), "not (`.secret` is \"s3cret\")");
        assert_eq!(denied.to_string(), "statement [0][1][0] is not true: not (`.secret` is \"s3cret\")");
        let denied = failure(r#"[["<",".size",5]]"#, r#"{"size":"private"}"#);
        assert!(!denied.to_string().contains("private"));
        assert_eq!(denied.to_string(), "statement [0] cannot be told to be true: `.size` is less than 5");
    }

    #[test]
    fn long_values_and_selectors_are_cut() {
        let long = "x".repeat(5000);
        let denied =
            failure(&format!(r#"[["==",".{long}","{long}"]]"#), &format!(r#"{{"{long}":["{long}"]}}"#));
        for text in [denied.words(), denied.selector().unwrap(), denied.found()] {
            assert!(text.chars().count() < 300, "{text}");
        }
    }

    #[test]
    fn an_empty_connective_is_its_own_leaf() {
        let denied = failure(r#"[["not",["or",[]]]]"#, "{}");
        assert_eq!((denied.path().to_string().as_str(), denied.selector()), ("[0][0]", None));
        let args = cbor("{}");
        assert_eq!(Policy::empty().first_failure(View::parse(&args).unwrap(), &mut Budget::new()), Ok(None));
    }
}
