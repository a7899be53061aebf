//! The characters of a base.

/// Up to 64 characters of ASCII, in the order of their values.
#[derive(Clone, Copy)]
pub(super) struct Alphabet(pub(super) &'static str);

/// What the characters of an alphabet are worth.
pub(super) struct Values([u8; 256]);

/// No character's value.
const NONE: u8 = 0xff;

impl Alphabet {
    /// The character of a value. The callers have no larger one than there are characters.
    pub(super) fn character(self, value: u32) -> char {
        self.0.as_bytes().get(value as usize).copied().map_or('?', char::from)
    }

    /// How many characters it has.
    #[allow(clippy::cast_possible_truncation, reason = "at most 64")]
    pub(super) const fn len(self) -> u32 {
        self.0.len() as u32
    }

    #[allow(clippy::indexing_slicing, reason = "a byte is below 256")]
    pub(super) const fn values(self) -> Values {
        let mut values = [NONE; 256];
        let mut rest = self.0.as_bytes();
        let mut value = 0;
        while let [character, after @ ..] = rest {
            values[*character as usize] = value;
            value += 1;
            rest = after;
        }
        Values(values)
    }
}

impl Values {
    /// As [`Values::of`], with a value of 128 or more for what is no character of the alphabet.
    #[cfg(feature = "tables")]
    pub(super) fn or_large(&self, character: u8) -> u8 {
        self.0.get(usize::from(character)).copied().unwrap_or(NONE)
    }

    pub(super) fn of(&self, character: u8) -> Option<u32> {
        let value = self.0.get(usize::from(character)).copied().filter(|value| *value != NONE);
        value.map(u32::from)
    }
}
