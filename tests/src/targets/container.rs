//! Containers, in each of their encodings.

use std::io::Write as _;

use allod::wire::{Cid, Slice};
use allod::{
    Authorizer, Container, ContainerError, ContainerWriter, Did, Encoding, Evidence, Subjects, Timestamp,
};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Containers as they are, the same bytes as the inside of one, and any pieces of them as tokens.
pub(super) fn container(data: &[u8]) {
    if let Ok(container) = Container::read(data) {
        assert_eq!(data.first().copied(), Some(container.encoding().header()));
        written_again(&container);
        requests(&container);
    }
    let raw = Container::read(&wrapped(data, Encoding::Raw));
    for encoding in [Encoding::Base64, Encoding::Base64Url] {
        assert_eq!(tokens(&Container::read(&wrapped(data, encoding))), tokens(&raw));
    }
    if let Ok(inside) = &raw {
        written_again(inside);
        for encoding in [Encoding::Gzip, Encoding::GzipBase64, Encoding::GzipBase64Url] {
            let read = Container::read(&wrapped(data, encoding));
            assert_eq!(tokens(&read), tokens(&raw));
            assert_eq!(read.map(|read| read.encoding()), Ok(encoding));
        }
        requests(inside);
    }
    if raw.is_err() && data.first().is_none_or(|first| Encoding::from_header(*first).is_none()) {
        bundled(data);
    }
}

fn tokens(read: &Result<Container, ContainerError>) -> Result<Vec<(Cid, Vec<u8>)>, ContainerError> {
    let container = read.as_ref().map_err(Clone::clone)?;
    Ok(container.tokens().map(|(cid, bytes)| (cid, bytes.to_vec())).collect())
}

/// By hand, without the writer.
fn wrapped(body: &[u8], encoding: Encoding) -> Vec<u8> {
    let body = if encoding.is_compressed() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(body).and_then(|()| gzip.finish()).expect("memory takes it")
    } else {
        body.to_vec()
    };
    let text = match encoding {
        Encoding::Raw | Encoding::Gzip => body,
        Encoding::Base64 | Encoding::GzipBase64 => data_encoding::BASE64.encode(&body).into_bytes(),
        Encoding::Base64Url | Encoding::GzipBase64Url => {
            data_encoding::BASE64URL_NOPAD.encode(&body).into_bytes()
        }
    };
    [vec![encoding.header()], text].concat()
}

/// The same tokens in every encoding, each under its CID.
fn written_again(container: &Container) {
    let before = tokens(&Ok(container.clone())).expect("read");
    assert_eq!(before.len(), container.len());
    for (cid, bytes) in &before {
        assert_eq!(*cid, Cid::of(bytes));
        assert!(container.contains(cid));
        assert_eq!(container.get(cid).as_deref(), Some(bytes.as_slice()));
    }
    let writer = ContainerWriter::new().all(container.tokens().map(|(_, bytes)| bytes));
    for encoding in Encoding::ALL {
        let bytes = writer.write(encoding).expect("what was read can be written");
        let read = Container::read(&bytes);
        assert_eq!(tokens(&read).as_ref(), Ok(&before), "{encoding}");
        assert_eq!(read.map(|read| read.encoding()), Ok(encoding));
        assert!(!encoding.is_text() || bytes.is_ascii(), "{encoding}");
    }
}

/// Asking it for its invocation, and deciding that, ends in an answer.
fn requests(container: &Container) {
    let invocations: Vec<Cid> = container.invocations().collect();
    match container.invocation() {
        Ok(token) => assert_eq!(invocations, [token.cid()]),
        Err(ContainerError::NoInvocation) => assert!(invocations.is_empty()),
        Err(ContainerError::SeveralInvocations) => assert!(invocations.len() > 1),
        Err(error) => assert!(matches!(error, ContainerError::NotAnInvocation { .. }), "{error}"),
    }
    let executor = Did::parse("did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX").expect("a DID");
    let at = Timestamp::from_seconds(1_800_000_000).expect("a time");
    let authorizer = Authorizer::new(executor, Subjects::danger_any());
    let evidence = Evidence::danger_without_revocations(at);
    let decide = || format!("{:?}", authorizer.decide_container(container, &evidence));
    assert_eq!(decide(), decide());
}

/// Any pieces of bytes are bundled and come out as they went in, sorted and once each.
fn bundled(data: &[u8]) {
    let pieces: Vec<&[u8]> = data.split(|byte| *byte == 0xff).take(64).collect();
    let encoding = Encoding::ALL[data.len() % Encoding::ALL.len()];
    let writer = ContainerWriter::new().all(pieces.iter().map(|piece| Slice::from(*piece)));
    let written = writer.write(encoding).expect("small enough");
    let backwards = pieces.iter().rev().fold(ContainerWriter::new(), |writer, piece| writer.bytes(piece));
    assert_eq!(backwards.write(encoding).as_ref(), Ok(&written), "the order matters");
    let container = Container::read(&written).expect("what is written is read");
    assert!(pieces.iter().all(|piece| container.contains(&Cid::of(piece))));
    let distinct: std::collections::BTreeSet<_> = pieces.iter().collect();
    assert_eq!(container.len(), distinct.len());
}
