//! Promises: what an invocation's arguments say before they are known.
//!
//! A map whose only key is `await/ok`, `await/error` or `await/*` stands for a result that does not
//! exist yet (UCAN promise). Nothing can be said about such a value, so no policy is satisfied by it.

use super::budget::{Budget, BudgetExceeded};
use super::walk::Everything;
use crate::wire::View;

const KEYS: [&[u8]; 3] = [b"await/ok", b"await/error", b"await/*"];

/// An invocation's arguments, looked through once for promises, so that the usual case costs nothing more.
#[derive(Clone, Copy, Debug)]
pub struct Arguments<'a> {
    root: View<'a>,
    promises: bool,
}

impl<'a> Arguments<'a> {
    /// Looks through the arguments. This takes no longer than reading them did, and is not charged to
    /// a budget; do it once where several policies judge the same arguments.
    #[must_use]
    pub fn new(root: View<'a>) -> Self {
        Self {
            root,
            promises: contains_promise(root),
        }
    }

    /// The arguments as a value.
    #[must_use]
    pub const fn view(&self) -> View<'a> {
        self.root
    }

    /// Whether a promise is anywhere in them.
    #[must_use]
    pub const fn contain_promises(&self) -> bool {
        self.promises
    }
}

impl<'a> From<View<'a>> for Arguments<'a> {
    fn from(root: View<'a>) -> Self {
        Self::new(root)
    }
}

/// Whether a promise is anywhere in `value`, or is `value`.
///
/// ```
/// use allod::ucan::policy::contains_promise;
/// use allod::wire::{View, dag_json, value};
/// let args = dag_json::parse(r#"{"to": [{"await/ok": {"/": "bafkqabiaaebagba"}}]}"#).unwrap();
/// assert!(contains_promise(View::parse(&value::encode(&args).unwrap()).unwrap()));
/// ```
#[must_use]
pub fn contains_promise(value: View<'_>) -> bool {
    Everything::in_item(value).any(is_promise)
}

/// The same, for one unit of work each item.
pub(super) fn search(value: View<'_>, budget: &mut Budget) -> Result<bool, BudgetExceeded> {
    for item in Everything::in_item(value) {
        budget.work(1)?;
        if is_promise(item) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether `value` itself is a promise.
pub(super) fn is_promise(value: View<'_>) -> bool {
    value.as_map().is_some_and(|map| map.len() == 1)
        && value.step().1.as_text().is_some_and(|key| KEYS.contains(&key))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::cbor;
    use super::*;

    fn found(json: &str) -> bool {
        let bytes = cbor(json);
        let view = View::parse(&bytes).unwrap();
        let counted = search(view, &mut Budget::new()).unwrap();
        assert_eq!(contains_promise(view), counted, "{json}");
        counted
    }

    #[test]
    fn promises_are_found_wherever_they_are() {
        for key in ["await/ok", "await/error", "await/*"] {
            assert!(found(&format!(r#"{{"{key}":1}}"#)));
            assert!(found(&format!(r#"{{"a":[1,{{"b":{{"{key}":null}}}}]}}"#)));
            assert!(found(&format!(r#"[[],{{}},"x",{{"/":"bafkqabiaaebagba"}},{{"{key}":[]}}]"#)));
        }
    }

    #[test]
    fn what_only_looks_like_one_is_data() {
        for json in [
            "null",
            r#""await/ok""#,
            r#"["await/ok"]"#,
            r#"["await/ok",{"a":1}]"#,
            r#"{"await/ok":1,"x":2}"#,
            r#"{"await/OK":1}"#,
            r#"{"await/":1}"#,
            r#"[{},"await/ok"]"#,
            r#"{"a":"await/ok"}"#,
        ] {
            assert!(!found(json), "{json}");
        }
    }
}
