//! `allod grant`, `allod invoke` and `allod inspect` on what is as it should be.

use super::support::Bench;

#[test]
fn a_chain_is_granted_invoked_and_inspected() {
    let bench = Bench::with_chain();
    bench.request("summer/beach.jpg");
    let data = bench.json(&["inspect", "request"]);
    assert_eq!((data["form"].as_str(), data["spelling"].as_str()), (Some("container"), Some("base64url")));
    let tokens = data["tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), 4);
    assert_eq!(tokens[0]["kind"], "invocation");
    for (index, proof) in tokens[0]["proofs"].as_array().unwrap().iter().enumerate() {
        assert_eq!(*proof, tokens[index + 1]["cid"], "root first");
    }
    assert!(tokens.iter().all(|token| token["signature"]["valid"] == true));
    assert_eq!(tokens[0]["args"]["path"], "summer/beach.jpg");
    assert_eq!(tokens[2]["policy"], serde_json::json!([["like", ".path", "summer/*"]]));
    assert_eq!(tokens[1]["issuer"], bench.did("album").as_str());

    let tree = bench.ok(&["inspect", "request"]);
    for part in [
        "invocation zdpu",
        "alice (did:key:",
        "/photos/read and all below it",
        "matches \"summer/*\"",
        "in 7 days",
        "valid (P-256)",
    ] {
        assert!(tree.contains(part), "{part}: {tree}");
    }
    assert!(!tree.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn every_encoding_is_written_and_read_from_files_and_standard_input() {
    let bench = Bench::with_chain();
    for encoding in ["raw", "base64", "base64url", "gzip", "gzip+base64", "gzip+base64url"] {
        let grant = ["grant", "--key", "album", "--to", "alice", "--command", "/x", "--encoding", encoding];
        bench.ok(&[&grant[..], &["--out", "x", "--force"]].concat());
        assert_eq!(bench.json(&["inspect", "x"])["spelling"], encoding);
        let bytes = bench.read("x");
        let ran = bench.run_with(&["inspect", "-"], &bytes);
        assert_eq!(ran.code, 0, "{encoding}: {}", ran.err);
        let padded = [b" \n", &bytes[..], b"\r\n"].concat();
        let ran = bench.run_with(&["inspect", "-"], &padded);
        assert_eq!(ran.code == 0, !matches!(encoding, "raw" | "gzip"), "{encoding} with space around");
        let data = bench.json(&grant);
        assert_eq!(data["file"], serde_json::Value::Null);
        bench.write("text", data["container"].as_str().unwrap());
        assert_eq!(bench.run(&["inspect", "text"]).code, 0, "{encoding}, as data");
    }
    let text = bench.ok(&["grant", "--key", "album", "--to", "alice", "--command", "/x"]);
    assert!(text.starts_with('C') && text.lines().count() == 1);
}

#[test]
fn a_bare_token_is_read_in_every_spelling() {
    use allod::wire::multibase;
    let bench = Bench::with_chain();
    let container = allod::Container::read(&bench.read("a")).unwrap();
    let token = container.tokens().next().unwrap().1;
    let hex = token.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02X}"));
    bench.write("raw", &token);
    bench.write("base64", multibase::base64_padded_encode(&token));
    bench.write("base64url", multibase::base64url_encode(&token) + "\n");
    bench.write("hex", format!("\n{hex}\n"));
    // As `base64` and `xxd -p` write them: in lines.
    let lines = |text: String, width: usize, end: &str| {
        let text: Vec<_> = text.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap()).collect();
        text.join(end) + end
    };
    bench.write("base64 lines", lines(multibase::base64_padded_encode(&token), 76, "\n"));
    bench.write("base64url lines", lines(multibase::base64url_encode(&token), 10, "\r\n"));
    bench.write("hex lines", lines(hex.to_lowercase(), 60, "\n"));
    bench.write("hex pairs", lines(hex, 2, " "));
    // A container has one spelling, and words are no token.
    let text = String::from_utf8(bench.read("a")).unwrap();
    bench.write("container lines", lines(text.trim().into(), 76, "\n"));
    bench.write("words", "gone for now\n");
    for name in ["container lines", "words"] {
        assert_eq!(bench.run(&["inspect", name]).code, 2, "{name}");
    }
    for name in
        ["raw", "base64", "base64url", "hex", "base64 lines", "base64url lines", "hex lines", "hex pairs"]
    {
        let data = bench.json(&["inspect", name]);
        assert_eq!(
            (data["form"].as_str(), data["tokens"][0]["command"].as_str()),
            (Some("token"), Some("/photos")),
            "{name}"
        );
    }
}

#[test]
fn what_is_risky_is_pointed_out_and_what_is_refused_is_explained() {
    let bench = Bench::with_chain();
    let grant = ["grant", "--key", "album", "--to", "alice", "--command"];
    let ran = bench.run(&[&grant[..], &["/", "--expires", "never"]].concat());
    assert_eq!((ran.code, ran.err.matches("warning:").count()), (0, 2), "{}", ran.err);
    let lints = bench.json(&[&grant[..], &["/x", "--powerline"]].concat());
    assert_eq!(lints["lints"].as_array().unwrap().len(), 1, "{lints}");
    assert_eq!(lints["delegation"]["subject"], serde_json::Value::Null);
    // About another's subject, of whom it holds nothing.
    let ran = bench.run(&[&grant[..], &["/x", "--subject", "bob"]].concat());
    assert!(ran.code == 2 && ran.err.contains("nothing leads from bob to album"), "{}", ran.err);

    for (extra, part) in [
        (&["photos"][..], "refused"),
        (&["/x", "--policy", "{}"], "policy"),
        (&["/x", "--policy", r#"[["=", ".a", 1]]"#], "policy"),
        (&["/x", "--expires", "soon"], "not a time"),
        (&["/x", "--expires", "1d", "--not-before", "2d"], "end before"),
        (&["/x", "--expires", "2020-01-01"], "not after now"),
        (&["/x", "--expires", "0d"], "not after now"),
        (&["/x", "--expires", "-5d"], "not after now"),
        (&["/x", "--expires", "99999999999999d"], "1000 years"),
        (&["/x", "--meta", "novalue"], "KEY=VALUE"),
        (&["/x", "--meta", "a=1", "--meta", "a=2"], "twice"),
        (&["/x", "--meta", "foo={"], "refused"),
        (&["/x", "--meta", "foo=[1"], "refused"),
        (&["/x", "--meta", "foo=\"a"], "refused"),
        (&["/x", "--meta", "foo=99999999999999999999"], "refused"),
        (&["/x", "--proof", "b"], "was given to"),
        (&["/x", "--proof", "missing"], "cannot read"),
        (&["/x", "--policy", "[]", "--policy-file", "f"], "cannot be used with"),
    ] {
        let ran = bench.run(&[&grant[..], extra].concat());
        assert_eq!(ran.code, 2, "{extra:?}");
        assert!(ran.err.contains(part), "{extra:?}: {}", ran.err);
    }
}

#[test]
fn times_nonces_meta_and_versions_are_written() {
    let bench = Bench::with_chain();
    let data = bench.json(&[
        "grant",
        "--key",
        "album",
        "--to",
        "alice",
        "--command",
        "/x",
        "--expires",
        "2030-01-01",
        "--not-before",
        "2029-12-31T23:00:00+01:00",
        "--meta",
        "note=hi",
        "--meta",
        "level=3",
        "--rc1",
    ]);
    let delegation = &data["delegation"];
    assert_eq!(delegation["expires"], 1_893_456_000);
    assert_eq!(delegation["not_before"], 1_893_448_800);
    assert_eq!(delegation["meta"], serde_json::json!({"note": "hi", "level": 3}));
    assert_eq!(delegation["tag"], "ucan/dlg@1.0.0-rc.1");
    let invoke = ["invoke", "--key", "album", "--subject", "album", "--command", "/x", "--nonce"];
    assert_eq!(bench.json(&[&invoke[..], &["empty"]].concat())["invocation"]["nonce"], "");
    assert_eq!(bench.json(&[&invoke[..], &["00ff"]].concat())["invocation"]["nonce"], "00ff");
    assert_eq!(bench.run(&[&invoke[..], &["0"]].concat()).code, 2);
    for expires in ["2020-01-01", "0d", "-5d", "99999999999999d"] {
        let ran = bench.run(&[&invoke[..], &["00", "--expires", expires]].concat());
        assert!(ran.code == 2 && ran.out.is_empty(), "{expires}: {}", ran.err);
    }
}

#[test]
fn a_grant_from_an_expired_proof_is_not_signed_unasked() {
    use allod::{Delegation, Did, Timestamp};
    let bench = Bench::new();
    bench.ok(&["key", "new", "alice"]);
    let album = super::support::key(1);
    let alice = Did::parse(&bench.did("alice")).unwrap();
    let proof = Delegation::builder(alice, album.did(), "/x".parse().unwrap())
        .expires(Timestamp::from_seconds(1_000_000_000).unwrap())
        .sign(&album)
        .unwrap();
    bench.write("proof", proof.as_bytes());
    let grant = ["grant", "--key", "alice", "--to", &album.did().to_string(), "--command", "/x"];
    let grant = [&grant[..], &["--proof", "proof"]].concat();
    let ran = bench.run(&grant);
    assert!(ran.code == 2 && ran.err.contains("2001-09-09"), "{}", ran.err);
    let ran = bench.run(&[&grant[..], &["--expires", "1d"]].concat());
    assert!(ran.code == 0 && ran.err.contains("would be refused"), "{}", ran.err);
}

#[test]
fn revocations_and_receipts_are_written_with_a_warning() {
    let bench = Bench::with_chain();
    let invoke = ["invoke", "--key", "album", "--subject", "album", "--command"];
    for (command, warned) in
        [("/ucan/revoke", true), ("/ucan/assert", true), ("/ucan/assert/receipt", true), ("/ucandle", false)]
    {
        let data = bench.json(&[&invoke[..], &[command]].concat());
        assert_eq!(data["lints"].to_string().contains("revocations and receipts"), warned, "{command}");
    }
}

#[test]
fn proofs_are_put_in_order_and_what_does_not_fit_is_said() {
    let bench = Bench::with_chain();
    // Single tokens, in the wrong order and with one given twice.
    let container = allod::Container::read(&bench.read("c")).unwrap();
    for (index, (_, token)) in container.tokens().enumerate() {
        bench.write(&format!("t{index}"), token);
    }
    let invoke = [
        "invoke",
        "--key",
        "phone",
        "--subject",
        "album",
        "--command",
        "/photos/read",
        "--args",
        r#"{"path":"summer/x"}"#,
    ];
    let data = bench.json(&[&invoke[..], &["--proof", "t2", "t0", "t1", "t0"]].concat());
    assert_eq!(data["lints"], serde_json::json!([]));
    assert_eq!(data["proofs"].as_array().unwrap().len(), 3);

    let ran = bench.elsewhere("nothing").run(&invoke);
    assert!(ran.code == 2 && ran.err.contains("no key named"), "{}", ran.err);
    let ran = bench.run(&[&invoke[..], &["--proof", "b"]].concat());
    assert!(ran.code == 2 && ran.err.contains("was given to phone"), "{}", ran.err);
    // Only the last link: the line ends at Bob.
    let last = (0..3).find(|index| {
        bench.json(&["inspect", &format!("t{index}")])["tokens"][0]["audience"] == bench.did("phone").as_str()
    });
    let ran = bench.run(&[&invoke[..], &["--proof", &format!("t{}", last.unwrap())]].concat());
    assert!(ran.code == 2 && ran.err.contains("ends at bob"), "{}", ran.err);
    // A second way from the album to the phone.
    bench.ok(&["grant", "--key", "album", "--to", "phone", "--command", "/photos/read", "--out", "direct"]);
    let ran = bench.run(&[&invoke[..], &["--proof", "c", "direct"]].concat());
    assert!(ran.code == 2 && ran.err.contains("ambiguous"), "{}", ran.err);
    // It is written all the same where it would be denied, with a warning.
    let data = bench.json(&[
        "invoke",
        "--key",
        "phone",
        "--subject",
        "album",
        "--command",
        "/photos/delete",
        "--proof",
        "c",
    ]);
    assert!(data["lints"][0].as_str().unwrap().contains("command-not-covered"), "{data}");
}

#[test]
fn a_file_that_is_there_is_replaced_by_force_alone() {
    let bench = Bench::with_chain();
    let (grant, invoke) = (
        ["grant", "--key", "album", "--to", "alice", "--command", "/x", "--out", "kept"],
        ["invoke", "--key", "album", "--subject", "album", "--command", "/x", "--out", "kept"],
    );
    let export = ["key", "export", "alice", "--secret", "--out", "kept"];
    for command in [&grant[..], &invoke, &export] {
        bench.write("kept", "precious");
        let ran = bench.run(command);
        assert!(ran.code == 2 && ran.err.contains("--force"), "{command:?}: {}", ran.err);
        assert_eq!(bench.read("kept"), b"precious", "{command:?}");
        bench.ok(&[command, &["--force"]].concat());
        assert_ne!(bench.read("kept"), b"precious", "{command:?}");
    }
    // Without --out there is nothing to replace.
    assert_eq!(bench.run(&["key", "export", "alice", "--force"]).code, 2);
    #[cfg(unix)]
    {
        bench.ok(&["key", "export", "alice", "--out", "/dev/null"]);
        std::os::unix::fs::symlink("nowhere", bench.path("link")).unwrap();
        assert_eq!(
            bench.run(&["key", "export", "alice", "--out", "link"]).code,
            2,
            "a link holds a name too"
        );
    }
}

#[test]
fn what_is_risky_in_a_token_is_shown_and_whom_a_root_is_about() {
    let bench = Bench::with_chain();
    let album = bench.did("album");
    let tree = bench.ok(&["inspect", "a"]);
    assert!(tree.contains(&format!("album ({album}), the issuer itself")), "{tree}");
    assert!(!tree.contains("beware"), "{tree}");
    let grant = ["grant", "--key", "album", "--command", "/", "--expires", "never"];
    for (extra, number) in [(&["--to", "alice"][..], 2), (&["--to", "album", "--powerline"], 4)] {
        bench.ok(&[&grant[..], extra, &["--out", "risky", "--force"]].concat());
        assert_eq!(bench.ok(&["inspect", "risky"]).matches("beware").count(), number, "{extra:?}");
        let data = bench.json(&["inspect", "risky"]);
        assert_eq!(data["tokens"][0]["lints"].as_array().unwrap().len(), number);
        assert_eq!(data["tokens"][0]["notes"], serde_json::json!([]));
    }
}

#[test]
fn a_refusal_says_which_option_to_change() {
    let bench = Bench::with_chain();
    let grant = ["grant", "--key", "album", "--to", "alice", "--command", "/x", "--json"];
    let invoke = ["invoke", "--key", "album", "--subject", "album", "--json", "--command"];
    let long = format!("text={}", "x".repeat(70_000));
    for (arguments, part) in [
        ([&grant[..], &["--expires", "1d", "--not-before", "2d"]].concat(), "--not-before"),
        ([&grant[..], &["--meta", &long]].concat(), "--meta"),
        ([&invoke[..], &["/"]].concat(), "--command"),
    ] {
        let ran = bench.run(&arguments);
        let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
        assert!(ran.code == 2 && error["remedy"].as_str().unwrap().contains(part), "{error}");
    }
}
