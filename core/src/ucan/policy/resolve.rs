//! Following a selector into the arguments.

// Requirements kept here: pol-sel-early-return, pol-sel-bytes-as-bytes, pol-sel-bytes-not-text,
// pol-sel-optional-null, pol-nested-missing-fails, allod-policy-missing-key, allod-policy-slices,
// allod-policy-map-order.

use core::fmt;

use super::budget::{Budget, BudgetExceeded};
use super::promise::{self, is_promise};
use super::selector::{Key, Segment, Selector, What};
use super::walk::{Run, pass};
use crate::wire::View;

/// What a selector selects, in place: nothing is copied.
#[derive(Clone, Copy)]
pub enum Resolved<'a> {
    /// An item of the arguments.
    Item(View<'a>),
    /// The `null` that `?` makes of what is not there.
    Null,
    /// One byte of a byte string: an integer from 0 to 255.
    Byte(u8),
    /// A part of a byte string.
    Bytes(&'a [u8]),
    /// A part of a list, or the values of a map: a list.
    Run(Run<'a>),
}

/// Why a selector selects nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// The map has no such key, or the list or byte string no such index.
    #[error("nothing there")]
    Missing,
    /// A segment does not apply to the value it met: a key to a list, an index to a string.
    #[error("nothing there")]
    WrongKind,
    /// The value, or one on the way to it, is a promise that has not been resolved.
    #[error("a promise that is not resolved yet")]
    Promise,
}

/// Why following a selector ended without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// There is none.
    #[error(transparent)]
    Unresolved(#[from] Unresolved),
    /// Following it cost more than the budget.
    #[error(transparent)]
    Budget(#[from] BudgetExceeded),
}

impl Selector<'_> {
    /// Follows the selector from `root`, segment by segment, and stops at the first that fails.
    ///
    /// Following costs three units of work for each byte of the selector, and one for each item walked over
    /// and each byte of a key compared.
    ///
    /// ```
    /// use allod::ucan::policy::{Budget, Resolved, Selector};
    /// use allod::wire::View;
    /// let root = View::parse(&[0x82, 0x01, 0x02])?; // [1, 2]
    /// let Ok(Resolved::Item(last)) = Selector::parse(".[-1]").unwrap().resolve(root, &mut Budget::new()) else {
    ///     unreachable!()
    /// };
    /// assert_eq!(last.as_integer(), Some(2));
    /// # Ok::<(), allod::wire::CborError>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such value, when a promise stands in its place or on the way to it (`?` does not
    /// change that), or when the budget ends.
    pub fn resolve<'v>(self, root: View<'v>, budget: &mut Budget) -> Result<Resolved<'v>, ResolveError> {
        budget.work(Self::cost(self.len()))?;
        self.follow(root, budget)
    }

    /// The same, where the selector's own length was paid for already.
    pub(super) fn follow<'v>(
        self,
        root: View<'v>,
        budget: &mut Budget,
    ) -> Result<Resolved<'v>, ResolveError> {
        match self.plain_key() {
            Some(key) => {
                let root = Resolved::Item(root);
                root.refuse_promise()?;
                let found = root.value_under(key, budget)?;
                found.refuse_promise()?;
                Ok(found)
            }
            None => self.follow_segments(root, budget),
        }
    }

    fn follow_segments<'v>(self, root: View<'v>, budget: &mut Budget) -> Result<Resolved<'v>, ResolveError> {
        let mut found = Resolved::Item(root);
        for segment in self.segments() {
            found.refuse_promise()?;
            found = match found.follow(segment, budget) {
                Err(ResolveError::Unresolved(_)) if segment.optional => Resolved::Null,
                other => other?,
            };
        }
        found.refuse_promise()?;
        Ok(found)
    }
}

impl<'a> Resolved<'a> {
    /// The items of a list, the values of a map; `None` for what is not a collection (bytes are not).
    pub(super) fn collection(self) -> Option<Run<'a>> {
        match self {
            Self::Item(item) => Run::of(item),
            Self::Run(run) => Some(run),
            _ => None,
        }
    }

    /// Whether a promise is anywhere in the value.
    pub(super) fn contains_promise(self, budget: &mut Budget) -> Result<bool, BudgetExceeded> {
        match self {
            Self::Item(item) => promise::search(item, budget),
            Self::Run(mut run) => {
                while let Some(item) = run.first() {
                    if promise::search(item, budget)? {
                        return Ok(true);
                    }
                    run.advance(budget)?;
                }
                Ok(false)
            }
            _ => Ok(false),
        }
    }

    fn refuse_promise(self) -> Result<(), Unresolved> {
        match self {
            Self::Item(item) if is_promise(item) => Err(Unresolved::Promise),
            _ => Ok(()),
        }
    }

    fn follow(self, segment: Segment<'_>, budget: &mut Budget) -> Result<Self, ResolveError> {
        match segment.what {
            What::Key(key) => self.value_under(key, budget),
            What::Index(index) => self.at_index(index, budget),
            What::Slice(from, to) => self.slice(from, to, budget),
            What::Values => self.collection().map(Self::Run).ok_or(Unresolved::WrongKind.into()),
        }
    }

    fn value_under(self, key: Key<'_>, budget: &mut Budget) -> Result<Self, ResolveError> {
        let Self::Item(item) = self else {
            return Err(Unresolved::WrongKind.into());
        };
        let (entries, mut at) = item.map().ok_or(Unresolved::WrongKind)?;
        let wanted = key.len();
        for _ in 0..entries {
            budget.work(1)?;
            let (candidate, value) = at.text().unwrap_or((&[], at));
            // Keys stand in order, the shorter first.
            if candidate.len() > wanted {
                break;
            }
            if candidate.len() == wanted {
                budget.work(wanted)?;
                let same = match key.plain() {
                    Some(plain) => plain == candidate,
                    None => key.bytes().eq(candidate.iter().copied()),
                };
                if same {
                    return Ok(Self::Item(value));
                }
            }
            at = pass(value, budget)?;
        }
        Err(Unresolved::Missing.into())
    }

    fn at_index(self, index: i64, budget: &mut Budget) -> Result<Self, ResolveError> {
        if let Some(bytes) = self.bytes() {
            let at = position(index, bytes.len() as u64).and_then(|at| usize::try_from(at).ok());
            let byte = at.and_then(|at| bytes.get(at).copied());
            return byte.map(Self::Byte).ok_or(Unresolved::Missing.into());
        }
        let run = self.list().ok_or(Unresolved::WrongKind)?;
        let at = position(index, run.len()).ok_or(Unresolved::Missing)?;
        let item = run.skip(at, budget)?.first();
        item.map(Self::Item).ok_or(Unresolved::Missing.into())
    }

    fn slice(self, from: Option<i64>, to: Option<i64>, budget: &mut Budget) -> Result<Self, ResolveError> {
        if let Some(bytes) = self.bytes() {
            let (from, to) = bounds(from, to, bytes.len() as u64);
            // Both ends lie within the bytes.
            let part = usize::try_from(from)
                .ok()
                .zip(usize::try_from(to).ok())
                .and_then(|(from, to)| bytes.get(from..to));
            return Ok(Self::Bytes(part.unwrap_or_default()));
        }
        let run = self.list().ok_or(Unresolved::WrongKind)?;
        let (from, to) = bounds(from, to, run.len());
        Ok(Self::Run(run.skip(from, budget)?.take(to - from)))
    }

    /// A list, or a part of one.
    fn list(self) -> Option<Run<'a>> {
        match self {
            Self::Item(item) if item.as_map().is_some() => None,
            _ => self.collection(),
        }
    }

    fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Item(item) => item.as_bytes(),
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// Where `index` lies among `length` items, counted from the end when negative.
fn position(index: i64, length: u64) -> Option<u64> {
    let at = match u64::try_from(index) {
        Ok(index) => index,
        Err(_) => length.checked_sub(index.unsigned_abs())?,
    };
    (at < length).then_some(at)
}

/// A slice's ends, cut to what is there, and in order.
fn bounds(from: Option<i64>, to: Option<i64>, length: u64) -> (u64, u64) {
    let cut = |end: i64| match u64::try_from(end) {
        Ok(end) => end.min(length),
        Err(_) => length.saturating_sub(end.unsigned_abs()),
    };
    let from = from.map_or(0, cut);
    (from, to.map_or(length, cut).max(from))
}

impl fmt::Display for Resolved<'_> {
    /// Short DAG-JSON: long values are cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::short::resolved(f, *self)
    }
}

impl fmt::Debug for Resolved<'_> {
    /// Without the value, which `Display` shows to whoever asks for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(item) => item.fmt(f),
            Self::Null => f.write_str("Null"),
            Self::Byte(_) => f.write_str("Byte"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Run(run) => run.fmt(f),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::wire::View;

    fn select(selector: &str, json: &str) -> Result<String, Unresolved> {
        let bytes = cbor(json);
        let selector = Selector::parse(selector).unwrap();
        match selector.resolve(View::parse(&bytes).unwrap(), &mut Budget::new()) {
            Ok(resolved) => Ok(resolved.to_string()),
            Err(ResolveError::Unresolved(why)) => Err(why),
            Err(ResolveError::Budget(_)) => panic!("budget"),
        }
    }

    fn gives(json: &str, cases: &[(&str, &str)]) {
        for (selector, expected) in cases {
            assert_eq!(select(selector, json).as_deref(), Ok(*expected), "{selector}");
        }
    }

    fn fails(json: &str, why: Unresolved, selectors: &[&str]) {
        for selector in selectors {
            assert_eq!(select(selector, json), Err(why), "{selector}");
        }
    }

    #[test]
    fn the_examples_of_the_delegation_text() {
        let args = r#"{"to":["bob","carol","dan"],"cc":["fraud"],"title":"Meeting"}"#;
        gives(
            args,
            &[
                (".title", r#""Meeting""#),
                (".cc", r#"["fraud"]"#),
                (".to[1]", r#""carol""#),
                (".to[-1]", r#""dan""#),
                (".to[99]?", "null"),
            ],
        );
        fails(args, Unresolved::Missing, &[".to[99]", ".nope", ".nope.x?"]);
        gives(r#"{"/":{"bytes":"1qnBjPjE"}}"#, &[(".[3]", "140"), (".[-1]", "196"), (".[6]?", "null")]);
    }

    /// A selector that is read at once leads to the same, and costs the same, as by its segments.
    #[test]
    fn a_name_is_followed_as_segments_are() {
        let selectors =
            [".", ".a", ".b", ".bb", ".bc", ".ccc", ".zzz", ".long-name", ".a?", ".a.b", ".await"];
        let values = [
            r#"{"a":1,"b":{"await/ok":1},"bb":[1,[2]],"bc":{"a":{"b":"x"}},"ccc":"three","long-name":[]}"#,
            r#"{"await/ok":1}"#,
            r#"{"a":{"b":{"await/*":null}}}"#,
            r#"["a"]"#,
            r#""a""#,
            "{}",
        ];
        for json in values {
            let bytes = cbor(json);
            let root = View::parse(&bytes).unwrap();
            for text in selectors {
                let selector = Selector::parse(text).unwrap();
                for work in 0..40 {
                    let (mut one, mut other) = (Budget::limited(0, work), Budget::limited(0, work));
                    let at_once = selector.follow(root, &mut one).map(|found| found.to_string());
                    let by_segments =
                        selector.follow_segments(root, &mut other).map(|found| found.to_string());
                    assert_eq!((at_once, one), (by_segments, other), "{text} {json} {work}");
                }
            }
        }
    }

    #[test]
    fn keys_are_found_however_they_are_written() {
        let args = r#"{"a":1,"b c":2,"":3,"\"":4,"\\":5,"é":6,"a\"b\\c":7,"-1":8}"#;
        gives(
            args,
            &[
                (".a", "1"),
                (r#".["a"]"#, "1"),
                (r#".["b c"]"#, "2"),
                (r#".[""]"#, "3"),
                (r#".["\""]"#, "4"),
                (r#".["\\"]"#, "5"),
                (".é", "6"),
                (r#".["a\"b\\c"]"#, "7"),
                (".-1", "8"),
            ],
        );
        fails(args, Unresolved::Missing, &[".A", r#".["\"\""]"#, ".aa", ".b", r#".["b  c"]"#]);
        fails(args, Unresolved::WrongKind, &[".[0]", ".[0:1]", ".a.b", ".a[0]", ".a[]"]);
    }

    #[test]
    fn every_key_of_a_large_map_is_found() {
        let keys: Vec<String> = (0..300).map(|n| format!("k{}", n * n)).collect();
        let entries: Vec<String> = keys.iter().map(|key| format!("\"{key}\":\"{key}\"")).collect();
        let map = format!("{{{}}}", entries.join(","));
        for key in &keys {
            assert_eq!(select(&format!(".{key}"), &map), Ok(format!("\"{key}\"")));
        }
        assert_eq!(select(".k2", &map), Err(Unresolved::Missing));
    }

    #[test]
    fn slices_are_cut_to_what_is_there() {
        gives(
            "[0,1,2,3,4]",
            &[
                (".[1:3]", "[1,2]"),
                (".[3:1]", "[]"),
                (".[2:]", "[2,3,4]"),
                (".[:2]", "[0,1]"),
                (".[0:-2]", "[0,1,2]"),
                (".[-2:]", "[3,4]"),
                (".[-99:99999999999999999999999]", "[0,1,2,3,4]"),
                (".[7:11]", "[]"),
                (".[1:4][1:]", "[2,3]"),
                (".[1:4][-1]", "3"),
                (".[1:4][0:2][1]", "2"),
                (".[]", "[0,1,2,3,4]"),
                (".[][0]", "0"),
                (".[-0]", "0"),
                (".[-5]", "0"),
            ],
        );
        fails(
            "[0,1,2,3,4]",
            Unresolved::Missing,
            &[".[5]", ".[-6]", ".[1:3][2]", ".[-99999999999999999999]"],
        );
        let bytes = r#"{"/":{"bytes":"AAECAw"}}"#;
        gives(
            bytes,
            &[
                (".[1:3]", r#"{"/":{"bytes":"AQI"}}"#),
                (".[1:3][1]", "2"),
                (".[1:][1:]", r#"{"/":{"bytes":"AgM"}}"#),
                (".[9:]", r#"{"/":{"bytes":""}}"#),
            ],
        );
        fails(bytes, Unresolved::WrongKind, &[".[]", ".a", ".[0][0]", ".[1:3][]"]);
        fails(r#""text""#, Unresolved::WrongKind, &[".[0]", ".[0:1]", ".[]", ".a"]);
    }

    #[test]
    fn a_map_has_its_values_in_the_order_of_its_keys() {
        let map = r#"{"bb":[1],"a":2,"c":{"x":3}}"#;
        gives(
            map,
            &[
                (".[]", r#"[2,{"x":3},[1]]"#),
                (".[][1]", r#"{"x":3}"#),
                (".[][-1][0]", "1"),
                (".[][1:]", r#"[{"x":3},[1]]"#),
                (".[][1:][0].x", "3"),
                (".[][1:][]", r#"[{"x":3},[1]]"#),
            ],
        );
        gives("{}", &[(".[]", "[]")]);
        fails(map, Unresolved::WrongKind, &[".[].a", ".[][0].a"]);
    }

    #[test]
    fn a_question_mark_makes_null_and_only_of_its_own_segment() {
        let args = r#"{"a":{"b":1},"n":null}"#;
        gives(
            args,
            &[
                (".x?", "null"),
                (".a.b?", "1"),
                (".a.b.c?", "null"),
                (".a[0]?", "null"),
                (".x?.y?", "null"),
                (".n", "null"),
            ],
        );
        fails(args, Unresolved::Missing, &[".x.y?", ".a.x"]);
        fails(args, Unresolved::WrongKind, &[".x?.y", ".n.y", ".x?[0]", ".x?[]"]);
    }

    #[test]
    fn a_promise_stops_every_selector_that_meets_it() {
        let args = r#"{"p":{"await/ok":{"x":1}},"l":[1,{"await/*":[5]}],"n":{"await/error":0,"b":1}}"#;
        fails(
            args,
            Unresolved::Promise,
            &[
                ".p",
                ".p?",
                ".p.x",
                ".p.x?",
                r#".p["await/ok"]"#,
                ".l[1]",
                ".l[-1]?",
                ".p[]",
                ".l[1:][0]",
                ".p[0]?",
            ],
        );
        gives(args, &[(".l[0]", "1"), (".n.b", "1"), (r#".n["await/error"]"#, "0")]);
        fails(r#"{"await/ok":{"a":1}}"#, Unresolved::Promise, &[".", ".a", ".a?", r#".["await/ok"].a"#]);
    }

    #[test]
    fn following_a_selector_is_paid_for() {
        let bytes = cbor(r#"[[1,2,3],{"k":"v"},5]"#);
        let root = View::parse(&bytes).unwrap();
        let cost = |selector: &str| {
            let mut budget = Budget::new();
            let before = budget.work_left();
            let _ = Selector::parse(selector).unwrap().resolve(root, &mut budget);
            before - budget.work_left()
        };
        assert_eq!(cost("."), 3);
        assert_eq!(cost(".[0]"), 12);
        // Before it stand a list, which makes four items, and a map, which makes three.
        assert_eq!(cost(".[2]"), 12 + 4 + 3);
        // An entry's key, and the byte that was compared.
        assert_eq!(cost(".[1].k"), 18 + 4 + 1 + 1);
        let none = Selector::parse(".[2]").unwrap().resolve(root, &mut Budget::limited(9, 18));
        assert!(matches!(none, Err(ResolveError::Budget(BudgetExceeded::Work))));
        // What could not be paid for is not made `null`.
        let none = Selector::parse(".[2]?").unwrap().resolve(root, &mut Budget::limited(9, 21));
        assert!(matches!(none, Err(ResolveError::Budget(BudgetExceeded::Work))));
    }
}
