//! Arguments that wait for the result of another task: unknown to every policy until they are resolved.

use super::case::{Case, Input};
use super::containers;
use super::world::{ALBUM, MALLORY, NOW, World, dag_json};
use crate::forge::{Forge, Principal, SignatureFault};

const TASK: &str = r#"{"/": "bafyreigyftnzjf4rcu7glp5kfop53vqlopc3zcldauoqdxqlz7t4343gr4"}"#;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = open();
    cases.extend(kept());
    cases
}

/// With receipts in a container, of which those of the executor count for any task.
fn kept() -> Vec<Case> {
    let receipt = |by: Principal, out: &str| {
        let mut forge = Forge::invocation(by, &by.text(), "/ucan/assert/receipt", &[]);
        forge.set("args", dag_json(&format!(r#"{{"ran": {TASK}, "out": {out}}}"#)));
        forge
    };
    let case = |id: &str, description: &str, key: &str, receipts: Vec<Forge>, code: Option<&'static str>| {
        let args = format!(r#"{{"to": {{"{key}": {TASK}}}}}"#);
        let policy = r#"[["or", [["==", ".to", "x"], ["==", ".to.ok", "x"]]]]"#;
        let world = World::three().args(&args).policy(1, policy);
        let id = format!("promise-receipt-{id}");
        let mut case = match code {
            None => world.allowed(&id, description),
            Some(code) => world.denied(&id, description, code, Some(1)),
        };
        if let Input::Tokens(tokens, invocation) = &case.input {
            let receipts: Vec<_> = receipts.iter().map(Forge::bytes).collect();
            case.input = Input::Container(containers::raw(
                &[tokens.clone(), vec![invocation.clone()], receipts].concat(),
            ));
        }
        case
    };
    let own = |out: &str| receipt(ALBUM, out);
    let changed = |change: fn(&mut Forge)| {
        let mut forge = own(r#"{"ok": "x"}"#);
        change(&mut forge);
        vec![forge]
    };
    let open = Some("policy-unsatisfied");
    vec![
        case("ok", "the executor's own receipt", "await/ok", vec![own(r#"{"ok": "x"}"#)], None),
        case("error", "a result that is an error", "await/error", vec![own(r#"{"error": "x"}"#)], None),
        case("any", "the whole result, with its branch", "await/*", vec![own(r#"{"ok": "x"}"#)], None),
        case(
            "other-value",
            "a result that the policy forbids",
            "await/ok",
            vec![own(r#"{"ok": "y"}"#)],
            open,
        ),
        case(
            "other-branch",
            "a result of the other branch",
            "await/ok",
            vec![own(r#"{"error": "x"}"#)],
            open,
        ),
        case("stranger", "a stranger's receipt", "await/ok", vec![receipt(MALLORY, r#"{"ok": "x"}"#)], open),
        case(
            "forged",
            "a receipt that the executor did not sign",
            "await/ok",
            changed(|forge| forge.signature = SignatureFault::Flip(8)),
            open,
        ),
        case(
            "ended",
            "a receipt that has ended",
            "await/ok",
            changed(|forge| {
                forge.set("exp", i128::from(NOW) - 1);
            }),
            open,
        ),
        case(
            "to-come",
            "a receipt that does not hold yet",
            "await/ok",
            changed(|forge| {
                forge.set("nbf", i128::from(NOW) + 1);
            }),
            open,
        ),
        case(
            "audience",
            "a receipt with an audience is none",
            "await/ok",
            changed(|forge| {
                forge.set("aud", MALLORY.text());
            }),
            open,
        ),
        case(
            "disagree",
            "two receipts that disagree",
            "await/ok",
            vec![own(r#"{"ok": "x"}"#), own(r#"{"ok": "y"}"#)],
            open,
        ),
        case(
            "recursive",
            "a result in the form of a promise",
            "await/ok",
            vec![
                own(&format!(r#"{{"ok": {{"await/ok": {TASK}}}}}"#)),
                own(&format!(r#"{{"ok": {{"await/ok": {TASK}}}}}"#)),
            ],
            open,
        ),
    ]
}

fn open() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, key) in [("ok", "await/ok"), ("error", "await/error"), ("any", "await/*")] {
        let args = format!(r#"{{"to": {{"{key}": {TASK}}}, "list": [1, {{"{key}": {TASK}}}], "n": 5}}"#);
        for (index, (policy, description, allowed)) in [
            (r#"[["==", ".n", 5]]"#, "a policy over what is there", true),
            (r#"[["==", ".to", "x"]]"#, "equality with a promise", false),
            (r#"[["!=", ".to", "x"]]"#, "inequality with a promise", false),
            (r#"[["not", ["==", ".to", "x"]]]"#, "not equality with a promise", false),
            (r#"[["==", ".to?", null]]"#, "an optional promise is not null", false),
            (r#"[["!=", ".list", 1]]"#, "a promise inside the value", false),
            (r#"[["==", ".list[0]", 1]]"#, "an item beside a promise", true),
            (r#"[["any", ".list", ["==", ".", 1]]]"#, "any, with a true item", true),
            (r#"[["all", ".list", ["!=", ".", 7]]]"#, "all, with a promise among the items", false),
            (
                r#"[["not", ["any", ".list", ["==", ".", 7]]]]"#,
                "not any, with a promise among the items",
                false,
            ),
            (r#"[["or", [["==", ".to", "x"], ["==", ".n", 5]]]]"#, "or, with a true side", true),
            (r#"[["!=", ".", 1]]"#, "all the arguments, with a promise inside", false),
        ]
        .into_iter()
        .enumerate()
        {
            let world = World::three().args(&args).policy(1, policy);
            let id = format!("promise-{name}-{index:02}");
            cases.push(if allowed {
                world.allowed(&id, description)
            } else {
                world.denied(&id, description, "policy-unsatisfied", Some(1))
            });
        }
        let way = format!(r#"{{"to": {{"{key}": {{"name": "x"}}}}}}"#);
        let through = format!(r#"[["==", ".to[\"{key}\"].name", "x"]]"#);
        cases.push(World::three().args(&way).policy(1, &through).denied(
            &format!("promise-{name}-on-the-way"),
            "a selector that goes through a promise",
            "policy-unsatisfied",
            Some(1),
        ));
        let two = format!(r#"{{"to": {{"{key}": 1, "b": 2}}}}"#);
        cases.push(
            World::three()
                .args(&two)
                .policy(1, r#"[["!=", ".to", "x"]]"#)
                .allowed(&format!("promise-{name}-two-keys"), "a map with another key beside is no promise"),
        );
    }
    cases
}
