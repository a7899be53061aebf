//! Promises: what an invocation's arguments say before they are known.
//!
//! A map whose only key is `await/ok`, `await/error` or `await/*` stands for a result that does not
//! exist yet (UCAN promise). Nothing can be said about such a value, so no policy is satisfied by it.

// Requirements kept here: allod-policy-promise-unknown.

use core::convert::Infallible;

use super::budget::{Budget, BudgetExceeded};
use crate::wire::View;

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
        Self { root, promises: contains_promise(root) }
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
    let found: Result<bool, Infallible> = find(value, || Ok(()));
    matches!(found, Ok(true))
}

/// The same, for one unit of work each item.
pub(super) fn search(value: View<'_>, budget: &mut Budget) -> Result<bool, BudgetExceeded> {
    find(value, || budget.work(1))
}

/// Whether `value` itself is a promise.
pub(super) fn is_promise(value: View<'_>) -> bool {
    value.is_map_of_one() && begins_promise(value.step().1)
}

#[inline]
fn find<E>(value: View<'_>, mut pay: impl FnMut() -> Result<(), E>) -> Result<bool, E> {
    let mut items = 1_u64;
    let mut at = value;
    while let Some(left) = items.checked_sub(1) {
        pay()?;
        if let Some(after) = at.after_small() {
            (items, at) = (left, after);
            continue;
        }
        let (inside, next) = at.step();
        if at.is_map_of_one() && begins_promise(next) {
            return Ok(true);
        }
        items = left.saturating_add(inside);
        at = next;
    }
    Ok(false)
}

/// Whether a map with one entry is a promise, by its key.
fn begins_promise(key: View<'_>) -> bool {
    let key = key.as_text().and_then(|key| key.strip_prefix(b"await/"));
    matches!(key, Some(b"ok" | b"error" | b"*"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
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
