//! `allod demo`.

use super::support::Bench;

#[test]
fn the_story_comes_out_as_it_should_and_leaves_no_trace() {
    let bench = Bench::new();
    let text = bench.ok(&["demo"]);
    for part in [
        "✓ allowed",
        "receipt",
        "replayed",
        "command-not-covered",
        "policy-unsatisfied",
        "Alice takes back",
        "revoked by Alice",
        "expired",
        "ask Alice for",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.split_whitespace().count() < 500, "a minute of reading");
    assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
    assert!(!bench.path("home").exists());
}

#[test]
fn the_data_are_the_same_story() {
    let data = Bench::new().json(&["demo"]);
    assert_eq!(data["principals"].as_array().unwrap().len(), 4);
    let decisions: Vec<_> =
        data["steps"].as_array().unwrap().iter().map(|step| step["decision"].clone()).collect();
    let codes: Vec<_> = decisions.iter().filter_map(|decision| decision["code"].as_str()).collect();
    assert_eq!(codes, ["replayed", "command-not-covered", "policy-unsatisfied", "revoked", "expired"]);
    let allowed: Vec<_> = data["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["decision"]["decision"] == "allow")
        .collect();
    assert_eq!(allowed.len(), 2, "before the revocation was sent, and before it arrived");
    for step in allowed {
        assert_eq!((step["outcome"].as_str(), &step["result"]["bytes"]), (Some("executed"), &43_008.into()));
        assert_eq!(step["tokens"][1]["cid"], step["receipt"], "the receipt stands behind the request");
        let link = |value: &serde_json::Value| value.as_str().unwrap().parse::<allod::Cid>().unwrap();
        assert_eq!(link(&step["tokens"][1]["args"]["ran"]["/"]), link(&step["tokens"][0]["task"]));
        assert_eq!(step["decision"]["chain"].as_array().unwrap().len(), 3);
    }
    // What Alice took back is what she gave Bob, and the album took it up before it denied.
    let steps = data["steps"].as_array().unwrap();
    let revoked = steps.iter().find(|step| step["decision"]["code"] == "revoked").unwrap();
    assert_eq!(revoked["taken_up"][0]["revoked"], steps[2]["tokens"][0]["cid"]);
    assert_eq!(revoked["decision"]["link"], 1);
    for token in data["steps"].as_array().unwrap().iter().flat_map(|step| step["tokens"].as_array().unwrap())
    {
        assert_eq!(token["signature"]["valid"], true);
    }
}

#[cfg(unix)]
#[test]
fn a_reader_who_goes_away_is_no_error() {
    use std::process::Stdio;
    let bench = Bench::new();
    for arguments in [&["demo"][..], &["demo", "--json"], &["completions", "zsh"], &["check", "--help"]] {
        let mut child = bench.command(arguments).stdin(Stdio::null()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}
