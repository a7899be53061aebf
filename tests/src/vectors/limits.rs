//! Limits: what is just within, and what is just over.

use allod::wire::Ipld;

use super::case::Case;
use super::world::{World, dag_json};
use crate::forge::{Forge, Principal, ed, head, text};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = chains();
    cases.extend(sizes());
    cases.extend(depths());
    cases.extend(steps());
    cases
}

fn chains() -> Vec<Case> {
    [17_u8, 40]
        .into_iter()
        .map(|links| {
            let principals: Vec<Principal> = (0..=links).map(|index| ed(100 + index)).collect();
            let world = World::of(&principals, "/photos/read");
            let description = format!("a chain of {links} links");
            world.denied(&format!("limit-chain-{links}"), &description, "budget-exceeded", None)
        })
        .collect()
}

/// Pads a token's nonce until it has this many bytes.
fn pad(forge: &mut Forge, size: usize) {
    let bare = forge.bytes().len();
    // The length of the nonce itself takes up to two bytes more than before.
    for length in (size - bare - 8)..size {
        forge.set("nonce", Ipld::Bytes(vec![7; length]));
        if forge.bytes().len() >= size {
            assert_eq!(forge.bytes().len(), size, "the size can be reached");
            return;
        }
    }
}

fn sizes() -> Vec<Case> {
    vec![
        World::three()
            .link(1, |forge| pad(forge, 65_536))
            .allowed("limit-token-link", "a delegation of 65,536 bytes"),
        World::three().link(1, |forge| pad(forge, 65_537)).denied(
            "limit-token-link-over",
            "a delegation of 65,537 bytes",
            "too-large",
            Some(1),
        ),
        World::three()
            .with(|world| {
                let cids = world.cids();
                world.name_links = false;
                world.invocation.set("prf", crate::forge::links(&cids));
                pad(&mut world.invocation, 65_536);
            })
            .allowed("limit-token-invocation", "an invocation of 65,536 bytes"),
        World::three()
            .with(|world| {
                let cids = world.cids();
                world.name_links = false;
                world.invocation.set("prf", crate::forge::links(&cids));
                pad(&mut world.invocation, 65_537);
            })
            .denied("limit-token-invocation-over", "an invocation of 65,537 bytes", "too-large", None),
    ]
}

fn depths() -> Vec<Case> {
    // The envelope, the signed map, the payload and the map in the field are four levels.
    let nested = |levels: usize| [head(5, 1), text("a"), vec![0x81; levels - 1], vec![0x80]].concat();
    vec![
        World::three()
            .link(1, |forge| {
                forge.raw("meta", nested(60));
            })
            .invoked(|forge| {
                forge.raw("args", nested(60));
            })
            .allowed("limit-depth", "64 levels"),
        World::three()
            .link(1, |forge| {
                forge.raw("meta", nested(61));
            })
            .denied("limit-depth-link-over", "65 levels in a delegation", "budget-exceeded", Some(1)),
        World::three()
            .invoked(|forge| {
                forge.raw("args", nested(61));
            })
            .denied("limit-depth-invocation-over", "65 levels in an invocation", "budget-exceeded", None),
        World::three()
            .invoked(|forge| {
                forge.raw("args", nested(50_000));
            })
            .denied("limit-depth-far-over", "50,000 levels in an invocation", "budget-exceeded", None),
    ]
}

fn steps() -> Vec<Case> {
    let ones = |count: usize| Ipld::Map([("a".into(), Ipld::List(vec![Ipld::Integer(1); count]))].into());
    let each = r#"[["all", ".a", ["==", ".", 1]]]"#;
    let world = |links: &[usize], items: usize| {
        let mut world = World::three().invoked(|forge| {
            forge.set("args", ones(items));
        });
        for link in links {
            world.links[*link].set("pol", dag_json(each));
        }
        world
    };
    vec![
        world(&[1], 9_999)
            .allowed("limit-steps", "10,000 steps: one for the quantifier, one for each of 9,999 items"),
        world(&[1], 10_000).denied("limit-steps-over", "10,001 steps", "budget-exceeded", Some(1)),
        world(&[0, 1], 4_999).allowed("limit-steps-two-links", "10,000 steps over two links"),
        world(&[0, 1, 2], 4_999).denied(
            "limit-steps-three-links",
            "15,000 steps over three links",
            "budget-exceeded",
            Some(2),
        ),
        World::three()
            .args(r#"{"a": [[[1]]]}"#)
            .policy(1, r#"[["all", ".a", ["all", ".", ["all", ".", ["==", ".", 1]]]]]"#)
            .allowed("limit-quantifiers-nested", "quantifiers within quantifiers"),
        World::three()
            .invoked(|forge| {
                let items = |item: Ipld, count: usize| Ipld::List(vec![item; count]);
                forge.set(
                    "args",
                    Ipld::Map([("a".into(), items(items(items(Ipld::Integer(1), 25), 25), 25))].into()),
                );
            })
            .policy(1, r#"[["all", ".a", ["all", ".", ["all", ".", ["==", ".", 1]]]]]"#)
            .denied(
                "limit-quantifiers-over",
                "15,625 items through three quantifiers",
                "budget-exceeded",
                Some(1),
            ),
    ]
}
