//! DIDs: one spelling each, and only such as can be checked.

use allod::identity::{Algorithm, PublicKey};
use allod::wire::{multibase::base58btc_encode, varint};

use super::case::Case;
use super::world::{ALBUM, ALICE, PHONE, World};
use crate::forge::{Forge, SignatureFault, ed};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, description, did, code) in refused() {
        for field in ["iss", "aud", "sub"] {
            cases.push(
                World::three()
                    .link(1, |forge| {
                        forge.set(field, did.as_str());
                    })
                    .denied(&format!("did-link-{field}-{name}"), description, code, Some(1)),
            );
            cases.push(
                World::three()
                    .invoked(|forge| {
                        forge.set(field, did.as_str());
                    })
                    .denied(&format!("did-invocation-{field}-{name}"), description, code, None),
            );
        }
    }
    issuers(&mut cases);
    cases
}

fn did_key(multicodec: u64, key: &[u8]) -> String {
    let mut bytes = Vec::new();
    varint::write(multicodec, &mut bytes);
    bytes.extend(key);
    format!("did:key:z{}", base58btc_encode(&bytes))
}

/// A compressed point whose x is on no point of the curve: the first there is.
fn off_curve(algorithm: Algorithm) -> [u8; 33] {
    let mut key = [0; 33];
    key[0] = 2;
    for x in 1..=u8::MAX {
        key[32] = x;
        if PublicKey::from_bytes(algorithm, &key).is_err() {
            return key;
        }
    }
    unreachable!("half of all x are on no point")
}

fn refused() -> Vec<(&'static str, &'static str, String, &'static str)> {
    let alice = ALICE.text();
    let public =
        PublicKey::from_bytes(Algorithm::Ed25519, &ed(2).key().public_key().to_bytes()).expect("a key");
    let key = public.to_bytes().to_vec();
    let mut over = [0xff_u8; 32];
    over[0] = 0xee;
    over[31] = 0x7f;
    let long_web = format!("did:web:{}", "a".repeat(2041));
    vec![
        ("fragment", "a fragment", format!("{alice}#key"), "malformed"),
        ("path", "a path", format!("{alice}/path"), "malformed"),
        ("query", "a query", format!("{alice}?query"), "malformed"),
        ("empty", "nothing", String::new(), "malformed"),
        ("no-method", "no method", "did:".into(), "malformed"),
        ("no-id", "nothing after the method", "did:key:".into(), "malformed"),
        ("scheme-case", "an uppercase scheme", alice.replace("did:", "DID:"), "malformed"),
        ("method-case", "an uppercase method", alice.replace(":key:", ":KEY:"), "malformed"),
        ("space", "a space at the end", format!("{alice} "), "malformed"),
        ("no-multibase", "a did:key without its multibase prefix", alice.replace(":z", ":"), "malformed"),
        ("base16", "a did:key in another base", format!("did:key:fed01{}", hex::encode(&key)), "malformed"),
        ("bad-character", "a character that base58 does not have", alice.replace(":z6", ":z0"), "malformed"),
        ("leading-one", "a leading zero byte", alice.replace(":z6", ":z16"), "malformed"),
        ("short-key", "a key a byte short", did_key(0xed, &key[..31]), "malformed"),
        ("long-key", "a key a byte long", did_key(0xed, &[&key[..], &[0]].concat()), "malformed"),
        (
            "varint",
            "a key type not in its shortest form",
            { format!("did:key:z{}", base58btc_encode(&[&[0xed, 0x81, 0x00][..], &key].concat())) },
            "malformed",
        ),
        ("y-over-p", "an Ed25519 key whose y is past the prime", did_key(0xed, &over), "malformed"),
        ("p256-uncompressed", "an uncompressed P-256 key", did_key(0x1200, &[4; 65]), "malformed"),
        ("p256-prefix", "a P-256 key with another point prefix", did_key(0x1200, &[5; 33]), "malformed"),
        ("secp256k1-uncompressed", "an uncompressed secp256k1 key", did_key(0xe7, &[4; 65]), "malformed"),
        ("web-uppercase", "a did:web with an uppercase host", "did:web:Example.com".into(), "malformed"),
        (
            "web-port-lowercase",
            "a did:web with a lowercase escape",
            "did:web:example.com%3a80".into(),
            "malformed",
        ),
        ("web-empty", "a did:web without a host", "did:web:".into(), "malformed"),
        ("too-long", "a DID of 2,049 bytes", long_web, "too-large"),
    ]
}

/// DIDs that can be named, and do not count as issuers.
fn issuers(cases: &mut Vec<Case>) {
    let mut weak = [0; 32];
    weak[0] = 1;
    let rsa = vec![0x34, 0x01, 0x85, 0x24, 0x12, 0x80, 0x02, 0x71];
    let es384 = vec![0x34, 0x01, 0xec, 0x01, 0x81, 0x24, 0x20, 0x71];
    let ed25519 = ALICE.header();
    let p256 = crate::forge::p256(1).header();
    let k256 = crate::forge::k256(1).header();
    let x25519 = did_key(0xec, &[9; 32]);
    for (name, description, did, header, code) in [
        (
            "weak",
            "an issuer whose key is a point of small order",
            did_key(0xed, &weak),
            &ed25519,
            "bad-signature",
        ),
        (
            "p256-off-curve",
            "an issuer whose key is off the curve",
            did_key(0x1200, &off_curve(Algorithm::P256)),
            &p256,
            "bad-signature",
        ),
        (
            "secp256k1-off-curve",
            "an issuer whose key is off the curve",
            did_key(0xe7, &off_curve(Algorithm::Secp256k1)),
            &k256,
            "bad-signature",
        ),
        ("x25519", "an issuer whose key is for encryption", x25519, &ed25519, "malformed"),
        ("rsa", "an issuer with an RSA key", did_key(0x1205, &[3; 270]), &rsa, "unsupported-algorithm"),
        ("p384", "an issuer with a P-384 key", did_key(0x1201, &[2; 49]), &es384, "unsupported-algorithm"),
        (
            "plc",
            "an issuer of another DID method",
            "did:plc:ewvi7nxzyoun6zhxrhs64oiz".into(),
            &ed25519,
            "unsupported-algorithm",
        ),
        (
            "web",
            "a did:web whose document nobody supplied",
            "did:web:example.com".into(),
            &ed25519,
            "unresolved-did",
        ),
    ] {
        let change = |forge: &mut Forge| {
            forge.set("iss", did.as_str());
            forge.header.clone_from(header);
        };
        cases.push(World::three().link(2, change).denied(
            &format!("did-issuer-link-{name}"),
            description,
            code,
            Some(2),
        ));
        cases.push(World::three().invoked(change).denied(
            &format!("did-issuer-invocation-{name}"),
            description,
            code,
            None,
        ));
    }
    let fitting = |forge: &mut Forge| {
        let (mut base, mut one) = ([0x66; 32], [0; 32]);
        (base[0], one[0]) = (0x58, 1);
        forge.set("iss", did_key(0xed, &weak));
        forge.header.clone_from(&ed25519);
        forge.signature = SignatureFault::Replaced(base, one);
    };
    let description = "the identity as a key, with a signature that fits it for any message";
    let world = World::three().link(2, fitting);
    cases.push(world.denied("did-issuer-link-weak-fitting", description, "bad-signature", Some(2)));
    let world = World::three().invoked(fitting);
    cases.push(world.denied("did-issuer-invocation-weak-fitting", description, "bad-signature", None));
    for (name, did) in [
        ("x25519", did_key(0xec, &[9; 32])),
        ("web", "did:web:example.com%3A8443:user:alice".into()),
        ("plc", "did:plc:ewvi7nxzyoun6zhxrhs64oiz".into()),
        ("rsa", did_key(0x1205, &[3; 270])),
    ] {
        cases.push(
            World::of(&[ALBUM, PHONE], "/photos/read")
                .link(0, |forge| {
                    forge.set("aud", did.as_str());
                })
                .denied(
                    &format!("did-audience-{name}"),
                    "a delegation to someone else",
                    "broken-chain",
                    Some(0),
                ),
        );
    }
}
