//! `allod log`: what was decided here.

use super::support::Bench;

const CHECK: [&str; 4] = ["check", "request", "--executor", "album"];

#[test]
fn single_decisions_are_logged_and_arguments_are_not() {
    let bench = Bench::with_chain();
    bench.request("summer/sesame");
    bench.ok(&CHECK);
    std::fs::remove_file(bench.path("request")).unwrap();
    bench.request("winter/sesame");
    assert_eq!(bench.run(&CHECK).code, 1);
    let told = bench.ok(&["log"]);
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(lines[0].contains("allowed  phone asked for /photos/read on album"), "{told}");
    assert!(lines[1].contains("denied  policy-unsatisfied  phone asked for"), "the newest last: {told}");
    assert!(!told.contains("sesame"), "{told}");
    let data = bench.json(&["log"]);
    assert!(!data.to_string().contains("sesame") && !data.to_string().contains("arguments"), "{data}");
    assert_eq!(
        (data[0]["outcome"].as_str(), data[1]["code"].as_str()),
        (Some("allowed"), Some("policy-unsatisfied"))
    );
    assert_eq!(data[0]["chain"].as_array().unwrap().len(), 3);
    assert_eq!(data[0]["issuer"], bench.did("phone"));
    let store = std::fs::read(bench.store()).unwrap();
    assert!(!store.windows(6).any(|window| window == b"sesame"), "nor is it anywhere in the file");

    bench.run(&[&CHECK[..], &["--log-arguments"]].concat());
    let data = bench.json(&["log", "--denied"]);
    assert_eq!(data.as_array().unwrap().len(), 2);
    assert!(data[1]["arguments"].as_str().unwrap().contains("winter/sesame"), "{data}");
    assert!(bench.ok(&["log"]).lines().last().unwrap().contains("with {\"path\":\"winter/sesame\"}"));
    assert_eq!(bench.json(&["log", "--since", "-1h"]).as_array().unwrap().len(), 3);
    assert_eq!(bench.json(&["log", "--since", "1h"]), serde_json::json!([]));
    let ran = bench.run(&["log", "--since", "someday"]);
    assert!(ran.code == 2 && ran.err.contains("not a time"), "{}", ran.err);
}

#[test]
fn what_is_not_to_be_logged_is_not() {
    let bench = Bench::with_chain();
    bench.request("summer/x");
    bench.ok(&[&CHECK[..], &["--no-log"]].concat());
    bench.ok(&[&CHECK[..], &["--no-store"]].concat());
    bench.ok(&["check", "c", "--may"]);
    let line = serde_json::json!({ "at": 1, "executor": bench.did("album"),
        "container": String::from_utf8(bench.read("request")).unwrap() });
    bench.run_with(&["check", "--batch"], line.to_string().as_bytes());
    let ran = bench.run(&["log"]);
    assert!(ran.code == 0 && ran.out.is_empty() && ran.err.contains("no such decision"), "{}", ran.err);
    for extra in [
        &["--no-store", "--no-log"][..],
        &["--no-store", "--log-arguments"],
        &["--no-log", "--log-arguments"],
    ] {
        assert_eq!(bench.run(&[&CHECK[..], extra].concat()).code, 2, "{extra:?}");
    }
    for option in ["--no-store", "--no-log", "--log-arguments"] {
        assert_eq!(bench.run(&["check", "--batch", option]).code, 2, "{option}");
    }
    for option in ["--no-log", "--log-arguments"] {
        assert_eq!(bench.run(&["check", "c", "--may", option]).code, 2, "{option}");
    }
}

/// What cannot be read is a decision too.
#[test]
fn what_is_no_request_is_logged_without_names() {
    let bench = Bench::with_chain();
    assert_eq!(bench.run(&["check", "c", "--executor", "album"]).code, 1);
    let data = bench.json(&["log"]);
    assert_eq!((data[0]["outcome"].as_str(), &data[0]["issuer"]), (Some("denied"), &serde_json::Value::Null));
    assert!(bench.ok(&["log"]).contains("what could not be read"));
}
