//! Walking over data at a price.

use super::budget::{Budget, BudgetExceeded};
use crate::wire::View;

/// Every item in an item, in reading order: itself first, then what it holds, keys included.
pub(super) struct Everything<'a> {
    at: View<'a>,
    left: u64,
}

impl<'a> Everything<'a> {
    pub(super) const fn in_item(item: View<'a>) -> Self {
        Self { at: item, left: 1 }
    }

    /// What follows the item, once all of it was read.
    pub(super) const fn rest(self) -> View<'a> {
        self.at
    }
}

impl<'a> Iterator for Everything<'a> {
    type Item = View<'a>;

    #[inline]
    fn next(&mut self) -> Option<View<'a>> {
        let left = self.left.checked_sub(1)?;
        let item = self.at;
        let (inside, next) = item.step();
        self.left = left.saturating_add(inside);
        self.at = next;
        Some(item)
    }
}

/// What follows `item`, for one unit of work each item in it.
#[cfg_attr(feature = "tables", inline)]
pub(super) fn pass<'a>(item: View<'a>, budget: &mut Budget) -> Result<View<'a>, BudgetExceeded> {
    match item.after_small() {
        Some(after) => budget.work(1).map(|()| after),
        None => pass_all(item, budget),
    }
}

fn pass_all<'a>(item: View<'a>, budget: &mut Budget) -> Result<View<'a>, BudgetExceeded> {
    let (mut at, mut items) = (item, 1_u64);
    while let Some(left) = items.checked_sub(1) {
        budget.work(1)?;
        let (inside, next) = at.step();
        (items, at) = (left.saturating_add(inside), next);
    }
    Ok(at)
}

/// What follows `item`, where nobody counts.
pub(super) fn past(item: View<'_>) -> View<'_> {
    let mut everything = Everything::in_item(item);
    for _ in &mut everything {}
    everything.rest()
}

/// Some items in a row: a list's, a part of a list's, or a map's values.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The next item, or the key before it.
    at: View<'a>,
    left: u64,
    keyed: bool,
}

impl<'a> Run<'a> {
    /// The items of a list, or the values of a map in DAG-CBOR's key order; `None` for anything else.
    #[must_use]
    pub fn of(collection: View<'a>) -> Option<Self> {
        let ((left, at), keyed) = match collection.list() {
            Some(items) => (items, false),
            None => (collection.map()?, true),
        };
        Some(Self { at, left, keyed })
    }

    /// How many items there are.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.left
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// The first item, if there is one.
    pub(super) fn first(&self) -> Option<View<'a>> {
        match (self.left, self.keyed) {
            (0, _) => None,
            (_, false) => Some(self.at),
            (_, true) => Some(self.at.step().1),
        }
    }

    /// Moves past the first item.
    pub(super) fn advance(&mut self, budget: &mut Budget) -> Result<(), BudgetExceeded> {
        if let Some(first) = self.first() {
            budget.work(usize::from(self.keyed))?;
            self.at = pass(first, budget)?;
            self.left -= 1;
        }
        Ok(())
    }

    /// Without its first `items` items.
    pub(super) fn skip(mut self, items: u64, budget: &mut Budget) -> Result<Self, BudgetExceeded> {
        for _ in 0..items.min(self.left) {
            self.advance(budget)?;
        }
        Ok(self)
    }

    /// Its first `items` items.
    pub(super) fn take(self, items: u64) -> Self {
        Self { left: self.left.min(items), ..self }
    }

    /// The items one after the other, where nobody counts: for showing.
    pub(super) fn items(mut self) -> impl Iterator<Item = View<'a>> {
        core::iter::from_fn(move || {
            let first = self.first()?;
            self.at = past(first);
            self.left -= 1;
            Some(first)
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn passing_over_an_item_costs_one_unit_for_each_item_in_it() {
        for (json, items) in [
            ("1", 1),
            ("-500", 1),
            (r#""text""#, 1),
            (r#""a text of more than twenty-three bytes""#, 1),
            (r#"{"/":{"bytes":"aGk"}}"#, 1),
            ("1.5", 1),
            ("null", 1),
            ("[]", 1),
            ("[1,[2,[]]]", 5),
            (r#"{"a":{"b":[true]},"c":"d"}"#, 8),
            // A link holds its bytes.
            (r#"{"/":"bafkqabiaaebagba"}"#, 2),
        ] {
            let bytes = cbor(json);
            let item = View::parse(&bytes).unwrap();
            for work in 0..10 {
                let (mut one, mut other) = (Budget::limited(0, work), Budget::limited(0, work));
                let passed = pass(item, &mut one).map(|after| after.to_end().to_vec());
                let expected = if work < items { Err(BudgetExceeded::Work) } else { Ok(vec![]) };
                assert_eq!(passed, expected, "{json} {work}");
                assert_eq!(one.work_left(), work.saturating_sub(items), "{json} {work}");
                assert_eq!(pass_all(item, &mut other).map(|after| after.to_end().to_vec()), expected);
                assert_eq!(one, other);
            }
            assert!(past(item).to_end().is_empty(), "{json}");
        }
    }
}
