//! Chains that are sound: every length, every kind of key, every optional field.

use allod::wire::{Cid, Ipld};

use super::case::{Case, Expect};
use super::world::{ALBUM, ALICE, BOB, MALLORY, NOW, PHONE, SERVICE, World, dag_json};
use crate::forge::{Forge, Principal, ed, k256, p256};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = lengths();
    cases.extend(kinds_of_keys());
    cases.extend(powerlines());
    cases.extend(optional_fields());
    cases.extend(commands_wider_below());
    cases.extend(company());
    cases
}

fn lengths() -> Vec<Case> {
    let principals: Vec<Principal> = (0..17)
        .map(|index| match index % 3 {
            0 => ed(10 + index),
            1 => p256(10 + index),
            _ => k256(10 + index),
        })
        .collect();
    (0..=16)
        .map(|links| {
            let world = World::of(&principals[..=links], "/photos/read");
            world.allowed(
                &format!("allow-length-{links:02}"),
                &format!("a chain of {links} links, with mixed keys"),
            )
        })
        .collect()
}

fn kinds_of_keys() -> Vec<Case> {
    let make: [(&str, fn(u8) -> Principal); 3] = [("ed25519", ed), ("p256", p256), ("secp256k1", k256)];
    let mut cases = Vec::new();
    for (subject_kind, subject) in make {
        for (invoker_kind, invoker) in make {
            let world = World::of(&[subject(40), invoker(41)], "/photos/read");
            let description = format!("a {subject_kind} subject delegates to a {invoker_kind} invoker");
            cases.push(world.allowed(&format!("allow-keys-{subject_kind}-{invoker_kind}"), &description));
        }
        let world = World::of(&[subject(42)], "/photos/read");
        cases.push(
            world.allowed(
                &format!("allow-self-{subject_kind}"),
                "the subject invokes on itself, without proofs",
            ),
        );
    }
    cases
}

fn powerlines() -> Vec<Case> {
    let null = |forge: &mut Forge| {
        forge.set("sub", Ipld::Null);
    };
    vec![
        World::three()
            .link(1, null)
            .allowed("allow-powerline-middle", "a powerline in the middle of the chain"),
        World::three().link(2, null).allowed("allow-powerline-leaf", "a powerline at the end of the chain"),
        World::three().link(1, null).link(2, null).allowed("allow-powerline-two", "two powerlines in a row"),
        World::three()
            .link(1, |forge| {
                forge.set("sub", Ipld::Null).set("cmd", "/");
            })
            .allowed("allow-powerline-device", "a powerline of everything, as between a person's devices"),
    ]
}

fn optional_fields() -> Vec<Case> {
    let receipt = Ipld::Link(Cid::of(b"a receipt").into());
    let mut cases = vec![
        World::three()
            .link(0, |forge| {
                forge.set("exp", Ipld::Integer(i128::from(NOW) + 50));
            })
            .link(1, |forge| {
                forge
                    .set("exp", Ipld::Integer(i128::from(NOW) + 10))
                    .set("nbf", Ipld::Integer(i128::from(NOW) - 10));
            })
            .invoked(|forge| {
                forge.set("exp", Ipld::Integer(i128::from(NOW) + 30));
            })
            .allowed_until("allow-until-earliest", "the earliest end counts", Some(NOW + 10)),
        World::three()
            .invoked(|forge| {
                forge.set("exp", Ipld::Integer(i128::from(NOW))).set("nbf", Ipld::Integer(i128::from(NOW)));
            })
            .allowed_until("allow-this-second", "an invocation valid in this second only", Some(NOW)),
        World::three()
            .invoked(|forge| {
                forge.set("iat", Ipld::Integer(9_000_000_000)).set("cause", receipt);
            })
            .allowed(
                "allow-iat-cause",
                "iat is a claim that decides nothing, even in the future; cause is a link",
            ),
        World::three()
            .invoked(|forge| {
                forge.set("aud", ALBUM.text());
            })
            .allowed("allow-aud-subject", "the audience is named and is the subject"),
        World::three()
            .with(|world| world.executor = SERVICE.text())
            .invoked(|forge| {
                forge.set("aud", SERVICE.text());
            })
            .allowed("allow-aud-service", "a service executes for the subject it serves"),
    ];
    for index in 0..3 {
        cases.push(
            World::three()
                .link(index, |forge| {
                    forge.set("meta", dag_json(r#"{"note": "for you", "n": [1, 2.5, null], "await/ok": 1}"#));
                })
                .allowed(&format!("allow-meta-{index}"), "metadata decides nothing"),
        );
        cases.push(
            World::three()
                .link(index, |forge| {
                    forge.tag = "ucan/dlg@1.0.0-rc.1".into();
                })
                .allowed(&format!("allow-rc1-{index}"), "a delegation tagged rc.1 in a chain of 1.0.0"),
        );
        for (name, nonce) in [("empty", vec![]), ("one", vec![1]), ("long", vec![7; 1000])] {
            cases.push(
                World::three()
                    .link(index, |forge| {
                        forge.set("nonce", Ipld::Bytes(nonce.clone()));
                    })
                    .allowed(&format!("allow-nonce-{name}-{index}"), "a nonce of any length"),
            );
        }
    }
    cases.push(
        World::three()
            .invoked(|forge| {
                forge.tag = "ucan/inv@1.0.0-rc.1".into();
                forge.set("meta", Ipld::Map([].into())).set("nonce", Ipld::Bytes(vec![]));
            })
            .allowed("allow-rc1-invocation", "an invocation tagged rc.1, with empty metadata and nonce"),
    );
    cases
}

fn commands_wider_below() -> Vec<Case> {
    vec![
        World::three()
            .link(0, |forge| {
                forge.set("cmd", "/photos");
            })
            .link(1, |forge| {
                forge.set("cmd", "/");
            })
            .allowed(
                "allow-wider-below",
                "a link nominally wider than the one above it gains nothing and harms nothing",
            ),
        World::three()
            .link(0, |forge| {
                forge.set("cmd", "/");
            })
            .link(1, |forge| {
                forge.set("cmd", "/photos");
            })
            .invoked(|forge| {
                forge.set("cmd", "/photos/read/thumbnail");
            })
            .allowed("allow-narrower-invoked", "an invoked command below the delegated one"),
    ]
}

/// Tokens nobody refers to never matter.
fn company() -> Vec<Case> {
    let world = World::three();
    let chain = world.cids();
    let mut forged = Forge::delegation(MALLORY, &PHONE.text(), Some(&ALBUM.text()), "/");
    forged.signature = crate::forge::SignatureFault::Flip(3);
    let add = |id: &str, description: &str, extra: Vec<u8>| {
        let expect = Expect::Allow { chain: chain.clone(), until: None };
        let mut case = World::three().case(id, description, expect);
        if let super::case::Input::Tokens(tokens, _) = &mut case.input {
            tokens.insert(0, extra);
        }
        case
    };
    let mut doubled = World::three().case(
        "allow-beside-duplicates",
        "every token twice",
        Expect::Allow { chain: chain.clone(), until: None },
    );
    if let super::case::Input::Tokens(tokens, _) = &mut doubled.input {
        let copy = tokens.clone();
        tokens.extend(copy);
        tokens.reverse();
    }
    vec![
        add("allow-beside-garbage", "bytes that are no token, and that nobody refers to", vec![0xff; 40]),
        add("allow-beside-forgery", "a forged delegation that nobody refers to", forged.bytes()),
        add(
            "allow-beside-another",
            "a sound delegation that nobody refers to",
            Forge::delegation(ALICE, &BOB.text(), None, "/other").bytes(),
        ),
        doubled,
        World::of(&[ALBUM, ALBUM], "/photos/read")
            .allowed("allow-to-oneself", "the subject delegates to itself and names it"),
    ]
}
