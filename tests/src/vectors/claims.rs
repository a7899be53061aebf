//! Claims that decide nothing, and links in the places where only a token's CID may stand.

use allod::wire::value::DataCid;
use allod::wire::{Ipld, varint};

use super::case::Case;
use super::world::{NOW, World, dag_json};
use crate::forge::{Forge, head, text};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = issued_at();
    cases.extend(metadata());
    cases.extend(token_links());
    cases.extend(data_links());
    cases
}

fn issued_at() -> Vec<Case> {
    let now = i128::from(NOW);
    let max = (1_i128 << 53) - 1;
    let set = |seconds: i128| {
        World::three().invoked(|forge| {
            forge.set("iat", Ipld::Integer(seconds));
        })
    };
    let mut cases: Vec<Case> =
        [("past", now - 10_000), ("future", now + 10_000), ("max", max), ("min", -max)]
            .into_iter()
            .map(|(name, seconds)| {
                set(seconds).allowed(&format!("claim-iat-{name}"), "iat is what the issuer says, and no more")
            })
            .collect();
    for (name, seconds) in [("over", max + 1), ("under", -max - 1), ("u64", (1 << 64) - 1)] {
        cases.push(set(seconds).denied(
            &format!("claim-iat-{name}"),
            "iat is outside 53 bits",
            "malformed",
            None,
        ));
    }
    // Only integers are times: not even a tagged one.
    for (link, place) in [(Some(1), "link"), (None, "invocation")] {
        let tagged = [vec![0xc1], head(0, 26), 1_900_000_000_u32.to_be_bytes().to_vec()].concat();
        let change = |forge: &mut Forge| {
            forge.raw("exp", tagged);
        };
        let world = match link {
            Some(link) => World::three().link(link, change),
            None => World::three().invoked(change),
        };
        cases.push(world.denied(&format!("claim-exp-tagged-{place}"), "exp under tag 1", "malformed", link));
    }
    cases
}

fn metadata() -> Vec<Case> {
    let claims = r#"{"a": 1, "sub": null, "exp": 0, "pol": [], "command": "/", "admin": true}"#;
    vec![
        World::three()
            .policy(1, r#"[["==", ".a", 1]]"#)
            .invoked(|forge| {
                forge.set("meta", dag_json(claims));
            })
            .denied(
                "claim-meta-no-argument",
                "what the invocation's metadata says is no argument",
                "policy-unsatisfied",
                Some(1),
            ),
        World::three()
            .policy(1, r#"[["==", ".meta.a", 1]]"#)
            .invoked(|forge| {
                forge.set("meta", dag_json(claims));
            })
            .denied(
                "claim-meta-no-selector",
                "a selector does not lead out of the arguments",
                "policy-unsatisfied",
                Some(1),
            ),
        World::three()
            .link(1, |forge| {
                forge.set("meta", dag_json(claims)).set("cmd", "/photos/write");
            })
            .denied(
                "claim-meta-no-command",
                "what a delegation's metadata says is no command",
                "command-not-covered",
                Some(1),
            ),
        World::three()
            .invoked(|forge| {
                forge.set("meta", dag_json(claims));
            })
            .allowed("claim-meta-no-end", "what the invocation's metadata says ends nothing"),
    ]
}

/// A CID with this codec, hash and digest.
fn cid(codec: u64, hash: u64, digest: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1];
    varint::write(codec, &mut bytes);
    varint::write(hash, &mut bytes);
    varint::write(digest.len() as u64, &mut bytes);
    bytes.extend(digest);
    bytes
}

/// The DAG-CBOR of a link.
fn link(cid: &[u8]) -> Vec<u8> {
    [vec![0xd8, 0x2a], head(2, cid.len() as u64 + 1), vec![0], cid.to_vec()].concat()
}

/// CIDs that are canonical, and name no token.
fn others() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    vec![
        ("v0", "a CID of version 0", [&[0x12, 0x20][..], &[9; 32]].concat()),
        ("raw", "a CID of raw bytes", cid(0x55, 0x12, &[9; 32])),
        ("dag-json", "a CID of DAG-JSON", cid(0x0129, 0x12, &[9; 32])),
        ("sha2-512", "a CID with SHA-512", cid(0x71, 0x13, &[9; 64])),
        ("blake3", "a CID with BLAKE3", cid(0x71, 0x1e, &[9; 32])),
        ("identity", "a CID with an identity hash", cid(0x71, 0x00, &[9; 32])),
        ("short", "a CID with a short digest", cid(0x71, 0x12, &[9; 20])),
    ]
}

fn token_links() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, description, cid) in others() {
        let cause = link(&cid);
        cases.push(
            World::three()
                .invoked(|forge| {
                    forge.raw("cause", cause);
                })
                .denied(
                    &format!("claim-cause-{name}"),
                    &format!("cause is {description}"),
                    "malformed",
                    None,
                ),
        );
        let proofs = [head(4, 1), link(&cid)].concat();
        cases.push(
            World::three()
                .with(|world| world.name_links = false)
                .invoked(|forge| {
                    forge.raw("prf", proofs);
                })
                .denied(
                    &format!("claim-prf-{name}"),
                    &format!("a proof is named by {description}"),
                    "malformed",
                    None,
                ),
        );
    }
    cases
}

/// Elsewhere any CID in its one spelling is data.
fn data_links() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, description, cid) in others() {
        let value = Ipld::Link(DataCid::try_from(&cid[..]).expect("a CID"));
        let map = [head(5, 1), text("a"), link(&cid)].concat();
        let policy = Ipld::List(vec![Ipld::List(vec!["==".into(), ".a".into(), value])]);
        cases.push(
            World::three()
                .link(1, |forge| {
                    forge.raw("meta", map.clone()).set("pol", policy);
                })
                .invoked(|forge| {
                    forge.raw("args", map.clone()).raw("meta", map);
                })
                .allowed(
                    &format!("claim-data-{name}"),
                    &format!("{description} in arguments, metadata and a policy"),
                ),
        );
    }
    for (length, allowed) in [(64, true), (65, false), (200, false)] {
        let map = [head(5, 1), text("a"), link(&cid(0x55, 0x00, &vec![9; length]))].concat();
        let invoked = map.clone();
        let world = World::three().invoked(|forge| {
            forge.raw("args", invoked);
        });
        let id = format!("claim-digest-{length}");
        let description = format!("a digest of {length} bytes, as data");
        cases.push(if allowed {
            world.allowed(&id, &description)
        } else {
            world.denied(&id, &description, "malformed", None)
        });
        if !allowed {
            cases.push(
                World::three()
                    .link(1, |forge| {
                        forge.raw("meta", map);
                    })
                    .denied(&format!("{id}-link"), &description, "malformed", Some(1)),
            );
        }
    }
    cases
}
