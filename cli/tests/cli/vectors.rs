//! The project's vectors, through `allod check --batch`: the same answers as the library gives.

use serde_json::{Value, json};

use crate::support::Bench;

/// Every vector as a line, with the answer expected for it.
fn lines() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors");
    let mut lines = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        // What a host knows besides has no place in a line.
        for case in file["cases"].as_array().unwrap().iter().filter(|case| case.get("known").is_none()) {
            let mut line = case.as_object().unwrap().clone();
            let mut expect = line.remove("expect").unwrap();
            line.remove("description");
            expect["id"] = case["id"].clone();
            lines.push((Value::Object(line).to_string(), expect));
        }
    }
    lines
}

#[test]
fn every_vector_comes_out_as_expected() {
    let lines = lines();
    assert!(lines.len() >= 300);
    let input: String = lines.iter().flat_map(|(line, _)| [line.as_str(), "\n"]).collect();
    let ran = Bench::new().run_with(&["check", "--batch"], input.as_bytes());
    assert_eq!(ran.code, 1, "some are denied, none is unusable: {}", ran.err);
    let answers: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), lines.len());
    for (answer, (_, expect)) in answers.iter().zip(&lines) {
        let mut kept = json!({});
        for key in expect.as_object().unwrap().keys() {
            kept[key] = answer[key].clone();
        }
        assert_eq!(answer.get("ignored").is_some(), expect.get("ignored").is_some(), "{answer}");
        for entry in kept.get_mut("ignored").and_then(Value::as_array_mut).into_iter().flatten() {
            let message = entry.as_object_mut().unwrap().remove("message").unwrap();
            assert!(message.as_str().is_some_and(|message| !message.is_empty()), "{answer}");
        }
        assert_eq!(&kept, expect, "{answer}");
    }
}
