//! The test vectors of the container text: six bundles of ten tokens, one in each encoding.
//!
//! They show framing only. The tokens differ from file to file, stand in no order, and carry a Varsig
//! header of an older version, so that none of them counts.

use std::collections::BTreeSet;
use std::io::Read;

use allod::{AnyToken, Cid, Container, ContainerWriter, Encoding, TokenError};
use allod_tests::forge::{head, text};
use allod_tests::shared_vectors;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use flate2::read::GzDecoder;

const FILES: [(&str, Encoding); 6] = [
    ("Bytes", Encoding::Raw),
    ("Base64StdPadding", Encoding::Base64),
    ("Base64URL", Encoding::Base64Url),
    ("BytesGzipped", Encoding::Gzip),
    ("Base64StdPaddingGzipped", Encoding::GzipBase64),
    ("Base64URLGzipped", Encoding::GzipBase64Url),
];

fn vectors() -> Option<Vec<(Encoding, Vec<u8>)>> {
    let folder = shared_vectors("container vectors")?.join("container-v1");
    let read = |(file, encoding): (&str, Encoding)| (encoding, std::fs::read(folder.join(file)).unwrap());
    Some(FILES.map(read).into())
}

/// What the first byte stands before, taken apart without the library.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let (header, body) = bytes.split_first().unwrap();
    let body = match header {
        b'B' | b'O' => BASE64.decode(body).unwrap(),
        b'C' | b'P' => BASE64URL_NOPAD.decode(body).unwrap(),
        _ => body.to_vec(),
    };
    if matches!(header, b'M' | b'O' | b'P') {
        let mut unpacked = Vec::new();
        GzDecoder::new(&body[..]).read_to_end(&mut unpacked).unwrap();
        return unpacked;
    }
    body
}

/// A bundle's map, written without the library.
fn bundle<'a>(tokens: impl ExactSizeIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = [head(5, 1), text("ctn-v1"), head(4, tokens.len() as u64)].concat();
    for token in tokens {
        bytes.extend(head(2, token.len() as u64));
        bytes.extend(token);
    }
    bytes
}

/// The tokens of a bundle of ten, in the order in which they stand there, read without the library.
fn ten_tokens(mut bytes: &[u8]) -> Vec<&[u8]> {
    let frame = [head(5, 1), text("ctn-v1"), head(4, 10)].concat();
    bytes = bytes.strip_prefix(&frame[..]).expect("a map of one list of ten");
    let mut tokens = Vec::new();
    while !bytes.is_empty() {
        // Every one of them has 256 bytes or more.
        assert_eq!(bytes[0], 0x59);
        let length = usize::from(u16::from_be_bytes([bytes[1], bytes[2]]));
        tokens.push(&bytes[3..3 + length]);
        bytes = &bytes[3 + length..];
    }
    tokens
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn each_of_the_six_encodings_frames_its_ten_tokens() {
    let Some(vectors) = vectors() else { return };
    for (encoding, bytes) in vectors {
        let container = Container::read(&bytes).unwrap_or_else(|error| panic!("{encoding}: {error}"));
        assert_eq!(container.encoding(), encoding);
        let unpacked = unpacked(&bytes);
        let theirs: BTreeSet<_> =
            ten_tokens(&unpacked).into_iter().map(|token| (Cid::of(token), token.to_vec())).collect();
        let ours: BTreeSet<_> = container.tokens().map(|(cid, token)| (cid, token.to_vec())).collect();
        assert_eq!(ours.len(), 10, "{encoding}");
        assert_eq!(ours, theirs, "{encoding}");
    }
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn a_bundle_written_again_in_each_encoding_holds_the_same_tokens_sorted() {
    let Some(vectors) = vectors() else { return };
    for (from, bytes) in &vectors {
        let container = Container::read(bytes).unwrap();
        let writer = ContainerWriter::new().all(container.tokens().map(|(_, token)| token));
        let sorted: BTreeSet<_> = container.tokens().map(|(_, token)| token.to_vec()).collect();
        // The vectors themselves are not sorted, so their bytes are not what a writer gives.
        let expected = bundle(sorted.iter().map(Vec::as_slice));
        assert_ne!(expected, unpacked(bytes), "{from}");
        for to in Encoding::ALL {
            let written = writer.write(to).unwrap();
            assert_eq!(unpacked(&written), expected, "{from} to {to}");
            let back = Container::read(&written).unwrap();
            assert_eq!(back.encoding(), to);
            assert!(back.tokens().eq(container.tokens()), "{from} to {to}");
        }
    }
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn the_tokens_inside_are_refused_for_their_older_header() {
    let Some(vectors) = vectors() else { return };
    for (encoding, bytes) in vectors {
        for (cid, token) in Container::read(&bytes).unwrap().tokens() {
            assert_eq!(AnyToken::parse(token), Err(TokenError::Header), "{encoding}: {cid}");
        }
    }
}
