//! What others sent is kept, listed, and found again: `receive`, `list`, `link`, and chains from the store.

use allod::{Algorithm, ContainerWriter, Delegation, Encoding, Results, Signer, SigningKey, Timestamp};

use super::support::{Bench, key};

const INVOKE: [&str; 9] = [
    "invoke",
    "--key",
    "phone",
    "--subject",
    "album",
    "--command",
    "/photos/read",
    "--args",
    r#"{"path": "summer/x"}"#,
];

#[test]
fn a_chain_is_found_in_the_store() {
    let bench = Bench::with_chain();
    let data = bench.json(&INVOKE);
    assert_eq!((data["proofs"].as_array().unwrap().len(), &data["lints"]), (3, &serde_json::json!([])));
    bench.ok(&[&INVOKE[..], &["--out", "request"]].concat());
    bench.ok(&["check", "request", "--executor", "album", "--no-store"]);
    // The fewest links, and of those the ones that last longest.
    for end in ["1d", "3d", "2d"] {
        let grant =
            ["grant", "--key", "album", "--to", "phone", "--command", "/photos/read", "--expires", end];
        bench.ok(&[&grant[..], &["--out", end]].concat());
    }
    let proofs = bench.json(&INVOKE)["proofs"].clone();
    assert_eq!(proofs.as_array().unwrap().len(), 1);
    assert_eq!(proofs[0], bench.json(&["inspect", "3d"])["tokens"][0]["cid"]);
    // What is handed on ends with what it rests on, and brings it along.
    let grant =
        ["grant", "--key", "phone", "--to", "bob", "--subject", "album", "--command", "/photos/read/one"];
    let data = bench.json(&grant);
    assert_eq!(data["proofs"], proofs);
    let end = bench.json(&["inspect", "3d"])["tokens"][0]["expires"].clone();
    assert_eq!(data["delegation"]["expires"], end);
}

#[test]
fn what_comes_nearest_is_told_by_name() {
    let bench = Bench::with_chain();
    let invoke = |extra: &[&str]| {
        bench.run(&[&["invoke", "--key", "phone", "--subject", "album", "--command"], extra].concat())
    };
    for (extra, part, remedy) in [
        (&["/photos/delete"][..], "phone has /photos/read until", "ask alice for a delegation"),
        (&["/photos/read", "--args", r#"{"path": "winter"}"#], "the policy of what alice gave bob", "--args"),
        (&["/mail"], "not /mail", "ask"),
    ] {
        let ran = invoke(extra);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{extra:?}");
        assert!(ran.err.contains(part) && ran.err.contains(remedy), "{extra:?}: {}", ran.err);
        assert!(!ran.err.contains("did:key"), "by name: {}", ran.err);
    }
    let nothing = ["invoke", "--key", "phone", "--subject", "alice", "--command", "/x"];
    let ran = bench.run(&nothing);
    assert!(ran.code == 2 && ran.err.contains("phone holds nothing about it"), "{}", ran.err);
    assert!(ran.err.contains("allod receive"), "{}", ran.err);
    let wider = ["grant", "--key", "bob", "--to", "phone", "--subject", "album", "--command", "/photos"];
    let ran = bench.run(&wider);
    assert!(ran.code == 2 && ran.err.contains("bob has /photos/read"), "{}", ran.err);
}

#[test]
fn what_is_genuine_is_received_and_the_rest_is_explained() {
    let bench = Bench::with_chain();
    bench.request("summer/x");
    let other = bench.elsewhere("other");
    let data = other.json(&["receive", "a", "c"]);
    let results: Vec<_> =
        data.as_array().unwrap().iter().map(|row| row["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["new"; 3], "each once, in whichever file");
    assert_eq!(other.json(&["receive", "c"])[0]["result"], "known");
    // From a pipe, with an invocation, which is for an executor.
    let ran = other.run_with(&["receive", "-"], &bench.read("request"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("passed over") && ran.out.contains("0 new, 3 known, 0 refused"), "{}", ran.out);

    let (album, alice) = (key(1), key(2));
    let good = Delegation::builder(alice.did(), album.did(), "/x".parse().unwrap()).sign(&album).unwrap();
    let mut forged = good.as_bytes().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let receipt = allod::Receipt::builder(good.cid(), Results::Ok(7.into())).sign(&album).unwrap();
    let writer = ContainerWriter::new().token(&good).bytes(&forged).bytes(b"nonsense").token(receipt.token());
    bench.write("mixed", writer.write(Encoding::Base64Url).unwrap());
    let ran = other.run(&["receive", "mixed", "--json"]);
    assert_eq!(ran.code, 1);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&ran.out).unwrap();
    let of = |kind: &str, result: &str| {
        rows.iter()
            .find(|row| row["kind"] == kind && row["result"] == result)
            .unwrap_or_else(|| panic!("{kind} {result}: {rows:?}"))
    };
    assert_eq!(of("delegation", "new")["cid"], good.cid().to_string());
    assert_eq!(of("delegation", "refused")["code"], "bad-signature");
    assert_eq!(of("token", "refused")["code"], "malformed");
    assert_eq!(of("receipt", "new")["ran"], good.cid().to_string());
    let told = other.run(&["receive", "mixed"]);
    assert!(
        told.code == 1 && told.out.contains("bad-signature: ") && told.out.contains("  do   "),
        "{}",
        told.out
    );
    for arguments in [&["receive"][..], &["receive", "missing"], &["receive", "words"]] {
        bench.write("words", "nothing of the kind");
        assert_eq!(other.run(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn what_a_did_web_signed_takes_its_document() {
    let bench = Bench::with_chain();
    let (key, site) = (key(9), allod::Did::parse("did:web:photos.example").unwrap());
    let phone = allod::Did::parse(&bench.did("phone")).unwrap();
    let token = Delegation::builder(phone, site.clone(), "/photos".parse().unwrap())
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
    let ran = bench.run(&["receive", "web"]);
    assert!(ran.code == 1 && ran.out.contains("unresolved-did"), "{}", ran.out);
    bench.ok(&["receive", "web", "--document", "did.json"]);
    let invoke = ["invoke", "--key", "phone", "--subject", "did:web:photos.example", "--command", "/photos"];
    let ran = bench.run(&invoke);
    assert!(ran.code == 2 && ran.err.contains("--document"), "{}", ran.err);
    bench.ok(&[&invoke[..], &["--document", "did.json"]].concat());
}

#[test]
fn a_list_shows_what_is_held_and_given_and_how_it_stands() {
    let bench = Bench::with_chain();
    let grant = ["grant", "--key", "alice", "--to", "bob", "--command"];
    bench.ok(&[&grant[..], &["/later", "--not-before", "1d", "--expires", "2d"]].concat());
    bench.ok(&[&grant[..], &["/ever", "--expires", "never"]].concat());
    let (alice, bob) = (SigningKey::from_seed(Algorithm::Ed25519, &[7; 32]).unwrap(), bench.did("bob"));
    let over = Delegation::builder(allod::Did::parse(&bob).unwrap(), alice.did(), "/over".parse().unwrap())
        .expires(Timestamp::from_seconds(1_000_000_000).unwrap())
        .sign(&alice)
        .unwrap();
    bench.write("over", over.as_bytes());
    bench.ok(&["receive", "over"]);

    let data = bench.json(&["list", "--key", "bob"]);
    let held = data[0]["held"].as_array().unwrap();
    let of = |command: &str| held.iter().find(|row| row["command"] == command).cloned().unwrap_or_default();
    assert_eq!((data.as_array().unwrap().len(), held.len()), (1, 3));
    assert_eq!(of("/photos/read")["state"], "valid");
    assert_eq!(of("/photos/read")["issuer_name"], "alice");
    assert_eq!(of("/photos/read")["subject_name"], "album");
    assert_eq!(of("/photos/read")["but"], serde_json::Value::Null);
    assert_eq!(of("/later")["state"], "not-yet");
    assert_eq!(of("/ever")["expires"], serde_json::Value::Null);
    let all = bench.json(&["list", "--key", "bob", "--all"]);
    let ended = all[0]["held"].as_array().unwrap().iter().find(|row| row["command"] == "/over").unwrap();
    assert_eq!(ended["state"], "ended");
    assert_eq!(data[0]["given"][0]["audience_name"], "phone");

    let ran = bench.run(&["list", "--key", "bob"]);
    for part in [
        "holds",
        "from alice: /photos/read on album, provided that",
        "valid",
        "not yet: begins in",
        "gave",
        "to phone: ",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(ran.err.contains("revoked: 1; see --all") && !ran.out.contains("/over"), "{}", ran.err);
    assert!(bench.ok(&["list", "--all"]).contains("ended "));
    let ran = bench.run(&["list", "--key", "nobody"]);
    assert!(ran.code == 2 && ran.err.contains("no key named"), "{}", ran.err);
    // A link whose ground is missing says so.
    let other = bench.elsewhere("other");
    bench.ok(&["key", "export", "phone", "--secret", "--out", "pem"]);
    other.ok(&["key", "import", "phone", "pem"]);
    let container = allod::Container::read(&bench.read("c")).unwrap();
    let leaf = container.tokens().find(|(_, bytes)| {
        allod::Token::<Delegation>::parse(bytes.clone()).unwrap().audience().to_string() == bench.did("phone")
    });
    bench.write("leaf", leaf.unwrap().1);
    other.ok(&["receive", "leaf"]);
    let data = other.json(&["list"]);
    assert!(data[0]["held"][0]["but"].as_str().unwrap().contains("nothing leads from"), "{data}");
}

#[test]
fn a_linked_device_speaks_for_its_owner_as_far_as_it_was_let() {
    let bench = Bench::with_chain();
    let phone = bench.elsewhere("pocket");
    let device = phone.ok(&["key", "new", "device"]).trim().to_owned();
    let link = ["link", &device, "--key", "bob", "--out"];
    let told = bench.ok(&[&link[..], &["linked"]].concat());
    assert!(told.contains("bob lets") && told.contains("any subject, without end"), "{told}");
    phone.ok(&["receive", "linked"]);
    let album = bench.did("album");
    let invoke =
        ["invoke", "--key", "device", "--subject", &album, "--args", r#"{"path":"summer/x"}"#, "--command"];
    phone.ok(&[&invoke[..], &["/photos/read", "--out", "request"]].concat());
    bench.ok(&["check", "request", "--executor", "album", "--no-store"]);
    // Neither what is Bob's own, nor taking back.
    let bob = bench.did("bob");
    let own = ["invoke", "--key", "device", "--subject", &bob, "--command", "/mail/send"];
    assert_eq!(phone.run(&own).code, 2);
    let given = bench.json(&["list", "--key", "bob"])[0]["given"].clone();
    let to_phone = given.as_array().unwrap().iter().find(|row| row["audience_name"] == "phone").unwrap();
    let to_phone = to_phone["cid"].as_str().unwrap();
    phone.ok(&["receive", "c"]);
    let ran = phone.run(&["revoke", to_phone, "--key", "device"]);
    assert!(ran.code == 2 && ran.err.contains("--may-revoke"), "{}", ran.err);

    let data = bench.json(
        &[&link[..], &["more", "--may-revoke", "--as-oneself", "--only", "/mail", "--expires", "30d"]]
            .concat(),
    );
    let commands: Vec<_> = data["delegations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| token["command"].as_str().unwrap())
        .collect();
    assert_eq!(commands.iter().filter(|command| **command == "/mail").count(), 2);
    assert!(commands.contains(&"/ucan/revoke") && data["delegations"][0]["expires"].is_i64());
    phone.ok(&["receive", "more"]);
    phone.ok(&own);
    let data = phone.json(&["revoke", to_phone, "--key", "device"]);
    assert_eq!(data["subject"], bob, "in Bob's name");
    let ran = bench.run(&["link", "bob", "--key", "bob"]);
    assert!(ran.code == 2 && ran.err.contains("needs no link"), "{}", ran.err);
}
