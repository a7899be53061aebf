//! What strangers may send.

use allod::{ContainerWriter, Delegation, Encoding, Invocation, Timestamp};

use super::support::{Bench, Numbers, key};

/// A text that would turn a terminal's line around, colour it, clear it, and hide in it.
const HOSTILE: &str = "a\u{202e}b\u{1b}[2mc\u{200b}d\u{2066}e\rf\u{85}g\u{e0041}";

fn hostile_tokens() -> Vec<u8> {
    let (album, alice) = (key(1), key(2));
    let end = Timestamp::from_seconds(4_000_000_000).unwrap();
    let command = format!("/photos/{HOSTILE}").parse().unwrap();
    let policy = serde_json::json!([["==", format!("[\"{HOSTILE}\"]").replace('[', ".["), HOSTILE]]);
    let policy = allod::Policy::from_json(&policy.to_string());
    let mut builder =
        Delegation::builder(alice.did(), album.did(), command).expires(end).meta(HOSTILE, HOSTILE);
    if let Ok(policy) = policy {
        builder = builder.policy(policy);
    }
    let token = builder.sign(&album).unwrap();
    let invocation = Invocation::builder(album.did(), format!("/photos/{HOSTILE}").parse().unwrap())
        .argument(HOSTILE, HOSTILE)
        .proofs([token.cid()])
        .expires(end)
        .sign(&alice)
        .unwrap();
    ContainerWriter::new().token(&token).token(&invocation).write(Encoding::Base64Url).unwrap()
}

fn hides(text: &str) -> bool {
    text.chars()
        .any(|c| c != '\n' && (c.is_control() || "\u{202e}\u{200b}\u{2066}\u{85}\u{e0041}".contains(c)))
}

#[test]
fn nothing_that_a_token_says_reaches_the_terminal_unescaped() {
    let bench = Bench::new();
    bench.write("hostile", hostile_tokens());
    let album = key(1).did().to_string();
    let commands: [&[&str]; 8] = [
        &["inspect", "hostile"],
        &["inspect", "hostile", "--json"],
        &["check", "hostile", "--executor", &album, "--explain"],
        &["check", "hostile", "--executor", &album, "--explain", "--json"],
        &["check", "hostile", "--may"],
        &["check", "hostile", "--may", "--json"],
        &["check", "hostile", "--executor", HOSTILE],
        &["check", "hostile", "--executor", &album, "--at", "1"],
    ];
    for command in commands {
        let ran = bench.run(command);
        assert!(!hides(&ran.out) && !hides(&ran.err), "{command:?}: {}{}", ran.out, ran.err);
    }
    let text = bench.run(&["inspect", "hostile"]).out;
    assert!(text.contains("\\u{202e}") && text.contains("\\u{1b}[2m"), "{text}");
    // As data it is what the token says.
    let data = bench.json(&["inspect", "hostile"]);
    assert_eq!(data["tokens"][0]["command"], format!("/photos/{HOSTILE}"));
    assert_eq!(data["tokens"][0]["args"][HOSTILE], HOSTILE);
}

#[test]
fn what_was_received_reaches_the_terminal_escaped_for_ever_after() {
    let bench = Bench::new();
    bench.write("hostile", hostile_tokens());
    for (name, seed) in [("album", 1_u8), ("alice", 2)] {
        let seed = format!("{seed:02x}").repeat(32);
        let ran = bench.run_with(&["key", "import", name, "-", "--type", "ed25519"], seed.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let commands: [&[&str]; 13] = [
        &["receive", "hostile"],
        &["receive", "hostile", "--json"],
        &["list"],
        &["list", "--json"],
        &["check", "hostile", "--executor", "album", "--log-arguments"],
        &["log"],
        &["log", "--json"],
        &["revoke", "hostile", "--key", "album", "--out", "revoked"],
        &["revocations", "list"],
        &["revocations", "import", "revoked"],
        &["list", "--all"],
        &["invoke", "--key", "alice", "--subject", "album", "--command", "/photos"],
        &["name", HOSTILE, "alice"],
    ];
    for command in commands {
        let ran = bench.run(command);
        assert!(!hides(&ran.out) && !hides(&ran.err), "{command:?}: {}{}", ran.out, ran.err);
    }
    let text = bench.ok(&["list", "--all"]);
    assert!(text.contains("\\u{202e}") && text.contains("revoked by album"), "{text}");
    assert!(bench.ok(&["log"]).contains("\\u{1b}[2m"));
}

#[test]
fn look_alikes_are_pointed_out() {
    let bench = Bench::new();
    let end = Timestamp::from_seconds(4_000_000_000).unwrap();
    let web = allod::Did::parse("did:web:xn--80ak6aa92e.com").unwrap();
    let token = Delegation::builder(web, key(1).did(), "/рhotos/read".parse().unwrap())
        .expires(end)
        .sign(&key(1))
        .unwrap();
    bench.write("token", token.as_bytes());
    let text = bench.ok(&["inspect", "token"]);
    assert_eq!(text.matches("beware").count(), 2, "{text}");
    assert!(text.contains("Cyrillic"), "{text}");
    let notes = bench.json(&["inspect", "token"]);
    assert_eq!(notes["tokens"][0]["notes"].as_array().unwrap().len(), 2);
}

#[test]
fn a_token_that_is_none_is_explained() {
    let bench = Bench::new();
    let token = Delegation::builder(key(2).did(), key(1).did(), "/x".parse().unwrap()).sign(&key(1)).unwrap();
    let mut bytes = token.as_bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    bench.write("forged", &bytes);
    let ran = bench.run(&["inspect", "forged"]);
    assert!(ran.code == 1 && ran.out.contains("NOT VALID"), "{}", ran.out);
    bytes.pop();
    bench.write("cut", &bytes);
    let ran = bench.run(&["inspect", "cut"]);
    assert!(ran.code == 2 && ran.out.contains("not a token") && ran.out.contains("malformed"), "{}", ran.out);
    assert_eq!(bench.json(&["inspect", "cut"])["tokens"][0]["kind"], "malformed");
    let ran = bench.run(&["check", "cut", "--executor", &key(1).did().to_string()]);
    assert!(ran.code == 1 && ran.out.contains("malformed"), "{}", ran.out);
}

#[test]
fn garbage_is_refused_without_a_panic() {
    let bench = Bench::new();
    let album = key(1).did().to_string();
    let mut seeds: Vec<Vec<u8>> =
        vec![Vec::new(), b"\n".to_vec(), b"\xff".to_vec(), b"@".to_vec(), b"M\x1f\x8b".to_vec()];
    let whole = hostile_tokens();
    let raw =
        ContainerWriter::new().all(allod::Container::read(&whole).unwrap().tokens().map(|(_, bytes)| bytes));
    for encoding in Encoding::ALL {
        seeds.push(raw.write(encoding).unwrap());
    }
    let token = Delegation::builder(key(2).did(), key(1).did(), "/x".parse().unwrap()).sign(&key(1)).unwrap();
    seeds.push(token.as_bytes().to_vec());
    let mut numbers = Numbers(42);
    for round in 0..120 {
        let mut bytes = seeds[numbers.below(seeds.len())].clone();
        for _ in 0..=numbers.below(4) {
            let value = u8::try_from(numbers.below(256)).unwrap();
            match numbers.below(4) {
                0 if !bytes.is_empty() => {
                    let place = numbers.below(bytes.len());
                    bytes[place] = value;
                }
                1 if !bytes.is_empty() => bytes.truncate(numbers.below(bytes.len())),
                2 => bytes.insert(numbers.below(bytes.len() + 1), value),
                _ => bytes.extend((0..numbers.below(40)).map(|_| value)),
            }
        }
        bench.write("garbage", &bytes);
        let commands: [&[&str]; 3] = [
            &["inspect", "garbage"],
            &["check", "garbage", "--executor", &album, "--explain"],
            &["check", "--batch", "garbage"],
        ];
        let ran = bench.run(commands[round % 3]);
        assert!(!hides(&ran.out) && !hides(&ran.err), "round {round}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_heap_of_delegations_that_all_fit_each_other_ends() {
    let bench = Bench::new();
    let keys: Vec<_> = (1..=40).map(key).collect();
    let mut writer = ContainerWriter::new();
    for issuer in &keys {
        for audience in &keys {
            let builder = Delegation::builder(audience.did(), key(1).did(), "/x".parse().unwrap());
            writer = writer.token(&builder.sign(issuer).unwrap());
        }
    }
    bench.write("heap", writer.write(Encoding::GzipBase64).unwrap());
    let begun = std::time::Instant::now();
    assert_eq!(bench.run(&["inspect", "heap"]).code, 0);
    assert_eq!(bench.run(&["check", "heap", "--may", "--holder", &key(40).did().to_string()]).code, 0);
    bench.ok(&["key", "new", "phone"]);
    let ran = bench.run(&[
        "invoke",
        "--key",
        "phone",
        "--subject",
        &key(1).did().to_string(),
        "--command",
        "/x",
        "--proof",
        "heap",
    ]);
    assert!(ran.code == 2 && ran.err.contains("was given to phone"), "{}", ran.err);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

/// A file's name, or whatever else a shell put there, with terminal commands in it.
#[test]
fn usage_errors_do_not_drive_the_terminal() {
    let bench = Bench::new();
    for arguments in
        [&["check", "--bo\u{1b}[31mgus"][..], &["check", "--skew", "\u{1b}[31mx"], &["\u{1b}]0;gone\u{7}"]]
    {
        let ran = bench.run(arguments);
        assert_eq!(ran.code, 2);
        assert!(!ran.err.contains(['\u{1b}', '\u{7}']), "{:?}", ran.err);
        assert!(ran.err.contains("\\u{1b}"), "{:?}", ran.err);
    }
}

/// White space that JSON allows between tokens, in what is echoed.
#[test]
fn an_id_with_tabs_is_still_json() {
    let ran = Bench::new().run_with(&["check", "--batch"], b"{\"id\":[1,\t2,\r3],\"at\":1,\"executor\":\"did:web:a.example\",\"tokens\":[],\"invocation\":\"\"}\n");
    let answer: serde_json::Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
    assert_eq!(answer["id"], serde_json::json!([1, 2, 3]));
    assert_eq!(answer["code"], "malformed");
}
