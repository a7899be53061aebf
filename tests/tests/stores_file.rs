//! The store in a file: what is opened, what is refused, and in which words.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use allod::store::{
    About, AuditLog, Begun, DelegationStore, End, NameStore, Query, ReceiptStore, RedbStore, ReplayEntry,
    ReplayStore, RevocationStore, StoreError,
};
use allod::{
    Cid, Delegation, Evidence, Nonce, Receipt, Results, Revocation, Timestamp, Verified, VerifiedReceipt,
    VerifiedRevocation,
};
use allod_tests::forge::{Principal, ed};
use redb::{Database, TableDefinition};

use crate::stores_power::Disk;

const ALICE: Principal = ed(1);
const BOB: Principal = ed(2);

/// A folder of its own for each test, gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _absent = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _absent = fs::remove_dir_all(&self.0);
    }
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_000).unwrap()
}

fn grant(nonce: u32) -> Verified<Delegation> {
    let builder = Delegation::builder(BOB.did(), ALICE.did(), "/photos/read".parse().unwrap());
    let builder = builder.nonce(Nonce::from_bytes(&nonce.to_be_bytes()));
    builder.sign(&ALICE.known().0).unwrap().verify().unwrap()
}

fn revocation(nonce: u32) -> VerifiedRevocation {
    let evidence = Evidence::danger_without_revocations(Timestamp::EPOCH);
    let revoked = Cid::of(&nonce.to_be_bytes());
    Revocation::builder(revoked, ALICE.did()).sign(&ALICE.known().0).unwrap().verify(&evidence).unwrap()
}

fn receipt(nonce: u32) -> VerifiedReceipt {
    let task = Cid::of(&nonce.to_be_bytes());
    Receipt::builder(task, Results::Ok(12.into())).nonce(Nonce::empty()).sign(&ALICE.known().0).unwrap()
}

fn entry(nonce: u32) -> ReplayEntry {
    let cid = |what: &[u8]| Cid::of(&[what, &nonce.to_be_bytes()].concat());
    ReplayEntry { invocation: cid(b"inv"), request: cid(b"req"), until: now() }
}

const MANY: u32 = 40;

/// Some of everything.
fn fill(store: &RedbStore) {
    let grants: Vec<_> = (0..MANY).map(grant).collect();
    store.put_delegations(&grants).unwrap();
    for number in 0..MANY {
        store.put_revocation(&revocation(number), None).unwrap();
        assert_eq!(store.begin(&entry(number), now(), 0).unwrap(), Begun::Fresh);
        store.finish(&entry(number).invocation, &receipt(number)).unwrap();
    }
    store.set_name("bob", Some(&BOB.did())).unwrap();
}

/// That all of it is there; in what is not, an error says so.
fn check(store: &RedbStore) -> Result<(), StoreError> {
    static RECEIPTS: OnceLock<Vec<VerifiedReceipt>> = OnceLock::new();
    let receipts = RECEIPTS.get_or_init(|| (0..MANY).map(receipt).collect());
    let query = Query { end: End::To(BOB.did()), about: About::Subject(ALICE.did()) };
    assert_eq!(store.delegations(&query, None, 1_000)?.items.len(), MANY as usize);
    assert_eq!(store.revocations(None, 1_000)?.items.len(), MANY as usize);
    for number in 0..MANY {
        assert!(store.is_revoked(&Cid::of(&number.to_be_bytes()), &ALICE.did())?);
        let begun = store.begin(&entry(number), now(), 0)?;
        let expected = &receipts[number as usize];
        assert_eq!(
            begun,
            Begun::Seen {
                invocation: entry(number).invocation,
                receipt: Some(expected.cid()),
                running: false
            }
        );
        assert_eq!(store.receipt(&expected.cid())?.as_ref(), Some(&**expected));
    }
    assert_eq!(store.names()?, [("bob".to_owned(), BOB.did())]);
    Ok(())
}

fn damage(path: &Path) -> String {
    match RedbStore::open(path) {
        Err(error @ StoreError::Damaged { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = Folder::new("again");
    let path = folder.file("state.allod");
    let store = RedbStore::create(&path).unwrap();
    fill(&store);
    assert_eq!(store.begin(&entry(9_999), now(), 0).unwrap(), Begun::Fresh);
    let still = store.begin(&entry(9_999), now(), 0).unwrap();
    assert!(matches!(still, Begun::Seen { running: true, .. }));
    drop(store);
    let store = RedbStore::open(&path).unwrap();
    check(&store).unwrap();
    let gone = store.begin(&entry(9_999), now(), 0).unwrap();
    assert!(
        matches!(gone, Begun::Seen { running: false, receipt: None, .. }),
        "whoever was at it is gone: {gone:?}"
    );
    assert_eq!(store.latest_time().unwrap(), Some(now()));
    store.close().unwrap();
    check(&RedbStore::options().without_check().cache(1 << 20).open(&path).unwrap()).unwrap();
    check(&RedbStore::open_or_create(&path).unwrap()).unwrap();
    // What is not moved into its place is cleaned away.
    let files: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["state.allod"]);
}

#[test]
fn a_file_is_made_once_and_for_its_owner() {
    let folder = Folder::new("made");
    let path = folder.file("state.allod");
    assert!(
        matches!(RedbStore::open(&path), Err(StoreError::NotThere { path }) if path.ends_with("state.allod"))
    );
    assert!(!path.exists(), "opening makes none");
    drop(RedbStore::open_or_create(&path).unwrap());
    assert!(matches!(RedbStore::create(&path), Err(StoreError::AlreadyThere { .. })));
    let other = folder.file("notes.txt");
    fs::write(&other, "dear diary").unwrap();
    assert!(matches!(RedbStore::create(&other), Err(StoreError::AlreadyThere { .. })));
    assert!(matches!(RedbStore::open_or_create(&other), Err(StoreError::Damaged { .. })));
    assert_eq!(fs::read(&other).unwrap(), b"dear diary");
    assert!(matches!(RedbStore::create(folder.file("no/such/folder")), Err(StoreError::Device(_))));
    assert!(matches!(RedbStore::open(&folder.0), Err(StoreError::Device(_))), "a folder");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::os::unix::fs::symlink(folder.file("nowhere"), folder.file("link")).unwrap();
        assert!(matches!(RedbStore::create(folder.file("link")), Err(StoreError::AlreadyThere { .. })));
    }
}

#[test]
fn of_two_that_have_it_open_the_second_is_told() {
    let folder = Folder::new("in-use");
    let path = folder.file("state.allod");
    let store = RedbStore::create(&path).unwrap();
    for _ in 0..2 {
        assert!(matches!(RedbStore::open(&path), Err(StoreError::InUse)));
        assert!(matches!(RedbStore::open_or_create(&path), Err(StoreError::InUse)));
    }
    store.set_name("bob", Some(&BOB.did())).unwrap();
    drop(store);
    assert_eq!(RedbStore::open(&path).unwrap().names().unwrap().len(), 1);
}

#[test]
fn what_is_no_store_is_never_an_empty_one() {
    let folder = Folder::new("no-store");
    let path = folder.file("state.allod");
    fs::write(&path, "").unwrap();
    assert!(damage(&path).contains("empty"), "{}", damage(&path));
    for garbage in
        [vec![0; 10], vec![0; 100_000], b"dear diary".repeat(2_000), b"redb\x1A\x0A\xA9\x0D\x0A".to_vec()]
    {
        fs::write(&path, &garbage).unwrap();
        damage(&path);
        assert_eq!(fs::read(&path).unwrap(), garbage, "and it is left as it was");
        assert!(matches!(RedbStore::options().without_check().open(&path), Err(StoreError::Damaged { .. })));
    }
    let mut magic = b"redb\x1A\x0A\xA9\x0D\x0A".to_vec();
    magic.resize(100_000, 0xA5);
    fs::write(&path, &magic).unwrap();
    damage(&path);

    // Of somebody else.
    fs::remove_file(&path).unwrap();
    let database = Database::create(&path).unwrap();
    drop(database);
    assert!(damage(&path).contains("no store of allod"), "{}", damage(&path));
    let database = Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TableDefinition::<u64, u64>::new("delegations")).unwrap();
    transaction.commit().unwrap();
    drop(database);
    assert!(damage(&path).contains("no store of allod"), "{}", damage(&path));
    // Of somebody else who also has a table of that name.
    let database = Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TableDefinition::<u64, u64>::new("allod.meta")).unwrap();
    transaction.commit().unwrap();
    drop(database);
    damage(&path);
}

#[test]
fn a_newer_format_is_refused_by_name() {
    let folder = Folder::new("newer");
    let path = folder.file("state.allod");
    drop(RedbStore::create(&path).unwrap());
    let set = |format: &[u8]| {
        let database = Database::open(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        let meta = TableDefinition::<&[u8], &[u8]>::new("allod.meta");
        transaction.open_table(meta).unwrap().insert(&b"format"[..], format).unwrap();
        transaction.commit().unwrap();
    };
    set(&7_u32.to_be_bytes());
    let error = RedbStore::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::NewerFormat { found: 7, known: 1 }), "{error}");
    assert!(error.to_string().contains("format 7") && error.to_string().contains("newer version"), "{error}");
    for format in [&0_u32.to_be_bytes()[..], b"", b"12345"] {
        set(format);
        damage(&path);
    }
    set(&1_u32.to_be_bytes());
    RedbStore::open(&path).unwrap();
}

/// A closed file with some of everything, and its bytes.
fn filled(folder: &Folder) -> (PathBuf, Vec<u8>) {
    let path = folder.file("state.allod");
    let store = RedbStore::create(&path).unwrap();
    fill(&store);
    store.close().unwrap();
    let bytes = fs::read(&path).unwrap();
    (path, bytes)
}

#[test]
fn a_file_cut_short_is_damaged() {
    let folder = Folder::new("short");
    let (path, bytes) = filled(&folder);
    let steps = (0..bytes.len()).step_by(4096).chain((0..4096).step_by(64)).chain([bytes.len() - 1]);
    for length in steps {
        fs::write(&path, &bytes[..length]).unwrap();
        damage(&path);
    }
    fs::write(&path, &bytes).unwrap();
    check(&RedbStore::open(&path).unwrap()).unwrap();
}

#[test]
fn with_any_bit_flipped_it_is_whole_or_damaged() {
    let folder = Folder::new("flipped");
    let (path, bytes) = filled(&folder);
    // Each bit of the head, and one here and there of the rest.
    let bits = (0..320 * 8).chain((320 * 8..bytes.len() * 8).step_by(5_003));
    let (mut whole, mut damaged) = (0, 0);
    for bit in bits {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // Most of them in memory; the first few, where a file says what it is, on the disk.
        let store = if bit < 128 {
            fs::write(&path, &flipped).unwrap();
            RedbStore::open(&path)
        } else {
            RedbStore::on_backend(Disk::of(flipped))
        };
        match store {
            Ok(store) => {
                check(&store).unwrap_or_else(|error| panic!("bit {bit}: {error}"));
                whole += 1;
            }
            // One of them turns the version of the storage into an older one.
            Err(StoreError::Damaged { .. } | StoreError::OlderStorage { .. }) => damaged += 1,
            Err(error) => panic!("bit {bit}: {error}"),
        }
    }
    assert!(whole > 0 && damaged > 100, "{whole} whole, {damaged} damaged");
}

#[test]
fn unchecked_damage_is_no_panic() {
    let folder = Folder::new("unchecked");
    let (_, bytes) = filled(&folder);
    for bit in (0..bytes.len() * 8).step_by(8_009) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let Ok(store) = RedbStore::options().without_check().on_backend(Disk::of(flipped)) else { continue };
        // What is missed is missed; whatever comes back was parsed anew.
        let query = Query { end: End::To(BOB.did()), about: About::Subject(ALICE.did()) };
        for token in store.delegations(&query, None, 1_000).map(|page| page.items).unwrap_or_default() {
            assert!(token.verify().is_ok());
        }
        let _read = store.revocations(None, 1_000).map(|page| page.items.len());
        let _read = (store.names(), store.entries(None, 10), store.receipt(&receipt(1).cid()));
        let _begun = store.begin(&entry(1_000_000), now(), 0);
        let _put = store.put_revocation(&revocation(1_000_000), None);
        let _swept = store.sweep_replays(0);
    }
}

#[test]
fn what_somebody_else_wrote_into_it_is_damage() {
    let folder = Folder::new("other-bytes");
    let (path, _) = filled(&folder);
    let database = Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    let bytes = |name: &'static str| TableDefinition::<&[u8], &[u8]>::new(name);
    {
        let mut delegations = transaction.open_table(bytes("delegations")).unwrap();
        delegations.insert(&grant(1).cid().digest()[..], grant(2).as_bytes()).unwrap();
        delegations.insert(&grant(3).cid().digest()[..], &b"no token"[..]).unwrap();
        let mut receipts = transaction.open_table(bytes("receipts")).unwrap();
        receipts.insert(&receipt(1).cid().digest()[..], receipt(2).token().as_bytes()).unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    let store = RedbStore::open(&path).unwrap();
    for number in [1, 3] {
        assert!(matches!(store.delegation(&grant(number).cid()), Err(StoreError::Damaged { .. })));
    }
    let query = Query { end: End::By(ALICE.did()), about: About::Anyone };
    assert!(matches!(store.delegations(&query, None, 1_000), Err(StoreError::Damaged { .. })));
    assert!(store.delegation(&grant(2).cid()).unwrap().is_some());
    assert!(matches!(store.receipt(&receipt(1).cid()), Err(StoreError::Damaged { .. })));
    assert!(matches!(store.receipts_of(&receipt(1).ran(), &ALICE.did(), 9), Err(StoreError::Damaged { .. })));
    assert!(store.receipt(&receipt(2).cid()).unwrap().is_some());
}

#[test]
fn a_backup_is_one_state_while_others_write() {
    let folder = Folder::new("backup");
    let (path, _) = filled(&folder);
    let store = RedbStore::open(&path).unwrap();
    let written = AtomicUsize::new(0);
    let stop = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in MANY.. {
                // Two in a row: a copy never has the second without the first.
                store.put_revocation(&revocation(number), None).unwrap();
                written.fetch_add(1, Ordering::SeqCst);
                if stop.load(Ordering::SeqCst) == 1 {
                    break;
                }
            }
        });
        for copy in 0..5 {
            let before = written.load(Ordering::SeqCst) + MANY as usize;
            let copy = folder.file(&format!("copy-{copy}"));
            store.backup(&copy).unwrap();
            let after = written.load(Ordering::SeqCst) + MANY as usize + 1;
            let copy = RedbStore::open(&copy).unwrap();
            let revoked = copy.revocations(None, 100_000).unwrap().items;
            assert!((before..=after).contains(&revoked.len()), "{before} ≤ {} ≤ {after}", revoked.len());
            let revoked: BTreeSet<_> = revoked.iter().map(|kept| kept.revocation.revoked()).collect();
            assert!(
                (0..u32::try_from(revoked.len()).unwrap())
                    .all(|n| revoked.contains(&Cid::of(&n.to_be_bytes())))
            );
            assert_eq!(copy.names().unwrap(), store.names().unwrap());
            assert_eq!(copy.receipt(&receipt(5).cid()).unwrap().as_ref(), Some(&*receipt(5)));
            copy.set_name("alice", Some(&ALICE.did())).unwrap();
        }
        stop.store(1, Ordering::SeqCst);
    });
    assert!(matches!(store.backup(folder.file("copy-1")), Err(StoreError::AlreadyThere { .. })));
    assert!(matches!(store.backup(&path), Err(StoreError::AlreadyThere { .. })), "not over itself either");
    assert_eq!(store.names().unwrap().len(), 1, "a copy is another store");
}

#[test]
fn sixteen_threads_begin_ten_thousand_executions_once_each() {
    const EACH: u32 = 10_000;
    let folder = Folder::new("sixteen");
    let store = RedbStore::create(folder.file("state.allod")).unwrap();
    let done = receipt(0);
    let fresh: u32 = std::thread::scope(|scope| {
        let (store, done) = (&store, &done);
        // Each begins elsewhere, and they meet.
        let thread = move |number: u32| {
            scope.spawn(move || {
                let mut fresh = 0;
                for step in 0..EACH {
                    let entry = entry((step + number * EACH / 16) % EACH);
                    if store.begin(&entry, now(), 0).unwrap() == Begun::Fresh {
                        store.finish(&entry.invocation, done).unwrap();
                        fresh += 1;
                    }
                }
                fresh
            })
        };
        let threads: Vec<_> = (0..16).map(thread).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(fresh, EACH);
}
