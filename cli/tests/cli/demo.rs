//! `allod demo`.

use super::support::Bench;

#[test]
fn the_story_comes_out_as_it_should_and_leaves_no_trace() {
    let bench = Bench::new();
    let text = bench.ok(&["demo"]);
    for part in ["✓ allowed", "command-not-covered", "policy-unsatisfied", "expired", "ask Alice for"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.split_whitespace().count() < 400, "a minute of reading");
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
    assert_eq!(codes, ["command-not-covered", "policy-unsatisfied", "expired"]);
    assert_eq!(decisions.iter().filter(|decision| decision["decision"] == "allow").count(), 1);
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
