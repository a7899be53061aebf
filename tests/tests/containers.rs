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

/// Gzip is taken apart and put together by code of our own; what it stands in for is held against it.
mod gzip {
    use std::io::{Read, Write};

    use allod::limits::MAX_CONTAINER;
    use flate2::bufread::GzDecoder;
    use flate2::{Compression, GzBuilder};

    use super::*;

    fn container(token: &[u8]) -> Vec<u8> {
        ContainerWriter::new().bytes(token).write(Encoding::Raw).unwrap()[1..].to_vec()
    }

    fn framed(member: &[u8]) -> Vec<u8> {
        [b"M", member].concat()
    }

    /// What the peer reads, where nothing is left over.
    fn peer(member: &[u8]) -> Result<Vec<u8>, ContainerError> {
        let mut decoder = GzDecoder::new(member);
        let mut bytes = Vec::new();
        decoder.read_to_end(&mut bytes).map_err(|_| ContainerError::Gzip)?;
        if decoder.into_inner().is_empty() { Ok(bytes) } else { Err(ContainerError::Gzip) }
    }

    /// Bytes that repeat themselves in one way or another, and bytes that do not.
    fn samples() -> Vec<Vec<u8>> {
        let mut state = 1_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let mut samples = Vec::new();
        for length in [0, 1, 2, 3, 4, 100, 259, 5_000, 60_000, 70_000, 300_000] {
            let mut sample = |of: &mut dyn FnMut(u32) -> u32| {
                samples.push((0..length).map(|at| of(at) as u8).collect());
            };
            sample(&mut |_| 0);
            sample(&mut |at| at.wrapping_mul(at) >> 7);
            sample(&mut |at| at % 7);
            sample(&mut |_| random());
            sample(&mut |_| b"did:key:z6Mk"[random() as usize % 12].into());
            // Rarer and rarer, for codes that would be too long.
            sample(&mut |_| random().trailing_zeros() * 3);
        }
        samples
    }

    /// The peer writes with the code that ours is in place of.
    #[test]
    fn what_is_written_the_peer_reads_and_writes_hardly_shorter() {
        for token in samples() {
            let body = container(&token);
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&body).unwrap();
            let theirs = encoder.finish().unwrap();
            let written = ContainerWriter::new().bytes(&token).write(Encoding::Gzip).unwrap();
            assert_eq!(peer(&written[1..]).unwrap(), body);
            let (ours, most) = (written.len() - 1, theirs.len() + theirs.len() / 25 + 8);
            assert!(ours <= most, "{} bytes: {ours} and not {}", token.len(), theirs.len());
            assert_eq!(Container::read(&written).unwrap().tokens().next().unwrap().1.to_vec(), token);
            assert_eq!(Container::read(&framed(&theirs)).unwrap().tokens().next().unwrap().1.to_vec(), token);
        }
    }

    /// Headers with all that may stand in them; then each byte changed, and each cut.
    #[test]
    fn members_are_read_as_the_peer_reads_them() {
        let body = container(b"a token or what claims to be one");
        for fields in 0..16 {
            let mut builder = GzBuilder::new().mtime(7);
            if fields & 1 == 1 {
                builder = builder.extra(*b"extra");
            }
            if fields & 2 == 2 {
                builder = builder.filename("name");
            }
            if fields & 4 == 4 {
                builder = builder.comment("comment");
            }
            let mut encoder = builder.write(Vec::new(), Compression::best());
            encoder.write_all(&body).unwrap();
            let mut member = encoder.finish().unwrap();
            if fields & 8 == 8 {
                // The header's own checksum, which the peer reads and does not write.
                let (extra, name, comment) = (7 * (fields & 1), 5 * (fields >> 1 & 1), 8 * (fields >> 2 & 1));
                let end = 10 + extra + name + comment;
                member[3] |= 2;
                let mut sum = flate2::Crc::new();
                sum.update(&member[..end]);
                member.splice(end..end, sum.sum().to_le_bytes()[..2].iter().copied());
                assert!(peer(&member).is_ok());
            }
            let same = |member: &[u8]| match (peer(member), Container::read(&framed(member))) {
                (Ok(bytes), read) => {
                    let plain = Container::read(&[b"@", &bytes[..]].concat());
                    assert_eq!(
                        read.map(|read| read.cids().collect::<Vec<_>>()),
                        plain.map(|read| read.cids().collect())
                    );
                }
                (Err(_), read) => assert_eq!(read.err(), Some(ContainerError::Gzip), "{member:02x?}"),
            };
            same(&member);
            for at in 0..member.len() {
                same(&member[..at]);
                for change in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
                    let mut other = member.clone();
                    other[at] ^= change;
                    same(&other);
                }
            }
            same(&[&member[..], b"\0"].concat());
            same(&[&member[..], &member].concat());
        }
    }

    /// What the peer inflates, without what is around it, and how much of the input that takes.
    fn inflated(deflated: &[u8]) -> Option<(Vec<u8>, usize)> {
        let mut state = flate2::Decompress::new(false);
        let mut bytes = Vec::with_capacity(MAX_CONTAINER + 1);
        let status = state.decompress_vec(deflated, &mut bytes, flate2::FlushDecompress::Finish);
        matches!(status, Ok(flate2::Status::StreamEnd)).then(|| (bytes, state.total_in() as usize))
    }

    /// Blocks of all kinds with bits of them changed, and a checksum that fits what then comes out.
    #[test]
    fn damaged_blocks_are_read_as_the_peer_reads_them() {
        let mut chance = 7_u32;
        let mut random = move |below: usize| {
            chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (chance >> 8) as usize % below
        };
        let (mut read, mut refused) = (0, 0);
        for token in samples().into_iter().filter(|token| (3..=5_000).contains(&token.len())) {
            for level in [Compression::none(), Compression::fast(), Compression::best()] {
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(&container(&token)).unwrap();
                let whole = encoder.finish().unwrap();
                for _ in 0..400 {
                    let mut deflated = whole.clone();
                    // Mostly where the codes are described.
                    let until = if random(4) == 0 { deflated.len() } else { deflated.len().min(90) };
                    for _ in 0..=random(3) {
                        deflated[random(until)] ^= 1 << random(8);
                    }
                    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
                    let Some((bytes, taken)) = inflated(&deflated) else {
                        let ours = Container::read(&framed(&[&header[..], &deflated, &[0; 8]].concat()));
                        assert!(matches!(ours, Err(ContainerError::Gzip | ContainerError::TooLarge)));
                        refused += 1;
                        continue;
                    };
                    let mut sum = flate2::Crc::new();
                    sum.update(&bytes);
                    let trailer = [sum.sum().to_le_bytes(), sum.amount().to_le_bytes()].concat();
                    let ours = Container::read(&framed(&[&header, &deflated[..taken], &trailer].concat()));
                    let plain = Container::read(&[b"@", &bytes[..]].concat());
                    assert_eq!(
                        ours.map(|read| read.cids().collect::<Vec<_>>()),
                        plain.map(|plain| plain.cids().collect())
                    );
                    read += 1;
                }
            }
        }
        assert!(read > 500 && refused > 500, "{read} were read, {refused} refused");
    }

    #[test]
    fn what_just_fits_is_read_and_one_byte_more_is_not() {
        for (length, expected) in
            [(MAX_CONTAINER, ContainerError::Shape), (MAX_CONTAINER + 1, ContainerError::TooLarge)]
        {
            // A text of so many bytes.
            let mut bytes = [&[0x7a][..], &u32::try_from(length - 5).unwrap().to_be_bytes()].concat();
            bytes.resize(length, b'a');
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&bytes).unwrap();
            assert_eq!(Container::read(&framed(&encoder.finish().unwrap())).err(), Some(expected));
        }
    }
}
