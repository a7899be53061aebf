//! Time: both ends included, a tolerance at both, whole numbers within 53 bits.

use allod::wire::Ipld;

use super::case::Case;
use super::world::{NOW, World};
use crate::forge::Forge;

const MAX: i128 = (1 << 53) - 1;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (place, link) in [("invocation", None), ("link-0", Some(0)), ("link-2", Some(2))] {
        edges(&mut cases, place, link);
        ranges(&mut cases, place, link);
    }
    cases.push(
        World::three()
            .link(0, |forge| {
                forge.set("exp", Ipld::Integer(i128::from(NOW) - 1));
            })
            .link(2, |forge| {
                forge.set("nbf", Ipld::Integer(i128::from(NOW) + 1));
            })
            .denied(
                "time-first-from-root",
                "two links out of time: the one nearer the root is reported",
                "expired",
                Some(0),
            ),
    );
    cases.push(
        World::three()
            .link(1, |forge| {
                forge.set("exp", Ipld::Integer(5)).set("nbf", Ipld::Integer(10));
            })
            .with(|world| world.at = 7)
            .denied("time-never", "a window that closes before it opens", "expired", Some(1)),
    );
    for (id, at, skew, allowed) in [
        ("time-epoch", 0, 0, true),
        ("time-before-epoch", -1, 0, false),
        ("time-before-epoch-tolerated", -60, 60, true),
    ] {
        let world = World::three().with(|world| {
            world.at = at;
            world.skew = Some(skew);
        });
        let description = "without nbf a token is valid from the epoch";
        cases.push(if allowed {
            world.allowed(id, description)
        } else {
            world.denied(id, description, "not-yet-valid", None)
        });
    }
    cases
}

fn put(world: World, link: Option<usize>, field: &str, seconds: i128) -> World {
    let set = |forge: &mut Forge| {
        forge.set(field, Ipld::Integer(seconds));
    };
    match link {
        Some(link) => world.link(link, set),
        None => world.invoked(set),
    }
}

fn edges(cases: &mut Vec<Case>, place: &str, link: Option<usize>) {
    let now = i128::from(NOW);
    // field, offset from now, tolerance (None: the default of 60 s), allowed
    let table = [
        ("exp", 0, Some(0), true),
        ("exp", -1, Some(0), false),
        ("exp", -60, None, true),
        ("exp", -61, None, false),
        ("exp", -5, Some(5), true),
        ("exp", -6, Some(5), false),
        ("nbf", 0, Some(0), true),
        ("nbf", 1, Some(0), false),
        ("nbf", 60, None, true),
        ("nbf", 61, None, false),
        ("nbf", 5, Some(5), true),
        ("nbf", 6, Some(5), false),
    ];
    for (field, offset, skew, allowed) in table {
        let world = put(World::three(), link, field, now + offset).with(|world| world.skew = skew);
        let tolerance = skew.map_or("default".into(), |skew| skew.to_string());
        let id = format!("time-{place}-{field}-{offset:+}-tolerance-{tolerance}");
        let description = format!("{field} is {offset:+} s from now, tolerance {tolerance}");
        let code = if field == "exp" { "expired" } else { "not-yet-valid" };
        let until = (field == "exp").then_some(NOW + i64::try_from(offset).unwrap_or_default());
        cases.push(if allowed {
            world.allowed_until(&id, &description, until)
        } else {
            world.denied(&id, &description, code, link)
        });
    }
}

fn ranges(cases: &mut Vec<Case>, place: &str, link: Option<usize>) {
    let until = i64::try_from(MAX).ok();
    cases.push(put(World::three(), link, "exp", MAX).allowed_until(
        &format!("time-{place}-exp-max"),
        "exp is the last time there is",
        until,
    ));
    cases.push(
        put(World::three(), link, "nbf", -MAX)
            .allowed(&format!("time-{place}-nbf-min"), "nbf is the first time there is"),
    );
    for (name, field, seconds) in [
        ("exp-over", "exp", MAX + 1),
        ("exp-u64", "exp", (1 << 64) - 1),
        ("nbf-under", "nbf", -MAX - 1),
        ("nbf-i65", "nbf", -(1 << 64)),
    ] {
        let description = format!("{field} is outside 53 bits");
        cases.push(put(World::three(), link, field, seconds).denied(
            &format!("time-{place}-{name}"),
            &description,
            "malformed",
            link,
        ));
    }
}
