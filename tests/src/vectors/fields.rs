//! Every field of every token: missing, of another type, null, twice, unknown, or simply wrong.

use allod::wire::{Cid, Ipld};

use super::case::Case;
use super::world::{MALLORY, NOW, PHONE, World, dag_json};
use crate::forge::{Forge, Principal};

const REQUIRED_DELEGATION: [&str; 7] = ["iss", "aud", "sub", "cmd", "pol", "nonce", "exp"];
const REQUIRED_INVOCATION: [&str; 7] = ["iss", "sub", "cmd", "args", "prf", "nonce", "exp"];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for link in 0..3 {
        malformed(
            &mut cases,
            &format!("link-{link}"),
            &REQUIRED_DELEGATION,
            DELEGATION_TYPES,
            DELEGATION_NULLS,
            |change| World::three().link(link, optional_delegation).link(link, change).name(link),
        );
        wrong_in_delegation(&mut cases, link);
    }
    malformed(&mut cases, "invocation", &REQUIRED_INVOCATION, INVOCATION_TYPES, INVOCATION_NULLS, |change| {
        let world = World::three();
        let cids = world.cids();
        let mut world = world.invoked(|forge| {
            forge.set("prf", crate::forge::links(&cids));
            optional_invocation(forge);
            change(forge);
        });
        world.name_links = false;
        (world, None)
    });
    wrong_in_invocation(&mut cases);
    cases
}

impl World {
    fn name(self, link: usize) -> (Self, Option<usize>) {
        (self, Some(link))
    }
}

/// Field and values of a type it must not have, as DAG-JSON.
type Types = &'static [(&'static str, &'static [&'static str])];

const DELEGATION_TYPES: Types = &[
    ("iss", &["1", r#"{"/":{"bytes":"aXNz"}}"#]),
    ("aud", &["[]", r#""alice""#]),
    ("sub", &["false", r#""did:key""#]),
    ("cmd", &["7", r#"["/photos"]"#]),
    ("pol", &[r#""""#, "{}", "true"]),
    ("nonce", &[r#""n""#, "12"]),
    ("exp", &[r#""1800000000""#, "1800000000.0", "true"]),
    ("nbf", &[r#""0""#, "0.5"]),
    ("meta", &["[]", r#""note""#]),
];
const DELEGATION_NULLS: &[&str] = &["iss", "aud", "cmd", "pol", "nonce", "nbf", "meta"];

const INVOCATION_TYPES: Types = &[
    ("iss", &["1", r#"{"/":{"bytes":"aXNz"}}"#]),
    ("sub", &["false", r#""subject""#]),
    ("aud", &["{}", "1"]),
    ("cmd", &["7", r#"["/photos"]"#]),
    ("args", &["[]", r#""""#, "0"]),
    ("prf", &["{}", r#"["bafyreigyftnzjf4rcu7glp5kfop53vqlopc3zcldauoqdxqlz7t4343gr4"]"#, "1"]),
    ("nonce", &[r#""n""#, "[]"]),
    ("exp", &[r#""1800000000""#, "1800000000.0"]),
    ("nbf", &[r#""0""#, "0.5"]),
    ("iat", &[r#""0""#, "1e3"]),
    ("meta", &["[]", "1"]),
    ("cause", &[r#""zdpu""#, "1"]),
];
const INVOCATION_NULLS: &[&str] =
    &["iss", "sub", "aud", "cmd", "args", "prf", "nonce", "nbf", "iat", "meta", "cause"];

fn optional_delegation(forge: &mut Forge) {
    forge.set("nbf", Ipld::Integer(0)).set("meta", Ipld::Map([].into()));
}

fn optional_invocation(forge: &mut Forge) {
    forge.set("nbf", Ipld::Integer(0)).set("iat", Ipld::Integer(0)).set("meta", Ipld::Map([].into()));
    forge.set("cause", Ipld::Link(Cid::of(b"receipt").into())).set("aud", super::world::ALBUM.text());
}

fn malformed(
    cases: &mut Vec<Case>,
    token: &str,
    required: &[&str],
    types: Types,
    nulls: &[&str],
    world: impl Fn(&dyn Fn(&mut Forge)) -> (World, Option<usize>),
) {
    let mut add = |name: String, description: String, change: &dyn Fn(&mut Forge)| {
        let (world, link) = world(change);
        cases.push(world.denied(&format!("field-{token}-{name}"), &description, "malformed", link));
    };
    for field in required {
        add(format!("{field}-missing"), format!("{field} is not there"), &|forge| {
            forge.remove(field);
        });
    }
    for (field, values) in types {
        for (index, value) in values.iter().enumerate() {
            add(format!("{field}-type-{index}"), format!("{field} is {value}"), &|forge| {
                forge.set(field, dag_json(value));
            });
        }
        add(format!("{field}-twice"), format!("{field} stands there twice"), &|forge| {
            forge.duplicate(field);
        });
    }
    for field in nulls {
        add(format!("{field}-null"), format!("{field} is null"), &|forge| {
            forge.set(field, Ipld::Null);
        });
    }
    for unknown in ["x", "fct", "proofs", "expires"] {
        add(format!("unknown-{unknown}"), format!("an unknown field {unknown}"), &|forge| {
            forge.set(unknown, Ipld::Null);
        });
    }
    add("unsorted".into(), "the first two fields are out of order".into(), &|forge| {
        forge.unsort();
    });
}

/// Fields of the right type with a value that does not fit its place.
fn wrong_in_delegation(cases: &mut Vec<Case>, link: usize) {
    let mut add = |field: &str, description: &str, value: Ipld, code: &'static str, at: usize| {
        let world = World::three().link(link, |forge| {
            forge.set(field, value);
        });
        cases.push(world.denied(&format!("field-link-{link}-{field}-wrong"), description, code, Some(at)));
    };
    let signer = World::three().links[link].signer;
    let stranger = Principal { seed: 66, ..signer }.text();
    add("iss", "the issuer is not who signed", Ipld::String(stranger), "bad-signature", link);
    add("aud", "the audience is not who goes on", Ipld::String(MALLORY.text()), "broken-chain", link);
    add("sub", "about someone else's thing", Ipld::String(MALLORY.text()), "wrong-subject", link);
    add("cmd", "another command", Ipld::String("/photos/delete".into()), "command-not-covered", link);
    add(
        "pol",
        "a policy that the arguments do not satisfy",
        dag_json(r#"[["==", ".a", 1]]"#),
        "policy-unsatisfied",
        link,
    );
    add("exp", "ended a second ago", Ipld::Integer(i128::from(NOW) - 1), "expired", link);
    add("nbf", "begins in a second", Ipld::Integer(i128::from(NOW) + 1), "not-yet-valid", link);
}

fn wrong_in_invocation(cases: &mut Vec<Case>) {
    let mut add = |field: &str, description: &str, value: Ipld, code: &'static str, link: Option<usize>| {
        let world = World::three().invoked(|forge| {
            forge.set(field, value);
        });
        cases.push(world.denied(&format!("field-invocation-{field}-wrong"), description, code, link));
    };
    let stranger = Principal { seed: 66, ..PHONE }.text();
    add("iss", "the issuer is not who signed", Ipld::String(stranger), "bad-signature", None);
    add("aud", "addressed to someone else", Ipld::String(MALLORY.text()), "wrong-audience", None);
    add("sub", "on someone else's thing, so to them", Ipld::String(MALLORY.text()), "wrong-audience", None);
    add(
        "cmd",
        "a command that was not delegated",
        Ipld::String("/photos/delete".into()),
        "command-not-covered",
        Some(0),
    );
    add("exp", "ended a second ago", Ipld::Integer(i128::from(NOW) - 1), "expired", None);
    add("nbf", "begins in a second", Ipld::Integer(i128::from(NOW) + 1), "not-yet-valid", None);
}
