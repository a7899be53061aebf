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

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.places.contains_key(key)
    }

    /// Puts a value under a key; returns the one that was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Some(held) = self.places.get(&key).and_then(|place| self.values.get_mut(*place)) {
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
