//! Deep equality.

// Requirements kept here: pol-eq-deep.

use core::cmp::Ordering;

use super::budget::{Budget, BudgetExceeded};
use super::number::Number;
use super::resolve::Resolved;
use super::walk::Run;
use crate::wire::View;
use crate::wire::cbor::Part;

/// Whether what a selector selects equals a policy's value: deep, numbers by exact value whatever their
/// type, maps whatever their order, values of different kinds never (decision 17).
pub(super) fn equal(
    found: Resolved<'_>,
    value: View<'_>,
    budget: &mut Budget,
) -> Result<bool, BudgetExceeded> {
    match found {
        Resolved::Item(item) => items(item, value, budget),
        Resolved::Null => Ok(value.is_null()),
        Resolved::Byte(byte) => Ok(Number::of(value)
            .is_some_and(|number| number.compare(Number::Integer(byte.into())) == Ordering::Equal)),
        Resolved::Bytes(bytes) => match value.as_bytes() {
            Some(value) => same_bytes(bytes, value, budget),
            None => Ok(false),
        },
        Resolved::Run(run) => runs(run, value, budget),
    }
}

fn runs(mut found: Run<'_>, value: View<'_>, budget: &mut Budget) -> Result<bool, BudgetExceeded> {
    let Some(mut value) = value.as_list().and_then(|_| Run::of(value)) else {
        return Ok(false);
    };
    if found.len() != value.len() {
        return Ok(false);
    }
    while let Some((a, b)) = found.first().zip(value.first()) {
        if !items(a, b, budget)? {
            return Ok(false);
        }
        found.advance(budget)?;
        value.advance(budget)?;
    }
    Ok(true)
}

/// Both read side by side: DAG-CBOR puts equal maps' keys in the same order, so equal values have the
/// same items in the same places.
fn items(mut a: View<'_>, mut b: View<'_>, budget: &mut Budget) -> Result<bool, BudgetExceeded> {
    let mut items = 1_u64;
    while let Some(left) = items.checked_sub(1) {
        // One for each side.
        budget.work(2)?;
        let (mine, inside, after) = a.part();
        let (theirs, _, after_theirs) = b.part();
        let same = match (mine, theirs) {
            (Part::Text(a), Part::Text(b)) | (Part::Bytes(a), Part::Bytes(b)) => same_bytes(a, b, budget)?,
            _ => match Number::of_part(mine).zip(Number::of_part(theirs)) {
                Some((mine, theirs)) => mine.compare(theirs) == Ordering::Equal,
                // Lists and maps by their lengths: what they hold comes next.
                None => mine == theirs,
            },
        };
        if !same {
            return Ok(false);
        }
        items = left.saturating_add(inside);
        (a, b) = (after, after_theirs);
    }
    Ok(true)
}

fn same_bytes(a: &[u8], b: &[u8], budget: &mut Budget) -> Result<bool, BudgetExceeded> {
    if a.len() != b.len() {
        return Ok(false);
    }
    budget.work(a.len())?;
    Ok(a == b)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        let (left, right) = (cbor(a), cbor(b));
        let (left, right) = (View::parse(&left).unwrap(), View::parse(&right).unwrap());
        let mut budget = Budget::new();
        let forth = equal(Resolved::Item(left), right, &mut budget).unwrap();
        assert_eq!(equal(Resolved::Item(right), left, &mut budget).unwrap(), forth, "{a} {b}");
        forth
    }

    #[test]
    fn equality_is_deep_and_numbers_have_no_type() {
        for (a, b) in [
            ("1", "1.0"),
            ("0", "-0.0"),
            ("[1,[2.0]]", "[1.0,[2]]"),
            (r#"{"a":{"b":1},"cc":[]}"#, r#"{"cc":[],"a":{"b":1.0}}"#),
            (r#"{"/":"bafkqabiaaebagba"}"#, r#"{"/":"bafkqabiaaebagba"}"#),
            (r#"{"/":{"bytes":"aGk"}}"#, r#"{"/":{"bytes":"aGk"}}"#),
            ("null", "null"),
            ("{}", "{}"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn different_values_and_different_kinds_are_not_equal() {
        let all = [
            "null",
            "true",
            "false",
            "0",
            "1",
            "1.5",
            "9007199254740993",
            "9007199254740992.0",
            r#""""#,
            r#""1""#,
            "[]",
            "[1]",
            "[1,2]",
            "[[1],2]",
            "[[1,2]]",
            "{}",
            r#"{"a":1}"#,
            r#"{"b":1}"#,
            r#"{"a":2}"#,
            r#"{"a":1,"b":1}"#,
            r#"["a",1]"#,
            r#"{"/":{"bytes":""}}"#,
            r#"{"/":{"bytes":"MQ"}}"#,
            r#"{"/":{"bytes":"Mg"}}"#,
            // As long as the numbers of `false`, `true` and `null`, and as the tag of a link.
            "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]",
            "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]",
            "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]",
            r#""twenty letters long!""#,
            r#"{"/":{"bytes":"AAFVAAUAAQIDBA"}}"#,
            r#"{"/":"bafkqabiaaebagba"}"#,
            r#"{"/":"bafkqaaa"}"#,
        ];
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate() {
                assert_eq!(same(a, b), i == j, "{a} {b}");
            }
        }
    }

    #[test]
    fn comparing_is_paid_for() {
        let long = cbor(&format!("\"{}\"", "x".repeat(100)));
        let view = View::parse(&long).unwrap();
        let mut budget = Budget::limited(0, 101);
        assert_eq!(equal(Resolved::Item(view), view, &mut budget), Err(BudgetExceeded::Work));
        let mut budget = Budget::limited(0, 102);
        assert_eq!(equal(Resolved::Item(view), view, &mut budget), Ok(true));
    }
}
