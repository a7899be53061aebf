//! `allod check`, one decision at a time.

use allod::{Algorithm, ContainerWriter, Delegation, Encoding, Invocation, Revocation, SigningKey};

use super::support::{Bench, key};

#[test]
fn a_request_is_allowed_and_the_reasons_are_told() {
    let bench = Bench::with_chain();
    bench.request("summer/beach.jpg");
    let ran = bench.run(&["check", "request", "--executor", "album", "--explain"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for part in [
        "ALLOWED, until",
        "phone may use /photos/read on album",
        "album lets alice",
        "✓ the invocation is signed",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert_eq!(ran.err, "");
    let data = bench.json(&["check", "request", "--executor", "album", "--subject", "album", "--explain"]);
    assert_eq!(data["decision"], "allow");
    assert_eq!(data["chain"].as_array().unwrap().len(), 3);
    assert!(data["checks"].as_array().unwrap().iter().all(|check| check["outcome"] == "passed"));
}

#[test]
fn denials_say_which_link_which_rule_and_what_to_do() {
    let bench = Bench::with_chain();
    bench.request("winter/party.jpg");
    let check = ["check", "request", "--executor"];
    for (extra, code, link) in [
        (&["album"][..], "policy-unsatisfied", Some(1)),
        (&["bob"], "wrong-audience", None),
        (&["album", "--subject", "alice"], "subject-not-served", None),
        (&["album", "--at", "+1h"], "expired", None),
        (&["album", "--at", "-1h"], "policy-unsatisfied", Some(1)),
        (&["album", "--at", "6m", "--skew", "0"], "expired", None),
        (&["album", "--at", "5m", "--skew", "3600"], "policy-unsatisfied", Some(1)),
    ] {
        let arguments = [&check[..], extra].concat();
        assert_eq!(bench.run(&arguments).code, 1, "{arguments:?}");
        let data = bench.json(&arguments);
        assert_eq!(data["code"], code, "{arguments:?}");
        assert_eq!(data["link"].as_u64(), link, "{arguments:?}");
        assert!(!data["remedy"].as_str().unwrap().is_empty());
        assert!(data["why"]["spec"].as_str().unwrap().contains("ucan-wg"));
    }
    let text = bench.run(&["check", "request", "--executor", "album", "--explain"]).out;
    assert!(text.contains("DENIED  policy-unsatisfied  in proof 1") && text.contains("✗"), "{text}");
}

#[test]
fn what_is_no_request_cannot_be_decided() {
    let bench = Bench::with_chain();
    bench.request("summer/x");
    bench.write("empty", "");
    for arguments in [
        &["check"][..],
        &["check", "request"],
        &["check", "--executor", "album"],
        &["check", "empty", "--executor", "album"],
        &["check", "missing", "--executor", "album"],
        &["check", "request", "--executor", "did:key:0"],
        &["check", "request", "--executor", "album", "--at", "someday"],
        &["check", "request", "--executor", "album", "--skew", "-1"],
        &["check", "request", "--executor", "album", "--may"],
        &["check", "--may"],
    ] {
        let ran = bench.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.out);
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn tokens_may_come_one_by_one() {
    let bench = Bench::with_chain();
    bench.request("summer/x");
    let data = bench.json(&["inspect", "request"]);
    let cid = data["tokens"][0]["cid"].as_str().unwrap();
    let container = allod::Container::read(&bench.read("request")).unwrap();
    bench.write("invocation", container.get(&cid.parse().unwrap()).unwrap());
    bench.ok(&["check", "--invocation", "invocation", "--proof", "c", "--executor", "album"]);
    bench.ok(&["check", "c", "--invocation", "invocation", "--executor", "album"]);
    bench.ok(&["check", "request", "--invocation", cid, "--executor", "album"]);
    // The rest is in the store, which was there when they were granted.
    let check = ["check", "--invocation", "invocation", "--proof", "a", "--executor", "album"];
    assert_eq!(bench.json(&check)["decision"], "allow");
    assert_eq!(bench.json(&[&check[..], &["--no-store"]].concat())["code"], "proof-missing");
    // Several invocations: the one meant has to be named.
    bench.ok(&["invoke", "--key", "album", "--subject", "album", "--command", "/x", "--out", "other"]);
    let other = allod::Container::read(&bench.read("other")).unwrap();
    let both =
        allod::ContainerWriter::new().all(container.tokens().chain(other.tokens()).map(|(_, bytes)| bytes));
    bench.write("both", both.write(allod::Encoding::Raw).unwrap());
    let ran = bench.run(&["check", "both", "--executor", "album"]);
    assert!(ran.code == 1 && ran.out.contains("--invocation CID: ") && ran.out.contains(cid), "{}", ran.out);
    bench.ok(&["check", "both", "--executor", "album", "--invocation", cid]);
}

#[test]
fn a_warning_tells_that_any_subject_was_accepted() {
    let bench = Bench::with_chain();
    bench.ok(&[
        "invoke",
        "--key",
        "phone",
        "--subject",
        "album",
        "--audience",
        "bob",
        "--command",
        "/photos/read",
        "--args",
        r#"{"path":"summer/x"}"#,
        "--proof",
        "c",
        "--out",
        "request",
    ]);
    let ran = bench.run(&["check", "request", "--executor", "bob"]);
    assert!(ran.code == 0 && ran.err.contains("--subject"), "{}", ran.err);
    let ran = bench.run(&["check", "request", "--executor", "bob", "--subject", "album"]);
    assert!(ran.code == 0 && ran.err.is_empty(), "{}", ran.err);
}

#[test]
fn what_a_holder_may_do_is_told_before_anyone_asks() {
    let bench = Bench::with_chain();
    let text = bench.ok(&["check", "c", "--may"]);
    assert!(text.contains("phone may use /photos/read and all below it on album, until"), "{text}");
    assert!(text.contains("if `.path` matches"), "{text}");
    let data = bench.json(&["check", "--may", "--proof", "c", "--holder", "bob"]);
    assert_eq!(
        (data[0]["command"].as_str(), data[0]["usable"].as_bool()),
        (Some("/photos/read"), Some(true))
    );
    let data = bench.json(&["check", "c", "--may", "--at", "30d"]);
    assert_eq!((data[0]["usable"].as_bool(), data[0]["code"].as_str()), (Some(false), Some("expired")));
    assert_eq!(bench.run(&["check", "c", "--may", "--at", "30d"]).code, 1);
    assert_eq!(bench.run(&["check", "c", "--may", "--holder", "album"]).code, 2);
}

#[test]
fn documents_of_did_web_principals_can_be_supplied() {
    use allod::{Delegation, Did, Signer, Timestamp};
    let bench = Bench::with_chain();
    let (key, site) = (super::support::key(9), Did::parse("did:web:photos.example").unwrap());
    let token = Delegation::builder(
        Did::parse(&bench.did("phone")).unwrap(),
        site.clone(),
        "/photos".parse().unwrap(),
    )
    .expires(Timestamp::from_seconds(4_000_000_000).unwrap())
    .sign(&(&key).acting_as(site))
    .unwrap();
    bench.write("web", token.as_bytes());
    let multikey = key.public_key().to_multikey();
    let document = serde_json::json!({
        "id": "did:web:photos.example",
        "verificationMethod": [{"id": "#k", "type": "Multikey", "controller": "did:web:photos.example", "publicKeyMultibase": multikey}],
    });
    bench.write("did.json", document.to_string());
    let data = bench.json(&["inspect", "web"]);
    assert_eq!(data["tokens"][0]["signature"]["valid"], serde_json::Value::Null);
    assert!(bench.ok(&["inspect", "web"]).contains("cannot be checked"));
    let data = bench.json(&["inspect", "web", "--document", "did.json"]);
    assert_eq!(data["tokens"][0]["signature"]["valid"], true);
    bench.ok(&[
        "invoke",
        "--key",
        "phone",
        "--subject",
        "did:web:photos.example",
        "--command",
        "/photos/read",
        "--proof",
        "web",
        "--out",
        "request",
    ]);
    let check = ["check", "request", "--executor", "did:web:photos.example"];
    assert_eq!(bench.json(&check)["code"], "unresolved-did");
    bench.ok(&[&check[..], &["--document", "did.json"]].concat());
}

#[test]
fn a_did_that_only_begins_like_a_known_one_has_no_name() {
    let bench = Bench::with_chain();
    bench.request("summer/x");
    let stranger = format!("{}ab", bench.did("album"));
    let ran = bench.run(&["check", "request", "--executor", &stranger]);
    assert!(
        ran.code == 1 && ran.out.contains(&format!("addressed to album, not to {stranger}")),
        "{}",
        ran.out
    );
}

#[test]
fn a_container_that_is_no_request_is_denied_as_in_bulk() {
    let bench = Bench::with_chain();
    bench.request("summer/x");
    let whole = bench.read("request");
    let mut cut = whole.trim_ascii().to_vec();
    cut.pop();
    bench.write("cut", &cut);
    bench.write("cut wrapped", allod::wire::multibase::base64_padded_encode(&cut));
    bench.ok(&[
        "invoke",
        "--key",
        "album",
        "--subject",
        "album",
        "--command",
        "/ucan/revoke",
        "--out",
        "own",
    ]);
    for (file, message, remedy) in [
        ("c", "holds no invocation", "allod invoke"),
        ("own", "no invocation other than revocations and receipts", "allod invoke"),
        ("cut", "strict", "copy the container again"),
        ("cut wrapped", "strict", "copy the container again"),
    ] {
        let arguments = ["check", file, "--executor", "album"];
        let ran = bench.run(&arguments);
        assert!(ran.code == 1 && ran.out.starts_with("DENIED  malformed"), "{file}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(message) && ran.out.contains(remedy), "{file}: {}", ran.out);
        let alone = bench.json(&[&arguments[..], &["--explain"]].concat());
        assert_eq!(alone["checks"][0]["outcome"], "failed");
        let text = String::from_utf8(bench.read(file)).unwrap();
        let line = serde_json::json!({"container": text.trim(), "at": 1, "executor": bench.did("album")});
        let ran = bench.run_with(&["check", "--batch"], line.to_string().as_bytes());
        let bulk: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        for key in ["decision", "code", "link", "cid", "message"] {
            assert_eq!(alone[key], bulk[key], "{file}: {key}");
        }
        assert!(
            alone["remedy"].as_str().unwrap().starts_with(bulk["remedy"].as_str().unwrap()),
            "{file}: {bulk}"
        );
    }
    // What never was one is unusable as before.
    bench.write("words", "nothing of the kind");
    assert_eq!(bench.run(&["check", "words", "--executor", "album"]).code, 2);
}

#[test]
fn options_that_would_change_nothing_are_refused() {
    let bench = Bench::with_chain();
    bench.request("summer/x");
    for arguments in [
        &["check", "request", "--executor", "album", "--holder", "phone"][..],
        &["check", "--batch", "--holder", "phone"],
        &["check", "c", "--may", "--explain"],
    ] {
        let ran = bench.run(arguments);
        assert!(ran.code == 2 && ran.err.contains("--may"), "{arguments:?}: {}{}", ran.out, ran.err);
    }
    let ran = bench.run(&["check", "request", "--executor", "album", "--skew", "-1"]);
    assert!(ran.code == 2 && ran.err.contains("from 0"), "{}", ran.err);
}

#[test]
fn warnings_are_data_where_data_are_wanted() {
    let bench = Bench::with_chain();
    let invoke = ["invoke", "--key", "album", "--subject", "album", "--command", "/x"];
    bench.ok(&[&invoke[..], &["--audience", "bob", "--out", "request"]].concat());
    let ran = bench.run(&["check", "request", "--executor", "bob", "--json"]);
    assert_eq!(ran.err, "");
    let data: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(data["warnings"][0].as_str().unwrap().contains("--subject"), "{data}");
    let data = bench.json(&["check", "request", "--executor", "bob", "--subject", "album"]);
    assert_eq!(data["warnings"], serde_json::json!([]));
}

/// A delegation that someone forged in the holder's name, which would make the holder look like one who
/// handed everything on, and one tagged as an invocation beside a sound one.
#[test]
fn forgeries_hide_nothing_and_bystanders_count() {
    let bench = Bench::new();
    let key = |seed: u8| SigningKey::from_seed(Algorithm::Ed25519, &[seed; 32]).unwrap();
    let (album, bob, carol) = (key(1), key(2), key(3));
    let command = || "/photos".parse().unwrap();
    let good = Delegation::builder(bob.did(), album.did(), command()).sign(&album).unwrap();
    let mut forged =
        Delegation::builder(carol.did(), album.did(), command()).sign(&bob).unwrap().as_bytes().to_vec();
    forged[10] ^= 1;
    let both = ContainerWriter::new().token(&good).bytes(&forged).write(Encoding::Base64Url).unwrap();
    bench.write("both.ucan", both);
    let ran = bench.run(&["check", "both.ucan", "--may", "--json"]);
    let answers: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(answers[0]["holder"], bob.did().to_string());
    assert_eq!(answers[0]["usable"], true);

    let sound = Invocation::builder(album.did(), command()).sign(&album).unwrap();
    let mut broken = Invocation::builder(album.did(), command())
        .argument("a", 1)
        .sign(&album)
        .unwrap()
        .as_bytes()
        .to_vec();
    // Another letter in the name of a field: tagged as an invocation, and none.
    let at = broken.windows(4).position(|window| window == b"args").unwrap();
    broken[at] = b'b';
    let two = ContainerWriter::new().token(&sound).bytes(&broken).write(Encoding::Base64Url).unwrap();
    bench.write("two.ucan", two);
    let executor = album.did().to_string();
    assert_eq!(bench.run(&["check", "two.ucan", "--executor", &executor]).code, 1);
    assert_eq!(
        bench.run(&["check", "--invocation", "two.ucan", "--executor", &executor]).code,
        2,
        "never allowed"
    );
}

#[test]
fn revocations_are_given_in_files_beside_the_request() {
    let (album, alice, bob, zelda) = (key(1), key(2), key(3), key(4));
    let command = || "/photos/read".parse().unwrap();
    let root = Delegation::builder(alice.did(), album.did(), command()).sign(&album).unwrap();
    let leaf = Delegation::builder(bob.did(), album.did(), command()).sign(&alice).unwrap();
    let request =
        Invocation::builder(album.did(), command()).proofs([root.cid(), leaf.cid()]).sign(&bob).unwrap();
    let right =
        Delegation::builder(zelda.did(), alice.did(), "/ucan/revoke".parse().unwrap()).sign(&alice).unwrap();
    let own = Revocation::builder(leaf.cid(), alice.did()).sign(&alice).unwrap();
    let spurious = Revocation::builder(root.cid(), bob.did()).sign(&bob).unwrap();
    let zeldas = Revocation::builder(leaf.cid(), alice.did()).proofs([right.cid()]).sign(&zelda).unwrap();
    let bench = Bench::new();
    let write = |name: &str, writer: &ContainerWriter| {
        bench.write(name, writer.write(Encoding::Base64Url).unwrap());
    };
    let writer = ContainerWriter::new().token(&root).token(&leaf).token(&request);
    write("request", &writer);
    write("with-revocation", &writer.clone().token(own.token()));
    write("zeldas", &ContainerWriter::new().token(zeldas.token()).token(&right));
    bench.write("own", own.token().as_bytes());
    bench.write("spurious", spurious.token().as_bytes());
    bench.write("right", right.as_bytes());
    bench.write("invocation", request.as_bytes());

    let executor = album.did().to_string();
    let check = |more: &[&str]| bench.json(&[&["check", "--executor", &executor], more].concat());
    assert_eq!(check(&["request"])["decision"], "allow");
    for more in [
        &["request", "--revoked", "own"][..],
        &["request", "--revoked", "zeldas"],
        &["request", "--revoked", "spurious", "--revoked", "own"],
        &["with-revocation"],
        &["with-revocation", "--invocation", &request.cid().to_string()],
        &["--invocation", "invocation", "--proof", "request", "--revoked", "own"],
    ] {
        let data = check(more);
        assert_eq!(
            (data["code"].as_str(), data["link"].as_u64()),
            (Some("revoked"), Some(1)),
            "{more:?}: {data}"
        );
    }
    let data = check(&["request", "--revoked", "spurious", "--revoked", "right"]);
    assert_eq!(data["decision"], "allow");
    let codes: Vec<_> =
        data["ignored"].as_array().unwrap().iter().map(|entry| entry["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["outsider", "malformed"], "a right to revoke is no revocation");
    let told = bench.run(&["check", "request", "--executor", &executor, "--revoked", "spurious"]);
    assert_eq!(told.code, 0);
    assert!(told.out.contains("revocation 0 changed nothing: its subject issued neither"), "{}", told.out);
    for more in [&["check", "c", "--may", "--revoked", "own"][..], &["check", "--batch", "--revoked", "own"]]
    {
        let ran = bench.run(more);
        assert!(ran.code == 2 && ran.err.contains("--revoked"), "{more:?}: {}{}", ran.out, ran.err);
    }
}
