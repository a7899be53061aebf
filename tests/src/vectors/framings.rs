//! Containers that hold a sound request, and are spelled in a second way.

use std::io::Write;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::case::{Case, Expect, Input};
use super::world::{ALBUM, World};
use crate::forge::{head, text};

pub(super) fn cases() -> Vec<Case> {
    let whole = gzip(&cbor(0));
    let mut cases = vec![
        // The first member alone is the whole container: what follows is all that is wrong.
        refused("gzip-empty-member", "a second, empty gzip member", b'M', [&whole[..], &gzip(b"")].concat()),
        refused("gzip-twice", "the gzip member twice", b'M', [&whole[..], &whole].concat()),
        refused("gzip-zeros", "zeros after gzip, as on tape", b'M', [&whole[..], &[0; 512]].concat()),
        refused("gzip-in-gzip", "gzip within gzip", b'M', gzip(&whole)),
        accepted("gzip-once", "one gzip member", b'M', whole),
    ];
    // One padding character, two, and none: the last digit has spare bits in two of them.
    for pad in 0..3 {
        let bytes = cbor(pad);
        let spare = (3 - bytes.len() % 3) % 3;
        let standard = BASE64.encode(&bytes);
        let url = BASE64URL_NOPAD.encode(&bytes);
        cases.push(accepted(&format!("base64-{spare}"), "sound", b'B', standard.clone().into_bytes()));
        cases.push(accepted(&format!("base64url-{spare}"), "sound", b'C', url.clone().into_bytes()));
        if spare > 0 {
            let loose = loosened(standard.trim_end_matches('=')) + &"=".repeat(spare);
            cases.push(refused(&format!("base64-loose-{spare}"), "loose bits", b'B', loose.into_bytes()));
            let loose = loosened(&url).into_bytes();
            cases.push(refused(&format!("base64url-loose-{spare}"), "loose bits", b'C', loose));
        }
        let mut broken = standard;
        broken.insert(76, '\n');
        cases.push(refused(&format!("base64-lines-{spare}"), "lines", b'B', broken.into_bytes()));
    }
    cases
}

/// The digits with the lowest bit of the last one set, which belongs to no byte.
fn loosened(digits: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let (rest, last) = digits.split_at(digits.len() - 1);
    let at = ALPHABET.find(last).expect("spare bits are zero, and so the digit is a letter or a figure");
    format!("{rest}{}", &ALPHABET[at + 1..at + 2])
}

/// A container of the album's own request, and a stray token of this many bytes to change its length.
fn cbor(stray: usize) -> Vec<u8> {
    let request = World::of(&[ALBUM], "/photos/read").allowed("", "");
    let Input::Tokens(_, invocation) = request.input else { unreachable!("made of tokens") };
    let stray = vec![0; stray];
    let mut bytes = [head(5, 1), text("ctn-v1"), head(4, 2)].concat();
    for token in [&stray, &invocation] {
        bytes.extend(head(2, token.len() as u64));
        bytes.extend(token);
    }
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn case(id: &str, description: &str, header: u8, body: Vec<u8>, expect: Expect) -> Case {
    let world = World::of(&[ALBUM], "/photos/read");
    let mut case = world.case(&format!("framing-{id}"), description, expect);
    case.input = Input::Container([vec![header], body].concat());
    case
}

fn accepted(id: &str, description: &str, header: u8, body: Vec<u8>) -> Case {
    case(id, description, header, body, Expect::Allow { chain: vec![], until: None })
}

fn refused(id: &str, description: &str, header: u8, body: Vec<u8>) -> Case {
    case(id, description, header, body, Expect::Deny { code: "malformed", link: None })
}
