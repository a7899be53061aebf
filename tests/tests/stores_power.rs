//! The store on storage that loses power between any two writes, that fills up, and that fails.
//!
//! What was written and not yet synced is kept, lost or torn by chance, each write for itself. Whatever is left: it
//! opens, and nothing is missing that was acknowledged.

use std::io;
use std::sync::{Arc, Mutex};

use allod::store::{
    About, AuditEntry, AuditLog, AuditVerdict, Begun, DelegationStore, End, NameStore, Query, ReceiptStore,
    RedbStore, ReplayEntry, ReplayStore, RevocationStore, StoreError,
};
use allod::{
    Cid, Delegation, Evidence, Nonce, Receipt, Results, Revocation, Timestamp, Verified, VerifiedReceipt,
    VerifiedRevocation,
};
use allod_tests::forge::{Principal, ed};
use redb::StorageBackend;

const ALICE: Principal = ed(1);
const BOB: Principal = ed(2);

/// What happened to the storage, in order.
#[derive(Debug, Clone)]
enum Event {
    Write(u64, Vec<u8>),
    Length(u64),
    Sync,
    /// So much of the workload was acknowledged.
    Acknowledged(usize),
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    events: Vec<Event>,
    /// Operations that change something, or sync it, so far.
    operations: usize,
    /// The operations that fail.
    failing: Option<(usize, usize)>,
    /// The most bytes that there is room for.
    room: Option<u64>,
}

/// Storage in memory, which remembers what happened to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

impl Disk {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(State { bytes, ..State::default() })))
    }

    fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap().events.clone()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().bytes.clone()
    }

    fn operate(&self, end: u64, event: Event) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.operations += 1;
        let operation = state.operations;
        if state.failing.is_some_and(|(from, until)| (from..until).contains(&operation)) {
            return Err(io::Error::other("the device does not answer"));
        }
        if state.room.is_some_and(|room| end > room) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        apply(&mut state.bytes, &event);
        state.events.push(event);
        Ok(())
    }
}

fn apply(bytes: &mut Vec<u8>, event: &Event) {
    match event {
        Event::Write(offset, data) => {
            let start = usize::try_from(*offset).unwrap();
            bytes.resize(bytes.len().max(start + data.len()), 0);
            bytes[start..start + data.len()].copy_from_slice(data);
        }
        Event::Length(length) => bytes.resize(usize::try_from(*length).unwrap(), 0),
        Event::Sync | Event::Acknowledged(_) => {}
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.0.lock().unwrap();
        let start = usize::try_from(offset).unwrap();
        let part = state.bytes.get(start..start + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(part);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.operate(len, Event::Length(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.operate(0, Event::Sync)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.operate(offset + data.len() as u64, Event::Write(offset, data.to_vec()))
    }
}

/// Chance that comes out the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap()
    }
}

/// How a disk writes at least at once.
const SECTOR: usize = 512;

/// What is left of what was not synced.
fn survive(synced: &[u8], pending: &[Event], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = synced.to_vec();
    // Everything, nothing, or each write by chance.
    let mood = chance.below(6);
    for event in pending {
        match (event, if mood < 2 { mood } else { chance.below(4) }) {
            (_, 1) => {}
            (Event::Write(offset, data), 2) => {
                // Only its beginning, at any byte.
                let length = chance.below(data.len());
                apply(&mut bytes, &Event::Write(*offset, data[..length].to_vec()));
            }
            (Event::Write(offset, data), 3) => {
                // Some of its sectors.
                for (number, sector) in data.chunks(SECTOR).enumerate() {
                    if chance.below(2) == 0 {
                        let at = offset + (number * SECTOR) as u64;
                        apply(&mut bytes, &Event::Write(at, sector.to_vec()));
                    }
                }
            }
            (event, _) => apply(&mut bytes, event),
        }
    }
    bytes
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_000).unwrap()
}

/// Everything that the workload puts, signed once.
struct Things {
    grants: Vec<Verified<Delegation>>,
    revocations: Vec<VerifiedRevocation>,
    receipts: Vec<VerifiedReceipt>,
}

const ROUNDS: usize = 12;

fn things() -> Things {
    let key = &ALICE.known().0;
    let evidence = Evidence::danger_without_revocations(Timestamp::EPOCH);
    let grants: Vec<_> = (0..3 * ROUNDS)
        .map(|number| {
            let builder = Delegation::builder(BOB.did(), ALICE.did(), "/photos/read".parse().unwrap());
            let builder = builder.nonce(Nonce::from_bytes(&number.to_be_bytes()));
            let builder = if number % 3 == 0 { builder.expires(now()) } else { builder };
            builder.sign(key).unwrap().verify().unwrap()
        })
        .collect();
    let revocations = grants.iter().take(ROUNDS).map(|grant| {
        let revocation = Revocation::builder(grant.cid(), ALICE.did()).sign(key).unwrap();
        revocation.verify(&evidence).unwrap()
    });
    let receipts = (0..ROUNDS).map(|number| {
        let builder = Receipt::builder(Cid::of(&number.to_be_bytes()), Results::Ok(12.into()));
        builder.nonce(Nonce::empty()).sign(key).unwrap()
    });
    Things { revocations: revocations.collect(), receipts: receipts.collect(), grants }
}

fn entry(number: usize) -> ReplayEntry {
    let cid = |what: &[u8]| Cid::of(&[what, &number.to_be_bytes()].concat());
    ReplayEntry { invocation: cid(b"inv"), request: cid(b"req"), until: now().plus(100) }
}

const STEPS: usize = 7;

/// One step of the workload.
fn step(store: &RedbStore, things: &Things, number: usize) -> Result<(), StoreError> {
    let round = number / STEPS;
    match number % STEPS {
        0 => store.put_delegations(&things.grants[3 * round..3 * round + 3]).map(drop),
        1 => store.put_revocation(&things.revocations[round], None).map(drop),
        2 => store.begin(&entry(round), now().plus(round as i64), 0).map(drop),
        3 => store.finish(&entry(round).invocation, &things.receipts[round]),
        4 => store.set_name(&format!("bob {round}"), Some(&BOB.did())),
        5 => store.record(&AuditEntry {
            at: now(),
            invocation: None,
            issuer: None,
            subject: None,
            command: None,
            verdict: AuditVerdict::Executed,
            chain: Vec::new(),
            arguments: None,
        }),
        _ if round % 4 == 3 => store.sweep_delegations(now().plus(1)).map(drop),
        _ => store.set_synced_at(now().plus(round as i64)),
    }
}

/// That whatever was acknowledged is there, and that what was not is there whole or not at all.
fn check(store: &RedbStore, things: &Things, acknowledged: usize) -> Result<(), StoreError> {
    let done = |step: usize, round: usize| round * STEPS + step < acknowledged;
    for round in 0..ROUNDS {
        let held =
            things.grants[3 * round + 1..3 * round + 3].iter().map(|grant| store.delegation(&grant.cid()));
        let held = held.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().count();
        assert!(held == 2 || (held == 0 && !done(0, round)), "round {round}: {held} delegations");
        let revoked = store.is_revoked(&things.grants[round].cid(), &ALICE.did())?;
        assert!(revoked || !done(1, round), "round {round}: the revocation is lost");
        let expected = things.receipts[round].cid();
        let receipt = store.receipt(&expected)?;
        assert!(receipt.is_some() || !done(3, round), "round {round}: the receipt is lost");
        if receipt.is_some() || done(2, round) {
            let begun = store.begin(&entry(round), now().plus(ROUNDS as i64), 100)?;
            let receipt = receipt.map(|receipt| receipt.cid());
            let expected = Begun::Seen { invocation: entry(round).invocation, receipt, running: false };
            assert_eq!(begun, expected, "round {round}: the replay entry is lost");
        }
    }
    let names = store.names()?.len();
    assert!(names >= (0..ROUNDS).filter(|round| done(4, *round)).count());
    let logged = store.entries(None, 1_000)?.items.len();
    assert!(logged >= (0..ROUNDS).filter(|round| done(5, *round)).count());
    // The listings fit what is there.
    let query = Query { end: End::To(BOB.did()), about: About::Subject(ALICE.did()) };
    for token in store.delegations(&query, None, 1_000)?.items {
        assert!(store.delegation(&token.cid())?.is_some());
    }
    assert_eq!(store.revocations(None, 1_000)?.next, None);
    Ok(())
}

/// An empty store. A file appears only once it is that much, so it is where each test begins.
fn empty() -> Vec<u8> {
    let disk = Disk::default();
    RedbStore::on_backend(disk.clone()).unwrap().close().unwrap();
    disk.bytes()
}

/// The whole workload, and what happened to the storage.
fn record(things: &Things) -> Vec<Event> {
    let disk = Disk::of(empty());
    let store = RedbStore::on_backend(disk.clone()).unwrap();
    for number in 0..ROUNDS * STEPS {
        step(&store, things, number).unwrap();
        disk.0.lock().unwrap().events.push(Event::Acknowledged(number + 1));
    }
    store.close().unwrap();
    disk.events()
}

/// Calls `cut` for each point at which the power may fail: with what was synced, what was only written, and how much was
/// acknowledged.
fn cuts(start: &[u8], events: &[Event], mut cut: impl FnMut(usize, &[u8], &[Event], usize)) {
    let (mut synced, mut pending, mut acknowledged) = (start.to_vec(), Vec::new(), 0);
    cut(0, &synced, &pending, acknowledged);
    for (number, event) in events.iter().enumerate() {
        match event {
            Event::Sync => pending.drain(..).for_each(|event| apply(&mut synced, &event)),
            Event::Acknowledged(steps) => acknowledged = *steps,
            event => pending.push(event.clone()),
        }
        cut(number + 1, &synced, &pending, acknowledged);
    }
}

#[test]
fn power_cut_between_any_two_writes_loses_nothing() {
    let things = things();
    let events = record(&things);
    let mut chance = Chance(1);
    let mut opened = 0;
    cuts(&empty(), &events, |number, synced, pending, acknowledged| {
        for variant in 0..2 {
            let left = survive(synced, pending, &mut chance);
            let disk = Disk::of(left.clone());
            let store = RedbStore::on_backend(disk.clone())
                .unwrap_or_else(|error| panic!("cut {number}, variant {variant}: {error}"));
            check(&store, &things, acknowledged)
                .unwrap_or_else(|error| panic!("cut {number}, variant {variant}: {error}"));
            opened += 1;
            // Once more while it is being mended, here and there.
            if variant == 0 && number % 29 == 0 {
                drop(store);
                cuts(&left, &disk.events(), |again, synced, pending, _| {
                    let left = survive(synced, pending, &mut chance);
                    let store = RedbStore::on_backend(Disk::of(left))
                        .unwrap_or_else(|error| panic!("cut {number}, then {again}: {error}"));
                    check(&store, &things, acknowledged)
                        .unwrap_or_else(|error| panic!("cut {number}, then {again}: {error}"));
                    opened += 1;
                });
            }
        }
    });
    println!("{} events, opened {opened} times", events.len());
    assert!(events.len() > 500 && opened > 2_000, "{} events, opened {opened} times", events.len());
}

/// The workload until it fails, and what it says then.
fn until_it_fails(store: &RedbStore, things: &Things) -> (usize, Option<StoreError>) {
    for number in 0..ROUNDS * STEPS {
        if let Err(error) = step(store, things, number) {
            return (number, Some(error));
        }
    }
    (ROUNDS * STEPS, None)
}

/// What was acknowledged is there once it is opened again, and it can be used.
fn sound_again(disk: &Disk, things: &Things, acknowledged: usize, what: &str) {
    let store =
        RedbStore::on_backend(Disk::of(disk.bytes())).unwrap_or_else(|error| panic!("{what}: {error}"));
    check(&store, things, acknowledged).unwrap_or_else(|error| panic!("{what}: {error}"));
    store.set_name("after", Some(&ALICE.did())).unwrap_or_else(|error| panic!("{what}: {error}"));
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let things = things();
    let mut full = 0;
    for room in (0..700 * 1024).step_by(4096) {
        let disk = Disk::of(empty());
        let blank = RedbStore::on_backend(disk.clone());
        let Ok(store) = blank else { continue };
        disk.0.lock().unwrap().room = Some(room);
        let (done, error) = until_it_fails(&store, &things);
        let Some(error) = error else { continue };
        full += 1;
        assert!(matches!(error, StoreError::Device(_)), "{room} bytes: {error}");
        assert!(error.to_string().contains("no storage space"), "{room} bytes: {error}");
        // It does not go on as if nothing had happened.
        let more = store.put_revocation(&things.revocations[ROUNDS - 1], None);
        assert!(more.is_err() || disk.bytes().len() as u64 <= room, "{room} bytes");
        drop(store);
        sound_again(&disk, &things, done, &format!("{room} bytes"));
    }
    assert!(full > 10, "full {full} times");
}

#[test]
fn a_device_that_fails_once_is_told_and_loses_nothing() {
    let things = things();
    let operations = {
        let disk = Disk::of(empty());
        let store = RedbStore::on_backend(disk.clone()).unwrap();
        let (_, error) = until_it_fails(&store, &things);
        assert!(error.is_none());
        drop(store);
        disk.0.lock().unwrap().operations
    };
    let mut told = 0;
    for failing in (1..=operations).step_by(3) {
        let disk = Disk::of(empty());
        disk.0.lock().unwrap().failing = Some((failing, failing + 1));
        let done = match RedbStore::on_backend(disk.clone()) {
            Ok(store) => {
                let (done, error) = until_it_fails(&store, &things);
                if let Some(error) = error {
                    assert!(matches!(error, StoreError::Device(_)), "operation {failing}: {error}");
                    let next = store.set_name("next", Some(&ALICE.did()));
                    assert!(matches!(next, Err(StoreError::InDoubt)), "operation {failing}: {next:?}");
                    told += 1;
                }
                done
            }
            Err(StoreError::Device(_)) => 0,
            Err(error) => panic!("operation {failing}: {error}"),
        };
        sound_again(&disk, &things, done, &format!("operation {failing}"));
    }
    assert!(told > 100, "told {told} times of {operations}");
}
