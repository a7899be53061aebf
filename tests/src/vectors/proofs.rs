//! Proofs: there, in order, from the subject to the invoker.

use allod::wire::{Cid, Ipld};

use super::case::{Case, Input};
use super::world::{ALBUM, ALICE, BOB, MALLORY, PHONE, World};
use crate::forge::{Forge, links};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = missing();
    cases.extend(roots());
    cases.extend(order());
    cases.extend(others());
    cases
}

fn naming(world: World, named: &[Cid]) -> World {
    let named = links(named);
    world.with(|world| world.name_links = false).invoked(|forge| {
        forge.set("prf", named);
    })
}

fn missing() -> Vec<Case> {
    let mut cases = Vec::new();
    for link in 0..3 {
        let mut case = World::three().denied(
            &format!("proof-missing-{link}"),
            "a delegation that the invocation names did not come along",
            "proof-missing",
            Some(link),
        );
        if let Input::Tokens(tokens, _) = &mut case.input {
            tokens.remove(link);
        }
        cases.push(case);
    }
    let mut none =
        World::three().denied("proof-missing-all", "no delegation came along", "proof-missing", Some(0));
    if let Input::Tokens(tokens, _) = &mut none.input {
        tokens.clear();
    }
    cases.push(none);
    cases.push(naming(World::three(), &[]).denied(
        "proof-none",
        "someone else's thing, without proofs",
        "no-proof",
        None,
    ));
    let inner = World::three().links[1].cid();
    let mut early = naming(World::three(), &[inner]).denied(
        "proof-missing-before-root",
        "a missing proof is reported before the broken root",
        "proof-missing",
        Some(0),
    );
    if let Input::Tokens(tokens, _) = &mut early.input {
        tokens.clear();
    }
    cases.push(early);
    cases
}

fn roots() -> Vec<Case> {
    let null = |forge: &mut Forge| {
        forge.set("sub", Ipld::Null);
    };
    let world = World::three();
    let cids = world.cids();
    vec![
        World::three().link(0, null).denied(
            "root-powerline",
            "the root is a powerline of the subject's",
            "powerline-root",
            Some(0),
        ),
        World::of(&[ALBUM, ALICE], "/photos/read")
            .link(0, |forge| *forge = Forge::delegation(MALLORY, &ALICE.text(), None, "/"))
            .denied(
                "root-powerline-stranger",
                "the root is a stranger's powerline",
                "powerline-root",
                Some(0),
            ),
        World::of(&[ALBUM, MALLORY], "/photos/read")
            .link(0, |forge| *forge = Forge::delegation(MALLORY, &MALLORY.text(), None, "/"))
            .denied("root-powerline-own", "the invoker's own powerline to itself", "powerline-root", Some(0)),
        naming(world.clone(), &cids[1..]).denied(
            "root-cut-off",
            "the chain begins below the root",
            "root-not-subject",
            Some(0),
        ),
        naming(World::three(), &cids[2..]).denied(
            "root-cut-off-twice",
            "only the last link is named",
            "root-not-subject",
            Some(0),
        ),
        World::of(&[ALBUM, PHONE], "/photos/read")
            .link(0, |forge| *forge = Forge::delegation(MALLORY, &PHONE.text(), Some(&ALBUM.text()), "/"))
            .denied(
                "root-stranger",
                "a stranger issues the root about the album",
                "root-not-subject",
                Some(0),
            ),
        World::of(&[ALBUM, PHONE], "/photos/read")
            .link(0, |forge| *forge = Forge::delegation(PHONE, &PHONE.text(), Some(&ALBUM.text()), "/"))
            .denied("root-invoker", "the invoker issues the root to itself", "root-not-subject", Some(0)),
        World::of(&[MALLORY, PHONE], "/photos/read")
            .invoked(|forge| {
                forge.set("sub", ALBUM.text());
            })
            .with(|world| {
                world.executor = ALBUM.text();
                world.subjects = Some(vec![ALBUM.text()]);
            })
            .denied("root-other-subject", "a chain about another subject", "wrong-subject", Some(0)),
    ]
}

fn order() -> Vec<Case> {
    let world = World::three();
    let cids = world.cids();
    let reversed: Vec<Cid> = cids.iter().rev().copied().collect();
    vec![
        naming(World::three(), &reversed).denied(
            "order-leaf-first",
            "the proofs are named leaf first",
            "root-not-subject",
            Some(0),
        ),
        naming(World::three(), &[cids[0], cids[2], cids[1]]).denied(
            "order-swapped",
            "two links are swapped",
            "broken-chain",
            Some(0),
        ),
        naming(World::three(), &[cids[0], cids[2]]).denied(
            "order-gap",
            "a link is left out",
            "broken-chain",
            Some(0),
        ),
        naming(World::three(), &[cids[0], cids[1]]).denied(
            "order-short",
            "the last link is left out",
            "broken-chain",
            Some(1),
        ),
        naming(World::three(), &[cids[0], cids[0], cids[1], cids[2]]).denied(
            "order-twice",
            "the root is named twice",
            "broken-chain",
            Some(0),
        ),
        naming(World::three(), &[cids[0], cids[1], cids[2], cids[2]]).denied(
            "order-surplus",
            "the last link is named twice",
            "broken-chain",
            Some(2),
        ),
        World::three()
            .invoked(|forge| *forge = Forge::invocation(MALLORY, &ALBUM.text(), "/photos/read", &[]))
            .denied("chain-stolen", "someone else presents the chain", "broken-chain", Some(2)),
        World::three()
            .link(1, |forge| {
                *forge = Forge::delegation(MALLORY, &BOB.text(), Some(&ALBUM.text()), "/photos/read")
            })
            .denied("chain-spliced", "a link by someone who was given nothing", "broken-chain", Some(0)),
    ]
}

fn others() -> Vec<Case> {
    let world = World::three();
    let cids = world.cids();
    let invocation = Forge::invocation(ALBUM, &ALBUM.text(), "/photos/read", &[]);
    let as_proof = naming(World::of(&[ALBUM, ALICE], "/photos/read"), &[invocation.cid()])
        .with(|world| world.links = vec![invocation])
        .denied("proof-is-invocation", "an invocation is named as a proof", "malformed", Some(0));
    let raw = Ipld::Link(cid_with(0x55, 0x12, 32));
    let mut cases = vec![
        as_proof,
        naming(World::three(), &[])
            .with(|world| {
                world.invocation = Forge::invocation(ALBUM, &ALBUM.text(), "/photos/read", &[]);
                world.links.clear();
            })
            .allowed("proof-none-needed", "the subject itself invokes"),
        World::of(&[ALBUM], "/photos/read")
            .with(|world| {
                world.name_links = false;
                world.links =
                    vec![Forge::delegation(ALBUM, &ALICE.text(), Some(&ALBUM.text()), "/photos/read")];
                let cid = world.links[0].cid();
                world.invocation.set("prf", links(&[cid]));
            })
            .denied(
                "proof-needless",
                "the subject invokes with a proof that leads elsewhere",
                "broken-chain",
                Some(0),
            ),
    ];
    for (name, link) in [
        ("raw", raw),
        ("other-hash", Ipld::Link(cid_with(0x71, 0x1b, 32))),
        ("short-hash", Ipld::Link(cid_with(0x71, 0x12, 20))),
    ] {
        let mut named = vec![link];
        named.extend(cids[1..].iter().map(|cid| Ipld::Link((*cid).into())));
        cases.push(
            naming(World::three(), &[])
                .invoked(|forge| {
                    forge.set("prf", Ipld::List(named));
                })
                .denied(
                    &format!("proof-cid-{name}"),
                    "a proof is named by a CID that names no token",
                    "malformed",
                    None,
                ),
        );
    }
    cases
}

fn cid_with(codec: u64, hash: u64, length: usize) -> allod::wire::value::DataCid {
    let mut bytes = vec![1];
    allod::wire::varint::write(codec, &mut bytes);
    allod::wire::varint::write(hash, &mut bytes);
    allod::wire::varint::write(length as u64, &mut bytes);
    bytes.extend(vec![9; length]);
    allod::wire::value::DataCid::try_from(&bytes[..]).expect("a CID")
}
