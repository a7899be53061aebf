//! Small items in checked bytes, passed over by a look at one byte.

/// What follows an item that holds no other, and whose first byte tells its length. `None` says nothing.
#[cfg(feature = "tables")]
#[inline]
pub(super) fn past(input: &[u8]) -> Option<&[u8]> {
    let length = *LENGTHS.get(usize::from(*input.first()?))?;
    if length == 0 { None } else { input.get(usize::from(length)..) }
}

/// Where size counts, they are passed over as all items are.
#[cfg(not(feature = "tables"))]
pub(super) const fn past(_input: &[u8]) -> Option<&[u8]> {
    None
}

/// The lengths of such items by their first bytes, and 0 for other items.
#[cfg(feature = "tables")]
static LENGTHS: [u8; 256] = {
    let mut lengths = [0; 256];
    let mut first = 0;
    while first < lengths.len() {
        #[allow(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "it is below 256")]
        {
            lengths[first] = length(first as u8);
        }
        first += 1;
    }
    lengths
};

#[cfg(feature = "tables")]
const fn length(first: u8) -> u8 {
    match first {
        0x00..=0x17 | 0x20..=0x37 | 0xf4..=0xf6 => 1,
        0x18 | 0x38 => 2,
        0x19 | 0x39 => 3,
        0x1a | 0x3a => 5,
        0x1b | 0x3b | 0xfb => 9,
        0x40..=0x57 => first - 0x40 + 1,
        0x60..=0x77 => first - 0x60 + 1,
        _ => 0,
    }
}

#[cfg(all(test, feature = "tables"))]
mod tests {
    use super::super::{CborError, Part, View, check};
    use super::*;

    #[test]
    fn what_is_passed_over_ends_where_it_was_found_to_end() {
        let mut passed = 0;
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                let bytes = [&[first, second][..], &[0xff; 30], &[b'a'; 30]].concat();
                let texts = [&[first, second][..], &[b'a'; 40]].concat();
                for bytes in [bytes, texts] {
                    let Ok(rest) = check::item::<CborError>(&bytes, bytes.len(), 0) else { continue };
                    let view = View::of_checked(&bytes);
                    let is_small = match view.part().0 {
                        Part::Integer(_) | Part::Float(_) => true,
                        Part::Bytes(part) | Part::Text(part) => part.len() < 24,
                        Part::List(_) | Part::Map(_) => false,
                        Part::Simple(number) => number != 42,
                    };
                    assert_eq!(past(&bytes), is_small.then_some(rest), "{first:02x}");
                    assert_eq!(view.after_small().map(View::to_end), past(&bytes));
                    assert_eq!(view.after().to_end(), rest, "{first:02x}");
                    passed += usize::from(is_small);
                }
            }
        }
        assert!(passed > 20_000, "{passed}");
        assert_eq!((past(&[]), past(&[0xa0]), past(&[0x80]), past(&[0x42, 1])), (None, None, None, None));
    }
}
