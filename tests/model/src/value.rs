//! Values: which are equal, which is more, and which are still to come (decisions 14 and 17).

use std::cmp::Ordering;

use ipld_core::ipld::Ipld;

/// Deep, with numbers by exact value.
pub(crate) fn equal(one: &Ipld, other: &Ipld) -> bool {
    match (one, other) {
        (Ipld::List(one), Ipld::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Ipld::Map(one), Ipld::Map(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| equal(one, other)))
        }
        _ => one == other || compare(one, other) == Some(Ordering::Equal),
    }
}

/// Two numbers by exact value; `None` where one is no number.
pub(crate) fn compare(one: &Ipld, other: &Ipld) -> Option<Ordering> {
    match (one, other) {
        (Ipld::Integer(one), Ipld::Integer(other)) => Some(one.cmp(other)),
        (Ipld::Float(one), Ipld::Float(other)) => one.partial_cmp(other),
        (Ipld::Integer(one), Ipld::Float(other)) => Some(against(*one, *other)),
        (Ipld::Float(one), Ipld::Integer(other)) => Some(against(*other, *one).reverse()),
        _ => None,
    }
}

/// An integer of at most 65 bits against a finite float: against its whole part first, and then against what
/// is left of it. That is exact: a float beyond 128 bits becomes the farthest integer, which is as far off.
fn against(integer: i128, float: f64) -> Ordering {
    let whole = float.floor();
    let rest = if float > whole { Ordering::Less } else { Ordering::Equal };
    integer.cmp(&(whole as i128)).then(rest)
}

/// An unresolved promise.
pub(crate) fn is_promise(value: &Ipld) -> bool {
    let Ipld::Map(map) = value else { return false };
    map.len() == 1 && ["await/ok", "await/error", "await/*"].into_iter().any(|key| map.contains_key(key))
}

/// Whether there is one anywhere in a value.
pub(crate) fn has_promise(value: &Ipld) -> bool {
    match value {
        Ipld::List(list) => list.iter().any(has_promise),
        Ipld::Map(map) => is_promise(value) || map.values().any(has_promise),
        _ => false,
    }
}
