//! Containers, where a vector cannot show the rule: what is written, and what a build lacks.

use allod::{Code, Container, ContainerError, ContainerWriter, Encoding};
use allod_tests::forge::{head, text};

#[test]
fn a_writer_puts_each_token_in_once_and_sorted() {
    let expected = |tokens: &[&[u8]]| {
        let mut bytes = [vec![b'@'], head(5, 1), text("ctn-v1"), head(4, tokens.len() as u64)].concat();
        for token in tokens {
            bytes.extend(head(2, token.len() as u64));
            bytes.extend(*token);
        }
        bytes
    };
    // Bytewise: a longer token may come before a shorter one.
    let sorted: [&[u8]; 4] = [b"", b"aa", b"b", b"ba"];
    for order in [[3, 2, 1, 0], [0, 1, 2, 3], [2, 0, 3, 1]] {
        let writer = order
            .iter()
            .fold(ContainerWriter::new(), |writer, index| writer.bytes(sorted[*index]).bytes(sorted[*index]));
        let writer = writer.bytes(sorted[order[0]]);
        assert_eq!(writer.write(Encoding::Raw).unwrap(), expected(&sorted));
    }
    let read = Container::read(&expected(&[b"b", b"a", b"b"])).unwrap();
    assert_eq!(read.len(), 2, "a reader takes repeats as one, in any order");
}

#[test]
fn the_same_tokens_always_make_the_same_container() {
    let writer = ContainerWriter::new().bytes(&[7; 300]).bytes(&[8; 300]);
    for encoding in Encoding::ALL {
        assert_eq!(writer.write(encoding), writer.clone().write(encoding));
        assert_eq!(writer.write(encoding).unwrap()[0], encoding.header());
    }
}

#[test]
fn gzip_that_was_not_built_is_malformed_and_named() {
    let error = ContainerError::GzipNotBuilt;
    assert_eq!(error.code(), Code::Malformed);
    assert!(error.to_string().contains("`gzip`"), "{error}");
}
