//! What was found out before and stays true: which signatures are valid, and which points keys are.

// Requirements kept here: allod-cache-signatures-only, allod-cache-bounded.

use alloc::vec::Vec;
use core::fmt;
use core::hash::{BuildHasher, Hash};
use core::mem::size_of;
use std::collections::hash_map::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::key::{CompressedKey, PublicKey};
use crate::wire::Cid;

/// Remembers, between decisions, signatures that were checked and keys that were decompressed. Nothing else is ever
/// remembered: no decision, time, revocation, policy or chain (decision 22).
///
/// Hand it to [`Evidence::cache`](crate::Evidence::cache). A signature is remembered under the SHA-256 of the token as
/// it was received, with the key it was checked against; where a DID's keys are in a document, that key still has to
/// stand there. Only this library puts anything in, after it has checked it.
///
/// It has a fixed size, which it takes at once. What is new takes the place of what was asked for only once or not for
/// long, so strangers who send many tokens of their own make it forget, and decisions slower; no token makes it answer
/// wrongly. Clones share what they know, and threads may use it at once. Where callers share one, the time that an answer
/// takes tells a caller who already has a token whether it was seen here before.
///
/// ```
/// use allod::{Algorithm, Authorizer, Cache, Delegation, Evidence, Invocation, RevocationSet, SigningKey, Subjects, Timestamp};
///
/// let album = SigningKey::generate(Algorithm::Ed25519)?;
/// let bob = SigningKey::generate(Algorithm::Ed25519)?;
/// let grant = Delegation::builder(bob.did(), album.did(), "/photos".parse()?).sign(&album)?;
/// let authorizer = Authorizer::new(album.did(), Subjects::itself());
/// let (none, cache) = (RevocationSet::new(), Cache::default());
/// for _ in 0..2 {
///     let request = Invocation::builder(album.did(), "/photos/read".parse()?).proofs([grant.cid()]).sign(&bob)?;
///     let evidence = Evidence::new(Timestamp::EPOCH, &none).delegation(grant.clone()).cache(&cache);
///     // The second time, only the signature of the request itself is computed.
///     assert!(authorizer.decide(&request, &evidence).is_allowed());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Cache(Arc<Tables>);

struct Tables {
    signatures: Table<Cid, CompressedKey>,
    keys: Table<CompressedKey, PublicKey>,
}

impl Cache {
    /// How many bytes the default takes: 4 MiB, with places for some 30,000 signatures and 7,500 keys, half of them for
    /// what was asked for again.
    pub const DEFAULT_BYTES: usize = 4 << 20;

    /// A cache that takes so many bytes of memory, at once and for as long as it lives; some 40 kilobytes at least. Where
    /// so much cannot be had, the process ends, as wherever memory runs out.
    #[must_use]
    pub fn of_bytes(bytes: usize) -> Self {
        let half = bytes / 2;
        Self(Arc::new(Tables { signatures: Table::of_bytes(half), keys: Table::of_bytes(half) }))
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0.signatures.clear();
        self.0.keys.clear();
    }

    /// The key that the signature of the token with this CID was checked against.
    pub(crate) fn signer_of(&self, token: &Cid) -> Option<CompressedKey> {
        self.0.signatures.get(token)
    }

    /// The signature of this token is valid under this key.
    pub(crate) fn learn_signature(&self, token: Cid, key: CompressedKey) {
        self.0.signatures.put(token, key);
    }

    /// The point of a key.
    pub(crate) fn key(&self, key: &CompressedKey) -> Option<PublicKey> {
        self.0.keys.get(key)
    }

    /// The point of a key that is sound.
    pub(crate) fn learn_key(&self, key: PublicKey) {
        self.0.keys.put(key.to_bytes(), key);
    }
}

impl Default for Cache {
    /// [`Cache::DEFAULT_BYTES`].
    fn default() -> Self {
        Self::of_bytes(Self::DEFAULT_BYTES)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("signatures", &self.0.signatures.count())
            .field("keys", &self.0.keys.count())
            .finish_non_exhaustive()
    }
}

/// How many parts of a table are locked apart.
const SHARDS: usize = 16;
/// How many places there are for entries whose hashes agree.
const WAYS: usize = 8;
/// How many of them are for what was asked for again.
const KEPT: usize = 4;

/// A map of a fixed size.
struct Table<K, V> {
    shards: [Mutex<Vec<Set<K, V>>>; SHARDS],
    /// With keys of chance, where the platform has any, so that nobody can choose what falls together.
    hasher: RandomState,
}

/// What has the same hash, as far as it is looked at. The front is for what was asked for again; what is new comes after
/// that, and pushes out the oldest of what nobody asked for since.
type Set<K, V> = [Option<(K, V)>; WAYS];

impl<K: Hash + Eq + Copy, V: Copy> Table<K, V> {
    fn of_bytes(bytes: usize) -> Self {
        let sets = (bytes / size_of::<Set<K, V>>() / SHARDS).max(1);
        let shard = |_| Mutex::new((0..sets).map(|_| [None; WAYS]).collect());
        Self { shards: core::array::from_fn(shard), hasher: RandomState::new() }
    }

    fn get(&self, key: &K) -> Option<V> {
        self.with(key, |set| {
            let place = set.iter().position(|entry| matches!(entry, Some((known, _)) if known == key))?;
            let value = set.get(place)?.as_ref()?.1;
            // One place forward; from the back to the front, where the last one makes room.
            let forward = place.saturating_sub(1).min(KEPT - 1);
            if forward < place
                && let Some(between) = set.get_mut(forward..=place)
            {
                between.rotate_right(1);
            }
            Some(value)
        })?
    }

    fn put(&self, key: K, value: V) {
        self.with(&key, |set| {
            let place = set.iter().position(|entry| matches!(entry, Some((known, _)) if *known == key));
            if place.is_none()
                && let Some(back) = set.get_mut(KEPT..)
            {
                back.rotate_right(1);
            }
            if let Some(entry) = set.get_mut(place.unwrap_or(KEPT)) {
                *entry = Some((key, value));
            }
        });
    }

    fn with<T>(&self, key: &K, look: impl FnOnce(&mut Set<K, V>) -> T) -> Option<T> {
        let hash = self.hasher.hash_one(key);
        let within = |length: usize, hash: u64| usize::try_from(hash.checked_rem(length as u64)?).ok();
        let mut shard = lock(self.shards.get(within(SHARDS, hash)?)?);
        let place = within(shard.len(), hash / SHARDS as u64)?;
        shard.get_mut(place).map(look)
    }

    fn clear(&self) {
        for shard in &self.shards {
            lock(shard).iter_mut().for_each(|set| *set = [None; WAYS]);
        }
    }

    fn count(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).iter().flatten().flatten().count()).sum()
    }
}

/// Nothing that holds a lock can be left half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where things lie is chance. In this room it is beyond chance that so few things as here get into each other's way.
    const ROOM: usize = 1 << 18;

    #[test]
    fn a_table_keeps_to_its_size_and_answers_with_what_was_put_in_or_not_at_all() {
        let table: Table<u64, u64> = Table::of_bytes(1 << 14);
        let places = (1 << 14) / size_of::<Set<u64, u64>>() / SHARDS * SHARDS * WAYS;
        for number in 0..100_000 {
            table.put(number, number + 1);
            assert_eq!(table.get(&number), Some(number + 1), "what was just put in is there");
        }
        assert!(table.count() <= places);
        assert!(table.count() > places / 4);
        let wrong = (0..100_000).filter_map(|number| Some((number, table.get(&number)?)));
        assert_eq!(wrong.filter(|(number, found)| *found != number + 1).count(), 0);
        table.clear();
        assert_eq!(table.count(), 0);
    }

    #[test]
    #[allow(clippy::unwrap_used)]
    fn it_knows_what_it_learned_and_takes_the_room_that_it_was_given() {
        use crate::identity::{Algorithm, SigningKey};
        let cache = Cache::of_bytes(1 << 20);
        let key = SigningKey::from_seed(Algorithm::P256, &[7; 32]).unwrap().public_key();
        let token = Cid::of(b"token");
        assert_eq!((cache.signer_of(&token), cache.key(&key.to_bytes())), (None, None));
        cache.learn_signature(token, key.to_bytes());
        cache.learn_key(key);
        assert_eq!((cache.signer_of(&token), cache.key(&key.to_bytes())), (Some(key.to_bytes()), Some(key)));
        assert_eq!(cache.clone().signer_of(&token), Some(key.to_bytes()));
        let sets = |table: usize, set: usize| table * SHARDS * set;
        let (signatures, keys) = (&cache.0.signatures, &cache.0.keys);
        let room = sets(lock(&signatures.shards[0]).len(), size_of::<Set<Cid, CompressedKey>>())
            + sets(lock(&keys.shards[0]).len(), size_of::<Set<CompressedKey, PublicKey>>());
        assert!((900_000..=1 << 20).contains(&room), "{room}");
        cache.clear();
        assert_eq!((cache.signer_of(&token), cache.key(&key.to_bytes())), (None, None));
    }

    /// Whoever sends many tokens once drives out other such tokens, and not those that are in use.
    #[test]
    fn a_flood_leaves_what_is_asked_for_again_and_again() {
        let table: Table<u64, u64> = Table::of_bytes(ROOM);
        (0..16).for_each(|number| table.put(number, number));
        for _ in 0..2 {
            (0..16).for_each(|number| assert!(table.get(&number).is_some()));
        }
        (16..100_000).for_each(|number| table.put(number, number));
        assert!((0..16).filter(|number| table.get(number) == Some(*number)).count() > 12);
    }

    /// However long it was in use for other things, what is asked for now is there again soon.
    #[test]
    fn what_nobody_asks_for_any_more_makes_room() {
        let table: Table<u64, u64> = Table::of_bytes(ROOM);
        for old in 0..100_000 {
            table.put(old, old);
            table.get(&old);
            table.get(&(old / 2));
        }
        let mut found = 0;
        for round in 0..20 {
            for number in 1_000_000..1_000_064 {
                let there = table.get(&number).is_some();
                found += usize::from(there && round >= 10);
                if !there {
                    table.put(number, number);
                }
            }
        }
        assert!(found > 10 * 64 * 9 / 10, "{found} of 640");
    }

    /// What is asked for in turn, and is more than fits, is never there: no old entry stays for its age.
    #[test]
    fn what_is_new_pushes_out_what_was_not_asked_for() {
        let table: Table<u64, u64> = Table::of_bytes(0);
        let mut found = 0;
        for _ in 0..10 {
            for number in 0..10_000 {
                found += usize::from(table.get(&number).is_some());
                table.put(number, number);
            }
        }
        assert!(found < 100, "{found}");
    }

    #[test]
    fn the_smallest_table_holds_something() {
        let table: Table<u64, u64> = Table::of_bytes(0);
        table.put(1, 2);
        assert_eq!(table.get(&1), Some(2));
        table.put(1, 3);
        assert_eq!((table.get(&1), table.count()), (Some(3), 1));
    }
}
