//! Signatures: whose they are, in their one spelling, under a header that fits.

use super::case::Case;
use super::world::{ALBUM, World};
use crate::forge::{Forge, Principal, SignatureFault, ed, k256, p256};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, make) in [("ed25519", ed as fn(u8) -> Principal), ("p256", p256), ("secp256k1", k256)] {
        let middle = make(50);
        let world = || World::of(&[ALBUM, middle, make(51)], "/photos/read");
        faults(&mut cases, &format!("link-{name}"), Some(1), &|change| world().link(1, change), middle);
        faults(&mut cases, &format!("invocation-{name}"), None, &|change| world().invoked(change), make(51));
    }
    cases
}

fn faults(
    cases: &mut Vec<Case>,
    place: &str,
    link: Option<usize>,
    world: &dyn Fn(&dyn Fn(&mut Forge)) -> World,
    signer: Principal,
) {
    let mut add = |name: &str, description: &str, code: &'static str, change: &dyn Fn(&mut Forge)| {
        cases.push(world(change).denied(&format!("signature-{place}-{name}"), description, code, link));
    };
    let mut order = [0xff_u8; 32];
    order[31] = 0xf0;
    for (name, description, fault) in [
        ("flip-first", "a bit of r is flipped", SignatureFault::Flip(0)),
        ("flip-last", "a bit of s is flipped", SignatureFault::Flip(511)),
        ("short", "the signature is a byte short", SignatureFault::Cut(63)),
        ("empty", "the signature is empty", SignatureFault::Cut(0)),
        ("long", "the signature is a byte long", SignatureFault::Longer),
        ("zero", "the signature is all zeros", SignatureFault::Replaced([0; 32], [0; 32])),
        ("over", "both halves are past the group's order", SignatureFault::Replaced(order, order)),
    ] {
        add(name, description, "bad-signature", &|forge| forge.signature = fault);
    }
    if signer.algorithm == allod::identity::Algorithm::Ed25519 {
        for (name, description, fault) in [
            ("s-plus-order", "s and the group's order: another spelling", SignatureFault::PlusOrder),
            ("identity-r", "R is the identity, and the rest fits it", SignatureFault::IdentityR),
            ("residue", "it fits but for a point of order eight in R", SignatureFault::Residue(false)),
            ("residue-alone", "the same, with R of order eight", SignatureFault::Residue(true)),
            ("identity-r-over", "the same, with its y past the prime", SignatureFault::MisspeltR(0)),
            ("identity-r-signed", "the same, with a sign on its x of 0", SignatureFault::MisspeltR(1)),
            ("identity-r-over-signed", "the same, misspelt both ways", SignatureFault::MisspeltR(2)),
        ] {
            add(name, description, "bad-signature", &|forge| forge.signature = fault);
        }
    } else {
        add("der", "written as DER", "bad-signature", &|forge| forge.signature = SignatureFault::Der);
        add("high-s", "the other s, which would give the token another CID", "bad-signature", &|forge| {
            forge.signature = SignatureFault::HighS;
        });
    }
    let stranger = Principal { seed: 99, ..signer };
    add("stranger", "signed by a stranger of the same kind", "bad-signature", &|forge| {
        forge.signer = stranger
    });
    for (name, description, header) in [
        ("header-version-0", "a Varsig header of version 0", vec![0x34, 0xed, 0x01, 0x13, 0x71]),
        ("header-empty", "an empty header", vec![]),
        ("header-prefix", "a header that is no Varsig", vec![0x35, 0x01, 0xed, 0x01, 0xed, 0x01, 0x13, 0x71]),
        (
            "header-rs256",
            "a header of RS256, which is not the issuer's",
            vec![0x34, 0x01, 0x85, 0x24, 0x12, 0x80, 0x02, 0x71],
        ),
    ] {
        add(name, description, "malformed", &|forge| forge.header.clone_from(&header));
    }
    add("header-trailing", "a byte after the header", "malformed", &|forge| forge.header.push(0));
    add("header-codec", "a header for DAG-JSON", "malformed", &|forge| {
        forge.header.pop();
        forge.header.extend([0xa9, 0x02]);
    });
    for (name, other) in [("ed25519", ed(1)), ("p256", p256(1)), ("secp256k1", k256(1))] {
        if other.algorithm != signer.algorithm {
            let header = other.header();
            add(&format!("header-of-{name}"), "a header of another key's algorithm", "malformed", &|forge| {
                forge.header.clone_from(&header);
            });
        }
    }
}
