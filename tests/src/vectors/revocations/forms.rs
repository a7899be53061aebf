//! What may be written otherwise in a revocation, and what makes it none.

use allod::wire::{Cid, Ipld};

use super::{ZELDA, link, revocation, right};
use crate::forge::{Forge, links};
use crate::vectors::case::Case;
use crate::vectors::world::{ALICE, MALLORY, NOW, World, dag_json};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = timeless();
    cases.extend(forms());
    cases.extend(misshapen());
    cases
}

/// Neither the time nor later revocations change what a revocation does.
fn timeless() -> Vec<Case> {
    let now = i128::from(NOW);
    let mut cases = Vec::new();
    let windows: [(&str, Option<i128>, Option<i128>); 5] = [
        ("ended", None, Some(now - 1_000_000)),
        ("ended-before-all-time", None, Some(-1)),
        ("to-come", Some(now + 1_000_000), None),
        ("open", Some(now - 1), Some(now + 1)),
        ("never", Some(now + 1), Some(now - 1)),
    ];
    let set = |forge: &mut Forge, begins: Option<i128>, ends: Option<i128>| {
        for (field, at) in [("nbf", begins), ("exp", ends)] {
            if let Some(at) = at {
                forge.set(field, Ipld::Integer(at));
            }
        }
    };
    for (name, begins, ends) in windows {
        cases.push(World::three().revoked_by_alice(|forge| set(forge, begins, ends)).bitten(
            &format!("window-{name}"),
            "a revocation has its effect whatever its window",
            1,
        ));
        let mut proof = right(ALICE, ZELDA, Some(ALICE));
        set(&mut proof, begins, ends);
        cases.push(World::three().revoked_by_zelda(1, &[proof]).bitten(
            &format!("proof-window-{name}"),
            "so has one whose proof has any window",
            1,
        ));
    }
    cases.push(
        World::three()
            .revoked_by_alice(|forge| {
                forge.set("iat", Ipld::Integer(now + 1_000_000));
            })
            .bitten("made-later", "when it was made is for the record", 1),
    );
    let proof = right(ALICE, ZELDA, Some(ALICE));
    cases.push(
        World::three()
            .revoked_by_zelda(1, std::slice::from_ref(&proof))
            .revoking(&revocation(ALICE, ALICE, proof.cid(), &[]))
            .ignoring("unrelated")
            .bitten("proof-revoked", "Alice took the right back: what was revoked stays revoked", 1),
    );
    cases
}

/// Ways of writing one that mean the same.
fn forms() -> Vec<Case> {
    type Change = Box<dyn Fn(&mut Forge)>;
    let of = World::three().cids()[1];
    let set = |field: &'static str, value: Ipld| -> Change {
        Box::new(move |forge| {
            forge.set(field, value.clone());
        })
    };
    let arguments = |more: Vec<(&str, Ipld)>| {
        let all = more
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .chain([("revoke".into(), link(of))]);
        set("args", Ipld::Map(all.collect()))
    };
    let forms: Vec<(&str, &str, Change)> = vec![
        ("plain", "without more", Box::new(|_| {})),
        (
            "rc1",
            "under the tag of the release candidate",
            Box::new(|forge| forge.tag = "ucan/inv@1.0.0-rc.1".into()),
        ),
        ("nonce", "with a nonce", set("nonce", Ipld::Bytes(vec![1; 12]))),
        ("nonce-long", "with a long nonce", set("nonce", Ipld::Bytes(vec![1; 300]))),
        ("meta", "with metadata", set("meta", dag_json(r#"{"comment": "bad behaviour"}"#))),
        ("cause", "with a cause", set("cause", link(of))),
        ("aud", "addressed to another executor", set("aud", Ipld::String(MALLORY.text()))),
        ("path", "with the path to it", arguments(vec![("path", links(&World::three().cids()[..2]))])),
        ("path-empty", "with a path of nothing", arguments(vec![("path", links(&[]))])),
        (
            "path-elsewhere",
            "with a path that leads elsewhere",
            arguments(vec![("path", links(&World::three().cids()[2..]))]),
        ),
        (
            "path-bogus",
            "with a path of what is not there",
            arguments(vec![("path", links(&[Cid::of(b"x"), Cid::of(b"y")]))]),
        ),
        ("path-long", "with a path longer than any chain", arguments(vec![("path", links(&[of; 40]))])),
        (
            "more",
            "with more arguments",
            arguments(vec![("reason", dag_json(r#"{"await/ok": 1}"#)), ("until", Ipld::Integer(0))]),
        ),
    ];
    let case = |(name, description, change): (&str, &str, Change)| {
        World::three().revoked_by_alice(change).bitten(
            &format!("form-{name}"),
            &format!("a revocation {description}"),
            1,
        )
    };
    forms.into_iter().map(case).collect()
}

/// What is no revocation.
fn misshapen() -> Vec<Case> {
    let three = World::three;
    let of = three().cids()[1];
    let mut cases = Vec::new();
    let listed = |value: Ipld| Ipld::List(vec![value]);
    let promise = Ipld::Map([("await/ok".to_owned(), link(of))].into());
    let raw = dag_json(r#"{"/": "bafkreictzcfwelyww7zmjkl5nptyot24oilky2bppw42nui2acozhfmzqa"}"#);
    let revoke: [(&str, Option<Ipld>); 8] = [
        ("missing", None),
        ("null", Some(Ipld::Null)),
        ("text", Some(Ipld::String(of.to_string()))),
        ("bytes", Some(Ipld::Bytes(of.to_bytes().to_vec()))),
        ("list", Some(listed(link(of)))),
        ("promise", Some(promise)),
        ("raw", Some(raw.clone())),
        ("map", Some(dag_json("{}"))),
    ];
    for (name, value) in revoke {
        let args = Ipld::Map(value.into_iter().map(|value| ("revoke".to_owned(), value)).collect());
        cases.push(
            three()
                .revoked_by_alice(|forge| {
                    forge.set("args", args);
                })
                .unbitten(
                    &format!("revoke-{name}"),
                    &format!("`revoke` is not the link of a token: {name}"),
                    "malformed",
                ),
        );
    }
    let path = [
        ("null", Ipld::Null),
        ("link", link(of)),
        ("text", listed(Ipld::String(of.to_string()))),
        ("raw", listed(raw)),
    ];
    for (name, value) in path {
        let args = Ipld::Map([("revoke".to_owned(), link(of)), ("path".to_owned(), value)].into());
        cases.push(
            three()
                .revoked_by_alice(|forge| {
                    forge.set("args", args);
                })
                .unbitten(
                    &format!("path-{name}"),
                    &format!("`path` is not a list of links of tokens: {name}"),
                    "malformed",
                ),
        );
    }
    for (name, command) in [
        ("revoked", "/ucan/revoked"),
        ("below", "/ucan/revoke/one"),
        ("above", "/ucan"),
        ("photos", "/photos/read"),
    ] {
        cases.push(
            three()
                .revoked_by_alice(|forge| {
                    forge.set("cmd", command);
                })
                .unbitten(
                    &format!("command-{name}"),
                    &format!("an invocation of {command} is no revocation"),
                    "command-not-covered",
                ),
        );
    }
    let sound = || revocation(ALICE, ALICE, of, &[]).bytes();
    let bytes: [(&str, &str, Vec<u8>, &'static str); 5] = [
        ("empty", "no bytes", Vec::new(), "malformed"),
        ("noise", "noise", vec![0xff; 40], "malformed"),
        ("cut", "a revocation, cut short", sound()[..100].to_vec(), "malformed"),
        ("delegation", "the link itself", three().links[1].bytes(), "malformed"),
        ("large", "more bytes than a token may have", vec![0; 65_537], "too-large"),
    ];
    for (name, description, bytes, code) in bytes {
        cases.push(three().revoking_bytes(bytes).unbitten(
            &format!("bytes-{name}"),
            &format!("{description} in the place of a revocation"),
            code,
        ));
    }
    cases.push(
        three()
            .revoked_by_alice(|forge| {
                forge.set("zzz", 1);
            })
            .unbitten("field-unknown", "a field that invocations do not have", "malformed"),
    );
    cases
}
