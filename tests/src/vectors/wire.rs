//! Spellings: one per value, in tokens and around them.

use allod::wire::Cid;

use super::case::Case;
use super::world::World;
use crate::forge::{EnvelopeFault, Forge, head, text};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, description, bytes) in spellings() {
        let map = [head(5, 1), text("a"), bytes].concat();
        let inside = map.clone();
        cases.push(
            World::three()
                .link(1, |forge| {
                    forge.raw("meta", inside);
                })
                .denied(&format!("wire-meta-{name}"), description, "malformed", Some(1)),
        );
        cases.push(
            World::three()
                .invoked(|forge| {
                    forge.raw("args", map);
                })
                .denied(&format!("wire-args-{name}"), description, "malformed", None),
        );
    }
    envelopes(&mut cases);
    tags(&mut cases);
    sound(&mut cases);
    cases
}

pub(crate) fn spellings() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let hex = |text: &str| hex::decode(text).expect("hex");
    let cid = Cid::of(b"x").to_bytes();
    let link = |tag: Vec<u8>, bytes: Vec<u8>| [tag, head(2, bytes.len() as u64), bytes].concat();
    let tag = vec![0xd8, 0x2a];
    let with = |prefix: &[u8], suffix: &[u8]| [prefix, &cid, suffix].concat();
    vec![
        ("int-1-byte", "0 in a byte of its own", hex("1800")),
        ("int-23-in-a-byte", "23 in a byte of its own", hex("1817")),
        (
            "string-23-in-a-byte",
            "a length of 23 in a byte of its own",
            [hex("7817"), vec![b'a'; 23]].concat(),
        ),
        ("int-2-bytes", "255 in two bytes", hex("1900ff")),
        ("int-4-bytes", "65535 in four bytes", hex("1a0000ffff")),
        ("int-8-bytes", "4294967295 in eight bytes", hex("1b00000000ffffffff")),
        ("negative-long", "-1 in a byte of its own", hex("3800")),
        ("string-long", "a string's length in a byte of its own", hex("780161")),
        ("bytes-long", "a byte string's length in two bytes", hex("59000100")),
        ("list-long", "a list's length in a byte of its own", hex("9800")),
        ("map-long", "a map's length in a byte of its own", hex("b800")),
        ("bytes-indefinite", "bytes of indefinite length", hex("5f4100ff")),
        ("string-indefinite", "a string of indefinite length", hex("7f6161ff")),
        ("list-indefinite", "a list of indefinite length", hex("9fff")),
        ("map-indefinite", "a map of indefinite length", hex("bfff")),
        ("break", "a break outside anything indefinite", hex("ff")),
        ("reserved-width", "a reserved width", hex("1c")),
        ("float-16", "a float of 16 bits", hex("f93c00")),
        ("float-32", "a float of 32 bits", hex("fa3f800000")),
        ("float-nan", "a float that is no number", hex("fb7ff8000000000000")),
        ("float-infinite", "an infinite float", hex("fb7ff0000000000000")),
        ("float-negative-infinite", "a negative infinite float", hex("fbfff0000000000000")),
        ("undefined", "undefined", hex("f7")),
        ("simple", "an unassigned simple value", hex("f0")),
        ("simple-long", "false in a byte of its own", hex("f814")),
        ("tag-0", "a date tag", [vec![0xc0], text("2026-11-22")].concat()),
        ("tag-bignum", "a big number", hex("c24101")),
        ("tag-42-long", "tag 42 in two bytes", link(hex("d9002a"), with(&[0], &[]))),
        ("link-string", "tag 42 around a string", [tag.clone(), text("zdpu")].concat()),
        ("link-no-prefix", "a link without the zero byte", link(tag.clone(), with(&[], &[]))),
        ("link-other-prefix", "a link behind another byte", link(tag.clone(), with(&[1], &[]))),
        ("link-trailing", "a link with a byte after the CID", link(tag.clone(), with(&[0], &[0]))),
        ("link-short", "a link cut short", link(tag.clone(), [vec![0], cid[..35].to_vec()].concat())),
        ("link-empty", "a link to nothing", link(tag.clone(), vec![])),
        ("link-varint", "a link whose codec is not in its shortest form", {
            link(tag, [&[0, 1, 0xf1, 0x00][..], &cid[2..]].concat())
        }),
        ("key-integer", "a key that is a number", hex("a10102")),
        ("key-bytes", "a key of bytes", hex("a1416102")),
        ("keys-unsorted", "keys out of order", hex("a2616201616102")),
        ("keys-unsorted-length", "a longer key before a shorter", hex("a262616101616202")),
        ("keys-twice", "a key that stands there twice", hex("a2616101616102")),
        ("utf8-cut", "a string that is not UTF-8", hex("62c328")),
        ("utf8-surrogate", "a surrogate in a string", hex("63eda080")),
        ("utf8-overlong", "an overlong slash in a string", hex("62c0af")),
        ("list-claims-more", "a list that claims 2^63 - 1 items", hex("9b7fffffffffffffff")),
        ("bytes-claim-more", "bytes that claim 2^63 - 1 of them", hex("5b7fffffffffffffff")),
        ("map-claims-more", "a map that claims 2^64 - 1 entries", hex("bbffffffffffffffff")),
    ]
}

fn place(link: Option<usize>) -> (&'static str, impl Fn(&dyn Fn(&mut Forge)) -> World) {
    let name = if link.is_some() { "link" } else { "invocation" };
    (name, move |change: &dyn Fn(&mut Forge)| match link {
        Some(link) => World::three().link(link, change),
        None => World::three().invoked(change),
    })
}

fn envelopes(cases: &mut Vec<Case>) {
    for link in [Some(1), None] {
        let (name, world) = place(link);
        for (fault_name, description, fault) in [
            ("third-entry", "a third entry in the signed map", EnvelopeFault::ThirdEntry),
            ("third-item", "a third item in the envelope", EnvelopeFault::ThirdItem),
            ("one-item", "a signature without what was signed", EnvelopeFault::OneItem),
            ("signature-string", "a signature that is a string", EnvelopeFault::SignatureString),
            ("header-string", "a header that is a string", EnvelopeFault::HeaderString),
            ("header-key", "the header under another key", EnvelopeFault::HeaderKey),
            ("payload-list", "a payload that is a list", EnvelopeFault::PayloadList),
            ("outer-map", "an envelope that is a map", EnvelopeFault::OuterMap),
            ("trailing-zero", "a zero byte after the token", EnvelopeFault::Trailing(vec![0])),
            ("trailing-token", "another item after the token", EnvelopeFault::Trailing(vec![0xf6])),
        ] {
            let world = world(&|forge| forge.envelope = fault.clone());
            cases.push(world.denied(
                &format!("envelope-{name}-{fault_name}"),
                description,
                "malformed",
                link,
            ));
        }
    }
}

fn tags(cases: &mut Vec<Case>) {
    for link in [Some(1), None] {
        let (name, world) = place(link);
        let (own, other) = if link.is_some() { ("dlg", "inv") } else { ("inv", "dlg") };
        for (index, tag) in [
            format!("ucan/{other}@1.0.0"),
            format!("ucan/{own}@1.0.0-rc.2"),
            format!("ucan/{own}@2.0.0"),
            format!("ucan/{own}@0.10.0"),
            format!("ucan/{own}"),
            format!("ucan/{own}@1.0.0 "),
            format!("UCAN/{own}@1.0.0"),
            "ucan/i/1.0.0-rc.1".into(),
            "ucan/rcp@1.0.0".into(),
        ]
        .into_iter()
        .enumerate()
        {
            let description = format!("the payload is tagged {tag:?}");
            let world = world(&|forge| forge.tag.clone_from(&tag));
            cases.push(world.denied(&format!("tag-{name}-{index}"), &description, "malformed", link));
        }
    }
}

/// Spellings that look odd and are the right ones.
fn sound(cases: &mut Vec<Case>) {
    let hex = |text: &str| hex::decode(text).expect("hex");
    for (name, description, bytes) in [
        ("int-max", "the largest integer", hex("1bffffffffffffffff")),
        ("int-min", "the smallest integer", hex("3bffffffffffffffff")),
        ("float-whole", "a whole number as a float", hex("fb3ff0000000000000")),
        ("float-negative-zero", "the negative zero", hex("fb8000000000000000")),
        ("float-smallest", "the smallest float", hex("fb0000000000000001")),
        ("empty-key", "an empty key", hex("a16001")),
        ("link-v0", "a CIDv0 as data", [hex("d82a582300"), vec![0x12, 0x20], vec![5; 32]].concat()),
        ("link-identity", "an identity hash as data", hex("d82a450001550000")),
        ("noncharacter", "a string with U+FFFF and U+0000", [head(3, 4), hex("efbfbf00")].concat()),
    ] {
        let map = [head(5, 1), text("a"), bytes].concat();
        cases.push(
            World::three()
                .link(1, |forge| {
                    forge.raw("meta", map.clone());
                })
                .invoked(|forge| {
                    forge.raw("args", map);
                })
                .allowed(&format!("wire-sound-{name}"), description),
        );
    }
}
