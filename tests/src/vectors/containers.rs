//! Containers: six encodings, any order, duplicates; and nothing else.

use std::io::Write;

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::case::{Case, Expect, Input};
use super::world::{ALBUM, World};
use crate::forge::{Forge, head, text};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = allowed();
    cases.extend(framing());
    cases.extend(shapes());
    cases.extend(invocations());
    cases
}

fn tokens() -> Vec<Vec<u8>> {
    let world = World::three();
    let case = world.allowed("", "");
    match case.input {
        Input::Tokens(mut tokens, invocation) => {
            tokens.push(invocation);
            tokens.sort();
            tokens
        }
        Input::Container(_) => Vec::new(),
    }
}

fn cbor(tokens: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = [head(5, 1), text("ctn-v1"), head(4, tokens.len() as u64)].concat();
    for token in tokens {
        bytes.extend(head(2, token.len() as u64));
        bytes.extend(token);
    }
    bytes
}

/// A container of these tokens, without any encoding.
pub(super) fn raw(tokens: &[Vec<u8>]) -> Vec<u8> {
    framed(b'@', cbor(tokens))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn framed(header: u8, body: impl AsRef<[u8]>) -> Vec<u8> {
    [&[header], body.as_ref()].concat()
}

fn allow(id: &str, description: &str, container: Vec<u8>) -> Case {
    let chain = World::three().cids();
    let mut case = World::three().case(id, description, Expect::Allow { chain, until: None });
    case.input = Input::Container(container);
    case
}

fn deny(id: &str, description: &str, container: Vec<u8>, code: &'static str) -> Case {
    let mut case = World::three().case(id, description, Expect::Deny { code, link: None });
    case.input = Input::Container(container);
    case
}

fn allowed() -> Vec<Case> {
    let bytes = cbor(&tokens());
    let packed = gzip(&bytes);
    let mut unsorted = tokens();
    unsorted.reverse();
    let mut doubled = tokens();
    doubled.extend(tokens());
    let mut company = tokens();
    company.extend([vec![], vec![0xff; 30], b"no token".to_vec()]);
    vec![
        allow("container-raw", "@: bytes", framed(b'@', &bytes)),
        allow("container-base64", "B: base64, padded", framed(b'B', BASE64.encode(&bytes))),
        allow("container-base64url", "C: base64url, unpadded", framed(b'C', BASE64URL_NOPAD.encode(&bytes))),
        allow("container-gzip", "M: gzip", framed(b'M', &packed)),
        allow("container-gzip-base64", "O: gzip, base64", framed(b'O', BASE64.encode(&packed))),
        allow(
            "container-gzip-base64url",
            "P: gzip, base64url",
            framed(b'P', BASE64URL_NOPAD.encode(&packed)),
        ),
        allow("container-unsorted", "tokens in another order", framed(b'@', cbor(&unsorted))),
        allow("container-duplicates", "every token twice", framed(b'@', cbor(&doubled))),
        allow("container-company", "beside bytes that are no tokens", framed(b'@', cbor(&company))),
    ]
}

fn framing() -> Vec<Case> {
    let bytes = cbor(&tokens());
    let packed = gzip(&bytes);
    let mut broken = packed.clone();
    let last = broken.len() - 1;
    broken[last - 5] ^= 1;
    let mut cases = vec![
        deny("container-empty", "no bytes", vec![], "malformed"),
        deny("container-header-only", "a header byte and nothing else", vec![b'@'], "malformed"),
        deny("container-gzip-header-only", "a header byte and nothing else", vec![b'M'], "malformed"),
        deny(
            "container-padding-missing",
            "B without its padding",
            framed(b'B', BASE64_NOPAD.encode(&bytes[..100])),
            "malformed",
        ),
        deny(
            "container-padding-inside",
            "B in two runs of base64, each with padding of its own",
            framed(b'B', BASE64.encode(&bytes[..100]) + &BASE64.encode(&bytes[100..])),
            "malformed",
        ),
        deny(
            "container-url-alphabet",
            "B in the URL alphabet",
            framed(b'B', BASE64URL.encode(&packed)),
            "malformed",
        ),
        deny(
            "container-padding-surplus",
            "C with padding",
            framed(b'C', BASE64URL.encode(&[&bytes[..], &[0]].concat())),
            "malformed",
        ),
        deny(
            "container-newline",
            "a newline at the end",
            framed(b'C', BASE64URL_NOPAD.encode(&bytes) + "\n"),
            "malformed",
        ),
        deny("container-not-packed", "M without gzip", framed(b'M', &bytes), "malformed"),
        deny("container-packed-unsaid", "@ with gzip", framed(b'@', &packed), "malformed"),
        deny("container-gzip-cut", "gzip cut short", framed(b'M', &packed[..packed.len() / 2]), "malformed"),
        deny("container-gzip-checksum", "gzip with a wrong checksum", framed(b'M', &broken), "malformed"),
        deny(
            "container-gzip-trailing",
            "a byte after gzip",
            framed(b'M', [&packed[..], &[0]].concat()),
            "malformed",
        ),
        deny(
            "container-gzip-two",
            "two gzip members",
            framed(b'M', [gzip(&bytes[..9]), gzip(&bytes[9..])].concat()),
            "malformed",
        ),
        deny(
            "container-gzip-bomb",
            "3 MiB of zeros in gzip",
            framed(b'M', gzip(&vec![0; 3 << 20])),
            "too-large",
        ),
    ];
    for header in [0_u8, b'A', b'D', b'N', b'Q', 0x44, 0xa1, 0xff] {
        cases.push(deny(
            &format!("container-header-{header:02x}"),
            "a first byte that announces nothing",
            framed(header, &bytes),
            "malformed",
        ));
    }
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    cases.dedup_by(|a, b| a.id == b.id);
    cases
}

fn shapes() -> Vec<Case> {
    let all = tokens();
    let list = &cbor(&all)[8..];
    let raw = |parts: &[&[u8]]| framed(b'@', parts.concat());
    let many: Vec<Vec<u8>> = (0..4097_u16).map(|index| index.to_be_bytes().to_vec()).collect();
    vec![
        deny(
            "container-other-version",
            "another key",
            raw(&[&head(5, 1), &text("ctn-v2"), list]),
            "malformed",
        ),
        deny(
            "container-two-keys",
            "a second key",
            raw(&[&head(5, 2), &text("a"), &[0xf6], &text("ctn-v1"), list]),
            "malformed",
        ),
        deny("container-no-key", "an empty map", raw(&[&head(5, 0)]), "malformed"),
        deny("container-list", "a list without its map", raw(&[list]), "malformed"),
        deny(
            "container-null",
            "null in place of the list",
            raw(&[&head(5, 1), &text("ctn-v1"), &[0xf6]]),
            "malformed",
        ),
        deny(
            "container-strings",
            "strings in place of bytes",
            raw(&[&head(5, 1), &text("ctn-v1"), &head(4, 1), &text("token")]),
            "malformed",
        ),
        deny(
            "container-decoded",
            "a token that was not serialized",
            raw(&[&head(5, 1), &text("ctn-v1"), &head(4, 1), &all[0]]),
            "malformed",
        ),
        deny("container-trailing", "a byte after the map", raw(&[&cbor(&all), &[0]]), "malformed"),
        deny(
            "container-indefinite",
            "a list of indefinite length",
            raw(&[&head(5, 1), &text("ctn-v1"), &[0x9f, 0xff]]),
            "malformed",
        ),
        deny(
            "container-claims-more",
            "a list that claims 2^63 - 1 tokens",
            raw(&[&head(5, 1), &text("ctn-v1"), &[0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]]),
            "malformed",
        ),
        deny("container-too-many", "4,097 tokens", framed(b'@', cbor(&many)), "budget-exceeded"),
    ]
}

fn invocations() -> Vec<Case> {
    let delegations: Vec<Vec<u8>> = World::three().links.iter().map(Forge::bytes).collect();
    let mut two = tokens();
    two.push(Forge::invocation(ALBUM, &ALBUM.text(), "/photos/read", &[]).bytes());
    let mut beside = tokens();
    let revocation = Forge::invocation(ALBUM, &ALBUM.text(), "/ucan/revoke", &[]);
    let receipt = Forge::invocation(ALBUM, &ALBUM.text(), "/ucan/assert/receipt", &[]);
    beside.extend([revocation.bytes(), receipt.bytes()]);
    vec![
        deny("container-no-invocation", "delegations only", framed(b'@', cbor(&delegations)), "malformed"),
        deny("container-no-tokens", "no token at all", framed(b'@', cbor(&[])), "malformed"),
        deny("container-two-invocations", "two invocations", framed(b'@', cbor(&two)), "malformed"),
        Case {
            // It does not say what it revokes.
            ignored: vec![(0, Some(revocation.cid()), "malformed")],
            ..allow(
                "container-beside-revocation",
                "beside a revocation and a receipt",
                framed(b'@', cbor(&beside)),
            )
        },
    ]
}
