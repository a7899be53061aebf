//! A policy in its forms: bytes, DAG-JSON, data in place, and statements made in Rust.

use allod::Policy;
use allod::ucan::policy::{Arguments, MAX_POLICY_DEPTH, PolicyError, Statement};
use allod::wire::{View, dag_json, value};

const TEXT: &str = r#"[["==",".a",1],["not",["like",".b","x*"]]]"#;

fn cbor(json: &str) -> Vec<u8> {
    value::encode(&dag_json::parse(json).unwrap()).unwrap()
}

#[test]
fn every_form_is_the_same_policy() {
    let bytes = cbor(TEXT);
    let view = View::parse(&bytes).unwrap();
    let policy = Policy::from_cbor(bytes.clone()).unwrap();
    assert_eq!(policy.as_cbor(), bytes);
    assert_eq!(policy.to_string(), TEXT);
    assert_eq!(Policy::from_view(view), Ok(policy.clone()));
    assert_eq!(TEXT.parse(), Ok(policy.clone()));
    let statements = [Statement::equal(".a", 1), Statement::not(Statement::like(".b", "x*"))];
    assert_eq!(Policy::from_statements(statements), Ok(policy));
}

/// What is no policy is none in any form: nothing turns it into the policy that allows everything.
#[test]
fn no_form_takes_what_is_no_policy() {
    let text = r#"[["==","a",1]]"#;
    let bytes = cbor(text);
    let view = View::parse(&bytes).unwrap();
    let refused =
        |result: Result<(), PolicyError>| assert!(matches!(result, Err(PolicyError::Selector { .. })));
    refused(Policy::from_view(view).map(drop));
    refused(Policy::from_cbor(bytes.clone()).map(drop));
    refused(text.parse::<Policy>().map(drop));
    refused(Policy::check(view));
}

#[test]
fn a_statement_has_its_bytes_and_its_text() {
    let statement = Statement::at_least(".age", 18).unwrap();
    assert_eq!(statement.as_cbor(), cbor(r#"[">=",".age",18]"#));
    assert_eq!(statement.to_string(), r#"[">=",".age",18]"#);
    assert_eq!(format!("{statement:?}"), r#"Statement([">=",".age",18])"#);
}

/// A token nests 64 levels; its list, its map and its payload take three of them.
#[test]
fn a_policy_nests_as_deep_as_a_token_can_hold() {
    assert_eq!(MAX_POLICY_DEPTH, 61);
    let nested = |levels: usize| {
        // The policy, its statement, and the value's own levels.
        let value = format!("{}{}", "[".repeat(levels - 2), "]".repeat(levels - 2));
        Policy::from_json(&format!(r#"[["==",".",{value}]]"#))
    };
    assert!(nested(61).is_ok());
    assert!(matches!(nested(62), Err(PolicyError::TooDeep)));
}

#[test]
fn arguments_say_whether_they_wait_for_a_result() {
    let wait = |json: &str| Arguments::new(View::parse(&cbor(json)).unwrap()).contain_promises();
    assert!(wait(r#"{"to":[{"await/ok":{"/":"bafkqabiaaebagba"}}]}"#));
    assert!(!wait(r#"{"to":[{"await/not":1}]}"#));
}
