//! Values for arguments and metadata: few names, and numbers and texts at edges.

use allod::wire::{Cid, Ipld};
use allod_model::Cid as IpldCid;

use super::draws::Draws;

/// The names in generated maps: plain ones, and such as need brackets and quotes in a selector.
pub(super) const NAMES: [&str; 8] = ["a", "b", "title", "n-1", "_x", "ключ", "k y", "q\"\\"];

const TEXTS: [&str; 9] = ["", "a", "summer", "a*b", "a\\b", "line\nbreak", "ünï", "aaaa", "await/ok"];

const NUMBERS: [i128; 12] = [
    0,
    1,
    2,
    -1,
    10,
    255,
    9_007_199_254_740_991,
    9_007_199_254_740_992,
    9_007_199_254_740_993,
    -9_007_199_254_740_993,
    18_446_744_073_709_551_615,
    -18_446_744_073_709_551_616,
];

const FLOATS: [f64; 10] =
    [0.0, 1.0, -0.0, 0.5, -1.0, 2.0, 9_007_199_254_740_992.0, 1e300, 5e-324, 18_446_744_073_709_551_616.0];

/// Any value that DAG-CBOR has, at most `depth` levels of lists and maps.
#[must_use]
pub fn value(draws: &mut Draws, depth: usize) -> Ipld {
    match draws.below(if depth == 0 { 7 } else { 11 }) {
        0 | 1 => Ipld::Integer(draws.pick(&NUMBERS)),
        2 | 3 => Ipld::String(draws.pick(&TEXTS).into()),
        4 => Ipld::Bool(draws.below(2) == 1),
        5 => Ipld::Float(draws.pick(&FLOATS)),
        6 => match draws.below(3) {
            0 => Ipld::Null,
            1 => {
                Ipld::Bytes((0..draws.below(4)).map(|_| u8::try_from(draws.below(3)).unwrap_or(0)).collect())
            }
            _ => Ipld::Link(data_link(draws)),
        },
        7 | 8 => Ipld::List((0..draws.below(5)).map(|_| value(draws, depth - 1)).collect()),
        _ => Ipld::Map(
            (0..draws.below(4)).map(|_| (draws.pick(&NAMES).to_owned(), value(draws, depth - 1))).collect(),
        ),
    }
}

/// A link to something that is not there.
pub(super) fn link(draws: &mut Draws) -> Cid {
    Cid::of(&[u8::try_from(draws.below(4)).unwrap_or(0)])
}

/// A link as data: to a token, or to anything else that has a CID.
fn data_link(draws: &mut Draws) -> IpldCid {
    let digest = [u8::try_from(draws.below(2)).unwrap_or(0); 64];
    let (head, length): (&[u8], usize) = match draws.below(8) {
        // Raw bytes; another hash; the bytes themselves; version 0.
        0 => (&[1, 0x55, 0x12, 32], 32),
        1 => (&[1, 0x71, 0x13, 64], 64),
        2 => (&[1, 0x55, 0x00, 3], 3),
        3 => (&[0x12, 32], 32),
        _ => return link(draws).into(),
    };
    IpldCid::try_from([head, &digest[..length]].concat()).expect("a CID")
}

/// A promise, as an argument may hold one: unresolved, or only looking like one.
pub(super) fn promise(draws: &mut Draws) -> Ipld {
    let tag = draws.pick(&["await/ok", "await/error", "await/*", "await/other", "await"]);
    let inside = if draws.one_in(4) { value(draws, 0) } else { Ipld::Link(link(draws).into()) };
    let mut map = std::collections::BTreeMap::from([(tag.to_owned(), inside)]);
    if draws.one_in(5) {
        map.insert("b".into(), Ipld::Null);
    }
    Ipld::Map(map)
}
