//! Promises: arguments that are the result of another task.

// Requirements kept here: prm-format, prm-happy-path, prm-mismatch, allod-prm-once.

use alloc::vec::Vec;
use core::fmt;

use super::policy::contains_promise;
use super::receipt::Outcome;
use crate::limits::MAX_TOKEN;
use crate::wire::{Cid, Ipld, Item, Kind, View, Writer};

/// A value that another task's result is to stand for: a map of the one key `await/ok`, `await/error` or
/// `await/*`, and the task's CID (UCAN Promise, "Promise Format").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Promise {
    /// The task: see [`Task::cid`](super::Task::cid).
    pub task: Cid,
    /// Which branch of the result is meant.
    pub branch: Branch,
}

/// Which branch of a result a promise stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Branch {
    /// `await/ok`: the value of a result that went well.
    Ok,
    /// `await/error`: the value of one that did not.
    Error,
    /// `await/*`: the whole result, with its branch.
    Any,
}

impl Branch {
    const ALL: [Self; 3] = [Self::Ok, Self::Error, Self::Any];

    /// The key of the promise's map.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ok => "await/ok",
            Self::Error => "await/error",
            Self::Any => "await/*",
        }
    }

    /// `ok`, `error` or `*`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Any => "*",
        }
    }

    /// Whether a result of this branch is what is waited for.
    #[must_use]
    pub const fn takes(self, outcome: Outcome<'_>) -> bool {
        match self {
            Self::Ok => outcome.is_ok(),
            Self::Error => !outcome.is_ok(),
            Self::Any => true,
        }
    }
}

impl From<Promise> for Ipld {
    /// The value that stands for the result in an invocation's arguments.
    fn from(promise: Promise) -> Self {
        Self::Map([(promise.branch.key().into(), Self::Link(promise.task.into()))].into())
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Promise {
    /// The promise that this value is. What has the form of one and awaits no task (its value is not the link of
    /// a token) can never be resolved, and is `None` as well: [`contains_promise`] tells of it all the same.
    #[must_use]
    pub fn read(value: View<'_>) -> Option<Self> {
        let (key, task) = value.as_map().filter(|map| map.len() == 1)?.next()?;
        let branch = Branch::ALL.into_iter().find(|branch| branch.key() == key)?;
        let task = Cid::from_bytes(task.as_link()?).ok()?;
        Some(Self { task, branch })
    }

    /// Every promise in a value, each once, in the order of the tasks.
    #[must_use]
    pub fn all(value: View<'_>) -> Vec<Self> {
        let mut found = Vec::new();
        if contains_promise(value) {
            collect(value, &mut found);
            found.sort_unstable();
            found.dedup();
        }
        found
    }
}

/// The value with each promise replaced by what `resolved` gives for it; a promise for which it gives nothing
/// stays as it is. What is put in is not looked through again: a result that has the form of a promise is one
/// that nobody keeps. `None` where it would be larger than a token, or nested deeper than one may be.
pub(crate) fn substitute<'r>(
    value: View<'_>,
    resolved: &dyn Fn(Promise) -> Option<Outcome<'r>>,
) -> Option<Item> {
    let mut out = Writer::with_capacity(value.as_cbor().len());
    write(value, resolved, &mut out)?;
    Item::parse(out.into_bytes()).ok()
}

/// `None` as soon as there is too much: one result may be promised many times over.
fn write<'r>(
    value: View<'_>,
    resolved: &dyn Fn(Promise) -> Option<Outcome<'r>>,
    out: &mut Writer,
) -> Option<()> {
    match (Promise::read(value).and_then(|promise| Some((promise, resolved(promise)?))), value.kind()) {
        (Some((promise, outcome)), _) => {
            if promise.branch == Branch::Any {
                out.map_head(1);
                out.string(outcome.branch());
            }
            out.view(outcome.value());
        }
        (None, Kind::List(mut items)) => {
            out.list_head(items.len());
            items.try_for_each(|item| write(item, resolved, out))?;
        }
        (None, Kind::Map(entries)) => {
            out.map_head(entries.len());
            for (key, value) in entries {
                out.string(key);
                write(value, resolved, out)?;
            }
        }
        (None, _) => out.view(value),
    }
    (out.len() <= MAX_TOKEN).then_some(())
}

fn collect(value: View<'_>, found: &mut Vec<Promise>) {
    if let Some(promise) = Promise::read(value) {
        found.push(promise);
        return;
    }
    match value.kind() {
        Kind::List(items) => items.for_each(|item| collect(item, found)),
        Kind::Map(entries) => entries.for_each(|(_, value)| collect(value, found)),
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;
    use crate::wire::{dag_json, value};

    fn item(json: &str) -> Item {
        Item::parse(value::encode(&dag_json::parse(json).unwrap()).unwrap()).unwrap()
    }

    fn promise(branch: Branch, task: Cid) -> String {
        format!(r#"{{"{}":{{"/":"{task}"}}}}"#, branch.key())
    }

    #[test]
    fn promises_are_read_and_found_once_each() {
        let (one, two) = (Cid::of(b"one"), Cid::of(b"two"));
        let (a, b) = (promise(Branch::Ok, one), promise(Branch::Any, two));
        let args = item(&format!(r#"{{"x":[{a},{b},{{"y":{a}}}],"z":{{"await/ok":1}}}}"#));
        let mut expected =
            [Promise { branch: Branch::Ok, task: one }, Promise { branch: Branch::Any, task: two }];
        expected.sort_unstable();
        assert_eq!(Promise::all(args.view()), expected);
        assert_eq!(Promise::all(item(r#"{"x":1}"#).view()), []);
    }

    #[test]
    fn results_stand_for_promises_once_and_not_recursively() {
        let task = Cid::of(b"task");
        let inner = item(&promise(Branch::Ok, task));
        let resolved = |asked: Promise| (asked.task == task).then_some(Outcome::Ok(inner.view()));
        let args =
            item(&format!(r#"{{"a":{},"b":[{}]}}"#, promise(Branch::Ok, task), promise(Branch::Any, task)));
        let expected = item(&format!(
            r#"{{"a":{},"b":[{{"ok":{}}}]}}"#,
            promise(Branch::Ok, task),
            promise(Branch::Ok, task)
        ));
        assert_eq!(substitute(args.view(), &resolved), Some(expected));
        assert_eq!(substitute(args.view(), &|_| None), Some(args));
    }

    #[test]
    fn what_grows_too_large_or_too_deep_is_none() {
        let task = Cid::of(b"task");
        let large = item(&format!("\"{}\"", "x".repeat(60_000)));
        let one = item(&format!(r#"{{"a":{}}}"#, promise(Branch::Ok, task)));
        let two = item(&format!(r#"{{"a":{0},"b":{0}}}"#, promise(Branch::Ok, task)));
        assert!(substitute(one.view(), &|_| Some(Outcome::Ok(large.view()))).is_some());
        assert_eq!(substitute(two.view(), &|_| Some(Outcome::Ok(large.view()))), None);
        let deep = item(&format!("{}1{}", "[".repeat(64), "]".repeat(64)));
        assert_eq!(substitute(one.view(), &|_| Some(Outcome::Ok(deep.view()))), None);
    }
}
