//! DEFLATE (RFC 1951), read and written in a tenth of the code of a library that is made for streams: see decision 95.

mod bits;
mod compress;
mod huffman;
mod inflate;
mod matches;

pub(super) use self::compress::compress;
pub(super) use self::inflate::inflate;

/// The literal that ends a block; what is beyond it is the length of a match.
const END: usize = 256;

/// How many literals and lengths there are, and how many distances.
const LITERALS: usize = 286;
const DISTANCES: usize = 30;

/// The lengths of codes are written with codes of their own, whose lengths stand in this order.
const ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// What the symbol of a length stands for: the shortest, and the number of bits that add to it.
fn length(index: usize) -> (usize, u32) {
    match index {
        0..8 => (index + 3, 0),
        // The longest has a symbol of its own.
        28.. => (258, 0),
        _ => (((4 + (index & 3)) << (index / 4 - 1)) + 3, small(index / 4 - 1)),
    }
}

/// As [`length`], of a distance.
fn distance(index: usize) -> (usize, u32) {
    if index < 4 {
        return (index + 1, 0);
    }
    (((2 + (index & 1)) << (index / 2 - 1)) + 1, small(index / 2 - 1))
}

/// The lengths of the fixed codes: two of their literals and two of their distances stand for nothing.
fn fixed() -> ([u8; 288], [u8; 32]) {
    let mut literals = [8; 288];
    for (at, length) in literals.iter_mut().enumerate() {
        match at {
            144..256 => *length = 9,
            256..280 => *length = 7,
            _ => {}
        }
    }
    (literals, [5; 32])
}

/// A number that is known to be small.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_symbols_cover_all_lengths_and_distances_without_a_gap() {
        let mut next = 3;
        for index in 0..28 {
            let (base, extra) = length(index);
            assert_eq!(base, next);
            next += 1 << extra;
        }
        assert_eq!((next, length(28)), (259, (258, 0)));
        let mut next = 1;
        for index in 0..DISTANCES {
            let (base, extra) = distance(index);
            assert_eq!(base, next);
            next += 1 << extra;
        }
        assert_eq!(next, 32_769);
    }
}
