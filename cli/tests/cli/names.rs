//! `allod name`: petnames stand wherever a DID does.

use super::support::{Bench, key};

#[test]
fn a_petname_stands_for_a_did_and_is_shown_for_it() {
    let bench = Bench::with_chain();
    let friend = key(9).did().to_string();
    let told = bench.ok(&["name", "Old friend", &friend]);
    assert!(told.contains(&friend), "{told}");
    assert_eq!(bench.ok(&["name", "Old friend"]).trim(), friend);
    bench.ok(&["grant", "--key", "alice", "--to", "Old friend", "--command", "/x", "--out", "x"]);
    let listed = bench.ok(&["list", "--key", "alice"]);
    assert!(listed.contains("to Old friend: /x on alice"), "{listed}");
    assert!(bench.ok(&["inspect", "x"]).contains(&format!("Old friend ({friend})")));
    let data = bench.json(&["list", "--key", "alice"]);
    let given = data[0]["given"].as_array().unwrap();
    assert!(given.iter().any(|row| row["audience_name"] == "Old friend"), "{data}");
    assert_eq!(bench.json(&["name", "list"]), serde_json::json!([{"name": "Old friend", "did": friend}]));
    // As executor, holder, subject.
    assert_eq!(bench.run(&["check", "x", "--may", "--holder", "Old friend"]).code, 0);
    bench.request("summer/x");
    let ran = bench.run(&["check", "request", "--executor", "Old friend"]);
    assert!(ran.code == 1 && ran.out.contains("not to Old friend"), "{}", ran.out);
    bench.ok(&["name", "--forget", "Old friend"]);
    assert!(bench.ok(&["list", "--key", "alice"]).contains(&friend));
    let ran = bench.run(&["name", "--forget", "Old friend"]);
    assert!(ran.code == 2 && ran.err.contains("nobody is called"), "{}", ran.err);
    let ran = bench.run(&["grant", "--key", "alice", "--to", "Old friend", "--command", "/x"]);
    assert!(ran.code == 2 && ran.err.contains("allod name NAME DID"), "{}", ran.err);
}

#[test]
fn a_name_that_reads_like_another_is_refused() {
    let bench = Bench::with_chain();
    let (friend, stranger) = (key(9).did().to_string(), key(10).did().to_string());
    bench.ok(&["name", "Carol", &friend]);
    bench.ok(&["name", "Нина", &stranger]);
    for (name, part) in [
        ("Carol", "is the name of"),
        ("carol", "reads like Carol"),
        ("Caro1", "reads like Carol"),
        ("Саrol", "look-alike"),
        ("Ca-rol", "reads like Carol"),
        ("Bob", "reads like that of your key"),
        ("alice", "reads like that of your key"),
        ("list", "cannot be a name"),
        ("LIST", "cannot be a name"),
        ("", "cannot be a name"),
        ("did:key:x", "cannot be a name"),
        ("a/b", "cannot be a name"),
        ("a\u{202e}b", "cannot be a name"),
        ("a\u{1b}[31mb", "cannot be a name"),
        (" a", "cannot be a name"),
        ("a  b", "cannot be a name"),
    ] {
        let ran = bench.run(&["name", name, &stranger]);
        assert_eq!(ran.code, 2, "{name:?}: {}", ran.out);
        assert!(ran.err.contains(part), "{name:?}: {}", ran.err);
        assert!(!ran.err.contains(['\u{202e}', '\u{1b}']));
    }
    assert_eq!(bench.run(&["name", "-rf", &stranger]).code, 2);
    assert_eq!(bench.run(&["name"]).code, 2);
    assert_eq!(bench.json(&["name", "list"]).as_array().unwrap().len(), 2);
    // The same once more is no harm; a second name is pointed out.
    bench.ok(&["name", "Carol", &friend]);
    let ran = bench.run(&["name", "Sister", "Carol"]);
    assert!(ran.code == 0 && ran.err.contains("another name here already: Carol"), "{}", ran.err);
    let web = bench.run(&["name", "Shop", "did:web:xn--80ak6aa92e.com"]);
    assert!(web.code == 0 && web.err.contains("Cyrillic"), "{}", web.err);
}

#[test]
fn a_key_does_not_take_a_petname_and_one_that_has_it_all_the_same_is_not_guessed_at() {
    let bench = Bench::with_chain();
    let friend = key(9).did().to_string();
    bench.ok(&["name", "carol", &friend]);
    let ran = bench.run(&["key", "new", "carol"]);
    assert!(ran.code == 2 && ran.err.contains("is what you call"), "{}", ran.err);
    // Put there by hand.
    std::fs::copy(bench.path("home/keys/bob.pem"), bench.path("home/keys/carol.pem")).unwrap();
    let ran = bench.run(&["grant", "--key", "alice", "--to", "carol", "--command", "/x"]);
    assert!(ran.code == 2 && ran.err.contains("name of a key, and what you call another"), "{}", ran.err);
    bench.ok(&["grant", "--key", "alice", "--to", &friend, "--command", "/x"]);
    let listed = bench.ok(&["list", "--key", "alice"]);
    assert!(listed.contains(&friend), "nobody is shown as another: {listed}");
}
