//! What the binary says holds no secret key, and arguments only where one asks why.

use allod::{Algorithm, SigningKey};
use allod_tests::canary::Canary;
use serde_json::json;

use super::support::{Bench, Ran};

const SECRET: [u8; 32] = *b"kT7#qV2!xW9@zR4$mB6%nC8^pD1&sF3*";
const ARGUMENT: &str = "aL5~gH0?jY8=eU2+";

/// The key in each of its forms: PEM, JWK, seed in hex.
fn forms(algorithm: Algorithm) -> [String; 3] {
    let key = SigningKey::from_seed(algorithm, &SECRET).unwrap();
    let [pem, jwk] = [key.danger_export_pkcs8_pem(), key.danger_export_jwk()].map(|text| text.to_string());
    [pem, jwk, allod_tests::canary::hex(&SECRET)]
}

#[track_caller]
fn silent(canary: &Canary, arguments: &[&str], ran: &Ran) {
    canary.is_not_in(&format!("{arguments:?}"), &format!("{}{}", ran.out, ran.err));
}

#[test]
fn a_key_file_that_is_refused_is_not_quoted() {
    let (bench, canary) = (Bench::new(), Canary::new(&SECRET));
    let mut refused = 0;
    for algorithm in Algorithm::ALL {
        for text in forms(algorithm) {
            let middle = text.len() / 2;
            let damaged = [
                text[..text.len() - 3].to_owned(),
                text[..middle + 20].to_owned(),
                format!("{}*{}", &text[..middle], &text[middle + 1..]),
                format!("{text}\n{text}"),
                format!("x{text}"),
                text.replace("PRIVATE", "PUBLIC").replace("\"kty\"", "\"key\""),
            ];
            for file in damaged {
                bench.write("key", &file);
                for format in ["pem", "jwk", "seed"] {
                    let import = ["key", "import", "x", "key", "--force", "--format", format];
                    let ran = bench.run(&import);
                    refused += usize::from(ran.code == 2);
                    silent(&canary, &import, &ran);
                }
            }
        }
    }
    assert!(refused > 140, "only {refused} were refused");
}

#[test]
fn a_damaged_key_in_the_store_is_not_quoted() {
    let (bench, canary) = (Bench::new(), Canary::new(&SECRET));
    bench.ok(&["key", "new", "good"]);
    let did = bench.did("good");
    for text in forms(Algorithm::P256) {
        for file in [text.replace("--\n", "--\n*"), text[..text.len() - 30].to_owned()] {
            std::fs::write(bench.path("home/keys/bad.pem"), file).unwrap();
            let commands: [&[&str]; 6] = [
                &["key", "list"],
                &["key", "list", "--json"],
                &["key", "show", "bad"],
                &["key", "export", "bad", "--secret"],
                &["grant", "--key", "bad", "--to", &did, "--command", "/x"],
                &["invoke", "--key", "bad", "--subject", &did, "--command", "/x", "--json"],
            ];
            for command in commands {
                silent(&canary, command, &bench.run(command));
            }
            assert_eq!(bench.run(&["key", "show", "bad"]).code, 2);
        }
    }
}

#[test]
fn a_key_file_named_where_another_belongs_is_not_quoted() {
    let (bench, canary) = (Bench::new(), Canary::new(&SECRET));
    bench.ok(&["key", "new", "good"]);
    let did = bench.did("good");
    for text in forms(Algorithm::Ed25519) {
        bench.write("key", &text);
        // In a batch each field is where it does not belong.
        let lines: Vec<String> =
            ["at", "skew", "executor", "subjects", "tokens", "invocation", "container", "id"]
                .iter()
                .map(|field| json!({ *field: text, "more": 1 }).to_string())
                .chain(["at", "skew", "executor", "subjects", "tokens", "container"].iter().map(|field| {
                    let mut line = json!({ "at": 1, "executor": did, "tokens": [], "invocation": "" });
                    line[*field] = json!(text);
                    line.to_string()
                }))
                .collect();
        bench.write("lines", lines.join("\n"));
        let commands: [&[&str]; 11] = [
            &["inspect", "key"],
            &["inspect", "key", "--json"],
            &["check", "key", "--executor", &did, "--explain"],
            &["check", "key", "--executor", &did, "--json"],
            &["check", "--invocation", "key", "--executor", &did],
            &["check", "key", "--may"],
            &["check", "--batch", "key"],
            &["check", "--batch", "lines"],
            &["check", "key", "--executor", &did, "--document", "key"],
            &["invoke", "--key", "good", "--subject", "good", "--command", "/x", "--proof", "key"],
            &["grant", "--key", "good", "--to", &did, "--command", "/x", "--proof", "key"],
        ];
        for command in commands {
            silent(&canary, command, &bench.run(command));
        }
    }
}

#[test]
fn arguments_are_shown_where_the_question_is_why() {
    let (bench, canary) = (Bench::with_chain(), Canary::new(ARGUMENT.as_bytes()));
    let album = bench.did("album");
    let check = ["check", "request", "--executor", &album];
    bench.request(&format!("summer/{ARGUMENT}"));
    silent(&canary, &check, &bench.run(&check));
    std::fs::remove_file(bench.path("request")).unwrap();
    bench.request(ARGUMENT);
    let denied = bench.run(&check);
    assert_eq!(denied.code, 1);
    assert!(canary.seen_in(&denied.out).is_some(), "asked for: {}", denied.out);
    assert!(denied.err.is_empty());
    let line = json!({ "at": 4_000_000_000_i64, "executor": album,
        "container": String::from_utf8(bench.read("request")).unwrap() });
    bench.write("lines", line.to_string());
    let batch = ["check", "--batch", "lines"];
    let ran = bench.run(&batch);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    silent(&canary, &batch, &ran);
    for arguments in
        [format!("{{\"pin\": \"{ARGUMENT}\""), format!("[\"{ARGUMENT}\"]"), format!("\"{ARGUMENT}\"")]
    {
        let invoke = [
            "invoke",
            "--key",
            "album",
            "--subject",
            "album",
            "--command",
            "/x",
            "--args",
            &arguments,
            "--out",
            "o",
        ];
        let ran = bench.run(&invoke);
        assert_eq!(ran.code, 2);
        canary.is_not_in("invoke", &format!("{}{}", ran.out, ran.err));
    }
}

#[test]
fn the_store_holds_no_secret_key() {
    let (bench, canary) = (Bench::new(), Canary::new(&SECRET));
    let [_, _, seed] = forms(Algorithm::Ed25519);
    let import = ["key", "import", "me", "-", "--type", "ed25519"];
    assert_eq!(bench.run_with(&import, seed.as_bytes()).code, 0);
    bench.ok(&["key", "new", "bob"]);
    let commands: [&[&str]; 8] = [
        &["grant", "--key", "me", "--to", "bob", "--command", "/x", "--out", "grant"],
        &["link", "bob", "--key", "me", "--may-revoke", "--as-oneself", "--out", "link"],
        &["invoke", "--key", "bob", "--subject", "me", "--command", "/x", "--out", "request"],
        &["check", "request", "--executor", "me", "--log-arguments"],
        &["receive", "grant", "link"],
        &["revoke", "grant", "--key", "me", "--out", "revoked"],
        &["list", "--all", "--json"],
        &["revocations", "export", "--json"],
    ];
    for command in commands {
        let ran = bench.run(command);
        assert_eq!(ran.code, 0, "{command:?}: {}{}", ran.out, ran.err);
        silent(&canary, command, &ran);
    }
    let store = std::fs::read(bench.store()).unwrap();
    assert!(!store.windows(SECRET.len()).any(|window| window == SECRET));
    canary.is_not_in("the store", &String::from_utf8_lossy(&store));
}
