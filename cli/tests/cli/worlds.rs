//! Generated worlds, through `allod check --batch`: the same decisions as the library and the model give.

use allod_tests::differential::{Draws, case, compare, vector};
use serde_json::Value;

use crate::support::Bench;

#[test]
fn worlds_are_decided_as_by_the_library() {
    let mut lines = String::new();
    let mut expected = Vec::new();
    for seed in 0..1_500 {
        let case = case(&mut Draws::from_seed(seed * 0x0001_0001));
        let mut line = vector(&format!("world-{seed}"), "a generated world", &case);
        // What a host knows besides has no place in a line.
        if line.get("known").is_some() {
            continue;
        }
        assert!(compare(&case).is_ok(), "world {seed}");
        let line = line.as_object_mut().unwrap();
        line.remove("description");
        let mut expect = line.remove("expect").unwrap();
        expect["id"] = line["id"].clone();
        expected.push(expect);
        lines += &Value::Object(line.clone()).to_string();
        lines.push('\n');
    }
    assert!(expected.len() > 800, "{}", expected.len());
    let ran = Bench::new().run_with(&["check", "--batch"], lines.as_bytes());
    assert_eq!(ran.code, 1, "some are denied, none is unusable: {}", ran.err);
    let answers: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), expected.len());
    for (mut answer, expect) in answers.into_iter().zip(&expected) {
        assert_eq!(answer.get("ignored").is_some(), expect.get("ignored").is_some(), "{expect}: {answer}");
        for entry in answer.get_mut("ignored").and_then(Value::as_array_mut).into_iter().flatten() {
            entry.as_object_mut().unwrap().remove("message");
        }
        for (key, value) in expect.as_object().unwrap() {
            assert_eq!(&answer[key], value, "{expect}: {answer}");
        }
    }
}
