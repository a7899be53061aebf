//! `allod key` and `allod completions`.

use super::support::Bench;

#[test]
fn keys_of_every_kind_are_made_listed_and_shown() {
    let bench = Bench::new();
    for (name, kind, shown) in
        [("e", "ed25519", "Ed25519"), ("p", "p256", "P-256"), ("s", "secp256k1", "secp256k1")]
    {
        let made = bench.ok(&["key", "new", name, "--type", kind]);
        assert!(made.starts_with("did:key:z"), "{made}");
        let data = bench.json(&["key", "show", name]);
        assert_eq!(data["did"], made.trim());
        assert_eq!(data["type"], shown);
        assert_eq!(data["document"]["id"], made.trim());
        assert_eq!(data["jwk"]["d"], serde_json::Value::Null);
        assert!(bench.ok(&["key", "show", name]).contains(made.trim()));
    }
    let list = bench.json(&["key", "list"]);
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert_eq!(bench.ok(&["key", "list"]).lines().count(), 3);
}

#[test]
fn an_empty_store_is_not_an_error() {
    let bench = Bench::new();
    let ran = bench.run(&["key", "list"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert!(ran.err.contains("allod key new"));
    assert!(!bench.path("home").exists(), "looking makes nothing");
}

#[cfg(unix)]
#[test]
fn files_and_folders_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    bench.ok(&["key", "new", "alice"]);
    bench.ok(&["key", "export", "alice", "--secret", "--out", "copy.pem"]);
    let mode = |name: &str| std::fs::metadata(bench.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("home"), 0o700);
    assert_eq!(mode("home/keys"), 0o700);
    assert_eq!(mode("home/keys/alice.pem"), 0o600);
    assert_eq!(mode("copy.pem"), 0o600);
    let files: Vec<_> = std::fs::read_dir(bench.path("home/keys")).unwrap().collect();
    assert_eq!(files.len(), 1, "no draft is left behind");
}

#[test]
fn a_key_is_never_replaced_unasked() {
    let bench = Bench::new();
    let first = bench.ok(&["key", "new", "alice"]);
    let ran = bench.run(&["key", "new", "alice"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--force"), "{}", ran.err);
    assert_eq!(bench.did("alice"), first.trim());
    bench.ok(&["key", "new", "alice", "--force"]);
    assert_ne!(bench.did("alice"), first.trim());
}

#[test]
fn secrets_go_out_and_in_in_every_form_and_only_when_asked() {
    let bench = Bench::new();
    for kind in ["ed25519", "p256", "secp256k1"] {
        bench.ok(&["key", "new", "k", "--type", kind, "--force"]);
        for format in ["pem", "jwk", "seed"] {
            let secret = bench.ok(&["key", "export", "k", "--secret", "--format", format]);
            let import = ["key", "import", "copy", "-", "--force", "--type", kind];
            let ran = bench.run_with(&import, secret.as_bytes());
            assert_eq!(ran.code, 0, "{kind} {format}: {}", ran.err);
            assert_eq!(ran.out.trim(), bench.did("k"), "{kind} {format}");
        }
        let public = bench.ok(&["key", "export", "k"]);
        assert!(!public.contains("\"d\""), "{public}");
    }
    assert_eq!(bench.run(&["key", "export", "k", "--format", "pem"]).code, 2);
    assert_eq!(bench.run(&["key", "export", "k", "--format", "did", "--secret"]).code, 2);
    let seed = bench.ok(&["key", "export", "k", "--secret", "--format", "seed"]);
    let ran = bench.run_with(&["key", "import", "x", "-"], seed.as_bytes());
    assert!(ran.code == 2 && ran.err.contains("--type"), "{}", ran.err);
    for (input, kind) in
        [("", "p256"), ("zz", "p256"), (&"0".repeat(64), "p256"), ("{}", "p256"), ("-----BEGIN", "p256")]
    {
        let ran = bench.run_with(&["key", "import", "x", "-", "--type", kind], input.as_bytes());
        assert_eq!(ran.code, 2, "{input}");
    }
    let ran = bench.run_with(
        &["key", "import", "x", "-", "--type", "ed25519"],
        bench.ok(&["key", "export", "k", "--secret"]).as_bytes(),
    );
    assert_eq!(ran.code, 2, "another type than the one said");
}

#[test]
fn a_key_that_is_there_under_another_name_is_pointed_out() {
    let bench = Bench::new();
    bench.ok(&["key", "new", "alice"]);
    bench.ok(&["key", "export", "alice", "--secret", "--out", "pem"]);
    let ran = bench.run(&["key", "import", "me", "pem"]);
    assert!(ran.code == 0 && ran.err.contains("another name already: alice"), "{}", ran.err);
    let ran = bench.run(&["key", "import", "alice", "pem", "--force", "--json"]);
    let data: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.err.as_str(), &data["also"]), ("", &serde_json::json!(["me"])));
    let ran = bench.run(&["key", "new", "bob"]);
    assert_eq!(ran.err, "");
}

#[test]
fn names_lead_nowhere_else() {
    let bench = Bench::new();
    for name in ["../alice", "a/b", "Alice", "", ".", "a.pem", "a\u{202e}b", "é"] {
        for arguments in [["key", "new", name], ["key", "show", name], ["key", "export", name]] {
            let ran = bench.run(&arguments);
            assert_eq!(ran.code, 2, "{arguments:?}");
            assert!(!ran.err.contains('\u{202e}'));
        }
    }
    assert!(!bench.path("home").exists());
}

#[test]
fn errors_are_data_where_data_are_wanted() {
    let bench = Bench::new();
    let ran = bench.run(&["key", "show", "nobody", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(ran.code, 2);
    assert!(error["remedy"].as_str().unwrap().contains("allod key new nobody"));
    assert_eq!(bench.run(&["no-such-command"]).code, 2);
    assert_eq!(bench.run(&["key", "new"]).code, 2);
    for (arguments, part) in [
        (&["--json"][..], "requires a subcommand"),
        (&["--json", "key"], "no command"),
        (&["no-such-command", "--json"], "no-such-command"),
        (&["--json", "key", "new"], "<NAME>"),
        (&["grant", "--json", "--frobnicate"], "--frobnicate"),
        (&["check", "--json", "--skew", "-1"], "from 0"),
        (&["key", "new", "a\u{202e}b", "c\u{202e}d", "--json"], "unexpected"),
    ] {
        let ran = bench.run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
        assert!(error["error"].as_str().unwrap().contains(part), "{arguments:?}: {error}");
        assert!(error["remedy"].as_str().unwrap().contains("--help"), "{arguments:?}: {error}");
        assert_eq!(error.as_object().unwrap().len(), 2);
    }
    let ran = bench.run(&["key", "new", "--help", "--json"]);
    assert!(ran.code == 0 && ran.out.contains("Example"), "help is help");
}

#[test]
fn every_command_has_help_with_an_example_and_shells_are_served() {
    let bench = Bench::new();
    let commands: [&[&str]; 23] = [
        &["demo"],
        &["key"],
        &["key", "new"],
        &["key", "list"],
        &["key", "show"],
        &["key", "export"],
        &["key", "import"],
        &["grant"],
        &["invoke"],
        &["inspect"],
        &["check"],
        &["completions"],
        &["receive"],
        &["list"],
        &["name"],
        &["revoke"],
        &["link"],
        &["log"],
        &["revocations"],
        &["revocations", "export"],
        &["revocations", "import"],
        &["revocations", "list"],
        &["revocations", "synced"],
    ];
    for command in commands {
        let help = bench.ok(&[command, &["--help"]].concat());
        assert!(help.contains("Example") && help.contains("allod "), "{command:?}: {help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{command:?} is too wide");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(bench.ok(&["completions", shell]).contains("inspect"), "{shell}");
    }
    assert_eq!(bench.json(&["completions", "bash"])["shell"], "bash");
}
