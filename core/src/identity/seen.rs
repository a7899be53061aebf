//! DIDs that were read a moment ago, by their texts: the tokens of a chain name the same few again and again.

use super::did::{Did, DidError};
use super::key::CompressedKey;

/// How many are remembered: those of one link, and one more.
const MOST: usize = 4;

/// The longest text of a did:key of a known type. What is longer is read anew.
const LONGEST: usize = 57;

/// The DIDs read last. What it gives is what [`Did::parse`] gives.
// Public in name only: it stands in a method of a sealed trait.
pub struct Seen {
    entries: [Entry; MOST],
    /// The place of the one that was asked for again last, which stays, and of the one that goes next.
    wanted: usize,
    oldest: usize,
}

#[derive(Clone, Copy)]
struct Entry {
    text: [u8; LONGEST],
    length: usize,
    key: Option<CompressedKey>,
}

impl Seen {
    /// None yet.
    pub(crate) const fn new() -> Self {
        let none = Entry { text: [0; LONGEST], length: 0, key: None };
        Self { entries: [none; MOST], wanted: MOST, oldest: 0 }
    }

    /// Reads a DID whose text was found to be UTF-8 before.
    pub(crate) fn read(&mut self, text: &[u8]) -> Result<Did, DidError> {
        for (place, entry) in self.entries.iter().enumerate() {
            if let Some(key) = entry.key.filter(|_| entry.is(text)) {
                self.wanted = place;
                return Ok(Did::from_key(key));
            }
        }
        let did = match Did::of_known_key(text) {
            Some(did) => did,
            None => Did::parse(core::str::from_utf8(text).unwrap_or_default())?,
        };
        if let Some(key) = did.compressed() {
            self.remember(text, key);
        }
        Ok(did)
    }

    fn remember(&mut self, text: &[u8], key: &CompressedKey) {
        if self.oldest == self.wanted {
            self.oldest = (self.oldest + 1) % MOST;
        }
        let Some(entry) = self.entries.get_mut(self.oldest) else { return };
        let Some(start) = entry.text.get_mut(..text.len()) else { return };
        start.copy_from_slice(text);
        (entry.length, entry.key) = (text.len(), Some(*key));
        self.oldest = (self.oldest + 1) % MOST;
    }
}

impl Entry {
    #[inline]
    fn is(&self, text: &[u8]) -> bool {
        // Keys differ at their ends, and begin alike.
        let own = self.text.get(..self.length).unwrap_or_default();
        own.len() == text.len() && own.last_chunk::<8>() == text.last_chunk() && own == text
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::*;
    use crate::identity::{Algorithm, SigningKey};

    #[test]
    fn what_is_read_again_is_what_is_read_alone() {
        let algorithms = [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1];
        let keys = (1..=4).flat_map(|seed| {
            algorithms.map(|algorithm| SigningKey::from_seed(algorithm, &[seed; 32]).unwrap())
        });
        let mut texts: Vec<String> = keys.map(|key| key.did().to_string()).collect();
        // Nearly the same, at either end, or shorter.
        let bent = |text: &String| {
            [
                text.replacen("z6M", "z6L", 1),
                text[..text.len() - 1].to_string() + "1",
                text[..text.len() - 1].to_string(),
            ]
        };
        texts.extend(texts.clone().iter().flat_map(bent));
        texts.extend(
            [
                "did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F",
                "did:web:example.com",
                "did:key:zzz",
                "did:",
                "",
            ]
            .map(String::from),
        );
        let mut seen = Seen::new();
        let mut chance = 1_usize;
        for turn in 0..20_000 {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // At times the same few, at times another each time.
            let among = if turn % 100 < 50 { 5 } else { texts.len() };
            let text = &texts[(chance >> 40) % among];
            assert_eq!(seen.read(text.as_bytes()), Did::parse(text), "{text}");
        }
    }

    #[test]
    fn the_one_that_is_asked_for_again_stays_while_others_come() {
        let of = |seed| SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap().did().to_string();
        let subject = of(1);
        let mut seen = Seen::new();
        for other in 2..40 {
            seen.read(of(other).as_bytes()).unwrap();
            let held = |text: &str| seen.entries.iter().any(|entry| entry.is(text.as_bytes()));
            assert!(held(&of(other)), "what was just read");
            assert!(other == 2 || held(&subject) && held(&of(other - 1)), "before it is asked for again");
            seen.read(subject.as_bytes()).unwrap();
        }
    }
}
