//! Powerlines: they take the subject of their chain, and are checked like any other link.

use allod::wire::Ipld;

use super::case::Case;
use super::world::{ALBUM, ALICE, BOB, MALLORY, NOW, PHONE, World, dag_json};
use crate::forge::{Forge, SignatureFault, ed};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = checked();
    cases.extend(substituted());
    cases
}

fn checked() -> Vec<Case> {
    let now = i128::from(NOW);
    type Change = Box<dyn Fn(&mut Forge)>;
    let set = |field: &'static str, value: Ipld| -> Change {
        Box::new(move |forge| {
            forge.set(field, value.clone());
        })
    };
    let faults: Vec<(&str, &str, Change)> = vec![
        ("signature", "bad-signature", Box::new(|forge| forge.signature = SignatureFault::Flip(7))),
        ("stranger", "bad-signature", Box::new(|forge| forge.signer = ed(66))),
        ("ended", "expired", set("exp", Ipld::Integer(now - 1))),
        ("not-begun", "not-yet-valid", set("nbf", Ipld::Integer(now + 1))),
        ("audience", "broken-chain", set("aud", Ipld::String(MALLORY.text()))),
        ("command", "command-not-covered", set("cmd", Ipld::String("/photos/write".into()))),
        ("policy", "policy-unsatisfied", set("pol", dag_json(r#"[["==", ".a", 1]]"#))),
    ];
    let mut cases = Vec::new();
    for link in [1, 2] {
        for (name, code, change) in &faults {
            // Bob's link is P-256: a stranger's signature there is of another kind.
            if *name == "stranger" && link == 2 {
                continue;
            }
            let world = World::three().link(link, |forge| {
                forge.set("sub", Ipld::Null);
                change(forge);
            });
            cases.push(world.denied(
                &format!("powerline-link-{link}-{name}"),
                &format!("a powerline as link {link} is checked like any other: {name}"),
                code,
                Some(link),
            ));
        }
    }
    cases
}

fn substituted() -> Vec<Case> {
    // The same powerline, from Alice to her phone, in chains about two subjects.
    let other = ed(77);
    let through = |subject| {
        World::of(&[subject, ALICE, PHONE], "/photos/read").link(1, |forge| {
            forge.set("sub", Ipld::Null).set("cmd", "/");
        })
    };
    vec![
        through(ALBUM).allowed("powerline-one-subject", "a powerline in a chain about the album"),
        through(other).allowed("powerline-other-subject", "the same powerline in a chain about another"),
        World::three()
            .link(1, |forge| {
                forge.set("sub", Ipld::Null);
            })
            .link(2, |forge| {
                forge.set("sub", other.text());
            })
            .denied(
                "powerline-subject-goes-on",
                "below a powerline the chain is still about its subject",
                "wrong-subject",
                Some(2),
            ),
        World::of(&[other, ALICE, BOB, PHONE], "/photos/read")
            .link(1, |forge| {
                forge.set("sub", Ipld::Null);
            })
            .invoked(|forge| {
                forge.set("sub", ALBUM.text());
            })
            .with(|world| {
                world.executor = ALBUM.text();
                world.subjects = Some(vec![ALBUM.text()]);
            })
            .denied(
                "powerline-no-way-round",
                "a powerline does not lead from one subject to another",
                "wrong-subject",
                Some(0),
            ),
        World::of(&[ALBUM, ALICE], "/photos/read")
            .invoked(|forge| {
                forge.set("sub", Ipld::Null);
            })
            .denied("powerline-not-invoked", "nothing invokes on a powerline", "malformed", None),
    ]
}
