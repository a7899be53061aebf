//! The store in a file, with ten thousand entries and with a million: how long it takes to fill, to look up a
//! revocation and to find a chain, and how much memory.
//!
//! `cargo xtask bench store`; `ALLOD_BENCH_MOST=100000` for less than a million, `ALLOD_BENCH_FOLDER` for another
//! disk. It ends with the figures that are promised, and fails where one is not kept.
//!
//! The task sets `MALLOC_ARENA_MAX=1`: glibc gives threads heaps of their own, whose unused rest (a hundred megabytes
//! and more with hundreds of threads that write) would be measured instead of the store.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use allod::store::{DelegationStore, Found, Goal, RedbStore, RevocationStore, find_chain};
use allod::{
    Algorithm, Cid, Command, Delegation, Did, Evidence, MemoryResolver, Nonce, Revocation, SigningKey,
    Timestamp, Verified,
};
use criterion::{BenchmarkId, Criterion};

/// How many entries go into one transaction.
const BATCH: u64 = 10_000;
const FEW: u64 = 10_000;
const CACHE: usize = 32 * 1024 * 1024;

/// What is promised.
const LOOKUP: Duration = Duration::from_micros(20);
const CHAIN: Duration = Duration::from_millis(1);
const CHAIN_GROWTH: f64 = 2.0;
const MEMORY: u64 = 200 * 1024;

/// Kilobytes: the most that this process ever had in memory (`VmHWM`), or what it has (`VmRSS`).
fn memory(what: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
    line.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or_default()
}

fn key(number: u64) -> SigningKey {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    SigningKey::from_seed(Algorithm::Ed25519, &seed).unwrap()
}

/// The people of the test: some who give, many who are given to.
struct People {
    issuers: Vec<SigningKey>,
    audiences: Vec<Did>,
    command: Command,
}

impl People {
    fn new() -> Self {
        Self {
            issuers: (0..64).map(key).collect(),
            audiences: (1_000..2_000).map(|number| key(number).did()).collect(),
            command: "/photos/read".parse().unwrap(),
        }
    }

    /// One of many that have nothing to do with the chain that is looked for.
    fn unrelated(&self, number: u64) -> Verified<Delegation> {
        let issuer = &self.issuers[(number % 64) as usize];
        let audience = self.audiences[(number / 64 % 1_000) as usize].clone();
        let builder = Delegation::builder(audience, issuer.did(), self.command.clone());
        let builder = builder.nonce(Nonce::from_bytes(&number.to_be_bytes()));
        let end = Timestamp::from_seconds(2_000_000_000 + (number % 100_000) as i64).unwrap();
        builder.expires(end).sign(issuer).unwrap().verify().unwrap()
    }

    fn chain(&self) -> [Verified<Delegation>; 3] {
        let person = |number: u64| key(10_000 + number);
        [0, 1, 2].map(|link| {
            let builder = Delegation::builder(person(link + 1).did(), person(0).did(), self.command.clone());
            builder.sign(&person(link)).unwrap().verify().unwrap()
        })
    }
}

/// Fills a store with so many delegations and a chain; answers how long the store took for it.
fn fill(store: &RedbStore, people: &People, many: u64) -> Duration {
    let mut taken = Duration::ZERO;
    for begin in (0..many).step_by(BATCH as usize) {
        let batch: Vec<_> =
            (begin..(begin + BATCH).min(many)).map(|number| people.unrelated(number)).collect();
        let begun = Instant::now();
        store.put_delegations(&batch).unwrap();
        taken += begun.elapsed();
    }
    store.put_delegations(&people.chain()).unwrap();
    taken
}

fn revoked(number: u64) -> Cid {
    Cid::of(&number.to_be_bytes())
}

/// Fills a store with so many revocations, by many threads, so that they wait for the disk together.
fn revoke(store: &RedbStore, people: &People, many: u64) -> Duration {
    const THREADS: u64 = 256;
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                let issuer = &people.issuers[(thread % 64) as usize];
                let evidence = Evidence::danger_without_revocations(Timestamp::EPOCH);
                for number in (thread..many).step_by(THREADS as usize) {
                    let revocation = Revocation::builder(revoked(number), issuer.did()).sign(issuer).unwrap();
                    store.put_revocation(&revocation.verify(&evidence).unwrap(), None).unwrap();
                }
            });
        }
    });
    begun.elapsed()
}

/// The median and the slowest of a hundred, of so many.
fn times(many: u64, mut work: impl FnMut(u64)) -> (Duration, Duration) {
    let mut times: Vec<_> = (0..many)
        .map(|number| {
            let begun = Instant::now();
            work(number);
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Numbers below `most` in no order that a cache could guess.
fn scattered(number: u64, most: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) % most
}

fn look_for_chain(store: &RedbStore, people: &People) {
    let goal = Goal::new(
        key(10_003).did(),
        key(10_000).did(),
        people.command.clone(),
        Timestamp::from_seconds(1_900_000_000).unwrap(),
    );
    match find_chain(store, goal, &MemoryResolver::new()).unwrap() {
        Found::Chain(links) => assert_eq!(links.len(), 3),
        other => panic!("{other:?}"),
    }
}

fn create(folder: &Path, name: &str) -> RedbStore {
    RedbStore::options().cache(CACHE).create(folder.join(name)).unwrap()
}

fn size(folder: &Path, name: &str) -> u64 {
    fs::metadata(folder.join(name)).map_or(0, |file| file.len() / 1024 / 1024)
}

fn main() -> ExitCode {
    let most = std::env::var("ALLOD_BENCH_MOST").ok().and_then(|most| most.parse().ok()).unwrap_or(1_000_000);
    let folder = std::env::var_os("ALLOD_BENCH_FOLDER")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench"), PathBuf::from)
        .join(format!("store-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let people = People::new();
    let mut broken = Vec::new();
    let mut memories = vec![("at the start", memory("VmRSS:"))];

    let few = create(&folder, "few");
    let taken = fill(&few, &people, FEW);
    println!("{FEW} delegations put in {taken:.2?}");
    memories.push(("with the few", memory("VmRSS:")));
    let many = create(&folder, "many");
    let taken = fill(&many, &people, most);
    println!("{most} delegations put in {taken:.2?}, {} MiB on the disk", size(&folder, "many"));
    memories.push(("with the many", memory("VmRSS:")));

    let (at_few, _) = times(1_000, |_| look_for_chain(&few, &people));
    let (at_many, slow) = times(1_000, |_| look_for_chain(&many, &people));
    let growth = at_many.as_secs_f64() / at_few.as_secs_f64();
    println!(
        "a chain of 3 among {FEW}: {at_few:.1?}; among {most}: {at_many:.1?} (99 of 100 below {slow:.1?}), × {growth:.2}"
    );
    if std::env::var_os("ALLOD_BENCH_ONLY_CHAINS").is_some() {
        let (few, many) = (at_few.as_nanos(), at_many.as_nanos());
        println!("{{\"medians\": {{\"find_chain in {FEW}\": {few}, \"find_chain in {most}\": {many}}}}}");
        let _still_there = fs::remove_dir_all(&folder);
        return ExitCode::SUCCESS;
    }
    if at_many >= CHAIN || growth >= CHAIN_GROWTH {
        broken.push(format!(
            "a chain takes {at_many:.1?}, × {growth:.2}; {CHAIN:?} and × {CHAIN_GROWTH} are promised"
        ));
    }
    memories.push(("after looking for chains", memory("VmRSS:")));

    let taken = revoke(&many, &people, most);
    println!("{most} revocations signed, verified and put one by one, by 256 threads, in {taken:.2?}");
    memories.push(("with the revocations", memory("VmRSS:")));
    let issuers: Vec<Did> = people.issuers.iter().map(SigningKey::did).collect();
    let known = |number: u64| {
        let number = scattered(number, most);
        assert!(many.is_revoked(&revoked(number), &issuers[(number % 64) as usize]).unwrap());
    };
    let unknown =
        |number: u64| assert!(!many.is_revoked(&Cid::of(&number.to_le_bytes()[..7]), &issuers[0]).unwrap());
    let ((hit, slow_hit), (miss, slow_miss)) = (times(20_000, known), times(20_000, unknown));
    println!(
        "is_revoked among {most}: {hit:.1?} for one that is ({slow_hit:.1?}), {miss:.1?} for one that is not ({slow_miss:.1?})"
    );
    if hit.max(miss) >= LOOKUP {
        broken.push(format!("is_revoked takes {:.1?}; {LOOKUP:?} are promised", hit.max(miss)));
    }
    memories.push(("after looking them up", memory("VmRSS:")));

    let peak = memory("VmHWM:");
    for (when, kilobytes) in memories {
        println!("memory {when}: {} MiB", kilobytes / 1024);
    }
    println!("memory at most: {} MiB", peak / 1024);
    if peak >= MEMORY {
        broken.push(format!("{} MiB of memory; {} are promised", peak / 1024, MEMORY / 1024));
    }

    let mut criterion = Criterion::default().configure_from_args().measurement_time(Duration::from_secs(3));
    let mut group = criterion.benchmark_group("store");
    for (store, size) in [(&few, FEW), (&many, most)] {
        group.bench_with_input(BenchmarkId::new("find_chain", size), &size, |bench, _| {
            bench.iter(|| look_for_chain(store, &people));
        });
    }
    let mut number = 0;
    group.bench_function(BenchmarkId::new("is_revoked", most), |bench| {
        bench.iter(|| {
            number += 1;
            let number = scattered(number, most);
            black_box(many.is_revoked(&revoked(number), &issuers[(number % 64) as usize]).unwrap())
        });
    });
    group.finish();
    criterion.final_summary();

    drop((few, many));
    let opened = Instant::now();
    let again = RedbStore::options().cache(CACHE).open(folder.join("many")).unwrap();
    println!("opened and checked in {:.2?}, {} MiB on the disk", opened.elapsed(), size(&folder, "many"));
    drop(again);
    let opened = Instant::now();
    drop(RedbStore::options().cache(CACHE).without_check().open(folder.join("many")).unwrap());
    println!(
        "opened without check and closed in {:.2?}; memory at most: {} MiB",
        opened.elapsed(),
        memory("VmHWM:") / 1024
    );
    let _kept = fs::remove_dir_all(folder);
    for what in &broken {
        eprintln!("not kept: {what}");
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
