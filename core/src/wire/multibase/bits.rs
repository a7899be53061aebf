//! Bases of a power of two: each character carries the same number of bits (RFC 4648).

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use zeroize::Zeroizing;

use super::MultibaseError;
use super::alphabet::Alphabet;

/// A base, with or without its padding.
#[derive(Clone, Copy)]
pub(super) struct Bits {
    alphabet: Alphabet,
    /// How many bits a character carries.
    width: u32,
    padded: bool,
}

impl Bits {
    /// The alphabet has two to the power of `width` characters.
    pub(super) const fn new(width: u32, alphabet: &'static str) -> Self {
        Self { alphabet: Alphabet(alphabet), width, padded: false }
    }

    pub(super) const fn padded(self) -> Self {
        Self { padded: true, ..self }
    }

    pub(super) fn encode(self, bytes: &[u8]) -> String {
        let mut text = String::with_capacity((bytes.len() * 8).div_ceil(self.width as usize));
        let (mut held, mut count) = (0_u32, 0);
        for &byte in bytes {
            held = (held << 8 | u32::from(byte)) & 0xffff;
            count += 8;
            while count >= self.width {
                count -= self.width;
                text.push(self.alphabet.character(held >> count & self.mask()));
            }
        }
        if count > 0 {
            text.push(self.alphabet.character(held << (self.width - count) & self.mask()));
        }
        while self.padded && !text.len().is_multiple_of(self.group()) {
            text.push('=');
        }
        text
    }

    /// What was read is wiped where the text turns out bad, for it may be most of a secret.
    pub(super) fn decode(self, text: &[u8]) -> Result<Vec<u8>, MultibaseError> {
        let text = if self.padded { self.without_padding(text)? } else { text };
        let values = self.alphabet.values();
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * self.width as usize / 8));
        let (mut held, mut count) = (0_u32, 0);
        for &character in text {
            let value = values.of(character).ok_or(MultibaseError::Invalid)?;
            held = (held << self.width | value) & 0xffff;
            count += self.width;
            if count >= 8 {
                count -= 8;
                #[allow(clippy::cast_possible_truncation, reason = "the bits above were pushed before")]
                bytes.push((held >> count) as u8);
            }
        }
        // A character that carries slack alone, and slack that is not zero, would each be another spelling.
        if count >= self.width || held & ((1 << count) - 1) != 0 {
            return Err(MultibaseError::Invalid);
        }
        Ok(mem::take(&mut *bytes))
    }

    /// The characters before the padding, which has to be what a writer would have put there.
    fn without_padding(self, text: &[u8]) -> Result<&[u8], MultibaseError> {
        let bare = text.len() - text.iter().rev().take_while(|byte| **byte == b'=').count();
        if text.len() == bare.next_multiple_of(self.group()) {
            text.get(..bare).ok_or(MultibaseError::Invalid)
        } else {
            Err(MultibaseError::Invalid)
        }
    }

    /// How many characters make up whole bytes: the padding fills the last of such groups.
    const fn group(self) -> usize {
        match self.width {
            5 => 8,
            _ => 4,
        }
    }

    const fn mask(self) -> u32 {
        (1 << self.width) - 1
    }
}
