//! Taking back, and what becomes of it elsewhere: `revoke` and `revocations`.

use allod::{Cid, Container, ContainerWriter, Encoding, Revocation};

use super::support::{Bench, key};

/// Whoever keeps the album, elsewhere: it knows the album's key, and nothing else.
fn keeper(bench: &Bench) -> Bench {
    let keeper = bench.elsewhere("keeper");
    bench.ok(&["key", "export", "album", "--secret", "--out", "album.pem"]);
    keeper.ok(&["key", "import", "album", "album.pem"]);
    keeper
}

fn cid_to(bench: &Bench, key: &str, audience: &str) -> (String, String) {
    let data = bench.json(&["list", "--all", "--key", key]);
    let row =
        data[0]["given"].as_array().unwrap().iter().find(|row| row["audience_name"] == audience).cloned();
    let row = row.unwrap();
    (row["cid"].as_str().unwrap().to_owned(), row["short"].as_str().unwrap().to_owned())
}

#[test]
fn what_is_taken_back_is_denied_where_the_news_arrived() {
    let bench = Bench::with_chain();
    bench.request("summer/x");
    let keeper = keeper(&bench);
    let check = ["check", "request", "--executor", "album"];
    keeper.ok(&check);
    let (cid, short) = cid_to(&bench, "alice", "bob");
    let told = bench.ok(&["revoke", &short, "--key", "alice", "--out", "revoked"]);
    for part in [
        "alice takes back: alice lets bob use /photos/read on album",
        "takes effect here now, and elsewhere where it arrives",
        "whoever acts for album",
        "can issue another: to stop an issuer, revoke the delegation to it",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // It is for ever, and nobody is warned of that.
    let shown = bench.json(&["inspect", "revoked"]);
    let tokens = shown["tokens"].as_array().unwrap();
    let revocation = tokens.iter().find(|token| token["kind"] == "invocation").unwrap();
    assert_eq!((&revocation["expires"], &revocation["lints"]), (&().into(), &serde_json::json!([])));
    // Here at once.
    let may = ["check", "c", "--may", "--holder", "phone"];
    assert_eq!(bench.json(&may)[0]["code"], "revoked");
    assert_eq!(bench.json(&[&may[..], &["--no-store"]].concat())[0]["usable"], true);
    let data = bench.json(&check);
    assert_eq!((data["code"].as_str(), data["link"].as_u64()), (Some("revoked"), Some(1)));
    bench.ok(&[&check[..], &["--no-store"]].concat());
    let invoke = ["invoke", "--key", "phone", "--subject", "album", "--command", "/photos/read"];
    let ran = bench.run(&invoke);
    assert!(ran.code == 2 && ran.err.contains("was revoked by alice"), "{}", ran.err);
    let listed = bench.json(&["list", "--key", "bob", "--all"]);
    assert_eq!(
        (&listed[0]["held"][0]["state"], &listed[0]["held"][0]["revoked_by"]),
        (&"revoked".into(), &bench.did("alice").into())
    );
    assert!(bench.ok(&["list", "--all"]).contains("revoked by alice"));
    assert!(!bench.ok(&["list", "--key", "alice"]).contains("to bob"));
    let phone = bench.json(&["list", "--key", "phone"]);
    assert!(phone[0]["held"][0]["but"].as_str().unwrap().contains("revoked by alice"), "{phone}");
    // Elsewhere when it arrives, with a witness: the keeper never saw the delegation.
    keeper.ok(&check);
    let rows = keeper.json(&["revocations", "import", "revoked"]);
    assert_eq!((rows[0]["result"].as_str(), rows[0]["revoked"].as_str()), (Some("new"), Some(cid.as_str())));
    assert_eq!(keeper.json(&["revocations", "import", "revoked"])[0]["result"], "known");
    assert_eq!(keeper.json(&check)["code"], "revoked");
    let list = keeper.json(&["revocations", "list"]);
    assert_eq!(list["revocations"][0]["revoked"], cid.as_str());
    assert_eq!(list["synced_at"], serde_json::Value::Null, "importing makes nothing newer");
    // Receiving does as well.
    let third = bench.elsewhere("third");
    assert_eq!(third.json(&["receive", "revoked"]).as_array().unwrap().len(), 3, "with its path");
    assert_eq!(third.json(&["check", "request", "--executor", &bench.did("album")])["code"], "revoked");
}

#[test]
fn a_delegation_is_named_by_cid_short_name_or_file_and_by_nothing_less() {
    let bench = Bench::with_chain();
    let (cid, short) = cid_to(&bench, "bob", "phone");
    for named in [cid.as_str(), &short, short.trim_start_matches('…'), "c"] {
        let data = bench.json(&["revoke", named, "--key", "bob"]);
        assert_eq!(data["revoked"], cid.as_str(), "{named}");
    }
    // The one that the key issued, of several.
    let data = bench.json(&["revoke", "c", "--key", "alice"]);
    assert_eq!(data["revoked"], cid_to(&bench, "alice", "bob").0.as_str());
    assert_eq!(data["delegation"]["command"], "/photos/read");
    // Above stands the album, which does not see it in its list.
    let data = bench.json(&["revoke", &cid, "--key", "album"]);
    assert_eq!(data["subject"], bench.did("album"));
    assert!(
        data["notes"][1].as_str().unwrap().contains("to stop bob, revoke the delegation to bob"),
        "{data}"
    );
    let unknown = Cid::of(b"unknown").to_string();
    for (named, key, part) in [
        (cid.as_str(), "phone", "not this key's to take back"),
        (unknown.as_str(), "bob", "is not known here"),
        ("…zzzzzzzz", "bob", "ends in"),
        ("z", "bob", "neither a CID nor a file"),
        ("../x", "bob", "neither a CID nor a file"),
        ("b", "phone", "several delegations"),
        (cid.as_str(), "nobody", "no key named"),
    ] {
        let ran = bench.run(&["revoke", named, "--key", key]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{named}");
        assert!(ran.err.contains(part), "{named}: {}", ran.err);
    }
    assert_eq!(bench.run(&["revoke", &cid]).code, 2, "who takes it back is to be said");
    bench.write("there", "precious");
    let ran = bench.run(&["revoke", &cid, "--key", "bob", "--out", "there"]);
    assert!(ran.code == 2 && ran.err.contains("--force"), "{}", ran.err);
}

#[test]
fn a_revocation_goes_out_in_every_encoding() {
    let bench = Bench::with_chain();
    for encoding in ["raw", "base64", "base64url", "gzip", "gzip+base64", "gzip+base64url"] {
        bench.ok(&["revoke", "b", "--key", "alice", "--encoding", encoding, "--out", "r", "--force"]);
        let container = Container::read(&bench.read("r")).unwrap();
        assert_eq!((container.encoding().to_string(), container.revocations().count()), (encoding.into(), 1));
        assert_eq!(bench.elsewhere("other").run(&["revocations", "import", "r"]).code, 0, "{encoding}");
    }
    let text = bench.ok(&["revoke", "b", "--key", "alice"]);
    assert_eq!(text.lines().count(), 1, "the container alone: {text}");
    let ran = bench.elsewhere("piped").run_with(&["revocations", "import", "-"], text.as_bytes());
    assert!(ran.code == 0 && ran.out.contains("1 new"), "{}{}", ran.out, ran.err);
}

#[test]
fn idle_talk_is_refused_unless_its_subject_is_served() {
    let bench = Bench::with_chain();
    let mallory = key(66);
    let idle = Revocation::builder(Cid::of(b"unknown"), mallory.did()).sign(&mallory).unwrap();
    let mut forged = idle.token().as_bytes().to_vec();
    // In the signature.
    forged[10] ^= 1;
    bench.write("idle", idle.token().as_bytes());
    bench.write("forged", ContainerWriter::new().bytes(&forged).write(Encoding::Raw).unwrap());
    let ran = bench.run(&["revocations", "import", "idle"]);
    assert!(ran.code == 1 && ran.out.contains("irrelevant") && ran.out.contains("--served"), "{}", ran.out);
    let data = bench.json(&["revocations", "import", "forged"]);
    assert_eq!(
        (data[0]["result"].as_str(), data[0]["code"].as_str()),
        (Some("refused"), Some("bad-signature"))
    );
    assert_eq!(bench.json(&["revocations", "list"])["revocations"], serde_json::json!([]));
    bench.ok(&["name", "Mallory", &mallory.did().to_string()]);
    bench.ok(&["revocations", "import", "idle", "--served", "Mallory"]);
    let listed = bench.ok(&["revocations", "list"]);
    assert!(listed.contains("Mallory takes back: zdpu"), "{listed}");
    // Without a witness, an own key's word is taken.
    bench.ok(&["key", "export", "alice", "--secret", "--format", "seed", "--out", "seed"]);
    let seed = String::from_utf8(bench.read("seed")).unwrap();
    let seed: Vec<u8> =
        (0..32).map(|index| u8::from_str_radix(&seed[2 * index..2 * index + 2], 16).unwrap()).collect();
    let alice = allod::SigningKey::from_seed(allod::Algorithm::Ed25519, &seed.try_into().unwrap()).unwrap();
    let own = Revocation::builder(Cid::of(b"to come"), alice.did()).sign(&alice).unwrap();
    bench.write("own", own.token().as_bytes());
    bench.ok(&["revocations", "import", "own"]);
    // A container of other things is no mistake to pass over in silence.
    for (file, part) in [("a", "no revocation in a"), ("missing", "cannot read")] {
        let ran = bench.run(&["revocations", "import", file]);
        assert!(ran.code == 2 && ran.err.contains(part), "{}", ran.err);
    }
}

#[test]
fn one_that_says_nothing_is_refused_beside_the_others() {
    let bench = Bench::with_chain();
    let empty =
        ["invoke", "--key", "album", "--subject", "album", "--command", "/ucan/revoke", "--out", "empty"];
    bench.ok(&empty);
    for arguments in [&["revocations", "import", "empty"][..], &["receive", "empty"]] {
        let ran = bench.run(&[arguments, &["--json"]].concat());
        let rows: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!((ran.code, rows[0]["code"].as_str()), (1, Some("malformed")), "{arguments:?}: {rows}");
    }
}

#[test]
fn all_that_is_known_is_exported_in_as_many_containers_as_it_takes() {
    let bench = Bench::with_chain();
    let ran = bench.run(&["revocations", "export", "--out", "all.ucan"]);
    assert!(ran.code == 0 && ran.err.contains("nothing to export") && !bench.path("all.ucan").exists());
    let album = key(1);
    let subject = album.did().to_string();
    let long = "x".repeat(60_000);
    for part in 0..3_u8 {
        let mut writer = ContainerWriter::new();
        for n in 0..8_u8 {
            let revocation =
                Revocation::builder(Cid::of(&[part, n]), album.did()).meta("note", long.as_str());
            writer = writer.token(revocation.sign(&album).unwrap().token());
        }
        bench.write("part", writer.write(Encoding::Raw).unwrap());
        bench.ok(&["revocations", "import", "part", "--served", &subject]);
    }
    let told = bench.ok(&["revocations", "export", "--out", "all.ucan"]);
    assert!(told.contains("24 revocations in ") && told.contains("all.ucan, all-2.ucan"), "{told}");
    let files: Vec<_> = told.trim().split_once(": ").unwrap().1.split(", ").collect();
    let other = bench.elsewhere("other");
    let arguments = [&["revocations", "import", "--served", &subject][..], &files].concat();
    assert_eq!(other.json(&arguments).as_array().unwrap().len(), 24);
    // One a line, from a pipe.
    let lines = bench.ok(&["revocations", "export"]);
    assert_eq!(lines.lines().count(), files.len());
    let third = bench.elsewhere("third");
    let ran = third.run_with(&["revocations", "import", "-", "--served", &subject], lines.as_bytes());
    assert!(ran.code == 0 && ran.out.contains("24 new"), "{}{}", ran.out, ran.err);
    let ran = bench.run(&["revocations", "export", "--encoding", "raw"]);
    assert!(ran.code == 2 && ran.err.contains("--out"), "{}", ran.err);
    let data = bench.json(&["revocations", "export"]);
    assert_eq!(
        (&data["revocations"], data["containers"].as_array().unwrap().len()),
        (&24.into(), files.len())
    );
}

#[test]
fn how_old_the_knowledge_may_be_is_the_hosts_to_say() {
    let bench = Bench::with_chain();
    bench.request("summer/x");
    let check = ["check", "request", "--executor", "album", "--max-revocation-age"];
    let stale = |seconds: &str| bench.json(&[&check[..], &[seconds]].concat())["code"] == "revocation-stale";
    assert!(stale("60"), "it was never said");
    bench.ok(&["revocations", "synced", "--at", "-10m"]);
    assert!(stale("60") && !stale("900"));
    let told = bench.run(&["revocations", "list"]);
    assert!(told.err.contains("up to date as of") && told.err.contains("10 minutes ago"), "{}", told.err);
    assert!(bench.json(&["revocations", "synced"])["synced_at"].is_i64());
    assert!(!stale("60"));
    let ran = bench.run(&["revocations", "synced", "--at", "1h"]);
    assert!(ran.code == 2 && ran.err.contains("yet to come"), "{}", ran.err);
    for extra in [&["--max-revocation-age", "x"][..], &["--max-revocation-age", "1", "--no-store"]] {
        assert_eq!(bench.run(&[&["check", "request", "--executor", "album"], extra].concat()).code, 2);
    }
}
