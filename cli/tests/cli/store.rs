//! The store in `ALLOD_HOME`: when it is made, who waits for it, and what if it cannot be read.

use std::process::Stdio;
use std::time::{Duration, Instant};

use allod::store::RedbStore;

use super::support::Bench;

const ALBUM_TO_ALICE: [&str; 7] = ["grant", "--key", "album", "--to", "alice", "--command", "/photos"];

fn with_keys() -> Bench {
    let bench = Bench::new();
    for name in ["album", "alice", "bob"] {
        bench.ok(&["key", "new", name]);
    }
    bench
}

#[test]
fn a_store_is_made_when_something_is_kept_and_not_before() {
    let bench = with_keys();
    let alone = bench.elsewhere("apart");
    alone.ok(&["key", "new", "album"]);
    alone.ok(&["invoke", "--key", "album", "--subject", "album", "--command", "/x", "--out", "request"]);
    let looking: [(&[&str], i32); 14] = [
        (&["list"], 0),
        (&["list", "--json"], 0),
        (&["log"], 0),
        (&["log", "--json"], 0),
        (&["name", "list"], 0),
        (&["name", "--forget", "Bob"], 2),
        (&["revocations", "list"], 0),
        (&["revocations", "export"], 0),
        (&["inspect", "request"], 0),
        (&["check", "request", "--executor", "album"], 1),
        (&["invoke", "--key", "alice", "--subject", "album", "--command", "/x"], 2),
        (&["revoke", "zdpuAn6yrKZTv1W4Bf4stBmgNMaLBvcPJ6YnwZMeuZHPFMEvg", "--key", "alice"], 2),
        (&["grant", "--key", "alice", "--to", "bob", "--subject", "album", "--command", "/x"], 2),
        (&["grant", "--key", "alice", "--to", "bob", "--command", "nonsense"], 2),
    ];
    for (arguments, code) in looking {
        let ran = bench.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(!bench.store().exists(), "{arguments:?} made a store");
    }
    bench.ok(&ALBUM_TO_ALICE);
    assert!(bench.store().exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(bench.store()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let left: Vec<_> = std::fs::read_dir(bench.path("home")).unwrap().collect();
    assert_eq!(left.len(), 2, "keys and the store, and no draft of it");
    // Another home is another world.
    assert!(!alone.store().exists());
    assert_eq!(bench.json(&["list"])[0]["given"].as_array().unwrap().len(), 1);
    assert_eq!(alone.json(&["list"])[0]["given"].as_array().unwrap().len(), 0);
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn without_allod_home_it_is_in_the_platforms_folder() {
    let bench = with_keys();
    let mut command = bench.command(&["key", "new", "me"]);
    let run = |command: &mut std::process::Command| {
        command.env_remove("ALLOD_HOME").env("XDG_DATA_HOME", bench.path("data")).stdin(Stdio::null());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run(&mut command);
    run(&mut bench.command(&["name", "Bob", &bench.did("bob")]));
    assert!(bench.path("data/allod/store.redb").exists() && !bench.store().exists());
}

#[test]
fn the_second_waits_for_the_first_and_says_so() {
    let bench = with_keys();
    bench.ok(&ALBUM_TO_ALICE);
    for (arguments, waiting) in
        [(&["list"][..], "waiting for another allod"), (&["list", "--json"], "{\"waiting\":")]
    {
        let held = RedbStore::open(bench.store()).unwrap();
        let child = bench.command(arguments).stdin(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(2_500));
        drop(held);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains(waiting) && said.contains("store.redb"), "{said}");
        assert!(String::from_utf8(output.stdout).unwrap().contains("/photos"));
    }
}

#[test]
fn the_second_gives_up_at_last_and_says_why() {
    let bench = with_keys();
    bench.ok(&ALBUM_TO_ALICE);
    let before = bench.json(&["list"]);
    let held = RedbStore::open(bench.store()).unwrap();
    let begun = Instant::now();
    let ran = bench.run(&[&ALBUM_TO_ALICE[..], &["--json"]].concat());
    assert!(begun.elapsed() >= Duration::from_secs(9));
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let error: serde_json::Value = serde_json::from_str(ran.err.lines().last().unwrap()).unwrap();
    assert!(error["error"].as_str().unwrap().contains("another process has the store"), "{error}");
    assert!(error["remedy"].as_str().unwrap().contains("try again"), "{error}");
    // What needs no store does not wait.
    bench.ok(&["key", "list"]);
    bench.run_with(&["check", "--batch"], b"");
    drop(held);
    assert_eq!(bench.json(&["list"]), before);
}

#[test]
fn many_at_once_lose_nothing() {
    let bench = with_keys();
    // None of them finds a store.
    let children: Vec<_> =
        (0..6).map(|_| bench.command(&ALBUM_TO_ALICE).stdin(Stdio::null()).spawn().unwrap()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let listed = bench.json(&["list", "--key", "album"]);
    assert_eq!(listed[0]["given"].as_array().unwrap().len(), 6);
}

#[test]
fn what_was_handed_out_is_kept_whatever_happens_next() {
    use std::io::Read;
    let bench = with_keys();
    let mut child = bench.command(&ALBUM_TO_ALICE).stdin(Stdio::null()).spawn().unwrap();
    // Killed as soon as the first byte of the container is there.
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(bench.json(&["list", "--key", "album"])[0]["given"].as_array().unwrap().len(), 1);
}

#[test]
fn what_nobody_got_is_not_listed_as_given() {
    let bench = with_keys();
    bench.write("taken", "precious");
    for out in ["taken", "no/such/folder/x"] {
        let ran = bench.run(&[&ALBUM_TO_ALICE[..], &["--out", out]].concat());
        assert_eq!(ran.code, 2, "{}", ran.err);
    }
    assert_eq!(bench.json(&["list", "--key", "album"])[0]["given"].as_array().unwrap().len(), 0);
}

/// Commands that go by the store.
const BY_THE_STORE: [&[&str]; 10] = [
    &["list"],
    &["log"],
    &["name", "list"],
    &["name", "Bob", "bob"],
    &["revocations", "list"],
    &["revocations", "synced"],
    &["receive", "a"],
    &["check", "request", "--executor", "album"],
    &["invoke", "--key", "album", "--subject", "album", "--command", "/x"],
    &ALBUM_TO_ALICE,
];

fn with_request() -> Bench {
    let bench = with_keys();
    bench.ok(&[&ALBUM_TO_ALICE[..], &["--out", "a"]].concat());
    bench.ok(&["invoke", "--key", "alice", "--subject", "album", "--command", "/photos", "--out", "request"]);
    bench
}

#[track_caller]
fn refused_by_all(bench: &Bench, part: &str) {
    for arguments in BY_THE_STORE {
        let ran = bench.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(part) && ran.err.contains("store.redb"), "{arguments:?}: {}", ran.err);
    }
    // A look at a file does not depend on it, nor does a decision on what is given alone.
    let ran = bench.run(&["inspect", "request"]);
    assert!(ran.code == 0 && ran.err.contains(part), "{}", ran.err);
    bench.ok(&["check", "request", "--executor", "album", "--no-store"]);
    bench.ok(&["key", "list"]);
}

#[test]
fn a_damaged_store_is_an_error_and_never_an_empty_one() {
    let bench = with_request();
    let whole = std::fs::read(bench.store()).unwrap();
    for damaged in [Vec::new(), b"no store".to_vec(), whole[..whole.len() / 2].to_vec(), vec![0; whole.len()]]
    {
        std::fs::write(bench.store(), &damaged).unwrap();
        refused_by_all(&bench, "is damaged");
        assert!(std::fs::read(bench.store()).unwrap() == damaged, "it is as it was");
    }
    std::fs::write(bench.store(), whole).unwrap();
    assert_eq!(bench.json(&["list", "--key", "album"])[0]["given"].as_array().unwrap().len(), 1);
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let bench = with_request();
    let database = redb::Database::open(bench.store()).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let meta = redb::TableDefinition::<&[u8], &[u8]>::new("allod.meta");
        let mut meta = transaction.open_table(meta).unwrap();
        meta.insert(&b"format"[..], &99_u32.to_be_bytes()[..]).unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    refused_by_all(&bench, "has format 99");
}

#[test]
fn a_backup_is_a_store_like_any_other_and_replaces_nothing() {
    let bench = Bench::new();
    let none = bench.run(&["backup", "copy.redb"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("no store yet"), "{}", none.err);
    bench.ok(&["key", "new", "alice"]);
    bench.ok(&["key", "new", "bob"]);
    bench.ok(&["grant", "--key", "alice", "--to", "bob", "--command", "/x", "--out", "x.ucan"]);
    assert!(bench.ok(&["backup", "copy.redb"]).contains("copy.redb"));
    let again = bench.run(&["backup", "copy.redb"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("already") && again.err.contains("name another"), "{}", again.err);
    let listed = bench.ok(&["list", "--json"]);
    std::fs::rename(bench.path("copy.redb"), bench.store()).unwrap();
    assert_eq!(bench.ok(&["list", "--json"]), listed);
    assert_eq!(bench.json(&["backup", "other.redb"])["file"], "other.redb");
}
