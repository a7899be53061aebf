//! Maps that share their trees.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// A map in the order of its keys.
///
/// The tree only says where a value lies, so that for each kind of key the program holds one tree, whatever the kinds
/// of values: where it is downloaded, each further one would be some kilobytes.
#[derive(Clone, Debug)]
pub(crate) struct Keyed<K, V> {
    places: BTreeMap<K, usize>,
    values: Vec<V>,
}

impl<K, V> Keyed<K, V> {
    pub(crate) const fn new() -> Self {
        Self { places: BTreeMap::new(), values: Vec::new() }
    }

    pub(crate) const fn len(&self) -> usize {
        self.values.len()
    }
}

impl<K: Ord, V> Keyed<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.values.get(*self.places.get(key)?)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.values.get_mut(*self.places.get(key)?)
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.places.contains_key(key)
    }

    /// Puts a value under a key; returns the one that was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Some(held) = self.get_mut(&key) {
            return Some(core::mem::replace(held, value));
        }
        self.places.insert(key, self.values.len());
        self.values.push(value);
        None
    }

    /// The value under a key, where there is none yet the one that is made.
    pub(crate) fn get_or_insert(&mut self, key: K, make: impl FnOnce() -> V) -> Option<&mut V> {
        let end = self.values.len();
        let place = self.places.get(&key).copied().unwrap_or(end);
        if place == end {
            self.places.insert(key, end);
            self.values.push(make());
        }
        self.values.get_mut(place)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.places.keys()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.places.iter().filter_map(|(key, place)| Some((key, self.values.get(*place)?)))
    }
}

impl<K: Ord + Clone, V> Keyed<K, V> {
    /// Takes a value out. The last one moves to its place.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.places.remove(key)?;
        let last = self.values.len() - 1;
        if let Some(moved) = self.places.values_mut().find(|place| **place == last) {
            *moved = place;
        }
        Some(self.values.swap_remove(place))
    }
}

impl<K: Ord> Keyed<K, ()> {
    /// Adds a key to a set; whether it was not there.
    pub(crate) fn add(&mut self, key: K) -> bool {
        self.insert(key, ()).is_none()
    }
}

impl<K, V> Default for Keyed<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord, V: PartialEq> PartialEq for Keyed<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<K: Ord, V: Eq> Eq for Keyed<K, V> {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Whatever is done to it, it holds what a map of the standard library's holds.
    #[test]
    fn it_does_what_a_map_does() {
        let (mut keyed, mut map) = (Keyed::new(), BTreeMap::new());
        let mut chance = 1_u32;
        for turn in 0..4000_u32 {
            chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let key = chance >> 20 & 15;
            match chance >> 28 & 7 {
                0..=2 => assert_eq!(keyed.remove(&key), map.remove(&key)),
                3..=5 => assert_eq!(keyed.insert(key, turn), map.insert(key, turn)),
                _ => {
                    assert_eq!(
                        keyed.get_or_insert(key, || turn).copied(),
                        Some(*map.entry(key).or_insert(turn))
                    );
                }
            }
            assert_eq!(keyed.len(), map.len());
            assert!(keyed.iter().eq(map.iter()) && keyed.keys().eq(map.keys()));
            assert_eq!((keyed.get(&key), keyed.contains(&key)), (map.get(&key), map.contains_key(&key)));
            assert_eq!(keyed.get_mut(&key), map.get_mut(&key));
        }
        assert!(keyed.len() > 3);
    }

    #[test]
    fn they_are_the_same_where_they_hold_the_same_in_whatever_order_it_came() {
        let of = |entries: &[(u8, u8)]| {
            let mut keyed = Keyed::default();
            for (key, value) in entries {
                keyed.insert(*key, *value);
            }
            keyed
        };
        let mut one = of(&[(3, 1), (1, 2), (2, 3)]);
        assert_eq!(one, of(&[(1, 2), (2, 3), (3, 1)]));
        for other in [&[(1, 2), (2, 3)][..], &[(1, 2), (2, 3), (4, 1)], &[(1, 2), (2, 3), (3, 2)]] {
            assert_ne!(one, of(other));
        }
        *one.get_or_insert(2, || 9).unwrap() = 4;
        assert_eq!(one.get(&2), Some(&4), "what is there is handed out, to be changed");
        let mut set = Keyed::new();
        assert!(set.add(1_u8) && set.add(2) && !set.add(1));
        assert_eq!(set.len(), 2);
    }
}
