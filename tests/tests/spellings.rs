//! What is wrong with bytes that are not strict DAG-CBOR, and where; and what strict ones say.

use allod::Cid;
use allod::wire::{CborError, Ipld, Kind, View, Writer, value};

fn error(bytes: &str) -> CborError {
    View::parse(&hex::decode(bytes).unwrap()).unwrap_err()
}

#[test]
fn each_fault_is_told_from_the_others_and_from_its_place() {
    use CborError as E;
    for (bytes, expected) in [
        ("", E::Truncated { at: 0 }),
        ("8201", E::Truncated { at: 0 }),
        ("820161", E::Truncated { at: 2 }),
        ("826261", E::Truncated { at: 1 }),
        // More entries than there are bytes: refused at the head, not where the bytes end.
        ("9bffffffffffffffff00", E::Truncated { at: 0 }),
        ("8200bb00000001000000006161", E::Truncated { at: 2 }),
        ("0000", E::Trailing { at: 1 }),
        ("83010203ff", E::Trailing { at: 4 }),
        ("811817", E::NotShortest { at: 1 }),
        ("1900ff", E::NotShortest { at: 0 }),
        ("1a0000ffff", E::NotShortest { at: 0 }),
        ("1b00000000ffffffff", E::NotShortest { at: 0 }),
        ("f814", E::NotShortest { at: 0 }),
        ("f8ff", E::NotDagCbor { at: 0 }),
        ("5f4100ff", E::Indefinite { at: 0 }),
        ("7f6161ff", E::Indefinite { at: 0 }),
        ("819fff", E::Indefinite { at: 1 }),
        ("bfff", E::Indefinite { at: 0 }),
        ("ff", E::Indefinite { at: 0 }),
        // Integers and tags have no indefinite length: that is no CBOR at all.
        ("1f", E::NotDagCbor { at: 0 }),
        ("3f", E::NotDagCbor { at: 0 }),
        ("df", E::NotDagCbor { at: 0 }),
        ("1c", E::NotDagCbor { at: 0 }),
        ("f7", E::NotDagCbor { at: 0 }),
        ("c100", E::NotDagCbor { at: 0 }),
        ("f97e00", E::Float { at: 0 }),
        ("81fa3f800000", E::Float { at: 1 }),
        ("fb7ff8000000000000", E::Float { at: 0 }),
        ("fbfff0000000000000", E::Float { at: 0 }),
        ("8161ff", E::NotUtf8 { at: 1 }),
        ("a161ff00", E::NotUtf8 { at: 1 }),
        ("a20100", E::KeyNotString { at: 1 }),
        ("a2616100616100", E::DuplicateKey { at: 4 }),
        ("a2616200616100", E::KeyOrder { at: 4 }),
        ("a262616100616200", E::KeyOrder { at: 5 }),
        ("81d82a4100", E::Link { at: 1 }),
        ("d82a00", E::Link { at: 0 }),
    ] {
        assert_eq!(error(bytes), expected, "{bytes}");
    }
}

/// The last number that fits a width is written in it, and the next in the wider one.
#[test]
fn integers_come_out_in_their_one_spelling() {
    for (number, bytes) in [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (255, "18ff"),
        (256, "190100"),
        (65_535, "19ffff"),
        (65_536, "1a00010000"),
        (4_294_967_295, "1affffffff"),
        (4_294_967_296, "1b0000000100000000"),
        (i64::MAX, "1b7fffffffffffffff"),
        (-1, "20"),
        (-24, "37"),
        (-25, "3818"),
        (i64::MIN, "3b7fffffffffffffff"),
    ] {
        let mut writer = Writer::new();
        writer.integer(number);
        let shown = format!("{writer:?}");
        assert!(shown.starts_with("Writer"), "{shown}");
        let written = writer.into_bytes();
        assert_eq!(hex::encode(&written), bytes);
        assert_eq!(View::parse(&written).unwrap().as_integer(), Some(number.into()));
    }
}

#[test]
fn lists_and_maps_say_how_much_is_still_to_come() {
    let bytes = value::encode(&Ipld::List(vec![Ipld::Integer(1)])).unwrap();
    let Kind::List(mut list) = View::parse(&bytes).unwrap().kind() else { panic!("a list") };
    assert_eq!((list.len(), list.is_empty(), format!("{list:?}")), (1, false, "List(1 items)".into()));
    list.next();
    assert_eq!((list.len(), list.is_empty()), (0, true));
    let bytes = value::encode(&Ipld::Map([("a".to_owned(), Ipld::Null)].into())).unwrap();
    let Kind::Map(mut map) = View::parse(&bytes).unwrap().kind() else { panic!("a map") };
    assert_eq!((map.len(), map.is_empty(), format!("{map:?}")), (1, false, "Map(1 entries)".into()));
    map.next();
    assert_eq!((map.len(), map.is_empty()), (0, true));
    let cid = Cid::of(b"x");
    let link = value::encode(&Ipld::Link(cid.into())).unwrap();
    assert_eq!(format!("{:?}", View::parse(&link).unwrap()), format!("View({} bytes)", link.len()));
}
