//! Several faults at once: the one that is reported is the first in the order of `spec/decisions.md`.

use allod::wire::Ipld;

use super::case::{Case, Input};
use super::world::{ALBUM, ALICE, MALLORY, NOW, World, dag_json};
use crate::forge::{Forge, SignatureFault, head, text};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = invocations();
    cases.extend(proofs_present());
    cases.extend(links());
    cases.extend(chains());
    cases
}

/// What is done to a sound request, and the code and the link that it amounts to alone.
struct Fault {
    name: &'static str,
    code: &'static str,
    link: Option<usize>,
    change: fn(World) -> World,
}

/// Every pair from a list in the order of the rules: the earlier one is reported.
fn pairs(group: &str, faults: &[Fault]) -> Vec<Case> {
    let mut cases = Vec::new();
    for (index, first) in faults.iter().enumerate() {
        for second in &faults[index + 1..] {
            let world = (first.change)((second.change)(World::three()));
            cases.push(world.denied(
                &format!("order-{group}-{}-{}", first.name, second.name),
                &format!("{} before {}", first.name, second.name),
                first.code,
                first.link,
            ));
        }
    }
    cases
}

fn ended(forge: &mut Forge) {
    forge.set("exp", Ipld::Integer(i128::from(NOW) - 1));
}

fn unknown(forge: &mut Forge) {
    forge.set("x", Ipld::Null);
}

fn flipped(forge: &mut Forge) {
    forge.signature = SignatureFault::Flip(9);
}

fn invocations() -> Vec<Case> {
    pairs(
        "invocation",
        &[
            Fault { name: "decoding", code: "malformed", link: None, change: |world| world.invoked(unknown) },
            Fault {
                name: "signature",
                code: "bad-signature",
                link: None,
                change: |world| world.invoked(flipped),
            },
            Fault {
                name: "audience",
                code: "wrong-audience",
                link: None,
                change: |world| world.with(|world| world.executor = MALLORY.text()),
            },
            Fault {
                name: "subject",
                code: "subject-not-served",
                link: None,
                change: |world| world.with(|world| world.subjects = Some(vec![])),
            },
            Fault { name: "time", code: "expired", link: None, change: |world| world.invoked(ended) },
            Fault {
                name: "first-link",
                code: "malformed",
                link: Some(0),
                change: |world| world.link(0, unknown),
            },
        ],
    )
}

/// A missing proof comes after the invocation's own faults, and before anything a present one has wrong.
fn proofs_present() -> Vec<Case> {
    let without_last = |world: World, name: &str, code, link| {
        let mut case = world.denied(
            &format!("order-missing-{name}"),
            "the last proof did not come along either",
            code,
            link,
        );
        if let Input::Tokens(tokens, _) = &mut case.input {
            tokens.remove(2);
        }
        case
    };
    let missing = ("proof-missing", Some(2));
    vec![
        without_last(World::three().invoked(ended), "after-invocation-time", "expired", None),
        without_last(World::three().link(0, unknown), "before-decoding", missing.0, missing.1),
        without_last(World::three().link(0, flipped), "before-signature", missing.0, missing.1),
        without_last(World::three().link(0, ended), "before-time", missing.0, missing.1),
        without_last(
            World::three().link(0, |forge| {
                forge.set("sub", Ipld::Null);
            }),
            "before-chain",
            missing.0,
            missing.1,
        ),
    ]
}

/// Link by link from the root, each decoding, signature, time.
fn links() -> Vec<Case> {
    let mut cases = pairs(
        "links",
        &[
            Fault { name: "time-0", code: "expired", link: Some(0), change: |world| world.link(0, ended) },
            Fault {
                name: "decoding-1",
                code: "malformed",
                link: Some(1),
                change: |world| world.link(1, unknown),
            },
            Fault {
                name: "signature-2",
                code: "bad-signature",
                link: Some(2),
                change: |world| world.link(2, flipped),
            },
            Fault { name: "time-2", code: "expired", link: Some(2), change: |world| world.link(2, ended) },
            Fault {
                name: "powerline-root",
                code: "powerline-root",
                link: Some(0),
                change: |world| {
                    world.link(0, |forge| {
                        forge.set("sub", Ipld::Null);
                    })
                },
            },
        ],
    );
    // The bytes are looked at before the signature over them.
    let long_zero = [head(5, 1), text("a"), vec![0x18, 0x00]].concat();
    cases.push(
        World::three()
            .link(1, |forge| {
                forge.raw("meta", long_zero.clone());
                flipped(forge);
            })
            .denied(
                "order-link-spelling-signature",
                "bytes that are not canonical, under a signature that is not the issuer's",
                "malformed",
                Some(1),
            ),
    );
    cases.push(
        World::three()
            .invoked(|forge| {
                forge.raw("args", long_zero);
                flipped(forge);
            })
            .denied(
                "order-invocation-spelling-signature",
                "bytes that are not canonical, under a signature that is not the issuer's",
                "malformed",
                None,
            ),
    );
    cases
}

/// Over the chain: powerline-root, wrong-subject, root-not-subject, broken-chain, commands, policies.
fn chains() -> Vec<Case> {
    let mut cases = pairs(
        "chain",
        &[
            Fault {
                name: "wrong-subject",
                code: "wrong-subject",
                link: Some(2),
                change: |world| {
                    world.link(2, |forge| {
                        forge.set("sub", MALLORY.text());
                    })
                },
            },
            Fault {
                name: "root-not-subject",
                code: "root-not-subject",
                link: Some(0),
                change: |world| {
                    world.link(0, |forge| {
                        *forge =
                            Forge::delegation(MALLORY, &ALICE.text(), Some(&ALBUM.text()), "/photos/read");
                    })
                },
            },
            Fault {
                name: "broken-chain",
                code: "broken-chain",
                link: Some(1),
                change: |world| {
                    world.link(1, |forge| {
                        forge.set("aud", MALLORY.text());
                    })
                },
            },
            Fault {
                name: "command",
                code: "command-not-covered",
                link: Some(2),
                change: |world| {
                    world.link(2, |forge| {
                        forge.set("cmd", "/photos/write");
                    })
                },
            },
            Fault {
                name: "policy",
                code: "policy-unsatisfied",
                link: Some(1),
                change: |world| {
                    world.link(1, |forge| {
                        forge.set("pol", dag_json(r#"[["==", ".a", 1]]"#));
                    })
                },
            },
        ],
    );
    cases.push(
        World::three()
            .link(0, |forge| {
                forge.set("sub", Ipld::Null);
            })
            .link(1, |forge| {
                forge.set("sub", MALLORY.text());
            })
            .denied(
                "order-chain-powerline-root-wrong-subject",
                "powerline-root before wrong-subject",
                "powerline-root",
                Some(0),
            ),
    );
    cases
}
