//! What is nearly a token: the right content in another form, and headers in another spelling.

use allod::wire::{Cid, dag_json, value};
use data_encoding::{BASE64, BASE64URL_NOPAD};

use super::case::{Case, Expect, Input};
use super::world::World;
use crate::forge::{Forge, head, links, text};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, description, change) in forms() {
        cases.push(invocation(name, description, change));
        cases.push(link(name, description, change));
    }
    cases.extend(headers());
    cases
}

type Change = fn(&Forge) -> Vec<u8>;

fn forms() -> [(&'static str, &'static str, Change); 10] {
    [
        ("empty", "no bytes", |_| Vec::new()),
        ("payload", "the payload alone, without an envelope", |forge| {
            let signed = forge.signed();
            let payload = head(5, forge.fields.len() as u64);
            let at = signed.windows(forge.tag.len()).position(|part| part == forge.tag.as_bytes());
            let payload_at = at.expect("a tag") + forge.tag.len();
            assert!(signed[payload_at..].starts_with(&payload));
            signed[payload_at..].to_vec()
        }),
        ("signed", "the signed part alone, without a signature", |forge| forge.signed()),
        ("unsigned", "null in place of the signature", |forge| {
            [head(4, 2), vec![0xf6], forge.signed()].concat()
        }),
        ("json", "the token as DAG-JSON", |forge| {
            let token = value::decode(&forge.bytes()).expect("DAG-CBOR");
            dag_json::to_string(&token).expect("DAG-JSON").into_bytes()
        }),
        ("base64", "the token as base64", |forge| BASE64.encode(&forge.bytes()).into_bytes()),
        ("jwt", "the token in the form of a JWT", |forge| {
            let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
            [part(br#"{"alg":"EdDSA","ucv":"0.10.0"}"#), part(&forge.signed()), part(&[0; 64])]
                .join(".")
                .into_bytes()
        }),
        ("list", "the token in a list", |forge| [head(4, 1), forge.bytes()].concat()),
        ("bytes", "the token as a byte string", |forge| {
            let token = forge.bytes();
            [head(2, token.len() as u64), token].concat()
        }),
        ("container", "a container with the token", |forge| {
            let token = forge.bytes();
            let list = [head(5, 1), text("ctn-v1"), head(4, 1), head(2, token.len() as u64), token];
            [vec![b'@'], list.concat()].concat()
        }),
    ]
}

fn invocation(name: &str, description: &str, change: Change) -> Case {
    let mut world = World::three();
    let cids = world.cids();
    world.name_links = false;
    world.invocation.set("prf", links(&cids));
    let changed = change(&world.invocation);
    let mut case = world.denied(&format!("form-invocation-{name}"), description, "malformed", None);
    if let Input::Tokens(_, invocation) = &mut case.input {
        *invocation = changed;
    }
    case
}

/// The changed bytes are named by their own CID: nothing but their form is wrong.
fn link(name: &str, description: &str, change: Change) -> Case {
    let mut world = World::three();
    let changed = change(&world.links[1]);
    let mut cids = world.cids();
    cids[1] = Cid::of(&changed);
    world.name_links = false;
    world.invocation.set("prf", links(&cids));
    let expect = Expect::Deny { code: "malformed", link: Some(1) };
    let mut case = world.case(&format!("form-link-{name}"), description, expect);
    if let Input::Tokens(tokens, _) = &mut case.input {
        tokens[1] = changed;
    }
    case
}

/// Headers that differ from the Ed25519 one in a single place.
fn headers() -> Vec<Case> {
    let hex = |text: &str| hex::decode(text).expect("hex");
    [
        ("version-2", "Varsig version 2", hex("3402ed01ed011371")),
        ("no-version", "no version", hex("34ed01ed011371")),
        ("long-version", "the version not in its shortest form", hex("348100ed01ed011371")),
        ("long-algorithm", "the algorithm not in its shortest form", hex("3401ed8100ed011371")),
        ("long-hash", "the hash not in its shortest form", hex("3401ed01ed01930071")),
        ("long-encoding", "the encoding not in its shortest form", hex("3401ed01ed0113f100")),
        ("curve", "another curve", hex("3401ed0183241371")),
        ("hash", "another hash", hex("3401ed01ed011271")),
        ("no-hash", "a segment too few", hex("3401ed01ed0171")),
        ("segment", "a segment too many", hex("3401ed01ed01131371")),
        ("order", "the encoding before the algorithm", hex("340171ed01ed0113")),
        ("no-encoding", "no encoding", hex("3401ed01ed0113")),
        ("raw", "raw bytes as the encoding", hex("3401ed01ed011355")),
        ("dag-pb", "DAG-PB as the encoding", hex("3401ed01ed011370")),
        ("json", "plain JSON as the encoding", hex("3401ed01ed01138004")),
    ]
    .into_iter()
    .flat_map(|(name, description, header)| {
        let change = |forge: &mut Forge| forge.header.clone_from(&header);
        [
            World::three().link(0, change).denied(
                &format!("form-header-link-{name}"),
                description,
                "malformed",
                Some(0),
            ),
            World::of(&[super::world::ALBUM], "/photos/read").invoked(change).denied(
                &format!("form-header-invocation-{name}"),
                description,
                "malformed",
                None,
            ),
        ]
    })
    .collect()
}
